"""AWS CloudTrail: keeps every setting of trails, and refuses what AWS refuses.

Known-lossy: no event is delivered; the permissions of the role for CloudWatch Logs are not checked, only that it exists; an
organization has no member accounts. Event data stores, channels and dashboards are missing.
"""

from collections.abc import Mapping

from moto.cloudtrail.responses import CloudTrailResponse

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.cloudtrail.selectors import Selectors


def install() -> None:
    """Replace moto's trails."""
    extension.extend("cloudtrail", CloudTrail, "moto.cloudtrail", CloudTrailResponse.dispatch)


class CloudTrail(Selectors):
    """The control plane of trails."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.operations: Mapping[str, extension.Operation] = {
            "CreateTrail": self.make,
            "UpdateTrail": self.change,
            "DeleteTrail": self.drop,
            "GetTrail": self.show,
            "DescribeTrails": self.show_all,
            "ListTrails": self.names,
            "GetTrailStatus": self.show_status,
            "StartLogging": self.start,
            "StopLogging": self.stop,
            "PutEventSelectors": self.put_events,
            "GetEventSelectors": self.show_events,
            "PutInsightSelectors": self.put_insights,
            "GetInsightSelectors": self.show_insights,
            "PutEventConfiguration": self.put_configuration,
            "GetEventConfiguration": self.show_configuration,
            "AddTags": self.tag,
            "RemoveTags": self.untag,
            "ListTags": self.show_tags,
        }
