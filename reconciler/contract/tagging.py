"""How one service writes and reads tags."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from reconciler.contract.calls import Api, Request, Sighting, Wired


@dataclass(frozen=True)
class Tagging:
    """How one service writes and reads tags.

    `created_with` gives the parameters that carry tags in a create request; `read` reads a live resource's tags;
    `change` makes the requests that turn all its tags of before into all its tags of after.
    """

    created_with: Callable[[Mapping[str, str]], Wired]
    read: Callable[[Api, Sighting], Mapping[str, str]]
    change: Callable[[Sighting, Mapping[str, str], Mapping[str, str]], Iterable[Request]]
    operations: tuple[str, ...]
    """Those of all ways; one of another service as `s3control:tag_resource`."""
    whole: bool = False
    """Whether a change replaces all tags at once: then those that are there are read right before."""
    instead: "Callable[[Api, Sighting], Tagging | None] | None" = None
    """Asked right before a change: in which other way this resource is tagged; None: in this one."""
