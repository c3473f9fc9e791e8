"""events.bus: an event bus with its policy."""

from collections.abc import Mapping
from typing import ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    PAIR,
    Adapter,
    Create,
    Delete,
    Named,
    Reads,
    Sends,
    Sighting,
    TagOperations,
    own_fields,
    tagging,
)
from reconciler.permissions import GrantedFor
from reconciler.resources.events import costs, unused
from reconciler.resources.events.bus_changes import POLICY
from reconciler.resources.events.bus_cloudformation import CLOUDFORMATION
from reconciler.resources.events.bus_grants import for_key
from reconciler.resources.events.bus_model import DEFAULT, NAMES, Bus
from reconciler.resources.events.bus_problems import problems
from reconciler.resources.events.service import EVENTS


class BusAdapter(Adapter[Bus]):
    """CreateEventBus, UpdateEventBus, PutPermission."""

    kind = "events.bus"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"kms_key_identifier": for_key}
    service = EVENTS
    model = Bus
    costs = costs.BUS
    summary = "an event bus with its policy, key and dead-letter queue"
    console = "https://{region}.console.aws.amazon.com/events/home?region={region}#/eventbus/{name}"
    identity = Named(
        name="Name",
        arns=("arn:{partition}:events:{region}:{account}:event-bus/{name}",),
        forms=NAMES,
    )
    create = Create(
        "create_event_bus",
        own_fields(Bus, "bus_policy"),
        write_only=frozenset({"event_source_name"}),
    )
    updates = (
        Sends("update_event_bus", own_fields(Bus, "bus_policy", "event_source_name"), whole=True),
        POLICY,
    )
    delete = Delete("delete_event_bus", keeps_defaults="Cannot delete event bus default")
    reads = Reads(list="list_event_buses", get="describe_event_bus")
    tagging = tagging(TagOperations(at="ResourceARN", pair=PAIR))
    tagging_api_type = "events:event-bus"
    unused = unused.BUS
    problems = staticmethod(problems)

    def made_by_aws(self, sighting: Sighting) -> bool:
        return sighting.name == DEFAULT
