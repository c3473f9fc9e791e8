"""What lives in AWS, as far as this pass has seen: the other half of what a plan is made from."""

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
    """One live resource, with as much of it as its desired twin asks for."""

    sighting: Sighting
    owner: Owner
    tags: Mapping[str, str]
    members: Mapping[str, Any]
    """In AWS's words, as reported."""
    settings: Settings
    """In the words of desired state, but for texts: they are as AWS has them (`World.in_words` does the rest)."""
    fields: frozenset[str]
    """The managed fields that were looked at; `settings` says nothing of others."""
    other_stack: str | None = None
    """The stack whose mark a foreign resource bears."""


@dataclass(frozen=True, slots=True)
class Stray:
    """Bears our mark and is no longer desired."""

    key: Key
    sighting: Sighting
    tags: Mapping[str, str]
    scope: Key | None = None
    """The desired resource that it lives in."""


@dataclass(frozen=True, slots=True)
class ContainedResource:
    """One live resource that lives in another one and is deleted with it; its tags are read."""

    kind: str
    sighting: Sighting

    @property
    def tags(self) -> Mapping[str, str]:
        """Its tags; none where its kind has none."""
        return self.sighting.tags or {}


@dataclass(frozen=True, slots=True)
class UnmanagedContents:
    """What lives in a resource and is deleted with it, of one type that no kind of ours stands for."""

    noun: str
    """What there are several of: `prompts`."""
    names: tuple[str, ...] = ()
    """By which AWS lists them."""
    with_defaults: bool = False
    """Whether AWS made some of them, and nobody can tell which."""
    not_listed: str | None = None
    """Why nobody knows what there is."""


@dataclass
class World:
    """Every live resource that this pass has to know of."""

    observed: dict[Key, Observed] = field(default_factory=dict)
    conflicts: dict[Key, str] = field(default_factory=dict)
    """Desired resources whose live twin cannot be told."""
    unseen: dict[Key, str] = field(default_factory=dict)
    """Desired resources that could not be read, and why. A failed read is never absence."""
    unanswered: set[Key] = field(default_factory=set)
    """Those of them about which AWS gave no answer at all: it throttled, or fell silent."""
    late: set[Key] = field(default_factory=set)
    """Those of them about which nobody asked, because the time of the pass was over."""
    blind: list[str] = field(default_factory=list)
    """Kinds of which what is no longer desired could not be looked for, and why."""
    strays: list[Stray] = field(default_factory=list)
    replaced: dict[Key, tuple[Sighting, ...]] = field(default_factory=dict)
    """By desired resource: those that it has taken the place of, and that are still there."""
    contents: dict[str, tuple[ContainedResource, ...]] = field(default_factory=dict)
    """By ARN of what they live in: what is deleted with it, as far as that was looked at."""
    others: dict[str, tuple[UnmanagedContents, ...]] = field(default_factory=dict)
    """By the same ARN: what is deleted with it, and no kind of ours stands for."""
    closed: dict[str, str] = field(default_factory=dict)
    """By ARN: what could not be looked into, and why."""
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    """Names by (kind, id) and by (kind, ARN)."""
    sightings: dict[Key, Sighting] = field(default_factory=dict)
    """Where each desired resource lives; grows while a plan is applied."""
    attributes: dict[tuple[Key, str], str | None] = field(default_factory=dict)
    """The attributes that texts refer to, as far as they were read; None where the resource has none."""

    def name_of(self, kind: str, identity: str) -> str | None:
        """The name of the resource of a kind with this id or ARN."""
        return self.names.get((kind, identity))

    @cached_property
    def decoder(self) -> Decoder:
        """What puts replies into the words of desired state, by all names that are known."""
        return Decoder(self.name_of, keeps_texts=True)

    def in_words(self, fields: Mapping[str, Shape], settings: Settings) -> Settings:
        """Observed settings with their texts in the words of desired state, too."""
        decoder = self.decoder
        return {name: decoder.in_words(fields[name], value) for name, value in settings.items()}

    def recall(self, before: "World", again: Collection[str]) -> None:
        """Take over every name, and what else was known before of kinds that are not looked at `again`."""
        self.names |= before.names
        self.attributes |= before.attributes
        self.sightings |= {key: each for key, each in before.sightings.items() if key.kind not in again}
        self.unseen |= {key: why for key, why in before.unseen.items() if key.kind not in again}

    def unidentified(self) -> frozenset[Key]:
        """Desired resources that may live, and of which no id is known: AWS was asked for them and gave no list."""
        if not self.unseen:
            return frozenset()
        named = {Key(kind, name) for (kind, _), name in self.names.items()}
        return frozenset(self.unseen.keys() - named)

    def remember(self, key: Key, sighting: Sighting) -> None:
        """Note where a desired resource lives, and that its id and ARN go by its name."""
        self.sightings[key] = sighting
        self.names[key.kind, sighting.id] = key.name
        self.names[key.kind, sighting.arn] = key.name

    def forget(self, key: Key) -> None:
        """Take back where a resource lives: it is somebody else's that has its name."""
        sighting = self.sightings.pop(key)
        self.observed.pop(key, None)
        self.names[key.kind, sighting.id] = self.names[key.kind, sighting.arn] = sighting.name

    def replace(self, key: Key, *old: Sighting) -> None:
        """Note that another one takes the place of these: their ids and ARNs go by its name no longer."""
        self.replaced[key] = (*self.replaced.get(key, ()), *old)
        for each in old:
            self.names.pop((key.kind, each.id), None)
            self.names.pop((key.kind, each.arn), None)

    def scope_of(self, scope: Key | None) -> Address | None:
        """The address that siblings share; None while the resource that they live in does not exist."""
        if scope is None:
            return {}
        sighting = self.sightings.get(scope)
        return dict(sighting.address) if sighting else None
