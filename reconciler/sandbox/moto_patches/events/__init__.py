"""Amazon EventBridge: keeps every setting of buses, rules and targets, with tags and pages, and refuses what AWS refuses.

Known-lossy: moto delivers events to queues, log groups, buses and archives alone, so no other target is invoked; schedules of rules
invoke nothing; it is not checked that targets and keys exist; every target is accepted or the whole request is refused, so
FailedEntryCount is always 0.
"""

from collections.abc import Mapping

from moto.events.responses import EventsHandler

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.events.rules import Rules


def install() -> None:
    """Replace moto's operations on buses, rules and targets; events, archives, connections and destinations stay moto's."""
    extension.extend("events", Events, "moto.events", EventsHandler.dispatch)


class Events(Rules):
    """The control plane of buses and rules."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.operations: Mapping[str, extension.Operation] = {
            "CreateEventBus": self.make_bus,
            "UpdateEventBus": self.change_bus,
            "DescribeEventBus": self.show_bus,
            "ListEventBuses": self.show_buses,
            "DeleteEventBus": self.drop_bus,
            "PutPermission": self.permit,
            "RemovePermission": self.forbid,
            "PutRule": self.put,
            "DescribeRule": self.show,
            "ListRules": self.show_all,
            "DeleteRule": self.drop,
            "EnableRule": self.enable,
            "DisableRule": self.disable,
            "PutTargets": self.aim,
            "RemoveTargets": self.remove,
            "ListTargetsByRule": self.show_targets,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTagsForResource": self.tags_of,
        }
