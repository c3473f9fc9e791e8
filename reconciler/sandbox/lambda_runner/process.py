"""One process in which a Lambda function runs, seen from the sandbox."""

import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from reconciler.sandbox.lambda_runner import bootstrap
from reconciler.sandbox.lambda_runner.packages import paths_of_layers
from reconciler.sandbox.lambda_runner.program import Event, Invocation, Outcome, Program

MOST_OUTPUT = 2**20
"""Bytes that are kept of what one invocation prints."""
CUT = "The sandbox keeps 1 MiB of the output of an invocation; the rest is left out.\n"
INIT_LIMIT = 60.0
"""Seconds for the import of the function's module; 10 in AWS, on machines that do nothing else."""
IDLE_LIMIT = 300.0
"""Seconds without an invocation after which a process ends."""
LAST_WORDS = 5.0
"""Seconds that a process has to end itself after it has closed its replies."""
BLOCK = 65_536
MIB = 2**20
MARK = bootstrap.SAME_EVENT.encode()
INIT_MARK = MARK + bootstrap.INIT.encode()


class IdledAwayError(Exception):
    """Raised where a process had ended before the invocation because nobody had used it."""


@dataclass(frozen=True)
class Folders:
    """Where the files of a function are."""

    code: Path
    layers: Path
    runtime: Path
    temporary: Path


@dataclass(frozen=True)
class Access:
    """How a function reaches the sandbox: the URL and the credentials."""

    variables: Mapping[str, str]


class _Output:
    """Collects the lines that a process prints, up to a mark."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._rest = b""
        self._size = 0
        self.events: list[Event] = []
        self.of_init = 0
        """How many of the events are of the start of the process."""

    def take(self, block: bytes, end: bytes) -> bool:
        """Take a block; return whether the line `end` has come."""
        *lines, self._rest = (self._rest + block).split(b"\n")
        for line in lines:
            if line.endswith(end):  # what is before it lacked its line feed
                self._keep(line[: -len(end)])
                return True
            if line.endswith(INIT_MARK):
                self._keep(line[: -len(INIT_MARK)])
                self.of_init = len(self.events)
            else:
                self._keep(line + b"\n")
        if len(self._rest) > MOST_OUTPUT:
            self._keep(self._rest)
            self._rest = b""
        return False

    def close(self) -> tuple[Event, ...]:
        """All events; a line without a line feed is the last one."""
        self._keep(self._rest)
        self._rest = b""
        return tuple(self.events)

    def _keep(self, line: bytes) -> None:
        if not line or self._size > MOST_OUTPUT:
            return
        room = MOST_OUTPUT - self._size
        self._size += len(line)
        text = line[:room].decode(errors="replace").replace(bootstrap.SAME_EVENT, "\n")
        if text:
            self.events.append(Event(self._now(), text))
        if self._size > MOST_OUTPUT:
            self.events.append(Event(self._now(), CUT))


class FunctionProcess:
    """A process of one version of a function. One invocation runs at a time."""

    def __init__(self, program: Program, folders: Folders, access: Access) -> None:
        self.program = program
        self._folders = folders
        self._used = False
        self._ended = False
        self._memory = 0
        self._began = 0.0
        self._limit = INIT_LIMIT
        reading, writing = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603  the sandbox's own Python, and the function it is asked to run
                [*_python(), bootstrap.__file__, self._settings(writing)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(writing,),
                cwd=folders.code,
                env=self._environment(access),
                start_new_session=True,
                bufsize=0,
            )
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        self._replies = reading

    def run(self, invocation: Invocation, now: Callable[[], float]) -> Outcome:
        """Run one invocation to its end; `now` is the sandbox's clock.

        Raises:
            IdledAwayError: the process had ended by itself.
        """
        began, output = now(), _Output(now)
        self._began = time.monotonic()
        fresh, self._used = not self._used, True
        self._send(invocation.line(self.program.timeout))
        self._limit = INIT_LIMIT if fresh else self.program.timeout
        ready, reply, ended = self._wait(invocation, output)
        if reply is None:
            reply = self._unanswered(invocation, ended)
        failure = reply.get("failure")
        self._memory = max(self._memory, reply["memory"])
        status = "success" if failure is None else "timeout" if ended == "timeout" else "error"
        return Outcome(
            payload=reply["payload"] if failure is None else json.dumps(failure),
            error_type=failure and str(failure["errorType"]),
            status=status,
            duration=reply["milliseconds"],
            init_duration=ready if fresh else None,
            memory=self._memory,
            output=output.close(),
            of_init=output.of_init,
            log_stream=self.program.log_stream,
            began=began,
            ended=now(),
            reusable=not ended and not reply["last"],
        )

    @property
    def is_alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def end(self) -> None:
        """End the process and whatever it has started."""
        if not self._ended:  # later another process may have the same id
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._ended = True

    def close(self) -> None:
        """End the process, and free what it had; nobody uses it any more."""
        self.end()
        with suppress(OSError):
            _stdin(self._process).close()
        _stdout(self._process).close()
        os.close(self._replies)
        shutil.rmtree(self._folders.temporary, ignore_errors=True)

    def _send(self, line: bytes) -> None:
        """Write a request. A process that has ended is noticed where its reply is read."""
        with suppress(BrokenPipeError):
            while line:
                line = line[_stdin(self._process).write(line) :]

    def _wait(
        self, invocation: Invocation, output: _Output
    ) -> tuple[float, dict[str, Any] | None, Literal["", "timeout", "exit"]]:
        """Wait for the reply; return the duration of the start, the reply, and why there is none."""
        mark = MARK + invocation.request_id.encode()
        printed, answers = _stdout(self._process).fileno(), b""
        reply: dict[str, Any] | None = None
        ready, complete = 0.0, False
        limit = time.monotonic() + self._limit
        with selectors.DefaultSelector() as waiting:
            waiting.register(printed, selectors.EVENT_READ)
            waiting.register(self._replies, selectors.EVENT_READ)
            while not (complete and reply):
                found = waiting.select(max(limit - time.monotonic(), 0))
                if not found:
                    return ready, None, "timeout"
                for key, _ in found:
                    block = os.read(key.fd, BLOCK)
                    if not block and key.fd == printed:
                        waiting.unregister(printed)
                        complete = True
                    elif not block:
                        self._drain(output, mark, complete=complete)
                        return ready, reply, "exit"
                    elif key.fd == printed:
                        complete = output.take(block, mark) or complete
                    else:
                        *lines, answers = (answers + block).split(b"\n")
                        for line in lines:
                            answer = json.loads(line)
                            if "ready" in answer:
                                ready, self._limit = answer["ready"], self.program.timeout
                                self._began = time.monotonic()
                                limit = self._began + self._limit
                            else:
                                reply = answer
        return ready, reply, ""

    def _drain(self, output: _Output, mark: bytes, *, complete: bool) -> None:
        """Read what a process has printed before it ended. What it has started may still have the pipe."""
        printed = _stdout(self._process).fileno()
        os.set_blocking(printed, False)
        with suppress(BlockingIOError):
            while not complete and (block := os.read(printed, BLOCK)):
                output.take(block, mark)

    def _unanswered(self, invocation: Invocation, ended: str) -> dict[str, Any]:
        """The answer for a process that has not replied."""
        request = f"RequestId: {invocation.request_id} Error:"
        spent, memory = self._limit * 1000, 0
        if ended == "timeout":
            memory = bootstrap.peak_memory_of(str(self._process.pid))
            self.end()
            kind, text = "Sandbox.Timedout", f"Task timed out after {self._limit:.2f} seconds"
        else:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(LAST_WORDS)
            self.end()
            code = self._process.returncode
            if code == bootstrap.IDLE_EXIT:
                raise IdledAwayError
            spent, kind = (time.monotonic() - self._began) * 1000, "Runtime.ExitError"
            text = "Runtime exited without providing a reason"
            if code < 0:
                name = (signal.strsignal(-code) or str(-code)).lower()
                text = f"Runtime exited with error: signal: {name}"
            elif code:
                text = f"Runtime exited with error: exit status {code}"
        return {
            "failure": {"errorType": kind, "errorMessage": f"{request} {text}"},
            "milliseconds": spent,
            "memory": memory,
            "last": True,
        }

    def _settings(self, replies: int) -> str:
        folders = self._folders
        code, layers = str(folders.code), str(folders.layers)
        return json.dumps(
            {
                "handler": self.program.handler,
                "folders": {code: "/var/task", layers: "/opt", str(folders.runtime): "/var/runtime"},
                "paths": [
                    [code, *paths_of_layers(folders.layers, self.program.runtime)],
                    [str(folders.runtime)],
                ],
                "replies": replies,
                "idle": IDLE_LIMIT,
                "memory": self.program.memory * MIB,
            }
        )

    def _environment(self, access: Access) -> dict[str, str]:
        """Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html ."""
        program, folders = self.program, self._folders
        own = {
            name: value
            for name, value in program.environment.items()
            if not name.startswith(("AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"))
        }
        region = program.arn.split(":")[3]
        as_json = {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": program.application_level}
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "TMPDIR": str(folders.temporary),
            "PYTHONPATH": str(folders.runtime),
            **own,
            **(as_json if program.as_json else {}),
            "_HANDLER": program.handler,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{program.runtime}",
            "AWS_LAMBDA_FUNCTION_NAME": program.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(program.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": program.version,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": program.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": program.log_stream,
            "AWS_EC2_METADATA_DISABLED": "true",
            "LAMBDA_TASK_ROOT": str(folders.code),
            "LAMBDA_RUNTIME_DIR": str(folders.runtime),
            **access.variables,
        }


def _python() -> list[str]:
    """The sandbox's Python: without the user's settings and packages, without buffers for what it prints, and in UTF-8."""
    return [sys.executable, "-I", "-S", "-B", "-u", "-X", "utf8"]


def _stdin(process: "subprocess.Popen[bytes]") -> Any:
    return process.stdin


def _stdout(process: "subprocess.Popen[bytes]") -> Any:
    return process.stdout
