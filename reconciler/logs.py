"""Logs, and what is said when the program breaks down: one constant event with its keys a line, on stderr, no secret in it."""

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
"""Without `-v` the report says it all."""
FRAMES = 12
"""Lines of code that are named for each error, the innermost ones."""
OURS = "reconciler."


def configure(verbose: int) -> None:
    """Log to stderr from a level on: nothing, then actions and refusals, then every call."""
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
    """An event without the secrets that the program knows (a processor of structlog's)."""
    safe: structlog.typing.EventDict = SECRETS.data(event)
    return safe


def printable(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """An event in which no text breaks the line or does harm on a terminal (a processor of structlog's)."""
    return {name: _printable(value) for name, value in event.items()}


def _printable(value: Any) -> Any:
    if isinstance(value, bool | int | float | None):
        return value
    return one_line(value if isinstance(value, str) else str(value))


def crash_lines(error: BaseException) -> Iterator[str]:
    """What is printed of an error that nobody foresaw: its type and where it came about.

    Its text is left out unless we wrote it ourselves: botocore, pydantic and Python put values into theirs, and no list
    of secrets can know them all. Nor are local values shown, which hold requests.
    """
    yield "reconciler crashed; this is a bug, please report these lines:"
    for each in _chain(error):
        yield f"{_named(each)}{_told(each)}"
        for frame in traceback.extract_tb(each.__traceback__)[-FRAMES:]:
            yield f"  at {_short(frame.filename)}:{frame.lineno} in {frame.name}"
    yield "What was done stays done; the next pass continues."


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and those that led to it, as Python tells them."""
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
    """The text of an error, where it holds no value for certain."""
    if isinstance(error, OSError) and error.strerror:
        return f": {SECRETS.text(error.strerror)}"
    return f": {SECRETS.text(str(error))}" if type(error).__module__.startswith(OURS) else ""


def _short(file: str) -> str:
    """A file of the program or of a library, without the way to where it is installed."""
    parts = Path(file).parts
    roots = [at for at, part in enumerate(parts) if part in {"site-packages", "reconciler", "resources"}]
    if not roots:
        return parts[-1]
    first = roots[-1] + 1 if parts[roots[-1]] == "site-packages" else roots[-1]
    return "/".join(parts[first:])
