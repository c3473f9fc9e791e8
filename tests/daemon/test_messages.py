"""No message ends the events thread: one that is not an event is deleted, counted and logged in one line."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from reconciler.daemon.events import LONGEST, Event, Queue, event_of
from reconciler.daemon.metrics import Metrics
from reconciler.daemon.threads import Daemon
from reconciler.errors import Unsure
from reconciler.logs import configure
from reconciler.runtime.clock import VirtualClock
from reconciler.runtime.shutdown import Stop
from tests.daemon.watched import Scene, scene
from tests.stub_api import StubApi

GOOD: dict[str, Any] = {
    "detail-type": "AWS API Call via CloudTrail",
    "account": "123456789012",
    "region": "eu-west-2",
    "detail": {
        "eventName": "UpdateQueueMaxContacts",
        "eventSource": "connect.amazonaws.com",
        "userIdentity": {"arn": "arn:aws:iam::123456789012:user/ada", "type": "IAMUser"},
        "recipientAccountId": "123456789012",
        "awsRegion": "eu-west-2",
        "requestParameters": {"queueId": "one"},
        "responseElements": None,
        "resources": [],
        "userAgent": "aws-cli",
    },
}
NO_EVENTS = {
    "a thousand brackets": "[" * 1_000,
    "a hundred thousand brackets": "[" * 100_000,
    "deep objects": '{"detail":' * 50_000,
    "a number of five thousand digits": "9" * 5_000,
    "no number": "NaN",
    "infinity": '{"detail": 1e999}',
    "no JSON": "<html>login</html>",
    "nothing": "",
    "NUL": "\x00",
    "half a character": '"\\ud800"',
    "a list": "[]",
    "null": "null",
    "no detail": "{}",
    "detail that is a list": '{"detail": []}',
    "a name that is a list": '{"detail": {"eventName": []}}',
    "no name": '{"detail": {"eventSource": "connect.amazonaws.com"}}',
    "an envelope in an envelope": json.dumps({"Message": json.dumps({"Message": json.dumps(GOOD)})}),
    "an envelope of SNS with brackets": json.dumps({"Message": "[" * 1_000}),
}


@pytest.mark.parametrize("body", NO_EVENTS.values(), ids=NO_EVENTS)
def test_what_is_no_event_is_none(body: str) -> None:
    assert event_of(body) is None


def paths(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every member."""
    yield above
    for key, member in value.items() if isinstance(value, dict) else ():
        yield from paths(member, (*above, key))


def put(value: Any, path: tuple[Any, ...], member: Any) -> Any:
    if not path:
        return member
    return {**value, path[0]: put(value[path[0]], path[1:], member)}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(body=st.text(st.characters()) | st.binary().map(lambda each: each.decode("latin-1")))
def test_any_text_is_an_event_or_none(body: str) -> None:
    sound(event_of(body))


@given(path=st.sampled_from(list(paths(GOOD))), member=ANYTHING)
def test_anything_may_stand_at_any_place_of_an_event(path: tuple[Any, ...], member: Any) -> None:
    sound(event_of(json.dumps(put(GOOD, path, member))))


def sound(event: Event | None) -> None:
    """Check that a parsed message can be logged and stored."""
    if event is not None:
        for text in event._replace(texts=frozenset()):
            assert isinstance(text, frozenset) or (text.encode() and len(text) <= LONGEST) or not text


@pytest.mark.parametrize("depth", [100, 400, 900, 980, 20_000])
def test_an_event_may_be_as_deep_as_it_likes(depth: int) -> None:
    head = '{"detail": {"eventName": "A", "requestParameters": '
    sound(event_of(head + "[" * depth + "]" * depth + "}}"))


def test_half_a_character_in_a_name_is_no_harm() -> None:
    arn = put(GOOD, ("detail", "userIdentity", "arn"), "arn:\ud800" + "x" * 5_000)
    event = event_of(json.dumps(arn))
    assert event is not None
    assert event.who == "arn:?" + "x" * (LONGEST - 5)


# -- the thread --------------------------------------------------------------------------------------------------------


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Scene]:
    directory = tmp_path / "empty"
    directory.mkdir()
    header = 'stack: small\nenvironments: {dev: {account: "123456789012", region: eu-west-2}}\n'
    (directory / "stack.yaml").write_text(header, encoding="utf-8")
    with scene(tmp_path, files=directory) as found:
        found.daemon.turn(found.post)
        yield found


def test_messages_that_are_no_events_are_deleted_counted_and_told_in_one_line(at: Scene) -> None:
    for body in ("[" * 1_000, "<html>", json.dumps({"detail": {"eventName": 3}})):
        at.client("sqs").send_message(QueueUrl=at.queue_url, MessageBody=body)
    configure(1)
    with capture_logs() as logged:
        at.daemon.hear(0)
    assert at.waiting == 0
    (line,) = logged
    assert (line["event"], line["number"]) == ("invalid messages dropped", 3)
    assert sum(len(str(each)) for each in line.values()) < 200
    assert b'reconciler_events_dropped_total{reason="no event"} 3.0' in at.daemon.metrics.text()


def test_a_message_that_breaks_us_is_deleted_and_counted(at: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(_event: Event) -> None:
        raise RuntimeError("nobody foresaw it")

    monkeypatch.setattr(at.post.watch, "touched", break_down)
    at.tell("UpdateQueueMaxContacts", queueId="one")
    at.daemon.hear(0)
    assert at.waiting == 0
    assert b'reconciler_events_dropped_total{reason="crashed"} 1.0' in at.daemon.metrics.text()


class Broken(StubApi):
    """A queue with unexpected replies."""

    def __init__(self) -> None:
        self.asked = 0

    def call(self, operation: str, **parameters: Any) -> Any:
        self.asked += 1
        raise RuntimeError("nobody foresaw it")


class Pauses(Stop):
    """Ends the daemon at the third pause."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []

    def wait(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        if len(self.pauses) == 3:
            self.ask()
        return self.asked


def test_the_thread_outlives_what_nobody_foresaw_and_takes_its_time() -> None:
    broken, stop, metrics = Broken(), Pauses(), Metrics()
    daemon = Daemon([], VirtualClock(), stop, metrics, queue=Queue(broken, "https://sqs/queue"))
    thread = threading.Thread(target=daemon._listen)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    assert stop.pauses == [30.0] * 3
    assert broken.asked == 3
    assert b"reconciler_event_reader_crashes_total 3.0" in metrics.text()


def test_a_queue_that_cannot_be_read_is_asked_again_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, stop = Broken(), Pauses()
    monkeypatch.setattr(broken, "call", lambda operation, **_: _raise(Unsure(operation, "Silence", "")))
    daemon = Daemon([], VirtualClock(), stop, Metrics(), queue=Queue(broken, "https://sqs/queue"))
    daemon._listen()
    assert stop.pauses == [30.0] * 3


def _raise(error: Exception) -> None:
    raise error


def test_what_is_known_of_the_stack_may_change_while_an_event_is_looked_at(at: Scene) -> None:
    """The events thread reads the places of resources while a pass over some of them runs."""
    known = at.post.watch._touched
    assert known is not None
    at.daemon.turn(at.post)
    assert known.sightings is not at.post.watch._world.sightings
