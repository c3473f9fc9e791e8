"""Runs the daemon: one thread for each stack, one for the lease, one for events; it stops between two calls."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Thread

import structlog

from reconciler.aws.redaction import SECRETS
from reconciler.daemon.events import Message, Queue
from reconciler.daemon.inbox import Inbox, PendingMessage
from reconciler.daemon.lease import Lease
from reconciler.daemon.metrics import Metrics
from reconciler.daemon.outbox import Outboxes
from reconciler.daemon.schedule import Moment
from reconciler.daemon.watch import Watch
from reconciler.errors import CallError
from reconciler.runtime.clock import Clock
from reconciler.runtime.retrying import QUEUE_PAUSE
from reconciler.runtime.shutdown import Shutdown, Stop

log = structlog.get_logger(__name__)

LOOK = 0.5
"""Seconds between checks whether the daemon must stop."""
LOOK_AT_FILES = 5.0
"""Seconds between checks of the files while a deletion waits for them."""
SOONEST = 10.0
"""Seconds after a pass within which a missing next pass is not a fault: a busy machine starts threads late."""
POLL = 5
"""Seconds that a request to the queue waits for a message."""
EVENTS = "events"
"""The name of the thread that waits for events."""


@dataclass
class Post:
    """A watch with its inbox and its present work; times are in seconds on the monotonic clock."""

    watch: Watch
    inbox: Inbox = field(default_factory=Inbox)
    term: int = 0
    """The term of the lease in which it works; 0 before it has begun."""
    began: float | None = None
    """When the present work began."""
    overdue: float = float("inf")
    """The latest time for the next pass to begin."""
    look: float = float("-inf")
    """When the files are checked next, apart from passes."""

    def left(self, at: Moment) -> float:
        """Seconds until work is due; 0 or less if it is due."""
        settles = self.watch.settles_at
        left = self.watch.schedule.left(at)
        return left if settles is None else min(left, settles - at.now, self.look - at.now)

    def pass_due(self, at: Moment) -> bool:
        """Whether the due work is a pass."""
        settles = self.watch.settles_at
        return self.watch.schedule.left(at) <= 0 or (settles is not None and settles <= at.now)


@dataclass
class Daemon:
    """Watches stacks until it is asked to stop."""

    watches: Sequence[Watch]
    clock: Clock
    stop: Stop
    metrics: Metrics
    lease: Lease | None = None
    queue: Queue | None = None
    outboxes: Outboxes = Outboxes()
    crashed: Callable[[BaseException], Sequence[str]] = lambda error: [type(error).__name__]
    """A function that gives the log lines of an unexpected error."""

    def __post_init__(self) -> None:
        self.metrics.leading(leader=self.working)
        self.posts = [Post(watch) for watch in self.watches]
        self._threads: list[Thread] = []

    @property
    def working(self) -> bool:
        """Whether this daemon is the active one."""
        return self.lease is None or self.lease.held

    @property
    def term(self) -> int:
        """How often it has become the active one."""
        return self.lease.terms if self.lease is not None else 1

    def faults(self) -> list[str]:
        """Why it should be restarted, a line each; none while it is healthy, whether active or standby."""
        if self.stop.asked:
            return []
        found = [f"the thread {each.name} has died" for each in self._threads if not each.is_alive()]
        now = self.clock.now()
        for post in self.posts:
            began, deadline = post.began, post.watch.deadline
            if began is not None:
                if now - began > deadline:
                    found.append(
                        f"watch {post.watch.name}: the work in progress has taken {now - began:.0f} s; its deadline is {deadline:.0f} s"
                    )
            elif self.working and post.term == self.term and now > post.overdue:
                late = now - post.overdue
                found.append(
                    f"watch {post.watch.name}: no pass has begun within twice its interval, {late:.0f} s ago"
                )
        return found

    def waits_for(self) -> dict[str, str]:
        """By watch, why it is not ready: no pass has read AWS yet, or, on standby, its files were not loaded."""
        working = self.working
        return {
            watch.name: SECRETS.text(watch.why)
            for watch in self.watches
            if not (watch.looked if working else watch.loaded)
        }

    def run(self) -> None:
        """Watch until asked to stop; returns once no work is under way."""
        self.outboxes.start()
        self._threads = [Thread(target=job, name=name, daemon=True) for name, job in self._jobs()]
        for thread in self._threads:
            thread.start()
        for thread in self._threads:
            if thread.name != EVENTS:  # it waits for messages, and what it has taken comes again
                thread.join()
        if self.lease is not None:
            self.lease.release()
        self.outboxes.end()

    def _jobs(self) -> Iterator[tuple[str, Callable[[], None]]]:
        for post in self.posts:
            yield f"watch {post.watch.name}", partial(self._watch_over, post)
        if self.lease is not None:
            yield "lease", self._hold_lease
        if self.queue is not None:
            yield EVENTS, self._listen

    def _watch_over(self, post: Post) -> None:
        while not self.stop.asked:
            if not self.working:
                self.stand_by(post)
                self.stop.wait(LOOK)
                continue
            self.begin(post)
            left = post.left(Moment.of(self.clock))
            if post.inbox.wait(min(LOOK, left)) or left <= 0:
                self.turn(post)

    def begin(self, post: Post) -> None:
        """Begin to work on a stack, unless it has begun: the first pass is due at once, without earlier knowledge."""
        term = self.term
        if post.term == term:
            return
        at = Moment.of(self.clock)
        post.watch.begin()
        post.watch.schedule.begin(at)
        post.overdue = at.now + _patience(post, at)
        post.term = term

    def stand_by(self, post: Post) -> None:
        """While another daemon is active: check whether the files can be used, until they can."""
        now = self.clock.now()
        if not post.watch.loaded and post.look <= now:
            post.look = now + LOOK_AT_FILES
            with self._under_way(post, now):
                post.watch.look_at_files()

    def turn(self, post: Post) -> None:
        """Make the pass that is due, or one over touched resources, or check whether the files have changed."""
        self.begin(post)
        touches, at = post.inbox.take(), Moment.of(self.clock)
        due, sort = post.pass_due(at), post.watch.schedule.sort(at)
        with self._under_way(post, at.now) as ended:
            if due:
                post.watch.turn(sort, events=touches.events)
            elif touches.keys:
                post.watch.turn("event", frozenset(touches.keys), touches.events)
            else:
                post.watch.look_at_files()
        if ended:
            return
        at = Moment.of(self.clock)
        post.look = at.now + LOOK_AT_FILES
        if due:
            post.watch.schedule.passed(sort, at)
            post.overdue = at.now + _patience(post, at)
        self._done(post.watch.name, touches.messages)

    @contextmanager
    def _under_way(self, post: Post, now: float) -> Iterator[list[Shutdown]]:
        """A context for work of a watch: an error in one stack must not end the watch of the others.

        The yielded list is not empty afterwards if the daemon must stop, or may not continue.
        """
        ended: list[Shutdown] = []
        post.began = now
        try:
            yield ended
        except Shutdown as error:
            ended.append(error)
        except Exception as error:  # noqa: BLE001 -- see above
            post.watch.why = "a pass crashed; the log shows where"
            for line in self.crashed(error):
                log.error("pass crashed", **post.watch.about, line=line)
        finally:
            post.began = None

    def hear(self, seconds: int) -> None:
        """Read events and pass them to the watches that they touch.

        Raises:
            CallError: the queue cannot be read.
        """
        if self.queue is None:
            return
        taken = self.queue.receive(seconds)
        strange = [each for each in taken if each.event is None]
        if strange:
            self.metrics.dropped("no event", len(strange))
            log.warning("invalid messages dropped", number=len(strange), first=strange[0].id)
        self.queue.done([*strange, *(each for each in taken if each.event and not self._hand_out(each))])

    def _hand_out(self, message: Message) -> bool:
        """Give an event to the watches that it touches; returns whether there is one."""
        event = message.event
        if event is None:
            return False
        try:
            touched = {post.watch.name: post.watch.touched(event) for post in self.posts}
        except Exception as error:  # noqa: BLE001 -- one message must not hold up those behind it, time after time
            self.metrics.dropped("crashed", 1)
            for line in self.crashed(error):
                log.error("event handling crashed", message=message.id, line=line)
            return False
        pending = PendingMessage(message, {name for name, keys in touched.items() if keys})
        self.metrics.event(touched=bool(pending.waiting))
        for post in self.posts:
            if touched[post.watch.name]:
                log.info("event", **post.watch.about, operation=event.operation, who=event.who)
                post.inbox.put(touched[post.watch.name], event, pending)
        return bool(pending.waiting)

    def _done(self, name: str, messages: Sequence[PendingMessage]) -> None:
        """Delete from the queue the messages that no watch needs any more."""
        for pending in messages:
            pending.waiting.discard(name)
        if self.queue is not None:
            self.queue.done([pending.message for pending in messages if not pending.waiting])

    def _listen(self) -> None:
        while not self.stop.asked:
            if not self.working:
                self.stop.wait(LOOK)
                continue
            try:
                self.hear(POLL)
            except CallError as error:
                log.error("event read failed", error=str(error))
                self.stop.wait(QUEUE_PAUSE)
            except Exception as error:  # noqa: BLE001 -- the thread outlives what nobody foresaw
                self.metrics.event_reader_crashed()
                for line in self.crashed(error):
                    log.error("event reader crashed", line=line)
                self.stop.wait(QUEUE_PAUSE)

    def _hold_lease(self) -> None:
        if self.lease is None:
            return
        before: bool | None = None
        while not self.stop.asked:
            try:
                held = self.lease.turn()
            except Exception as error:  # noqa: BLE001 -- the thread outlives what nobody foresaw; the lease runs out
                for line in self.crashed(error):
                    log.error("lease thread crashed", line=line)
                held = self.lease.held
            if held != before:
                log.info("active" if held else "standby", holder=self.lease.other or self.lease.holder)
            self.metrics.leading(leader=held)
            before = held
            self.stop.wait(self.lease.pause)


def _patience(post: Post, at: Moment) -> float:
    """Seconds within which the next pass must begin."""
    return max(SOONEST, post.watch.schedule.patience(at))
