"""The times of objects: those of the sandbox's clock, where moto takes the computer's."""

from datetime import UTC, datetime, timedelta

from moto.s3 import models

from reconciler.sandbox.process_state import current


class _Times:
    last = datetime.fromtimestamp(0, UTC).replace(tzinfo=None)


def install() -> None:
    """Let moto's S3 ask this module for the time."""
    setattr(models, "utcnow", _now)  # noqa: B010 -- mypy takes no assignment to a function of a module


def _now() -> datetime:
    """The time of the sandbox's clock as moto keeps it: UTC, without a time zone.

    No two times are equal, because moto tells the latest version of an object by its time; a virtual clock may stand still.
    """
    now = datetime.fromtimestamp(current().now(), UTC).replace(tzinfo=None)
    if timedelta() <= _Times.last - now < timedelta(seconds=1):
        now = _Times.last + timedelta(milliseconds=1)
    _Times.last = now
    return now
