"""Reads and replaces ids in settings by their path."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any


@cache
def steps(path: str) -> tuple[tuple[str, bool], ...]:
    """Split a path such as "QueueConfigs[].QueueReference.QueueId" into members, each with whether it is a list."""
    return tuple((step.removesuffix("[]"), step.endswith("[]")) for step in path.split("."))


def values_at(settings: Mapping[str, Any], path: str) -> Iterator[str]:
    """Yield every string at the path."""
    places: list[Any] = [settings]
    for member, is_list in steps(path):
        found = [place[member] for place in places if place.get(member)]
        places = [item for items in found for item in items] if is_list else found
    yield from places


def rewritten(settings: Mapping[str, Any], path: str, resolve: Callable[[str], str]) -> Mapping[str, Any]:
    """Return the settings with every string at the path replaced by the result of `resolve`."""
    result: Mapping[str, Any] = _rewritten(settings, steps(path), resolve)
    return result


def _rewritten(place: Any, path: tuple[tuple[str, bool], ...], resolve: Callable[[str], str]) -> Any:
    if not path:
        return resolve(place)
    (member, is_list), *rest = path
    if not place.get(member):
        return place
    inner, further = place[member], tuple(rest)
    made = (
        [_rewritten(item, further, resolve) for item in inner]
        if is_list
        else _rewritten(inner, further, resolve)
    )
    return {**place, member: made}
