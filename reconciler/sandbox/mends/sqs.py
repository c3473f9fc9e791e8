"""Whoever waits for a message leaves the sandbox to others meanwhile."""

from threading import Condition

from moto.sqs.models import Queue

from reconciler.sandbox import plugin

LOOK = 0.1
"""Seconds between looks for a message."""
ELSEWHERE = Condition(plugin.ONE_AT_A_TIME)


def install() -> None:
    """Let no long poll keep the sandbox to itself, as moto's do for as long as they wait."""
    setattr(Queue, "wait_for_messages", _wait)  # noqa: B010 -- mypy takes no assignment to a method


def _wait(_queue: Queue, timeout: float) -> None:
    """Let others be served for a moment, the one among them who sends the message."""
    with ELSEWHERE:
        ELSEWHERE.wait(min(timeout, LOOK))
