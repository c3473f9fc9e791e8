"""What the runner of Lambda functions takes and returns."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Program:
    """One version of a function, with all that a process of it needs. `memory` is in MiB, `timeout` in seconds."""

    arn: str
    name: str
    version: str
    revision: str
    """Changes with every change of code and settings."""
    runtime: str
    handler: str
    memory: int
    timeout: float
    code: bytes = field(repr=False)
    """The content of the .zip file."""
    layers: tuple[bytes, ...] = field(repr=False)
    """The contents of the .zip files of the layers, in their order."""
    environment: Mapping[str, str] = field(repr=False)
    log_group: str
    log_stream: str
    as_json: bool = False
    """Whether the log is in JSON."""
    application_level: str = ""
    """From which level on the records of `logging` are in a log in JSON."""
    system_level: str = "INFO"
    """From which level on the lines of Lambda itself are in a log in JSON."""

    @property
    def key(self) -> tuple[str, str, str]:
        """Programs with the same key can use the same process."""
        return self.arn, self.version, self.revision


@dataclass(frozen=True)
class Invocation:
    """One invocation; `event` is JSON, `arn` the ARN that was called, with its qualifier."""

    request_id: str
    arn: str
    event: str = field(repr=False)
    trace: str
    client_context: Mapping[str, Any] | None = None

    def line(self, limit: float) -> bytes:
        """The request to the process; `limit` is in seconds."""
        request = {
            "id": self.request_id,
            "arn": self.arn,
            "event": self.event,
            "trace": self.trace,
            "client": self.client_context,
            "limit": limit,
        }
        return json.dumps(request).encode() + b"\n"


@dataclass(frozen=True)
class Event:
    """One event for the log: its text, and its time in seconds since 1970 by the sandbox's clock."""

    time: float
    text: str


@dataclass(frozen=True)
class Outcome:
    """How an invocation ended. Durations are in milliseconds, memory in MB."""

    payload: str
    error_type: str | None
    """None if the handler has returned."""
    status: str
    """`success`, `error` or `timeout`."""
    duration: float
    init_duration: float | None
    """None for a process that was warm."""
    memory: int
    output: tuple[Event, ...]
    of_init: int
    """How many events of the output are of the start of the process."""
    log_stream: str
    began: float
    ended: float
    reusable: bool
    """Whether the process can take another invocation."""
    events: tuple[Event, ...] = ()
    """The whole log of the invocation, with the lines of Lambda itself."""
