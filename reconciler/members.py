"""Gets and sets members of requests and replies by names that may have dots: `PhoneConfig.PhoneType`."""

from collections.abc import Iterable, Mapping
from typing import Any


def get_member(members: Mapping[str, Any], wire: str) -> Any:
    """A member by its name, which may have dots; None if it is missing."""
    if "." not in wire:
        # `dict` first: this is called a hundred thousand times a pass
        return members.get(wire) if isinstance(members, (dict, Mapping)) else None
    value: Any = members
    for name in wire.split("."):
        if not isinstance(value, (dict, Mapping)):
            return None
        value = value.get(name)
    return value


def set_member(members: dict[str, Any], wire: str, value: Any) -> None:
    """Set a member by its name, which may have dots."""
    *outer, last = wire.split(".")
    for name in outer:
        members = members.setdefault(name, {})
    members[last] = value


def drop_member(members: dict[str, Any], wire: str) -> None:
    """Remove a member by its name, which may have dots; does nothing if it is missing."""
    *outer, last = wire.split(".")
    inner = get_member(members, ".".join(outer)) if outer else members
    if isinstance(inner, dict):
        inner.pop(last, None)


def as_written(value: Any) -> Any:
    """A number as an author writes it: 80 and not 80.0, which AWS may show. Other values stay as they are."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def row_key(row: Mapping[str, Any], by: Iterable[str]) -> tuple[str, ...]:
    """What a row of a list is known by: its values of these fields, as texts."""
    return tuple("" if row.get(name) is None else str(as_written(row[name])) for name in by)
