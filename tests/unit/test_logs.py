"""What is logged at which verbosity; botocore's own log of whole requests, passwords included, never is."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from aws_toys import SENTINEL, account

from reconciler.logs import configure


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Leave structlog and the root logger as they were found."""
    level = logging.getLogger().level
    yield
    structlog.reset_defaults()
    logging.getLogger().setLevel(level)


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
    logging.getLogger().setLevel(logging.DEBUG)  # as a careless library might
    parameters = {"Username": "ada", "SecurityProfileIds": ["s"], "RoutingProfileId": "r", "InstanceId": "i"}
    account(lambda request: (200, {"UserId": "u"})).api("connect").call(
        "create_user", Password=SENTINEL, **parameters
    )
    printed = capfd.readouterr()
    assert [sink for sink in (caplog.text, printed.out, printed.err) if SENTINEL in sink] == []
    assert not logging.getLogger("botocore.endpoint").isEnabledFor(logging.DEBUG)
