"""Decides which checks are made of each resource."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.contract import EXISTS, Adapter, Check
from reconciler.desired.checks_file import Asked, Entry
from reconciler.stack import Key, Stack


@dataclass(frozen=True, slots=True)
class Wanted:
    """One check to make, or to name as skipped."""

    key: Key
    entry: Entry
    check: Check | None
    """What the kind declares; None for the check that the resource exists."""
    skipped: str = ""
    """Why it is not made; empty if it is."""


A_DRILL = "a drill: it is made only with --drills"


def wanted_checks(
    stack: Stack,
    kinds: Mapping[str, Adapter[Any]],
    asked: Asked,
    keys: frozenset[Key],
    *,
    drills: bool = False,
) -> Iterator[Wanted]:
    """The checks of these resources, in the order of kinds and names; without `drills` these are skipped."""
    for key in sorted(key for key in keys if not stack.resources[key].has_left):
        yield from _of_name(asked, key, EXISTS, None)
        written = stack.resources[key].settings
        for name, check in kinds[key.kind].checks.items():
            if check.only_asked and not asked.of(key, name):
                continue
            why = "" if asked.of(key, name) else check.unless(written)
            if check.drill and not drills:
                why = A_DRILL
            yield from _of_name(asked, key, name, check, why)


def _of_name(asked: Asked, key: Key, name: str, check: Check | None, why: str = "") -> Iterator[Wanted]:
    for entry in asked.of(key, name) or (Entry(name),):
        yield Wanted(key, entry, check, entry.skip or why)


def checks_made(
    stack: Stack, kinds: Mapping[str, Adapter[Any]], asked: Asked, *, drills: bool = False
) -> Mapping[Key, Sequence[Check]]:
    """By resource: the checks that are made of it."""
    found: dict[Key, list[Check]] = {}
    for each in wanted_checks(stack, kinds, asked, frozenset(stack.resources), drills=drills):
        if each.check and not each.skipped:
            found.setdefault(each.key, []).append(each.check)
    return found
