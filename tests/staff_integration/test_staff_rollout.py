"""The rollout: cohorts of staff who may use the functions, and when the next one may be opened."""

import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from staff_integration.commands import rollout as command
from staff_integration.database import Sessions
from staff_integration.rollout_tables import Cohort, RolloutChange
from staff_integration.sync import store
from staff_integration.sync.accepting import RefusedEventError, accept
from staff_integration.sync.messages import Sent
from staff_integration.tables import Event, Staff

from tests.staff_integration.calls import SECRET, TARO, Api
from tests.staff_integration.organisation import FOLDER, fill, person, run
from tests.staff_integration.simulators import Dice, Weather, World

COHORTS = FOLDER.parent / "rollout"
STAFF = {
    "S1": ("MEMBER", "ADMINISTRATION", "HQ"),
    "S2": ("DIRECTOR", "ADMINISTRATION", "HOSPITAL"),
    "S3": ("MEMBER", "MEDICAL", "HOSPITAL"),
    "S4": ("MEMBER", "NURSING", "HOSPITAL"),
}
"""Somebody of each cohort."""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(COHORTS, tmp_path / "rollout")


@pytest.fixture
def roll(engine: Engine) -> Run:
    url = {"STAFF_DATABASE_URL": engine.url.render_as_string(hide_password=False)}
    return lambda *arguments: run("rollout", *arguments, environment=url)


@pytest.fixture
def begun(api: Api, roll: Run, monkeypatch: pytest.MonkeyPatch) -> Api:
    """Staff are entered, the cohorts are loaded, none is open; commands have the clock of the world."""

    class Now(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return api.world.clock.now()

    monkeypatch.setattr(command, "datetime", Now)
    assert roll("load", str(COHORTS))[0] == 0
    with api.world.sessions.begin() as session:
        session.add_all(person(each, *where) for each, where in STAFF.items())
    return api


def states(api: Api) -> dict[str, str]:
    """The state of the entries about each member of staff."""
    with api.world.sessions() as session:
        found = session.execute(
            select(Event.staff_id, Event.state)
            .where(Event.event_type.like("staff.%"))
            .order_by(Event.event_id)
        )
        return {each.staff_id: each.state for each in found}


def test_loading_is_planned_first_and_changes_nothing_the_second_time(
    roll: Run, folder: Path, sessions: Sessions
) -> None:
    assert roll("status") == (0, "no rollout is loaded: the functions are open to all staff\n", "")
    assert roll("widen") == (4, "", "no rollout is loaded; load one by `rollout load FOLDER`\n")
    with sessions.begin() as session:
        fill(session)
    code, out, _ = roll("load", str(folder), "--dry-run")
    assert code == 2
    assert "+ cohort HEAD_OFFICE: number 1, 本部スタッフ, expected 10: facility HQ\n" in out
    assert "+ figure sync_lag_p95: hours 24\n" in out
    assert out.endswith(
        "dry run: 9 changes to make\n"
        "then no cohort is open: nobody can use the functions until `rollout widen`\n"
    )
    code, out, _ = roll("load", str(folder))
    assert (code, out.splitlines()[-2:]) == (
        0,
        ["9 changes made", "no cohort is open: nobody can use the functions until `rollout widen`"],
    )
    assert roll("load", str(folder)) == (0, "the database has these cohorts; nothing to change\n", "")
    assert roll("widen")[0] == 0
    file = folder / "cohorts.yaml"
    text = file.read_text()
    file.write_text(
        text.replace("expected: 50,", "expected: 55,").replace("lag_p95: {hours: 24", "lag_p95: {hours: 1")
    )
    assert roll("load", str(folder))[1] == (
        "~ cohort ADMINISTRATION: number 2, 事務部門, expected 50: department ADMINISTRATION -> "
        "number 2, 事務部門, expected 55: department ADMINISTRATION\n"
        "~ figure sync_lag_p95: hours 24 -> 1\n2 changes made\n"
    )
    with sessions() as session:
        opened = session.scalars(select(Cohort.cohort_id).where(Cohort.opened_at.is_not(None))).all()
    assert opened == ["HEAD_OFFICE"]
    file.write_text(text.replace("{id: HEAD_OFFICE", "{id: FIRST"))
    assert roll("load", str(folder)) == (
        4,
        "",
        "cohort HEAD_OFFICE is open and not in the file; close it first by `rollout back`\n",
    )


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "case",
    [
        ("facilities: [HQ]", "facilities: [HQ, HQ]", "cohorts.yaml:4: cohorts.0.facilities.0: HQ is here more than once"),
        ("facilities: [HQ]", "facilities: HQ", "cohorts.yaml:4: cohorts.0.facilities: input should be a valid list"),
        (", facilities: [HQ]", "", "cohorts.yaml:4: cohorts.0: nobody is in it"),
        ("facilities: [HQ]", "places: [HQ]", "cohorts.yaml:4: cohorts.0.places: extra inputs"),
        ("facilities: [HQ]", "facilities: [MOON]", "cohorts.yaml:4: cohorts.0.facilities.0: there is no facility MOON"),
        ("expected: 50", "expected: many", "cohorts.yaml:6: cohorts.1.expected: input should be a valid integer"),
        ("id: MEDICAL", "id: head_office", "cohorts.yaml:8: cohorts.2.id: another cohort is called head_office too"),
        ("everybody: true", "everybody: true, staff: [S1]", "cohorts.yaml:10: cohorts.3.everybody: the others are"),
        ("  dead_letters", "  bad_letters", "kpis.bad_letters: there is no such figure; there are account_creation_rate"),
        ("{hours: 24}", "{hours: 0}", "cohorts.yaml:14: kpis.account_creation_rate.hours: input should be greater"),
        ("kpis:", "kpi:", "cohorts.yaml:2: kpis: field required"),
        ("cohorts:", "cohorts: [", "this is no YAML"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_and_line(
    roll: Run, folder: Path, sessions: Sessions, case: tuple[str, str, str]
) -> None:
    old, new, says = case
    with sessions.begin() as session:
        fill(session)
    file = folder / "cohorts.yaml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    code, out, errors = roll("load", str(folder))
    assert (code, out) == (3, "")
    assert says in errors
    assert all(line.startswith(str(file)) for line in errors.splitlines())
    assert roll("load", str(folder / "nowhere"))[0] == 3
    assert roll("status")[1].startswith("no rollout is loaded")


def test_only_members_of_open_cohorts_use_the_functions(begun: Api, roll: Run) -> None:
    world = begun.world
    medical = begun.service("medical")
    world.settle()
    assert set(states(begun).values()) == {"pending"}
    assert world.voicedrive.calls == 0
    answer = begun.call(medical, "POST", "/auto-create-account", {**TARO, "staffId": "S5"})
    assert (answer.status_code, answer.json()["success"]) == (202, False)
    assert answer.json()["message"].startswith("The account will be made when the rollout")
    code, out, _ = roll("widen")
    assert code == 0
    assert out.startswith("cohort HEAD_OFFICE is open\n")
    world.settle()
    assert states(begun) == {"S1": "done", "S2": "pending", "S3": "pending", "S4": "pending", "S5": "pending"}
    token = begun.token_of("S1")
    assert begun.call(token, "GET", "/staff/S1").status_code == 200
    for _ in range(3):
        assert roll("widen")[0] == 0
        world.settle()
    assert set(states(begun).values()) == {"done"}
    assert roll("widen") == (4, "", "every cohort is open\n")
    assert roll("status")[1].endswith("complete: every cohort is open\n")
    assert begun.call(begun.token_of("S4"), "GET", "/staff/S4").status_code == 200


def told_to_everybody(world: World) -> list[str]:
    """Whom VoiceDrive is told to notify, where the medical system notifies everybody."""
    data = {"notificationId": "N1", "category": "other", "priority": "low", "title": "X"}
    with world.sessions.begin() as session:
        number = store.newest(session)
        message = Sent(type="event", message_id=f"m{number}", event="notification.sent", data=data)
        accept(session, "medical", message, world.clock.now())
        [event] = store.after(session, "voicedrive", number, 1)
        staff_ids: list[str] = json.loads(event.payload)["staffIds"]
    return staff_ids


def test_going_back_takes_effect_for_the_next_request_and_loses_nothing(begun: Api, roll: Run) -> None:
    world = begun.world
    for _ in range(2):
        roll("widen")
    world.settle()
    tokens = begun.sign_in("S2").json()
    access, refresh = tokens["accessToken"], {"refreshToken": tokens["refreshToken"]}
    medical, voicedrive = begun.service("medical"), begun.service("voicedrive")
    code = begun.call(medical, "POST", "/sso/hand-over", refresh).json()["code"]
    number = begun.call(medical, "GET", "/staff/S2/account").json()["integrationId"]
    assert begun.call(access, "GET", "/staff").status_code == 200
    assert roll("back")[1].startswith(
        "cohort ADMINISTRATION is closed; its members are refused from now on\n"
    )
    for path in (
        "/staff",
        "/staff/S2",
        "/staff/S2/account",
        "/staff/S2/audit-log",
        "/reports/synchronisation",
    ):
        answer = begun.call(access, "GET", path)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:staff-integration:not-reached")
    assert begun.call(medical, "POST", "/sso/refresh", refresh).status_code == 401
    assert begun.call(medical, "POST", "/sso/hand-over", refresh).status_code == 401
    assert begun.call(voicedrive, "POST", "/sso/redeem", {"code": code}).status_code == 401
    assert begun.call(medical, "POST", f"/accounts/{number}/password-reset").status_code == 403
    refused = begun.sign_in("S2")
    assert refused.status_code == 401
    assert refused.json()["detail"] == "The rollout has not reached this member of staff."
    assert begun.call(voicedrive, "GET", "/sso/revocations").json() == {"staffIds": ["S2"]}
    calls = world.voicedrive.calls
    with world.sessions.begin() as session:
        session.get_one(Staff, "S2").full_name = "佐藤 花子"
    world.settle()
    assert (world.voicedrive.calls, states(begun)["S2"]) == (calls, "pending")
    for event, data in (
        ("staff.updated", {"staffId": "S2", "basedOn": 99, "fullName": "X"}),
        ("interview.scheduled", {"interviewId": "I1", "staffId": "S2", "scheduledAt": "2026-01-02T03:04:05Z", "title": "X"}),
    ):  # fmt: skip
        sent = Sent(type="event", message_id=event, event=event, data=data)
        with world.sessions() as session, pytest.raises(RefusedEventError, match="member of staff: S2"):
            accept(session, "voicedrive", sent, world.clock.now())
    assert told_to_everybody(world) == ["S1"]
    assert begun.sign_in("S1").status_code == 200
    assert roll("widen")[0] == 0
    world.settle()
    assert world.voicedrive.users["S2"]["fullName"] == "佐藤 花子"
    assert begun.call(medical, "POST", "/sso/refresh", refresh).status_code == 200
    assert begun.call(voicedrive, "GET", "/sso/revocations").json() == {"staffIds": []}
    for _ in range(2):
        assert roll("widen")[0] == 0
    assert told_to_everybody(world) == []  # as it came: everybody is reached
    for _ in range(4):
        assert roll("back")[0] == 0
    with pytest.raises(RefusedEventError, match="the rollout has reached nobody"):
        told_to_everybody(world)
    assert roll("back") == (4, "", "no cohort is open\n")


def test_the_account_of_whoever_leaves_is_closed_also_beyond_the_cohort(begun: Api, roll: Run) -> None:
    roll("widen")
    begun.world.settle()
    roll("back")
    with begun.world.sessions.begin() as session:
        for staff_id in ("S1", "S2"):
            session.get_one(Staff, staff_id).left_at = datetime.now(UTC)
    begun.world.settle()
    assert not begun.world.voicedrive.users["S1"]["active"]
    assert (states(begun)["S1"], states(begun)["S2"]) == ("done", "pending")


def test_a_red_figure_forbids_opening_and_not_going_back(begun: Api, roll: Run) -> None:
    world = begun.world
    assert json.loads(roll("status", "--json")[1])["decision"] == "go"
    roll("widen")
    world.settle()
    world.voicedrive.weather = Weather(failing=1, dice=Dice(0))
    with world.sessions.begin() as session:
        session.get_one(Staff, "S1").full_name = "佐藤 花子"
        session.flush()
        entry = session.scalars(select(Event).where(Event.event_type == "staff.updated")).one()
        entry.created_at = world.clock.now()  # the database's clock is behind that of the world
    world.settle(minutes=2)
    code, out, errors = roll("widen")
    assert (code, out) == (4, "")
    assert re.fullmatch(
        r"cohort ADMINISTRATION is not opened: sync_lag_p95 is 1\d\d(\.\d+)? s; the bar is < 5 s \(last 24 hours\)\n"
        r"cohort ADMINISTRATION is not opened: voicedrive_error_rate is [89]\d\.\d+ %; the bar is < 5 % \(last 24 hours\)\n",
        errors,
    )
    code, out, _ = roll("status")
    assert code == 0
    assert "RED: voicedrive_error_rate is " in out
    assert "note: cohort HEAD_OFFICE has 1 members of staff; 10 are expected\n" in out
    assert out.endswith("no-go: cohort ADMINISTRATION may not be opened\n")
    found = json.loads(roll("status", "--json")[1])
    assert (found["decision"], found["next"], len(found["red"])) == ("no-go", "ADMINISTRATION", 2)
    assert roll("back")[0] == 0
    with world.sessions() as session:
        changes = session.scalars(select(RolloutChange).order_by(RolloutChange.change_id)).all()
    assert [each.action for each in changes] == ["widened", "went_back"]
    assert json.loads(changes[1].report)["decision"] == "no-go"
    world.voicedrive.weather = Weather()
    world.clock.sleep(timedelta(hours=25).total_seconds())
    assert roll("widen")[0] == 0
    world.clock.sleep(60)  # what has waited for its cohort is not late
    world.settle()
    with world.sessions() as session:
        assert session.scalars(select(Event.released_at).where(Event.event_type == "staff.updated")).one()
    assert world.voicedrive.users["S1"]["fullName"] == "佐藤 花子"
    assert json.loads(roll("status", "--json")[1])["decision"] == "go"
    roll("widen")
    world.clock.sleep(60)
    assert json.loads(roll("status", "--json")[1])["decision"] == "go"
    world.clock.sleep(600)  # unless nothing carries it
    assert "sync_lag_p95 is 660 s" in roll("widen")[2]
    assert roll("back")[0] == roll("back")[0] == 0
    assert json.loads(roll("status", "--json")[1])["decision"] == "go"
    assert SECRET not in roll("status", "--json")[1]
