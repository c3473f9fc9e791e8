"""The CSV file of all staff, and the users of Amazon Connect that `reconciler` makes of it."""

import csv
import io
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from staff_integration.command_line import run
from staff_integration.commands import FAILED, INVALID, REFUSED
from staff_integration.database import Sessions
from staff_integration.tables import Account, Staff
from staff_integration.user_export import COLUMNS, as_row, last_day, names_in

from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.stack import Key
from tests.end_to_end.live_centre import live
from tests.staff_integration.organisation import fill, person

STACK = Path(__file__).parents[2] / "desired_state" / "staff_centre"
NOW = datetime.now(UTC)


def typed(engine: Engine, *words: object) -> tuple[int, str, str]:
    """Exit code, output and errors of a command."""
    out, errors = io.StringIO(), io.StringIO()
    url = engine.url.render_as_string(hide_password=False)
    code = run([*map(str, words)], {"STAFF_DATABASE_URL": url}, out, errors)
    return code, out.getvalue(), errors.getvalue()


def enter(sessions: Sessions, *staff: Staff) -> None:
    with sessions.begin() as session:
        fill(session)
        session.add_all(staff)


def rows_in(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_all_staff_are_written_in_the_order_of_their_ids(
    engine: Engine, sessions: Sessions, tmp_path: Path
) -> None:
    leaver, nobody = person("S30", "LEADER", "NURSING", "HOSPITAL"), person("S40", None, None, None)
    leaver.full_name, leaver.left_at = '佐藤　"花子", RN', NOW - timedelta(days=2)
    enter(sessions, nobody, person("S20", "HEAD", "NURSING", "HOSPITAL"), leaver)
    with sessions.begin() as session:
        session.add(Account(staff_id="S20", voicedrive_username="vd20", request_id="r"))
    file = tmp_path / "staff.csv"
    statements: list[str] = []

    def note(*given: Any) -> None:
        statements.append(given[2])

    event.listen(Engine, "before_cursor_execute", note)
    assert typed(engine, "export-users", file) == (0, f"3 members of staff written to {file}\n", "")
    event.remove(Engine, "before_cursor_execute", note)
    assert len([each for each in statements if " FROM unified_staff_master" in each.replace("\n", " ")]) == 1
    assert file.read_bytes().startswith(b"\xef\xbb\xbfstaff_id,employee_number,account,")
    assert file.stat().st_mode & 0o777 == 0o600
    head, left, other = rows_in(file)
    assert head == {
        "staff_id": "S20", "employee_number": "20", "account": "vd20",
        "full_name": "職員 S20", "last_name": "職員", "first_name": "S20", "email": "s20@example.com",
        "facility_id": "HOSPITAL", "facility": "厚生病院", "department_id": "NURSING", "department": "看護部門",
        "position_id": "HEAD", "position": "部門長", "role": "DEPARTMENT_HEAD", "state": "active", "last_day": "",
    }  # fmt: skip
    assert (left["last_name"], left["first_name"], left["state"]) == ("佐藤", '"花子", RN', "left")
    assert left["last_day"] == last_day(NOW - timedelta(days=2))
    assert (other["staff_id"], other["role"], other["department"]) == ("S40", "STAFF", "")
    file.chmod(0o640)
    first = file.read_bytes()
    assert typed(engine, "export-users", file)[0] == 0
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (first, 0o640)
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".staff")] == []


def test_what_is_not_written(engine: Engine, sessions: Sessions, tmp_path: Path) -> None:
    file, other = tmp_path / "staff.csv", tmp_path / "other.csv"
    file.write_text(",".join(COLUMNS) + "\nS1\n")
    code, _, errors = typed(engine, "export-users", file)
    assert (code, "the database has no staff" in errors) == (REFUSED, True)
    assert file.read_text().endswith("S1\n")
    enter(sessions, person("S20", "HEAD", "NURSING", "HOSPITAL"))
    other.write_text("a,b\n1,2\n")
    code, _, errors = typed(engine, "export-users", other)
    assert (code, errors) == (
        INVALID,
        f"{other} is no export of users, and would be overwritten; remove it or name another file\n",
    )
    code, _, errors = typed(engine, "export-users", tmp_path / "none" / "staff.csv")
    assert (code, errors) == (
        FAILED,
        f"{tmp_path / 'none' / 'staff.csv'} cannot be written: No such file or directory\n",
    )
    code, _, errors = typed(engine, "export-users", tmp_path)
    assert (code, errors) == (INVALID, f"{tmp_path} cannot be read: Is a directory\n")
    assert {each.name for each in tmp_path.iterdir() if each.suffix == ".csv"} == {"staff.csv", "other.csv"}


@pytest.mark.parametrize(
    ("full_name", "names"),
    [
        ("佐藤 花子", ("佐藤", "花子")),
        ("佐藤　花子", ("佐藤", "花子")),
        ("佐藤", ("佐藤", "")),
        ("　", ("", "")),
        ("Ada  King Byron", ("Ada", "King Byron")),
    ],
)
def test_full_names_are_in_japanese_order(full_name: str, names: tuple[str, str]) -> None:
    assert names_in(full_name) == names


def test_the_last_day_is_that_of_japan() -> None:
    assert last_day(datetime(2027, 3, 31, 15, 0, tzinfo=UTC)) == "2027-03-31"  # midnight in Japan
    assert last_day(datetime(2027, 3, 31, 15, 0, 1, tzinfo=UTC)) == "2027-04-01"
    soon = as_row(("S1", "1", None, "A", None, *[None] * 6, None, NOW + timedelta(days=1)), NOW)
    assert soon[-2:] == ("active", last_day(NOW + timedelta(days=1)))


def test_the_example_stack_reads_the_export(engine: Engine, sessions: Sessions, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(STACK, tmp_path / "staff_centre"))
    staff = [person(f"S{n}", "MEMBER", "NURSING", "HOSPITAL") for n in range(60, 80)]
    enter(sessions, *staff, person("S20", "HEAD", "NURSING", "HOSPITAL"))
    file = folder / "feeds" / "staff.csv"
    assert typed(engine, "export-users", file)[0] == 0
    with live(folder, "dev") as centre:
        with sessions.begin() as session:
            session.get_one(Staff, "S61").department_id = "ADMINISTRATION"
            session.get_one(Staff, "S62").left_at = NOW - timedelta(hours=1)
            session.add(person("S90", "LEADER", "NURSING", "HOSPITAL"))
        assert typed(engine, "export-users", file)[0] == 0
        plan = centre.run(load(folder, "dev", known_kinds())).plan
        found = {key.name: action for key, action in plan.actions.items()}
        assert {name: action.verb for name, action in found.items()} == {
            "61": "update",
            "62": "update",
            "90": "create",
        }
        left = {each.field: each.desired for each in found["62"].differences}
        assert left == {"routing_profile": "Leavers", "security_profiles": ["No permissions"]}
        with sessions.begin() as session:
            for n in range(63, 67):
                session.delete(session.get_one(Staff, f"S{n}"))
        assert typed(engine, "export-users", file)[0] == 0
        stack = load(folder, "dev", known_kinds())
        refused = centre.run(stack)
        assert refused.outcome == "refused"
        assert "came from the feed staff have left or have no row any more" in refused.refusals[-1]
        assert refused.options == Options()
        assert Key("connect.user", "63") not in stack.resources
