"""Drops the records of boto3, botocore and urllib3 below INFO: they contain the bodies of requests.

At DEBUG botocore logs whole requests, including passwords and session tokens ("Making request for OperationModel").
AWS documents this (https://docs.aws.amazon.com/boto3/latest/reference/core/boto3.html, `set_stream_logger`: "sensitive
data may be logged"). Levels are no protection, because any code can change them on any of these loggers. So the filter
works where a record is made.
"""

import logging
import traceback
from collections.abc import Callable
from typing import Any

from reconciler.aws.redaction import SECRETS

TALKATIVE = frozenset({"boto3", "botocore", "s3transfer", "urllib3"})
WITHHELD = "(withheld: it may hold secrets)"


def filter_library_logs() -> None:
    """Drop records of these libraries below INFO, and secrets in all records; call it once per process."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.INFO)
    make = logging.getLogRecordFactory()
    if not isinstance(make, _Records):
        logging.setLogRecordFactory(_Records(make))


def from_info_on(record: logging.LogRecord) -> bool:
    """Whether a record of these libraries may be handled."""
    return record.levelno >= logging.INFO


class _Records:
    """Replaces the factory of log records; the records that it drops are empty."""

    def __init__(self, make: Callable[..., logging.LogRecord]) -> None:
        self._make = make

    def __call__(self, name: str, level: int, *rest: Any, **more: Any) -> logging.LogRecord:
        record = self._make(name, level, *rest, **more)
        if name.partition(".")[0] in TALKATIVE and level < logging.INFO:
            logging.getLogger(name).addFilter(from_info_on)  # asked right after the record is made
            record.msg, record.args, record.exc_info, record.exc_text = WITHHELD, (), None, None
        else:
            _redact(record)
        return record


def _redact(record: logging.LogRecord) -> None:
    """Remove secrets from the message and from the traceback."""
    try:
        told = record.getMessage()
    except (TypeError, ValueError, KeyError):  # logging itself says so when it formats the record
        return
    safe = SECRETS.text(told)
    if safe != told:
        record.msg, record.args = safe, ()
    if record.exc_info and record.exc_info[1]:
        # A formatter uses this text if it exists, and does not make its own.
        record.exc_text = SECRETS.text("".join(traceback.format_exception(record.exc_info[1])).rstrip("\n"))
