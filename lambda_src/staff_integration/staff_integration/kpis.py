"""The figures by which the operation is judged, each with its bar. A figure without data is neither green nor red."""

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from staff_integration.backup.runs import success_rate
from staff_integration.operation_tables import KpiEntry
from staff_integration.outbox import ABOUT_STAFF
from staff_integration.request_figures import api_p95, availability
from staff_integration.rollout import reach
from staff_integration.sign_in_tables import Audit
from staff_integration.tables import Account, Event, Staff, SyncLog, SyncType

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
RECORDS: Sequence[SyncType] = ("interview", "notification", "report")
"""What travels as events of the hub only; staff also travel by calls."""
BACKLOG = timedelta(minutes=10)
"""How long the entries that have waited for their cohort may take, once it is opened."""


@dataclass(frozen=True)
class Entered:
    """A figure that people enter: its unit, its bar, and what it may be."""

    unit: str
    target: str
    least: float
    most: float


ENTERED: Mapping[str, Entered] = {
    "user_satisfaction": Entered("of 5", "> 4", 1, 5),
    "incident_hours": Entered("h", "< 4", 0, 10_000),
    "security_audit_rate": Entered("%", ">= 100", 0, 100),
}
PLANNED = (
    "api_p95",
    "availability",
    "sync_lag_p95",
    "account_creation_rate",
    "sso_use",
    "user_satisfaction",
    "incident_hours",
    "backup_rate",
    "security_audit_rate",
)
"""The figures of the master plan, in its order: technical, business, operations."""
VALID = timedelta(days=100)
"""After this time a figure that was entered is not judged any more."""


@dataclass(frozen=True)
class Kpi:
    """A figure. `target` is its bar, such as `< 5`; `value` is None without data, and then `green` is None, too.

    `measured` says whether the system has measured the value, as opposed to `entered_by`, who has entered it at `entered_at`.
    """

    name: str
    unit: str
    target: str
    value: float | None
    measured: bool
    green: bool | None
    entered_by: str
    entered_at: datetime | None

    def __str__(self) -> str:
        return (
            f"{self.name} is {with_unit(self.value, self.unit)}; the bar is {self.target} {self.unit}".strip()
        )


def judged(name: str, unit: str, target: str, value: float | None, *, measured: bool = True) -> Kpi:
    """A figure, judged by its bar: one of `<`, `<=`, `>`, `>=` and a number, with a blank between."""
    word, _, limit = target.partition(" ")
    green = None if value is None else OPERATORS[word](value, float(limit))
    return Kpi(name, unit, target, value, measured, green, "", None)


def with_unit(value: float | None, unit: str) -> str:
    """A value as people read it."""
    return "not known" if value is None else f"{value:.4g} {unit}".strip()


def measured_kpis(session: Session, now: datetime, window: timedelta) -> list[Kpi]:
    """The figures that the database tells of the time between `now - window` and `now`."""
    since = now - window
    api = api_p95(session, since, now)
    return [
        judged("account_creation_rate", "%", "> 99", _creation_rate(session, since)),
        judged("sync_lag_p95", "s", "< 5", _lag_p95(session, now, since)),
        judged("dead_letters", "", "<= 0", _dead_letters(session)),
        judged("voicedrive_error_rate", "%", "< 5", _error_rate(session, since)),
        judged("sso_use", "%", "> 90", _sso_use(session, since)),
        judged("api_p95", "ms", "< 200", None if api is None else 1000 * api),
        judged("availability", "%", "> 99.5", availability(session, now, window)),
        judged("backup_rate", "%", ">= 100", success_rate(session, now, window)),
    ]


def known_kpis(session: Session, now: datetime, window: timedelta) -> list[Kpi]:
    """All figures: those that the system measures, and those that people enter."""
    return [*measured_kpis(session, now, window), *(entered_kpi(session, name, now) for name in ENTERED)]


def plan_kpis(session: Session, now: datetime, window: timedelta) -> list[Kpi]:
    """The nine figures of the master plan: those that the system measures, and those that people enter."""
    found = {each.name: each for each in known_kpis(session, now, window)}
    return [found[name] for name in PLANNED]


def entered_kpi(session: Session, name: str, now: datetime) -> Kpi:
    """A figure of `ENTERED`, as it was entered last. An old one is not judged any more."""
    form = ENTERED[name]
    row = session.scalar(
        select(KpiEntry)
        .where(KpiEntry.name == name, KpiEntry.entered_at <= now)
        .order_by(KpiEntry.entered_at.desc(), KpiEntry.entry_id.desc())
        .limit(1)
    )
    if row is None:
        return judged(name, form.unit, form.target, None, measured=False)
    made = judged(name, form.unit, form.target, row.value, measured=False)
    green = made.green if now - row.entered_at <= VALID else None
    return replace(made, green=green, entered_by=row.entered_by, entered_at=row.entered_at)


def percentile(values: Iterable[float], percent: int) -> float | None:
    """The least value that `percent` per cent of the values do not exceed; None if there are none."""
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * percent / 100) - 1] if ordered else None


def p95(values: Iterable[float]) -> float | None:
    """The least value that 95 % of the values do not exceed; None if there are none."""
    return percentile(values, 95)


def _creation_rate(session: Session, since: datetime) -> float | None:
    """Of the accounts that were to be made and were decided, the share that was made."""
    ended = dict(
        session.execute(
            select(Event.state, func.count())
            .where(
                Event.event_type == "staff.created",
                Event.state.in_(("done", "dead")),
                Event.finished_at >= since,
            )
            .group_by(Event.state)
        ).all()
    )
    return _share(ended.get("done", 0), sum(ended.values()))


def _lag_p95(session: Session, now: datetime, since: datetime) -> float | None:
    """From the entry of a change until the other system has it; changes that still wait count with their age.

    What has waited for its cohort is a backlog that takes a while after the opening: it counts only if it takes longer than `BACKLOG`.
    """
    carried = session.execute(
        select(Event.created_at, Event.finished_at).where(
            Event.event_type.in_(ABOUT_STAFF),
            Event.state == "done",
            Event.finished_at >= since,
            Event.released_at.is_(None),
        )
    )
    began = reach.carried_from()
    waiting = session.scalars(
        select(began).where(
            Event.event_type.in_(ABOUT_STAFF),
            Event.state == "pending",
            ~reach.held(),
            or_(began == Event.created_at, began < now - BACKLOG),
        )
    )
    records = session.execute(
        select(SyncLog.started_at, SyncLog.completed_at).where(
            SyncLog.status == "success",
            SyncLog.sync_type.in_(RECORDS),
            # deliveries of accounts are logged as notifications of VoiceDrive
            (SyncLog.sync_type != "notification") | (SyncLog.source_system == "medical"),
            SyncLog.completed_at >= since,
        )
    )
    spans = [*carried, *((began, now) for began in waiting), *records]
    return p95(max(0.0, (end - begin).total_seconds()) for begin, end in spans if begin and end)


def _dead_letters(session: Session) -> float:
    """Entries of the outbox that wait for somebody."""
    return session.scalar(select(func.count()).where(Event.state == "dead")) or 0


def _error_rate(session: Session, since: datetime) -> float | None:
    """Of the attempts to tell VoiceDrive of staff, the share that failed."""
    done = session.scalar(
        select(func.count()).where(
            Event.event_type.in_(ABOUT_STAFF), Event.state == "done", Event.finished_at >= since
        )
    )
    failed = session.scalar(
        select(func.count()).where(
            SyncLog.sync_type == "staff",
            SyncLog.target_system == "voicedrive",
            SyncLog.status != "success",
            SyncLog.completed_at >= since,
        )
    )
    return _share(failed or 0, (failed or 0) + (done or 0))


def _sso_use(session: Session, since: datetime) -> float | None:
    """Of the staff with an account, the share that has signed in."""
    with_account = (
        select(Account.staff_id)
        .join(Staff, Staff.staff_id == Account.staff_id)
        .where(Staff.voicedrive_id.is_not(None), Staff.left_at.is_(None))
    )
    count = session.scalar(select(func.count()).select_from(with_account.subquery())) or 0
    used = session.scalar(
        select(func.count(Audit.staff_id.distinct())).where(
            Audit.event == "signed_in", Audit.at >= since, Audit.staff_id.in_(with_account)
        )
    )
    return _share(used or 0, count)


def _share(part: float, whole: float) -> float | None:
    """A share in percent."""
    return 100 * part / whole if whole else None
