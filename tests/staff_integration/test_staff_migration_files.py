"""The files of a migration: every mistake is named before anything is written."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from staff_integration.data_migration.report import SHOWN
from staff_integration.data_migration.steps import STEPS
from staff_integration.database import Sessions
from staff_integration.organisation_tables import Facility
from staff_integration.record_tables import Interview
from staff_integration.tables import Staff

from tests.staff_integration.migration_files import edit
from tests.staff_integration.migration_runs import Run, dump, settings
from tests.staff_integration.organisation import run


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
        lambda lines: lines[1].__setitem__(0, "e-1") or lines[2].__setitem__(3, "0.5"),  # not E-1
    )
    edit(old / "departments.csv", lambda lines: lines[4].__setitem__(0, "administration"))
    _, out, _ = migrate(old)
    lines = [
        "facilities.csv row 10, beds: the database has another value in this row",
        "staff.csv row 3, full_name: the database has another value in this row",
        "interviews.csv row 6, title: the database has another value in this row",
        "evaluations.csv row 3, score: the database has another value in this row",
    ]
    if engine.dialect.name != "sqlite":
        other = "department_id: the database has ADMINISTRATION: only capital letters differ"
        lines.insert(1, f"departments.csv row 5, {other}")
    assert out.splitlines() == lines
