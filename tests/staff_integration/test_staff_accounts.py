"""Accounts of VoiceDrive, made for whoever is entered as staff."""

import io
import json
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

import pytest
import staff_integration
from sqlalchemy import Engine, delete, select, text
from sqlalchemy.exc import IntegrityError
from staff_integration import backoff, outbox, reporting
from staff_integration.accounts import acknowledge
from staff_integration.database import Sessions
from staff_integration.sign_in_tables import Credential
from staff_integration.sync_report import reports
from staff_integration.sync_tables import SyncEvent
from staff_integration.tables import Account, Event, Staff, SyncLog
from staff_integration.worker import Worker

from tests.staff_integration.organisation import fill, person, run
from tests.staff_integration.simulators import VAULT_KEY, Answer, Dice, Weather, World

PACKAGE = str(Path(staff_integration.__file__).parent)


class CrashError(BaseException):
    """What ends a process at any moment."""


@pytest.fixture
def world(sessions: Sessions) -> World:
    with sessions.begin() as session:
        fill(session)
    return World.made(sessions)


def enter(world: World, *staff_ids: str) -> None:
    with world.sessions.begin() as session:
        session.add_all([person(each, "MEMBER", "NURSING", "HOSPITAL") for each in staff_ids])


def change(world: World, assignment: str) -> None:
    with world.sessions.begin() as session:
        session.execute(text(f"UPDATE unified_staff_master SET {assignment}"))


def statuses(world: World) -> set[str | None]:
    with world.sessions() as session:
        return set(session.scalars(select(Staff.sync_status)))


def events(world: World) -> list[tuple[str, str]]:
    with world.sessions() as session:
        return [
            (each.event_type, each.state) for each in session.scalars(select(Event).order_by(Event.event_id))
        ]


def assert_whole(world: World, count: int) -> None:
    """Each has one account, is linked to it, and has been told its password, which is kept nowhere."""
    users, told = world.voicedrive.users, world.medical.accounts
    assert len(world.voicedrive.made) == len(set(world.voicedrive.made)) == count
    with world.sessions() as session:
        rows = session.execute(select(Staff, Account).join(Account, Account.staff_id == Staff.staff_id)).all()
    assert len(rows) == count
    for staff, account in rows:
        user = users[account.voicedrive_username or ""]
        assert (staff.voicedrive_id, staff.sync_status) == (user["userId"], "synced")
        assert told[staff.staff_id]["initialPassword"] == user["initialPassword"]
        assert (account.initial_password, account.delivered_at is None) == (None, False)
    assert {state for _, state in events(world)} == {"done"}


def test_who_is_entered_gets_an_account_and_changes_follow(world: World) -> None:
    log = io.StringIO()
    reporting.write_to(log)
    enter(world, "S1")
    assert statuses(world) == {"pending"}
    world.settle()
    assert_whole(world, 1)
    user = world.voicedrive.users["S1"]
    assert user["facility"] == {"id": "HOSPITAL", "name": "厚生病院"}
    assert user["position"] == {"id": "MEMBER", "name": "一般職員", "level": 4}
    assert (user["fullName"], user["role"], user["active"]) == ("職員 S1", "STAFF", True)
    password, calls = user["initialPassword"], world.voicedrive.calls
    change(world, "position_id = 'HEAD', full_name = '佐藤 花子'")
    assert statuses(world) == {"pending"}
    world.settle()
    assert (user["fullName"], user["role"]) == ("佐藤 花子", "DEPARTMENT_HEAD")
    assert (statuses(world), world.voicedrive.calls) == ({"synced"}, calls + 1)
    change(world, "left_at = CURRENT_TIMESTAMP, facility_id = 'CLOSED'")
    world.settle()
    assert (user["active"], statuses(world)) == (False, {"synced"})
    change(world, "left_at = NULL, facility_id = NULL")
    world.settle()
    assert (user["active"], user["facility"]) == (True, None)
    assert_whole(world, 1)
    with world.sessions() as session:
        assert [
            (each.sync_type, each.status, each.record_count) for each in session.scalars(select(SyncLog))
        ] == [
            ("staff", "success", 1),
            ("notification", "success", 1),
            *[("staff", "success", 1)] * 3,
        ]
    assert password not in world.everything() + log.getvalue()
    assert "職員" not in log.getvalue()


def test_the_password_is_kept_encrypted_until_its_delivery_is_acknowledged(world: World) -> None:
    world.medical.weather = Weather(failing=1)
    enter(world, "S1")
    world.settle(minutes=10)
    password = world.voicedrive.users["S1"]["initialPassword"]
    with world.sessions.begin() as session:
        account = session.scalars(select(Account)).one()
        assert account.initial_password is not None
        assert world.tools.vault.decrypt(account.initial_password) == password
    assert statuses(world) == {"synced"}
    assert password not in world.everything()
    world.medical.weather = Weather()
    world.settle()
    assert_whole(world, 1)
    with world.sessions.begin() as session:
        assert acknowledge(session, "S1", world.clock.now())
        assert not acknowledge(session, "S2", world.clock.now())


@pytest.mark.parametrize("count", [60, pytest.param(500, marks=pytest.mark.whole)])
def test_many_in_one_transaction_while_both_systems_fail_and_die_twice(
    sessions: Sessions, count: int
) -> None:
    with sessions.begin() as session:
        fill(session)
    world = World.made(sessions, Weather(failing=0.3, deaths=(count // 3, count)))
    enter(world, *(f"S{number}" for number in range(count)))
    began = world.clock.now()
    world.settle(minutes=600)
    assert_whole(world, count)
    assert world.voicedrive.failed > count // 4
    with sessions() as session:
        staff, told = reports(session, began - timedelta(hours=1))
    for each in (staff, told):
        assert (each.carried, each.failed, each.success_rate, each.waiting, each.dead) == (
            count,
            0,
            1.0,
            0,
            0,
        )
        assert each.repeated_attempts > count // 5
        assert each.lag_median is not None
        assert each.lag_longest is not None
        assert 0 < each.lag_median < each.lag_longest


@pytest.mark.parametrize("stride", [37, pytest.param(1, marks=pytest.mark.whole)])
def test_a_crash_at_any_line_makes_no_second_account(sessions: Sessions, stride: int) -> None:
    """The rows are deleted between two crashes."""
    with sessions.begin() as session:
        fill(session)
    line, crashed, half_done = 0, True, 0
    while crashed:
        line += stride
        world = World.made(sessions)
        enter(world, "S1")
        crashed = crash_at(line, twice(Worker(world.tools)))
        seen = statuses(world)
        assert seen == ({"synced"} if ("staff.created", "done") in events(world) else {"pending"})
        half_done += seen == {"pending"} and bool(world.voicedrive.made)
        world.clock.sleep(outbox.LEASE.total_seconds() + 1)
        world.settle()
        assert_whole(world, 1)
        with sessions.begin() as session:
            for table in (SyncLog, SyncEvent, Event, Credential, Account, Staff):
                session.execute(delete(table))
    assert line > 300
    assert half_done >= 1


def test_an_entry_that_cannot_succeed_waits_for_somebody(world: World, engine: Engine) -> None:
    url = {"STAFF_DATABASE_URL": engine.url.render_as_string(hide_password=False)}
    enter(world, "S1", "S2", "S3")
    with world.sessions.begin() as session:
        session.get_one(Staff, "S1").facility_id = "ANNEX"
    world.voicedrive.users["S2"] = {"externalId": "somebody", "userId": "vd-0", "loginUrl": "", "revision": 0}
    world.settle()
    with world.sessions() as session:
        found = {each.staff_id: each.sync_status for each in session.scalars(select(Staff))}
        assert found == {"S1": "error", "S2": "error", "S3": "synced"}
        [staff, _] = reports(session, world.clock.now() - timedelta(hours=1))
        assert (staff.carried, staff.failed, staff.dead) == (1, 3, 3)
        assert staff.success_rate == 0.25
    code, out, _ = run("dead-letters", environment=url)
    assert code == 2
    lines = out.splitlines()
    assert [line.split()[1:3] for line in lines[:-1]] == [
        ["staff.created", "S1"],
        ["staff.created", "S2"],
        ["staff.updated", "S1"],
    ]
    assert "the organisation has no facility ANNEX" in lines[0]
    assert "voicedrive has a user S2 of somebody else" in lines[1]
    assert lines[-1] == "3 entries wait for somebody; send them again with --send ID ... or --send-all"
    del world.voicedrive.users["S2"]
    assert run("dead-letters", "--send", lines[1].split()[0], environment=url)[:2] == (
        0,
        "1 entry is due again\n",
    )
    assert run("dead-letters", "--send", "999", environment=url) == (
        3,
        "",
        "there is no entry 999 that waits\n",
    )
    with world.sessions() as session:
        assert session.get_one(Staff, "S2").sync_status == "pending"
    change(world, "facility_id = 'HOSPITAL'")  # a later success settles the earlier entries too
    world.settle()
    assert_whole(world, 3)
    assert run("dead-letters", environment=url)[:2] == (0, "no entry waits for somebody\n")
    code, out, _ = run("report", "--json", environment=url)
    assert json.loads(out)[0]["carried"] == 3


def test_the_first_pauses_are_short_and_the_later_ones_long() -> None:
    longest = SimpleNamespace(uniform=lambda _, high: high)
    found = [backoff.pause(each, longest) for each in (1, 2, 3, 10, 11, 12, 14, backoff.MOST)]
    assert found == [1, 2, 4, 4, 8, 16, 60, 60]
    assert backoff.pause(1, SimpleNamespace(uniform=lambda low, _: low)) == 0.5
    assert backoff.pause(1, longest, at_least=30) == 30


def test_a_user_that_voicedrive_had_before_is_linked_without_a_password(world: World) -> None:
    enter(world, "S1")
    kept = {
        "externalId": "S1",
        "userId": "vd-9",
        "loginUrl": "https://v.example",
        "revision": 0,
        "requestId": "x",
    }
    world.voicedrive.users["S1"] = kept
    world.settle()
    assert (world.voicedrive.made, kept["fullName"]) == ([], "職員 S1")
    assert world.medical.accounts["S1"]["initialPassword"] == ""
    with world.sessions() as session:
        account = session.scalars(select(Account)).one()
        assert (account.auto_created, account.initial_password) == (False, None)
        assert session.get_one(Staff, "S1").voicedrive_id == "vd-9"


def test_a_worker_that_has_slept_too_long_changes_nothing(world: World) -> None:
    enter(world, "S1")
    slow, quick = Worker(world.tools), Worker(world.tools)
    make = world.voicedrive.act

    def sleep_first(method: str, path: str, body: dict[str, Any]) -> Answer:
        world.voicedrive.act = make  # type: ignore[method-assign]  # once
        world.clock.sleep(outbox.LEASE.total_seconds() + 1)
        assert quick.step() == 2
        change(world, "full_name = '佐藤 花子'")
        assert quick.step() == 1
        return make(method, path, body)

    world.voicedrive.act = sleep_first  # type: ignore[method-assign]  # once
    slow.step()
    world.settle()
    assert_whole(world, 1)
    assert world.voicedrive.users["S1"]["fullName"] == "佐藤 花子"
    assert [each for each in events(world) if each[0] == "account.created"] == [("account.created", "done")]


def test_a_person_who_leaves_before_the_account_is_made_gets_none(world: World) -> None:
    enter(world, "S1", "S2")
    world.voicedrive.weather = Weather(failing=1, dice=Dice(4))  # made, but the answer is lost
    Worker(world.tools).step()
    world.voicedrive.weather = Weather()
    enter(world, "S3")
    with world.sessions.begin() as session:
        session.execute(text("DELETE FROM unified_staff_master WHERE staff_id = 'S3'"))
    change(world, "left_at = CURRENT_TIMESTAMP")
    world.settle()
    assert {each["active"] for each in world.voicedrive.users.values()} == {False}
    assert set(world.voicedrive.made) == {"S1", "S2"}
    assert statuses(world) == {"synced"}
    enter(world, "S4")
    change(world, "left_at = CURRENT_TIMESTAMP")
    world.settle()
    assert "S4" not in world.voicedrive.users
    with pytest.raises(IntegrityError), world.sessions.begin() as session:
        session.execute(text("DELETE FROM unified_staff_master WHERE staff_id = 'S1'"))


def test_workers_side_by_side_pass_over_what_another_has_taken(world: World) -> None:
    enter(world, *(f"S{number}" for number in range(20)))
    wanted = outbox.Wanted(outbox.ABOUT_STAFF, 5)
    taken: list[str] = []
    with ExitStack() as stack:
        if world.sessions.kw["bind"].dialect.name == "sqlite":  # one worker at a time
            sessions = [world.sessions() for _ in range(4)]
        else:
            sessions = [stack.enter_context(world.sessions()) for _ in range(4)]
        for number, session in enumerate(sessions):
            taken += [each.staff_id for each in outbox.take(session, str(number), world.clock.now(), wanted)]
            if session.get_bind().dialect.name == "sqlite":
                session.commit()
        for session in sessions:
            session.commit()
    assert (len(taken), len(set(taken))) == (20, 20)
    change(world, "full_name = 'x'")
    with world.sessions.begin() as session:
        assert outbox.take(session, "5", world.clock.now(), wanted) == []  # the earlier ones are not done


def test_the_command_works_over_http_and_ends_when_it_is_told_to(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    enter(world, "S1", "S2")
    handlers: dict[int, Callable[[int, None], None]] = {}
    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    monkeypatch.setattr("staff_integration.worker.IDLE", 0.001)
    with world.settings() as settings:
        assert run("work", "--once", environment=settings) == (0, "", "")
        assert_whole(world, 2)
        enter(world, "S3")
        act = world.medical.act

        def act_and_stop(method: str, path: str, body: dict[str, Any]) -> Answer:
            handlers[signal.SIGTERM](signal.SIGTERM, None)
            return act(method, path, body)

        world.medical.act = act_and_stop  # type: ignore[method-assign]  # as somebody stops the service
        assert run("work", environment=settings) == (0, "", "")
    assert_whole(world, 3)
    log = capsys.readouterr().err
    assert [json.loads(line)["event"] for line in log.splitlines()] == ["entry_done"] * 6
    assert not any(each["initialPassword"] in log for each in world.voicedrive.users.values())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"STAFF_VAULT_KEYS": "s3cret"}, "a key of the vault is not 32 bytes in URL-safe base64"),
        ({"STAFF_VAULT_KEYS": ","}, "the vault has no key"),
        ({"STAFF_VOICEDRIVE_URL": "http://s3cret.example"}, "STAFF_VOICEDRIVE_URL is no URL of an API"),
        ({"STAFF_MEDICAL_URL": "https://u:s3cret@h"}, "STAFF_MEDICAL_URL is no URL of an API"),
        ({"STAFF_MEDICAL_TOKEN": "s3cret\nX: y"}, "STAFF_MEDICAL_TOKEN has characters"),
        ({"STAFF_MEDICAL_TOKEN": ""}, "STAFF_MEDICAL_TOKEN is missing"),
    ],
)
def test_a_wrong_setting_of_the_worker_is_one_line(tmp_path: Path, change: dict[str, str], says: str) -> None:
    right = {
        "STAFF_DATABASE_URL": f"sqlite:///{tmp_path}/x.db",
        "STAFF_VAULT_KEYS": VAULT_KEY,
        "STAFF_VOICEDRIVE_URL": "https://voicedrive.example",
        "STAFF_VOICEDRIVE_TOKEN": "t",
        "STAFF_MEDICAL_URL": "https://medical.example",
        "STAFF_MEDICAL_TOKEN": "t",
    }
    code, _, errors = run("work", "--once", environment=right | change)
    assert (code, errors.count("\n"), "s3cret" in errors) == (3, 1, False)
    assert errors.startswith(says)
    code, _, errors = run("work", "--workers", "2", environment=right)
    assert (code, errors) == (3, "--workers 2: on this database there may be 1 to 1\n")


def twice(worker: Worker) -> Callable[[], int]:
    """Take the outbox two times: the account, then its delivery."""
    return lambda: worker.step() + worker.step()


def crash_at(line: int, work: Callable[[], Any]) -> bool:
    """Do some work and crash at a line of the package, counted from 1; whether that line was reached."""
    left = line

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        if event == "line":
            left -= 1
            if left == 0:
                raise CrashError
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    except CrashError:
        return True
    finally:
        sys.settrace(before)
    return False
