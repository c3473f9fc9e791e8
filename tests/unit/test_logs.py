"""The log at each verbosity; botocore's log of whole requests, which contain passwords, is never written."""

import io
import logging
from collections.abc import Callable, Container, Iterator
from typing import Any

import boto3
import botocore.session
import pytest
import structlog

from reconciler.aws.log_filter import TALKATIVE, WITHHELD, filter_library_logs
from reconciler.aws.redaction import SECRETS
from reconciler.logs import configure
from tests.unit.aws_toys import SENTINEL, account

TOUCHED = ("", *TALKATIVE, "botocore.endpoint", "botocore.parsers", "botocore.made.later", "some.library")


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Restore structlog, the loggers and the known secrets."""
    loggers = [logging.getLogger(name) for name in TOUCHED]
    before = [(each, each.level, list(each.handlers), list(each.filters)) for each in loggers]
    yield
    SECRETS.forget()
    structlog.reset_defaults()
    for logger, level, handlers, filters in before:
        logger.setLevel(level)
        logger.handlers[:], logger.filters[:] = handlers, filters


LEVELS = {0: [], 1: ["acted", "failed"], 2: ["looked", "acted", "failed"], 9: ["looked", "acted", "failed"]}


@pytest.mark.parametrize(("verbose", "expected"), LEVELS.items())
def test_what_is_logged(verbose: int, expected: Any, capsys: pytest.CaptureFixture[str]) -> None:
    configure(verbose)
    log = structlog.get_logger()
    log.debug("looked")
    log.info("acted")
    log.error("failed")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert [event for event in ("looked", "acted", "failed") if f"event={event}" in printed.err] == expected


def test_a_line_is_one_event_with_its_keys(capsys: pytest.CaptureFixture[str]) -> None:
    configure(1)
    structlog.get_logger().info("created", kind="connect.queue", name="Customer Service")
    (line,) = capsys.readouterr().err.splitlines()
    stamp, rest = line.split(" ", 1)
    assert stamp.startswith("timestamp=20")
    assert rest == 'level=info event=created kind=connect.queue name="Customer Service"'


@pytest.mark.parametrize("verbose", [0, 1, 2, 9])
def test_botocores_debug_log_stays_off(
    verbose: int, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    configure(verbose)
    logging.getLogger().setLevel(logging.DEBUG)  # like a careless library
    parameters = {"Username": "ada", "SecurityProfileIds": ["s"], "RoutingProfileId": "r", "InstanceId": "i"}
    account(lambda request: (200, {"UserId": "u"})).api("connect").call(
        "create_user", Password=SENTINEL, **parameters
    )
    printed = capfd.readouterr()
    assert [sink for sink in (caplog.text, printed.out, printed.err) if SENTINEL in sink] == []
    assert not logging.getLogger("botocore.endpoint").isEnabledFor(logging.DEBUG)


# -- all ways to raise the level -----------------------------------------------------------------------------------------------


def make_a_user() -> None:
    parameters = {"Username": "ada", "SecurityProfileIds": ["s"], "RoutingProfileId": "r", "InstanceId": "i"}
    account(lambda request: (200, {"UserId": SENTINEL})).api("connect").call(
        "create_user", Password=SENTINEL, **parameters
    )


def turn_up_each(names: Container[str]) -> None:
    for name in list(logging.Logger.manager.loggerDict):
        if name.partition(".")[0] in names:
            logging.getLogger(name).setLevel(1)


TURNED_UP: dict[str, Callable[[], object]] = {
    "boto3's own way": lambda: boto3.set_stream_logger("", logging.DEBUG),
    "boto3's own way, botocore": lambda: boto3.set_stream_logger("botocore", logging.DEBUG),
    "boto3's own way, one module": lambda: boto3.set_stream_logger("botocore.endpoint", 1),
    "botocore's own way": lambda: botocore.session.get_session().set_debug_logger(),
    "a level for everything": lambda: logging.basicConfig(level=logging.NOTSET, force=True),
    "a level for each logger": lambda: turn_up_each(TALKATIVE),
}


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("turn_up", TURNED_UP.values(), ids=TURNED_UP.keys())
def test_no_request_is_logged_whoever_turns_it_up(
    turn_up: Callable[[], object], before: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    log = io.StringIO()
    root = logging.getLogger()
    for step in (turn_up, lambda: configure(2)) if before else (lambda: configure(2), turn_up):
        step()
    root.addHandler(logging.StreamHandler(log))
    root.setLevel(logging.DEBUG)
    make_a_user()
    printed = capfd.readouterr()
    assert [sink for sink in (log.getvalue(), printed.out, printed.err) if SENTINEL in sink] == []
    assert [line for line in log.getvalue().splitlines() if WITHHELD in line] == []


def test_a_record_from_below_info_is_empty_even_if_its_logger_was_made_later(
    caplog: pytest.LogCaptureFixture,
) -> None:
    filter_library_logs()
    logger = logging.getLogger("botocore.made.later")
    logger.setLevel(logging.DEBUG)
    logger.debug("Making request %s", SENTINEL, exc_info=ValueError(SENTINEL))
    record = logging.getLogRecordFactory()("botocore.x", logging.DEBUG, "f", 1, "m %s", (SENTINEL,), None)
    assert (record.getMessage(), record.exc_info) == (WITHHELD, None)
    assert caplog.records == []


def test_warnings_of_the_family_come_through(caplog: pytest.LogCaptureFixture) -> None:
    filter_library_logs()
    logger = logging.getLogger("botocore.made.later")
    logger.debug("no")
    logger.info("found credentials")
    logger.warning("pool is %s", "full")
    assert caplog.messages == ["found credentials", "pool is full"]


def test_what_others_log_holds_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    filter_library_logs()
    SECRETS.keep(SENTINEL)
    caplog.set_level(logging.DEBUG)
    logger = logging.getLogger("some.library")
    logger.debug("got %s and %d", SENTINEL, 5)
    logger.error("failed", exc_info=ValueError(f"no {SENTINEL}"))
    assert caplog.messages == ["got *** and 5", "failed"]
    assert "ValueError: no ***" in caplog.text
    assert SENTINEL not in caplog.text


def test_a_record_that_cannot_be_formatted_is_left_to_logging() -> None:
    filter_library_logs()
    record = logging.getLogRecordFactory()("some.library", logging.INFO, "f", 1, "%d", ("x",), None)
    assert record.args == ("x",)


def test_hushed_once_is_hushed() -> None:
    filter_library_logs()
    make = logging.getLogRecordFactory()
    filter_library_logs()
    assert logging.getLogRecordFactory() is make
