"""The nine figures of the master plan, and reports by facility, department and role."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, text
from staff_integration import health, metrics
from staff_integration.backup.runs import recorded
from staff_integration.database import Sessions, engine_for
from staff_integration.kpis import PLANNED, VALID, Kpi, measured_kpis, plan_kpis
from staff_integration.operation_tables import BOUNDS, BUCKETS, KpiEntry, RequestMinute
from staff_integration.request_figures import Keeper, api_p95, availability, kept

from tests.staff_integration.calls import Api
from tests.staff_integration.organisation import run
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
    assert BOUNDS == metrics.QUICK
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
