"""Finds the days on which a recurring override applies."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from dateutil.rrule import FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, YEARLY, rrule

FREQUENCIES = {"WEEKLY": WEEKLY, "MONTHLY": MONTHLY, "YEARLY": YEARLY}
WEEKDAYS = (MO, TU, WE, TH, FR, SA, SU)
EVERY_MONTH = range(1, 13)
"""All months, which are passed explicitly: otherwise occurrences of a weekday would be counted within the year."""


def falls_on(pattern: Mapping[str, Any], day: date, start: date) -> bool:
    """Whether the pattern applies to a day. Intervals count from the week, month or year of the start.

    Only monthly and yearly patterns have occurrences of weekdays
    (https://docs.aws.amazon.com/connect/latest/APIReference/API_RecurrencePattern.html).
    """
    occurrences = pattern.get("ByWeekdayOccurrence") or ()
    rule = rrule(
        FREQUENCIES[pattern["Frequency"]],
        interval=pattern["Interval"],
        dtstart=datetime.combine(start, time()),
        bymonth=pattern.get("ByMonth") or EVERY_MONTH,
        bymonthday=pattern.get("ByMonthDay") or None,
        byweekday=[weekday(number) for weekday in WEEKDAYS for number in occurrences] or WEEKDAYS,
    )
    at = datetime.combine(day, time())
    return bool(rule.between(at, at, inc=True))
