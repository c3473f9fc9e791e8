"""The parts of `make mutation` that only compute: the draw, what is known of earlier runs, and the list of equivalent mutants."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutation.covered import Covered, files_that_play
from tests.mutation.mutants import (
    EQUIVALENT,
    Equivalent,
    Mutant,
    changed_lines,
    diff,
    drawn,
    equivalents,
    numbered,
    reason,
)
from tests.mutation.results import KILLED, SURVIVED, TIMEOUT, Result, Results, state_of, summary

ROOT = Path(__file__).parents[2]
FIRST = "tests/unit/test_first.py::test_it"
SECOND = "tests/unit/test_second.py::test_it"
LIMIT = Mutant("reconciler/a.py", 7, 7, "swap_op", "if size > limit:", "size > limit", "size >= limit")
BEFORE, AFTER = "def f():\n    return 1\n", "def f():\n    return 2\n"


def _many(number: int = 40) -> list[Mutant]:
    return [replace(LIMIT, line=line, statement=line, text=f"if size > {line}:") for line in range(1, number)]


def _as_it_is(file: str) -> str:
    return file


def test_a_mutant_keeps_its_key_where_other_lines_change() -> None:
    assert replace(LIMIT, line=9, statement=8).key == LIMIT.key


@pytest.mark.parametrize(
    "other",
    [
        replace(LIMIT, file="b.py"),
        replace(LIMIT, operator="x"),
        replace(LIMIT, text="x"),
        replace(LIMIT, after="x"),
    ],
)
def test_another_change_has_another_key(other: Mutant) -> None:
    assert other.key != LIMIT.key


def test_mutants_that_are_alike_are_counted() -> None:
    found = numbered([LIMIT, replace(LIMIT, line=20), replace(LIMIT, line=30)])
    assert [each.ordinal for each in found] == [0, 1, 2]
    assert len({each.key for each in found}) == 3


def test_the_same_seed_draws_the_same_sample() -> None:
    lines = {"reconciler/a.py": range(1, 40)}
    first = drawn(_many(), lines, 10, 1)
    assert first == drawn(reversed(_many()), lines, 10, 1)
    assert first != drawn(_many(), lines, 10, 2)
    assert len(first) == 10


def test_a_larger_sample_begins_with_the_smaller_one() -> None:
    lines = {"reconciler/a.py": range(1, 40)}
    assert drawn(_many(), lines, 20, 1)[:10] == drawn(_many(), lines, 10, 1)


def test_only_lines_that_tests_run_are_drawn() -> None:
    assert {each.line for each in drawn(_many(), {"reconciler/a.py": [3, 4]}, 40, 1)} == {3, 4}
    assert drawn(_many(), {"reconciler/b.py": [3, 4]}, 40, 1) == []


def test_an_expression_on_its_own_line_is_run_with_its_statement() -> None:
    assert drawn([replace(LIMIT, statement=5)], {"reconciler/a.py": [5]}, 1, 1)


def test_a_place_is_drawn_once_however_many_mutants_it_has() -> None:
    mutants = [replace(LIMIT, after=f"size >= {number}") for number in range(20)]
    assert len(drawn(mutants, {"reconciler/a.py": [7]}, 20, 1)) == 1


def test_a_diff_names_the_file_and_shows_both_lines() -> None:
    lines = diff("reconciler/a.py", BEFORE, AFTER).splitlines()
    assert lines[:2] == ["--- reconciler/a.py", "+++ reconciler/a.py"]
    assert lines[-2:] == ["-    return 1", "+    return 2"]


def test_lines_that_change_are_compared_without_indentation() -> None:
    assert changed_lines(BEFORE, AFTER) == ("return 1", "return 2")


def test_an_equivalent_mutant_is_found_by_file_operator_and_line() -> None:
    one = Equivalent("reconciler/a.py", "swap_op", "return 1", "return 2", "nobody reads it")
    assert reason([one], LIMIT, BEFORE, AFTER) == "nobody reads it"
    for other in (
        replace(one, file="b"),
        replace(one, operator="b"),
        replace(one, before="b"),
        replace(one, after="b"),
    ):
        assert reason([other], LIMIT, BEFORE, AFTER) is None


def test_every_equivalent_mutant_has_a_reason_and_a_line_that_exists() -> None:
    for each in equivalents(EQUIVALENT.read_text(encoding="utf-8")):
        lines = " ".join(map(str.strip, (ROOT / each.file).read_text(encoding="utf-8").splitlines()))
        assert each.before in lines, f"{each.file} has no such line: {each.before}"
        assert each.before != each.after
        assert each.reason


def test_the_quickest_test_of_a_line_comes_first() -> None:
    covered = Covered()
    covered.add({FIRST: {"seconds": 2.0, "lines": {"reconciler/a.py": [1, 2]}}})
    covered.add({SECOND: {"seconds": 1.0, "lines": {"reconciler/a.py": [2], "reconciler/sandbox/x.py": [1]}}})
    assert covered.tests("reconciler/a.py", (2,)) == [SECOND, FIRST]
    assert covered.tests("reconciler/a.py", (1,)) == [FIRST]
    assert covered.tests("reconciler/a.py", (9, 1)) == [FIRST]
    assert covered.tests("reconciler/a.py", (9,)) == []
    assert covered.lines.keys() == {"reconciler/a.py"}


def test_the_test_files_that_take_part_are_found() -> None:
    files = files_that_play(ROOT)
    assert "tests/unit/test_guard.py" in files
    assert not [file for file in files if file.startswith("tests/mutation")]


def _kept(tmp_path: Path, outcome: str, by: str, of: list[str]) -> Results:
    file = tmp_path / "there" / "results.jsonl"
    Results(file).keep(Result(LIMIT.key, outcome, state_of(of, _as_it_is), by))
    return Results(file)


@pytest.mark.parametrize("outcome", [SURVIVED, TIMEOUT])
def test_a_survivor_is_played_again_when_a_test_is_new_or_changes(tmp_path: Path, outcome: str) -> None:
    results = _kept(tmp_path, outcome, "", [FIRST])
    assert results.get(LIMIT.key, [FIRST], _as_it_is)
    assert results.get(LIMIT.key, [FIRST, SECOND], _as_it_is) is None
    assert results.get(LIMIT.key, [FIRST], lambda file: f"{file}, changed") is None


def test_a_killed_mutant_stays_killed_until_its_test_changes(tmp_path: Path) -> None:
    results = _kept(tmp_path, KILLED, FIRST, [FIRST])
    assert results.get(LIMIT.key, [FIRST, SECOND], _as_it_is)
    assert results.get(LIMIT.key, [FIRST], lambda file: f"{file}, changed") is None
    assert results.get(LIMIT.key, [SECOND], _as_it_is) is None
    assert results.get("another", [FIRST], _as_it_is) is None


def test_a_line_that_was_not_finished_is_left_out(tmp_path: Path) -> None:
    _kept(tmp_path, KILLED, FIRST, [FIRST])
    file = tmp_path / "there" / "results.jsonl"
    file.write_text(file.read_text(encoding="utf-8") + '{"key": "an', encoding="utf-8")
    assert Results(file).get(LIMIT.key, [FIRST], _as_it_is)


def test_a_timeout_counts_as_noticed() -> None:
    assert summary([KILLED, KILLED, TIMEOUT, SURVIVED], 2) == (
        "4 mutants: 2 killed, 1 timeouts, 1 survived (75.0 % noticed); 2 more are equivalent"
    )
    assert "none" in summary([], 0)
