"""Desired state as the engine uses it: typed, validated resources with their references resolved to keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from reconciler.model import Settings


class Key(NamedTuple):
    """The key of one resource of a stack: its kind and its name."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


class Place(NamedTuple):
    """A position in the files; `line` and `column` count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Policy:
    """The `policy` of a resource in the files: how it is treated."""

    on_drift: Literal["correct", "report"] = "correct"
    """`correct` changes AWS; `report` only shows differences."""
    protect: bool | None = None
    """Never delete or replace it; None leaves it to the kind (instances, numbers, tables and buckets are)."""
    ignore: tuple[str, ...] = ()
    """Fields that are only sent on create."""
    replace: bool = False
    """Delete and create the resource again when a fixed field changes; without it such a change is refused."""


class Fed(NamedTuple):
    """The row of a feed that a resource is made of; its place is that of the resource."""

    feed: str
    left: bool = False
    """Whether the row is one of a leaver, who is only changed and never created."""


class FeedRow(NamedTuple):
    """One row of the file of a feed."""

    line: int
    """Where it begins, from 1."""
    name: str
    """The name of its resource; empty if it cannot be read."""
    left: bool = False
    """Whether it is one of a leaver."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A CSV file whose rows are resources of one kind."""

    name: str
    kind: str
    file: str
    rows: tuple[FeedRow, ...] = ()
    max_shrink_percent: int = 10
    """Percent of its resources in AWS that one pass may take away."""
    results: str | None = None
    """The file for what was done with each row, relative to the stack's directory."""
    leaver_fields: tuple[str, ...] = ()
    """The fields that leavers get instead of those of their row; without any, their rows count as not there."""
    dated: bool = False
    """Whether the stack is another one tomorrow, because rows have last days."""


AS_IN_THE_FILES = ""
"""The value of `aws_name` for a resource that has the name of the files in AWS."""


@dataclass(frozen=True, slots=True)
class Desired:
    """One resource as the files declare it. `settings` holds only the fields that the author wrote."""

    key: Key
    settings: Settings
    place: Place
    scope: Key | None = None
    """The resource that this one lives in: for a queue, its Connect instance."""
    references: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)
    """By top-level field: the resources that it refers to."""
    policy: Policy = Policy()
    adopt: bool = False
    """Adopt an unmarked live resource of this name, whatever its settings are."""
    existing: bool = False
    """Only refer to it: it must exist, and is never marked, changed or deleted."""
    renamed_from: str | None = None
    chosen: Settings | None = None
    """How an existing resource is found if not by its name: by its id, its tags, or fields."""
    aws_name: str | None = AS_IN_THE_FILES
    """Its name in AWS, as its kind gives it (`Adapter.aws_name`); None if only our mark, or the fields of `chosen`,
    identify it."""
    fed: Fed | None = None
    """The row of a feed that it is made of; None if the files write it themselves."""

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
    def has_left(self) -> bool:
        """Whether it is the row of a leaver, who need not be in AWS."""
        return self.fed is not None and self.fed.left

    @property
    def called(self) -> str:
        """Its name in AWS; if AWS has no name for it, the one in the files."""
        return self.aws_name or self.key.name


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """How much one pass may delete or replace without approval."""

    max_percent: int = 30
    """Percent of the owned resources, of all together and of each kind; a single delete is always allowed."""
    max_deletes: int | None = None
    """The most deletes in total; None: as many as the percentage allows."""

    def exceeded(self, gone: int, owned: int) -> bool:
        """Whether more than the percentage of the owned resources goes; a single one always may."""
        return gone > 1 and 100 * gone > self.max_percent * owned


@dataclass(frozen=True, slots=True)
class IgnoredExtra:
    """One entry of `ignore` in `stack.yaml`: what lives beside the stack and is not reported."""

    resource: str
    """A `KIND/NAME` pattern with the name in AWS; `*` and `?` are wildcards."""
    reason: str
    place: Place
    field: str | None = None
    """A pattern of fields of a resource of the stack; None: the resource and all its fields."""
    until: str | None = None
    """The last day on which the entry has an effect, as YYYY-MM-DD in UTC; None: it has no end."""


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role that the passes of an environment assume."""

    arn: str
    session_name: str
    """The name of the session, which CloudTrail shows."""
    external_id: str | None = None
    """The external id that the trust policy of the role may require."""


@dataclass(frozen=True, slots=True)
class Destruction:
    """What a pass may delete that deletes everything of a stack: from the command line, never from files."""

    also_protected: bool = False
    """Whether protected resources are deleted, too."""
    empties: bool = False
    """Whether resources that AWS deletes only when they are empty are emptied first."""
    given_up: frozenset[Key] = frozenset()
    """Resources that are deleted although something is lost with them that cannot be had again (`Delete.loses`)."""
    protected: frozenset[Key] = frozenset()
    """Resources that the files protect; their marks may not say so yet."""
    kinds: frozenset[str] = frozenset()
    """The kinds that the files name: they are listed, whatever a search for our mark shows."""
    staying: Mapping[Key, str] = field(default_factory=dict)
    """Resources of ours that are not deleted although others live in them, and why: they are in `Stack.resources`."""


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
    """Delete what has our mark and is no longer desired."""
    release: tuple[Key, ...] = ()
    """Resources that are no longer desired and are released, not deleted."""
    ignore: tuple[IgnoredExtra, ...] = ()
    """What lives beside the stack and is not reported."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    """By name: texts with references, whose values other programs read."""
    feeds: tuple[Feed, ...] = ()
    """The CSV files whose rows are among `resources`."""
    warnings: tuple[str, ...] = ()
    """Warnings about the files, a line each, with the place."""
    guard: GuardLimits = GuardLimits()
    beside: frozenset[Key] = frozenset()
    """Desired resources that are not in `resources`, because the pass handles only a part of the stack."""
    unwanted: frozenset[Key] = frozenset()
    """Live resources that the files do not declare and that a pass deletes: from the command line, never from files. Their names
    are those in AWS, or in our mark."""
    destroys: Destruction | None = None
    """Set in a pass that deletes everything of the stack: `resources` has only what others live in and what stays."""
    role: Role | None = None
    """The role of the environment; None: the credentials themselves."""
    files_hash: str = ""
    """sha256 over every file that the stack was read from."""

    @property
    def mark(self) -> str:
        """The mark of its resources: stack and environment, since two environments may share an account."""
        return f"{self.name}/{self.environment}"

    def called(self, key: Key) -> str:
        """The name of a resource in AWS; the one in its key if AWS has none, or if the files do not have the resource."""
        desired = self.resources.get(key)
        return desired.called if desired else key.name

    def lets_go_of(self, kind: str) -> bool:
        """Whether the stack deletes or releases resources of a kind that are no longer desired, or unwanted."""
        return self.prune or any(key.kind == kind for key in (*self.release, *self.unwanted))
