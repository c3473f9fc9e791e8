"""Every row of the matrix in full: `pytest tests/faults -m call_faults` runs one row, `pytest tests/faults -m whole` all of them."""

from collections.abc import Iterator, Sequence

import pytest

from tests.faults import shared_sandbox
from tests.faults.registry import ROWS, again, row, run

PARTS = 40
"""The number of tests for a row: pytest-xdist distributes them over its processes."""
PLAYED = [
    pytest.param(name, part, id=f"{name}-{part + 1}", marks=(pytest.mark.whole, getattr(pytest.mark, name)))
    for name in ROWS
    for part in range(PARTS)
]


@pytest.fixture(autouse=True, scope="module")
def _no_sandbox_stays_on() -> Iterator[None]:
    yield
    shared_sandbox.leave()


def part_of(cases: Sequence[str], part: int) -> Sequence[str]:
    """Return consecutive cases, because cases of one workload share its sandbox."""
    return cases[len(cases) * part // PARTS : len(cases) * (part + 1) // PARTS]


@pytest.mark.parametrize(("name", "part"), PLAYED)
def test_the_promises_hold(name: str, part: int) -> None:
    cases = part_of(row(name).cases(), part)
    assert cases
    assert {again(name, case): wrong for case, wrong in run(name, cases).wrong.items()} == {}


@pytest.mark.parametrize("name", ["safety", "hostile_documents"])
def test_the_parts_of_a_small_row_are_all_of_it(name: str) -> None:
    cases = row(name).cases()
    parts = [part_of(cases, part) for part in range(PARTS)]
    assert [case for part in parts for case in part] == list(cases)
    assert all(parts)


def test_every_row_is_a_mark_with_its_title(pytestconfig: pytest.Config) -> None:
    assert {f"{name}: {row(name).title}" for name in ROWS} <= set(pytestconfig.getini("markers"))
