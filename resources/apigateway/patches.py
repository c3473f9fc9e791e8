"""Patch operations, as the Update operations of Amazon API Gateway take them.

Source: https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from reconciler.contract import Change, Request, Sighting

PATCHES = "patchOperations"
Patch: TypeAlias = dict[str, str]
NONE: Mapping[str, str] = {}


def step(text: str) -> str:
    """A name as a step of a path."""
    return text.replace("~", "~0").replace("/", "~1")


def as_text(value: Any) -> str:
    """A value as a patch has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def patch(op: str, path: str, value: Any = None) -> Patch:
    """One operation."""
    return {"op": op, "path": path, **({} if value is None else {"value": as_text(value)})}


def replaced(
    before: Mapping[str, Any], after: Mapping[str, Any], defaults: Mapping[str, str] = NONE, below: str = ""
) -> list[Patch]:
    """The operations that replace the settings which differ; one that is no longer wanted gets its default, or is empty."""
    names = [*after, *(each for each in before if each not in after)]
    return [
        patch("replace", f"{below}/{name}", after.get(name, defaults.get(name, "")))
        for name in names
        if before.get(name) != after.get(name)
    ]


def entry_patches(
    path: str, before: Collection[str] | None, after: Collection[str] | None
) -> Iterator[Patch]:
    """The operations that change a list whose members are the values: first those that add."""
    yield from (patch("add", path, each) for each in after or () if each not in (before or ()))
    yield from (patch("remove", path, each) for each in before or () if each not in (after or ()))


def member_patches(
    path: str, before: Collection[str] | None, after: Collection[str] | None
) -> Iterator[Patch]:
    """The operations that change a list whose members are steps of the path: first those that add."""
    yield from (patch("add", f"{path}/{step(each)}") for each in after or () if each not in (before or ()))
    yield from (patch("remove", f"{path}/{step(each)}") for each in before or () if each not in (after or ()))


def map_patches(
    path: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> Iterator[Patch]:
    """The operations that change the entries of a map."""
    old, new = before or {}, after or {}
    for name, value in new.items():
        if old.get(name) != value:
            yield patch("replace" if name in old else "add", f"{path}/{step(name)}", value)
    yield from (patch("remove", f"{path}/{step(name)}") for name in old if name not in new)


def update(operation: str, live: Change | Sighting, patches: Iterable[Patch]) -> Iterator[Request]:
    """The request with these operations on a live resource; none if there is nothing to change."""
    found = [*patches]
    if found:
        yield Request(operation, {**live.address, PATCHES: found})


def settings(operation: str, *names: str) -> Callable[[Change], Iterable[Request]]:
    """One request with the settings that differ; without a value, a setting is cleared."""

    def requests(change: Change) -> Iterable[Request]:
        wanted = ((name, change.desired.get(name)) for name in names if change.differs(name))
        return update(operation, change, (patch("replace", f"/{name}", value) for name, value in wanted))

    return requests
