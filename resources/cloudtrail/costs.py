"""What AWS charges for trails: the first copy of management events is free.

Sources: https://aws.amazon.com/cloudtrail/pricing/, https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-costs.html
"""

from reconciler.contract import Charge, Costs, Volume, volume
from reconciler.model import Part, Settings

SERVICE = "AWSCloudTrail"


class TrailVolumes(Part):
    """The volumes of a trail."""

    further_management_events: Volume = None
    """Management events a month that another trail of the Region delivers too."""
    data_events: Volume = None
    """Data events delivered a month."""
    analyzed_events: Volume = None
    """Events a month that are analyzed for insights."""


def _has_insights(settings: Settings) -> bool:
    return bool(settings.get("insight_selectors"))


TRAIL = Costs(
    (
        Charge(
            "further copies of management events", SERVICE, "PaidEventsRecorded", "event",
            volume("further_management_events"),
        ),
        Charge("data events", SERVICE, "DataEventsRecorded", "event", volume("data_events")),
        Charge("insights", SERVICE, "InsightsEvents", "event", volume("analyzed_events"), _has_insights),
    ),
    TrailVolumes,
)  # fmt: skip
