"""Runs the command line in forks of one process that has loaded it: each command is a process of its own, without the start."""

import gc
import io
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
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

Streams: TypeAlias = tuple[str | None, str | None] | str
"""The files for stdout and stderr, or the terminal for these and for stdin. None is a closed stream, `GONE` a pipe that nobody reads."""
Command: TypeAlias = tuple[list[str], Streams, str | None, dict[str, str]]
"""The words of a command, its streams, its working directory, and what its environment has besides that of the fork server."""
GONE = "|"


class Running:
    """A command that has been started; the next one can begin when it has ended."""

    def __init__(self, pipe: "Connection[Any, Any]") -> None:
        self._pipe = pipe
        self.pid: int = pipe.recv()
        self._code: int | None = None

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it has not ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def wait(self, seconds: float | None = None) -> int:
        """Wait for its end; return its exit code, or the negative number of the signal that ended it."""
        if self._code is None:
            assert self._pipe.poll(seconds), f"it has not ended after {seconds} seconds"
            self._code = self._pipe.recv()
        return self._code


class ForkServer:
    """The process that has loaded the command line, seen by a test."""

    def __init__(self, pipe: "Connection[Any, Any]", directory: Path) -> None:
        self._pipe = pipe
        self._out, self._err = directory / "out", directory / "err"

    def run(
        self, words: Sequence[object], folder: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        streams = str(self._out), str(self._err)
        code = self.start(words, streams, folder, **variables).wait()
        out, err = (each.read_text(encoding="utf-8") for each in (self._out, self._err))
        return subprocess.CompletedProcess([str(word) for word in words], code, out, err)

    def run_into(
        self, out: str | None, words: Sequence[object], err: str | None = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end whose stdout is this file, `GONE`, or closed; so is its stderr, if one is given."""
        code = self.start(words, (out, str(self._err) if err == "" else err)).wait()
        printed = self._err.read_text(encoding="utf-8") if err == "" else ""
        return subprocess.CompletedProcess([str(word) for word in words], code, "", printed)

    def run_on(self, terminal: str, words: Sequence[object]) -> "Connection[Any, Any]":
        """Begin to run a command on a terminal. From what this returns, its exit code can be received at its end."""
        self.start(words, terminal)
        return self._pipe

    def start(
        self, words: Sequence[object], streams: Streams, folder: Path | None = None, **variables: str
    ) -> Running:
        """Begin to run a command. A file of its output may be a FIFO, if a thread reads it."""
        where = None if folder is None else str(folder)
        command: Command = [str(word) for word in words], streams, where, variables
        self._pipe.send(command)
        return Running(self._pipe)


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
    """Import what commands need, make what each process makes once, and keep the garbage collector away from it."""
    for name in NEEDED:
        import_module(name)
    _make_what_commands_share()
    gc.freeze()


def _make_what_commands_share() -> None:
    from reconciler.aws.account import open_account
    from reconciler.cli import command_line
    from reconciler.desired import load
    from reconciler.desired.parsed import code_of
    from reconciler.kinds import known_kinds
    from reconciler.runtime.clock import SystemClock

    command_line()
    kinds = known_kinds()
    code_of(kinds)
    for kind in kinds.values():
        kind.model.model_rebuild()
    account = open_account("", "eu-west-2", SystemClock())
    for service in {"sts", *(each.service.name for each in kinds.values())}:
        account.api(service)  # reads botocore's models
    load(Path("desired_state/contact_center"), "dev", kinds)


def _run(words: list[str], streams: Streams, folder: str | None, variables: dict[str, str]) -> None:
    from reconciler.__main__ import main

    if folder is not None:
        os.chdir(folder)
    os.environ.update(variables)
    # Background jobs of a shell ignore Ctrl-C, and so would the commands that the tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if isinstance(streams, str):
        _take_terminal(streams)
    else:
        for number, file in enumerate(streams, start=1):
            _redirect(number, file)
    sys.argv = ["reconciler", *words]
    main()


def _redirect(number: int, file: str | None) -> None:
    """Make a stream of this process what Python makes it if it starts with it."""
    if file is None:
        os.close(number)
        setattr(sys, {1: "stdout", 2: "stderr"}[number], None)
    elif file == GONE:
        read, write = os.pipe()
        os.close(read)
        os.dup2(write, number)
    else:
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)


def _take_terminal(terminal: str) -> None:
    """Make it the terminal of this process."""
    os.setsid()
    device = os.open(terminal, os.O_RDWR)  # a session without a terminal takes the first that it opens
    for number in range(3):
        os.dup2(device, number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 -- it is open until the process ends
    for stream in (sys.stdout, sys.stderr):
        assert isinstance(stream, io.TextIOWrapper)
        stream.reconfigure(line_buffering=True)


def _serve(commands: "Connection[Any, Any]") -> None:
    """Fork for each command and reply with its process id, then with its exit code, until nobody asks any more."""
    while True:
        try:
            command: Command = commands.recv()
        except EOFError:
            return
        process = multiprocessing.get_context("fork").Process(target=_run, args=command)
        process.start()
        commands.send(process.pid)
        process.join()
        commands.send(process.exitcode)


if __name__ == "__main__":
    sys.path[0] = str(Path.cwd())  # as `python -m reconciler` has it
    _load()
    _serve(Connection(int(sys.argv[1])))
