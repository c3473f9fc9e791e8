"""What texts may refer to of a live resource, beside its ARN, its id and its name."""

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
    """A value of a live resource that a text may hold: `${dynamodb.table:Users#stream_arn}`.

    `value_of` is the member of what `describe` shows that holds it; or it reads the value, by operations that the kind
    declares in `reads`, or computes it from the sighting. None while the resource has no such value.
    """

    summary: str
    value_of: str | Callable[[Api, Sighting], str | None]
    follows: tuple[str, ...] = ()
    """The fields that decide it: while one of them is to change, nobody knows what it will be."""
    missing: Callable[[Settings], str] = _unknown
    """Why a resource with these settings has no such value, and what to write; empty where it has, or only AWS knows."""
    means: Means | None = None
    """Of what it is the id, the ARN or the like, where that is another resource; fields are marked for what they take."""
    written: Callable[[Settings], str | None] = _unwritten
    """What it is by these settings of its resource, whatever else AWS shows; None where only AWS knows."""
    has: Callable[[Api, Sighting, str], bool] = lambda _api, _sighting, _value: True
    """Whether the live resource has what its settings say that it has: until then nothing is sent that refers to it."""
