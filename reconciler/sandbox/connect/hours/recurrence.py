"""On which days a recurring event falls."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any


def falls_on(pattern: Mapping[str, Any], day: date, start: date) -> bool:
    """Tell whether the pattern, which counts its intervals from the start, hits a day."""
    apart = {
        "WEEKLY": (day.toordinal() - day.weekday() - start.toordinal() + start.weekday()) // 7,
        "MONTHLY": (day.year - start.year) * 12 + day.month - start.month,
        "YEARLY": day.year - start.year,
    }[pattern["Frequency"]]
    return (
        apart % pattern["Interval"] == 0
        and (not pattern.get("ByMonth") or day.month in pattern["ByMonth"])
        and (not pattern.get("ByMonthDay") or _is_day(day, pattern["ByMonthDay"]))
        and (not pattern.get("ByWeekdayOccurrence") or _is_weekday(day, pattern["ByWeekdayOccurrence"]))
    )


def _is_day(day: date, wanted: list[int]) -> bool:
    return day.day in wanted or (-1 in wanted and day.day == monthrange(day.year, day.month)[1])


def _is_weekday(day: date, wanted: list[int]) -> bool:
    last = day.day + 7 > monthrange(day.year, day.month)[1]
    return (day.day - 1) // 7 + 1 in wanted or (-1 in wanted and last)
