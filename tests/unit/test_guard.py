"""What may refuse a plan."""

from collections.abc import Mapping
from typing import Any

import pytest
from plan_toys import KINDS, Queue, kind, stack, want

from reconciler.planning.guard import guard
from reconciler.planning.plan import Action, Plan
from reconciler.stack import Desired, Key, Policy

PROTECTED = {**KINDS, "toy.queue": kind("toy.queue", Queue, protected=True)}


def plan(deletes: int = 0, replaces: int = 0, owned: int = 0, updates: int = 0) -> Plan:
    """A plan that deletes D0, D1 ..., replaces R0, R1 ..., and updates U0, U1 ..."""
    counts = {"delete": deletes, "replace": replaces, "update": updates}
    actions = [
        Action(Key("toy.queue", f"{verb[0].upper()}{index}"), verb)  # type: ignore[arg-type]
        for verb, count in counts.items()
        for index in range(count)
    ]
    return Plan({each.key: each for each in actions}, owned=owned)


def replaced(**policy: Any) -> Desired:
    return want("toy.queue/R0", policy=Policy(**policy))


ALL_THE_SAME = "--allow-deletes {} applies it all the same"
TOO_MANY = "the plan deletes or replaces {} of {} owned resources, more than 30%"
SAFE = "toy.queue/R0: it is protected, and the plan would replace it"

CASES: Mapping[str, tuple[Plan, Desired | None, Mapping, int | None, list[str]]] = {
    "nothing goes": (plan(updates=100, owned=100), None, KINDS, None, []),
    "nothing goes, although deletes were approved": (plan(updates=1, owned=100), None, KINDS, 5, []),
    "all of a few": (plan(9, owned=9), None, KINDS, None, []),
    "30 % of ten": (plan(3, owned=10), None, KINDS, None, []),
    "more than 30 % of ten": (
        plan(4, owned=10),
        None,
        KINDS,
        None,
        [TOO_MANY.format(4, 10), ALL_THE_SAME.format(4)],
    ),
    "deletes and replaces count alike": (
        plan(2, 2, owned=10),
        None,
        KINDS,
        None,
        [TOO_MANY.format(4, 10), ALL_THE_SAME.format(4)],
    ),
    "updates do not count": (plan(3, updates=7, owned=10), None, KINDS, None, []),
    "too many, approved": (plan(4, owned=10), None, KINDS, 4, []),
    "too many, and fewer approved": (
        plan(4, owned=10),
        None,
        KINDS,
        3,
        [
            TOO_MANY.format(4, 10),
            "--allow-deletes says 3, and the plan deletes or replaces 4",
            ALL_THE_SAME.format(4),
        ],
    ),
    "a few, and another number approved: whoever looked saw another plan": (
        plan(1, owned=100),
        None,
        KINDS,
        2,
        ["--allow-deletes says 2, and the plan deletes or replaces 1", ALL_THE_SAME.format(1)],
    ),
    "a few, and none approved": (
        plan(1, owned=100),
        None,
        KINDS,
        0,
        ["--allow-deletes says 0, and the plan deletes or replaces 1", ALL_THE_SAME.format(1)],
    ),
    "protected by its author": (
        plan(replaces=1, owned=100),
        replaced(protect=True),
        KINDS,
        None,
        [SAFE, ALL_THE_SAME.format(1)],
    ),
    "protected by its kind": (
        plan(replaces=1, owned=100),
        replaced(),
        PROTECTED,
        None,
        [SAFE, ALL_THE_SAME.format(1)],
    ),
    "protected by its kind, and its author says otherwise": (
        plan(replaces=1, owned=100),
        replaced(protect=False),
        PROTECTED,
        None,
        [],
    ),
    "protected, and approved": (plan(replaces=1, owned=100), replaced(protect=True), KINDS, 1, []),
    # A stray that is protected never gets into a plan; whoever is in it said `protect: false` when it was desired.
    "a stray of a protected kind": (plan(1, owned=100), None, PROTECTED, None, []),
}


@pytest.mark.parametrize(
    ("made", "desired", "kinds", "allowed", "expected"), CASES.values(), ids=CASES.keys()
)
def test_why_a_plan_is_refused(made: Any, desired: Any, kinds: Any, allowed: Any, expected: Any) -> None:
    assert guard(made, stack(*([desired] if desired else [])), kinds, allowed) == expected


def test_what_the_plan_refuses_by_itself_does_not_count() -> None:
    refused = Action(Key("toy.queue", "R0"), "replace", refusal="AWS cannot change it")
    assert guard(Plan({refused.key: refused}, owned=1), stack(replaced(protect=True)), KINDS, None) == []
