"""The daemon: a thread for each stack, one for the lease, one for events; it ends between two calls."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Thread

import structlog

from reconciler.clock import Clock
from reconciler.daemon.events import Queue
from reconciler.daemon.inbox import Errand, Inbox
from reconciler.daemon.lease import Lease
from reconciler.daemon.metrics import Metrics
from reconciler.daemon.watch import Watch
from reconciler.errors import CallError
from reconciler.stopping import Ending, Stop

log = structlog.get_logger(__name__)

LOOK = 0.5
"""Seconds between looks at whether the daemon is to end."""
POLL = 5
"""Seconds that a request to the queue waits for a message."""
EVENTS = "events"
"""The name of the thread that waits for them."""
PAUSE = 30.0
"""Seconds until the next try where the queue could not be read."""


@dataclass
class Post:
    """A watch with its inbox and what is due."""

    watch: Watch
    inbox: Inbox = field(default_factory=Inbox)
    due: float = 0.0
    """When the next pass is due, in seconds since 1970; the first one at once."""
    audited: float = 0.0
    """When the last audit was made, or the daemon began."""


@dataclass
class Daemon:
    """Watches over stacks until it is asked to stop."""

    watches: Sequence[Watch]
    clock: Clock
    stop: Stop
    metrics: Metrics
    lease: Lease | None = None
    queue: Queue | None = None
    crashed: Callable[[BaseException], Sequence[str]] = lambda error: [type(error).__name__]
    """What may be said of an error that nobody foresaw."""

    def __post_init__(self) -> None:
        self.metrics.leading(leader=self.working)
        self.posts = [Post(watch, audited=self.clock.wall()) for watch in self.watches]
        self._threads: list[Thread] = []

    @property
    def working(self) -> bool:
        """Whether this daemon is the one at work."""
        return self.lease is None or self.lease.held

    @property
    def alive(self) -> bool:
        """Whether all its threads are still there."""
        return all(thread.is_alive() for thread in self._threads)

    @property
    def ready(self) -> bool:
        """Whether it stands by, or every stack has had its first pass."""
        return not self.working or all(watch.trouble is not None for watch in self.watches)

    def run(self) -> None:
        """Watch until asked to stop; returns once nothing is under way any more."""
        self._threads = [Thread(target=job, name=name, daemon=True) for name, job in self._jobs()]
        for thread in self._threads:
            thread.start()
        for thread in self._threads:
            if thread.name != EVENTS:  # it waits for messages, and what it has taken comes again
                thread.join()
        if self.lease is not None:
            self.lease.release()

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
                self.stop.wait(LOOK)
                continue
            left = post.due - self.clock.wall()
            if post.inbox.wait(min(LOOK, left)) or left <= 0:
                self.turn(post)

    def turn(self, post: Post) -> None:
        """Make the pass that is due, or one over what was touched."""
        touches, now = post.inbox.take(), self.clock.wall()
        scheduled = post.due <= now
        sort = post.watch.agenda.sort(now, post.audited)
        try:
            if scheduled:
                post.watch.turn(sort, events=touches.events)
            elif touches.keys:
                post.watch.turn("event", frozenset(touches.keys), touches.events)
        except Ending:
            return
        except Exception as error:  # noqa: BLE001 -- one stack's mishap must not end the watch over the others
            for line in self.crashed(error):
                log.error("pass broke down", stack=post.watch.name, line=line)
        if scheduled:
            post.due = post.watch.agenda.next(self.clock.wall())
            post.audited = now if sort == "audit" else post.audited
        self._done(post.watch.name, touches.errands)

    def hear(self, seconds: int) -> None:
        """Take what events tell to the watches that they touch.

        Raises:
            CallError: the queue cannot be read.
        """
        if self.queue is None:
            return
        idle = []
        for message in self.queue.receive(seconds):
            event = message.event
            touched = {
                post.watch.name: post.watch.touched(event) if event else frozenset() for post in self.posts
            }
            errand = Errand(message, {name for name, keys in touched.items() if keys})
            self.metrics.event(touched=bool(errand.waiting))
            for post in self.posts:
                if event and touched[post.watch.name]:
                    log.info("event", stack=post.watch.name, operation=event.operation, who=event.who)
                    post.inbox.put(touched[post.watch.name], event, errand)
            if not errand.waiting:
                idle.append(message)
        self.queue.done(idle)

    def _done(self, name: str, errands: Sequence[Errand]) -> None:
        """Take from the queue what no watch waits for any more."""
        for errand in errands:
            errand.waiting.discard(name)
        if self.queue is not None:
            self.queue.done([errand.message for errand in errands if not errand.waiting])

    def _listen(self) -> None:
        while not self.stop.asked:
            if not self.working:
                self.stop.wait(LOOK)
                continue
            try:
                self.hear(POLL)
            except CallError as error:
                log.error("events not read", error=str(error))
                self.stop.wait(PAUSE)

    def _hold_lease(self) -> None:
        if self.lease is None:
            return
        before: bool | None = None
        while not self.stop.asked:
            held = self.lease.turn()
            if held != before:
                log.info("at work" if held else "standing by", holder=self.lease.other or self.lease.holder)
            self.metrics.leading(leader=held)
            before = held
            self.stop.wait(self.lease.pause)
