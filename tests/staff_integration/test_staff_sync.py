"""The hub: events reach the other system once in effect, in order per record, whatever breaks off."""

import io
import json
import random
import shutil
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from staff_integration import outbox
from staff_integration.api import sync_routes
from staff_integration.database import Sessions, engine_for, in_transaction, sessions_of
from staff_integration.record_tables import Evaluation, Interview, Notification, NotificationRecipient
from staff_integration.sync import connection as conversation
from staff_integration.sync import store
from staff_integration.sync.connection import LARGEST, WINDOW, Connection, EndedError
from staff_integration.sync_report import reports
from staff_integration.sync_tables import SyncEvent
from staff_integration.tables import Staff, SyncLog, System
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.staff_integration.calls import Api, served
from tests.staff_integration.organisation import fill, person
from tests.staff_integration.simulators import PlayedClock, World


class Consumer:
    """One of the systems: it carries out events, each number once, and remembers the last in the same step."""

    def __init__(self) -> None:
        self.last = 0
        self.effects: list[tuple[str, Any]] = []
        self.repeats = 0

    def take(self, out: dict[str, Any]) -> None:
        if out["type"] != "event":
            return
        if out["id"] <= self.last:
            self.repeats += 1
            return
        self.last = out["id"]
        self.effects.append((out["record"], out["data"]["number"]))


def publish(session: Any, number: int, target: System, clock: PlayedClock) -> None:
    record = f"interview:{number % 37}"
    source: System = "medical" if target == "voicedrive" else "voicedrive"
    new = store.NewEvent("interview.scheduled", record, source, target, f"m{number}", {"number": number})
    store.publish(session, new, clock.now())


def publish_all(sessions: Sessions, numbers: Iterable[int], target: System, clock: PlayedClock) -> None:
    def work(session: Any) -> None:
        for number in numbers:
            publish(session, number, target, clock)

    in_transaction(sessions, work)


@pytest.mark.parametrize("count", [1000, pytest.param(10_000, marks=pytest.mark.whole)])
def test_each_event_once_and_in_order_though_the_client_is_cut_off_and_a_hub_dies(
    sessions: Sessions, count: int
) -> None:
    """Two hubs share the database only. The client is cut off 100 times; twice a hub loses all that it knows."""
    clock, chance, consumer = PlayedClock(), random.Random(3), Consumer()
    url = sessions.kw["bind"].url.render_as_string(hide_password=False)
    engines = [engine_for(url) for _ in range(2)]
    hubs = [sessions_of(each) for each in engines]
    cuts = set(chance.sample(range(count), 100))
    deaths = set(chance.sample(range(count), 2))
    published, link, number = 0, None, 0
    while consumer.last < count:
        if published < count:
            batch = range(published, min(count, published + chance.randint(1, 60)))
            publish_all(hubs[number % 2], batch, "voicedrive", clock)
            published = batch.stop
        if link is None:
            link = Connection(hubs[number % 2], clock, "voicedrive", clock.now() + timedelta(hours=1))
            number += 1
            hello = {"type": "hello"} | ({"lastEvent": consumer.last} if chance.random() < 0.7 else {})
            welcome = link.received(json.dumps(hello))
            assert welcome[0]["type"] == "welcome"
        out = link.due()
        assert len(out) <= WINDOW
        for each in out:
            consumer.take(each)
            if (
                each.get("id", -1) in deaths
            ):  # a hub is killed: another process begins, with nothing but the database
                deaths.discard(each["id"])
                engines[number % 2].dispose()
                engines[number % 2] = engine_for(url)
                hubs[number % 2], link = sessions_of(engines[number % 2]), None
                break
            if each.get("id", -1) in cuts:  # what was on its way is lost
                cuts.discard(each["id"])
                link = None
                break
        if link is not None and chance.random() < 0.8:
            link.received(json.dumps({"type": "ack", "event": consumer.last}))
    assert not cuts | deaths
    assert consumer.repeats > 0
    assert sorted(value for _, value in consumer.effects) == list(range(count))
    for record in {record for record, _ in consumer.effects}:
        values = [value for name, value in consumer.effects if name == record]
        assert values == sorted(values)
    for engine in engines:
        engine.dispose()


def test_an_event_is_visible_only_when_all_before_it_are(sessions: Sessions) -> None:
    """Two publish at the same time: the second one gets its number when the first one has committed."""
    clock = PlayedClock()
    publish_all(sessions, [0], "medical", clock)
    first = sessions()
    publish(first, 1, "medical", clock)
    second = threading.Thread(target=publish_all, args=(sessions, [2], "medical", clock))
    second.start()
    second.join(0.1)
    assert second.is_alive()
    first.commit()
    second.join()
    with sessions() as session:
        assert [each.payload for each in store.after(session, "medical", 1, 9)] == [
            '{"number":1}',
            '{"number":2}',
        ]


def test_a_window_bounds_what_is_on_its_way_and_acknowledgements_are_logged(sessions: Sessions) -> None:
    clock = PlayedClock()
    link = Connection(sessions, clock, "medical", clock.now() + timedelta(minutes=15))
    with pytest.raises(EndedError, match="the first message has to be hello"):
        link.received('{"type": "ack", "event": 1}')
    assert link.due() == []
    publish_all(sessions, range(250), "medical", clock)
    assert link.received('{"type": "hello"}')[0]["lastEvent"] == 0
    assert [each["id"] for each in link.due()] == list(range(1, 101))
    assert link.due() == []
    link.received('{"type": "ack", "event": 30}')
    assert [each["id"] for each in link.due()] == list(range(101, 131))
    clock.sleep(30)
    assert link.due() == [{"type": "ping"}]
    link.received('{"type": "ack", "event": 130}')
    link.received('{"type": "ack", "event": 20}')
    assert len(link.due()) == 100
    with sessions() as session:
        logged = session.scalars(select(SyncLog).order_by(SyncLog.log_id)).all()
        assert [(each.sync_type, each.source_system, each.record_count) for each in logged] == [
            ("interview", "voicedrive", 30),
            ("interview", "voicedrive", 100),
        ]
        assert store.acknowledged(session, "medical") == 130
    again = Connection(sessions, clock, "medical", clock.now() + timedelta(minutes=15))
    assert again.received('{"type": "hello"}')[0]["lastEvent"] == 130
    clock.sleep(76)
    with pytest.raises(EndedError, match="nothing was heard"):
        again.due()
    clock.sleep(900)
    with pytest.raises(EndedError, match="expired"):
        again.due()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", 1007),
        ('"hello"', 1007),
        ('{"type": "goodbye"}', 1007),
        ('{"type": "hello"}', 1002),
        ('{"type": "ack", "event": 7}', 1002),
        ('{"type": "ack", "event": -1}', 1007),
        ('{"type": "event", "messageId": "a b", "event": "interview.scheduled", "data": {}}', 1007),
        ('{"type": "event", "messageId": "a", "event": "staff.deleted", "data": {}}', 1007),
        ('{"type": "pong", "more": 1}', 1007),
        ('"' + "x" * LARGEST + '"', 1009),
    ],
)
def test_a_message_that_is_none_ends_the_conversation(
    text: str, code: int, sqlite_file: Path, tmp_path: Path
) -> None:
    shutil.copyfile(sqlite_file, tmp_path / "x.db")
    engine = engine_for(f"sqlite:///{tmp_path}/x.db")
    clock = PlayedClock()
    link = Connection(sessions_of(engine), clock, "medical", clock.now() + timedelta(minutes=15))
    link.received('{"type": "hello", "lastEvent": 0}')
    with pytest.raises(EndedError) as raised:
        link.received(text)
    assert raised.value.code == code
    assert len(str(raised.value)) <= 120
    other = Connection(sessions_of(engine), clock, "medical", clock.now() + timedelta(minutes=15))
    with pytest.raises(EndedError, match="there is no event 9"):
        other.received('{"type": "hello", "lastEvent": 9}')
    engine.dispose()


@pytest.fixture
def world(sessions: Sessions) -> World:
    made = World.made(sessions)
    with sessions.begin() as session:
        fill(session)
        session.add_all(person(f"S{number}", "MEMBER", "NURSING", "HOSPITAL") for number in (1, 2))
    made.settle()
    return made


class Talk:
    """A conversation of one system in a world."""

    def __init__(self, world: World, system: System) -> None:
        self._link = world.connected(system)
        self._count = 0

    def send(self, event: str, data: Mapping[str, Any], message_id: str = "") -> str:
        """Send an event; "accepted", or the reason of a refusal."""
        self._count += 1
        message = {
            "type": "event",
            "messageId": message_id or f"{id(self)}-{self._count}",
            "event": event,
            "data": {**data},
        }
        [answer] = self._link.received(json.dumps(message))
        return str(answer.get("reason", answer["type"]))

    def got(self) -> list[dict[str, Any]]:
        """The events that have come."""
        return [each for each in self._link.due() if each["type"] == "event"]


NOTE = {
    "notificationId": "n1",
    "category": "training",
    "priority": "high",
    "title": "研修",
    "staffIds": ["S1"],
}
BOOKED = {"interviewId": "i1", "staffId": "S1", "scheduledAt": "2026-12-24T09:00:00+09:00", "title": "面談"}
DONE = {"evaluationId": "e1", "staffId": "S1", "completedAt": "2026-12-01T09:00:00+09:00", "score": 80}


def test_events_of_each_system_reach_the_other_one(world: World) -> None:
    medical, voicedrive = Talk(world, "medical"), Talk(world, "voicedrive")
    created = voicedrive.got()
    assert [(each["event"], each["record"]) for each in created] == [
        ("staff.created", "staff:S1"),
        ("staff.created", "staff:S2"),
    ]
    assert created[0]["data"]["fullName"] == "職員 S1"
    assert medical.send("notification.sent", NOTE, "m1") == "accepted"
    assert medical.send("notification.sent", NOTE, "m1") == "accepted"  # a repeat
    [note] = voicedrive.got()
    assert note["data"] == NOTE | {"category": "EDUCATION", "priority": "URGENT", "body": ""}
    assert voicedrive.send("interview.scheduled", BOOKED) == "accepted"
    assert voicedrive.send("evaluation.completed", DONE) == "accepted"
    assert [each["event"] for each in medical.got()] == ["interview.scheduled", "evaluation.completed"]
    with world.sessions() as session:
        interview, evaluation = session.get_one(Interview, "i1"), session.get_one(Evaluation, "e1")
        assert (interview.staff_id, interview.title, interview.state) == ("S1", "面談", "scheduled")
        assert interview.scheduled_at == datetime(2026, 12, 24, tzinfo=UTC)
        assert (evaluation.score, evaluation.source_system, evaluation.batch_id) == (80, "voicedrive", None)
        kept = session.get_one(Notification, "n1")
        assert (kept.category, kept.priority, kept.sent_at) == ("training", "high", world.clock.now())
        assert session.scalars(select(NotificationRecipient.staff_id)).all() == ["S1"]
    for talk, event, data, reason in (
        (
            medical,
            "notification.sent",
            NOTE | {"category": "party"},
            "data.category: 'party' is none of announcement",
        ),
        (
            medical,
            "notification.sent",
            NOTE | {"priority": "HIGH"},
            "data.priority: 'HIGH' is none of high, medium",
        ),
        (medical, "notification.sent", NOTE | {"staffIds": ["S9"]}, "there is no member of staff S9"),
        (medical, "interview.scheduled", BOOKED, "medical does not send interview.scheduled"),
        (medical, "staff.created", {}, "medical does not send staff.created"),
        (voicedrive, "notification.sent", NOTE, "voicedrive does not send notification.sent"),
        (voicedrive, "interview.scheduled", BOOKED | {"scheduledAt": "tomorrow"}, "data.scheduledAt: "),
        (
            voicedrive,
            "interview.scheduled",
            BOOKED | {"scheduledAt": "2026-12-24T09:00:00"},
            "data.scheduledAt: ",
        ),
        (voicedrive, "evaluation.completed", DONE | {"score": 101}, "data.score: "),
    ):
        assert talk.send(event, data).startswith(reason)
    assert (medical.got(), voicedrive.got()) == ([], [])


def test_the_last_event_of_a_record_counts_and_a_refused_one_keeps_nothing(world: World) -> None:
    medical, voicedrive = Talk(world, "medical"), Talk(world, "voicedrive")
    for note in (NOTE, NOTE | {"title": "新しい", "staffIds": ["S2", "S1", "S2"]}):
        assert medical.send("notification.sent", note) == "accepted"
    assert medical.send("notification.sent", NOTE | {"notificationId": "n2", "priority": "now"}) != "accepted"
    assert medical.send("notification.sent", NOTE | {"notificationId": "n3", "staffIds": []}) == "accepted"
    for data, state in (
        (BOOKED, "scheduled"),
        (BOOKED | {"state": "held", "notes": "終了"}, "held"),
        ({}, "approved"),  # by the API, not by an event
        (BOOKED | {"state": "held", "staffId": "S2"}, "approved"),
        (BOOKED | {"state": "cancelled"}, "cancelled"),
    ):
        if data:
            assert voicedrive.send("interview.scheduled", data) == "accepted"
        else:
            with world.sessions.begin() as session:
                interview = session.get_one(Interview, "i1")
                interview.state, interview.batch_id = "approved", "b1"
        with world.sessions() as session:
            interview = session.get_one(Interview, "i1")
            assert (interview.state, interview.staff_id) == (state, data.get("staffId", "S1"))
            assert interview.batch_id == (None if data else "b1")
    assert voicedrive.send("interview.scheduled", BOOKED | {"state": "approved"}).startswith("data.state: ")
    with world.sessions() as session:
        assert session.execute(select(Notification.notification_id, Notification.title)).all() == [
            ("n1", "新しい"),
            ("n3", "研修"),
        ]
        recipients = select(NotificationRecipient.notification_id, NotificationRecipient.staff_id)
        assert sorted(map(tuple, session.execute(recipients))) == [("n1", "S1"), ("n1", "S2")]


def test_ids_that_differ_in_capital_letters_are_of_different_messages_and_records(world: World) -> None:
    voicedrive, medical = Talk(world, "voicedrive"), Talk(world, "medical")
    medical.got()
    sent = (("m1", "i1", "first"), ("M1", "I1", "second"), ("m1", "i1", "a repeat"))
    for message_id, interview_id, title in sent:
        data = BOOKED | {"interviewId": interview_id, "title": title}
        assert voicedrive.send("interview.scheduled", data, message_id) == "accepted"
    assert [each["data"]["title"] for each in medical.got()] == ["first", "second"]
    with world.sessions() as session:
        kept = session.execute(select(Interview.interview_id, Interview.title)).all()
    assert dict(kept) == {"i1": "first", "I1": "second"}


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", 253402300799000]
)
def test_a_moment_at_the_ends_of_the_calendar_is_refused_and_the_conversation_goes_on(
    world: World, moment: object
) -> None:
    voicedrive = Talk(world, "voicedrive")
    refused = voicedrive.send("interview.scheduled", BOOKED | {"scheduledAt": moment})
    assert refused.startswith("data.scheduledAt: ")
    assert "the year must be from 1901 to 2999" in refused
    assert voicedrive.send("interview.scheduled", BOOKED) == "accepted"


def test_conflicts_of_staff_and_evaluations_are_settled_by_the_stated_rule(world: World) -> None:
    medical, voicedrive = Talk(world, "medical"), Talk(world, "voicedrive")
    revision = voicedrive.got()[0]["data"]["revision"]
    change = {"staffId": "S1", "basedOn": revision, "fullName": "佐藤 花子"}
    assert voicedrive.send("staff.updated", change, "v1") == "accepted"
    assert voicedrive.send("staff.updated", change, "v1") == "accepted"
    [told] = medical.got()
    newer = told["data"]["revision"]
    assert (told["record"], told["data"]["fullName"], newer > revision) == ("staff:S1", "佐藤 花子", True)
    world.settle()
    with world.sessions() as session:
        staff = session.get_one(Staff, "S1")
        assert (staff.full_name, staff.sync_status) == ("佐藤 花子", "synced")
    assert world.voicedrive.users["S1"]["fullName"] == "佐藤 花子"
    assert voicedrive.send("staff.updated", change) == f"conflict: the master has revision {newer} of S1"
    taken = change | {"basedOn": newer, "email": "s2@example.com"}
    assert voicedrive.send("staff.updated", taken) == "data.email: another member of staff has it"
    assert voicedrive.send("staff.updated", change | {"staffId": "S9"}).startswith(
        "data.staffId: there is no"
    )
    assert voicedrive.send("staff.updated", change | {"positionId": "CHAIR"}).startswith("data.positionId: ")
    later = "2026-12-01T00:00:01Z"
    assert voicedrive.send("evaluation.completed", DONE) == "accepted"
    assert medical.send("evaluation.completed", DONE | {"score": 70}) == "accepted"  # at once: medical
    lost = "conflict: medical has a later version of evaluation:e1"
    assert voicedrive.send("evaluation.completed", DONE | {"score": 60}) == lost
    assert voicedrive.send("evaluation.completed", DONE | {"completedAt": later}) == "accepted"
    assert medical.send("evaluation.completed", DONE).startswith("conflict: voicedrive has a later")
    with world.sessions() as session:
        events = select(func.count()).where(SyncEvent.event_type == "evaluation.completed")
        assert session.scalar(events) == 3
        kept = session.get_one(Evaluation, "e1")
        assert (kept.score, kept.source_system) == (80, "voicedrive")
        assert kept.completed_at == datetime(2026, 12, 1, 0, 0, 1, tzinfo=UTC)


def test_a_change_of_staff_counts_once_though_voicedrive_is_connected(world: World) -> None:
    link = world.connected("voicedrive")
    with world.sessions.begin() as session:
        session.get_one(Staff, "S1").full_name = "佐藤 花子"
        session.add(person("S3", "MEMBER", "NURSING", "HOSPITAL"))
    world.settle()
    last = link.due()[-1]
    assert (last["event"], last["id"]) == ("staff.created", 4)
    link.received(json.dumps({"type": "ack", "event": last["id"]}))
    with world.sessions() as session:
        revision = outbox.revision_of(session, "S2")
    change = {"staffId": "S2", "basedOn": revision, "fullName": "鈴木 一郎"}
    sent = {"type": "event", "messageId": "v1", "event": "staff.updated", "data": change}
    assert link.received(json.dumps(sent))[0]["type"] == "accepted"
    medical = world.connected("medical")
    medical.received(json.dumps({"type": "ack", "event": medical.due()[-1]["id"]}))
    world.settle()
    link.received(json.dumps({"type": "ack", "event": link.due()[-1]["id"]}))
    with world.sessions() as session:
        logged = select(SyncLog.source_system, func.sum(SyncLog.record_count)).where(
            SyncLog.sync_type == "staff"
        )
        counts = {
            system: int(count or 0)
            for system, count in session.execute(logged.group_by(SyncLog.source_system))
        }
        # Two are entered, one is changed, one more is entered; VoiceDrive's change goes there and comes back.
        assert counts == {"medical": 5, "voicedrive": 1}
        assert reports(session, world.clock.now() - timedelta(hours=1))[0].carried == 6


def test_the_systems_talk_over_websockets(
    api: Api, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    monkeypatch.setattr(sync_routes, "LOOK", 0.01)
    monkeypatch.setattr(conversation, "HEARTBEAT", timedelta(seconds=0))
    with api.world.sessions.begin() as session:
        session.add(person("S1", None, None, None))
    api.world.settle()
    tokens = {each: {"Authorization": f"Bearer {api.service(each)}"} for each in ("medical", "voicedrive")}
    staff = {"Authorization": f"Bearer {api.token_of('S1')}"}
    with served(api.client.app) as address:
        url = f"ws://{address}/api/v1/sync"
        for headers in ({}, {"Authorization": "Bearer x"}, staff):
            with pytest.raises(InvalidStatus, match="403"), connect(url, additional_headers=headers):
                pass
        with (
            connect(url, additional_headers=tokens["medical"]) as medical,
            connect(url, additional_headers=tokens["voicedrive"]) as voicedrive,
        ):
            for link in (medical, voicedrive):
                link.send('{"type": "hello"}')
            message = {"type": "event", "messageId": "m1", "event": "notification.sent", "data": NOTE}
            medical.send(json.dumps(message))
            assert next_of(medical, "accepted")["messageId"] == "m1"
            assert next_of(voicedrive, "event")["event"] == "staff.created"
            assert next_of(voicedrive, "event")["data"]["category"] == "EDUCATION"
            assert next_of(voicedrive, "ping") == {"type": "ping"}
            voicedrive.send('{"type": "pong"}')
            voicedrive.send('{"type": "ack", "event": 2}')
            voicedrive.send("nothing")
            with pytest.raises(ConnectionClosed) as closed:
                next_of(voicedrive, "nothing")
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1007
            wrong: dict[str | bytes, int] = {
                b"no text": 1003,
                json.dumps({"type": "ack", "event": 1, "日" * 99: 1}): 1007,
            }
            for message_sent, code in wrong.items():
                with connect(url, additional_headers=tokens["voicedrive"]) as link:
                    link.send('{"type": "hello"}')
                    link.send(message_sent)
                    with pytest.raises(ConnectionClosed) as closed:
                        next_of(link, "nothing")
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == code
            medical.send("x" * (LARGEST + 1))
            with pytest.raises(ConnectionClosed):
                next_of(medical, "nothing")
    with api.world.sessions() as session:
        assert store.acknowledged(session, "voicedrive") == 2
    assert '"event": "sync_ended", "system": "voicedrive", "code": 1007' in log.getvalue()


def next_of(link: Any, kind: str) -> dict[str, Any]:
    """The next message of a type."""
    while True:
        message: dict[str, Any] = json.loads(link.recv(timeout=30))
        if message["type"] == kind:
            return message
