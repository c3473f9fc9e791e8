"""Follows docs/tutorial.md: writes its files, runs its commands, and compares the output."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from reconciler.sandbox.server import RunningServer
from tests.end_to_end.typed import ENVIRONMENT, ROOT
from tests.fork_server import ForkServer

PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$', re.DOTALL | re.MULTILINE
)
PENDING = 2
OUR_PORT = "127.0.0.1:4566"


def environment_of_a_reader(home: Path) -> dict[str, str]:
    """An environment with our `reconciler` and `python`, and with all records below the home directory."""
    programs = home / "bin"
    programs.mkdir()
    for name, words in {"python": "", "reconciler": " -m reconciler"}.items():
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}"{words} "$@"\n', encoding="utf-8")
        (programs / name).chmod(0o755)
    return {
        **ENVIRONMENT,
        "HOME": str(home),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }


def steps(text: str) -> list[tuple[str, list[str]]]:
    """The commands of a block, each with its expected lines."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def test_every_command_of_the_tutorial_does_what_the_page_says(
    tmp_path: Path, server: RunningServer, loaded: ForkServer
) -> None:
    """The first of each command is a process of its own; the next ones are forks."""

    def typed(command: str) -> subprocess.CompletedProcess[str]:
        program, *words = shlex.split(command)
        if program == "reconciler" and any(each.startswith(f"reconciler {words[0]} ") for each in ran):
            return loaded.run(words, place, **environment)
        return subprocess.run(
            command, shell=True, cwd=place, env=environment, capture_output=True, text=True, check=False
        )

    environment = environment_of_a_reader(tmp_path)
    place = tmp_path / "empty"
    place.mkdir()
    ran: list[str] = []
    for block in BLOCK.finditer(PAGE):
        text = block["text"].replace(OUR_PORT, server.url.removeprefix("http://"))
        if block["language"] != "console":
            (place / block["title"]).write_text(text, encoding="utf-8")
            continue
        for command, lines in steps(text):
            if block["title"] == "second terminal":
                assert command == "reconciler sandbox --port 4566"  # the fixture has started it already
                continue
            if command.startswith("export "):
                environment |= dict(word.split("=", 1) for word in command.split()[1:])
                continue
            done = typed(command)
            assert done.returncode == (PENDING if "--dry-run" in command else 0), done.stdout + done.stderr
            assert [line for line in lines if line not in done.stdout] == [], done.stdout + done.stderr
            ran.append(command)
    assert len(ran) > 10
    assert {"welcome.svg", "pass.html"} <= {each.name for each in place.iterdir()}
