"""Logs and crash messages: on stderr, one line for each event with its keys, without secrets."""

import logging
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog

from reconciler.aws.log_filter import filter_library_logs
from reconciler.aws.redaction import SECRETS
from reconciler.runtime.printable import one_line

LEVELS = (logging.CRITICAL, logging.INFO, logging.DEBUG)
"""Levels by the number of `-v`; without `-v` the report has all that matters."""
FRAMES = 12
"""How many lines of code are shown for each error, the innermost ones."""
OURS = "reconciler."


def configure(verbose: int) -> None:
    """Log to stderr by level: nothing, or actions and refusals, or every call."""
    level = LEVELS[min(verbose, len(LEVELS) - 1)]
    filter_library_logs()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            without_secrets,
            printable,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def without_secrets(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Remove the secrets that the program knows from an event (a structlog processor)."""
    safe: structlog.typing.EventDict = SECRETS.data(event)
    return safe


def printable(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Escape texts of an event that would break the line or harm a terminal (a structlog processor)."""
    return {name: _printable(value) for name, value in event.items()}


def _printable(value: Any) -> Any:
    if isinstance(value, bool | int | float | None):
        return value
    return one_line(value if isinstance(value, str) else str(value))


def crash_lines(error: BaseException) -> Iterator[str]:
    """The lines to print for an unexpected error: its type and where it was raised.

    Its text is only shown if we wrote it ourselves: botocore, pydantic and Python put values into their texts, and no list
    of secrets knows all of them. Local variables are not shown either, because they hold requests.
    """
    yield "reconciler crashed; this is a bug, please report these lines:"
    for each in _chain(error):
        yield f"{_named(each)}{_told(each)}"
        for frame in traceback.extract_tb(each.__traceback__)[-FRAMES:]:
            yield f"  at {_short(frame.filename)}:{frame.lineno} in {frame.name}"
    yield "What was done stays done; the next pass continues."


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and its causes, in Python's order."""
    told: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in told:
        told.append(each)
        yield each
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)


def _named(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _told(error: BaseException) -> str:
    """The text of an error, if it certainly holds no value."""
    if isinstance(error, OSError) and error.strerror:
        return f": {SECRETS.text(error.strerror)}"
    return f": {SECRETS.text(str(error))}" if type(error).__module__.startswith(OURS) else ""


def _short(file: str) -> str:
    """A file of the program or of a library, relative to where it is installed."""
    parts = Path(file).parts
    roots = [at for at, part in enumerate(parts) if part in {"site-packages", "reconciler", "resources"}]
    if not roots:
        return parts[-1]
    first = roots[-1] + 1 if parts[roots[-1]] == "site-packages" else roots[-1]
    return "/".join(parts[first:])
