"""The schema, up and down, and the outbox that the database fills by itself."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, event, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session
from staff_integration import migrations
from staff_integration.database import DatabaseUrlError, Sessions, engine_for, in_transaction
from staff_integration.tables import Base, Event, Staff

from tests.staff_integration.mariadb import execute, make_database
from tests.staff_integration.organisation import run

ENTER = text(
    "INSERT INTO unified_staff_master (staff_id, employee_number, full_name, email, sync_status) "
    "VALUES (:id, :number, :name, :email, 'synced')"
)
"""As the medical system writes it; its `sync_status` is not believed."""
HANAKO = {"id": "S1", "number": "10001", "name": "山田 花子", "email": "hanako@example.com"}


def events(sessions: Sessions) -> list[str]:
    with sessions() as session:
        return list(session.scalars(select(Event.event_type).order_by(Event.event_id)))


def status(sessions: Sessions) -> str | None:
    with sessions() as session:
        return session.get_one(Staff, "S1").sync_status


def change(sessions: Sessions, assignment: str, **values: object) -> None:
    with sessions.begin() as session:
        session.execute(text(f"UPDATE unified_staff_master SET {assignment} WHERE staff_id = 'S1'"), values)


def test_the_schema_goes_down_and_up_again_step_by_step(engine: Engine) -> None:
    def tables() -> set[str]:
        return set(inspect(engine).get_table_names()) - {"alembic_version"}

    def parts() -> set[tuple[str, str]]:
        found = inspect(engine)
        return {
            (table, str(each["name"]))
            for table in tables()
            for each in (*found.get_columns(table), *found.get_indexes(table))
        }

    assert migrations.current(engine) == migrations.newest()
    assert tables() == set(Base.metadata.tables)
    seen = [parts()]
    while migrations.current(engine):
        migrations.downgrade(engine, "-1")
        seen.append(parts())
    # One revision only changes how ids are compared.
    assert all(before >= after for before, after in itertools.pairwise(seen))
    assert seen[-1] == set()
    for expected in reversed(seen[:-1]):
        migrations.upgrade(engine, "+1")
        assert parts() == expected
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_change_of_the_schema_goes_on_wherever_it_was_ended(mariadb_engine: Engine) -> None:
    """MySQL keeps what a killed process has changed of the schema. Each try gets further within its revision."""

    def shape() -> list[object]:
        found, names = inspect(mariadb_engine), sorted(Base.metadata.tables)
        with mariadb_engine.connect() as connection:
            triggers = connection.exec_driver_sql("SHOW TRIGGERS").all()
        return [
            sorted(str(each[:3]) for each in triggers),
            [found.get_columns(name) for name in names if found.has_table(name)].__repr__(),
            [
                sorted(str(each) for each in found.get_indexes(name))
                for name in names
                if found.has_table(name)
            ],
            [len(found.get_foreign_keys(name)) for name in names if found.has_table(name)],
        ]

    def tried(work: Callable[[], None]) -> int:
        for most in (1, 3, 7, 15, 31, 63, 127):
            steps = itertools.count(1)

            def end(
                _connection: Any, _cursor: Any, statement: str, *_: Any, most: int = most, steps: Any = steps
            ) -> None:
                if statement.lstrip().startswith(("CREATE", "ALTER", "DROP")) and next(steps) > most:
                    raise KeyboardInterrupt

            event.listen(mariadb_engine, "before_cursor_execute", end)
            try:
                work()
            except KeyboardInterrupt:
                continue
            finally:
                event.remove(mariadb_engine, "before_cursor_execute", end)
            return most
        raise AssertionError

    before = shape()
    assert tried(lambda: migrations.downgrade(mariadb_engine)) > 3
    assert set(inspect(mariadb_engine).get_table_names()) <= {"alembic_version"}
    assert tried(lambda: migrations.upgrade(mariadb_engine)) > 3
    assert shape() == before
    with mariadb_engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_table_of_somebody_else_is_not_taken_for_ours(empty_mariadb: str) -> None:
    server, name = empty_mariadb.rpartition("/")[0], "with_another_table"
    make_database(server, name)
    engine = engine_for(f"{server}/{name}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE interview (interview_id INT, room INT)")
    with pytest.raises(DBAPIError, match="already exists"):
        migrations.upgrade(engine)
    engine.dispose()
    execute(server, f"DROP DATABASE {name}")


def test_whoever_writes_a_row_of_staff_fills_the_outbox_in_the_same_transaction(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.execute(ENTER, HANAKO)
        assert session.scalars(select(Event.staff_id)).all() == ["S1"]
    assert (events(sessions), status(sessions)) == (["staff.created"], "pending")
    with sessions() as session:
        session.execute(ENTER, HANAKO | {"id": "S2", "number": "10002", "email": None})
        session.rollback()
    assert events(sessions) == ["staff.created"]
    with pytest.raises(IntegrityError), sessions.begin() as session:
        session.execute(ENTER, HANAKO | {"id": "S2"})
    assert events(sessions) == ["staff.created"]
    with sessions() as session:
        [event] = session.scalars(select(Event))
        assert abs((datetime.now(UTC) - event.created_at).total_seconds()) < 600
        assert (event.state, event.attempts, event.due_at) == ("pending", 0, None)


def test_only_changes_that_voicedrive_has_to_learn_are_events(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.execute(ENTER, HANAKO)
    change(sessions, "sync_status = 'synced', voicedrive_id = 'u1', medical_system_id = 'm1'")
    assert (events(sessions), status(sessions)) == (["staff.created"], "synced")
    change(sessions, "full_name = '山田 花子'")
    assert (events(sessions), status(sessions)) == (["staff.created"], "synced")
    change(sessions, "full_name = '佐藤 花子', sync_status = 'synced'")
    assert (events(sessions)[1:], status(sessions)) == (["staff.updated"], "pending")
    change(sessions, "sync_status = 'synced'")
    change(sessions, "email = NULL")
    assert (events(sessions)[2:], status(sessions)) == (["staff.updated"], "pending")
    change(sessions, "left_at = CURRENT_TIMESTAMP")
    change(sessions, "left_at = NULL")
    assert events(sessions)[3:] == ["staff.left", "staff.updated"]
    with pytest.raises(DBAPIError, match="never changes"):
        change(sessions, "staff_id = 'S9'")
    assert len(events(sessions)) == 5


def test_updated_at_follows_changes_and_moments_have_their_time_zone(sessions: Sessions) -> None:
    long_ago = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    with sessions.begin() as session:
        session.execute(ENTER, HANAKO)
        session.get_one(Staff, "S1").updated_at = long_ago
    with sessions() as session:
        assert session.get_one(Staff, "S1").updated_at == long_ago
    change(sessions, "full_name = '佐藤 花子'")
    with sessions() as session:
        changed = session.get_one(Staff, "S1")
        assert changed.updated_at is not None
        assert changed.updated_at > long_ago


def test_the_victim_of_a_deadlock_is_tried_again(sessions: Sessions) -> None:
    tries: list[int] = []

    def work(session: Session) -> int:
        session.add(Staff(staff_id=f"S{len(tries)}", employee_number="1", full_name="A"))
        session.flush()
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("", {}, Exception(1213, "Deadlock found when trying to get lock"))
        return len(tries)

    assert in_transaction(sessions, work) == 3
    assert len(events(sessions)) == 1

    def hopeless(_: Session) -> None:
        tries.append(1)
        raise OperationalError("", {}, Exception(2013, "Lost connection"))

    with pytest.raises(OperationalError):
        in_transaction(sessions, hopeless)
    assert len(tries) == 4


def test_the_command_brings_the_schema_up_and_down(tmp_path: Path) -> None:
    newest, url = migrations.newest(), tmp_path / "url"
    url.write_text(f"sqlite:///{tmp_path}/new.db\n")
    settings = {"STAFF_DATABASE_URL_FILE": str(url)}
    assert run("database", "status", environment=settings) == (
        2,
        f"the database is at revision base; the newest is {newest}\n",
        "",
    )
    assert run("database", "upgrade", environment=settings)[0] == 0
    assert run("database", "status", environment=settings)[0] == 0
    assert run("database", "downgrade", environment=settings)[0] == 3
    assert run("database", "downgrade", "--revision", "base", environment=settings)[0] == 0
    assert run("database", "upgrade", "--revision", "9999", environment=settings) == (
        3,
        "",
        "Can't locate revision identified by '9999'\n",
    )


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "STAFF_DATABASE_URL is missing"),
        ({"STAFF_DATABASE_URL": "s3cret"}, "the URL of the database is not one"),
        (
            {"STAFF_DATABASE_URL": "postgresql://u:s3cret@h/d"},
            "postgresql is no database of this application",
        ),
        ({"STAFF_DATABASE_URL": "sqlite:///x", "STAFF_DATABASE_URL_FILE": "y"}, "remove one"),
        ({"STAFF_DATABASE_URL_FILE": "/nowhere/s3cret-free"}, "cannot be read: No such file or directory"),
        ({"STAFF_DATABASE_URL": "mysql://u:s3cret@127.0.0.1:9/d"}, "the database answers: (2003"),
        ({"STAFF_DATABASE_URL": "sqlite:////nowhere/at/all"}, "unable to open database file"),
    ],
)
def test_a_wrong_setting_is_one_line_without_its_value(settings: dict[str, str], says: str) -> None:
    code, out, errors = run("database", "status", environment=settings)
    assert (code in {1, 3}, out) == (True, "")
    assert says in errors
    assert errors.count("\n") == 1
    assert "s3cret@" not in errors
    if settings.get("STAFF_DATABASE_URL") == "s3cret":
        with pytest.raises(DatabaseUrlError) as raised:
            engine_for("s3cret")
        assert "s3cret" not in str(raised.value)
        assert raised.value.__cause__ is None
