"""Attributes of a live resource that texts may refer to, in addition to its ARN, its id and its name."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from reconciler.contract.calls import Api, Sighting
from reconciler.model import Means, Settings


def _unwritten(_settings: Settings) -> str | None:
    return None


def _unknown(_settings: Settings) -> str:
    return ""


@dataclass(frozen=True)
class Attribute:
    """A value of a live resource that a text may refer to: `${dynamodb.table:Users#stream_arn}`.

    `value_of` is the member of the result of `describe` that holds it; if the list of the kind shows this member, it is not
    read. Or it is a function that reads the value, with operations that the kind declares in `reads`, or computes it from the
    sighting. It returns None while the resource has no such value.
    """

    summary: str
    value_of: str | Callable[[Api, Sighting], str | None]
    follows: tuple[str, ...] = ()
    """The fields that determine it: while one of them is to be changed, the new value is not known."""
    missing: Callable[[Settings], str] = _unknown
    """Why a resource with these settings has no such value, and what to write; empty if it has, or if only AWS knows."""
    means: Means | None = None
    """Its meaning, if it is the id, the ARN or the like of another resource; fields declare which meanings they take."""
    written: Callable[[Settings], str | None] = _unwritten
    """Its value as the settings of its resource determine it; None if only AWS knows it."""
    has: Callable[[Api, Sighting, str], bool] = lambda _api, _sighting, _value: True
    """Whether the live resource already has the value of its settings; until then no reference to it is sent."""
    around_arn: re.Pattern[str] | None = None
    """The form of its value, if that holds the ARN of the resource, as the group `arn`: `export` writes a reference for it."""
