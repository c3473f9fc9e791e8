"""What a kind sees of the files when it looks for mistakes in them."""

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.model import Settings


@dataclass(frozen=True, slots=True)
class InFiles:
    """One resource as the files write it, each field valid for itself, and what stands beside it."""

    name: str
    settings: Settings
    new: bool
    """Whether AWS is to create it where it has none: it is not `adopt: true`, and was not renamed."""
    home: Settings | None
    """Of the resource that it lives in; None where the files do not say its settings."""
    others: Callable[[str, str], Settings | None]
    """The settings of another resource by kind and name; None where the files do not say them."""

    wrong: frozenset[str] = frozenset()
    """The fields that have a mistake of their own: their values stand nowhere here, and nobody knows what was meant."""

    @property
    def values(self) -> Settings:
        """The fields that the files write, without those that are null."""
        return {name: value for name, value in self.settings.items() if value is not None}

    def lacks(self, *names: str) -> bool:
        """Whether it is new, and the files write none of these fields."""
        return self.new and all(self.settings.get(name) is None and name not in self.wrong for name in names)
