"""Keeps the processes of functions: they are used again, at most ten at once, and end after five idle minutes."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Condition

from reconciler.sandbox.lambda_runner import log_lines
from reconciler.sandbox.lambda_runner.packages import link_runtime, unpack
from reconciler.sandbox.lambda_runner.process import (
    IDLE_LIMIT,
    Access,
    Folders,
    FunctionProcess,
    IdledAwayError,
)
from reconciler.sandbox.lambda_runner.program import Invocation, Outcome, Program

MOST_PROCESSES = 10

Clock = Callable[[], float]


class NoProcessFreeError(Exception):
    """Raised where no more invocations can run at once."""


@dataclass
class _Warm:
    process: FunctionProcess
    since: float


class Runner:
    """The processes of all functions of one sandbox."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._idle: list[_Warm] = []
        self._busy: list[FunctionProcess] = []
        self._folder: Path | None = None
        self._closed = 0
        """How often it was closed."""

    @property
    def processes(self) -> int:
        """How many processes there are."""
        return len(self._idle) + len(self._busy)

    def run(
        self,
        program: Program,
        invocation: Invocation,
        *,
        variables: Mapping[str, str],
        now: Clock,
        most: int | None = None,
        patient: bool = False,
    ) -> Outcome:
        """Run one invocation to its end, with the lines of its log.

        `variables` say how the function reaches the sandbox. `most` invocations of the function run at once; a `patient`
        one waits until a process is free.

        Raises:
            NoProcessFreeError: too many invocations run, of this function or of all.
            BadZipError: the code or a layer is no .zip file.
        """
        while True:
            process = self._take(program, variables, now(), most, patient=patient)
            outcome = None
            try:
                with suppress(IdledAwayError):
                    outcome = process.run(invocation, now)
            finally:
                self._give_back(process, now(), reusable=outcome is not None and outcome.reusable)
            if outcome is not None:
                events = log_lines.events_of(program, invocation, outcome)
                return replace(outcome, events=events)

    def close(self) -> None:
        """End all processes and remove their files. The runner can be used again."""
        with self._changed:
            for warm in self._idle:
                warm.process.close()
            self._idle.clear()
            for process in self._busy:  # their threads read from them, and close them
                process.end()
            folder, self._folder = self._folder, None
            self._closed += 1
            self._changed.notify_all()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def _take(
        self, program: Program, variables: Mapping[str, str], now: float, most: int | None, *, patient: bool
    ) -> FunctionProcess:
        """Return a process that is busy from now on."""
        with self._changed:
            self._end_idle(now)
            closed = self._closed
            while not self._has_room(program, most):
                if not patient or most == 0:
                    raise NoProcessFreeError
                self._changed.wait()
                if self._closed != closed:
                    raise NoProcessFreeError
            process = self._warm(program) or self._start(program, variables)
            self._busy.append(process)
            return process

    def _has_room(self, program: Program, most: int | None) -> bool:
        same = sum(each.program.arn == program.arn for each in self._busy)
        return len(self._busy) < MOST_PROCESSES and (most is None or same < most)

    def _warm(self, program: Program) -> FunctionProcess | None:
        """The process of this program that was used last."""
        for warm in reversed(self._idle):
            if warm.process.program.key == program.key:
                self._idle.remove(warm)
                return warm.process
        return None

    def _start(self, program: Program, variables: Mapping[str, str]) -> FunctionProcess:
        if self.processes >= MOST_PROCESSES:
            self._idle.pop(0).process.close()
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="sandbox-lambda-"))
        folders = Folders(
            code=unpack(self._folder, program.code),
            layers=unpack(self._folder / "layers", *program.layers),
            runtime=link_runtime(self._folder),
            temporary=Path(tempfile.mkdtemp(prefix="tmp-", dir=self._folder)),
        )
        return FunctionProcess(program, folders, Access(variables))

    def _end_idle(self, now: float) -> None:
        """End the processes that nobody has used for a while."""
        kept = [warm for warm in self._idle if now - warm.since < IDLE_LIMIT]
        for warm in self._idle:
            if warm not in kept:
                warm.process.close()
        self._idle = kept

    def _give_back(self, process: FunctionProcess, now: float, *, reusable: bool) -> None:
        with self._changed:
            self._busy.remove(process)
            if reusable and process.is_alive:
                self._idle.append(_Warm(process, now))
            else:
                process.close()
            self._changed.notify_all()
