"""What lives in a resource and is deleted with it, although no kind stands for it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Unmanaged:
    """What lives in a resource and is deleted with it, although no kind of ours stands for it.

    It is listed where a plan deletes or replaces that resource, and only said: nothing is done about it.
    """

    noun: str
    """What there are several of: `prompts`."""
    operation: str
    """What lists all of it; the address of the resource that it lives in is all that it asks for."""
    named_by: tuple[str, ...] = ("Name",)
    """The members of a row that may hold its name; the first that does is told."""
    made_by_aws: tuple[str, tuple[Any, ...]] | None = None
    """The member of a row by which AWS tells what it made itself, and its values there; that is no loss."""
    with_defaults: bool = False
    """Whether AWS makes some itself, and no reply tells which."""
