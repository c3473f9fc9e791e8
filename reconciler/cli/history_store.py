"""Opens, writes and reads the history for the command line. A history that fails never stops a pass."""

from typing import TYPE_CHECKING

from reconciler.cli.exits import FAILED, INVALID, exit_with_errors
from reconciler.cli.pass_target import history_api
from reconciler.cli.user_folders import history_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from reconciler.cli.pass_target import PassTarget
    from reconciler.contract import Api
    from reconciler.history import History, HistoryError, Ledger, Record
    from reconciler.pass_report import PassReport
    from reconciler.reports.extra_sections import EarlierPass

SHOWN = 30
"""Earlier passes that a report shows."""


def check_location(location: str | None) -> None:
    """Exit with an error if this is not a valid location for a history."""
    from reconciler.history import history_location

    at = str(history_file()) if location is None else location
    try:
        if location is not None:
            history_location.check_location(at)
        history_location.check_file(at)
    except ValueError as error:
        exit_with_errors([f"--history {at}: {error}"], INVALID)


def check_there(location: str | None) -> None:
    """Exit with an error if the named history file does not exist, so that a wrong name is noticed."""
    from reconciler.history import history_location

    if location is not None and history_location.is_missing(location):
        exit_with_errors(
            [f"--history {location}: there is no history here; the first pass creates it"], INVALID
        )


def open_history(location: str | None, api_of: "Callable[[str], Api]") -> "History":
    """Open the history at a checked location; without a location, the default one."""
    from reconciler.history import history_location

    return history_location.open_history(str(history_file()) if location is None else location, api_of)


def open_past(location: str | None, region: str, endpoint_url: str | None, verbose: int = 0) -> "History":
    """Open the history that the user wants to read."""
    from reconciler.aws.account import BadEndpoint, Connection, open_account
    from reconciler.aws.api import RetryLimits
    from reconciler.history import HistoryError
    from reconciler.logs import configure
    from reconciler.runtime.clock import SystemClock
    from reconciler.runtime.retrying import HISTORY_CALL_TRIES

    configure(verbose)
    check_location(location)
    check_there(location)
    if not (location or "").startswith("s3://"):
        return open_history(location, _nobody)
    connection = Connection(endpoint_url, patience=RetryLimits(attempts=HISTORY_CALL_TRIES))
    try:
        return open_history(location, open_account("", region, SystemClock(), connection).api)
    except BadEndpoint as error:
        exit_with_errors([str(error)], INVALID)
    except HistoryError as error:
        exit_for_history(error)


def _nobody(service: str) -> "Api":
    raise AssertionError(f"a file needs no {service}")


def record_of(past: "History", number: int) -> "Record":
    """The record of a pass; exits with an error if the history has no pass of this number."""
    from reconciler.history import HistoryError

    try:
        return past.get(number)
    except HistoryError as error:
        exit_for_history(error)


def current_user() -> str:
    """The user who runs the command, or the one that the CI names."""
    import getpass
    import os
    import socket

    from reconciler.history import ran_by

    try:
        login = getpass.getuser()
    except (OSError, KeyError):  # a container without a user database
        login = str(os.getuid())
    return ran_by(os.environ, login, socket.gethostname())


def open_ledger(
    location: str | None, api_of: "Callable[[str], Api]", trigger: str, note: str
) -> "Ledger | None":
    """The writer of a pass to the history; None, with a message, if the history cannot be reached."""
    from reconciler.history import HistoryError, Ledger

    try:
        return Ledger(open_history(location, api_of), current_user(), trigger, note, _say)
    except HistoryError as error:
        _say(error)
        return None


def earlier_passes(passed: "PassReport", where: "PassTarget") -> "list[EarlierPass]":
    """The recorded passes of the same stack, the newest first."""
    from reconciler.history import HistoryError
    from reconciler.reports.extra_sections import EarlierPass

    if where.kept is None or where.sandbox is not None:
        return []
    stack = passed.stack

    try:
        past = open_history(where.kept.location, history_api(stack, where))
        rows = past.newest(stack.name, stack.environment, SHOWN + 1)
    except HistoryError as error:
        _say(error, "the report shows no earlier passes")
        return []
    earlier = [row for row in rows if row.started < passed.started][:SHOWN]
    return [
        EarlierPass(row.number, row.started, row.outcome, row.changes, row.drifted, row.who)
        for row in earlier
    ]


def exit_for_history(error: "HistoryError") -> "NoReturn":
    """Exit because of an error of the history: if AWS did not answer, it is a failure, otherwise a mistake."""
    from reconciler.aws.redaction import SECRETS
    from reconciler.history import HistoryOutOfReach

    exit_with_errors([SECRETS.text(str(error))], FAILED if isinstance(error, HistoryOutOfReach) else INVALID)


def _say(error: "HistoryError", without: str = "the history was not written") -> None:
    from reconciler import console
    from reconciler.aws.redaction import SECRETS

    console.fail([f"{without}: {SECRETS.text(str(error))}"])
