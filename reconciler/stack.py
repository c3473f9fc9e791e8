"""Desired state as the engine sees it: every resource typed, validated, and its references resolved to keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from reconciler.model import Settings


class Key(NamedTuple):
    """What singles out one resource of a stack: its kind and its name."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


class Place(NamedTuple):
    """Where in the files something stands; `line` and `column` count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Policy:
    """What the author said about how a resource is treated, beside its settings."""

    on_drift: Literal["correct", "report"] = "correct"
    """`report`: differences are shown and left alone."""
    protect: bool | None = None
    """Never delete or replace it; None leaves it to the kind (instances, numbers, tables and buckets are)."""
    ignore: tuple[str, ...] = ()
    """Fields that are sent on create and left alone afterwards."""
    replace: bool = False
    """Delete and create anew when a fixed field changes; without it such a change is refused."""


AS_IN_THE_FILES = ""
"""Instead of AWS's name: it is the name that the files give."""


@dataclass(frozen=True, slots=True)
class Desired:
    """One resource as the files ask for it. `settings` holds only the fields that the author wrote."""

    key: Key
    settings: Settings
    place: Place
    scope: Key | None = None
    """The resource within which this one lives: the Connect instance of a queue."""
    references: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)
    """Whom each top-level field refers to."""
    policy: Policy = Policy()
    adopt: bool = False
    """Take a live resource of this name that bears no mark, whatever its settings."""
    existing: bool = False
    """Only refer to it: it is found and never marked, changed or deleted."""
    renamed_from: str | None = None
    chosen: Settings | None = None
    """By what one that exists is found, where not by its name: its id, its tags, or fields."""
    aws_name: str | None = AS_IN_THE_FILES
    """What AWS calls it, as its kind says (`Adapter.aws_name`); None where only our mark tells which one it is, or what it
    is chosen by."""

    def __post_init__(self) -> None:
        if self.chosen is not None:
            object.__setattr__(self, "aws_name", None)
        elif self.aws_name == AS_IN_THE_FILES:
            object.__setattr__(self, "aws_name", self.key.name)

    def under(self, key: Key) -> "Desired":
        """The same resource under another key."""
        same = self.aws_name == self.key.name
        return replace(self, key=key, aws_name=key.name if same else self.aws_name)

    @property
    def called(self) -> str:
        """AWS's name for it; where AWS has none, the one in the files."""
        return self.aws_name or self.key.name


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """How much one pass may delete or replace before somebody has to approve it."""

    max_percent: int = 30
    """Of the owned resources, of all together and of each kind; one delete alone is always less."""
    max_deletes: int | None = None
    """How many in all; None: as many as the percentage allows."""


@dataclass(frozen=True, slots=True)
class Stack:
    """One directory of desired state, for one environment."""

    name: str
    environment: str
    account: str
    region: str
    resources: Mapping[Key, Desired]
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of every resource of the stack."""
    prune: bool = False
    """Delete what bears our mark and is no longer desired."""
    release: tuple[Key, ...] = ()
    """No longer desired, and to be unmarked rather than deleted."""
    warnings: tuple[str, ...] = ()
    """What may be wrong in the files, a line each, with its place; nothing depends on it."""
    guard: GuardLimits = GuardLimits()
    beside: frozenset[Key] = frozenset()
    """Desired as well, but left out of `resources`: a pass over a part of the stack is not about them."""
    files_hash: str = ""
    """sha256 over every file that the stack was read from."""

    @property
    def mark(self) -> str:
        """What its resources bear: two environments of one stack may share an account and its names."""
        return f"{self.name}/{self.environment}"

    def called(self, key: Key) -> str:
        """AWS's name for a resource; where AWS has none, or the files do not name it, the one in its key."""
        desired = self.resources.get(key)
        return desired.called if desired else key.name

    def lets_go_of(self, kind: str) -> bool:
        """Whether something of a kind that is no longer desired is to be deleted or unmarked."""
        return self.prune or any(key.kind == kind for key in self.release)
