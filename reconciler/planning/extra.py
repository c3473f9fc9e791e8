"""What lives beside a stack: resources that it does not own, and fields of its own resources that no file manages."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from reconciler.contract import Adapter
from reconciler.encoder import as_sent
from reconciler.field_schema import Shape, is_empty
from reconciler.plain_secrets import masked
from reconciler.planning.action import TAGS
from reconciler.planning.comparison import managed_fields, open_fields
from reconciler.planning.ownership import MARKS, STACK_MARK, Owner, name_in, owner_of
from reconciler.planning.world import Observed, Undeclared, World
from reconciler.stack import Desired, IgnoredExtra, Key, Stack
from reconciler.unlisted_fields import not_shown

OF_AWS = "aws:"
"""The beginning of tags that only AWS sets."""


@dataclass(frozen=True, slots=True)
class ExtraResource:
    """A live resource that the files do not declare."""

    key: Key
    """Its kind, and its name in AWS."""
    arn: str
    owner: str | None = None
    """The stack and environment whose mark it has; None: nobody's."""


@dataclass(frozen=True, slots=True)
class ExtraField:
    """A field of an owned resource that no file manages, and whose live value is not AWS's default."""

    key: Key
    """The resource in the files."""
    field: str
    """The name of the field, or `tags.NAME`."""
    value: Any
    """The live value in the words of desired state."""


@dataclass(frozen=True, slots=True)
class Extra:
    """What lives beside a stack."""

    resources: tuple[ExtraResource, ...] = ()
    fields: tuple[ExtraField, ...] = ()
    made_by_aws: Mapping[str, int] = field(default_factory=dict)
    """By kind: how many undeclared resources AWS created itself; they are not in `resources`."""
    ignored: int = 0
    """How many resources and fields the files ignore."""
    unread: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By kind: the unmanaged fields that need a call for each resource, and that were not read."""
    unlisted: Mapping[str, str] = field(default_factory=dict)
    """Kinds that could not be listed, and why."""
    notes: tuple[str, ...] = ()
    """Entries of `ignore` that have ended, or that match nothing."""


def kinds_beside(stack: Stack, kinds: Mapping[str, Adapter[Any]]) -> frozenset[str]:
    """The kinds that are looked for beside a stack: those that it declares, and those that live in something of it."""
    declared = {key.kind for key in stack.resources}
    return frozenset(kind for kind, each in kinds.items() if kind in declared or each.parent in declared)


def extra_of(stack: Stack, world: World, kinds: Mapping[str, Adapter[Any]], now: float) -> Extra:
    """What a world has beside the stack; `now` is in seconds since 1970 and decides which entries of `ignore` have ended."""
    today = datetime.fromtimestamp(now, UTC).date().isoformat()
    live = [each for each in stack.ignore if each.until is None or each.until >= today]
    ignoring = _Ignoring(live)
    found = sorted(world.undeclared, key=lambda each: (each.kind, each.sighting.name, each.sighting.arn))
    made = Counter(each.kind for each in found if _is_aws_own(each, kinds))
    resources = [_resource(each, stack, world, kinds) for each in found if not _is_aws_own(each, kinds)]
    kept = tuple(each for each in resources if not ignoring.drops(each.key, None))
    finder = _UnmanagedFields(stack, world, kinds)
    fields = [each for key in sorted(world.observed) for each in finder.of(key)]
    kept_fields = tuple(each for each in fields if not ignoring.drops(each.key, each.field))
    return Extra(
        kept,
        kept_fields,
        dict(made),
        len(resources) - len(kept) + len(fields) - len(kept_fields),
        {kind: tuple(sorted(names)) for kind, names in sorted(finder.unread.items()) if names},
        dict(sorted(world.unlisted.items())),
        (*_ended(stack, today), *_idle(stack, world, ignoring, finder.unread)),
    )


def is_unset(adapter: Adapter[Any], name: str, value: Any) -> bool:
    """Whether nobody has to write a live value: it is empty, or AWS gives it to each new resource."""
    return is_empty(value) or (name in adapter.defaults and adapter.defaults[name] == value)


def _is_cleared(shape: Shape, value: Any) -> bool:
    """Whether a live value is the one that AWS shows when the field is cleared."""
    return shape.cleared is not None and as_sent(shape, value) == shape.cleared.value


def matches(entry: IgnoredExtra, key: Key, field: str | None) -> bool:
    """Whether an entry of `ignore` means a resource, or a field of one; without a field it means both."""
    if str(key) != entry.resource and not fnmatchcase(str(key), entry.resource):
        return False
    return entry.field is None or (
        field is not None and (field == entry.field or fnmatchcase(field, entry.field))
    )


class _Ignoring:
    """The entries of `ignore` that have an effect; notes which of them match something."""

    def __init__(self, entries: Iterable[IgnoredExtra]) -> None:
        self.unused = dict.fromkeys(entries)
        self.entries = tuple(self.unused)

    def drops(self, key: Key, field: str | None) -> bool:
        """Whether an entry matches."""
        found = [each for each in self.entries if matches(each, key, field)]
        for each in found:
            self.unused.pop(each, None)
        return bool(found)


def _idle(
    stack: Stack, world: World, ignoring: _Ignoring, unread: Mapping[str, Collection[str]]
) -> Iterator[str]:
    """A line for each entry that matches nothing; not if it may match something that was not looked at."""
    unlooked = [key for key in world.sightings if key in stack.resources and key not in world.observed]
    for each in ignoring.unused:
        kind = each.resource.partition("/")[0]
        unlisted = any(fnmatchcase(name, kind) for name in world.unlisted)
        hidden = each.field is not None and any(
            fnmatchcase(of, kind) and any(fnmatchcase(name, each.field) for name in names)
            for of, names in unread.items()
        )
        if not (unlisted or hidden or any(matches(each, key, each.field) for key in unlooked)):
            yield (
                f"{each.place}: nothing in {stack.environment} matches this entry of `ignore`: {_words(each)}; remove it if it "
                "is not for another environment"
            )


def _ended(stack: Stack, today: str) -> Iterator[str]:
    for each in stack.ignore:
        if each.until is not None and each.until < today:
            yield (
                f"{each.place}: this entry of `ignore` ended on {each.until} and has no effect: {_words(each)}; "
                "remove it, or give it a later `until`"
            )


def _words(entry: IgnoredExtra) -> str:
    return entry.resource if entry.field is None else f"{entry.resource} {entry.field}"


def _is_aws_own(each: Undeclared, kinds: Mapping[str, Adapter[Any]]) -> bool:
    marked = STACK_MARK in (each.sighting.tags or {})
    return not marked and kinds[each.kind].made_by_aws(each.sighting)


def not_declared(stack: Stack, world: World) -> Iterator[tuple[Key, Undeclared]]:
    """Every live resource that the files do not declare: by its name in AWS, or by our mark if the stack owns it."""
    for stray in world.strays:
        yield stray.key, Undeclared(stray.key.kind, stray.sighting, stray.scope)
    for each in world.undeclared:
        tags, name = each.sighting.tags or {}, each.sighting.name
        ours = owner_of(tags, stack.mark) is Owner.OURS
        yield Key(each.kind, (name_in(tags) if ours else None) or name), each


def owner_beside(
    each: Undeclared, stack: Stack, world: World, kinds: Mapping[str, Adapter[Any]]
) -> str | None:
    """The stack and environment that own an undeclared resource; None: nobody.

    A resource without tags belongs to the owner of what it lives in, if that is another stack.
    """
    if kinds[each.kind].tagging is not None or each.scope not in world.sightings:
        return (each.sighting.tags or {}).get(STACK_MARK)
    owner = (world.sightings[each.scope].tags or {}).get(STACK_MARK)
    return None if owner == stack.mark else owner


def _resource(
    each: Undeclared, stack: Stack, world: World, kinds: Mapping[str, Adapter[Any]]
) -> ExtraResource:
    key = Key(each.kind, each.sighting.name)
    return ExtraResource(key, each.sighting.arn, owner_beside(each, stack, world, kinds))


@dataclass(frozen=True)
class _UnmanagedFields:
    """Finds the fields of a stack's live resources that no file manages."""

    stack: Stack
    world: World
    kinds: Mapping[str, Adapter[Any]]
    unread: dict[str, set[str]] = field(default_factory=dict)
    """By kind: the fields that were not read."""

    def of(self, key: Key) -> Iterator[ExtraField]:
        """The unmanaged fields of one resource; none of a resource that another stack owns."""
        desired, observed = self.stack.resources.get(key), self.world.observed[key]
        if desired is None or observed.owner is Owner.FOREIGN:
            return
        adapter = self.kinds[key.kind]
        shapes = dict(open_fields(desired, adapter))
        hidden = not_shown(adapter, shapes, observed.sighting, {}) - _read_anyway(adapter, observed, shapes)
        self.unread.setdefault(key.kind, set()).update(hidden)
        shapes = {name: shape for name, shape in shapes.items() if name not in hidden}
        live = self.world.decoder.fields(shapes, observed.members)
        for name, value in self.world.in_words(shapes, live).items():
            if not is_unset(adapter, name, value) and not _is_cleared(shapes[name], live[name]):
                yield ExtraField(key, name, masked(value, name))
        yield from self._within(desired, observed)
        if adapter.tagging and TAGS not in desired.policy.ignore:
            yield from self._tags(desired, observed)

    def _within(self, desired: Desired, observed: Observed) -> Iterator[ExtraField]:
        """The members within fields that the files set, and that they leave out."""
        adapter = self.kinds[desired.key.kind]
        managed = dict(managed_fields(desired, adapter))
        shapes = {name: shape for name, shape in managed.items() if name in observed.settings}
        live = {name: observed.settings[name] for name in shapes}
        for name, value in self.world.in_words(shapes, live).items():
            defaults = adapter.defaults.get(name)
            known = defaults if isinstance(defaults, Mapping) else {}
            for path, found in _left_out(name, shapes[name], desired.settings[name], value):
                if known.get(path.partition(".")[2]) != found:
                    yield ExtraField(desired.key, path, masked(found, path.rpartition(".")[2]))

    def _tags(self, desired: Desired, observed: Observed) -> Iterator[ExtraField]:
        """The tags that no file sets."""
        known = {*self.stack.tags, *(desired.settings.get(TAGS) or {}), *MARKS}
        for tag, text in sorted(observed.tags.items()):
            if tag not in known and not tag.startswith(OF_AWS):
                yield ExtraField(desired.key, f"{TAGS}.{tag}", masked(text, tag))


def _left_out(path: str, shape: Shape, written: Any, live: Any) -> Iterator[tuple[str, Any]]:
    """The live members that a written structure or map leaves out, with their paths; not within lists and documents.

    A switch that is off is left out: nearly all switches are off by default.
    """
    if shape.whole or shape.document or not (isinstance(written, Mapping) and isinstance(live, Mapping)):
        return
    for name, value in live.items() if shape.part or shape.values else ():
        inner = shape.values or shape.fields[name]
        if name in written:
            yield from _left_out(f"{path}.{name}", inner, written[name], value)
        elif not is_empty(value) and value is not False and not _is_cleared(inner, value):
            yield f"{path}.{name}", value


def _read_anyway(adapter: Adapter[Any], observed: Observed, shapes: Mapping[str, Shape]) -> frozenset[str]:
    """The fields that were read, or that a read for another field showed; a structure that may be cut is left out."""
    partly = adapter.reads.partly_listed
    shown = {each for each in shapes if each not in partly and shapes[each].wire in observed.members}
    return observed.fields & shapes.keys() | shown
