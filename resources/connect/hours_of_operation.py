"""connect.hours_of_operation: when a contact centre is open, and the days on which it is open otherwise."""

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.appearance import Appearance, Names
from reconciler.cloudformation import CloudFormation
from reconciler.contract import Api, Assigned, Calls, Change, Create, Delete, Request, Sends, Sighting, Wired
from reconciler.resources.connect.common import (
    IN_INSTANCE,
    KEPT,
    NAMES,
    Apart,
    ConnectAdapter,
    ConnectReads,
)
from reconciler.resources.connect.hours_of_operation_model import (
    HoursOfOperation,
)


def set_parents(change: Change) -> Iterable[Request]:
    """Associate what is new, then disassociate what is gone."""
    wanted, found = (
        {row["HoursOfOperationId"]: row for row in side.get("ParentHoursOfOperationConfigs") or []}
        for side in (change.desired, change.observed)
    )
    new = [row for key, row in wanted.items() if key not in found]
    if new:
        yield Request(
            "associate_hours_of_operations", {**change.address, "ParentHoursOfOperationConfigs": new}
        )
    gone = [key for key in found if key not in wanted]
    if gone:
        yield Request(
            "disassociate_hours_of_operations", {**change.address, "ParentHoursOfOperationIds": gone}
        )


def set_overrides(change: Change) -> Iterable[Request]:
    """Create, update and delete overrides, told apart by their names."""
    ids = {row["Name"]: row["HoursOfOperationOverrideId"] for row in change.reported.get("Overrides") or []}
    found = {row["Name"]: row for row in change.observed.get("Overrides") or []}
    wanted = {row["Name"]: row for row in change.desired.get("Overrides") or []}
    for name, row in wanted.items():
        if name not in found:
            yield Request("create_hours_of_operation_override", {**change.address, **row})
        elif row != found[name]:
            place = {**change.address, "HoursOfOperationOverrideId": ids[name]}
            yield Request("update_hours_of_operation_override", {**place, **row})
    for name in found:
        if name not in wanted:
            place = {**change.address, "HoursOfOperationOverrideId": ids[name]}
            yield Request("delete_hours_of_operation_override", place)


def _shown(settings: Mapping[str, Any], names: Names) -> Iterable[str]:
    del names
    if settings.get("time_zone"):
        yield str(settings["time_zone"])


class HoursOfOperationAdapter(ConnectAdapter[HoursOfOperation]):
    """CreateHoursOfOperation, UpdateHoursOfOperation and the operations of overrides and parents."""

    kind = "connect.hours_of_operation"
    cloudformation = CloudFormation(
        type="AWS::Connect::HoursOfOperation",
        called={"HoursOfOperationOverrides": "overrides", "ParentHoursOfOperations": "parents"},
        left_out={"ChildHoursOfOperations": "the other side of `parents`, which the children write"},
        not_granted={"connect:ListChildHoursOfOperations": "the children write their parents"},
    )
    appearance = Appearance(column=3, details=_shown)
    model = HoursOfOperation
    summary = "when a contact centre is open, with overrides for holidays"
    identity = Assigned(
        address="HoursOfOperationId",
        arn_in="HoursOfOperationArn",
        arns=(IN_INSTANCE,),
        forms=NAMES,
    )
    create = Create(
        "create_hours_of_operation",
        ("description", "time_zone", "config", "parents"),
        needed=frozenset({"time_zone", "config"}),
        deferrable={"parents": None},
    )
    updates = (
        Sends("update_hours_of_operation", ("name", "description")),
        Sends("update_hours_of_operation", ("time_zone",)),
        Sends("update_hours_of_operation", ("config",)),
        Calls(
            set_parents, ("parents",), ("associate_hours_of_operations", "disassociate_hours_of_operations")
        ),
        Calls(
            set_overrides,
            ("overrides",),
            (
                "create_hours_of_operation_override",
                "update_hours_of_operation_override",
                "delete_hours_of_operation_override",
            ),
        ),
    )
    delete = Delete("delete_hours_of_operation", keeps_defaults=KEPT)
    reads = ConnectReads(
        search="search_hours_of_operations",
        list="list_hours_of_operations",
        describe="describe_hours_of_operation",
        shown_as="HoursOfOperation",
        row=("HoursOfOperationId", "HoursOfOperationArn"),
        listed=frozenset({"description", "time_zone", "config"}),
        apart={
            "overrides": Apart(operation="list_hours_of_operation_overrides", member="Overrides", page=None)
        },
    )
    made_with_instance = frozenset({"Basic Hours"})

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        found = dict(super().describe(api, sighting))
        parents = found.pop("ParentHoursOfOperations", [])
        found["ParentHoursOfOperationConfigs"] = [{"HoursOfOperationId": each["Id"]} for each in parents]
        return found
