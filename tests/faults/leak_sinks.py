"""Collects everything that a command writes: two streams, logs, files, and the texts of errors."""

import io
import json
import logging
import os
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass, field
from pathlib import Path
from unittest.mock import patch

import boto3
import structlog

from reconciler.aws.redaction import SECRETS
from reconciler.history import SqliteHistory

SINKS = ("stdout", "stderr", "log", "report", "cache", "temp", "error")
STREAMS = (
    "",
    "boto3",
    "botocore",
    "botocore.endpoint",
    "botocore.parsers",
    "urllib3",
    "urllib3.connectionpool",
)
"""Loggers that a user may set to DEBUG; the empty name is the root."""


@dataclass
class Written:
    """The content of each sink, and the files that others than their owner may read."""

    texts: dict[str, str] = field(default_factory=lambda: dict.fromkeys(SINKS, ""))
    open_files: list[str] = field(default_factory=list)
    unreached: str = ""
    """The operation that should have been called, but was not."""

    def add(self, sink: str, text: str) -> None:
        """Add text to a sink."""
        self.texts[sink] += text


@dataclass
class Place:
    """The directories of one case."""

    folder: Path
    written: Written = field(default_factory=Written)

    def __post_init__(self) -> None:
        for each in (self.stack, self.cache, self.state, self.temp):
            each.mkdir()

    @property
    def stack(self) -> Path:
        """The directory of desired state."""
        return self.folder / "stack"

    @property
    def cache(self) -> Path:
        """The user's cache directory."""
        return self.folder / "cache"

    @property
    def state(self) -> Path:
        """The user's state directory with the history."""
        return self.folder / "state"

    @property
    def temp(self) -> Path:
        """The directory of temporary files."""
        return self.folder / "temp"

    @property
    def report(self) -> Path:
        """The file of `--report`."""
        return self.folder / "report.json"


@contextmanager
def a_place() -> Iterator[Place]:
    """Create a directory and an environment for one case; reset the process afterwards."""
    with tempfile.TemporaryDirectory(prefix="leaks-") as folder, ExitStack() as held:
        place = Place(Path(folder))
        home = {
            "XDG_CACHE_HOME": str(place.cache),
            "XDG_STATE_HOME": str(place.state),
            "TMPDIR": str(place.temp),
        }
        held.enter_context(patch.dict(os.environ, home))
        held.enter_context(patch.object(tempfile, "tempdir", None))
        SECRETS.forget()
        held.callback(SECRETS.forget)
        held.callback(structlog.reset_defaults)
        yield place


@contextmanager
def listening(written: Written) -> Iterator[None]:
    """Collect both streams and the log, with every logger at DEBUG."""
    out, err, log = io.StringIO(), io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(log)
    root = logging.getLogger()
    loggers = [logging.getLogger(name) for name in STREAMS]
    before = [(each, each.level, list(each.handlers), list(each.filters)) for each in loggers]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            root.addHandler(handler)
            for name in STREAMS:
                boto3.set_stream_logger(name, logging.DEBUG)
            yield
    finally:
        for logger, level, handlers, filters in before:
            logger.setLevel(level)
            logger.handlers[:], logger.filters[:] = handlers, filters
        for sink, stream in (("stdout", out), ("stderr", err), ("log", log)):
            written.add(sink, stream.getvalue())


def look_at_files(place: Place) -> None:
    """Add the contents of the files of a case."""
    for sink, folder in (("cache", place.cache), ("cache", place.state), ("temp", place.temp)):
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            place.written.add(sink, file.read_bytes().decode("utf-8", "replace"))
            closed = any(not each.stat().st_mode & 0o077 for each in (file, *_within(file, folder)))
            if not closed:
                place.written.open_files.append(file.name)
    for file in place.state.rglob("*.sqlite"):
        history = SqliteHistory(file)
        for each in history.newest(limit=1000):
            place.written.add("cache", json.dumps(asdict(history.get(each.number)), ensure_ascii=False))
    if place.report.exists():
        place.written.add("report", place.report.read_text(encoding="utf-8"))


def _within(file: Path, folder: Path) -> Iterator[Path]:
    return (each for each in file.parents if folder in each.parents)


def told(error: BaseException | None) -> str:
    """All texts of an error and of its causes and contexts, including suppressed ones."""
    lines: list[str] = []
    while error is not None:
        lines += [*traceback.format_exception(error), repr(error), str(vars(error))]
        error = error.__cause__ or error.__context__
    return "\n".join(lines)
