"""The metrics of a process and of the database, at a port of the loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from staff_integration import health
from staff_integration.clock import Clock
from staff_integration.database import Sessions
from staff_integration.metrics import REGISTRY
from staff_integration.operation_tables import BackupRun
from staff_integration.rollout import reach
from staff_integration.settings import SettingError
from staff_integration.sign_in_tables import SigningKey
from staff_integration.sync import store
from staff_integration.sync_tables import SyncEvent
from staff_integration.tables import OTHER, Event


class DatabaseMetrics(Collector):
    """What the database has at the moment of a scrape.

    Args:
        sessions: the database.
        clock: the time.
    """

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """The figures; without an answer of the database only that there is none."""
        found: list[Metric] = []
        problem = health.problem_of(self._sessions)
        if problem != health.NO_DATABASE:
            found.append(
                _single("staff_schema_current", "1 if the schema is not older than this release", not problem)
            )
        try:
            if not problem:
                with self._sessions() as session:
                    found += _figures(session, self._clock.now())
        except DBAPIError:
            problem = health.NO_DATABASE
        yield _single("staff_database_up", "1 if the database answers", problem != health.NO_DATABASE)
        yield from found


def _figures(session: Session, now: datetime) -> Iterator[Metric]:
    def age(moment: datetime | None) -> float:
        return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())

    states = dict(
        session.execute(
            select(Event.state, func.count()).where(Event.state != "done").group_by(Event.state)
        ).all()
    )
    waiting = (Event.state == "pending", reach.held())
    held = session.scalar(select(func.count()).select_from(Event).where(*waiting)) or 0
    entries = GaugeMetricFamily("staff_outbox_entries", "Entries that are not done", labels=["state"])
    for state, count in (
        ("pending", states.get("pending", 0) - held),
        ("held", held),
        ("dead", states.get("dead", 0)),
    ):
        entries.add_metric([state], count)
    yield entries
    oldest = session.scalar(
        select(func.min(reach.carried_from())).where(Event.state == "pending", ~reach.held())
    )
    yield _single("staff_outbox_oldest_seconds", "Age of the oldest pending entry; 0 if none", age(oldest))
    behind = GaugeMetricFamily(
        "staff_sync_unacknowledged_events", "Events that a system has not acknowledged", labels=["system"]
    )
    late = GaugeMetricFamily(
        "staff_sync_oldest_unacknowledged_seconds", "Age of the oldest of them; 0 if none", labels=["system"]
    )
    for system in OTHER:
        count, first = session.execute(
            select(func.count(), func.min(SyncEvent.created_at)).where(
                SyncEvent.target_system == system,
                SyncEvent.event_id > store.acknowledged(session, system),
            )
        ).one()
        behind.add_metric([system], count)
        late.add_metric([system], age(first))
    yield from (behind, late)
    made = GaugeMetricFamily(
        "staff_backup_age_seconds", "Age of the last good backup or drill", labels=["kind"]
    )
    good = select(BackupRun.kind, func.max(BackupRun.started_at)).where(BackupRun.outcome == "good")
    for kind, began in session.execute(good.group_by(BackupRun.kind)).all():
        made.add_metric([kind], age(began))
    yield made
    key = session.scalar(select(func.max(SigningKey.active_at)).where(SigningKey.active_at <= now))
    if key is not None:
        yield _single("staff_signing_key_age_seconds", "Age of the key that signs tokens", age(key))


def _single(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=float(value))


@contextmanager
def served(port: int | None, sessions: Sessions, clock: Clock) -> Iterator[None]:
    """Serve the metrics at a port of the loopback; not at all without one.

    Raises:
        SettingError: the port cannot be had, because something else listens there.
    """
    if port is None:
        yield
        return
    registry = CollectorRegistry()
    for each in (REGISTRY, DatabaseMetrics(sessions, clock)):
        registry.register(each)
    try:
        server, thread = start_http_server(port, "127.0.0.1", registry)
    except OSError as error:
        raise SettingError(f"port {port} of 127.0.0.1 cannot serve the metrics: {error.strerror}") from None
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
