"""connect.hours_of_operation: when a contact centre is open, and the days on which it is open otherwise."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from reconciler.appearance import Appearance, Names
from reconciler.cloudformation import CloudFormation
from reconciler.contract import Api, Assigned, Calls, Change, Create, Delete, Request, Sends, Sighting, Wired
from reconciler.forms import TIME, Day, TimeZone
from reconciler.model import Codec, Part, Ref, Rows, Wire
from reconciler.resources.connect.common import (
    IN_INSTANCE,
    KEPT,
    NAMES,
    Apart,
    Clearable,
    ConnectAdapter,
    ConnectReads,
    InInstance,
    Lasting,
)
from reconciler.resources.lasting import LASTS

Weekday = Literal["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"]


def _to_slice(text: str) -> dict[str, int]:
    hours, minutes = text.split(":")
    return {"Hours": int(hours), "Minutes": int(minutes)}


def _from_slice(time: dict[str, int]) -> str:
    return f"{time['Hours']:02}:{time['Minutes']:02}"


Time = Annotated[str, TIME, Codec(_to_slice, _from_slice)]
"""Hours and minutes, "09:00"; a day of 24 hours starts and ends at "00:00"."""


class Opening(Part):
    """One stretch of one weekday."""

    day: Weekday
    start_time: Time
    end_time: Time


class Parent(Part):
    """Hours whose overrides hold here, too."""

    hours_of_operation: Annotated[str, Ref("connect.hours_of_operation"), Wire("HoursOfOperationId")]


class RecurrencePattern(Part):
    """How often an override comes back."""

    frequency: Literal["WEEKLY", "MONTHLY", "YEARLY"]
    interval: Annotated[int, Field(ge=1, le=6)]
    by_month: list[int] | None = None
    by_month_day: list[int] | None = None
    by_weekday_occurrence: list[int] | None = None


class Recurrence(Part):
    """That an override comes back."""

    recurrence_pattern: RecurrencePattern


class Override(Part):
    """Days on which other times hold: a holiday, a late-night sale."""

    name: Annotated[str, Field(min_length=1, max_length=127)]
    description: Lasting = None
    config: Annotated[list[Opening], Rows(("day", "start_time", "end_time"))]
    effective_from: Day
    effective_till: Day
    recurrence_config: Annotated[Recurrence | None, LASTS] = None
    override_type: Annotated[Literal["STANDARD", "OPEN", "CLOSED"] | None, LASTS] = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.effective_till < self.effective_from:
            raise ValueError(
                "effective_till is before effective_from; write the first day, then the last one"
            )
        return self


class HoursOfOperation(InInstance):
    """Hours of operation of queues and flows."""

    description: Clearable = None
    time_zone: Annotated[TimeZone | None, LASTS] = None
    config: Annotated[
        list[Opening] | None, Rows(("day", "start_time", "end_time")), Field(max_length=100), LASTS
    ] = None
    parents: Annotated[
        list[Parent] | None,
        Rows(("hours_of_operation",)),
        Wire("ParentHoursOfOperationConfigs"),
        Field(max_length=3),
    ] = None
    overrides: Annotated[list[Override] | None, Rows(("name",)), Field(max_length=50)] = None


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
