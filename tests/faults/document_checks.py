"""Checks that loading any desired documents gives a stack or mistakes, quickly and without AWS."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from reconciler.desired import InvalidStack, Mistake, load
from reconciler.kinds import known_kinds
from tests.faults.speed import too_long

MOST_CPU = 2.0
MOST_MEMORY = 256 * 2**20


@dataclass
class Figures:
    """The figures of a whole run."""

    became: Counter[str] = field(default_factory=Counter)
    mistakes: int = 0
    slowest: float = 0.0
    grown: int = 0
    calls: list[str] = field(default_factory=list)


FIGURES = Figures()
_BREAK = re.compile(rb"\r\n?|\n")


@contextmanager
def without_aws(calls: list[str]) -> Iterator[None]:
    """Record and refuse every request to AWS, every client and every connection."""

    def refuse(what: str) -> Callable[..., Any]:
        def refused(*arguments: Any, **_: Any) -> Any:
            calls.append(what)
            raise AssertionError(what)

        return refused

    with ExitStack() as patched:
        for target in (
            *("botocore.client.BaseClient._make_api_call", "botocore.session.Session.create_client"),
            *("socket.socket.connect", "socket.socket.connect_ex", "socket.getaddrinfo"),
        ):
            patched.enter_context(patch(target, refuse(target)))
        yield


def lay_out(directory: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a directory."""
    for name, data in files.items():
        path = directory / name
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True)
        path.write_bytes(data)


def told_badly(mistake: Mistake, files: Mapping[str, bytes]) -> str | None:
    """Why the report of a mistake is wrong; None if it is one line that names a line of a file."""
    text, place = str(mistake), mistake.place
    if not text.isprintable():
        return f"more than one plain line: {text!r}"
    if not mistake.message.strip():
        return f"says nothing: {text!r}"
    if place.file not in files:
        missing = place[1:] == (1, 1) and place.file == "stack.yaml"
        return None if missing else f"names a file that is not there: {text!r}"
    last = len(_BREAK.findall(files[place.file])) + 1
    if not (1 <= place.line <= last and place.column >= 1):
        return f"names line {place.line} of {last}: {text!r}"
    return None


def outcome(directory: Path, environment: str | None) -> tuple[Sequence[Mistake], str]:
    """The mistakes of a stack, and the outcome: an invalid stack or a stack."""
    try:
        load(directory, environment, known_kinds())
    except InvalidStack as error:
        return error.mistakes, "invalid"
    return (), "stack"


def broken(
    directory: Path, files: Mapping[str, bytes], environment: str | None, *, twice: bool = False
) -> Iterator[str]:
    """The violations of one stack."""
    began = time.process_time()
    try:
        mistakes, became = outcome(directory, environment)
    except Exception as error:  # noqa: BLE001 -- any other exception is what this row looks for
        yield f"{type(error).__name__}: {str(error)[:200]}"
        return
    took = time.process_time() - began
    FIGURES.became[became] += 1
    FIGURES.mistakes += len(mistakes)
    FIGURES.slowest = max(FIGURES.slowest, took)
    if too_long(took, MOST_CPU):
        yield f"{took:.1f} s"
    if became == "invalid" and not mistakes:
        yield "invalid without a mistake"
    if twice and outcome(directory, environment) != (mistakes, became):
        yield "something else when it is loaded again"
    yield from filter(None, (told_badly(mistake, files) for mistake in mistakes))
