"""A slice of the fault matrix's row of fields and transitions: one case of each kind and transition."""

from collections.abc import Iterator

import pytest

from tests.faults import shared_sandbox
from tests.faults.field_case import KINDS
from tests.faults.field_transitions import OF_THEIR_OWN, PLAYED, ROW, VALUES_BY_KIND
from tests.faults.generated_fields import without_values


def a_slice() -> list[str]:
    """For each kind and transition the case of the last field: the most deeply nested fields are last."""
    last = {(case.split(" ")[0], case.split(" ", 2)[2]): case for case in ROW.cases()}
    return [last[kind, each] for kind in VALUES_BY_KIND for each in PLAYED if (kind, each) in last]


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - OF_THEIR_OWN.keys()))
def test_its_sample_gives_every_field_a_value(kind: str) -> None:
    """Including fields of structures and rows: the fault matrix takes its values from the samples."""
    assert without_values(KINDS[kind], VALUES_BY_KIND[kind]) == []


@pytest.fixture(autouse=True, scope="module")
def field_sandbox() -> Iterator[None]:
    """The sandbox is off once the slice is over."""
    yield
    shared_sandbox.leave()


@pytest.mark.parametrize("case", a_slice())
def test_a_field_goes_through_a_transition(case: str) -> None:
    assert ROW.check(case) == []
