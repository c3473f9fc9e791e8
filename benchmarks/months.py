"""Months of a daemon on a virtual clock: its watches in one thread, each when it is due."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.unwanted import resident_mib
from reconciler.cache_store import FileCache
from reconciler.daemon.metrics import Metrics
from reconciler.daemon.notifications import Notification, Notifier
from reconciler.daemon.schedule import Frequency, Moment, Schedule
from reconciler.daemon.threads import Daemon
from reconciler.daemon.watch import Means, Watch
from reconciler.desired import load
from reconciler.history import SqliteHistory
from reconciler.kinds import known_kinds
from reconciler.logs import configure
from reconciler.reports.number_format import counted
from reconciler.runtime.clock import VirtualClock
from reconciler.runtime.shutdown import Stop
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.stack import Stack

ROOT = Path(__file__).parents[1]
DAY = 86_400.0
EVERY = 3_600.0
MIDDLE = 0.5
FLAT = 4.0
"""MiB by which the process, the sandbox included, may grow over the second half."""


class Heard:
    """A channel that counts."""

    def __init__(self) -> None:
        self.titles: list[str] = []

    def send(self, announcement: Notification, seconds: float) -> None:
        """Take note of it."""
        del seconds
        self.titles.append(announcement.title)

    def give_up(self) -> None:
        """Nothing ever hangs."""


def months(days: int, random: Random) -> tuple[list[str], list[str]]:
    """So many days with a pass every hour and an audit a day; what was seen, and what did not hold."""
    with tempfile.TemporaryDirectory() as folder, _daemon(Path(folder)) as (sandbox, clock, daemon, heard):
        configure(0)
        (post,) = daemon.posts
        daemon.turn(post)
        begun, until = clock.now(), clock.now() + days * DAY
        wrong: list[str] = []
        changes = told = passes = 0
        broken = False
        memory: list[float] = []
        while clock.now() + post.left(Moment.of(clock)) < until:
            before, broken = broken, random.random() < 1 / 12
            sandbox.journal.clear()
            if broken:
                _change_by_hand(sandbox, post.watch.stack, random)
                changes += 1
                told += not before  # the same drift in the next pass again is no change of state
            clock.sleep(post.left(Moment.of(clock)))
            daemon.turn(post)
            passes += 1
            if post.watch.condition != ("drifted" if broken else "settled"):
                wrong.append(f"after {(clock.now() - begun) / DAY:.1f} days: {post.watch.condition}")
            memory.append(resident_mib())
        grown = memory[-1] - memory[int(len(memory) * MIDDLE)]
        if grown > FLAT:
            wrong.append(f"memory grew by {grown:.1f} MiB over the second half")
        if len(heard.titles) != told:
            wrong.append(
                f"{counted(len(heard.titles), 'announcement')} of {counted(told, 'change')} of state"
            )
    line = (
        f"{days} days of virtual time, a pass every hour and an audit a day: {passes:,} passes, {counted(changes, 'unwanted change')}, "
        f"each corrected by the next pass; {counted(told, 'change')} of state, each notified once; memory {grown:+.1f} MiB over the second half."
    )
    return ["", line], wrong


@contextmanager
def _daemon(folder: Path) -> Iterator[tuple[Sandbox, VirtualClock, Daemon, Heard]]:
    """A daemon over the contact centre, in the sandbox."""
    stack = load(ROOT / "desired_state" / "contact_center", "dev", known_kinds())
    heard, metrics, history = Heard(), Metrics(), SqliteHistory(folder / "history.sqlite")
    with sandboxed(stack.account) as (sandbox, clock):
        means = Means(
            kinds=known_kinds(),
            open_account=lambda each: account_in(sandbox, each.region, clock),
            cache_of=lambda _: FileCache(folder / "sightings.sqlite"),
            clock=clock,
            history_of=lambda _: history,
            who="soak",
            listener=metrics,
            notifier=Notifier([heard]),
        )
        schedule = Schedule("months", Frequency(every=EVERY), Frequency(every=DAY))
        watch = Watch("months", lambda: stack, schedule, means)
        yield sandbox, clock, Daemon([watch], clock, Stop(), metrics), heard


def _change_by_hand(sandbox: Sandbox, stack: Stack | None, random: Random) -> None:
    """Change one queue, as somebody would in the console."""
    region = stack.region if stack else ""
    connect: Any = sandbox.session(region).client("connect")
    instance = connect.list_instances()["InstanceSummaryList"][0]["Id"]
    rows = connect.list_queues(InstanceId=instance, QueueTypes=["STANDARD"])["QueueSummaryList"]
    queue = next(each["Id"] for each in rows if each["Name"] == "CustomerService")
    connect.update_queue_max_contacts(InstanceId=instance, QueueId=queue, MaxContacts=random.randrange(1, 50))
