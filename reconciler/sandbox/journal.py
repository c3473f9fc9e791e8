"""The journal of the sandbox: every call, with secrets masked."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from reconciler.runtime.printable import one_line

MASKED = "***"
DONE = "ok"
READS = ("Describe", "List", "Search", "Get", "Head", "BatchGet", "Query", "Scan")


def is_read(operation: str) -> bool:
    """Whether an operation, in AWS's spelling, only reads."""
    return operation.startswith(READS)


@dataclass(frozen=True)
class Call:
    """One attempt at one operation.

    `outcome` is "ok", the code of the error, or what the caller got instead of a reply; `time` is the sandbox's, in
    seconds since the epoch; `fault` is the injected fault, or None; `account` is the account of its credentials.
    """

    service: str
    operation: str
    params: Mapping[str, Any]
    outcome: str
    time: float = 0.0
    fault: str | None = None
    account: str = ""

    @property
    def name(self) -> str:
        """Service and operation: `connect:CreateUser`."""
        return f"{self.service}:{self.operation}"

    @property
    def mutating(self) -> bool:
        """Whether the operation can change anything."""
        return not is_read(self.operation)

    def line(self) -> str:
        """The call on one line: time, operation, outcome, injected fault, and parameters."""
        moment = datetime.fromtimestamp(self.time, tz=UTC).isoformat(timespec="milliseconds")
        fault = f" [{self.fault}]" if self.fault else ""
        asked = json.dumps(self.params, default=str, ensure_ascii=False)
        return f"{moment} {self.name} {self.outcome}{fault} {asked}"


class Journal(list[Call]):
    """Every call so far, in the order in which they ended."""

    def __init__(self) -> None:
        super().__init__()
        self.landed: list[Call] = []
        """Timed-out calls that took effect later, with the time and the outcome of the effect."""
        self._watchers: list[Callable[[Call], None]] = []

    def watch(self, watcher: Callable[[Call], None]) -> None:
        """Call a function with every call from now on, as it ends."""
        self._watchers.append(watcher)

    def note(self, call: Call) -> None:
        """Note a call that ended."""
        self.append(call)
        for watcher in self._watchers:
            watcher(call)

    def note_landing(self, call: Call) -> None:
        """Note the late effect of a call that was noted before."""
        self.landed.append(call)
        for watcher in self._watchers:
            watcher(call)

    def of(self, service: str, operation: str | None = None) -> list[Call]:
        """Return the calls of one service, or of one of its operations."""
        return [call for call in self if call.service == service and operation in {None, call.operation}]

    def mutating(self) -> list[Call]:
        """Return the calls that could change something."""
        return [call for call in self if call.mutating]

    def faulty(self) -> list[Call]:
        """Return the calls into which a fault was injected."""
        return [call for call in self if call.fault]

    def counts(self) -> Counter[str]:
        """How often each operation was called, by `connect:CreateUser`."""
        return Counter(call.name for call in self)


def lines_to(file: Path | None) -> Callable[[Call], None]:
    """Return what writes a line for each call, at the end of a file or to stdout.

    Raises:
        ValueError: the file cannot be written.
    """
    try:
        stream = file.open("a", encoding="utf-8") if file else sys.stdout
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ValueError(f"--journal {file}: the journal cannot be written: {why}") from None

    def write(call: Call) -> None:
        with suppress(OSError):  # a reader that went away must not fail the caller
            stream.write(f"{one_line(call.line())}\n")
            stream.flush()

    return write


def masked(operation: OperationModel, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a copy of the parameters in which every member that the model calls sensitive reads `***`."""
    shape = operation.input_shape
    return {} if shape is None else _copy(shape, params)


def _copy(shape: Shape, value: Any) -> Any:
    if value is None:
        return None
    if shape.metadata.get("sensitive"):
        return MASKED
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        members = shape.members
        return {name: _copy(members[name], item) for name, item in value.items() if name in members}
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return {_copy(shape.key, key): _copy(shape.value, item) for key, item in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list | tuple):
        return [_copy(shape.member, item) for item in value]
    if shape.type_name == "blob":
        return f"<{len(value)} bytes>" if hasattr(value, "__len__") else "<stream>"
    return value
