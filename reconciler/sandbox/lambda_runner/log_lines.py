"""The lines that AWS Lambda itself writes to the log of an invocation.

Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
"""

import json
import math
import platform
from datetime import UTC, datetime
from typing import Any

from reconciler.sandbox.lambda_runner.program import Event, Invocation, Outcome, Program

Lines = tuple[list[str], list[str], list[str]]
"""Of the start of a process, of the start and of the end of an invocation."""
TAIL = 4096
"""Bytes of the log that a reply has with `LogType=Tail`."""
LEVELS = ("DEBUG", "INFO", "WARN")
LEVEL_OF_ERRORS = "WARN"


def events_of(program: Program, invocation: Invocation, outcome: Outcome) -> tuple[Event, ...]:
    """The whole log of an invocation."""
    lines = _in_json if program.as_json else _in_text
    init, start, end = lines(program, invocation, outcome)
    of_init = outcome.output[: outcome.of_init]
    started = max((each.time for each in of_init), default=outcome.began)
    return (
        *(Event(outcome.began, line) for line in init),
        *of_init,
        *(Event(started, line) for line in start),
        *outcome.output[outcome.of_init :],
        *(Event(outcome.ended, line) for line in end),
    )


def tail_of(events: tuple[Event, ...]) -> bytes:
    """The last 4 KB of a log."""
    return "".join(event.text for event in events).encode()[-TAIL:]


def _in_text(program: Program, invocation: Invocation, outcome: Outcome) -> Lines:
    request = f"RequestId: {invocation.request_id}"
    report = [
        f"REPORT {request}",
        f"Duration: {outcome.duration:.2f} ms",
        f"Billed Duration: {math.ceil(outcome.duration)} ms",
        f"Memory Size: {program.memory} MB",
        f"Max Memory Used: {outcome.memory} MB",
    ]
    init = []
    if outcome.init_duration is not None:
        init = [f"INIT_START Runtime Version: {_runtime(program)}\n"]
        report.append(f"Init Duration: {outcome.init_duration:.2f} ms")
    if outcome.status != "success":
        report.append(f"Status: {outcome.status}")
    if outcome.status == "error":
        report.append(f"Error Type: {outcome.error_type}")
    start = [f"START {request} Version: {program.version}\n"]
    return init, start, [f"END {request}\n", "\t".join(report) + "\t\n"]


def _in_json(program: Program, invocation: Invocation, outcome: Outcome) -> Lines:
    report: dict[str, Any] = {
        "durationMs": round(outcome.duration, 3),
        "billedDurationMs": math.ceil(outcome.duration),
        "memorySizeMB": program.memory,
        "maxMemoryUsedMB": outcome.memory,
    }
    record: dict[str, Any] = {"requestId": invocation.request_id, "metrics": report, "status": outcome.status}
    if outcome.error_type and outcome.status == "error":
        record["errorType"] = outcome.error_type
    init = []
    if outcome.init_duration is not None:
        report["initDurationMs"] = round(outcome.init_duration, 3)
        start = {"initializationType": "on-demand", "phase": "init", "runtimeVersion": _runtime(program)}
        init = [("INFO", "platform.initStart", start)]
    begin = {"requestId": invocation.request_id, "version": program.version}
    after = [("INFO" if outcome.status == "success" else LEVEL_OF_ERRORS, "platform.report", record)]

    def written(rows: list[tuple[str, str, dict[str, Any]]], moment: float) -> list[str]:
        shown = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return [
            json.dumps({"time": shown, "type": kind, "record": content}) + "\n"
            for level, kind, content in rows
            if LEVELS.index(level) >= LEVELS.index(program.system_level)
        ]

    return (
        written(init, outcome.began),
        written([("INFO", "platform.start", begin)], outcome.began),
        written(after, outcome.ended),
    )


def _runtime(program: Program) -> str:
    """The runtime, and the Python that takes its place."""
    return f"{program.runtime.replace('python', 'python:')} (the sandbox runs it by Python {platform.python_version()})"
