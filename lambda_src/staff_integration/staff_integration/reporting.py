"""Writes the log: one JSON object a line. No line has a name, an e-mail address, a password, a token or a key."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

LOGGER = logging.getLogger("staff_integration")


class _AsJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "keys", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            trace = error.__traceback__
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            line["error"] = type(error).__name__
            line["where"] = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
        return json.dumps(line, ensure_ascii=False, default=str)


def write_to(stream: TextIO) -> None:
    """Write the log to a stream."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_AsJson())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def info(event: str, **keys: object) -> None:
    """Log what has happened."""
    LOGGER.info(event, extra={"keys": keys})


def failed(event: str, **keys: object) -> None:
    """Log what has failed, with the type and the place of the exception being handled, not its message."""
    LOGGER.error(event, extra={"keys": keys}, exc_info=sys.exception())
