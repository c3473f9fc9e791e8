"""Schedules of EventBridge: rates, cron expressions, and single times.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html,
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from reconciler.forms import without

RATE = re.compile(r"rate\((\d+) (minute|hour|day)(s?)\)")
TIME = re.compile(r"at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)")
CRON = re.compile(r"cron\((.*)\)")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


class Field(NamedTuple):
    """One field of a cron expression."""

    name: str
    least: int
    most: int
    names: tuple[str, ...] = ()
    special: str = ""
    """A pattern of values that only this field takes."""


FIELDS = (
    Field("minutes", 0, 59),
    Field("hours", 0, 23),
    Field("day-of-month", 1, 31, special=r"\?|L|LW|\d{1,2}W"),
    Field("month", 1, 12, MONTHS),
    Field(
        "day-of-week", 1, 7, DAYS, special=rf"\?|([1-7]|{'|'.join(DAYS)})?L|([1-7]|{'|'.join(DAYS)})#[1-5]"
    ),
    Field("year", 1970, 2199),
)
EXAMPLES: Mapping[bool, str] = {
    False: "rate(5 minutes) or cron(0 12 * * ? *)",
    True: "rate(5 minutes), cron(0 12 * * ? *) or at(2030-01-31T12:00:00)",
}
"""By whether single times are allowed."""


def rule_problem(text: str) -> str:
    """The problem of the schedule of a rule; empty if it is valid."""
    return _problem(text, times=False)


def schedule_problem(text: str) -> str:
    """The problem of the expression of a schedule, which may be a single time; empty if it is valid."""
    return _problem(text, times=True)


OF_RULE, OF_SCHEDULE = without(rule_problem), without(schedule_problem)
"""The marks of fields."""


def _problem(text: str, *, times: bool) -> str:
    if found := RATE.fullmatch(text):
        return _of_rate(int(found[1]), found[2], plural=bool(found[3]))
    if found := CRON.fullmatch(text):
        return next(_of_cron(found[1].split()), "")
    if times and (found := TIME.fullmatch(text)):
        return _of_time(found[1])
    return f"expected {EXAMPLES[times]}"


def _of_rate(number: int, unit: str, *, plural: bool) -> str:
    if number == 0:
        return "expected a rate of at least 1"
    if plural == (number == 1):
        return f"AWS takes this as rate({number} {unit}{'' if number == 1 else 's'})"
    return ""


def _of_time(text: str) -> str:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return "the calendar has no such time; write a real one as at(YYYY-MM-DDTHH:MM:SS)"
    return ""


def _of_cron(values: list[str]) -> Iterator[str]:
    names = ", ".join(field.name for field in FIELDS)
    if len(values) != len(FIELDS):
        yield f"a cron expression has {len(FIELDS)} fields ({names}); these are {len(values)}"
        return
    for field, value in zip(FIELDS, values, strict=True):
        if not all(_fits(field, each) for each in value.split(",")):
            yield f"{value} is not valid for {field.name} (from {field.least} to {field.most})"
    if (values[2] == "?") == (values[4] == "?"):
        yield "write ? either for day-of-month or for day-of-week"


def _fits(field: Field, text: str) -> bool:
    """Whether a value, a range or a step is valid in a field."""
    if field.special and re.fullmatch(field.special, text.upper()):
        return True
    whole, slash, step = text.partition("/")
    if slash and not (step.isdecimal() and int(step) > 0):
        return False
    start, dash, end = whole.partition("-")
    if not dash:
        return whole == "*" or _is_value(field, whole)
    return _is_value(field, start) and _is_value(field, end)


def _is_value(field: Field, text: str) -> bool:
    if text.upper() in field.names:
        return True
    return text.isascii() and text.isdecimal() and field.least <= int(text) <= field.most
