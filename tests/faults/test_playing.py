"""The program of the matrix: shards, continuing an interrupted run, and single rows."""

import importlib.util
import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from tests.faults import call_faults, registry, results, shared_sandbox
from tests.faults.case import case_names
from tests.faults.registry import Outcome, row
from tests.faults.speed import slowness, too_long


@pytest.fixture(autouse=True)
def _no_sandbox_stays_on() -> Iterator[None]:
    yield
    shared_sandbox.leave()


@pytest.fixture(scope="module")
def program() -> ModuleType:
    """The command line of the matrix, as a module."""
    spec = importlib.util.spec_from_file_location("playing", Path(__file__).parent / "__main__.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_row_without_a_sandbox_is_not_answered_by_that_of_an_earlier_row() -> None:
    registry.run("call_faults", case_names(call_faults.faults_for("stamp_rally/create"))[:1])
    assert shared_sandbox.is_on()
    assert registry.run("endpoints", ["environment: one STS for the world"]).wrong == {}
    assert not shared_sandbox.is_on()


def test_the_parts_of_a_run_are_all_of_it(program: ModuleType) -> None:
    chosen = [("call_faults", f"case {number}") for number in range(95)] + [("read_faults", "case")]
    whole = program._chunks(chosen)
    parts = [chunk for part in (1, 2, 3) for chunk in whole[part - 1 :: 3]]
    assert sorted(name for _, names in parts for name in names) == sorted(name for _, name in chosen)
    assert len(parts) == len(whole)


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "a/b", "1/4/2", "-1/2"])
def test_a_part_that_is_none_is_refused(
    program: ModuleType, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        program._parser().parse_args([f"--shard={text}"])
    assert "write 2/4 for the second of four parts" in capsys.readouterr().err


def test_what_was_played_is_not_played_again(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "results.jsonl"
    outcome = Outcome("call_faults", 2, 1.5, 1.0, {"b": ["lost"]})
    results.Results(file).keep(["a", "b"], outcome)
    with file.open("a") as more:
        more.write('{"key": "broken o')
    assert results.Results(file).get("call_faults", ["a", "b"]) == outcome
    assert results.Results(None, [file]).get("call_faults", ["a", "b"]) == outcome
    assert results.Results(file).get("call_faults", ["a"]) is None


def test_results_of_other_code_are_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "results.jsonl"
    results.Results(file).keep(["a"], Outcome("call_faults", 1, 1.0, 1.0))
    monkeypatch.setattr(results, "code", lambda: "other code")
    assert results.Results(file).get("call_faults", ["a"]) is None


def test_lines_of_code_with_other_outcomes_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    file.write_text('{"key": "0", "letter": "A", "cases": 1, "seconds": 1.0, "slowest": 1.0, "wrong": {}}\n')
    outcome = Outcome("call_faults", 1, 1.0, 1.0)
    results.Results(file).keep(["a"], outcome)
    assert results.Results(file).get("call_faults", ["a"]) == outcome


@pytest.mark.parametrize("name", ["A", "H*", "call-faults", ""])
def test_a_row_that_there_is_not_is_one_line_with_all_rows(
    program: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["faults", "--row", "safety", "--row", name])
    assert program.main() == 2
    rows = ", ".join(registry.ROWS)
    assert capsys.readouterr() == ("", f"there is no row {name!r}; the rows are {rows}\n")


def test_every_row_has_the_name_by_which_it_is_asked_for() -> None:
    assert [row(name).name for name in registry.ROWS] == list(registry.ROWS)


def test_a_failing_run_ends_with_how_to_play_it_again(
    program: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run_all(tallies: dict[str, object], asked: SimpleNamespace, broken: list[str]) -> None:
        program._count(
            Outcome("call_faults", 1, 1.0, 1.0, {"it's lost": ["P1"]}), tallies, asked.show, broken
        )

    monkeypatch.setattr(program, "_run_all", run_all)
    monkeypatch.setattr("sys.argv", ["faults", "--row", "call_faults", "--sample", "300", "--seed", "7"])
    assert program.main() == 1
    *_, whole, case = capsys.readouterr().out.splitlines()
    assert whole.endswith("-m tests.faults --row call_faults --sample 300 --seed 7")
    assert shlex.split(case)[-3:] == ["call_faults", "--case", "it's lost"]


def test_a_bound_on_time_grows_with_the_slowness_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert slowness() >= 1.0
    monkeypatch.setattr("tests.faults.speed._work", lambda: 0.060)
    assert not too_long(5.9, 2.0)
    assert too_long(6.1, 2.0)


def test_results_are_plain_lines_of_json(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    results.Results(file).keep(["a"], Outcome("call_faults", 1, 1.0, 1.0))
    (line,) = file.read_text().splitlines()
    assert json.loads(line)["row"] == "call_faults"
