"""Gets and sets members of requests and replies by names that may have dots: `PhoneConfig.PhoneType`."""

from collections.abc import Mapping
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
