"""The nine figures of the master plan, and reports by facility, department and role."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from staff_integration import health, metrics
from staff_integration.backup.runs import recorded
from staff_integration.database import Sessions, engine_for
from staff_integration.kpis import PLANNED, VALID, Kpi, measured_kpis, plan_kpis
from staff_integration.operation_tables import BUCKETS, KpiEntry, RequestMinute
from staff_integration.organisation_tables import Facility
from staff_integration.record_tables import Evaluation, Interview
from staff_integration.request_figures import Keeper, api_p95, availability, kept
from staff_integration.sign_in_tables import Audit
from staff_integration.tables import Staff

from tests.staff_integration.calls import Api
from tests.staff_integration.organisation import OTHERS, PEOPLE, person, run
from tests.staff_integration.simulators import PlayedClock

NOON = datetime(2026, 11, 30, 12, 0, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def answered(seconds: float, count: int, status: int = 200, route: str = "/api/v1/staff") -> None:
    for _ in range(count):
        metrics.REQUESTS.labels("GET", route, status).observe(seconds)


def minutes(sessions: Sessions) -> dict[tuple[datetime, str], RequestMinute]:
    with sessions() as session:
        return {(each.minute, each.process): each for each in session.scalars(select(RequestMinute))}


def test_what_processes_answer_is_kept_by_the_minute(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(0.15, 3)  # before it begins
    one, two = Keeper(sessions, "one"), Keeper(sessions, "two")
    answered(0.15, 90)
    answered(0.7, 8, 500)
    answered(60, 2)
    answered(9, 100, route="/health/ready")
    one.look(NOON + timedelta(seconds=50))
    answered(0.001, 1)
    one.look(NOON + timedelta(seconds=60))  # the end of the same minute
    one.look(NOON + timedelta(seconds=70))
    found = minutes(sessions)
    first, second = found[NOON, "one"], found[NOON + timedelta(minutes=1), "one"]
    assert (first.within_200ms, first.within_1s, first.longer, first.within_5ms) == (90, 8, 2, 1)
    assert (first.failed, first.healthy, second.healthy) == (8, 2, 1)
    assert sum(getattr(second, each) for each in BUCKETS) == 0

    with monkeypatch.context() as patch:  # the database is gone for a minute and a half
        patch.setattr(Keeper, "_write", lambda *_: (_ for _ in ()).throw(_gone()))
        patch.setattr(health, "problem_of", lambda _: health.NO_DATABASE)
        answered(0.04, 1)
        for seconds in (80, 110, 120, 130):
            one.look(NOON + timedelta(seconds=seconds))
    answered(0.04, 1)
    one.look(NOON + timedelta(seconds=140))
    found = minutes(sessions)
    assert [found[NOON + timedelta(minutes=each), "one"].within_50ms for each in (1, 2)] == [1, 1]
    assert [found[NOON + timedelta(minutes=each), "one"].healthy for each in (1, 2)] == [1, 1]
    two.look(NOON + timedelta(seconds=10))
    assert set(minutes(sessions)) == {(NOON, "two"), *found}


def _gone() -> Exception:
    engine = engine_for("sqlite:////nowhere/at/all")
    try:
        engine.connect()
    except Exception as error:  # noqa: BLE001  # it is the one that is wanted
        return error
    raise AssertionError


def test_the_p95_and_the_availability_are_those_of_all_processes(sessions: Sessions) -> None:
    def figures(now: datetime) -> tuple[float | None, float | None]:
        with sessions() as session:
            share = availability(session, now, DAY)
            return api_p95(session, now - DAY, now), None if share is None else round(share, 2)

    assert figures(NOON) == (None, None)
    with sessions.begin() as session:
        for number in range(60):
            at = NOON + timedelta(minutes=number)
            if number not in {30, 31}:  # nobody serves
                session.add(RequestMinute(minute=at, process="a", healthy=6, within_100ms=10))
            if number >= 32:
                session.add(RequestMinute(minute=at, process="b", healthy=6, within_100ms=8, within_200ms=1))
        session.get_one(RequestMinute, (NOON + timedelta(minutes=10), "a")).healthy = 3
    now = NOON + timedelta(minutes=60, seconds=30)
    slow, share = figures(now)
    # 580 + 252 of 832 + 28 requests took no more than 100 ms: the 95th percentile is among them.
    assert slow == pytest.approx(0.05 + 0.05 * (0.95 * 832) / 804)
    assert share == round(100 * (59 * 6 - 2 * 6 - 3) / (59 * 6), 2)
    with sessions.begin() as session:
        session.add(RequestMinute(minute=NOON, process="c", within_500ms=44))
    slow, _ = figures(now)
    assert slow is not None
    assert slow > 0.2  # five in a hundred took longer than 200 ms
    assert figures(now + DAY)[1] == 0
    with sessions.begin() as session:
        session.add(RequestMinute(minute=now + 3 * DAY, process="d", longer=9))
    assert figures(now + 3 * DAY + timedelta(minutes=1))[0] == 10


def test_serving_keeps_figures_also_of_its_last_seconds(sessions: Sessions) -> None:
    with kept(sessions, PlayedClock()):
        answered(0.15, 7)
    assert sum(each.within_200ms for each in minutes(sessions).values()) == 7


def test_the_nine_figures_are_those_of_the_master_plan(api: Api) -> None:
    world = api.world
    now = world.clock.now()

    def figures(at: datetime) -> dict[str, Kpi]:
        with world.sessions() as session:
            return {each.name: each for each in plan_kpis(session, at, DAY)}

    empty = figures(now)
    assert tuple(empty) == PLANNED
    assert {each.value for each in empty.values()} == {None}
    assert {each.green for each in empty.values()} == {None}
    assert {name for name, each in empty.items() if not each.measured} == {
        "user_satisfaction",
        "incident_hours",
        "security_audit_rate",
    }
    minute = (now - timedelta(minutes=10)).replace(second=0, microsecond=0)
    with world.sessions.begin() as session:
        for number in range(11):
            at = minute + timedelta(minutes=number)
            session.add(RequestMinute(minute=at, process="a", healthy=6, within_100ms=95, within_500ms=5))
        session.add(KpiEntry(name="incident_hours", value=9, entered_by="A", entered_at=now - 2 * DAY))
        session.add(KpiEntry(name="incident_hours", value=3.5, entered_by="B", entered_at=now - DAY))
        session.add(KpiEntry(name="security_audit_rate", value=99, entered_by="A", entered_at=now - DAY))
    with recorded(world.sessions, world.clock, "hourly"):
        pass
    found = figures(now)
    assert found["api_p95"].value == pytest.approx(100)
    assert found["api_p95"].green
    assert (found["availability"].value, found["availability"].green) == (100, True)
    assert (found["incident_hours"].value, found["incident_hours"].green) == (3.5, True)
    assert (found["incident_hours"].entered_by, found["incident_hours"].entered_at) == ("B", now - DAY)
    assert (found["security_audit_rate"].green, found["security_audit_rate"].measured) == (False, False)
    late = figures(now + VALID)
    assert (late["incident_hours"].value, late["incident_hours"].green) == (3.5, None)
    assert late["backup_rate"].green is False  # many were due since
    with world.sessions() as session:
        assert {"api_p95", "availability", "backup_rate"} < {
            each.name for each in measured_kpis(session, now, DAY)
        }


def test_the_command_shows_figures_and_takes_those_of_people(engine: Engine) -> None:
    settings = {"STAFF_DATABASE_URL": engine.url.render_as_string(hide_password=False)}

    def called(*arguments: str) -> tuple[int, str, str]:
        return run("kpi", *arguments, environment=settings)

    assert called("set", "user_satisfaction", "4.25", "--by", "山田") == (
        0,
        "user_satisfaction is 4.25 of 5, entered by 山田\n",
        "",
    )
    code, out, _ = called("show")
    lines = out.splitlines()
    assert (code, len(lines)) == (0, 9)
    assert lines[0] == "-      api_p95 is not known; the bar is < 200 ms"
    assert lines[5].startswith("green  user_satisfaction is 4.25 of 5; the bar is > 4 of 5 (entered on 20")
    assert lines[6] == "-      incident_hours is not known; the bar is < 4 h (not entered yet)"
    shown = json.loads(called("show", "--json", "--days", "0.5")[1])
    assert [each["name"] for each in shown] == list(PLANNED)
    assert (shown[5]["entered_by"], shown[5]["measured"]) == ("山田", False)
    for arguments, says in (
        (("set", "api_p95", "1", "--by", "A"), "nobody enters api_p95; there are user_satisfaction"),
        (("set", "user_satisfaction", "5.1", "--by", "A"), "user_satisfaction 5.1: a number from 1 to 5"),
        (("set", "user_satisfaction", "nan", "--by", "A"), "user_satisfaction nan: a number from 1 to 5"),
        (("set", "user_satisfaction", "four", "--by", "A"), "user_satisfaction four: a number from 1 to 5"),
        (("set", "user_satisfaction", "4", "--by", " "), "--by: a name of 1 to 100 characters"),
        (("show", "--days", "0"), "--days 0: from more than 0 to 3660"),
    ):
        code, out, errors = called(*arguments)
        assert (code, out, errors.count("\n")) == (3, "", 1)
        assert says in errors
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM kpi_entry")).scalar() == 1


@pytest.fixture
def active(api: Api) -> Api:
    """People of all roles and places with accounts, sign-ins, interviews and evaluations."""
    world = api.world
    with world.sessions.begin() as session:
        session.add_all(person(*each) for each in (*PEOPLE.values(), *OTHERS.values()))
        session.add(person("S60", None, None, None))
        session.add(person("S61", "MEMBER", "NURSING", "HOSPITAL"))
    world.settle()
    now = world.clock.now()
    with world.sessions.begin() as session:
        session.get_one(Staff, "S61").left_at = now
        for number, (staff_id, ago) in enumerate(
            [("S40", 1), ("S40", 2), ("S51", 3), ("S52", 29), ("S53", 31)]
        ):
            at = now - timedelta(days=ago)
            session.add(Audit(at=at, event="signed_in", staff_id=staff_id))
            session.add(Audit(at=at, event="refused", staff_id=staff_id))
            session.add(
                Evaluation(
                    evaluation_id=f"E{number}", staff_id=staff_id, completed_at=at, score=10.0 * (number + 1),
                    comment="", source_system="medical", created_at=at,
                )
            )  # fmt: skip
            state = ("approved", "cancelled", "held", "scheduled", "held")[number]
            session.add(
                Interview(
                    interview_id=f"I{number}", staff_id=staff_id, scheduled_at=at, title="", notes="",
                    state=state, created_at=at,
                )
            )  # fmt: skip
    return api


def test_reports_have_the_figures_of_each_group(active: Api) -> None:
    def rows(by: str, token: str = "") -> dict[str, dict[str, Any]]:
        answer = active.call(token or active.service("medical"), "GET", f"/reports/activity?by={by}")
        assert answer.status_code == 200, answer.text
        body = answer.json()
        return {each["key"]: each for each in [*body["rows"], body["total"]]}

    facilities = rows("facility")
    assert list(facilities) == ["(none)", "CLINIC_1", "HOSPITAL", "HQ", ""]
    hospital = facilities["HOSPITAL"]
    assert hospital["name"] == "厚生病院"
    assert [hospital[each] for each in ("staff", "accounts", "pending", "errors")] == [5, 5, 0, 0]
    assert [hospital[each] for each in ("signIns", "signedIn")] == [3, 2]
    assert [hospital[each] for each in ("interviews", "approved", "evaluations")] == [2, 1, 3]
    assert (hospital["meanScore"], facilities[""]["meanScore"]) == (None, 25)  # of two people; of three
    assert 0 < hospital["lagP95"] < 60
    assert (facilities[""]["staff"], facilities[""]["signIns"]) == (8, 4)
    teams = rows("team")
    assert {key: each["staff"] for key, each in teams.items() if "NURSING" in key} == {
        "CLINIC_1/NURSING": 1,
        "HOSPITAL/NURSING": 4,
    }
    assert teams["HOSPITAL/NURSING"]["name"] == "厚生病院 / 看護部門"
    roles = rows("role")
    assert {key: each["staff"] for key, each in roles.items() if key} == {
        "EXECUTIVE": 1,
        "DEPARTMENT_HEAD": 1,
        "TEAM_LEADER": 1,
        "STAFF": 5,
    }
    head = rows("department", active.token_of("S20"))  # sees the department only
    assert list(head) == ["NURSING", ""]
    assert (head[""]["staff"], head[""]["interviews"]) == (5, 3)
    assert rows("role", active.token_of("S10"))[""]["staff"] == 8


@pytest.mark.parametrize("path", ["activity", "activity.csv", "kpis", "page"])
def test_reports_are_for_those_who_may_have_them(active: Api, path: str) -> None:
    for token, status in (
        ("", 401),
        (active.token_of("S40"), 403),
        (active.token_of("S30"), 403),
        (active.service("voicedrive"), 403),
        (active.token_of("S20"), 200),
    ):
        assert active.call(token, "GET", f"/reports/{path}").status_code == status
    assert active.call(active.service("medical"), "GET", f"/reports/{path}?days=0").status_code == 422
    if path.startswith("activity"):
        assert active.call(active.service("medical"), "GET", f"/reports/{path}?by=x").status_code == 422


class Page(HTMLParser):
    """What a page refers to, its rows, and whether all its elements are closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [str(value) for name, value in attrs if name in {"src", "href", "action", "data"}]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_needs_nothing_else_and_hides_nothing(active: Api, engine: Engine, tmp_path: Path) -> None:
    with active.world.sessions.begin() as session:
        session.get_one(Facility, "HOSPITAL").name = '<b>&"病院'
        session.add(
            KpiEntry(name="incident_hours", value=9, entered_by="<i>", entered_at=active.world.clock.now())
        )
    answer = active.call(active.service("medical"), "GET", "/reports/page")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    found = Page(answer.text)
    assert (found.open, found.links) == ([], [])
    assert not {"script", "img", "link", "b", "i "} & set(found.tags)
    assert "url(" not in answer.text
    assert "@import" not in answer.text
    assert {'<b>&"病院', "9 h", "✗ missed", "By facility and department", "Availability"} <= set(found.words)
    assert any("entered by <i> on 20" in each for each in found.words)
    assert found.tags.count("h3") == 9
    head = Page(active.call(active.token_of("S20"), "GET", "/reports/page").text)
    assert any("one department" in each for each in head.words)
    assert "職員 S40" not in answer.text  # no person is named

    file = tmp_path / "page.html"
    settings = {"STAFF_DATABASE_URL": engine.url.render_as_string(hide_password=False)}
    assert run("figures", "--page", str(file), environment=settings) == (0, f"wrote {file}\n", "")
    assert Page(file.read_text()).tags.count("table") == 4


def test_figures_are_lines_csv_and_json_too(active: Api, engine: Engine) -> None:
    with active.world.sessions.begin() as session:
        session.get_one(Facility, "HQ").name = '=1+1,"'
    settings = {"STAFF_DATABASE_URL": engine.url.render_as_string(hide_password=False)}

    def called(*arguments: str) -> tuple[int, str, str]:
        return run("figures", *arguments, environment=settings)

    answer = active.call(active.service("medical"), "GET", "/reports/activity.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("\ufeffkey,name,staff,")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [each["key"] for each in rows] == ["(none)", "CLINIC_1", "HOSPITAL", "HQ"]
    assert (rows[3]["name"], rows[2]["sign_ins"]) == ("'=1+1,\"", "3")
    assert called("--csv")[1].splitlines()[0] == answer.text.splitlines()[0]
    assert [each["key"] for each in json.loads(called("--json", "--by", "role")[1])][-1] == "STAFF"
    lines = called()[1].splitlines()
    assert lines[-1].startswith("All: 8 of 8 staff have an account, 0 pending, 0 errors")
    for arguments, code, says in (
        (("--days", "0"), 3, "--days 0: from more than 0 to 3660"),
        (("--page", "/nowhere/x.html"), 1, "/nowhere/x.html cannot be written: No such file or directory"),
    ):
        assert called(*arguments) == (code, "", f"{says}\n")


def test_the_help_of_a_command_keeps_its_names(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("serve", "--help", environment={})
    assert "\nServes the API.\n" in capsys.readouterr().out
