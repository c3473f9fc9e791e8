"""Runs the command line in forks of one process that has loaded it: each command is a process of its own, without the start."""

import gc
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeAlias

NEEDED = (
    *(
        "reconciler.cli",
        "reconciler.console",
        "reconciler.logs",
        "reconciler.runtime.streams",
        "typer._adapters",
    ),
    *(
        "reconciler.daemon.threads",
        "reconciler.demo",
        "reconciler.history.history_location",
        "reconciler.pictures",
    ),
    *("reconciler.reports.formats", "reconciler.reports.planfile", "reconciler.sandbox.server", "tenacity"),
    *("moto.ec2.models", "moto.secretsmanager.models", "moto.servicequotas.responses", "moto.ssm.responses"),
    "moto.sts.responses",
)
"""What commands import only where they need it."""

Command: TypeAlias = tuple[list[str], str, str]
"""The words of a command, and the files for its stdout and its stderr."""


class ForkServer:
    """The process that has loaded the command line, seen by a test."""

    def __init__(self, pipe: "Connection[Any, Any]", directory: Path) -> None:
        self._pipe = pipe
        self._out, self._err = directory / "out", directory / "err"

    def run(self, words: Sequence[object]) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        command = [str(word) for word in words], str(self._out), str(self._err)
        self._pipe.send(command)
        code = self._pipe.recv()
        printed = (file.read_text(encoding="utf-8") for file in (self._out, self._err))
        return subprocess.CompletedProcess(command[0], code, *printed)


@contextmanager
def fork_server(environment: Mapping[str, str], directory: Path) -> Iterator[ForkServer]:
    """Start the process in this environment and this working directory; it ends with the block."""
    ours, theirs = multiprocessing.Pipe()
    command = [sys.executable, __file__, str(theirs.fileno())]
    with (
        tempfile.TemporaryDirectory() as printed,
        subprocess.Popen(
            command, env=environment, cwd=directory, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
        ),
        ours,
    ):
        theirs.close()
        yield ForkServer(ours, Path(printed))


def _load() -> None:
    """Import what commands need, and keep the garbage collector away from it."""
    for name in NEEDED:
        import_module(name)
    gc.freeze()


def _run(words: list[str], *files: str) -> None:
    from reconciler.__main__ import main

    for number, file in enumerate(files, start=1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = ["reconciler", *words]
    main()


def _serve(commands: "Connection[Any, Any]") -> None:
    """Fork for each command and reply with its exit code, until nobody asks any more."""
    while True:
        try:
            command: Command = commands.recv()
        except EOFError:
            return
        process = multiprocessing.get_context("fork").Process(target=_run, args=command)
        process.start()
        process.join()
        commands.send(process.exitcode)


if __name__ == "__main__":
    sys.path[0] = str(Path.cwd())  # as `python -m reconciler` has it
    _load()
    _serve(Connection(int(sys.argv[1])))
