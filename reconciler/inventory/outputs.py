"""Computes the outputs of a stack: values of live resources for other programs."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from reconciler.contract import Sighting
from reconciler.errors import CallError
from reconciler.field_schema import referred
from reconciler.interpolation import Token, replaced, tokens_in_text
from reconciler.inventory.source import Source
from reconciler.observing.observer import observe
from reconciler.planning.ownership import Owner, owner_of
from reconciler.planning.subset import focused
from reconciler.planning.text_references import Resolver, Unknown
from reconciler.planning.world import World
from reconciler.stack import Key, Stack


class Unavailable(Exception):
    """Raised for an output whose value is not known, with the reason."""


@dataclass
class Outputs:
    """The outputs of a stack."""

    values: dict[str, str] = field(default_factory=dict)
    """By name, in the order of the files."""
    missing: dict[str, str] = field(default_factory=dict)
    """By name: why there is no value."""
    read: float | None = None
    """When the resources were read if the cache has them, in seconds since 1970."""


def read_outputs(stack: Stack, source: Source) -> Outputs:
    """Read the value of each output; only the resources that they refer to are looked up."""
    keys = {key for text in stack.outputs.values() for key in keys_in(text)}
    part = focused(stack, keys)
    memory = source.remembered(part)
    outputs = Outputs()
    if memory is None or memory.lacking & keys:
        world = observe(part, source.context, frozenset())
    else:
        world, outputs.read = memory.world, memory.read
    reader = ValueReader(part, world, source)
    for name, text in stack.outputs.items():
        try:
            outputs.values[name] = replaced(text, (), reader.value_of)
        except Unavailable as error:
            outputs.missing[name] = str(error)
    return outputs


def keys_in(text: str) -> Iterator[Key]:
    """The resources that a text refers to."""
    return (Key(token.word, token.name) for token in tokens_in_text(text))


@dataclass(frozen=True)
class ValueReader:
    """Reads the values of references to live resources."""

    stack: Stack
    world: World
    source: Source

    def value_of(self, token: Token) -> str:
        """The value of one reference.

        Raises:
            Unavailable: it is not known.
        """
        ref, key = referred({}, token), Key(token.word, token.name)
        sighting = self._found(key)
        try:
            return Resolver(self.stack, self.world, self.source.kinds).resolve(ref, key)
        except Unknown:
            pass
        try:
            value = self.source.attribute(key, sighting, ref.by)
        except CallError as error:
            raise Unavailable(f"{ref.by} of {key} could not be read: {error}") from None
        if value is None:
            raise Unavailable(f"{key} has no {ref.by}")
        return value

    def _found(self, key: Key) -> Sighting:
        """The live resource.

        Raises:
            Unavailable: there is none, or it is not the stack's.
        """
        why = self.world.unseen.get(key) or self.world.conflicts.get(key)
        if why:
            raise Unavailable(f"{key} {why}")
        sighting = self.world.sightings.get(key)
        if sighting is None:
            raise Unavailable(f"{key} does not exist")
        owner = owner_of(sighting.tags or {}, self.stack.mark)
        if owner is Owner.FOREIGN and not self.stack.resources[key].existing:
            raise Unavailable(f"{key} belongs to another stack")
        return sighting
