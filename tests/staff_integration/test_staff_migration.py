"""The migration of old data: checked first, written in batches, resumed after a kill, compared, taken back."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import staff_integration
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session
from staff_integration.commands import migrate as command
from staff_integration.data_migration import writing
from staff_integration.data_migration.steps import STEPS
from staff_integration.database import Sessions
from staff_integration.migration_tables import Batch
from staff_integration.record_tables import Evaluation, Interview, NotificationRecipient
from staff_integration.tables import Base, Staff

from tests.staff_integration.migration_files import edit, make
from tests.staff_integration.migration_runs import Run, dump, settings
from tests.staff_integration.organisation import FOLDER, fill, run
from tests.staff_integration.simulators import World

PATH = os.pathsep.join((str(Path(staff_integration.__file__).parents[1]), os.environ.get("PYTHONPATH", "")))
MOMENTS = {"created_at", "updated_at", "started_at", "finished_at", "batch_id"}
"""What another run has otherwise."""


def batch_of(sessions: Sessions) -> str:
    with sessions() as session:
        return session.scalars(select(Batch.batch_id)).one()


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
    """Run a command that is killed at an INSERT; its exit code, output, and largest memory in MiB, 0 if it was killed."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.staff_integration.killed", str(number), *map(str, arguments)],
        env={**os.environ, **settings(engine), "PYTHONPATH": PATH},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if ended.returncode < 0:
        return ended.returncode, ended.stdout, 0
    out, kibibytes = ended.stdout.rstrip("\n").rsplit("\n", 1)
    return ended.returncode, out, int(kibibytes) // 1024


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
    # among the departments; then in the middle of staff before the transaction ends, or among notifications
    kills = [4, 3] if engine.dialect.name == "sqlite" else [4, 9]
    assert_killed_and_resumed(engine, sessions, old, kills)


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
    assert 20 < mebibytes <= 300, mebibytes
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
