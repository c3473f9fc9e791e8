"""Computes the hours of operation on given days from the week and the overrides."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import invalid
from reconciler.sandbox.connect.core.resource_types import HOURS
from reconciler.sandbox.connect.core.stored_records import Record
from reconciler.sandbox.connect.hours.hours_of_operation import PARENTS
from reconciler.sandbox.connect.hours.hours_overrides import of_hours
from reconciler.sandbox.connect.hours.recurrence import falls_on

DAY = 24 * 60
LONGEST = timedelta(days=366)
WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")

Slice = tuple[int, int]
"""Start and end in minutes since midnight; the end is above 1440 if it is on the next day."""

operations = Operations()


@operations.on_instance
def get_effective_hours_of_operations(
    instance: Instance, HoursOfOperationId: str, FromDate: str, ToDate: str
) -> Reply:
    """Compute the hours day by day; the overrides of parents apply as well."""
    record = instance.get(HOURS, HoursOfOperationId)
    try:
        first, last = date.fromisoformat(FromDate), date.fromisoformat(ToDate)
    except ValueError:
        raise invalid("FromDate and ToDate must be dates (YYYY-MM-DD).") from None
    if not timedelta() <= last - first <= LONGEST:
        raise invalid("ToDate must be FromDate or a day of the year after it.")
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    overrides = list(_overrides(instance, record))
    effective = [(day, _open_on(record, overrides, day)) for day in days]
    applied = [(day, list(_override_hours(overrides, day))) for day in days]
    return {
        "TimeZone": record.settings["TimeZone"],
        "EffectiveHoursOfOperationList": [
            {"Date": day.isoformat(), "OperationalHours": [_spelled(each) for each in slices]}
            for day, slices in effective
        ],
        "EffectiveOverrideHoursList": [
            {"Date": day.isoformat(), "OverrideHours": hours} for day, hours in applied if hours
        ],
    }


def _overrides(instance: Instance, record: Record) -> Iterator[Record]:
    yield from of_hours(instance, record)
    for parent in record.settings.get(PARENTS, ()):
        yield from of_hours(instance, instance.get(HOURS, parent["HoursOfOperationId"]))


def _slices(config: Sequence[Mapping[str, Any]], day: date) -> list[Slice]:
    found = []
    for each in config:
        if each.get("Day") in {None, WEEKDAYS[day.weekday()]}:
            start, end = _minutes(each["StartTime"]), _minutes(each["EndTime"])
            # An end at midnight is the end of the day, and an end before the start is on the next day.
            found.append((start, end if end > start else end + DAY))
    return sorted(found)


def _minutes(time: Mapping[str, int]) -> int:
    return time["Hours"] * 60 + time["Minutes"]


def _on(overrides: Sequence[Record], day: date, kind: str) -> list[Record]:
    return [each for each in overrides if each.settings["OverrideType"] == kind and _applies(each, day)]


def _applies(override: Record, day: date) -> bool:
    settings = override.settings
    if not settings["EffectiveFrom"] <= day.isoformat() <= settings["EffectiveTill"]:
        return False
    pattern = settings.get("RecurrenceConfig", {}).get("RecurrencePattern")
    return pattern is None or falls_on(pattern, day, date.fromisoformat(settings["EffectiveFrom"]))


def _open_on(record: Record, overrides: Sequence[Record], day: date) -> list[Slice]:
    """Return the open hours on a day: temporary hours replace the week; otherwise events add or remove hours."""
    temporary = _on(overrides, day, "STANDARD")
    if temporary:
        return _joined(_slices(temporary[0].settings["Config"], day))
    slices = _slices(record.settings["Config"], day)
    for override in _on(overrides, day, "OPEN"):
        slices += _slices(override.settings["Config"], day)
    for override in _on(overrides, day, "CLOSED"):
        for gap in _slices(override.settings["Config"], day):
            slices = [left for each in slices for left in _without(each, gap)]
    return _joined(slices)


def _joined(slices: Sequence[Slice]) -> list[Slice]:
    result: list[Slice] = []
    for start, end in sorted(slices):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def _without(each: Slice, gap: Slice) -> Iterator[Slice]:
    before, after = (each[0], min(each[1], gap[0])), (max(each[0], gap[1]), each[1])
    yield from (part for part in (before, after) if part[0] < part[1])


def _override_hours(overrides: Sequence[Record], day: date) -> Iterator[dict[str, Any]]:
    for kind in ("STANDARD", "OPEN", "CLOSED"):
        for override in _on(overrides, day, kind):
            status = "CLOSED" if kind == "CLOSED" else "OPEN"
            for each in _slices(override.settings["Config"], day):
                yield {**_spelled(each), "OverrideName": override.name, "OperationalStatus": status}


def _spelled(each: Slice) -> dict[str, Any]:
    start, end = ({"Hours": minutes % DAY // 60, "Minutes": minutes % 60} for minutes in each)
    return {"Start": start, "End": end}
