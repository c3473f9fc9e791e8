"""Completion of the command line: what each word can be, and the scripts in real shells."""

import os
import pty
import select
import shutil
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reconciler.cli import app
from reconciler.cli.completing import candidates

HEADER = """\
stack: typed
environments:
  dev: {account: "123456789012", region: eu-west-2}
  prod: {account: "123456789012", region: eu-west-1}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a stack of two resources, one of which has a blank in its name."""
    stack = tmp_path / "centre"
    stack.mkdir()
    (stack / "stack.yaml").write_text(HEADER)
    (stack / "all.yaml").write_text(
        "connect.instance:\n  acme: {existing: true}\n"
        "connect.contact_flow:\n  Main flow: {existing: true, instance: acme}\n"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


WORDS = {
    ("pl",): ["plan"],
    ("history", "s"): ["show"],
    ("explain", "connect.que"): ["connect.queue"],
    ("explain", "connect.queue.max"): ["connect.queue.max_contacts"],
    ("plan", "--ful"): ["--full"],
    ("plan", "c"): ["centre"],
    ("plan", "centre", "--env", ""): ["dev", "prod"],
    ("plan", "centre", "--env", "dev", "--only", "connect.c"): ["connect.contact_flow/Main flow"],
    ("plan", "centre", "--except", "connect.i"): ["connect.instance/acme"],
    ("validate", "centre", "--format", ""): ["github", "text"],
    ("completion", "z"): ["zsh"],
    ("plan", "nowhere", "--only", ""): [],
    ("no-such-command", "x"): [],
}


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_what_the_last_word_can_be(words: tuple[str, ...], folder: Path) -> None:
    assert candidates(words) == WORDS[words]


def script_of(shell: str) -> str:
    result = CliRunner().invoke(app, ["completion", shell])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_bash_completes_commands_and_names_with_blanks(folder: Path) -> None:
    program = folder / "bin" / "reconciler"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m reconciler "$@"\n')
    program.chmod(0o755)
    typed = """
COMP_WORDS=(reconciler expl); COMP_CWORD=1; _reconciler; printf '%s\\n' "${COMPREPLY[@]}"
COMP_WORDS=(reconciler plan centre --only connect.c); COMP_CWORD=4; _reconciler; printf '%s\\n' "${COMPREPLY[@]}"
COMP_WORDS=(reconciler plan centre --env ""); COMP_CWORD=4; _reconciler; printf '%s\\n' "${COMPREPLY[@]}"
complete -p reconciler
"""
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": root}
    ended = subprocess.run(
        ["bash", "--norc", "-c", script_of("bash") + typed],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [
        "explain",
        "connect.contact_flow/Main\\ flow",
        "dev",
        "prod",
        "complete -o default -F _reconciler reconciler",
    ]


ANSWERS = {"expl": "explain", "plan c --only connect.contact_flow/Main f": "connect.contact_flow/Main flow"}
"""By what has been typed: what the program answers."""


@pytest.fixture
def answering(tmp_path: Path) -> dict[str, str]:
    """The environment of a shell in which `reconciler` answers at once; the folder has one file, `notes.txt`."""
    program = tmp_path / "bin" / "reconciler"
    program.parent.mkdir()
    cases = "".join(f"'complete-words -- {typed}') echo '{said}';;\n" for typed, said in ANSWERS.items())
    program.write_text(f'#!/bin/sh\ncase "$*" in\n{cases}esac\n')
    program.chmod(0o755)
    (tmp_path / "notes.txt").touch()
    return {
        **os.environ,
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "TERM": "dumb",
    }


def installed(shell: str) -> str:
    """The path of a shell; without it the test is skipped."""
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} is not installed here")
    return found


def test_fish_completes_words_with_blanks_and_files(answering: dict[str, str], tmp_path: Path) -> None:
    typed = ["reconciler expl", r"reconciler plan c --only connect.contact_flow/Main\ f", "reconciler plan n"]
    lines = "".join(f"complete -C '{each}'\n" for each in typed)
    fish = [installed("fish"), "--no-config", "-c", script_of("fish") + lines]
    ended = subprocess.run(fish, env=answering, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [*ANSWERS.values(), "notes.txt"]


def test_zsh_completes_words_with_blanks_and_files(answering: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "script").write_text(script_of("zsh"))
    with typing_into([installed("zsh"), "-f", "-i"], answering, tmp_path) as shell:
        shell.type("PS1=; autoload -Uz compinit && compinit -u -D && . ./script && echo be''gin\n", "begin")
        shell.type("reconciler expl\t", "reconciler explain ")
        shell.type("\x15reconciler plan c --only connect.contact_flow/Main\\ f\t", r"_flow/Main\ flow ")
        shell.type("\x15reconciler plan n\t", "plan notes.txt ")


class Shell:
    """An interactive shell on a terminal of its own."""

    def __init__(self, terminal: int) -> None:
        self.terminal = terminal

    def type(self, keys: str, answer: str) -> None:
        """Press keys, and wait until the shell has shown the answer."""
        os.write(self.terminal, keys.encode())
        shown = ""
        while answer not in shown:
            assert select.select([self.terminal], [], [], 30)[0], f"after {keys!r} there was only {shown!r}"
            shown += os.read(self.terminal, 4096).decode(errors="replace")


@contextmanager
def typing_into(command: list[str], environment: dict[str, str], folder: Path) -> Iterator[Shell]:
    """Start a shell on a terminal wide enough for one line."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (50, 400))
    with subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        cwd=folder,
        start_new_session=True,
    ) as process:
        try:
            yield Shell(ours)
        finally:
            process.kill()
            os.close(ours)
            os.close(theirs)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_read_its_script(shell: str, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(script_of(shell))
    read = subprocess.run([installed(shell), "-n", str(script)], capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.parametrize("words", [["completion", "tcsh"], ["completion"]])
def test_an_unknown_shell_is_refused(words: list[str]) -> None:
    result = CliRunner().invoke(app, words)
    assert result.exit_code != 0
    assert result.stdout == ""
