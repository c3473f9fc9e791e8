"""What a kind sees of the files when it checks them for mistakes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.model import Settings


@dataclass(frozen=True, slots=True)
class InFiles:
    """One resource as the files write it, with fields that are valid on their own, and its surroundings."""

    name: str
    settings: Settings
    new: bool
    """Whether AWS creates it if it does not exist: it is not `adopt: true`, and was not renamed."""
    home: Settings | None
    """The settings of the resource that it lives in; None if the files do not have them."""
    others: Callable[[str, str], Settings | None]
    """The settings of another resource by kind and name; None if the files do not have them."""
    every: Callable[[str], Mapping[str, Settings]]
    """The settings of every resource of a kind by name, in the order of the files."""

    wrong: frozenset[str] = frozenset()
    """The fields with a mistake of their own: their values are left out, because the intended value is not known."""
    region: str = ""
    """The Region of the stack; empty if it is not known."""

    @property
    def values(self) -> Settings:
        """The fields that the files write, without those that are null."""
        return {name: value for name, value in self.settings.items() if value is not None}

    def lacks(self, *names: str) -> bool:
        """Whether it is new, and the files write none of these fields."""
        return self.new and all(self.settings.get(name) is None and name not in self.wrong for name in names)
