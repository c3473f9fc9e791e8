"""When a stack is due: quick passes often, a full audit rarely, by APScheduler's triggers."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, TypeAlias

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from reconciler.runtime.clock import Clock, share_of_name

Sort: TypeAlias = Literal["quick", "audit"]
"""A quick pass believes what earlier ones remember; an audit reads everything anew."""

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
"""Where intervals begin, so that a daemon that starts anew keeps its beat."""
SHIFT = 0.1
"""By how much of an interval stacks are shifted against each other, at most ..."""
LONGEST_SHIFT = 30.0
"""... and by how many seconds."""
DAY = 86_400.0
SAME = 1.0
"""Seconds: what is due together is one pass, the fuller one."""
SET = 1.0
"""Seconds by which the wall clock differs from what it should show once somebody has set it."""
CLOSEST = 30.0
"""Seconds between two firings of a cron expression at least, whatever is done to the wall clock: it fires once a minute
at most."""


class Moment(NamedTuple):
    """One moment on both clocks, in seconds."""

    now: float
    """On the clock that never jumps."""
    wall: float
    """Since 1970, as the machine has it; somebody may set it."""

    @classmethod
    def of(cls, clock: Clock) -> "Moment":
        """What a clock shows now."""
        return cls(clock.now(), clock.wall())


@dataclass(frozen=True)
class Frequency:
    """How often something is done: every so many seconds, or by a cron expression in UTC."""

    every: float | None = None
    cron: str | None = None

    @property
    def seconds(self) -> float | None:
        """The interval; None for a cron expression."""
        return None if self.cron is not None else self.every or DAY

    def trigger(self, name: str) -> BaseTrigger:
        """When that is, for the stack of this name.

        Raises:
            ValueError: the cron expression cannot be read.
        """
        if self.cron is not None:
            return CronTrigger.from_crontab(self.cron, timezone=UTC)
        shift = timedelta(seconds=schedule_offset(name, self.every or DAY))
        return IntervalTrigger(seconds=self.every or DAY, start_date=EPOCH + shift, timezone=UTC)


class Timer:
    """When one thing is due next.

    An interval keeps to the clock that never jumps. A cron expression means wall time: where that was set, it is asked
    anew, and what was jumped over is made up for once.
    """

    def __init__(self, rhythm: Frequency, name: str) -> None:
        """Take the rhythm of the stack of this name.

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
        """Reckon when it is due again; what was missed meanwhile is not made up for."""
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
        """Seconds from this moment to the next firing but one, by its rhythm alone."""
        if self._every is not None:
            return 2 * self._every
        following = _next(self._trigger, at.wall)
        return _next(self._trigger, following) - at.wall if following < float("inf") else following

    def _reckon(self, at: Moment, after: float | None = None) -> None:
        fires = _next(self._trigger, at.wall if after is None else after)
        self._fires = Moment(at.now + fires - at.wall, fires)


class Schedule:
    """The quick passes and the audits of one stack.

    What was missed, because a pass took long or the machine slept, is not made up for, but for one audit.
    """

    def __init__(self, name: str, quick: Frequency, audit: Frequency) -> None:
        # A cron expression says the second at which it is due; only intervals are shifted.
        self._quick = Timer(quick, name)
        self._audit = Timer(audit, f"{name} audit")
        self._at_once = True

    def begin(self, at: Moment) -> None:
        """Begin: the first pass is due at once, an audit when its time comes."""
        self._quick.begin(at)
        self._audit.begin(at)
        self._at_once = True

    def left(self, at: Moment) -> float:
        """Seconds until a pass is due; 0 or less when one is."""
        return 0.0 if self._at_once else min(self._quick.left(at), self._audit.left(at))

    def sort(self, at: Moment) -> Sort:
        """Which pass is to be made, if one is due now."""
        return "audit" if self._audit.left(at) <= SAME else "quick"

    def passed(self, sort: Sort, at: Moment) -> None:
        """Take note that a pass has ended, and reckon the next ones."""
        self._at_once = False
        self._quick.passed(at)
        if sort == "audit":
            self._audit.passed(at)

    def patience(self, at: Moment) -> float:
        """Within how many seconds after this moment the next pass has to begin: twice the interval."""
        return min(self._quick.twice(at), self._audit.twice(at))


def schedule_offset(name: str, every: float) -> float:
    """The seconds by which a stack's interval is shifted: the same for the same name, and spread over all names."""
    return share_of_name(name) * min(LONGEST_SHIFT, SHIFT * every)


def _next(trigger: BaseTrigger, after: float) -> float:
    # Without the earlier time, a trigger counts from now: missed times are not made up for.
    moment = datetime.fromtimestamp(after, UTC) + timedelta(microseconds=1)
    fires: datetime | None = trigger.get_next_fire_time(None, moment)
    return fires.timestamp() if fires else float("inf")
