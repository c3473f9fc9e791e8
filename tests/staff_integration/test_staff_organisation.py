"""The organisation's files, and how they become rows."""

import shutil
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from staff_integration.access import caller_of, sees, visible
from staff_integration.database import Sessions
from staff_integration.organisation_tables import Facility, Permissions, Position, Role
from staff_integration.tables import Staff

from tests.staff_integration.organisation import FOLDER, fill, person, run

Load = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(FOLDER, tmp_path / "organisation")


@pytest.fixture
def load(engine: Engine, folder: Path) -> Load:
    url = {"STAFF_DATABASE_URL": engine.url.render_as_string(hide_password=False)}
    return lambda *arguments: run("organisation", str(folder), *arguments, environment=url)


def edit(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_loading_is_planned_first_and_changes_nothing_the_second_time(
    load: Load, folder: Path, sessions: Sessions
) -> None:
    code, out, _ = load("--dry-run")
    assert code == 2
    assert "+ facility HOSPITAL: name 厚生病院, kind hospital, beds 300\n" in out
    assert out.endswith("dry run: 28 changes to make\n")
    with sessions() as session:
        assert session.scalars(select(Facility)).all() == []
    assert load()[1] == out.replace("dry run: 28 changes to make", "28 changes made")
    assert load() == load("--dry-run") == (0, "the database has this organisation; nothing to change\n", "")
    edit(folder, "units.yaml", "beds: 300", "beds: 280")
    edit(folder, "units.yaml", "  CLINIC_3: {name: 厚生クリニック3, kind: clinic}\n", "")
    edit(folder, "roles.yaml", "can_approve_interviews: false", "can_approve_interviews: true")
    assert load() == (
        0,
        (
            "- facility CLINIC_3: name 厚生クリニック3, kind clinic, beds none\n"
            "~ facility HOSPITAL: beds 300 -> 280\n"
            "~ permissions STAFF: can_approve_interviews false -> true\n"
            "3 changes made\n"
        ),
        "",
    )
    with sessions() as session:
        assert session.get_one(Facility, "HOSPITAL").beds == 280
        assert session.get_one(Permissions, "STAFF").can_approve_interviews
        assert session.get(Facility, "CLINIC_3") is None


def test_what_staff_have_is_not_deleted_and_then_nothing_else_changes_either(
    load: Load, folder: Path, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        fill(session)
        session.add_all([person("S1", "LEADER", "NURSING", "CLINIC_1"), person("S2", None, "NURSING", None)])
    edit(folder, "units.yaml", "  NURSING: {name: 看護部門}\n", "  NURSES: {name: 看護部門}\n")
    edit(folder, "positions.yaml", "LEADER: ", "LEADERS: ")
    assert load() == (
        4,
        "",
        (
            "position LEADER cannot be deleted: 1 members of staff have it\n"
            "department NURSING cannot be deleted: 2 members of staff have it\n"
        ),
    )
    with sessions() as session:
        assert session.get(Position, "LEADERS") is None


@pytest.mark.parametrize(
    "case",
    [
        ("units.yaml", "beds: 300", "beds: many", "units.yaml:6: facilities.HOSPITAL.beds: input should be"),
        ("units.yaml", "beds: 300", "bets: 300", "units.yaml:6: facilities.HOSPITAL.bets: extra inputs"),
        ("units.yaml", "  CLINIC_2:", "  CLINIC_1:", "units.yaml:8: the key CLINIC_1 is here a second time"),
        (
            "units.yaml",
            "  CLINIC_2:",
            "  clinic_1:",
            "units.yaml:8: facilities.clinic_1: another id differs only",
        ),
        ("units.yaml", "  HQ:", "  本部:", "units.yaml:5: facilities.本部: string should match pattern"),
        ("units.yaml", "corporation: {", "corporation: {{", "units.yaml:4: this is no YAML: "),
        ("units.yaml", "departments:", "departements:", "departements: extra inputs are not permitted"),
        ("units.yaml", "name: 本部", "name: &a 本部}\n  X: {name: *a", "aliases (*name) are not read here"),
        ("units.yaml", "name: 本部", "name: 2026-13-45", "units.yaml:5: month must be in 1..12"),
        (
            "positions.yaml",
            "level: 4",
            "level: 5",
            "positions.yaml:8: positions.MEMBER.level: input should be less",
        ),
        ("positions.yaml", "positions:", "roles:", "/positions.yaml already"),
        ("positions.yaml", "positions:", "- positions:", "positions.yaml:"),
        (
            "roles.yaml",
            "level: 4",
            "level: 3",
            "roles.yaml:32: roles.STAFF.level: another role has level 3 too",
        ),
        ("roles.yaml", "  STAFF:", "  CLERK:", "roles.yaml:30: roles.CLERK: input should be 'EXECUTIVE'"),
        (
            "roles.yaml",
            "scope: own",
            "scope: all",
            "roles.yaml:34: roles.STAFF.can_view_all_staff: must be true",
        ),
        (
            "roles.yaml",
            "can_edit_all_staff: false",
            "can_edit_all_staff: true",
            "roles.yaml:17: roles.DEPARTMENT_HEAD.can_edit_all_staff: must be false with scope department",
        ),
    ],
)
def test_a_mistake_is_named_with_file_and_line(
    folder: Path, tmp_path: Path, case: tuple[str, str, str, str]
) -> None:
    name, old, new, says = case
    edit(folder, name, old, new)
    url = {"STAFF_DATABASE_URL": f"sqlite:///{tmp_path}/untouched.db"}
    code, out, errors = run("organisation", str(folder), environment=url)
    assert (code, out) == (3, "")
    assert says in errors
    assert not (tmp_path / "untouched.db").exists()
    assert all(line.startswith(str(folder)) for line in errors.splitlines())


def test_files_that_cannot_be_read_are_named(folder: Path) -> None:
    (folder / "a.yaml").write_bytes(b"\xff\xfe\x00")
    (folder / "b.yaml").write_text("[" * 1200 + "]" * 1200)
    (folder / "c.yaml").symlink_to(folder / "nowhere")
    (folder / "d.yaml").write_text("a: " + "x" * 1_000_001)
    (folder / "e.yaml").write_text("")
    _, _, errors = run("organisation", str(folder), environment={})
    assert [line.removeprefix(f"{folder}/").partition(": ")[0] for line in errors.splitlines()] == [
        "a.yaml",
        "b.yaml",
        "c.yaml",
        "d.yaml",
    ]
    code, _, errors = run("organisation", str(folder / "nowhere"), environment={})
    assert (code, errors.count("\n")) == (3, 1)


def test_each_role_sees_its_scope_and_a_statement_agrees_with_the_rule(sessions: Sessions) -> None:
    positions = {
        "EXECUTIVE": "DIRECTOR",
        "DEPARTMENT_HEAD": "HEAD",
        "TEAM_LEADER": "LEADER",
        "STAFF": "MEMBER",
    }
    everybody = [
        person(f"S{number}", position, department, facility)
        for number, (position, department, facility) in enumerate(
            product(
                [*positions.values(), None, "UNKNOWN"],
                ["NURSING", "MEDICAL", None],
                ["HOSPITAL", "CLINIC_1", None],
            )
        )
    ]
    with sessions.begin() as session:
        fill(session)
        session.add_all(everybody)
        session.flush()
        for one in everybody:
            caller = caller_of(session, one)
            expected = next(
                (role for role, position in positions.items() if position == one.position_id), "STAFF"
            )
            assert caller.role == expected
            seen = {each.staff_id for each in everybody if sees(caller, each)}
            assert seen == set(session.scalars(select(Staff.staff_id).where(visible(caller))))
            assert one.staff_id in seen
            if expected == "STAFF":
                assert len(seen) == 1
            elif expected == "EXECUTIVE":
                assert len(seen) == len(everybody)
            elif one.department_id is None or (expected == "TEAM_LEADER" and one.facility_id is None):
                assert len(seen) == 1
            else:
                assert len(seen) == (18 if expected == "DEPARTMENT_HEAD" else 6)
        assert session.get_one(Role, "STAFF").data_scope == "own"
