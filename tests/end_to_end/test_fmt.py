"""`reconciler fmt` as a user types it."""

import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reconciler.cli import app
from reconciler.cli.exits import FAILED, INVALID
from tests.end_to_end.typed import CENTRE


def typed(*words: object) -> Result:
    return CliRunner().invoke(app, ["fmt", *map(str, words)])


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CENTRE, tmp_path / "centre"))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def unsorted(folder: Path) -> None:
    """Make one file of the example unsorted."""
    (folder / "extra.yaml").write_text(
        "connect.queue:\n  Zulu:\n    max_contacts: 1\n    hours_of_operation: UK Business Hours\n  Alpha:\n"
        "    hours_of_operation: UK Business Hours\n"
    )


def test_it_writes_what_it_changes_and_then_there_is_nothing_to_change(centre: Path) -> None:
    assert typed(centre).exit_code == 0
    before = contents(centre)
    unsorted(centre)
    checked = typed(centre, "--check")
    assert (checked.exit_code, checked.stderr) == (FAILED, "extra.yaml: not formatted\n")
    said = typed(centre)
    assert (said.exit_code, said.stdout) == (0, "formatted: extra.yaml\n6 files, 1 changed\n")
    after = contents(centre)
    assert after.pop("extra.yaml").startswith(b"connect.queue:\n  Alpha:\n")
    assert after == before
    again = typed(centre, "--check")
    assert (again.exit_code, again.stdout) == (0, "6 files, 0 changed\n")


def test_files_of_others_and_documents_are_left_alone(centre: Path) -> None:
    (centre / "flows" / "main.json").write_text('{"b": 1, "a": 2}')
    (centre / "compose.yaml").write_text("services: {}\nname: x\n")
    (centre / ".reconcilerignore").write_text("helm/\n")
    (centre / "helm").mkdir()
    (centre / "helm" / "b.yaml").write_text("b: 1\na: 2\n")
    before = contents(centre)
    assert typed(centre).exit_code == 0
    changed = {path for path, content in contents(centre).items() if before[path] != content}
    assert changed <= {"flows.yaml", "instance.yaml", "people.yaml", "routing.yaml"}


def test_a_crash_leaves_the_old_file(centre: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(centre)
    unsorted(centre)
    before = contents(centre)

    def crash(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", crash)
    said = typed(centre)
    assert said.exit_code == FAILED
    said_why = f"{centre}/extra.yaml: this file cannot be written: No space left on device\n"
    assert said.stderr == f"{said_why}nothing was written\n"
    assert contents(centre) == before


WRONG = {
    "connect.queue:\n  a: [\n": "wrong.yaml:2:7: this is not YAML: ",
    "connect.queue: {}\nconnect.queue: {}\n": "wrong.yaml:2:1: this key is given twice, first on line 1; keep one",
    "connect.queue: &a {}\n": "wrong.yaml:1:16: anchors are not read",
    "connect.queue: {a: *b}\n": "wrong.yaml:1:20: aliases are not read",
    "connect.queue: {}\n---\nconnect.user: {}\n": "wrong.yaml:2:1: a second document begins here",
    "connect.queue: !!map {}\n": "wrong.yaml:1:16: tags such as !!str are not read",
    "connect.queue: {1: {}}\n": "wrong.yaml:1:17: a key is text, and this reads as a number",
    "connect.queue: {a: 1\x07}\n": "wrong.yaml:1:21: there is a control character",
    "connect.queue:\n\ta: {}\n": "wrong.yaml:2:1: this is not YAML: ",
    "connect.queue: {}\rconnect.user: {}\r": "wrong.yaml:1:1: this file cannot be formatted: its lines end with a single",
}


@pytest.mark.parametrize("text", WRONG)
def test_wrong_yaml_is_one_line_with_its_place_and_nothing_is_written(centre: Path, text: str) -> None:
    unsorted(centre)
    (centre / "wrong.yaml").write_bytes(text.encode())
    before = contents(centre)
    said = typed(centre)
    first, last = said.stderr.splitlines()
    assert first.startswith(WRONG[text])
    assert last == "1 mistake; nothing was written"
    assert (said.exit_code, said.stdout) == (INVALID, "")
    assert contents(centre) == before


def test_wrong_places_are_one_line(tmp_path: Path) -> None:
    said = typed(tmp_path / "none")
    assert (said.exit_code, len(said.stderr.splitlines())) == (INVALID, 1)
    assert (
        typed(tmp_path).stderr.splitlines()[0].startswith("stack.yaml:1:1: there is no such file; a stack is")
    )
    (tmp_path / "stack.yaml").write_bytes(b"\xff")
    assert (
        typed(tmp_path).stderr.splitlines()[0]
        == "stack.yaml:1:1: this file is not UTF-8 text: byte 1 is wrong"
    )
    (tmp_path / "stack.yaml").unlink()
    (tmp_path / "stack.yaml").symlink_to("nowhere")
    assert "a link to nowhere, which does not exist" in typed(tmp_path).stderr
