"""A slice of the fault matrix; `make faults` runs the whole matrix."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest

from reconciler.sandbox.fault_injection import FaultKind
from tests.faults import shared_sandbox, stack_faults
from tests.faults.case import case_names
from tests.faults.case_selection import BY_CALL, LONG, SEEDS, slice_of_stack, stacks
from tests.faults.field_transitions import VALUES_BY_KIND
from tests.faults.kind_faults import fault_free_phase, phases
from tests.faults.mutants import MUTANTS
from tests.faults.mutate import golden_violations, untidy
from tests.faults.registry import again, row
from tests.faults.workloads import workloads

KINDS = 6
"""The number of kinds that are played alone, however many there are."""


@pytest.fixture(autouse=True)
def _only_one_sandbox() -> Iterator[None]:
    """Stop the sandbox, so that other tests in this process do not use it."""
    yield
    shared_sandbox.leave()


@pytest.fixture(scope="module", params=stacks())
def stack(request: pytest.FixtureRequest) -> str:
    """A stack; the tests of one stack run one after the other, because they share the runs of its workloads without faults."""
    return str(request.param)


def test_nothing_is_lost_and_nothing_doubled(stack: str) -> None:
    played = [(name, case) for name in BY_CALL for case in slice_of_stack(name, stack)]
    assert {again(name, case): wrong for name, case in played if (wrong := row(name).check(case))} == {}


@pytest.mark.parametrize("name", SEEDS)
def test_nothing_is_lost_and_nothing_doubled_at_random(name: str) -> None:
    played = row(name).cases()[: SEEDS[name] // 2]
    assert {again(name, case): wrong for case in played if (wrong := row(name).check(case))} == {}


def test_what_lives_in_a_replaced_instance_lives_again_whatever_strikes() -> None:
    played = row("replaced_contents").cases()[::20]
    assert {name: wrong for name in played if (wrong := row("replaced_contents").check(name))} == {}


def test_a_kind_alone_is_created_changed_and_deleted_once_whatever_strikes() -> None:
    played = kind_cases()
    assert {case: wrong for case in played if (wrong := row("kind_faults").check(case))} == {}


def kind_cases() -> Iterator[str]:
    """For some kinds, and each of their phases: the changing call in the middle, with another fault each time."""
    faults = cycle(
        [FaultKind.CRASH_AFTER, FaultKind.TIMEOUT_AFTER, FaultKind.ERROR_500, FaultKind.ACCESS_DENIED]
    )
    kinds = list(VALUES_BY_KIND)
    chosen = {kinds[len(kinds) * number // KINDS] for number in range(KINDS)}
    for name in phases():
        if name.rpartition("/")[0] in chosen:
            changing = [each for each in fault_free_phase(name).recorded if each.call.mutating]
            yield from case_names([(name, changing[len(changing) // 2], str(next(faults)))])


def test_a_stack_of_many_kinds_is_changed_once_whatever_strikes() -> None:
    played = stack_cases()
    assert {case: wrong for case in played if (wrong := row("stack_faults").check(case))} == {}


def stack_cases() -> Iterator[str]:
    """Of the changes to a stack of many kinds: every sixth call that changes something, with another fault each time."""
    faults = cycle([FaultKind.CRASH_AFTER, FaultKind.TIMEOUT_AFTER, FaultKind.ACCESS_DENIED])
    changing = [each for each in stack_faults.fault_free_phase("change").recorded if each.call.mutating]
    yield from case_names([("change", each, str(next(faults))) for each in changing[::6]])


def test_dry_runs_and_guards_hold(stack: str) -> None:
    every_other = sorted(row("safety").cases())[::2]
    cases = [case for case in every_other if case.startswith(f"{stack}/") and not case.startswith(LONG)]
    assert cases
    assert {name: wrong for name in cases if (wrong := row("safety").check(name))} == {}


def test_every_workload_ends_as_it_always_did(stack: str) -> None:
    played = [name for name in workloads() if name.startswith(f"{stack}/")]
    assert played
    wrong = {name: golden_violations(name) for name in played}
    assert {name: each for name, each in wrong.items() if each} == {}, (
        "if that is meant: python -m tests.faults.mutate --record"
    )


def test_every_mutant_still_finds_what_it_breaks() -> None:
    assert untidy(MUTANTS) == []


def test_two_mutants_of_one_line_and_a_text_that_is_not_there_are_told() -> None:
    first = MUTANTS[0]
    again = replace(first, number=1000)
    (told,) = untidy([first, again])
    assert re.fullmatch(rf"1000 {re.escape(first.file)}: mutant {first.number} changes line \d+, too", told)
    (told,) = untidy([replace(first, before="nowhere")])
    assert told.endswith("'nowhere' occurs 0 times")


def test_every_promise_has_a_mutant_against_it() -> None:
    text = (Path(__file__).parents[2] / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert {each.promise for each in MUTANTS} == set(re.findall(r"^\| (P\d+) \|", text, re.MULTILINE))
