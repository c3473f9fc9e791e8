"""Whoever waits for a message leaves the sandbox to others meanwhile; queues can be saved."""

from collections.abc import Mapping
from threading import Condition
from typing import Any

from moto.sqs.models import Queue

from reconciler.sandbox.extension import ONE_AT_A_TIME

LOOK = 0.1
"""Seconds between looks for a message."""
LOCK = "_messages_lock"
ELSEWHERE = Condition(ONE_AT_A_TIME)


def install() -> None:
    """Let no long poll keep the sandbox to itself, as moto's do for as long as they wait."""
    # mypy takes no assignment to members of a class
    setattr(Queue, "wait_for_messages", _wait)  # noqa: B010
    setattr(Queue, "__getstate__", _state)  # noqa: B010
    setattr(Queue, "__setstate__", _take_state)  # noqa: B010


def _wait(_queue: Queue, timeout: float) -> None:
    """Let others be served for a moment, the one among them who sends the message."""
    with ELSEWHERE:
        ELSEWHERE.wait(min(timeout, LOOK))


def _state(queue: Queue) -> Mapping[str, Any]:
    """The state of a queue to be frozen, without the lock that moto keeps in it."""
    return {name: value for name, value in vars(queue).items() if name != LOCK}


def _take_state(queue: Queue, state: Mapping[str, Any]) -> None:
    vars(queue).update(state, **{LOCK: Condition()})
