"""A slice of the fault matrix's row of fields and transitions: one case of each kind and transition."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parent.parent / "faults"))

from g_player import KINDS, Theatre
from row_g import PLAYED, ROW


def a_slice() -> list[str]:
    """Of each kind and transition the last field's case: the deepest ones stand last."""
    last = {(case.split(" ")[0], case.split(" ", 2)[2]): case for case in ROW.cases()}
    return [last[kind, each] for kind in KINDS for each in PLAYED if (kind, each) in last]


@pytest.fixture(autouse=True, scope="module")
def theatre() -> Iterator[None]:
    """The sandbox is off once the slice is over."""
    yield
    Theatre.leave()


@pytest.mark.parametrize("case", a_slice())
def test_a_field_goes_through_a_transition(case: str) -> None:
    assert ROW.check(case) == []
