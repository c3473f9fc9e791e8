"""The migration of old data: checked first, written in batches, resumed after a kill, compared, taken back."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import staff_integration
from sqlalchemy import Engine, LargeBinary, cast, event, select, text
from sqlalchemy.orm import Session
from staff_integration.commands import migrate as command
from staff_integration.data_migration import writing
from staff_integration.data_migration.report import SHOWN
from staff_integration.data_migration.steps import STEPS
from staff_integration.database import Sessions
from staff_integration.migration_tables import Batch
from staff_integration.organisation_tables import Facility
from staff_integration.record_tables import Evaluation, Interview, NotificationRecipient
from staff_integration.tables import Base, Staff

from tests.staff_integration.mariadb import program
from tests.staff_integration.migration_files import WHOLE, edit, make
from tests.staff_integration.organisation import FOLDER, fill, person, run
from tests.staff_integration.simulators import World

Run = Callable[..., tuple[int, str, str]]
SMALL = WHOLE.shared(0.03)
PATH = os.pathsep.join((str(Path(staff_integration.__file__).parents[1]), os.environ.get("PYTHONPATH", "")))
MOMENTS = {"created_at", "updated_at", "started_at", "finished_at", "batch_id"}
"""What another run has otherwise."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("old")
    make(folder, SMALL)
    return folder


@pytest.fixture
def old(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "old")


@pytest.fixture
def migrate(engine: Engine, sessions: Sessions, tmp_path: Path) -> Run:
    with sessions.begin() as session:
        fill(session)
        session.add(person("S1", "MEMBER", "NURSING", "HOSPITAL"))
    return lambda *given: run(
        "migrate", "--report", str(tmp_path / "report.txt"), *map(str, given), environment=settings(engine)
    )


def settings(engine: Engine) -> dict[str, str]:
    return {"STAFF_DATABASE_URL": engine.url.render_as_string(hide_password=False)}


def batch_of(sessions: Sessions) -> str:
    with sessions() as session:
        return session.scalars(select(Batch.batch_id)).one()


def dump(engine: Engine) -> str:
    """Everything in the database, with what its tables count up."""
    if engine.dialect.name == "sqlite":
        with sqlite3.connect(engine.url.database or "") as connection:
            return "\n".join(connection.iterdump())
    found = program("mariadb-dump") or program("mysqldump")
    if not found:
        return _dumped(engine)
    url = engine.url
    place = ("--no-defaults", f"--host={url.host}", f"--port={url.port}", f"--user={url.username}")
    command = [found, *place, "--skip-dump-date", "--skip-comments", "--hex-blob", url.database or ""]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _dumped(engine: Engine) -> str:
    """A dump where there is no program for it."""
    with engine.connect() as connection:
        return "\n".join(
            str(row)
            for table in Base.metadata.sorted_tables
            for statement in (
                text(f"SHOW CREATE TABLE {table.name}"),
                select(*(cast(each, LargeBinary) for each in table.columns)).order_by(*table.primary_key),
            )
            for row in connection.execute(statement)
        )


def rows(sessions: Sessions) -> dict[str, list[tuple[object, ...]]]:
    """All rows, without what another run has otherwise."""
    found = {}
    with sessions() as session:
        for table in Base.metadata.sorted_tables:
            columns = [each for each in table.columns if each.name not in MOMENTS]
            order = list(table.primary_key)
            found[table.name] = [tuple(row) for row in session.execute(select(*columns).order_by(*order))]
    return found


def ended_by(engine: Engine, number: int, *arguments: object) -> tuple[int, str, int]:
    """Run a command that is killed at an INSERT; its exit code, output, and largest memory in MiB."""
    command = [sys.executable, "-m", "tests.staff_integration.killed", str(number), *map(str, arguments)]
    with subprocess.Popen(
        command, env={**os.environ, **settings(engine), "PYTHONPATH": PATH}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:  # fmt: skip
        assert process.stdout is not None
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, out, usage.ru_maxrss // 1024


def assert_killed_and_resumed(engine: Engine, sessions: Sessions, folder: Path, kills: list[int]) -> None:
    """A run that is killed, resumed and killed again ends as one that is not; undone, the database is as before."""
    before = dump(engine)
    report = ("--report", folder / "report.txt")
    assert ended_by(engine, 0, "migrate", folder, *report)[0] == 0
    expected = rows(sessions)
    assert run("migrate", "undo", batch_of(sessions), environment=settings(engine))[0] == 0
    assert dump(engine) == before
    for number in kills:
        assert ended_by(engine, number, "migrate", folder, *report)[0] == -signal.SIGKILL
    batch = batch_of(sessions)
    code, out, _ = ended_by(engine, 0, "migrate", folder, *report)
    assert (code, "already written" in out, batch_of(sessions)) == (0, True, batch), out
    assert rows(sessions) == expected
    assert run("migrate", "undo", batch, environment=settings(engine))[0] == 0
    assert dump(engine) == before


def test_killed_at_any_point_and_resumed_it_ends_as_undisturbed_and_undone_as_before(
    engine: Engine, sessions: Sessions, old: Path, migrate: Run
) -> None:
    # among the departments, in the middle of staff before the transaction ends, among notifications
    assert_killed_and_resumed(engine, sessions, old, [4, 3, 9])


@pytest.mark.whole
def test_the_records_of_the_master_plan_are_migrated_within_two_minutes_and_300_mib(
    engine: Engine, sessions: Sessions, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        fill(session)
    make(tmp_path / "old")
    began = time.monotonic()
    code, out, mebibytes = ended_by(engine, 0, "migrate", tmp_path / "old", "--report", tmp_path / "report")
    seconds = time.monotonic() - began
    assert code == 0, out
    assert "17537 records written" in out
    assert out.count("checksums equal") == len(STEPS)
    assert seconds <= 120, seconds
    assert mebibytes <= 300, mebibytes
    batch = batch_of(sessions)
    assert run("migrate", "undo", batch, environment=settings(engine))[0] == 0
    assert_killed_and_resumed(engine, sessions, tmp_path / "old", [5, 20, 40])


def test_a_dry_run_reports_and_a_run_compares_counts_and_checksums(
    engine: Engine, sessions: Sessions, old: Path, migrate: Run, tmp_path: Path
) -> None:
    before = dump(engine)
    code, out, errors = migrate(old, "--dry-run")
    assert (code, errors) == (2, "")
    assert "step 1 facilities.csv: 27 rows, 8 in the database, 19 to write\n" in out
    assert out.endswith(
        "dry run: 562 records to write\n15 members of staff will get accounts of VoiceDrive AT ONCE, "
        "because no rollout is loaded (`rollout load FOLDER`)\n"
    )
    assert dump(engine) == before
    code, out, errors = migrate(old)
    assert (code, errors) == (0, "")
    batch = batch_of(sessions)
    assert "step 2 staff: source 15, database 15, 15 of this batch, checksums equal (" in out
    assert f"batch {batch}: 562 records written in " in out
    assert "accounts: 0 members of staff wait for their cohort, 15 are due at the workers\n" in out
    report = (tmp_path / "report.txt").read_text()
    assert report.startswith("step 1 facilities.csv")
    assert '  CLINIC_X1: {name: "厚生クリニック X1", kind: "clinic", beds: 1}\n' in report
    with sessions() as session:
        interviews = session.scalars(select(Interview)).all()
        assert {each.batch_id for each in interviews} == {batch}
        assert len(interviews) == 300
        assert session.scalars(select(NotificationRecipient)).first() is not None
    assert migrate("list")[1].startswith(f"{batch}  done  562 records  began ")
    code, out, _ = migrate(old)
    assert (code, out.splitlines()[-1]) == (0, "the database has all of these records; nothing was written")
    assert migrate(old, "--dry-run")[0] == 0
    edit(old / "evaluations.csv", lambda lines: lines.append(["E-new", *lines[1][1:]]))
    assert migrate(old)[0] == 0
    with sessions() as session:
        [other] = session.scalars(select(Batch.batch_id).where(Batch.batch_id != batch))
        assert session.get_one(Evaluation, "E-new").batch_id == other
    assert migrate("undo", other)[1] == f"batch {other} is taken back: 1 records are gone\n"
    assert migrate("undo", batch)[0] == 0
    assert dump(engine) == before


def test_all_mistakes_are_named_at_once_before_anything_is_written(
    engine: Engine, old: Path, migrate: Run, tmp_path: Path
) -> None:
    wrong = {
        "facilities.csv": {(2, 2): "moon base", (3, 3): "0", (4, 1): " 厚生"},
        "departments.csv": {(3, 0): "MEDICAL"},
        "staff.csv": {
            (2, 1): "1 2", (3, 1): "12345678901", (4, 3): "NOWHERE", (5, 5): "CHAIRMAN", (6, 6): "nobody",
            (7, 8): "2999-01-01T00:00:00Z", (8, 1): "20003", (9, 2): "", (10, 6): "s1@example.com", (11, 1): "1", (11, 2): " x",
        },
        "interviews.csv": {
            (2, 1): "K99999", (3, 2): "2024-04-01 10:00", (4, 5): "done", (5, 0): "i-1", (6, 3): "a\x07b",
            (7, 5): "approved", (7, 6): "", (7, 7): "", (8, 4): "x" * 20_001,
        },
        "notifications.csv": {(2, 1): "gossip", (3, 2): "urgent", (4, 6): "K00001 K77777", (5, 5): "yesterday"},
        "evaluations.csv": {(2, 3): "100.1", (3, 3): "1e1", (4, 5): "paper", (5, 2): ""},
    }  # fmt: skip
    for name, fields in wrong.items():

        def change(lines: list[list[str]], fields: dict[tuple[int, int], str] = fields) -> None:
            for (row, column), value in fields.items():
                lines[row - 1][column] = value

        edit(old / name, change)
    before = dump(engine)
    code, out, errors = migrate(old)
    assert (code, errors) == (3, f"32 mistakes; nothing was written; all are in {tmp_path}/report.txt\n")
    for line in (
        "facilities.csv row 2, kind: must be one of headquarters, hospital, clinic, care_home, home_nursing",
        "facilities.csv row 3, beds: must be a whole number from 1 to 100000",
        "facilities.csv row 4, name: begins or ends with a blank",
        "departments.csv row 3, department_id: an earlier row of the file has it",
        "staff.csv row 2, employee_number: must be an id: letters, digits,",
        "staff.csv row 4, facility_id: there is no facility NOWHERE, in the files or in the database\n",
        "staff.csv row 5, position_id: there is no position CHAIRMAN, in the files or in the database; load",
        "staff.csv row 6, email: must be an e-mail address",
        "staff.csv row 7, left_at: must not be in the future",
        "staff.csv row 8, employee_number: an earlier row of the file has it",
        "staff.csv row 9, full_name: must not be empty",
        "staff.csv row 10, email: somebody else has it in the database",
        "staff.csv row 11, employee_number: somebody else has it in the database",
        "interviews.csv row 2, staff_id: there is no member of staff K99999",
        "interviews.csv row 3, scheduled_at: must be a moment with its time zone, such as 2025-04-01T09:30:00+09:00",
        "interviews.csv row 4, state: must be one of scheduled, held, approved, cancelled",
        "interviews.csv row 5, interview_id: an earlier row of the file has it",
        "interviews.csv row 6, title: has control characters",
        "interviews.csv row 7, approved_by: must not be empty for this state",
        "interviews.csv row 8, notes: has 20001 characters; there may be 20000",
        "notifications.csv row 2, category: must be one of announcement, interview, training, survey, other",
        "notifications.csv row 4, staff_ids: there is no member of staff K77777",
        "notifications.csv row 5, sent_at: must be a moment",
        "evaluations.csv row 2, score: must be a number from 0 to 100",
        "evaluations.csv row 3, score: must be a number from 0 to 100",
        "evaluations.csv row 4, source_system: must be one of medical, voicedrive",
        "evaluations.csv row 5, completed_at: must not be empty",
    ):
        assert line in out
    assert dump(engine) == before
    assert "@example" not in out
    assert set(out.splitlines()) <= set((tmp_path / "report.txt").read_text().splitlines())


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_files_that_cannot_be_read_are_named(
    old: Path, migrate: Run, sessions: Sessions, tmp_path: Path
) -> None:
    (old / "departments.csv").unlink()
    (old / "facilities.csv").write_bytes("facility_id,name,kind,beds\nX1,厚生,clinic,\n".encode("cp932"))
    (old / "staff.csv").write_text((old / "staff.csv").read_text().replace("email,", "mail,", 1))
    (old / "interviews.csv").write_text((old / "interviews.csv").read_text() + 'I-x,K00001,"open\n')
    (old / "notifications.csv").write_text("")
    edit(old / "evaluations.csv", lambda lines: lines.insert(1, ["E-1", "K00001"]))
    code, out, errors = migrate(old)
    assert code == 3
    assert out.splitlines() == [
        "facilities.csv: line 2 is no text in utf-8; save the file so, or use --encoding cp932",
        "departments.csv: the file cannot be read: No such file or directory",
        (
            "staff.csv row 1: the header must have the columns staff_id,employee_number,full_name,facility_id,"
            "department_id,position_id,email,medical_system_id,left_at (missing: email; unknown: 'mail')"
        ),
        "interviews.csv row 302: this is no CSV: unexpected end of data; nothing after it was read",
        (
            "notifications.csv row 1: the header must have the columns notification_id,category,priority,title,body,"
            "sent_at,staff_ids (missing: notification_id, category, priority, title, body, sent_at, staff_ids)"
        ),
        "evaluations.csv row 2: has 2 fields; the header has 6",
    ]
    assert migrate(old / "nowhere")[2] == f"{old}/nowhere: there is no folder of this name\n"
    assert migrate("undo")[0] == migrate(old, "x")[0] == 3
    assert migrate("undo", "M1")[2] == "there is no batch M1; `migrate list` lists them\n"
    assert migrate("list")[1] == "there is no batch\n"
    code, _, errors = run(
        "migrate", str(old), "--report", "/nowhere/r", environment=settings(sessions.kw["bind"])
    )
    assert (
        errors
        == "/nowhere/r: the report cannot be written: No such file or directory; name a file by --report\n"
    )


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_many_mistakes_are_all_in_the_report_and_the_first_ones_on_the_screen(
    old: Path, migrate: Run, tmp_path: Path
) -> None:
    def change(lines: list[list[str]]) -> None:
        for line in lines[1:]:
            line[5] = "?"

    edit(old / "interviews.csv", change)
    code, out, errors = migrate(old, "--dry-run")
    assert code == 3
    assert out.splitlines()[SHOWN:] == [
        f"interviews.csv: {300 - SHOWN} more mistakes; {tmp_path}/report.txt has all"
    ]
    assert errors == f"300 mistakes; nothing was written; all are in {tmp_path}/report.txt\n"
    assert len((tmp_path / "report.txt").read_text().splitlines()) == 301
    code, out, errors = migrate(old, "--dry-run", "--report", "-")
    assert (code, out.count("interviews.csv row "), errors) == (3, 300, "300 mistakes; nothing was written\n")


def mirror(lines: list[list[str]]) -> None:
    for line in lines:
        line.reverse()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_files_of_excel_in_japan_and_columns_in_another_order(old: Path, migrate: Run) -> None:
    for step in STEPS:
        edit(old / step.file, mirror)
        text_ = (old / step.file).read_text().replace("𠮷", "吉").replace("😀", "").replace("髙", "高")
        (old / step.file).write_text(text_, encoding="cp932", newline="\r\n" if step.name == "staff" else "")
    code, out, _ = migrate(old, "--encoding", "cp932")
    assert (code, out.count("checksums equal")) == (0, len(STEPS))


def test_rows_that_contradict_the_database_are_mistakes(
    engine: Engine, sessions: Sessions, old: Path, migrate: Run
) -> None:
    assert migrate(old)[0] == 0
    with sessions.begin() as session:
        session.get_one(Staff, "K00002").full_name = "佐藤 花子"
        session.get_one(Facility, "CLINIC_X1").beds = 77
        session.get_one(Interview, "I-5").title = "別の面談"
    edit(
        old / "evaluations.csv",
        lambda lines: lines[1].__setitem__(0, "e-1") or lines[2].__setitem__(3, "0.5"),
    )
    _, out, _ = migrate(old)
    lines = [
        "facilities.csv row 10, beds: the database has another value in this row",
        "staff.csv row 3, full_name: the database has another value in this row",
        "interviews.csv row 6, title: the database has another value in this row",
        "evaluations.csv row 3, score: the database has another value in this row",
    ]
    if engine.dialect.name != "sqlite":
        lines.insert(
            3, "evaluations.csv row 2, evaluation_id: the database has E-1: only capital letters differ"
        )
    assert out.splitlines() == lines


def interrupted(engine_class: type[Engine], number: int) -> Callable[[], None]:
    """Ctrl-C at the Nth INSERT; what ends it."""
    counted = iter(range(1, 10_000))

    def strike(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT") and next(counted) == number:
            raise KeyboardInterrupt

    event.listen(engine_class, "before_cursor_execute", strike)
    return lambda: event.remove(engine_class, "before_cursor_execute", strike)


def test_ctrl_c_and_what_happens_until_the_batch_is_finished(
    engine: Engine, sessions: Sessions, old: Path, migrate: Run
) -> None:
    before = dump(engine)
    end = interrupted(Engine, 9)
    code, _, errors = migrate(old)
    end()
    batch = batch_of(sessions)
    assert (code, errors) == (
        130,
        (
            f"ended by Ctrl-C; batch {batch} is not finished: run the same command again, or take it back by "
            f"`migrate undo {batch}`\n"
        ),
    )
    edit(old / "evaluations.csv", lambda lines: lines.pop())
    code, _, errors = migrate(old)
    assert (code, errors) == (
        4,
        (
            f"batch {batch} comes first: it has other files, and is not finished; run the command with its files, or "
            f"take it back by `migrate undo {batch}`\n"
        ),
    )
    end = interrupted(Engine, 1)
    assert migrate("undo", batch)[0] == 0  # nothing is inserted
    end()
    assert dump(engine) == before


def test_what_is_entered_between_the_check_and_the_writing_stops_it(
    sessions: Sessions, old: Path, migrate: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = writing.new_batch

    def entered(session: Session, digest: str, now: datetime) -> Batch:
        session.add(Staff(staff_id="S9", employee_number="20003", full_name="X"))
        return begin(session, digest, now)

    monkeypatch.setattr(command, "new_batch", entered)
    code, _, errors = migrate(old)
    batch = batch_of(sessions)
    again = f"run the same command again, or take it back by `migrate undo {batch}`"
    assert (code, errors) == (
        1,
        (
            "staff.csv rows 2 to 16: the database has become another one since the check; "
            f"batch {batch} is not finished: {again}\n"
        ),
    )
    code, out, _ = migrate(old)
    assert (code, out) == (3, "staff.csv row 4, employee_number: somebody else has it in the database\n")
    assert migrate("undo", batch)[0] == 0


def test_an_undo_that_was_broken_off_goes_on(sessions: Sessions, old: Path, migrate: Run) -> None:
    now = datetime.now(UTC)
    with sessions.begin() as session:
        session.add(Batch(batch_id="M1", state="undone", source="", started_at=now, outbox_next=1))
    assert (
        migrate(old)[2]
        == "batch M1 comes first: its undo is not finished; take it back by `migrate undo M1`\n"
    )
    assert migrate("undo", "M1")[1] == "batch M1 is taken back: 0 records are gone\n"
    assert migrate(old)[0] == 0


def test_a_batch_on_which_something_depends_stays(
    engine: Engine, sessions: Sessions, old: Path, migrate: Run
) -> None:
    assert migrate(old)[0] == 0
    batch = batch_of(sessions)
    world = World.made(sessions)
    with sessions.begin() as session:
        session.get_one(Interview, "I-1").batch_id = None
        session.get_one(Interview, "I-2").title = "別の面談"
        session.get_one(Staff, "S1").facility_id = "CLINIC_X1"
        session.get_one(Staff, "K00003").email = None
        session.add(Evaluation(
            evaluation_id="later", staff_id="K00001", completed_at=datetime.now(UTC), score=1, comment="",
            source_system="medical", created_at=datetime.now(UTC),
        ))  # fmt: skip
        session.add(NotificationRecipient(notification_id="N-1", staff_id="S1"))
    for arguments in (("load", str(FOLDER.parent / "rollout")), ("widen",)):
        assert run("rollout", *arguments, environment=settings(engine))[0] == 0
    world.settle()
    before = dump(engine)
    code, _, errors = migrate("undo", batch)
    assert (code, errors.splitlines()) == (
        4,
        [
            f"batch {batch} stays: {each}"
            for each in (
                "1 of its staff changed after it: K00003",
                "2 of its interviews changed after it: I-1, I-2",
                "1 of its notifications changed after it: N-1",
                "10 accounts of its staff were made, or are being made: K00001, K00002, K00003, ...",
                "10 passwords of its staff are kept: K00001, K00002, K00003, ...",
                "10 entries of the outbox about its staff are later ones, or were tried: K00001, K00002, K00003, ...",
                "1 evaluations of others are about its staff: later",
                "1 members of staff who came otherwise work at its facilities or departments: S1",
            )
        ],
    )
    assert dump(engine) == before


def test_the_organisation_and_a_migration_fit_together(
    engine: Engine, sessions: Sessions, old: Path, migrate: Run, tmp_path: Path
) -> None:
    assert migrate(old)[0] == 0
    batch = batch_of(sessions)
    code, out, _ = run("organisation", str(FOLDER), environment=settings(engine))
    reason = f"stays, because batch {batch} of a migration has brought it; add it to the files"
    assert code == 0
    assert out.startswith(f"= department WARD_10: {reason}\n")
    assert out.endswith(
        f"= facility CLINIC_X9: {reason}\nthe database has this organisation; nothing to change\n"
    )
    folder = shutil.copytree(FOLDER, tmp_path / "organisation")
    units = (folder / "units.yaml").read_text()
    (folder / "units.yaml").write_text(units.partition("facilities:")[0])
    told = (tmp_path / "report.txt").read_text().partition("# For the organisation's files")[2]
    (folder / "more.yaml").write_text(f"#{told}")
    run_ = run("organisation", str(folder), environment=settings(engine))
    assert run_ == (0, "the database has this organisation; nothing to change\n", "")


def test_the_example_can_be_migrated(migrate: Run) -> None:
    code, out, errors = migrate(FOLDER.parent / "migration_example")
    assert (code, errors, out.count("checksums equal")) == (0, "", len(STEPS))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_nobody_has_to_read_the_output(engine: Engine, old: Path, migrate: Run, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "staff_integration",
        "migrate",
        str(old),
        "--report",
        str(tmp_path / "r"),
    ]
    environment = {**os.environ, **settings(engine), "PYTHONPATH": PATH}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        _, errors = process.communicate()
    assert (process.returncode, errors) == (0, b"")
    assert "562 records written" in (tmp_path / "r").read_text()


def test_a_database_without_tables_says_how_to_make_them(tmp_path: Path, old: Path) -> None:
    url = {"STAFF_DATABASE_URL": f"sqlite:///{tmp_path}/empty.db"}
    for arguments in (("migrate", str(old), "--report", str(tmp_path / "r")), ("rollout", "status")):
        code, _, errors = run(*arguments, environment=url)
        assert code == 1
        assert errors.startswith("the database answers: no such table: ")
        assert errors.endswith("; `database upgrade` brings the schema up\n")
