"""Ctrl-C prints no traceback and exits with 130, at any point of a command."""

import subprocess
import sys

import pytest

from tests.end_to_end.typed import CENTRE, ENVIRONMENT, ROOT

# Sends SIGINT to itself when a module is imported, after the last line of the program, or while Python shuts down.
PRESSED = """
import builtins, signal, sys, threading
from importlib.abc import MetaPathFinder

modules, when, sys.argv = sys.argv[1].split(","), sys.argv[2], ["reconciler", *sys.argv[3:]]

class Press(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name in modules:
            Last() if when == "destructor" else signal.raise_signal(signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Press())
class Last:
    def __init__(self):
        self.press = signal.raise_signal

    def __del__(self):
        self.press(2)

if when == "end":
    threading._register_atexit(signal.raise_signal, signal.SIGINT)
if when == "taken apart":
    builtins.last = Last()
from reconciler.__main__ import main
main()
"""


def pressed(modules: str, when: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PRESSED, modules, when, *words]
    return subprocess.run(command, env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, check=False)


COMMANDS = {
    "validate": ["validate", str(CENTRE), "--env", "dev"],
    "sandbox": ["sandbox", "--port", "0"],
    "demo": ["demo"],
    "schema": ["schema"],
}
MODULES = [
    "reconciler.runtime.interrupts",
    "typer",
    "reconciler.cli.commands.once",
    "reconciler.runtime.streams",
    "rich.console",
]


@pytest.mark.parametrize("module", MODULES)
def test_ctrl_c_while_the_program_is_loaded_is_quiet(module: str) -> None:
    ended = pressed(module, "", *COMMANDS["validate"])
    said = "" if module == "reconciler.runtime.interrupts" else "interrupted\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", said)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_makes_no_pass_does_not_speak_of_the_next_one(command: str) -> None:
    ended = pressed("reconciler.kinds,reconciler.sandbox.server", "", *COMMANDS[command])
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "interrupted\n")


def test_ctrl_c_within_a_destructor_ends_the_command_too() -> None:
    ended = pressed("reconciler.sandbox.server", "destructor", *COMMANDS["sandbox"])
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "interrupted\n")


def test_ctrl_c_again_while_the_process_ends_is_quiet() -> None:
    ended = pressed("reconciler.desired", "end", *COMMANDS["validate"])
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "interrupted\n")


def test_ctrl_c_after_the_last_line_is_quiet() -> None:
    ended = pressed("", "end", *COMMANDS["validate"])
    assert (ended.returncode, ended.stderr) == (130, "interrupted\n")
    assert "no mistakes" in ended.stdout


@pytest.mark.parametrize(("modules", "code"), [("", 0), ("reconciler.desired", 130)])
def test_ctrl_c_while_python_is_taken_apart_changes_nothing(modules: str, code: int) -> None:
    ended = pressed(modules, "taken apart", *COMMANDS["validate"])
    assert (ended.returncode, ended.stderr) == (code, "interrupted\n" if code else "")
