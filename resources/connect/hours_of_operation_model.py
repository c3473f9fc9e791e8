"""The settings of connect.hours_of_operation."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from reconciler.forms import TIME, Day, TimeZone
from reconciler.model import Codec, Part, Ref, Rows, Wire
from reconciler.resources.connect.common import Clearable, InInstance, Lasting
from reconciler.resources.lasting import LASTS

Weekday = Literal["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"]


def _to_slice(text: str) -> dict[str, int]:
    hours, minutes = text.split(":")
    return {"Hours": int(hours), "Minutes": int(minutes)}


def _from_slice(time: dict[str, int]) -> str:
    return f"{time['Hours']:02}:{time['Minutes']:02}"


Time = Annotated[str, TIME, Codec(_to_slice, _from_slice)]
"""A time of day as hours and minutes, such as "09:00". A day of 24 hours starts and ends at "00:00"."""


class Opening(Part):
    """A time span on one weekday."""

    day: Weekday
    start_time: Time
    end_time: Time


class Parent(Part):
    """Other hours of operation; their overrides also apply here."""

    hours_of_operation: Annotated[str, Ref("connect.hours_of_operation")]


class RecurrencePattern(Part):
    """The rule for the repetition of an override."""

    frequency: Literal["WEEKLY", "MONTHLY", "YEARLY"]
    interval: Annotated[int, Field(ge=1, le=6)]
    by_month: list[Annotated[int, Field(ge=1, le=12)]] | None = None
    by_month_day: list[Annotated[int, Field(ge=-1, le=31)]] | None = None
    """-1 is the last day of the month."""
    by_weekday_occurrence: list[Annotated[int, Field(ge=-1, le=4)]] | None = None
    """-1 is the last one of the month."""


class Recurrence(Part):
    """The repetition of an override."""

    recurrence_pattern: RecurrencePattern


class Override(Part):
    """Days with other times, such as a holiday."""

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
