"""Drops the records of boto3, botocore and urllib3 below INFO: they contain the bodies of requests.

At DEBUG botocore logs whole requests, passwords and session tokens included ("Making request for OperationModel").
AWS means it so (https://docs.aws.amazon.com/boto3/latest/reference/core/boto3.html, `set_stream_logger`: "sensitive
data may be logged"), and levels are no protection: whoever comes last sets them, on any logger of the family. So it is
stopped where a record is made.
"""

import logging
import traceback
from collections.abc import Callable
from typing import Any

from reconciler.aws.redaction import SECRETS

TALKATIVE = frozenset({"boto3", "botocore", "s3transfer", "urllib3"})
WITHHELD = "(withheld: it may hold secrets)"


def filter_library_logs() -> None:
    """Let nothing of the family below INFO out, and no secret in any record; once is enough for the process."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.INFO)
    make = logging.getLogRecordFactory()
    if not isinstance(make, _Records):
        logging.setLogRecordFactory(_Records(make))


def from_info_on(record: logging.LogRecord) -> bool:
    """Whether a record of the family may be handled."""
    return record.levelno >= logging.INFO


class _Records:
    """Makes records in place of the factory before it; a record that is empty can tell nothing."""

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
    """Take secrets out of the message and out of the traceback."""
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
