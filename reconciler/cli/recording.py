"""Where the command line keeps the history, and how it writes down what each pass did; that never stops a pass."""

from typing import TYPE_CHECKING

from reconciler.cli.common import INVALID, history_file, stop

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.contract import Api
    from reconciler.history import History, HistoryTrouble, Ledger


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


def open_ledger(
    location: str | None, api_of: "Callable[[str], Api]", trigger: str, note: str
) -> "Ledger | None":
    """What writes a pass into the history; None where that cannot be reached, which is said."""
    from reconciler.history import HistoryTrouble, Ledger

    try:
        return Ledger(open_history(location, api_of), who_runs(), trigger, note, _say)
    except HistoryTrouble as error:
        _say(error)
        return None


def _say(error: "HistoryTrouble") -> None:
    from reconciler import console
    from reconciler.aws.redaction import SECRETS

    console.fail([f"the history was not written: {SECRETS.text(str(error))}"])
