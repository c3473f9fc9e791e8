"""Rollback restores every field: one field of each kind, and a whole account after random changes."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from reconciler.field_schema import Shape, fields_of
from reconciler.history import Record, record_of, rollback_stack
from reconciler.history.revert import misfits, takes_null
from reconciler.history.store import pack, unpack
from reconciler.kinds import known_kinds
from reconciler.stack import Desired, Stack
from tests.faults import shared_sandbox
from tests.faults.harness import Harness, sandbox
from tests.faults.live_state import differences, state_by_label
from tests.faults.registry import row
from tests.faults.workloads import ANY_DELETES, SMALL, changed, example, settle, with_settings

SEEDS = [*range(4), *(pytest.param(each, marks=pytest.mark.whole) for each in range(4, 8))]
"""The later ones run with `make contract`."""
LEFT_OUT = object()
ALWAYS = {"hierarchy_structure", "billing_mode", "quick_connect_config", "identity_info"}
"""Fields that AWS does not clear, or changes only together with others."""


@pytest.fixture(autouse=True)
def _only_one_sandbox() -> Iterator[None]:
    """Stop the sandbox, so that other tests in this process do not use it."""
    yield
    shared_sandbox.leave()


def _one_of_each_kind() -> list[str]:
    """A case of each kind, with another type of change and another field from kind to kind."""
    by_kind: dict[str, dict[str, list[str]]] = {}
    for case in row("rollback").cases():
        kind, _, way = case.split(" ", 2)
        by_kind.setdefault(kind, {}).setdefault(way, []).append(case)
    return [_in_turn(number, [*ways.values()]) for number, ways in enumerate(by_kind.values())]


def _in_turn(number: int, ways: Sequence[Sequence[str]]) -> str:
    cases = ways[number % len(ways)]
    return cases[number % len(cases)]


AND_THESE = (
    "s3.bucket object_lock_enabled written and back",
    "s3.bucket replication.role left out and back",  # it names a bucket that no file names
    "apigateway.usage_plan api_stages[].throttle left out and back",  # a reference identifies its row
)


@pytest.mark.parametrize("case", [*_one_of_each_kind(), *AND_THESE])
def test_a_field_comes_back(case: str) -> None:
    assert row("rollback").check(case) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_after_random_changes_everything_is_as_it_was(seed: int) -> None:
    random, stack = Random(seed), example(SMALL)
    shared_sandbox.leave()
    with sandbox(stack.account) as at:
        harness = at(stack.region)
        settle(harness, stack)
        records: list[Record] = []
        before: Mapping[str, Any] = {}
        for number in range(1, 5):
            report = harness.run(_some_fields(random, stack), ANY_DELETES)
            assert report.outcome == "settled", _troubles(report)
            packed = pack(record_of(report, who="ada", trigger="once"))
            records.append(unpack(number, packed.brief, packed.contents.__getitem__))
            before = before or _state(harness)
        changes = sum(each.changes for each in records[1:])
        back = rollback_stack(records[0], records[1:], known_kinds())
        report = harness.run(back.stack, ANY_DELETES)
        assert report.outcome == "settled", _troubles(report)
        assert (list(differences(_state(harness), before)), back.notes) == ([], ())
        assert changes > 0


def _troubles(report: Any) -> list[str]:
    return [f"{key}: {each}" for key, each in report.results.items() if each.outcome != "done"]


def _state(harness: Harness) -> Mapping[str, Any]:
    return state_by_label(harness.live_resources())


def _some_fields(random: Random, stack: Stack) -> Stack:
    """The stack with a random choice of its fields, each with one of two values, cleared, or left out."""
    other = changed(SMALL)
    settings = {
        key: _settings(random, each, other.resources[key].settings)
        for key, each in stack.resources.items()
        if not each.existing
    }
    emptied = {key: replace(each, settings={}) for key, each in stack.resources.items() if key in settings}
    return with_settings(replace(stack, resources={**stack.resources, **emptied}), settings)


def _settings(random: Random, desired: Desired, others: Mapping[str, Any]) -> dict[str, Any]:
    adapter = known_kinds()[desired.key.kind]
    staying = {*adapter.create.fixed, *adapter.create.write_only, *adapter.create.needed, *ALWAYS}
    chosen: dict[str, Any] = {}
    for name, shape in fields_of(adapter.model).items():
        values = [each[name] for each in (desired.settings, others) if name in each]
        if not values:
            continue
        if name in staying:
            chosen[name] = values[0] if name != "identity_info" else random.choice(values)
            continue
        value = random.choice([*map(deepcopy, values), LEFT_OUT, LEFT_OUT])
        if random.random() < 0.15 and takes_null(adapter.model, name):
            value = None
        if value is not LEFT_OUT:
            chosen[name] = _thinned(random, shape, value)
    for name in misfits(adapter, chosen, desired.scope):
        if name in chosen:
            chosen[name] = desired.settings[name]
    return chosen


def _thinned(random: Random, shape: Shape, value: Any) -> Any:
    """A structure without some of its optional members."""
    if not shape.part or shape.whole or not isinstance(value, dict):
        return value
    optional = [name for name in value if not shape.part.model_fields[name].is_required()]
    return {name: each for name, each in value.items() if name not in optional or random.random() < 0.7}
