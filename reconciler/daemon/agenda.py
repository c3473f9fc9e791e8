"""When a stack is due: quick passes often, a full audit rarely, by APScheduler's triggers."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from reconciler.clock import spread

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


@dataclass(frozen=True)
class Rhythm:
    """How often something is done: every so many seconds, or by a cron expression in UTC."""

    every: float | None = None
    cron: str | None = None

    def trigger(self, name: str) -> BaseTrigger:
        """When that is, for the stack of this name.

        Raises:
            ValueError: the cron expression cannot be read.
        """
        if self.cron is not None:
            return CronTrigger.from_crontab(self.cron, timezone=UTC)
        shift = timedelta(seconds=shift_of(name, self.every or DAY))
        return IntervalTrigger(seconds=self.every or DAY, start_date=EPOCH + shift, timezone=UTC)


class Agenda:
    """The quick passes and the audits of one stack; times are in seconds since 1970.

    What was missed, because a pass took long or the machine slept, is not made up for, but for one audit.
    """

    def __init__(self, name: str, quick: Rhythm, audit: Rhythm) -> None:
        # A cron expression says the second at which it is due; only intervals are shifted.
        self._quick = quick.trigger(name)
        self._audit = audit.trigger(f"{name} audit")

    def next(self, after: float) -> float:
        """When something is due after a time."""
        return min(_next(self._quick, after), _next(self._audit, after))

    def sort(self, now: float, audited: float) -> Sort:
        """What is due now, if the last audit was made then."""
        return "audit" if _next(self._audit, audited) <= now + SAME else "quick"


def shift_of(name: str, every: float) -> float:
    """The seconds by which a stack's interval is shifted: the same for the same name, and spread over all names."""
    return spread(name) * min(LONGEST_SHIFT, SHIFT * every)


def _next(trigger: BaseTrigger, after: float) -> float:
    # Without the time before it, a trigger reckons from now: what was missed is not made up for.
    moment = datetime.fromtimestamp(after, UTC) + timedelta(microseconds=1)
    fires: datetime | None = trigger.get_next_fire_time(None, moment)
    return fires.timestamp() if fires else float("inf")
