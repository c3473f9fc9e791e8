"""Hostile names cannot forge lines, send control characters to a terminal, or give commands to the CI."""

import os
import shutil
from pathlib import Path

import pytest

from reconciler.runtime.printable import one_line
from tests.end_to_end.typed import CENTRE, Run

EVIL = "\x1b[2J\r\n::error::forged\nSettled: 0 changes\u202e##vso[task.complete]"


def _is_harmless(text: str) -> bool:
    return all(one_line(line) == line for line in text.split("\n")) and "\n::" not in f"\n{text}"


def test_names_of_files_are_printed_as_harmless_text(run: Run, tmp_path: Path) -> None:
    stack = Path(shutil.copytree(CENTRE, tmp_path / "stack"))
    (stack / "::error::a\n\x1b[2J.yaml").write_text("connect.quue: {}\n")
    (stack / os.fsdecode(b"\xff\xfe.yaml")).write_text("connect.quue: {}\n")
    ended = run("validate", stack, "--env", "dev")
    assert ended.returncode == 3
    first, second, number = ended.stderr.splitlines()
    assert first.startswith("\\x3a:error::a\\n\\x1b[2J.yaml:1:1: ")
    assert second.startswith("\\udcff\\udcfe.yaml:1:1: ")
    assert number == "2 mistakes; no call was made"


@pytest.mark.parametrize("option", ["--env", "--only", "--report", "--plan"])
def test_words_of_the_command_line_are_printed_as_harmless_text(option: str, run: Run) -> None:
    ended = run("once", CENTRE, *(() if option == "--env" else ("--env", "dev")), "--sandbox", option, EVIL)
    assert ended.returncode == 3
    assert ended.stderr
    assert _is_harmless(ended.stderr)
