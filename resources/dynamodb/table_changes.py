"""The requests that change a table: DynamoDB takes one type of change, and one index, at a time."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from reconciler.contract import Calls, Change, Request, Wired
from reconciler.errors import Refused
from reconciler.model import Settings
from reconciler.resources.dynamodb.table_reading import ON_DEMAND, UNLIMITED

Indexes = dict[str, Wired]

INDEXES = "global_secondary_indexes"
DEFINITIONS = "attribute_definitions"
ROW = re.compile(rf"{INDEXES}\[(?P<name>[^\]]+)\]\.(?P<member>\w+)")
TYPE = re.compile(rf"{DEFINITIONS}\[(?P<name>.+)\]\.attribute_type")


def capacity_and_indexes(change: Change) -> Iterator[Request]:
    """Change capacity first, then add, rebuild and remove indexes.

    An index with another key, type or projection is deleted and created again. All other additions come before the first
    removal. An index that is not in the files is never deleted.

    Raises:
        Refused: the change requires the deletion of an index that is not in the files.
    """
    before, after = _indexes(change.observed), _indexes(change.desired)
    if INDEXES not in change.written:
        _refuse_foreign(change, before)
    yield from _capacity(change, before, after)
    yield from _warmth(change, before, after)
    yield from _index_requests(change, before, after)
    if change.differs("AttributeDefinitions") and _same_keys(change, before, after):
        # AWS will refuse this, because no index needs the new types. Its message explains the mistake.
        yield _update(change, AttributeDefinitions=change.desired["AttributeDefinitions"])


def rebuilt(field: str, written: Settings, reported: Wired) -> str:
    """The indexes in the files that a change of this field deletes and creates again; empty if there are none."""
    of_index = ROW.match(field)
    if of_index:
        return f"index {of_index['name']}" if of_index["member"] in ("key_schema", "projection") else ""
    of_type = TYPE.match(field)
    if not of_type or not written.get(INDEXES):
        return ""
    names = {index["index_name"] for index in written[INDEXES]}
    users = [
        name
        for name, index in _indexes(reported).items()
        if name in names and any(each["AttributeName"] == of_type["name"] for each in index["KeySchema"])
    ]
    return ", ".join(f"index {name}" for name in users)


def stream(change: Change) -> Iterator[Request]:
    """Turn the stream on or off. For another view type it is turned off and on again, which creates a new stream."""
    before, after = (values.get("StreamSpecification") or {} for values in (change.observed, change.desired))
    if before.get("StreamEnabled"):
        yield _update(change, StreamSpecification={"StreamEnabled": False})
    if after.get("StreamEnabled"):
        yield _update(change, StreamSpecification=after)


def time_to_live(change: Change) -> Iterator[Request]:
    """Turn expiry on or off. For another attribute it is turned off and on again.

    AWS refuses the second request for up to an hour after the first. A later pass then completes the change.
    """
    before, after = (
        values.get("TimeToLiveSpecification") or {} for values in (change.observed, change.desired)
    )
    if before.get("Enabled"):
        off = {"Enabled": False, "AttributeName": before["AttributeName"]}
        yield Request("update_time_to_live", {**change.address, "TimeToLiveSpecification": off})
    if after.get("Enabled"):
        yield Request("update_time_to_live", {**change.address, "TimeToLiveSpecification": after})


def resource_policy(change: Change) -> Iterator[Request]:
    """Put or delete the resource policy; both operations take the table's ARN."""
    policy = change.desired.get("ResourcePolicy")
    if policy is None:
        yield Request("delete_resource_policy", {"ResourceArn": change.arn})
    else:
        yield Request("put_resource_policy", {"ResourceArn": change.arn, "Policy": policy})


def switched(operation: str, member: str, switch: str) -> Callable[[Change], Iterable[Request]]:
    """A change that sends one structure; if its `switch` member is off, AWS accepts no other member."""

    def requests(change: Change) -> Iterator[Request]:
        before, after = (values.get(member) or {} for values in (change.observed, change.desired))
        if after.get(switch):
            yield Request(operation, {**change.address, member: after})
        elif before.get(switch):
            yield Request(operation, {**change.address, member: {switch: False}})

    return requests


def _capacity(change: Change, before: Indexes, after: Indexes) -> Iterator[Request]:
    """One request for the billing mode and capacity of the table and its live indexes: AWS requires them together."""
    parameters: dict[str, Any] = {}
    mode, switches = change.desired["BillingMode"], change.differs("BillingMode")
    if switches:
        parameters["BillingMode"] = mode
    if mode != ON_DEMAND and (switches or change.differs("ProvisionedThroughput")):
        parameters["ProvisionedThroughput"] = change.desired.get("ProvisionedThroughput")
    if mode == ON_DEMAND and change.differs("OnDemandThroughput"):
        parameters["OnDemandThroughput"] = _limits(change.desired)
    updates = [
        {"Update": {"IndexName": name, **capacity}}
        for name, index in before.items()
        if (capacity := _index_capacity(change, index, after.get(name)))
    ]
    if updates:
        parameters["GlobalSecondaryIndexUpdates"] = updates
    parameters = {member: value for member, value in parameters.items() if value}
    if parameters:
        yield _update(change, **parameters)


def _index_capacity(change: Change, before: Wired, after: Wired | None) -> Wired:
    """The changes in the capacity of a live index, even if it will be deleted."""
    wanted = before if after is None else after
    if change.desired["BillingMode"] == ON_DEMAND:
        differs = wanted.get("OnDemandThroughput") != before.get("OnDemandThroughput")
        return {"OnDemandThroughput": _limits(wanted)} if differs else {}
    units = wanted.get("ProvisionedThroughput") or change.desired.get("ProvisionedThroughput")
    return {"ProvisionedThroughput": units} if units != before.get("ProvisionedThroughput") else {}


def _warmth(change: Change, before: Indexes, after: Indexes) -> Iterator[Request]:
    if change.differs("WarmThroughput") and change.desired.get("WarmThroughput"):
        yield _update(change, WarmThroughput=change.desired["WarmThroughput"])
    for name in (name for name in before if name in after):
        warm = after[name].get("WarmThroughput")
        if warm and warm != before[name].get("WarmThroughput"):
            yield _update_index(change, "Update", {"IndexName": name, "WarmThroughput": warm})


def _index_requests(change: Change, before: Indexes, after: Indexes) -> Iterator[Request]:
    alive = dict(before)
    for name, index in after.items():
        former = before.get(name)
        if former:
            if _identity(change.observed, former) == _identity(_with_types(change), index):
                continue
            del alive[name]
            yield _update_index(change, "Delete", {"IndexName": name})
        alive[name] = index
        definitions = _definitions(change, alive)
        created = _new_index(change, index, former or {})
        yield _update_index(change, "Create", created, AttributeDefinitions=definitions)
    for name in (name for name in before if name not in after):
        yield _update_index(change, "Delete", {"IndexName": name})


def _new_index(change: Change, index: Wired, former: Wired) -> Wired:
    """A new index, with the capacity that fits the billing mode of the table."""
    created = {"ProvisionedThroughput": change.desired.get("ProvisionedThroughput"), **index}
    on_demand = change.desired["BillingMode"] == ON_DEMAND
    created.pop("ProvisionedThroughput" if on_demand else "OnDemandThroughput", None)
    # The warm throughput of the former index of this name is not a setting of the new one.
    if created.get("WarmThroughput") == former.get("WarmThroughput"):
        created.pop("WarmThroughput", None)
    return {member: value for member, value in created.items() if value is not None}


def _definitions(change: Change, alive: Indexes) -> list[Wired]:
    """The definitions that the table's own keys and these indexes need, and no others."""
    before, after = _types(change.observed), _types(change.desired)
    used = {element["AttributeName"] for index in alive.values() for element in index["KeySchema"]}
    names = [name for name in {**before, **after} if name in used or (name in before and name in after)]
    return [{"AttributeName": name, "AttributeType": after.get(name, before.get(name))} for name in names]


def _same_keys(change: Change, before: Indexes, after: Indexes) -> bool:
    return {name: _identity(change.observed, index) for name, index in before.items()} == {
        name: _identity(_with_types(change), index) for name, index in after.items()
    }


def _with_types(change: Change) -> Wired:
    """The desired settings, with the live types of attributes that are not in the files."""
    types = _types(change.observed) | _types(change.desired)
    defined = [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()]
    return {**change.desired, "AttributeDefinitions": defined}


def _refuse_foreign(change: Change, before: Indexes) -> None:
    """Refuse another type for an attribute in the key of an index that is not in the files."""
    for name, index in before.items():
        if _identity(change.observed, index) != _identity(_with_types(change), index):
            why = f"index {name}, which is not in the files, has another type for its key; delete it, or write it"
            raise Refused("update_table", "IndexNotWritten", why)


def _identity(values: Wired, index: Wired) -> object:
    """The settings of an index that cannot be changed: its keys with their types, and its projection."""
    types = _types(values)
    keys = [
        (each["AttributeName"], each["KeyType"], types.get(each["AttributeName"]))
        for each in index["KeySchema"]
    ]
    projection = index["Projection"]
    return keys, projection["ProjectionType"], set(projection.get("NonKeyAttributes") or ())


def _types(values: Wired) -> dict[str, str]:
    return {each["AttributeName"]: each["AttributeType"] for each in values.get("AttributeDefinitions") or ()}


def _indexes(values: Wired) -> Indexes:
    return {index["IndexName"]: index for index in values.get("GlobalSecondaryIndexes") or ()}


def _limits(holder: Wired) -> Wired:
    """Both on-demand limits; -1 removes a limit."""
    limits = holder.get("OnDemandThroughput") or {}
    return {
        member: limits.get(member, UNLIMITED) for member in ("MaxReadRequestUnits", "MaxWriteRequestUnits")
    }


def _update(change: Change, **parameters: Any) -> Request:
    return Request("update_table", {**change.address, **parameters})


def _update_index(change: Change, verb: str, index: Wired, **parameters: Any) -> Request:
    return _update(change, **parameters, GlobalSecondaryIndexUpdates=[{verb: index}])


def written_definitions(live: Any, written: Settings, _reported: Wired) -> Any:
    """The definitions without those that only indexes outside the files need."""
    names = {each["attribute_name"] for each in written[DEFINITIONS] or ()}
    return [each for each in live or () if each["attribute_name"] in names]


UPDATE = ("update_table",)
CAPACITY = Calls(
    capacity_and_indexes,
    (
        "attribute_definitions",
        "global_secondary_indexes",
        "billing_mode",
        "provisioned_throughput",
        "on_demand_throughput",
        "warm_throughput",
    ),
    UPDATE,
)
STREAM = Calls(stream, ("stream_specification",), UPDATE)
ENCRYPTION = Calls(switched("update_table", "SSESpecification", "Enabled"), ("sse",), UPDATE)
RECOVERY = Calls(
    switched("update_continuous_backups", "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"),
    ("point_in_time_recovery",),
    ("update_continuous_backups",),
)
TIME_TO_LIVE = Calls(time_to_live, ("time_to_live",), ("update_time_to_live",))
RESOURCE_POLICY = Calls(
    resource_policy, ("resource_policy",), ("put_resource_policy", "delete_resource_policy")
)
