"""Checks of attributes that Amazon SNS and Amazon SQS keep as texts."""

import json
from collections.abc import Callable
from typing import Any

Check = Callable[[str], bool]

TRUTH = ("true", "false")


def json_object(value: str) -> Any:
    """Return the object in a JSON text; None if it is not an object."""
    try:
        read = json.loads(value)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def between(least: int, most: int) -> Check:
    """Return a check for a whole number in this range, both ends included."""
    return lambda value: value.isdecimal() and least <= int(value) <= most


def one_of(*allowed: str) -> Check:
    """Return a check for one of these texts."""
    return lambda value: value in allowed
