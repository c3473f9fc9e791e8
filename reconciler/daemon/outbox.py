"""Delivers notifications in separate threads, so that a channel that hangs delays no pass."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Condition, Thread
from typing import NamedTuple

import structlog

from reconciler.daemon.notifications import CannotNotify, Channel, Notification, Notifier
from reconciler.daemon.status import SETTLED, State

log = structlog.get_logger(__name__)

MOST = 100
"""The most notes that wait for a channel; then the oldest is dropped. Every pass notes the state of its stack again."""
DEADLINE = 10
"""The default total seconds for a notification."""
LAST = 3.0
"""Seconds for the notes that still wait when the daemon ends."""


class Note(NamedTuple):
    """The state of a stack after a pass."""

    name: str
    problem: State
    drift: State
    held: State = SETTLED


class TimedChannel:
    """A channel whose attempts are stopped after this many seconds in total."""

    def __init__(self, channel: Channel, seconds: float) -> None:
        self._channel = channel
        self._seconds = seconds
        self._before: Thread | None = None

    def send(self, announcement: Notification, seconds: float = 0.0) -> None:
        del seconds
        if self._before is not None and self._before.is_alive():
            raise CannotNotify("the last attempt still hangs")
        ended: list[Exception | None] = []

        def attempt() -> None:
            try:
                self._channel.send(announcement, self._seconds)
            except Exception as error:  # noqa: BLE001 -- it is raised where somebody waits for it
                ended.append(error)
            else:
                ended.append(None)

        self._before = Thread(target=attempt, name="announcement", daemon=True)
        self._before.start()
        self._before.join(self._seconds)
        if not ended:
            self._channel.give_up()
            raise CannotNotify(f"it took more than {self._seconds:g} s")
        if ended[0] is not None:
            raise ended[0]

    def give_up(self) -> None:
        self._channel.give_up()


class Outbox:
    """The queue of notes for one channel, and the thread that delivers them."""

    def __init__(
        self,
        announcer: Notifier,
        dropped: Callable[[int], None] = lambda _number: None,
        crashed: Callable[[BaseException], Sequence[str]] = lambda error: [type(error).__name__],
    ) -> None:
        """Create the outbox of one channel; `dropped` is called with the number of notes that were not delivered."""
        self._announcer = announcer
        self._dropped = dropped
        self._crashed = crashed
        self._notes: deque[Note] = deque()
        self._changed = Condition()
        self._ending = False
        self._thread: Thread | None = None

    def note(self, note: Note) -> None:
        """Queue a note; returns at once."""
        with self._changed:
            if next((each for each in reversed(self._notes) if each.name == note.name), None) == note:
                return
            self._notes.append(note)
            if len(self._notes) > MOST:
                self._notes.popleft()
                self._dropped(1)
            self._changed.notify_all()

    def deliver(self) -> None:
        """Deliver all notes that wait."""
        while (note := self._first()) is not None:
            try:
                self._announcer.note(*note)
            except Exception as error:  # noqa: BLE001 -- the thread outlives what nobody foresaw
                for line in self._crashed(error):
                    log.error("notification crashed", watch=note.name, line=line)
            with self._changed:
                if self._notes and self._notes[0] is note:
                    self._notes.popleft()

    def start(self) -> None:
        """Begin to hand over."""
        self._thread = Thread(target=self._run, name="announcements", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Accept no more notes."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()

    def join(self, seconds: float) -> int:
        """Wait this many seconds for the rest to be delivered; returns how many notes were not."""
        if self._thread is not None:
            self._thread.join(max(0.0, seconds))
        with self._changed:
            return len(self._notes)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._notes or self._ending)
                if not self._notes:
                    return
            self.deliver()

    def _first(self) -> Note | None:
        # It stays in the queue until it is delivered: the notes that are left at the end are counted.
        with self._changed:
            return self._notes[0] if self._notes else None


@dataclass(frozen=True)
class Outboxes:
    """One outbox for each channel, so that one that hangs does not delay the others (see `NotifierProtocol`)."""

    each: Sequence[Outbox] = ()

    @classmethod
    def of(
        cls,
        channels: Iterable[Channel],
        seconds: float,
        dropped: Callable[[int], None],
        crashed: Callable[[BaseException], Sequence[str]],
    ) -> "Outboxes":
        """Create the outboxes of these channels, with this many seconds for each notification."""
        return cls([Outbox(Notifier([TimedChannel(each, seconds)]), dropped, crashed) for each in channels])

    def note(self, name: str, problem: State, drift: State, held: State = SETTLED) -> None:
        """Queue the state of a stack for every channel; returns at once."""
        for outbox in self.each:
            outbox.note(Note(name, problem, drift, held))

    def start(self) -> None:
        """Begin to hand over."""
        for outbox in self.each:
            outbox.start()

    def end(self, seconds: float = LAST) -> None:
        """Deliver the notes that wait, within this many seconds; the rest is logged and dropped."""
        for outbox in self.each:
            outbox.end()
        share = seconds / max(1, len(self.each))
        left = sum(outbox.join(share) for outbox in self.each)
        if left:
            log.warning("notifications dropped at shutdown", number=left)
