"""What AWS charges for schedules.

Source: https://aws.amazon.com/eventbridge/pricing/
"""

from reconciler.contract import Charge, Costs, Volume, volume
from reconciler.model import Part


class GroupVolumes(Part):
    """The volumes of a schedule group."""

    invocations: Volume = None
    """Invocations of targets a month, by all schedules of the group."""


GROUP = Costs(
    (Charge("invocations", "AWSEvents", "ScheduledInvocation", "invocation", volume("invocations")),),
    GroupVolumes,
)
