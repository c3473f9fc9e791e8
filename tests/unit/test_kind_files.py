"""The file of a kind stays short: it shows what the kind declares, and little else."""

import inspect
from pathlib import Path
from statistics import median

import pytest

from reconciler.kinds import known_kinds

MEDIAN, LARGEST = 90, 120
WAIVED: dict[str, str] = {}
"""By kind: why its file is longer than the largest."""
LINES = {
    kind: len(Path(inspect.getfile(type(adapter))).read_text().splitlines())
    for kind, adapter in known_kinds().items()
}


def test_half_of_the_files_of_kinds_are_short() -> None:
    assert median(LINES.values()) <= MEDIAN


@pytest.mark.parametrize("kind", LINES)
def test_no_file_of_a_kind_is_long(kind: str) -> None:
    assert (LINES[kind] > LARGEST) == (kind in WAIVED)
