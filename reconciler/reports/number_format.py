"""Formats numbers, times and lists for reports."""

from collections.abc import Iterable

UNITS = ((86400.0, "day"), (3600.0, "hour"), (60.0, "minute"), (1.0, "second"))
"""The units of `time_ago`, with their length in seconds."""


def lasting(seconds: float) -> str:
    """A span of time in words: `under 10 s`, `45 s`, `12 min`, `1 h 23 min`."""
    if seconds < 10:
        return "under 10 s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def counted(number: int, noun: str) -> str:
    """A number and its noun: `1 change`, `2 changes`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def time_ago(seconds: float) -> str:
    """A span of time in words: `3 minutes ago`."""
    for length, unit in UNITS:
        if seconds >= length:
            return f"{counted(int(seconds // length), unit)} ago"
    return "now"


def listed(words: Iterable[str]) -> str:
    """A list of words as a phrase: `a`, `a and b`, `a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
