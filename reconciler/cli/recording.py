"""Where the command line keeps the history, and how it writes down what each pass did; that never stops a pass."""

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reconciler.cli.common import INVALID, history_file, stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.contract import Api
    from reconciler.history import History, Record
    from reconciler.one_pass import PassReport


def check_location(location: str | None) -> None:
    """End the program where this is no place for a history."""
    scheme = (location or "").partition("://")[0] if location and "://" in location else ""
    bucket = (location or "").removeprefix("s3://").partition("/")[0]
    if scheme not in ("", "s3") or (scheme == "s3" and not bucket):
        said = "a history is kept in sqlite:FILE or s3://BUCKET/PREFIX"
        stop([f"--history {location}: {said}"], INVALID)


def open_history(location: str | None, api_of: "Callable[[str], Api]") -> "History":
    """The history at a location that was checked; the default one where none is given."""
    from pathlib import Path

    from reconciler.errors import CallError
    from reconciler.history import HistoryTrouble, S3History, SqliteHistory

    if location and location.startswith("s3://"):
        bucket, _, prefix = location.removeprefix("s3://").partition("/")
        try:
            return S3History(api_of("s3"), bucket, prefix)
        except CallError as error:
            raise HistoryTrouble(f"{location}: {error}") from None
    file = Path(location.removeprefix("sqlite:")).expanduser() if location else history_file()
    return SqliteHistory(file)


def who_runs() -> str:
    """Who types this, or whom the CI names."""
    import getpass
    import os
    import socket

    from reconciler.history import who_ran

    try:
        login = getpass.getuser()
    except (OSError, KeyError):  # a container without a user database
        login = str(os.getuid())
    return who_ran(os.environ, login, socket.gethostname())


@dataclass
class Ledger:
    """Writes one pass into a history: before its first change, so that none is lost, and when it has ended."""

    trigger: str = "once"
    note: str = ""
    history: "History | None" = None
    number: int | None = None

    def open(self, location: str | None, api_of: "Callable[[str], Api]") -> None:
        """Write to the history at a location from now on."""
        with _never_stopping():
            self.history = open_history(location, api_of)

    def begins(self, report: "PassReport") -> None:
        """Write down what is about to be changed, as a pass that was stopped: if it is, this is what remains."""
        if self.history is not None:
            with _never_stopping():
                self.number = self.history.add(replace(self._record(report), outcome="stopped"))

    def ended(self, report: "PassReport") -> None:
        """Write down the whole pass."""
        if self.history is None:
            return
        with _never_stopping():
            record = self._record(report)
            if self.number is None:
                self.number = self.history.add(record)
            else:
                self.history.replace(self.number, record)

    def _record(self, report: "PassReport") -> "Record":
        from reconciler.history import last_settled_hash, record_of

        assert self.history is not None  # noqa: S101 -- nobody asks otherwise
        settled = last_settled_hash(self.history, report.stack.name, report.stack.environment)
        return record_of(report, who=who_runs(), trigger=self.trigger, settled_hash=settled, note=self.note)


@contextmanager
def _never_stopping() -> "Iterator[None]":
    """Say what is wrong with the history, and let the pass go on."""
    from reconciler import console
    from reconciler.aws.redaction import SECRETS
    from reconciler.history import HistoryTrouble

    try:
        yield
    except HistoryTrouble as error:
        console.fail([f"the history was not written: {SECRETS.text(str(error))}"])
