"""Windows of databases in UTC: each day for backups, each week for maintenance.

Source: CreateRelationalDatabase (Amazon Lightsail API Reference).
"""

import re

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY, WEEK = 24 * 60, 7 * 24 * 60
SHORTEST = 30
_TIME = r"([01]\d|2[0-3]):([0-5]\d)"
_DAY = f"({'|'.join(DAYS)})"
DAILY, WEEKLY = f"{_TIME}-{_TIME}", f"{_DAY}:{_TIME}-{_DAY}:{_TIME}"

Window = tuple[int, int]
"""The first minute, and the length in minutes."""


def daily(text: str) -> Window | None:
    """Return a window such as 16:00-16:30; None if it is malformed. It may end after midnight."""
    found = re.fullmatch(DAILY, text, re.ASCII)
    if found is None:
        return None
    hour, minute, end_hour, end_minute = (int(each) for each in found.groups())
    start = hour * 60 + minute
    return start, (end_hour * 60 + end_minute - start) % DAY


def weekly(text: str) -> Window | None:
    """Return a window such as tue:17:00-tue:17:30, from Monday 00:00; None if it is malformed. It may end in the next week."""
    found = re.fullmatch(WEEKLY, text.lower(), re.ASCII)
    if found is None:
        return None
    day, hour, minute, end_day, end_hour, end_minute = found.groups()
    start, end = (
        DAYS.index(name) * DAY + int(hours) * 60 + int(minutes)
        for name, hours, minutes in ((day, hour, minute), (end_day, end_hour, end_minute))
    )
    return start, (end - start) % WEEK


def overlap(backup: Window, maintenance: Window) -> bool:
    """Whether a daily and a weekly window have a minute in common."""
    start, length = maintenance
    first, minutes = backup
    # The distance from the start of one to the start of the other, within a day.
    return length >= DAY or (first - start) % DAY < length or (start - first) % DAY < minutes
