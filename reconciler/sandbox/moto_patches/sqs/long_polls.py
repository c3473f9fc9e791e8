"""Long polls that do not block other requests, and queues that can be saved."""

from collections.abc import Mapping
from threading import Condition
from typing import Any

from moto.sqs.models import Queue

from reconciler.sandbox.extension import ELSEWHERE
from reconciler.sandbox.process_state import serving_others

LOOK = 0.1
"""The seconds between two checks for a message."""
LOCK = "_messages_lock"


def install() -> None:
    """Replace moto's long polls, which block all other requests while they wait."""
    # mypy allows no assignment to members of a class
    setattr(Queue, "wait_for_messages", _wait)  # noqa: B010
    setattr(Queue, "__getstate__", _state)  # noqa: B010
    setattr(Queue, "__setstate__", _take_state)  # noqa: B010


def _wait(_queue: Queue, timeout: float) -> None:
    """Wait while other requests are served, for example one that sends a message."""
    with ELSEWHERE, serving_others():
        ELSEWHERE.wait(min(timeout, LOOK))


def _state(queue: Queue) -> Mapping[str, Any]:
    """Return the state of a queue to be pickled, without moto's lock."""
    return {name: value for name, value in vars(queue).items() if name != LOCK}


def _take_state(queue: Queue, state: Mapping[str, Any]) -> None:
    vars(queue).update(state, **{LOCK: Condition()})
