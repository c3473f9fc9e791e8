"""What a process counts and measures, since it began, in Prometheus' format."""

from collections.abc import Callable
from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from sqlalchemy import event
from sqlalchemy.orm import Session

from staff_integration.operation_tables import BOUNDS

disable_created_metrics()  # type: ignore[no-untyped-call]  # theirs, without types
REGISTRY = CollectorRegistry()
LATE = (0.1, 0.5, 1, 2, 5, 15, 60, 300, 3_600)
"""Seconds until the other system has a record. The master plan wants less than 5."""

REQUESTS = Histogram(
    "staff_request_seconds",
    "How long requests took",
    ("method", "route", "status"),
    registry=REGISTRY,
    buckets=BOUNDS,
)
SIGN_IN = Counter("staff_sign_in_events", "Entries of the audit log", ("event", "system"), registry=REGISTRY)
ATTEMPTS = Counter(
    "staff_outbox_attempts", "Attempts to carry an entry of the outbox out", ("outcome",), registry=REGISTRY
)
PUBLISHED = Counter(
    "staff_sync_events", "Events that the hub has published", ("event", "source"), registry=REGISTRY
)
LAG = Histogram(
    "staff_sync_lag_seconds",
    "How long after its entry the other system had a record",
    ("sync_type",),
    registry=REGISTRY,
    buckets=LATE,
)
CONVERSATIONS = Gauge("staff_hub_conversations", "WebSockets that are open", ("system",), registry=REGISTRY)
ENDED = Counter(
    "staff_hub_conversations_ended", "WebSockets that have ended, by close code", ("code",), registry=REGISTRY
)


def once_committed(session: Session, count: Callable[[], None]) -> None:
    """Count something as soon as the transaction of a session is committed; never, if it is rolled back."""
    event.listen(session, "after_commit", lambda _session: count(), once=True)


def observe_lag(session: Session, sync_type: str, lag: timedelta) -> None:
    """Note how long the other system has waited for a record, as soon as the transaction is committed."""
    seconds = max(0.0, lag.total_seconds())
    once_committed(session, lambda: LAG.labels(sync_type).observe(seconds))
