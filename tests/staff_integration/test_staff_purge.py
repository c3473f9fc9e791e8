"""What `purge` leaves of old rows."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from staff_integration import outbox, purging
from staff_integration.database import Sessions
from staff_integration.operation_tables import RequestMinute
from staff_integration.sign_in_tables import Attempts, Audit
from staff_integration.sync.connection import EndedError
from staff_integration.sync_tables import SyncEvent
from staff_integration.tables import Base, Event, Staff

from tests.staff_integration.organisation import fill, person, run
from tests.staff_integration.simulators import World


@pytest.fixture
def world(sessions: Sessions) -> World:
    made = World.made(sessions)
    with sessions.begin() as session:
        fill(session)
        session.add_all(person(f"S{number}", "MEMBER", "NURSING", "HOSPITAL") for number in (1, 2, 3))
    made.settle()
    return made


def rows(world: World, table: type[Base]) -> int:
    with world.sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_old_rows_are_deleted_in_chunks_and_what_is_needed_stays(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "CHUNK", 2)
    start, days = world.clock.now(), {age.table: age.days for age in purging.AGES}
    with world.sessions.begin() as session:
        for number in range(5):
            session.add(Audit(at=start, event="signed_in", staff_id="S1"))
            session.add(Attempts(subject=str(number), failures=1, last_at=start))
            session.add(RequestMinute(minute=start, process=str(number)))
        session.get_one(Staff, "S1").full_name = "佐藤 花子"
        session.get_one(Staff, "S2").facility_id = "ANNEX"
    world.settle()
    link = world.connected("voicedrive")
    events = link.due()
    link.received(json.dumps({"type": "ack", "event": events[1]["id"]}))
    with world.sessions() as session:
        revisions = {each: outbox.revision_of(session, each) for each in ("S1", "S2", "S3")}
    assert purging.purge(world.sessions, start + timedelta(days=29), days, dry_run=False) == dict.fromkeys(
        days, 0
    )
    late = world.clock.now() + timedelta(days=800)
    before = [rows(world, each) for each in (Audit, SyncEvent, Event, Attempts)]
    # Of the outbox the earlier entries of S1 and S2; the newest of S2 waits for somebody.
    counts = {"audit_log": 5, "sync_event": 2, "outbox": 4, "request_minute": 5, "sign_in_attempts": 5}
    assert purging.purge(world.sessions, late, days, dry_run=True) == counts
    assert [rows(world, each) for each in (Audit, SyncEvent, Event, Attempts)] == before
    assert purging.purge(world.sessions, late, days, dry_run=False) == counts
    assert purging.purge(world.sessions, late, days, dry_run=False) == dict.fromkeys(counts, 0)
    with world.sessions() as session:
        assert revisions == {each: outbox.revision_of(session, each) for each in revisions}
        assert session.scalars(select(Event.state).where(Event.staff_id == "S2")).all() == ["dead"]
        assert session.scalars(select(SyncEvent.event_id)).all() == [each["id"] for each in events[2:]]
    assert world.connected("voicedrive").due()[0]["id"] == events[2]["id"]
    with pytest.raises(EndedError, match="events up to 2 are not kept any more"):
        world.connected("voicedrive", '{"type": "hello", "lastEvent": 1}')
    assert world.connected("voicedrive", '{"type": "hello", "lastEvent": 2}').due()


def test_the_command_purges_by_ages_that_are_not_too_low(world: World) -> None:
    url = world.sessions.kw["bind"].url.render_as_string(hide_password=False)
    with world.sessions.begin() as session:
        session.add(Audit(at=datetime(2020, 1, 2, tzinfo=UTC), event="signed_in"))
    settings = {"STAFF_DATABASE_URL": url}
    code, out, errors = run("purge", "--audit-log", "7", "--sync-event", "6", environment=settings)
    assert (code, out, errors.splitlines()) == (
        3,
        "",
        [
            "--audit-log 7: at least 30, because sign-ins have to be traceable",
            "--sync-event 6: at least 7, because a system may repeat its messages, which are known by these rows",
        ],
    )
    code, out, _ = run("purge", "--dry-run", environment=settings)
    assert (code, out.splitlines()[0]) == (2, "audit_log: 1 row older than 730 days to delete")
    code, out, _ = run("purge", environment=settings)
    assert (code, out.splitlines()[:2]) == (
        0,
        ["audit_log: 1 row older than 730 days deleted", "sync_event: 0 rows older than 90 days deleted"],
    )
    assert rows(world, Audit) == 0
    assert run("purge", "--dry-run", environment=settings)[0] == 0
