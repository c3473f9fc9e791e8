"""Backups: whole, encrypted, consistent, kept by the calendar, and restorable one by one."""

import itertools
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.util import CommandError
from sqlalchemy import Engine, inspect, select, text
from staff_integration import migrations
from staff_integration.backup import BackupError, loading
from staff_integration.backup.calendar import Kind, due
from staff_integration.backup.drill import drill
from staff_integration.backup.loading import GAP, restore, resume
from staff_integration.backup.lock import LockedError, alone
from staff_integration.backup.runs import last, recorded, success_rate
from staff_integration.backup.sealing import BackupKeys
from staff_integration.backup.stores import FolderStore
from staff_integration.database import Sessions, engine_for, sessions_of
from staff_integration.health import problem_of
from staff_integration.operation_tables import BackupRun
from staff_integration.record_tables import Evaluation
from staff_integration.sign_in_tables import HandOver
from staff_integration.sync_tables import SyncCounter
from staff_integration.tables import Account, Event, Staff

from tests.staff_integration.backups import KEY, OTHER_KEY, empty_database, library_in
from tests.staff_integration.calls import Api
from tests.staff_integration.organisation import fill, person, run
from tests.staff_integration.simulators import PlayedClock, World

KEYS = BackupKeys([KEY])
ODD = "行\n\u2028'\"\\;--%s:x\t😀"


@pytest.fixture
def world(sessions: Sessions) -> World:
    """Three members of staff with accounts, one of them with odd data, one change that waits."""
    with sessions.begin() as session:
        fill(session)
    made = World.made(sessions)
    with sessions.begin() as session:
        session.add_all([person(f"S{number}", "MEMBER", "NURSING", "HOSPITAL") for number in (1, 2, 3)])
        session.flush()
        session.get_one(Staff, "S1").full_name = ODD
    made.settle()
    with sessions.begin() as session:
        session.get_one(Staff, "S2").email = None
        session.add(
            HandOver(code="c", target_system="medical", refresh_token=b"\0\xff", expires_at=datetime.now(UTC))
        )
        session.scalars(select(Account).where(Account.staff_id == "S3")).one().sso_token = "t"
        session.add(
            Evaluation(
                evaluation_id="E1",
                staff_id="S1",
                completed_at=datetime.now(UTC),
                score=100 * 0.8474337369372327,
                comment="",
                source_system="medical",
                created_at=datetime.now(UTC),
            )
        )
    return made


def rows(engine: Engine) -> dict[str, list[Any]]:
    """All rows of all tables, as the driver has them."""
    with engine.connect() as connection:
        return {
            table: sorted(connection.execute(text(f"SELECT * FROM {table}")).all(), key=repr)
            for table in inspect(connection).get_table_names()
        }


def test_a_backup_becomes_the_same_database_again(engine: Engine, world: World, tmp_path: Path) -> None:
    library = library_in(tmp_path / "store", world.clock)
    manifest = library.make(engine, "hourly")
    assert manifest.revision == migrations.newest()
    assert manifest.tables["unified_staff_master"].rows == 3
    assert (manifest.taken_at, abs(datetime.now(UTC) - manifest.covers) < timedelta(minutes=10)) == (
        world.clock.now(),
        True,
    )
    assert library.verify(manifest.name) == manifest
    [listed] = library.listed()
    files = list((tmp_path / "store").iterdir())
    assert (listed.name, listed.kind, listed.size) == (
        manifest.name,
        "hourly",
        sum(each.stat().st_size for each in files),
    )
    assert not any(ODD.encode() in each.read_bytes() or b'"S1"' in each.read_bytes() for each in files)
    with empty_database(engine, tmp_path) as other:
        restore(other, library.lines(manifest.name), manifest)
        if engine.dialect.name != "sqlite":  # SQLite keeps moments as text, with or without fractions
            assert rows(other) == rows(engine)
        with other.connect() as connection:
            assert connection.scalar(select(Evaluation.score)) == 100 * 0.8474337369372327
        with other.begin() as connection:  # its triggers are there
            connection.execute(text("UPDATE unified_staff_master SET full_name = 'A' WHERE staff_id = 'S1'"))
            assert (
                connection.execute(text("SELECT max(event_id) FROM outbox")).scalar()
                == manifest.last_entry + 1
            )
        with pytest.raises(BackupError, match="is not empty"):
            restore(other, library.lines(manifest.name), manifest)
    elsewhere = engine_for(f"sqlite:///{tmp_path}/elsewhere.db")  # also in a database of another kind
    restore(elsewhere, library.lines(manifest.name), manifest)
    elsewhere.dispose()


def test_after_a_restore_no_number_is_given_twice_and_nobody_is_signed_in(
    engine: Engine, world: World, tmp_path: Path
) -> None:
    library = library_in(tmp_path / "store", world.clock)
    manifest = library.make(engine, "daily")
    assert (manifest.last_entry, manifest.last_event) > (0, 0)
    with empty_database(engine, tmp_path) as other:
        restore(other, library.lines(manifest.name), manifest)
        resume(other, manifest)
        with other.begin() as connection:
            connection.execute(text("UPDATE unified_staff_master SET full_name = 'B' WHERE staff_id = 'S1'"))
            assert connection.scalar(select(Event.event_id).order_by(Event.event_id.desc())) == (
                manifest.last_entry + GAP + 1
            )
            assert connection.scalar(select(SyncCounter.value)) == manifest.last_event + GAP
            assert connection.scalars(select(Account.sso_token)).all() == [None] * 3
            assert connection.scalars(select(HandOver.code)).all() == []


def test_what_others_write_meanwhile_is_not_in_a_backup_and_waits_for_nothing(
    engine: Engine, world: World, tmp_path: Path
) -> None:
    class Slow(FolderStore):
        """While the first part is on its way, somebody writes into tables that are read before and after."""

        def write(self, key: str, parts: Any) -> None:
            source = iter(parts)
            first = next(source)
            if key.endswith(".data"):
                with world.sessions.begin() as session:
                    session.add(person("S9", "MEMBER", "NURSING", "HOSPITAL"))
                    session.execute(text("DELETE FROM sso_hand_over"))
            super().write(key, [first, *source])

    library = library_in(Slow(tmp_path / "store"), world.clock)
    manifest = library.make(engine, "hourly")
    assert [manifest.tables[each].rows for each in ("unified_staff_master", "sso_hand_over")] == [3, 1]
    with world.sessions() as session:
        assert session.get(Staff, "S9") is not None


def test_a_backup_of_an_older_schema_is_restored_as_it_was(engine: Engine, tmp_path: Path) -> None:
    clock = PlayedClock()
    library = library_in(tmp_path / "store", clock)
    with empty_database(engine, tmp_path) as old, empty_database(engine, tmp_path) as other:
        migrations.upgrade(old, "0002")
        with old.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO unified_staff_master (staff_id, employee_number, full_name) VALUES ('S1', '1', 'A')"
                )
            )
        manifest = library.make(old, "hourly")
        restore(other, library.lines(manifest.name), manifest)
        resume(other, manifest)
        assert (migrations.current(other), manifest.last_event) == ("0002", 0)
        migrations.upgrade(other)
    unknown = replace(manifest, revision="9")
    with (
        empty_database(engine, tmp_path) as other,
        pytest.raises(BackupError, match="which this version does not know"),
    ):
        restore(other, library.lines(manifest.name), unknown)
    clock.sleep(1)
    with (
        empty_database(engine, tmp_path) as empty,
        pytest.raises(BackupError, match="has no tables of this application"),
    ):
        library.make(empty, "hourly")
    assert len(list((tmp_path / "store").iterdir())) == 2


def test_tables_of_others_in_the_same_database_are_left_out(engine: Engine, tmp_path: Path) -> None:
    clock = PlayedClock()
    library = library_in(tmp_path / "store", clock)
    with empty_database(engine, tmp_path) as shared, empty_database(engine, tmp_path) as other:
        migrations.upgrade(shared)
        tables = {*inspect(shared).get_table_names()} - {"alembic_version"}
        with shared.begin() as connection:
            connection.execute(text("CREATE TABLE of_others (at TIME)"))
        manifest = library.make(shared, "hourly")
        assert ({*manifest.tables}, manifest.left_out) == (tables, ["of_others"])
        restore(other, library.lines(manifest.name), library.verify(manifest.name))
        with shared.begin() as connection:  # a newer schema: all are the application's
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
            connection.execute(text("DROP TABLE of_others"))
            connection.execute(text("CREATE TABLE newer (a INTEGER)"))
        clock.sleep(1)
        assert {*library.make(shared, "hourly").tables} == {*tables, "newer"}


def test_a_backup_that_ends_in_the_middle_is_never_listed(
    engine: Engine, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "store"
    library = library_in(folder, world.clock)
    good = library.make(engine, "hourly")
    before = sorted(folder.iterdir())
    world.clock.sleep(60)
    for failing in ("write", "read"):
        calls: list[str] = []
        real = getattr(FolderStore, failing)

        at = 2 if failing == "write" else 1  # the manifest; the check of the data

        def fail(
            self: FolderStore,
            key: str,
            *given: Any,
            real: Any = real,
            calls: list[str] = calls,
            at: int = at,
        ) -> Any:
            calls.append(key)
            if len(calls) == at:
                raise BackupError("the store has gone")
            return real(self, key, *given)

        with monkeypatch.context() as patch:
            patch.setattr(FolderStore, failing, fail)
            with pytest.raises(BackupError, match="has gone"):
                library.make(engine, "hourly")
        assert [each.name for each in library.listed()] == [good.name]
        assert sorted(folder.iterdir()) == before
    left = folder / "hourly-20200101T000000Z.data"  # of a process that was killed
    left.touch()
    assert [each.name for each in library.listed()] == [good.name]
    with pytest.raises(BackupError, match="there is no backup hourly-2020"):
        library.verify("hourly-20200101T000000Z")
    library.prune("hourly")
    assert left.exists()
    world.clock.sleep(25 * 3600)
    library.prune("hourly")
    assert (left.exists(), [each.name for each in library.listed()]) == (False, [good.name])


def test_a_restore_that_was_killed_leaves_no_database_that_can_be_used_and_may_begin_anew(
    engine: Engine, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = library_in(tmp_path / "store", world.clock)
    manifest = library.make(engine, "hourly")

    def cut_off() -> Iterator[bytes]:
        yield from itertools.islice(library.lines(manifest.name), 1)
        raise KeyboardInterrupt

    with empty_database(engine, tmp_path) as other:
        with monkeypatch.context() as killed:  # who is killed tidies nothing up
            killed.setattr(loading, "make_empty", lambda _: None)
            with pytest.raises(KeyboardInterrupt):
                restore(other, cut_off(), manifest)
        assert migrations.current(other) == "restoring"
        assert problem_of(sessions_of(other)) == "a restore has not ended"
        with pytest.raises(BackupError, match="has not ended"):
            library.make(other, "daily")
        with pytest.raises(CommandError, match="restoring"):
            migrations.upgrade(other)
        restore(other, library.lines(manifest.name), manifest)
        assert migrations.current(other) == migrations.newest()


def test_an_exchanged_or_damaged_backup_leaves_the_database_empty(
    engine: Engine, world: World, tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    library = library_in(folder, world.clock)
    first = library.make(engine, "hourly")
    world.clock.sleep(60)
    second = library.make(engine, "hourly")
    data = folder / f"{second.name}.data"
    whole = data.read_bytes()
    with empty_database(engine, tmp_path) as other:
        for wrong in ((folder / f"{first.name}.data").read_bytes(), whole[:-1], whole[:100], b""):
            data.write_bytes(wrong)
            for attempt in (
                lambda: library.verify(second.name),
                lambda: restore(other, library.lines(second.name), second),
            ):
                with pytest.raises(BackupError):
                    attempt()
            assert inspect(other).get_table_names() == []
        mixed = replace(second, tables={**second.tables, "facility": second.tables["audit_log"]})
        data.write_bytes(whole)
        with pytest.raises(BackupError, match=r"facility \(0 rows expected, 8 rows found\)"):
            restore(other, library.lines(second.name), mixed)
        restore(other, library.lines(second.name), second)


def test_the_drill_measures_and_leaves_nothing(engine: Engine, world: World, tmp_path: Path) -> None:
    library = library_in(tmp_path / "store", world.clock)
    with pytest.raises(BackupError, match="there is no backup"):
        drill(library, world.clock, "")
    manifest = library.make(engine, "monthly")
    world.clock.sleep(59 * 60)
    with empty_database(engine, tmp_path) as other:
        with other.begin() as connection:
            connection.execute(text("CREATE TABLE left_behind (a INTEGER)"))
        url = other.url.render_as_string(hide_password=False)
        for found in (drill(library, world.clock, url), drill(library, world.clock, "")):
            assert (found.name, found.rows, found.rpo) == (
                manifest.name,
                manifest.rows,
                timedelta(minutes=59),
            )
            assert found.misses == []
        assert inspect(other).get_table_names() == []
        with alone(other, world.clock, 0), pytest.raises(LockedError):
            drill(library, world.clock, url)
    world.clock.sleep(2 * 60)
    assert drill(library, world.clock, "").misses == ["RPO is 1 h 1 min, more than 1 h 0 min"]


def test_the_commands_make_check_restore_and_drill(world: World, engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    settings = {
        "STAFF_DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "STAFF_BACKUP_STORE": folder.as_uri(),
        "STAFF_BACKUP_KEYS": f"{OTHER_KEY},{KEY}",
        "STAFF_BACKUP_KEEP": "daily=1",
    }

    def called(*arguments: str, **more: str) -> tuple[int, str, str]:
        return run("backup", *arguments, environment=settings | more)

    assert called("list") == (0, "there is no backup\n", "")
    assert called("drill") == (1, "", "there is no backup\n")
    code, out, _ = called("hourly")
    assert (
        code,
        re.fullmatch(r"made hourly-\S+: \d+ tables with \d+ rows, revision \d+, covers \S+\n", out)
        is not None,
    ) == (
        0,
        True,
    )
    old = folder / "daily-20200101T000000Z"
    for file in folder.iterdir():
        shutil.copyfile(file, old.with_suffix(file.suffix))
    code, out, _ = called("daily")
    assert (code, out.splitlines()[1:]) == (0, [f"deleted {old.name}"])
    code, out, _ = called("list", "--json")
    listed = json.loads(out)
    assert (code, [each["kind"] for each in listed]) == (0, ["hourly", "daily"])
    assert all(each["name"] in called("list")[1] for each in listed)
    assert called("verify", "newest")[1].startswith("whole: daily-")
    with empty_database(engine, tmp_path) as other:
        url = other.url.render_as_string(hide_password=False)
        code, out, errors = called("restore", listed[0]["name"], "--into", url)
        assert (code, errors) == (0, "")
        assert "sessions have ended" in out
        with alone(other, PlayedClock(), 0, "restore"):
            code, _, errors = called("restore", "newest", STAFF_RESTORE_DATABASE_URL=url)
            assert (code, errors.partition(";")[0]) == (4, "another process is at it")
        for settings_of_url in ({"STAFF_RESTORE_DATABASE_URL": url}, {"STAFF_DATABASE_URL": url}, {}):
            code, out, errors = called("restore", "newest", **settings_of_url)
            assert (code, out, errors.partition(" (")[0]) == (1, "", "the database is not empty")
        code, out, _ = called("drill", STAFF_DRILL_DATABASE_URL=url)
        assert (code, inspect(other).get_table_names()) == (0, [])
        assert re.search(r"tables with \d+ rows as in its manifest; RPO \d\S* s, RTO \d\S* s", out)
    with world.sessions() as session:
        outcomes = session.execute(select(BackupRun.kind, BackupRun.outcome).order_by(BackupRun.run_id)).all()
        assert [tuple(each) for each in outcomes] == [
            ("drill", "failed"),
            ("hourly", "good"),
            ("daily", "good"),
            ("drill", "good"),
        ]
    with alone(engine, PlayedClock(), 0):
        assert called("weekly", "--wait", "0") == (
            4,
            "",
            "another process is at it; try again when it has ended\n",
        )


def test_runs_are_kept_and_the_share_that_was_made_is_known(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = PlayedClock()
    with sessions() as session:
        assert success_rate(session, clock.now(), timedelta(days=1)) is None
    begin = datetime(2026, 9, 27, 15, 0, tzinfo=UTC)  # midnight in Japan, of a Monday

    def made(kind: Kind, at: datetime, *, fails: bool = False) -> None:
        monkeypatch.setattr(clock, "_now", at + timedelta(seconds=1))
        with suppress(BackupError), recorded(sessions, clock, kind) as run:
            run.kept = {"backup": "b"}
            if fails:
                raise BackupError("the store has gone")

    def rate(at: datetime) -> float | None:
        with sessions() as session:
            found = success_rate(session, at, timedelta(days=30))
        return None if found is None else round(found, 2)

    for at in due("hourly", begin, begin + timedelta(hours=10)):  # 20 of them
        made("hourly", at)
    day = begin + timedelta(hours=10, minutes=29)
    assert rate(day) == round(100 * 20 / 21, 2)  # the one of 2:00 is missing
    made("daily", begin + timedelta(hours=2), fails=True)
    assert rate(day) == round(100 * 20 / 21, 2)
    made("daily", begin + timedelta(hours=9))  # made up for
    assert rate(day) == 100
    assert rate(day + timedelta(minutes=31)) == round(100 * 21 / 22, 2)  # half an hour after 10:00
    with sessions() as session:
        run = last(session, "daily")
        assert run is not None
        assert (run.outcome, run.backup, run.reason) == ("good", "b", None)
        [failed] = session.scalars(select(BackupRun).where(BackupRun.outcome == "failed"))
        assert (failed.reason, failed.finished_at) == (
            "the store has gone",
            begin + timedelta(hours=2, seconds=1),
        )


@pytest.mark.parametrize(
    ("arguments", "wrong", "says"),
    [
        (("hourly",), {"STAFF_BACKUP_STORE": ""}, "STAFF_BACKUP_STORE is missing"),
        (("list",), {"STAFF_BACKUP_STORE": "file://host/x"}, "write s3://BUCKET/PREFIX or file:///FOLDER"),
        (("list",), {"STAFF_BACKUP_STORE": "s3://user@x"}, "write s3://BUCKET/PREFIX or file:///FOLDER"),
        (("list",), {"STAFF_BACKUP_STORE": "s3://x", "STAFF_BACKUP_ACCESS_KEY_ID": "k"}, "belong together"),
        (("list",), {"STAFF_BACKUP_STORE": "s3://x", "STAFF_BACKUP_ENDPOINT_URL": "?"}, "cannot be used: "),
        (("list",), {"STAFF_BACKUP_KEYS": "s3cret"}, "is not 32 bytes in URL-safe base64"),
        (("daily",), {"STAFF_BACKUP_KEEP": "daily=0"}, "daily=0 is none of"),
        (("daily",), {"STAFF_DATABASE_URL": "sqlite:////nowhere/x.db"}, "unable to open database file"),
        (("verify", "../x"), {}, "there is no backup ../x; `backup list` has the names"),
        (("restore", "newest"), {}, "there is no backup"),
        (("restore", "x", "--into", "s3cret"), {}, "the URL of the database is not one"),
        (("drill",), {"STAFF_DRILL_DATABASE_URL": "sqlite:///staff.db"}, "has to end with 'drill'"),
    ],
)
def test_a_wrong_input_is_one_line(
    tmp_path: Path, arguments: Sequence[str], wrong: dict[str, str], says: str
) -> None:
    settings = {
        "STAFF_DATABASE_URL": f"sqlite:///{tmp_path}/staff.db",
        "STAFF_BACKUP_STORE": tmp_path.as_uri(),
        "STAFF_BACKUP_KEYS": KEY,
    }
    if arguments == ("drill",):
        engine = engine_for(settings["STAFF_DATABASE_URL"])
        migrations.upgrade(engine)
        engine.dispose()
        assert run("backup", "hourly", environment=settings)[0] == 0
    code, out, errors = run("backup", *arguments, environment=settings | wrong)
    assert (code in {1, 3}, out, errors.count("\n")) == (True, "", 1)
    assert says in errors
    assert "s3cret" not in errors


def test_health_tells_whether_the_database_could_be_rebuilt(api: Api) -> None:
    world = api.world

    def told() -> tuple[int, str, float | None, float | None]:
        answer = api.client.request("GET", "/health/recovery")
        body = answer.json()
        return answer.status_code, body["status"], body["backupAge"], body["rpo"]

    assert told() == (503, "backup", None, None)
    with recorded(world.sessions, world.clock, "daily"):
        pass
    assert told() == (503, "drill", 0, None)
    with recorded(world.sessions, world.clock, "drill") as run:
        run.kept = {"rpo_seconds": 60.0, "rto_seconds": 2.0}
    world.clock.sleep(3600)
    assert told() == (200, "ok", 3600, 60)
    world.clock.sleep(1)
    assert told() == (503, "backup", 3601, 60)
    with recorded(world.sessions, world.clock, "hourly"):
        pass
    with pytest.raises(BackupError), recorded(world.sessions, world.clock, "hourly"):
        raise BackupError("the store has gone")
    assert told() == (200, "ok", 0, 60)
    with pytest.raises(BackupError), recorded(world.sessions, world.clock, "drill"):
        raise BackupError("it differs")
    assert told() == (503, "drill", 0, None)
