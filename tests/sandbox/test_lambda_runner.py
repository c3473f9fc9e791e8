"""Processes of functions: warm ones are used again, few run at once, they end in time, and print so much only."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from reconciler.sandbox.lambda_runner import (
    NoProcessFreeError,
    Outcome,
    Program,
    Runner,
    bootstrap,
    process,
    runner,
)
from reconciler.sandbox.lambda_runner.bootstrap import loopback_only
from reconciler.sandbox.lambda_runner.packages import BadZipError
from tests.sandbox.lambda_programs import invocation, program

PID = program("import os\ndef handler(event, context): return os.getpid()")
WAITS = program("import os\ndef handler(event, context): return open(event['fifo']).read()", revision="waits")


@pytest.fixture
def running() -> Iterator[Runner]:
    on = Runner()
    yield on
    on.close()
    assert on.processes == 0


def run(on: Runner, what: Program, event: Any = None, *, now: float = 0.0, **options: Any) -> Outcome:
    return on.run(what, invocation(json.dumps(event)), variables={}, now=lambda: now, **options)


def text_of(outcome: Outcome) -> str:
    return "".join(each.text for each in outcome.output)


def failure_of(outcome: Outcome) -> tuple[str, str]:
    failure = json.loads(outcome.payload)
    return failure["errorType"], failure["errorMessage"]


def test_a_warm_process_is_used_again_for_five_minutes(running: Runner) -> None:
    first, second = run(running, PID), run(running, PID, now=299)
    assert first.payload == second.payload
    assert first.init_duration is not None
    assert second.init_duration is None
    assert run(running, PID, now=599).payload != first.payload
    assert running.processes == 1


def test_a_changed_function_gets_a_process_of_its_own(running: Runner) -> None:
    other = program("def handler(event, context): return 'other'", revision="2")
    run(running, PID)
    assert run(running, other).payload == '"other"'
    assert running.processes == 2


def test_idle_processes_make_room(running: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "MOST_PROCESSES", 1)
    run(running, PID)
    run(running, program("def handler(event, context): ...", revision="2"))
    assert running.processes == 1


def test_a_process_that_nobody_uses_ends_by_itself(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("def handler(event, context): ...")
    settings = {"handler": "app.handler", "folders": {}, "paths": [[str(tmp_path)], []], "replies": 1}
    limits = {"idle": 0, "memory": 2**28}
    python = [sys.executable, "-I", bootstrap.__file__, json.dumps({**settings, **limits})]
    with subprocess.Popen(python, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        assert started.wait() == bootstrap.IDLE_EXIT


def test_a_process_that_has_just_ended_by_itself_is_replaced(running: Runner, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    text = "import os, threading\ndef handler(event, context):\n"
    text += f" threading.Thread(target=end, daemon=True).start()\n return os.getpid()\ndef end(): open({str(fifo)!r})"
    text += f".read(); os._exit({bootstrap.IDLE_EXIT})"
    first = run(running, program(text))
    fifo.open("w").close()
    running._idle[0].process._process.wait()
    assert run(running, program(text)).payload != first.payload
    assert running.processes == 1


def test_one_too_many_is_refused_or_waits(
    running: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "MOST_PROCESSES", 1)
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(run, running, WAITS, {"fifo": str(fifo)})
        with fifo.open("w") as open_end:  # opens when the function has opened it
            with pytest.raises(NoProcessFreeError):
                run(running, PID)
            with pytest.raises(NoProcessFreeError):
                run(running, PID, most=0, patient=True)
            later = pool.submit(run, running, PID, patient=True)
            open_end.write("done")
        assert first.result().payload == '"done"'
        assert later.result().error_type is None


def test_a_closed_runner_ends_what_runs_and_what_waits(running: Runner, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(run, running, WAITS, {"fifo": str(fifo)})
        with fifo.open("w"):
            later = pool.submit(run, running, WAITS, {"fifo": str(fifo)}, most=1, patient=True)
            while not running._changed._waiters:  # type: ignore[attr-defined]
                os.sched_yield()
            running.close()
        assert failure_of(first.result())[0] == "Runtime.ExitError"
        with pytest.raises(NoProcessFreeError):
            later.result()


def test_the_files_go_with_the_runner() -> None:
    on = Runner()
    run(on, PID)
    folder = on._folder
    assert folder is not None
    assert folder.is_dir()
    on.close()
    assert not folder.exists()


def test_a_function_without_end_is_stopped_with_what_it_started(running: Runner) -> None:
    text = "def handler(event, context):\n print('begun')\n while True: pass"
    outcome = run(running, program(text, timeout=0.2))
    assert failure_of(outcome) == (
        "Sandbox.Timedout",
        "RequestId: r Error: Task timed out after 0.20 seconds",
    )
    assert outcome.status == "timeout"
    assert outcome.memory or sys.platform != "linux"
    assert outcome.events[-1].text.endswith("Status: timeout\t\n")
    assert running.processes == 0


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ("os._exit(3)", "Runtime.ExitError", "Runtime exited with error: exit status 3"),
        ("os._exit(0)", "Runtime.ExitError", "Runtime exited without providing a reason"),
        ("os.kill(os.getpid(), 9)", "Runtime.ExitError", "Runtime exited with error: signal: killed"),
        ("bytearray(2**30)", "Runtime.OutOfMemory", "Runtime exited with error: signal: killed"),
    ],
)
def test_a_crash_is_told_as_aws_tells_it(running: Runner, body: str, kind: str, text: str) -> None:
    outcome = run(running, program(f"import os\ndef handler(event, context):\n print('begun')\n {body}"))
    assert failure_of(outcome) == (kind, f"RequestId: r Error: {text}")
    assert text_of(outcome).startswith("begun\n")
    assert running.processes == 0


def test_a_function_prints_one_mib_at_most(running: Runner) -> None:
    text = "def handler(event, context):\n for _ in range(3000): print('x' * 1023)\n print('end')"
    outcome = run(running, program(text))
    lines = [each.text for each in outcome.output]
    assert len(lines) == 1025
    assert lines[-1] == process.CUT
    assert outcome.error_type is None
    one_line = run(running, program("def handler(event, context): print('y' * 3_000_000)", revision="2"))
    assert [len(each.text) for each in one_line.output] == [2**20, len(process.CUT)]


def test_threads_fit_into_the_smallest_memory(running: Runner) -> None:
    text = """
import threading
def handler(event, context):
    gate = threading.Barrier(21)
    for _ in range(20): threading.Thread(target=gate.wait).start()
    gate.wait()
    return "met"
"""
    assert run(running, program(text, memory=128)).payload == '"met"'


def test_what_is_no_zip_file_is_refused(running: Runner) -> None:
    broken = Program(**{**vars(PID), "code": b"PK no zip", "revision": "2"})
    with pytest.raises(BadZipError):
        run(running, broken)
    assert running.processes == 0


def test_a_process_ends_when_the_sandbox_has_gone(running: Runner) -> None:
    run(running, PID)
    alone = running._idle[0].process
    assert alone._process.stdin is not None
    alone._process.stdin.close()  # as the system does when a program ends
    assert alone._process.wait() == 0


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.0.1", "::1", b"localhost", "", None])
def test_a_function_reaches_this_machine(host: Any) -> None:
    loopback_only("socket.getaddrinfo", (host, 80, 0, 0, 0))
    loopback_only("socket.connect", (None, (host, 80)))
    loopback_only("socket.connect", (None, "/a/unix/socket"))
    loopback_only("open", ("/etc/hosts", "r", 0))


@pytest.mark.parametrize(
    "host", ["example.com", "127.example.com", "10.0.0.1", "2001:db8::1", b"example.com"]
)
def test_a_function_reaches_no_other_machine(host: Any) -> None:
    for event, arguments in [
        ("socket.getaddrinfo", (host, 80, 0, 0, 0)),
        ("socket.gethostbyname", (host,)),
        ("socket.connect", (None, (host, 80))),
        ("socket.sendto", (None, (host, 80))),
    ]:
        with pytest.raises(OSError, match="the sandbox lets a function reach this machine only"):
            loopback_only(event, arguments)


def test_two_invocations_at_once_have_two_processes(running: Runner, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(run, running, WAITS, {"fifo": str(fifo)})
        with fifo.open("w"):
            failed = run(running, WAITS, {"fifo": "/no/such"})
        assert first.result().payload == '""'
    assert failure_of(failed)[0] == "FileNotFoundError"
    assert running.processes == 2
