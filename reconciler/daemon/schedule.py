"""Schedules the passes of a stack with APScheduler's triggers: quick passes often, full audits rarely."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, TypeAlias

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from reconciler.runtime.clock import Clock, share_of_name

Sort: TypeAlias = Literal["quick", "audit"]
"""A quick pass uses the cache; an audit reads everything again."""

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
"""The start of all intervals, so that a daemon that is restarted keeps its schedule."""
SHIFT = 0.1
"""The largest offset between stacks, as a share of the interval ..."""
LONGEST_SHIFT = 30.0
"""... and in seconds."""
DAY = 86_400.0
SAME = 1.0
"""Seconds within which two due passes become one, the fuller one."""
SET = 1.0
"""Seconds of difference from which the wall clock counts as changed by hand."""
CLOSEST = 30.0
"""The least seconds between two firings of a cron expression, also if the wall clock is changed: it fires at most once
a minute."""


class Moment(NamedTuple):
    """One moment on both clocks, in seconds."""

    now: float
    """The monotonic clock."""
    wall: float
    """Seconds since 1970 by the machine's clock, which may be changed."""

    @classmethod
    def of(cls, clock: Clock) -> "Moment":
        """The present moment of a clock."""
        return cls(clock.now(), clock.wall())


@dataclass(frozen=True)
class Frequency:
    """How often something is done: at an interval in seconds, or by a cron expression in UTC."""

    every: float | None = None
    cron: str | None = None

    @property
    def seconds(self) -> float | None:
        """The interval; None for a cron expression."""
        return None if self.cron is not None else self.every or DAY

    def trigger(self, name: str) -> BaseTrigger:
        """The trigger for the stack of this name.

        Raises:
            ValueError: the cron expression cannot be read.
        """
        if self.cron is not None:
            return CronTrigger.from_crontab(self.cron, timezone=UTC)
        shift = timedelta(seconds=schedule_offset(name, self.every or DAY))
        return IntervalTrigger(seconds=self.every or DAY, start_date=EPOCH + shift, timezone=UTC)


class Timer:
    """The next time of one recurring task.

    An interval uses the monotonic clock. A cron expression uses wall time: if that is changed, the next time is computed
    again, and skipped times are made up for once.
    """

    def __init__(self, rhythm: Frequency, name: str) -> None:
        """Create the timer for the stack of this name.

        Raises:
            ValueError: the cron expression cannot be read.
        """
        self._every = rhythm.seconds
        self._trigger = rhythm.trigger(name)
        self._fires = Moment(0.0, 0.0)
        self._earliest = float("-inf")

    def begin(self, at: Moment) -> None:
        """Count from this moment."""
        self._earliest = float("-inf")
        self._reckon(at)

    def left(self, at: Moment) -> float:
        """Seconds until it is due; 0 or less when it is."""
        if self._every is None and abs((at.wall - at.now) - (self._fires.wall - self._fires.now)) > SET:
            if at.wall >= self._fires.wall:
                self._fires = at
            else:
                self._reckon(at)
        return max(self._fires.now, self._earliest) - at.now

    def passed(self, at: Moment) -> None:
        """Compute when it is due again; missed times are not made up for."""
        if self.left(at) > SAME:
            return
        if self._every is None:
            self._earliest = at.now + CLOSEST
            # The two clocks may differ a little: a firing that came early must not come again.
            self._reckon(at, max(at.wall, self._fires.wall))
        else:
            missed = max(0.0, at.now + SAME * (self._every > SAME) - self._fires.now) // self._every
            steps = self._every * (missed + 1)
            self._fires = Moment(self._fires.now + steps, self._fires.wall + steps)

    def twice(self, at: Moment) -> float:
        """Seconds from this moment to the second next firing, by the schedule alone."""
        if self._every is not None:
            return 2 * self._every
        following = _next(self._trigger, at.wall)
        return _next(self._trigger, following) - at.wall if following < float("inf") else following

    def _reckon(self, at: Moment, after: float | None = None) -> None:
        fires = _next(self._trigger, at.wall if after is None else after)
        self._fires = Moment(at.now + fires - at.wall, fires)


class Schedule:
    """The quick passes and the audits of one stack.

    Passes that were missed, because a pass took long or the machine slept, are not made up for, except for one audit.
    """

    def __init__(self, name: str, quick: Frequency, audit: Frequency) -> None:
        # A cron expression says the second at which it is due; only intervals are shifted.
        self._quick = Timer(quick, name)
        self._audit = Timer(audit, f"{name} audit")
        self._at_once = True

    def begin(self, at: Moment) -> None:
        """Start: the first pass is due at once, an audit when its time comes."""
        self._quick.begin(at)
        self._audit.begin(at)
        self._at_once = True

    def left(self, at: Moment) -> float:
        """Seconds until a pass is due; 0 or less when one is."""
        return 0.0 if self._at_once else min(self._quick.left(at), self._audit.left(at))

    def sort(self, at: Moment) -> Sort:
        """The sort of the pass that is due now."""
        return "audit" if self._audit.left(at) <= SAME else "quick"

    def passed(self, sort: Sort, at: Moment) -> None:
        """Note that a pass has ended, and compute the next ones."""
        self._at_once = False
        self._quick.passed(at)
        if sort == "audit":
            self._audit.passed(at)

    def patience(self, at: Moment) -> float:
        """Seconds from this moment within which the next pass must begin: twice the interval."""
        return min(self._quick.twice(at), self._audit.twice(at))


def schedule_offset(name: str, every: float) -> float:
    """The seconds by which a stack's interval is shifted: the same for the same name, and spread over all names."""
    return share_of_name(name) * min(LONGEST_SHIFT, SHIFT * every)


def _next(trigger: BaseTrigger, after: float) -> float:
    # Without the earlier time, a trigger counts from now: missed times are not made up for.
    moment = datetime.fromtimestamp(after, UTC) + timedelta(microseconds=1)
    fires: datetime | None = trigger.get_next_fire_time(None, moment)
    return fires.timestamp() if fires else float("inf")
