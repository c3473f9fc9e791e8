"""Finds the resources whose ARN or id a file has in the place of a name, and says what to write."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from reconciler.cache_store import NoCache
from reconciler.contract import Adapter, Address, Sighting
from reconciler.desired import InvalidStack
from reconciler.desired.mistakes import Mistake, Pasted
from reconciler.editing.rendering import scalar
from reconciler.errors import CallError
from reconciler.observing.cache_policy import CachedReader
from reconciler.observing.observer import ReadContext, observe
from reconciler.planning.ownership import Owner, name_in, owner_of
from reconciler.planning.world import World
from reconciler.stack import Key, Stack


def with_names(error: InvalidStack, stack: Stack, context: ReadContext) -> InvalidStack:
    """The same mistakes; for each ARN and id in the place of a name, what to write, or that AWS does not have it.

    `stack` is as far as it could be read. Only the kinds of these names are listed.
    """
    lookup = _Lookup(stack, context)
    mistakes = [_told(each, each.pasted, lookup) if each.pasted else each for each in error.mistakes]
    found = InvalidStack(mistakes, error.more)
    found.warnings = error.warnings
    return found


def _told(mistake: Mistake, pasted: Pasted, lookup: "_Lookup") -> Mistake:
    try:
        said = lookup.said(pasted)
    except CallError as failure:
        return replace(mistake, message=f"{mistake.message}; its name could not be looked up: {failure}")
    return replace(mistake, message=f"{pasted.trail}: {said}" if pasted.trail else said)


@dataclass
class _Lookup:
    """Lists each kind once."""

    stack: Stack
    context: ReadContext
    listed: dict[tuple[str, Key | None], list[Sighting]] = field(default_factory=dict)

    def said(self, pasted: Pasted) -> str:
        """What to write for an ARN or an id.

        Raises:
            CallError: AWS did not answer.
        """
        parents = self._parents(pasted.kind)
        scopes: Sequence[Key | None] = parents or [None]
        for parent in scopes:
            for row in self._rows(pasted.kind, parent):
                if pasted.text in (row.arn, row.id):
                    return self._advice(pasted, self._name(pasted.kind, row))
        where = f"account {self.stack.account} in {self.stack.region}"
        if parents:
            where = " or ".join(map(str, parents))
            if not any(each in self._world.sightings for each in parents):
                return f"{where} does not exist in AWS yet, so nothing in it has this {pasted.form}; write a name"
        return f"no {pasted.kind} of {where} has this {pasted.form}; write the name of one, as the files or AWS have it"

    def _advice(self, pasted: Pasted, name: str) -> str:
        written = name if pasted.after else scalar(name)
        said = f"this is the {pasted.form} of {Key(pasted.kind, name)}; write `{pasted.before}{written}{pasted.after}`"
        if Key(pasted.kind, name) in self.stack.resources:
            return said
        return f"{said}, and under {pasted.kind} `{scalar(name)}: {{existing: true}}`"

    def _name(self, kind: str, row: Sighting) -> str:
        """The name of a live resource in the files; if they do not have it, its name in AWS."""
        tags = row.tags or {}
        if owner_of(tags, self.stack.mark) is Owner.OURS:
            marked = Key(kind, name_in(tags) or "")
            if marked in self.stack.resources:
                return marked.name
        named = (
            key
            for key, each in self.stack.resources.items()
            if key.kind == kind and each.aws_name == row.name
        )
        return next((key.name for key in named), row.name)

    def _rows(self, kind: str, parent: Key | None) -> list[Sighting]:
        if (kind, parent) not in self.listed:
            self.listed[kind, parent] = self._list(self.context.kinds[kind], self._world.scope_of(parent))
        return self.listed[kind, parent]

    def _list(self, adapter: Adapter[Any], address: Address | None) -> list[Sighting]:
        if address is None:
            return []
        api = self.context.api_of(adapter.service.name)
        return CachedReader.of(NoCache(), self.context.clock, adapter, api, address).sightings()

    def _parents(self, kind: str) -> list[Key]:
        """The resources of the stack in which this kind lives."""
        parent = self.context.kinds[kind].parent
        return [key for key in self.stack.resources if key.kind == parent]

    @cached_property
    def _world(self) -> World:
        """The resources in which others live."""
        kinds = self.context.kinds
        parents = {each.parent for each in kinds.values()}
        resources = {key: each for key, each in self.stack.resources.items() if key.kind in parents}
        part = replace(self.stack, resources=resources, prune=False, release=())
        return observe(part, self.context, frozenset())


def pasted_in(mistakes: Iterable[Mistake]) -> Iterator[Pasted]:
    """The ARNs and ids among mistakes."""
    return (each.pasted for each in mistakes if each.pasted)
