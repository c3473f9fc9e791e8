"""Logs: one constant event with its keys a line, on stderr."""

import logging
import sys

import structlog

LEVELS = (logging.CRITICAL, logging.INFO, logging.DEBUG)
"""Without `-v` the report says it all."""


def configure(verbose: int) -> None:
    """Log to stderr from a level on: nothing, then actions and refusals, then every call."""
    level = LEVELS[min(verbose, len(LEVELS) - 1)]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
