"""Contents of a resource that are deleted with it, although no kind manages them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Unmanaged:
    """Contents of a resource that are deleted with it, although no kind manages them.

    They are listed if a plan deletes or replaces that resource, and only reported.
    """

    noun: str
    """The plural name of the type, such as `prompts`."""
    operation: str
    """The operation that lists them; it needs only the address of the resource that they live in."""
    named_by: tuple[str, ...] = ("Name",)
    """The members of a row that may hold its name; the first one with a value is shown."""
    made_by_aws: tuple[str, tuple[Any, ...]] | None = None
    """The member of a row that shows what AWS created itself, and its values for that; such rows are not reported."""
    with_defaults: bool = False
    """Whether AWS creates some of them itself, and no reply shows which."""
