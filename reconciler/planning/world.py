"""The live resources in AWS, as far as this pass has seen them: with the stack, the input of a plan."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from reconciler.contract import Address, Sighting
from reconciler.decoder import Decoder
from reconciler.field_schema import Shape
from reconciler.model import Settings
from reconciler.planning.ownership import Owner
from reconciler.stack import Key


@dataclass(frozen=True, slots=True)
class Observed:
    """One live resource, with the fields that the desired resource needs."""

    sighting: Sighting
    owner: Owner
    tags: Mapping[str, str]
    members: Mapping[str, Any]
    """The reply's members, with AWS's names."""
    settings: Settings
    """The settings in the words of desired state; only texts are still as AWS has them (see `World.in_words`)."""
    fields: frozenset[str]
    """The managed fields that were read; `settings` has no others."""
    other_stack: str | None = None
    """The stack whose mark a foreign resource has."""


@dataclass(frozen=True, slots=True)
class Stray:
    """A live resource that has our mark and is no longer desired."""

    key: Key
    sighting: Sighting
    tags: Mapping[str, str]
    scope: Key | None = None
    """The desired resource that it lives in."""


@dataclass(frozen=True, slots=True)
class Undeclared:
    """A live resource that the files do not declare and that no pass of the stack has marked; its tags are read."""

    kind: str
    sighting: Sighting
    scope: Key | None = None
    """The desired resource that it lives in."""


@dataclass(frozen=True, slots=True)
class ContainedResource:
    """One live resource that lives in another one and is deleted with it; its tags are read."""

    kind: str
    sighting: Sighting

    @property
    def tags(self) -> Mapping[str, str]:
        """Its tags; empty if its kind has no tags."""
        return self.sighting.tags or {}


@dataclass(frozen=True, slots=True)
class UnmanagedContents:
    """Contents of one type that no kind manages; they are deleted with the resource that they live in."""

    noun: str
    """The plural name of the type, such as `prompts`."""
    names: tuple[str, ...] = ()
    """The names in AWS's list."""
    with_defaults: bool = False
    """Whether AWS created some of them, without a way to know which."""
    not_listed: str | None = None
    """Why they could not be listed."""
    emptied: bool = False
    """Whether they are deleted one by one before the resource, and not with it."""
    more: bool = False
    """Whether there are more than `names`."""

    @property
    def count(self) -> str:
        """How many there are, in words."""
        return f"{'more than ' if self.more else ''}{len(self.names):,}"


@dataclass
class World:
    """Every live resource that this pass needs to know."""

    observed: dict[Key, Observed] = field(default_factory=dict)
    conflicts: dict[Key, str] = field(default_factory=dict)
    """Desired resources that match several live ones, and why."""
    unseen: dict[Key, str] = field(default_factory=dict)
    """Desired resources that could not be read, and why. A failed read is never absence."""
    unanswered: set[Key] = field(default_factory=set)
    """Those of `unseen` for which AWS gave no answer: it throttled, or did not reply."""
    late: set[Key] = field(default_factory=set)
    """Those of `unseen` that were not read, because the pass had no time left."""
    blind: list[str] = field(default_factory=list)
    """Kinds whose resources that are no longer desired could not be listed, and why."""
    strays: list[Stray] = field(default_factory=list)
    scheduled: list[Stray] = field(default_factory=list)
    """Live resources that have our mark, are no longer desired, and that AWS deletes later."""
    undeclared: list[Undeclared] = field(default_factory=list)
    """Live resources beside those of the stack; only if everything was to be listed."""
    unlisted: dict[str, str] = field(default_factory=dict)
    """Kinds of which the resources beside could not be listed, and why."""
    replaced: dict[Key, tuple[Sighting, ...]] = field(default_factory=dict)
    """By desired resource: the resources that it has replaced and that still exist."""
    contents: dict[str, tuple[ContainedResource, ...]] = field(default_factory=dict)
    """By ARN of a resource: the contents that are deleted with it, as far as they were read."""
    others: dict[str, tuple[UnmanagedContents, ...]] = field(default_factory=dict)
    """By the same ARN: the contents of types that no kind manages."""
    locked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By the same ARN: the parts that AWS does not delete, and why, so that the resource cannot be emptied."""
    closed: dict[str, str] = field(default_factory=dict)
    """By ARN: the resources whose contents could not be listed, and why."""
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    """Names by (kind, id) and by (kind, ARN)."""
    sightings: dict[Key, Sighting] = field(default_factory=dict)
    """The live resource of each desired one; grows while a plan is applied."""
    attributes: dict[tuple[Key, str], str | None] = field(default_factory=dict)
    """The attributes that texts refer to, as far as they were read; None if the resource does not have it."""

    def name_of(self, kind: str, identity: str) -> str | None:
        """The name of the resource of a kind with this id or ARN."""
        return self.names.get((kind, identity))

    @cached_property
    def decoder(self) -> Decoder:
        """The decoder from replies to the words of desired state, with all known names."""
        return Decoder(self.name_of, keeps_texts=True)

    def in_words(self, fields: Mapping[str, Shape], settings: Settings) -> Settings:
        """Observed settings with their texts in the words of desired state, too."""
        decoder = self.decoder
        return {name: decoder.in_words(fields[name], value) for name, value in settings.items()}

    def recall(self, before: "World", again: Collection[str]) -> None:
        """Take over every name from an earlier world, and all of the kinds that are not read `again`."""
        self.names |= before.names
        self.attributes |= before.attributes
        self.sightings |= {key: each for key, each in before.sightings.items() if key.kind not in again}
        self.unseen |= {key: why for key, why in before.unseen.items() if key.kind not in again}

    def unidentified(self) -> frozenset[Key]:
        """Desired resources that may exist and whose id is not known, because the list of their kind failed."""
        if not self.unseen:
            return frozenset()
        named = {Key(kind, name) for (kind, _), name in self.names.items()}
        return frozenset(self.unseen.keys() - named)

    def remember(self, key: Key, sighting: Sighting) -> None:
        """Note the live resource of a desired one, and that its id and ARN mean this name."""
        self.sightings[key] = sighting
        self.names[key.kind, sighting.id] = key.name
        self.names[key.kind, sighting.arn] = key.name

    def forget(self, key: Key) -> None:
        """Remove the note of a live resource: the one with this name is not ours."""
        sighting = self.sightings.pop(key)
        self.observed.pop(key, None)
        self.names[key.kind, sighting.id] = self.names[key.kind, sighting.arn] = sighting.name

    def replace(self, key: Key, *old: Sighting) -> None:
        """Note that another resource replaces these: their ids and ARNs no longer mean its name."""
        self.replaced[key] = (*self.replaced.get(key, ()), *old)
        self.set_aside(key, *old)

    def set_aside(self, key: Key, *old: Sighting) -> None:
        """Note that the ids and ARNs of these do not mean the name of a desired resource any more."""
        for each in old:
            self.names.pop((key.kind, each.arn), None)
            if each.id == key.name:  # an id that is a name would be taken for the name
                self.names[key.kind, each.id] = each.arn
            else:
                self.names.pop((key.kind, each.id), None)

    def scope_of(self, scope: Key | None) -> Address | None:
        """The address that siblings share; None while the resource that they live in does not exist."""
        if scope is None:
            return {}
        sighting = self.sightings.get(scope)
        return dict(sighting.address) if sighting else None
