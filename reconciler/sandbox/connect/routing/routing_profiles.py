"""Routing profiles: the queues and channels of an agent, and their order."""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, created, described
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import invalid, quota_reached
from reconciler.sandbox.connect.core.resource_types import QUEUE, ROUTING_PROFILE, USER
from reconciler.sandbox.connect.core.stored_records import Record

MOST_QUEUES = 50
MOST_QUEUES_PER_CALL = 10
ROWS, MANUAL_ROWS = "QueueConfigs", "ManualAssignmentQueueConfigs"

operations = Operations()


def with_counts(instance: Instance, record: Record) -> dict[str, Any]:
    """Describe a routing profile; Describe and Search show only the queues of its rows."""
    queues, manual = _queues(record, ROWS), _queues(record, MANUAL_ROWS)
    return {
        **described(instance, record),
        "InstanceId": instance.id,
        "IsDefault": record.aws_owned,
        "AssociatedQueueIds": queues,
        "AssociatedManualAssignmentQueueIds": manual,
        "NumberOfAssociatedQueues": len(queues),
        "NumberOfAssociatedManualAssignmentQueues": len(manual),
        "NumberOfAssociatedUsers": len(instance.holders(record, USER.noun)),
    }


def as_searched(instance: Instance, record: Record) -> dict[str, Any]:
    """Describe a routing profile without CrossChannelBehavior, which Search leaves empty."""
    view = with_counts(instance, record)
    view["MediaConcurrencies"] = [
        {member: value for member, value in each.items() if member != "CrossChannelBehavior"}
        for each in record.settings["MediaConcurrencies"]
    ]
    return view


operations.describe("DescribeRoutingProfile", ROUTING_PROFILE, "RoutingProfile", with_counts)
operations.list_all("ListRoutingProfiles", ROUTING_PROFILE, "RoutingProfileSummaryList")
operations.search(
    "SearchRoutingProfiles",
    ROUTING_PROFILE,
    "RoutingProfiles",
    view=as_searched,
    most=500,
    without=("LastModifiedTime", "LastModifiedRegion", "AgentAvailabilityTimer"),
)
operations.update("UpdateRoutingProfileName", ROUTING_PROFILE, "Name", "Description")
operations.update("UpdateRoutingProfileDefaultOutboundQueue", ROUTING_PROFILE, "DefaultOutboundQueueId")
operations.update("UpdateRoutingProfileAgentAvailabilityTimer", ROUTING_PROFILE, "AgentAvailabilityTimer")
operations.delete("DeleteRoutingProfile", ROUTING_PROFILE)


@operations.on_instance
def create_routing_profile(
    instance: Instance, Name: str, Tags: Mapping[str, str] | None = None, **settings: Any
) -> Reply:
    """Create a routing profile with at most ten rows."""
    _require_concurrencies(settings["MediaConcurrencies"])
    for member in (ROWS, MANUAL_ROWS):
        _require_few(settings.get(member, ()))
        _require_unique(settings.get(member, ()))
    defaults = {"AgentAvailabilityTimer": "TIME_SINCE_LAST_ACTIVITY"}
    return created(instance.add(ROUTING_PROFILE, Name, {**defaults, **settings}, tags=Tags))


@operations.on_instance
def update_routing_profile_concurrency(
    instance: Instance, RoutingProfileId: str, MediaConcurrencies: Sequence[Mapping[str, Any]]
) -> Reply:
    """Replace the list of channels."""
    _require_concurrencies(MediaConcurrencies)
    record = instance.get(ROUTING_PROFILE, RoutingProfileId)
    instance.change(record, {"MediaConcurrencies": list(MediaConcurrencies)})
    return None


@operations.on_instance
def associate_routing_profile_queues(
    instance: Instance,
    RoutingProfileId: str,
    QueueConfigs: Sequence[Mapping[str, Any]] = (),
    ManualAssignmentQueueConfigs: Sequence[Mapping[str, Any]] = (),
) -> Reply:
    """Add rows, at most ten in a request; a row that exists already is replaced."""
    record = instance.get(ROUTING_PROFILE, RoutingProfileId)
    for member, rows in ((ROWS, QueueConfigs), (MANUAL_ROWS, ManualAssignmentQueueConfigs)):
        if rows:
            _require_few(rows)
            together = {**_by_key(record.settings.get(member, ())), **_by_key(_resolved(instance, rows))}
            if len(together) > MOST_QUEUES:
                raise quota_reached("queues per routing profile", MOST_QUEUES)
            instance.change_children(record, member, list(together.values()))
    return None


@operations.on_instance
def update_routing_profile_queues(
    instance: Instance, RoutingProfileId: str, QueueConfigs: Sequence[Mapping[str, Any]]
) -> Reply:
    """Change the priority and delay of existing rows."""
    record = instance.get(ROUTING_PROFILE, RoutingProfileId)
    _require_few(QueueConfigs)
    rows, changed = _by_key(record.settings.get(ROWS, ())), _by_key(_resolved(instance, QueueConfigs))
    for queue, channel in changed:
        if (queue, channel) not in rows:
            raise invalid(f"Queue {queue} on channel {channel} is not associated with the routing profile.")
    instance.change_children(record, ROWS, list({**rows, **changed}.values()))
    return None


@operations.on_instance
def disassociate_routing_profile_queues(
    instance: Instance,
    RoutingProfileId: str,
    QueueReferences: Sequence[Mapping[str, str]] = (),
    ManualAssignmentQueueReferences: Sequence[Mapping[str, str]] = (),
) -> Reply:
    """Remove rows, at most ten in a request; they need not exist."""
    record = instance.get(ROUTING_PROFILE, RoutingProfileId)
    for member, references in ((ROWS, QueueReferences), (MANUAL_ROWS, ManualAssignmentQueueReferences)):
        _require_few(references)
        if references:
            gone = {(each["QueueId"].rsplit("/", 1)[-1], each["Channel"]) for each in references}
            rows = _by_key(record.settings.get(member, ()))
            instance.change_children(record, member, [row for key, row in rows.items() if key not in gone])
    return None


def row_summary(instance: Instance, row: Mapping[str, Any]) -> dict[str, Any]:
    """Show a row, with the id, ARN and name of its queue."""
    queue = instance.get(QUEUE, row["QueueReference"]["QueueId"])
    order = {member: row[member] for member in ("Priority", "Delay") if member in row}
    return {
        "QueueId": queue.id,
        "QueueArn": queue.arn,
        "QueueName": queue.name,
        "Channel": row["QueueReference"]["Channel"],
        **order,
    }


operations.list_children(
    "ListRoutingProfileQueues",
    ROUTING_PROFILE,
    "RoutingProfileQueueConfigSummaryList",
    ROWS,
    view=row_summary,
)
operations.list_children(
    "ListRoutingProfileManualAssignmentQueues",
    ROUTING_PROFILE,
    "RoutingProfileManualAssignmentQueueConfigSummaryList",
    MANUAL_ROWS,
    view=row_summary,
)


def _queues(record: Record, member: str) -> list[str]:
    return list(dict.fromkeys(row["QueueReference"]["QueueId"] for row in record.settings.get(member, ())))


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["QueueReference"]["QueueId"], row["QueueReference"]["Channel"]


def _by_key(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {_key(row): row for row in rows}


def _resolved(instance: Instance, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    _require_unique(rows)
    return [
        {**row, "QueueReference": {**row["QueueReference"], "QueueId": instance.get(QUEUE, _key(row)[0]).id}}
        for row in rows
    ]


def _require_few(rows: Sequence[Any]) -> None:
    if len(rows) > MOST_QUEUES_PER_CALL:
        raise invalid(f"At most {MOST_QUEUES_PER_CALL} queues can be given in one call.")


def _require_unique(rows: Sequence[Mapping[str, Any]]) -> None:
    if len(_by_key(rows)) < len(rows):
        raise invalid("A queue is given more than once for the same channel.")


def _require_concurrencies(concurrencies: Sequence[Mapping[str, Any]]) -> None:
    channels = [each["Channel"] for each in concurrencies]
    if len(set(channels)) < len(channels):
        raise invalid("A channel is given more than once in MediaConcurrencies.")
    for each in concurrencies:
        if each["Channel"] == "VOICE" and each.get("Concurrency", 1) > 1:
            raise invalid("The concurrency of channel VOICE cannot be more than 1.")
