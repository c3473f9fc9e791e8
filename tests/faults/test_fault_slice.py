"""A slice of the fault matrix: every fault, every operation, every workload; the whole of it is `make faults`."""

import pytest
from choosing import whole_slice
from registry import row
from trial import Tables

PARTS = 12


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_and_nothing_doubled(part: int) -> None:
    try:
        broken = {
            f"python tests/faults --row '{letter}' --case '{name}'": wrong
            for letter, name in whole_slice()[part::PARTS]
            if (wrong := row(letter).check(name))
        }
    finally:
        Tables.clear()
    assert broken == {}
