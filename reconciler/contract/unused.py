"""What makes a live resource a candidate for removal, for `reconciler unused`: its kind declares it, the engine looks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from reconciler.contract.calls import Api, Sighting, Wired

DAY = 86_400
"""Seconds of a day."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric that AWS counts for each resource of a kind; its `dimension` is the resource's name in AWS."""

    namespace: str
    name: str
    dimension: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why something may be removed: one sentence with figures and dates."""

    what: str
    part: str = ""
    """The part of the resource that it is about, such as `version 3`; empty: all of it."""


@dataclass(frozen=True)
class Considered:
    """One live resource, as a rule looks at it."""

    api: Api
    sighting: Sighting
    describe: Callable[[], Wired]
    """Reads all fields that one reply shows (`Adapter.describe`)."""
    sums: Mapping[Metric, float]
    """The sums of the metrics of the rule over the period."""
    since: float
    """The begin of the period, in seconds since 1970."""
    until: float
    """Its end: now."""

    @property
    def period(self) -> str:
        """The period in words: `2026-11-01 to 2026-11-30`."""
        return f"{day(self.since)} to {day(self.until)}"

    def is_before(self, moment: datetime | float | None) -> bool:
        """Whether a time is before the period; so is a time that AWS does not show."""
        return moment is None or _seconds(moment) < self.since

    def counted(self, metric: Metric) -> int:
        """The sum of a metric as a whole number."""
        return round(self.sums.get(metric, 0))


@dataclass(frozen=True)
class Unused:
    """When a resource of a kind is a candidate for removal.

    `look` reads with the operations that are named here, and never changes anything; it may raise the errors of
    `reconciler.errors`.
    """

    summary: str
    """When it is one, in words: `it has no subscriptions`."""
    look: Callable[[Considered], Iterable[Evidence]]
    operations: tuple[str, ...] = ()
    """Those of other services as `lambda:list_functions`; the list of the kind itself need not be named."""
    metrics: tuple[Metric, ...] = ()
    """The metrics that the rule needs; the engine reads them for all resources together."""


def _seconds(moment: datetime | float) -> float:
    return moment.timestamp() if isinstance(moment, datetime) else moment


def day(moment: datetime | float | None) -> str:
    """The day of a time, in UTC; a time in seconds since 1970, or as a reply shows it."""
    if moment is None:
        return "an unknown day"
    return datetime.fromtimestamp(_seconds(moment), UTC).date().isoformat()
