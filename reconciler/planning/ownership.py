"""Whose a live resource is, told by its marks, and which live resource each desired one is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from reconciler.contract import Sighting
from reconciler.planning.marks import from_mark, marks_for, to_mark
from reconciler.stack import Desired, Key

STACK_MARK = "reconciler:stack"
KEY_MARK = "reconciler:key"
PROTECT_MARK = "reconciler:protect"
MARKS = frozenset({STACK_MARK, KEY_MARK, PROTECT_MARK})


class Owner(Enum):
    """Whose a live resource is."""

    OURS = "ours"
    FREE = "free"
    FOREIGN = "foreign"


def marks_of(mark: str, desired: Desired) -> dict[str, str | None]:
    """The tags by which we know a resource again; None where there is to be none.

    `protect` is marked too where the author writes it, because a resource that is gone from the files can no longer
    say it there; where the author writes it no more, the mark goes, or it would speak for him.
    """
    protect = desired.policy.protect
    protected = None if protect is None else str(protect).lower()
    return {STACK_MARK: mark, KEY_MARK: to_mark(desired.key.name), PROTECT_MARK: protected}


def name_in(tags: Mapping[str, str]) -> str | None:
    """The name in the mark: None where there is none. One that was too long for it is as the mark cut it short."""
    value = tags.get(KEY_MARK)
    return None if value is None else from_mark(value)


def owner_of(tags: Mapping[str, str], mark: str) -> Owner:
    """Whose mark these tags bear; `mark` is ours."""
    found = tags.get(STACK_MARK)
    if found is None:
        return Owner.FREE
    return Owner.OURS if found == mark else Owner.FOREIGN


@dataclass
class Binding:
    """Which live resource each desired one is, and what is left over on either side."""

    bound: dict[Key, Sighting] = field(default_factory=dict)
    conflicts: dict[Key, str] = field(default_factory=dict)
    """Desired resources for which more than one live resource bears our mark."""
    strays: list[Sighting] = field(default_factory=list)
    """Owned, and no longer desired."""


def bind(mark: str, desired: Sequence[tuple[Desired, str | None]], sightings: Iterable[Sighting]) -> Binding:
    """Bind each desired resource to its live one: by our mark first, then by AWS's name for it.

    `desired` pairs each resource with what AWS calls it. Sightings without tags count as unmarked.
    """
    binding = Binding()
    seen = list(sightings)
    ours = [each for each in seen if owner_of(each.tags or {}, mark) is Owner.OURS]
    marked: dict[str, list[Sighting]] = {}
    for each in ours:
        marked.setdefault((each.tags or {}).get(KEY_MARK, ""), []).append(each)
    for resource, called in desired:
        names = [resource.key.name, *([resource.renamed_from] if resource.renamed_from else [])]
        marks = [each for name in names for each in marks_for(name)]
        bearers = [] if resource.existing else next((marked[each] for each in marks if each in marked), [])
        if len(bearers) > 1:
            bearers = [each for each in bearers if each.name == called] or bearers
        if len(bearers) > 1:
            arns = " and ".join(each.arn for each in bearers)
            binding.conflicts[resource.key] = (
                f"two live resources bear its mark: {arns}; delete or unmark one"
            )
        elif bearers:
            binding.bound[resource.key] = bearers[0]
    taken = {each.arn for each in binding.bound.values()}
    free = {each.name: each for each in seen if each.arn not in taken}
    for resource, called in desired:
        if resource.key in binding.bound or resource.key in binding.conflicts:
            continue
        candidates = [called, resource.renamed_from] if not resource.existing else [called]
        found = next((free.pop(name) for name in candidates if name is not None and name in free), None)
        if found:
            binding.bound[resource.key] = found
    taken = {each.arn for each in binding.bound.values()}
    binding.strays = [each for each in ours if each.arn not in taken]
    return binding
