"""Finds the owner of a live resource by its marks, and the live resource of each desired one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain
from typing import Any

from reconciler.contract import Adapter, Sighting
from reconciler.planning.existing import ambiguous_line, matching
from reconciler.planning.tag_encoding import (
    BETWEEN,
    from_mark,
    mark_in_between,
    marks_for,
    name_in_between,
    to_mark,
)
from reconciler.stack import Desired, Key

STACK_MARK = "reconciler:stack"
KEY_MARK = "reconciler:key"
PROTECT_MARK = "reconciler:protect"
RENAMED_MARK = "reconciler:renamed_from"
REPLACED_MARK = "reconciler:replaced"
"""The tag of a resource that is to be deleted once another one has replaced it."""
FEED_MARK = "reconciler:feed"
"""The tag of a resource that is made of a row of a CSV file: the name of the feed (`reconciler.stack.Feed`)."""
KEPT = "kept"
"""The value of this tag if another one has replaced it, and it stays, switched off, until `destroy` (`Create.copies`)."""
OUR_TAGS = "reconciler:"
"""The beginning of all tags that we set: the marks, and notes of single kinds."""
MARKS = frozenset({STACK_MARK, KEY_MARK, PROTECT_MARK, RENAMED_MARK, REPLACED_MARK, FEED_MARK})


class Owner(Enum):
    """The owner of a live resource."""

    OURS = "ours"
    FREE = "free"
    FOREIGN = "foreign"


def marks_of(mark: str, desired: Desired, *, in_cycle: bool = False) -> dict[str, str | None]:
    """The tags by which we recognise a resource; None for a tag that is to be removed.

    `in_cycle`: resources take over each other's names in a cycle (`in_cycle_of_renames`). Before and after the exchange the
    same keys are marked; the mark of the former name shows that the exchange is done.

    If the files set `protect`, it is marked too, so that it still holds when the resource is no longer in the files.
    When `protect` is removed from the files, its tag is removed too; otherwise the stale tag would still apply.
    """
    protect = desired.policy.protect
    protected = None if protect is None else str(protect).lower()
    former = to_mark(desired.renamed_from) if in_cycle and desired.renamed_from else None
    return {
        STACK_MARK: mark,
        KEY_MARK: to_mark(desired.key.name),
        PROTECT_MARK: protected,
        RENAMED_MARK: former,
        REPLACED_MARK: None,
        FEED_MARK: desired.fed.feed if desired.fed else None,
    }


def name_of_replaced(mark: str, desired: Desired, pattern: str) -> str:
    """The name in AWS of a resource without tags that is to be deleted once another one has replaced it.

    `pattern` is the kind's (`Identity.in_between`).
    """
    key = Key(desired.key.kind, f"{desired.key.name}\0replaced")
    return name_in_between(pattern, mark, key, desired.called)


def in_cycle_of_renames(resources: Mapping[Key, Desired], desired: Desired) -> bool:
    """Whether the former names lead back to this resource: each member of the cycle has the former name of another one."""
    seen: set[Key] = set()
    each: Desired | None = desired
    while each is not None and each.renamed_from and each.key not in seen:
        seen.add(each.key)
        each = resources.get(Key(each.key.kind, each.renamed_from))
        if each is not None and each.key == desired.key:
            return len(seen) > 1
    return False


def name_in(tags: Mapping[str, str]) -> str | None:
    """The name in the mark; None if there is no mark. A name that was too long is cut as in the mark."""
    value = tags.get(KEY_MARK)
    return None if value is None else from_mark(value)


def owner_of(tags: Mapping[str, str], mark: str) -> Owner:
    """The owner that these tags mark; `mark` is ours."""
    found = tags.get(STACK_MARK)
    if found is None:
        return Owner.FREE
    return Owner.OURS if found == mark else Owner.FOREIGN


@dataclass
class Binding:
    """The live resource of each desired one, and those left over on either side."""

    bound: dict[Key, Sighting] = field(default_factory=dict)
    conflicts: dict[Key, str] = field(default_factory=dict)
    """Desired resources with more than one live resource that has our mark or matches."""
    replaced: dict[Key, tuple[Sighting, ...]] = field(default_factory=dict)
    """By desired resource: the resources that it has replaced and that are to be deleted."""
    kept: dict[Key, tuple[Sighting, ...]] = field(default_factory=dict)
    """By desired resource: the resources that it has replaced and that stay."""
    strays: list[Sighting] = field(default_factory=list)
    """Owned, and no longer desired."""
    deletions: dict[str, str] = field(default_factory=dict)
    """By id: when AWS deletes it."""

    @property
    def taken(self) -> set[str]:
        """The ARNs of all resources that belong to a desired one, or did so before they were replaced."""
        replaced = (*self.replaced.values(), *self.kept.values())
        return {each.arn for each in chain(self.bound.values(), *replaced)}

    def knows(self, key: Key) -> bool:
        """Whether a live resource has the mark or the name of this resource."""
        return key in self.bound or key in self.conflicts


def bind(
    mark: str,
    desired: Sequence[Desired],
    sightings: Iterable[Sighting],
    adapter: Adapter[Any] | None = None,
) -> Binding:
    """Bind each desired resource to its live one: by our mark first, then by its name, or by the fields under `existing`.

    Sightings without tags count as unmarked. `adapter` is the adapter of their kind; it is needed where AWS ignores the
    case of names, and for `existing`.
    """
    binding = Binding()
    seen = list(sightings)
    ours = [each for each in seen if owner_of(each.tags or {}, mark) is Owner.OURS]
    bearers_of = _MarkIndex(mark, {resource.key: resource for resource in desired}, ours)
    for resource in _former_names_last(desired):
        bearers = [] if resource.existing else bearers_of.find(resource)
        if len(bearers) > 1:
            # What AWS is about to delete was replaced, or pruned and made anew since.
            bearers = [each for each in bearers if each.deletion is None] or bearers
        if adapter and adapter.create.before_delete:
            bearers, gone = _without_replaced(bearers)
            binding.kept[resource.key] = tuple(each for each in gone if is_kept(each))
            binding.replaced[resource.key] = tuple(each for each in gone if not is_kept(each))
        if len(bearers) > 1:
            bearers = [each for each in bearers if each.name == resource.aws_name] or bearers
        if len(bearers) > 1:
            arns = " and ".join(each.arn for each in bearers)
            what_to_do = "delete or unmark one"
            if bearers[0].deletion is not None:
                what_to_do = "AWS will delete all of them; cancel the deletion of one"
            binding.conflicts[resource.key] = f"two live resources have its mark: {arns}; {what_to_do}"
        elif bearers:
            binding.bound[resource.key] = bearers[0]
            bearers_of.taken.add(bearers[0].arn)
    _bind_by_name(binding, mark, desired, seen, adapter)
    if adapter and adapter.identity.ignores_case:
        binding.conflicts |= _folded(binding, mark, desired, seen, adapter)
    binding.replaced = {key: found for key, found in binding.replaced.items() if found}
    taken = binding.taken
    binding.strays = [each for each in ours if each.arn not in taken and each.deletion is None]
    return binding


def _without_replaced(bearers: list[Sighting]) -> tuple[list[Sighting], tuple[Sighting, ...]]:
    """Divide resources with one mark into those that stay and those that were replaced; one is always kept."""
    gone = [each for each in bearers if is_replaced(each)]
    kept = [each for each in bearers if not is_replaced(each)] or sorted(
        gone, key=lambda it: (is_kept(it), it.arn)
    )[:1]
    return kept, tuple(each for each in gone if each not in kept)


def is_replaced(sighting: Sighting) -> bool:
    """Whether it has the mark of a resource that is to be deleted once another one has replaced it."""
    return REPLACED_MARK in (sighting.tags or {})


def is_kept(sighting: Sighting) -> bool:
    """Whether another one has replaced it, and it stays."""
    return (sighting.tags or {}).get(REPLACED_MARK) == KEPT


def _bind_replaced_by_name(
    binding: Binding,
    mark: str,
    desired: Iterable[Desired],
    free: Mapping[str, Mapping[str, Sighting]],
    adapter: Adapter[Any],
) -> None:
    """Bind replaced resources, finished or not, of a kind without tags: only their names identify them."""
    for resource in desired:
        if resource.existing or resource.key in binding.conflicts:
            continue
        found = sorted(
            free.get(name_of_replaced(mark, resource, adapter.identity.in_between), {}).values(),
            key=lambda it: it.arn,
        )
        if found and resource.key not in binding.bound:
            binding.bound[resource.key] = found.pop(0)
        binding.replaced[resource.key] = tuple(found)


def _bind_by_name(
    binding: Binding,
    mark: str,
    desired: Sequence[Desired],
    seen: Iterable[Sighting],
    adapter: Adapter[Any] | None,
) -> None:
    """Bind resources without our mark by name; a resource that is only referred to may be any live one."""
    free: dict[str, dict[str, Sighting]] = {}
    taken = binding.taken
    for each in seen:
        for name in (each.name, *each.also) if each.arn not in taken else ():
            free.setdefault(name, {})[each.arn] = each
    for resource in desired:
        if resource.key in binding.bound or resource.key in binding.conflicts:
            continue
        if resource.chosen is not None:
            found = matching(adapter, resource, None, seen)
        else:
            names = [resource.aws_name, *([] if resource.existing else [resource.renamed_from])]
            ways = (matching(adapter, resource, name, free.get(name or "", {}).values()) for name in names)
            found = next(filter(None, ways), [])
            if adapter and adapter.identity.shares_names and not (resource.existing or resource.adopt):
                found = [each for each in found if owner_of(each.tags or {}, mark) is not Owner.FOREIGN]
        # What AWS is about to delete has its name only where nothing else has it.
        found = [each for each in found if each.deletion is None] or found
        if len(found) > 1:
            binding.conflicts[resource.key] = ambiguous_line(resource, found)
        elif found:
            binding.bound[resource.key] = found[0]
            if resource.chosen is None:
                for name in {found[0].name, *found[0].also}:
                    del free[name][found[0].arn]
    if adapter and adapter.create.before_delete and adapter.tagging is None:
        _bind_replaced_by_name(binding, mark, desired, free, adapter)


def _folded(
    binding: Binding,
    mark: str,
    desired: Sequence[Desired],
    seen: Iterable[Sighting],
    adapter: Adapter[Any],
) -> dict[Key, str]:
    """Resources without a live one of the same name, but with one whose name differs only in upper and lower case."""
    bound = {each.arn for each in binding.bound.values()}
    free = [
        each for each in seen if each.arn not in bound and owner_of(each.tags or {}, mark) is not Owner.OURS
    ]
    found = {}
    for resource in desired:
        called = resource.aws_name
        if called is None or binding.knows(resource.key):
            continue
        for each in free:
            if each.name.lower() == called.lower() and adapter.same_place(resource.settings, each):
                why = f"{each.arn} has the same name in other upper and lower case, and AWS treats them as one name"
                found[resource.key] = f"{why}; write that name exactly, or choose another one"
    return found


@dataclass
class _MarkIndex:
    """Finds resources with the mark of a desired resource that are not bound to another one yet."""

    mark: str
    resources: Mapping[Key, Desired]
    ours: Sequence[Sighting]
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._by_mark: dict[str, list[Sighting]] = {}
        for each in self.ours:
            self._by_mark.setdefault((each.tags or {}).get(KEY_MARK, ""), []).append(each)
        self._in_between = any(BETWEEN in mark for mark in self._by_mark)

    def find(self, resource: Desired) -> list[Sighting]:
        """The resources with its own mark, or else with the mark of its former name.

        In a cycle of renames the key's mark alone does not show which is renamed already: the mark of the former name does.
        """
        between = self._of([mark_in_between(self.mark, resource.key)]) if self._in_between else []
        own = self._of((to_mark(resource.key.name), resource.key.name))
        former = self._of(marks_for(resource.renamed_from)) if resource.renamed_from else []
        if not in_cycle_of_renames(self.resources, resource):
            return [*own, *between] or former
        before = self.resources[Key(resource.key.kind, resource.renamed_from or "")]
        done = [each for each in own if _renamed_from(each, resource.renamed_from)]
        return [*done, *between] or [each for each in former if not _renamed_from(each, before.renamed_from)]

    def _of(self, marks: Iterable[str]) -> list[Sighting]:
        first = next((self._by_mark[each] for each in marks if each in self._by_mark), [])
        return [each for each in first if each.arn not in self.taken]


def _renamed_from(sighting: Sighting, name: str | None) -> bool:
    return (sighting.tags or {}).get(RENAMED_MARK) == to_mark(name or "")


def _former_names_last(desired: Sequence[Desired]) -> list[Desired]:
    """The resources, each before the one that has its former name now; members of cycles come last."""
    by_key = {each.key: each for each in desired}
    after = {Key(each.key.kind, each.renamed_from) for each in desired if each.renamed_from}
    found: dict[Key, Desired] = {}
    for head in (each for each in desired if each.key not in after):
        each: Desired | None = head
        while each is not None and each.key not in found:
            found[each.key] = each
            each = by_key.get(Key(each.key.kind, each.renamed_from)) if each.renamed_from else None
    return [*found.values(), *(each for each in desired if each.key not in found)]
