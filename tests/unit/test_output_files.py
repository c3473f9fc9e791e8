"""A command does not overwrite desired state, files of others, or another output of its own."""

import json
import os
from pathlib import Path

import pytest
import typer

from reconciler.cli.exits import INVALID
from reconciler.cli.output_files import Target, check_targets
from reconciler.cli.report_files import report_targets
from reconciler.reports.planfile import is_plan


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "centre"
    (directory / "flows").mkdir(parents=True)
    (directory / "stack.yaml").write_text("stack: a\n")
    (directory / "flows" / "main.json").write_text("{}\n")
    (directory / "notes.md").write_text("# Notes\n")
    (directory / "empty.json").touch()
    (tmp_path / "to-stack.json").symlink_to(directory / "stack.yaml")
    (tmp_path / "plan.json").write_text(json.dumps({"plan_version": 1}))
    (tmp_path / "report.json").write_text('{\n  "report": 3,\n')
    (tmp_path / "link.json").symlink_to("report.json")
    (tmp_path / "lost.md").symlink_to("nowhere/a.md")
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "folder.json").mkdir()
    monkeypatch.chdir(tmp_path)
    return directory


def _plan(file: str) -> Target:
    return "--out", Path(file), is_plan


def _report(*files: str) -> list[Target]:
    return report_targets([Path(file) for file in files])


YAML = "a YAML file in the stack's directory is desired state"
OTHERS = "this file already exists and reconciler did not write it"
REFUSED = {
    "a file of the stack": ([_plan("centre/stack.yaml")], YAML),
    "a new YAML file in the stack's directory": ([_plan("centre/plan.yaml")], YAML),
    "capitals": ([_plan("centre/PLAN.YML")], YAML),
    "a link to a file of the stack": ([_plan("to-stack.json")], YAML),
    "by another way": ([_plan("centre/flows/../stack.yaml")], YAML),
    "a document of the stack": ([_plan("centre/flows/main.json")], OTHERS),
    "a document of the stack, by a report": (_report("centre/flows/main.json"), OTHERS),
    "somebody's file": (_report("centre/notes.md"), OTHERS),
    "a plan, by a report": (_report("plan.json"), OTHERS),
    "a report, by a plan": ([_plan("report.json")], OTHERS),
    "a directory": ([_plan("folder.json")], "this is a directory"),
    "a pipe": ([_plan("pipe.json")], "this is not a regular file"),
    "one file for both": ([_plan("a.json"), *_report("a.json")], "--out a.json is the same file"),
    "both, by another way": (
        [_plan("a.json"), *_report("centre/../a.json")],
        "--out a.json is the same file",
    ),
    "both, in capitals": ([_plan("a.json"), *_report("A.JSON")], "--out a.json is the same file"),
    "both, by a link": (_report("report.json", "link.json"), "--report report.json is the same file"),
    "where there is no directory": ([_plan("nowhere/plan.json")], "there is no directory "),
    "where there is no directory, by a report": (_report("nowhere/a.md"), "there is no directory "),
    "below a file": (_report("plan.json/a.md"), "there is no directory "),
    "by a link into no directory": (_report("lost.md"), "there is no directory "),
    "a name that is too long": (_report("a" * 300 + ".md"), "the file's name is longer than 255 bytes"),
    "two reports": (_report("a.md", "a.md"), "--report a.md is the same file"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_must_not_be_written_is_refused(
    case: str, centre: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    targets, said = REFUSED[case]
    before = {file: file.read_bytes() for file in centre.rglob("*") if file.is_file()}
    with pytest.raises(typer.Exit) as ended:
        check_targets(centre, targets)
    (line,) = capsys.readouterr().err.splitlines()
    assert ended.value.exit_code == INVALID
    assert said in line
    assert before == {file: file.read_bytes() for file in centre.rglob("*") if file.is_file()}


def test_a_directory_that_nobody_may_write_in_is_told_before_the_pass(
    centre: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != centre.parent)
    for targets in ([_plan("new.json")], _report("report.json")):
        with pytest.raises(typer.Exit):
            check_targets(centre, targets)
        assert f"nothing can be written in the directory {centre.parent}" in capsys.readouterr().err


TAKEN = {
    "new": [_plan("new.json"), *_report("new.md", "new.html")],
    "new, in the stack's directory": [_plan("centre/plan.json"), *_report("centre/report.json")],
    "empty": [_plan("centre/empty.json")],
    "a plan of before": [_plan("plan.json")],
    "a report of before": _report("report.json"),
    "a YAML name elsewhere": [_plan("plan.yaml")],
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_may_be_written_is_taken(case: str, centre: Path) -> None:
    check_targets(centre, TAKEN[case])


def test_the_approved_plan_is_not_written_over(centre: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        check_targets(centre, _report("plan.json"), [("--plan", Path("centre/../plan.json"))])
    assert "--plan centre/../plan.json is the same file" in capsys.readouterr().err
