"""What another file of a stack is read with: the names, the variables and the mistakes of the stack."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from reconciler.desired.discovery import Sources
from reconciler.desired.settings_reader import SettingsReader
from reconciler.desired.text_fields import Texts


@dataclass(frozen=True)
class Surroundings:
    """The stack as far as it is read; all names are known."""

    sources: Sources
    settings: SettingsReader
    texts: Texts
    environments: Sequence[str]
    """The names of all environments."""
    chosen: str | None
    """The environment that the stack is loaded for; None if it could not be chosen."""


class Reader(Protocol):
    """Reads another file of a stack together with it, such as its checks."""

    def read(self, around: Surroundings) -> None:
        """Read the file and note its mistakes; called again if the files have changed meanwhile."""


@dataclass(frozen=True)
class Readers:
    """Reads several other files."""

    all: Sequence[Reader]

    def read(self, around: Surroundings) -> None:
        """Read each file."""
        for each in self.all:
            each.read(around)
