"""A change of state is sent once to every channel, and again to a channel that was not reached."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from reconciler.aws.redaction import SECRETS, Redactor
from reconciler.daemon import webhook
from reconciler.daemon.notifications import CannotNotify, Notification, Notifier, Topic
from reconciler.daemon.status import SETTLED, State
from reconciler.daemon.webhook import Webhook
from reconciler.sandbox.account import account_in, sandboxed

DRIFTED = State("drifted", frozenset({"update q"}), ("q: name: done",), corrected=True)
LEFT = State("drifted", frozenset({"update q"}), ("q: name: unchanged",))
FAILING = State("failing", frozenset({"q"}), ("q: refused: no",))


class Heard:
    def __init__(self, *troubles: bool) -> None:
        self.titles: list[str] = []
        self._troubles = list(troubles)

    def give_up(self) -> None:
        pass

    def send(self, announcement: Notification, seconds: float) -> None:
        if self._troubles and self._troubles.pop(0):
            raise CannotNotify("nobody is there")
        self.titles.append(announcement.title)


@pytest.mark.parametrize(
    ("states", "titles"),
    [
        ([SETTLED, SETTLED], []),
        ([FAILING, FAILING, FAILING], ["prod: failing"]),
        ([FAILING, SETTLED, SETTLED], ["prod: failing", "prod: settled again"]),
        ([SETTLED, DRIFTED, SETTLED, SETTLED], ["prod: drift corrected"]),
        ([LEFT, LEFT, SETTLED], ["prod: drift", "prod: no drift any more"]),
        ([DRIFTED, SETTLED, DRIFTED], ["prod: drift corrected", "prod: drift corrected"]),
        ([State("pending"), SETTLED], []),
        ([FAILING, State("failing", frozenset({"q", "r"}))], ["prod: failing", "prod: failing"]),
    ],
)
def test_each_change_is_told_once(states: list[State], titles: list[str]) -> None:
    heard = Heard()
    announcer = Notifier([heard])
    for state in states:
        drifted = state.condition == "drifted"
        announcer.note("prod", *((SETTLED, state) if drifted else (state, SETTLED)))
    assert heard.titles == titles


def test_drift_is_told_while_something_else_fails() -> None:
    heard = Heard()
    announcer = Notifier([heard])
    for drift in (SETTLED, DRIFTED, SETTLED):
        announcer.note("prod", FAILING, drift)
    announcer.note("prod", SETTLED, SETTLED)
    assert heard.titles == ["prod: failing", "prod: drift corrected", "prod: settled again"]


def test_a_channel_that_was_not_reached_is_told_again_and_the_other_is_not() -> None:
    deaf, well = Heard(True), Heard()
    announcer = Notifier([deaf, well])
    for _ in range(3):
        announcer.note("prod", FAILING, SETTLED)
    assert (deaf.titles, well.titles) == (["prod: failing"], ["prod: failing"])


def test_stacks_are_told_apart() -> None:
    heard = Heard()
    announcer = Notifier([heard])
    announcer.note("a", FAILING, SETTLED)
    announcer.note("b", FAILING, SETTLED)
    assert heard.titles == ["a: failing", "b: failing"]


def test_a_topic_takes_it() -> None:
    with sandboxed() as (box, clock):
        session = box.session("eu-west-2")
        arn = session.client("sns").create_topic(Name="alarms")["TopicArn"]
        queue = session.client("sqs").create_queue(QueueName="seen")["QueueUrl"]
        session.client("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=_arn_of(session, queue))
        topic = Topic(account_in(box, "eu-west-2", clock).api("sns"), arn)
        Notifier([topic]).note("Überall", FAILING, SETTLED)
        (message,) = session.client("sqs").receive_message(QueueUrl=queue)["Messages"]
        body = json.loads(message["Body"])
        assert (body["Subject"], body["Message"]) == (
            "?berall: failing",
            "Überall: failing\n  q: refused: no",
        )


def _arn_of(session: Any, queue: str) -> str:
    found = session.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    return str(found["Attributes"]["QueueArn"])


@pytest.fixture
def hook() -> Iterator[tuple[str, list[Any]]]:
    bodies: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            bodies.append(body)
            self.send_response(500 if "fail" in self.path else 200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", bodies
    server.shutdown()
    server.server_close()


def test_a_webhook_takes_slacks_form(hook: tuple[str, list[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "SECRETS", Redactor())
    Webhook(f"{hook[0]}/well").send(Notification("prod: failing", ("q: no",)), 30.0)
    assert hook[1] == [{"text": "prod: failing\n  q: no"}]


def test_a_webhook_that_fails_is_told_without_its_address(
    hook: tuple[str, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "SECRETS", Redactor())
    with pytest.raises(CannotNotify, match=r"^the webhook answered 500$"):
        Webhook(f"{hook[0]}/fail-s3cret").send(Notification("prod: failing", ()), 30.0)
    with pytest.raises(CannotNotify, match=r"^the webhook was not reached: "):
        Webhook("http://127.0.0.1:9/s3cret").send(Notification("prod: failing", ()), 30.0)


def test_a_webhook_in_plain_http_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "SECRETS", Redactor())
    with pytest.raises(ValueError, match="has to be https"):
        Webhook("http://hooks.example.com/x")


def test_no_announcement_tells_a_secret() -> None:
    heard: list[Notification] = []
    SECRETS.keep("hunter2-hunter2")
    try:
        channel = type("Channel", (), {"send": lambda _, each, _seconds: heard.append(each)})()
        failing = State("failing", frozenset({"q"}), ("q: hunter2-hunter2",))
        Notifier([channel]).note("prod", failing, SETTLED)
    finally:
        SECRETS.forget()
    assert [each.text for each in heard] == ["prod: failing\n  q: ***"]
