"""Passes events from the events thread to the watches: which resources were touched, and by whom."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Condition

from reconciler.daemon.events import Event, Message
from reconciler.stack import Key


@dataclass
class PendingMessage:
    """One message in progress: it is done once every watch that it touches has made its pass."""

    message: Message
    waiting: set[str]
    """The names of the watches that have not made their pass yet."""


@dataclass
class TouchedResources:
    """The resources that were touched since the last read."""

    keys: set[Key] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)
    messages: list[PendingMessage] = field(default_factory=list)


class Inbox:
    """The inbox of one watch, with the touched resources."""

    def __init__(self) -> None:
        self._touches = TouchedResources()
        self._arrived = Condition()

    def put(self, keys: Iterable[Key], event: Event, pending: PendingMessage) -> None:
        """Add touched resources."""
        with self._arrived:
            self._touches.keys.update(keys)
            self._touches.events.append(event)
            self._touches.messages.append(pending)
            self._arrived.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait this many seconds, or until the inbox is not empty; returns whether it is not empty."""
        with self._arrived:
            return bool(self._touches.keys) or self._arrived.wait(max(0.0, seconds))

    def take(self) -> TouchedResources:
        """Take everything out of the inbox."""
        with self._arrived:
            taken, self._touches = self._touches, TouchedResources()
            return taken
