"""Passes do not wait for notifications: a channel that hangs delays nothing, and ends in time."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from reconciler.aws.redaction import Redactor
from reconciler.daemon import webhook
from reconciler.daemon.config import AnnouncePart, DaemonPart, SecretPart, WatchPart
from reconciler.daemon.notifications import LONGEST, CannotNotify, Notification, Notifier
from reconciler.daemon.outbox import MOST, Note, Outbox, Outboxes, TimedChannel
from reconciler.daemon.status import SETTLED, State
from reconciler.daemon.webhook import Webhook, slack_text
from reconciler.daemon.wiring import HostEnvironment, assemble
from reconciler.kinds import known_kinds
from reconciler.logs import configure
from reconciler.runtime.shutdown import Stop

LIMIT = 300.0
"""The seconds after which a test fails; none of them waits so long."""
FAILING = State("failing", frozenset({"q"}), ("q: refused: no",))
NEWS = Notification("prod: failing", ("q: no",))


@pytest.fixture(autouse=True)
def _own_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "SECRETS", Redactor())


class Hanging:
    """A channel that blocks until it is cancelled or released."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.began = threading.Event()
        self.told: list[str] = []
        self.given_up = 0

    def send(self, announcement: Notification, seconds: float) -> None:
        self.began.set()
        self.go_on.wait(LIMIT)
        self.told.append(announcement.title)

    def give_up(self) -> None:
        self.given_up += 1


class Noting:
    """A channel that records its notifications."""

    def __init__(self) -> None:
        self.told: list[Notification] = []

    def send(self, announcement: Notification, seconds: float) -> None:
        self.told.append(announcement)

    def give_up(self) -> None:
        raise AssertionError("it never hangs")


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    found = Hanging()
    yield found
    found.go_on.set()


# -- a deadline in all -------------------------------------------------------------------------------------------------


def trickling(connection: socket.socket, ended: threading.Event) -> None:
    """Send one byte of a header at a time, for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not ended.wait(0.01):
        connection.sendall(b"x")


def silent(connection: socket.socket, ended: threading.Event) -> None:
    """Accept the request, and send no reply."""
    del connection
    ended.wait(LIMIT)


@pytest.mark.parametrize("behave", [trickling, silent])
def test_a_server_that_never_ends_its_answer_is_given_up(
    behave: Callable[[socket.socket, threading.Event], None],
) -> None:
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                behave(connection, ended)

        server = threading.Thread(target=serve, daemon=True)
        server.start()
        timely = TimedChannel(Webhook(f"http://127.0.0.1:{listening.getsockname()[1]}/hook"), 0.2)
        with pytest.raises(CannotNotify, match=r"^(it took more than 0.2 s|the webhook was not reached: )"):
            timely.send(NEWS)
        assert timely._before is not None
        timely._before.join(LIMIT)  # the connection is broken, so the attempt ends as well
        assert not timely._before.is_alive()
        ended.set()
        server.join(LIMIT)


def test_a_server_that_never_accepts_is_given_up() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        address = listening.getsockname()
        queued = [socket.create_connection(address, timeout=LIMIT)]
        timely = TimedChannel(Webhook(f"http://127.0.0.1:{address[1]}/hook"), 0.2)
        with pytest.raises(CannotNotify):
            timely.send(NEWS)
        assert timely._before is not None
        timely._before.join(LIMIT)
        for each in queued:
            each.close()


def test_whatever_hangs_is_given_up_and_not_tried_beside_itself(hanging: Hanging) -> None:
    timely = TimedChannel(hanging, 0.05)
    with pytest.raises(CannotNotify, match=r"^it took more than 0.05 s$"):
        timely.send(NEWS)
    assert hanging.given_up == 1
    with pytest.raises(CannotNotify, match=r"^the last attempt still hangs$"):
        timely.send(NEWS)
    hanging.go_on.set()
    assert timely._before is not None
    timely._before.join(LIMIT)
    timely.send(NEWS)
    assert hanging.told == ["prod: failing"] * 2


# -- in parallel with passes --------------------------------------------------------------------------------------------


def test_a_note_never_waits(hanging: Hanging) -> None:
    outboxes = Outboxes([Outbox(Notifier([hanging]))])
    outboxes.start()
    outboxes.note("prod", FAILING, SETTLED)
    assert hanging.began.wait(LIMIT)
    for number in range(10 * MOST):
        outboxes.note(f"stack {number}", FAILING, SETTLED)
    assert len(outboxes.each[0]._notes) == MOST


def test_a_channel_that_hangs_keeps_nothing_from_another(hanging: Hanging) -> None:
    other = Hanging()
    other.go_on.set()
    outboxes = Outboxes([Outbox(Notifier([hanging])), Outbox(Notifier([other]))])
    outboxes.start()
    outboxes.note("prod", FAILING, SETTLED)
    outboxes.each[1].end()
    assert outboxes.each[1].join(LIMIT) == 0
    assert (other.told, hanging.told) == (["prod: failing"], [])


def test_the_same_state_again_and_again_is_one_note() -> None:
    outbox = Outbox(Notifier([]))
    for state in (FAILING, FAILING, SETTLED, SETTLED, FAILING):
        outbox.note(Note("prod", state, SETTLED))
    assert [each.problem.condition for each in outbox._notes] == ["failing", "settled", "failing"]


def test_what_is_dropped_is_counted() -> None:
    dropped: list[int] = []
    outbox = Outbox(Notifier([]), dropped.append)
    for number in range(MOST + 3):
        outbox.note(Note(str(number), FAILING, SETTLED))
    assert sum(dropped) == 3


def test_every_change_is_told_in_order() -> None:
    told = Hanging()
    told.go_on.set()
    outbox = Outbox(Notifier([told]))
    for state in (FAILING, SETTLED, FAILING):
        outbox.note(Note("prod", state, SETTLED))
    outbox.deliver()
    assert told.told == ["prod: failing", "prod: settled again", "prod: failing"]


def test_the_thread_outlives_what_nobody_foresaw(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Hanging()
    told.go_on.set()
    announcer = Notifier([told])
    note = announcer.note

    def break_down(name: str, trouble: State, drift: State, held: State) -> None:
        if name == "broken":
            raise RuntimeError("nobody foresaw it")
        note(name, trouble, drift, held)

    monkeypatch.setattr(announcer, "note", break_down)
    outbox = Outbox(announcer)
    outbox.start()
    outbox.note(Note("broken", FAILING, SETTLED))
    outbox.note(Note("prod", FAILING, SETTLED))
    outbox.end()
    assert outbox.join(LIMIT) == 0
    assert told.told == ["prod: failing"]


def test_at_the_end_what_waits_is_told_in_a_bounded_time_and_the_rest_is_said(hanging: Hanging) -> None:
    outboxes = Outboxes([Outbox(Notifier([hanging]))])
    outboxes.start()
    outboxes.note("a", FAILING, SETTLED)
    outboxes.note("b", FAILING, SETTLED)
    assert hanging.began.wait(LIMIT)
    configure(1)
    with capture_logs() as logged:
        outboxes.end(0.05)
    assert [(each["event"], each["number"]) for each in logged] == [("notifications dropped at shutdown", 2)]


def test_a_daemon_is_assembled_with_them(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    config = DaemonPart(
        watches={"prod": WatchPart(stack="small")},
        announce=AnnouncePart(webhook=SecretPart(environment_variable="HOOK"), deadline=3),
    )
    around = HostEnvironment(
        kinds=known_kinds(),
        history_file=tmp_path / "history.sqlite",
        who="test",
        holder="this one",
        cache_folder=tmp_path,
        environment={"HOOK": "http://127.0.0.1:9/hook"},
        stop=Stop(),
    )
    (outbox,) = assemble(config, tmp_path, around).outboxes.each
    (channel,) = outbox._announcer.channels
    assert isinstance(channel, TimedChannel)
    assert channel._seconds == 3


# -- Slack's form ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U123>", "&lt;@\u200bU123&gt;"),
        ("<https://evil.example|AWS>", "&lt;https://evil.example|AWS&gt;"),
        ("&lt;!here&gt;", "&amp;lt;!here&amp;gt;"),
        ("a & b", "a &amp; b"),
        ("@channel @here @all", "@\u200bchannel @\u200bhere @\u200ball"),
        ("ada@example.com", "ada@example.com"),
        ("[AWS](https://evil.example)", "[AWS]\u200b(https://evil.example)"),
        ("[AWS][1] [1]: https://evil.example", "[AWS]\u200b[1] [1]\u200b: https://evil.example"),
        ("arn:aws:connect:eu-west-2:1:instance/a/queue/b", "arn:aws:connect:eu-west-2:1:instance/a/queue/b"),
    ],
)
def test_nobody_is_pinged_and_no_link_is_hidden(text: str, sent: str) -> None:
    assert slack_text(Notification("prod: failing", (text,))) == f"prod: failing\n  {sent}"


def test_names_from_aws_forge_no_line_and_hide_nothing() -> None:
    channel = Noting()
    wrong = State("failing", frozenset({"q"}), ("q\nprod: settled again", "\u202eevil\x1b[2J", "half \ud800"))
    Notifier([channel]).note("prod", wrong, SETTLED)
    assert channel.told[0].lines == (r"q\nprod: settled again", r"\u202eevil\x1b[2J", r"half \ud800")
    assert slack_text(channel.told[0]).encode().count(b"\n") == 3


@pytest.mark.parametrize("char", ["x", "<", "&", "@a", "\n"])
def test_a_message_is_never_longer_than_slack_takes(char: str) -> None:
    text = slack_text(Notification("prod: failing", (char * 10_000,)))
    assert len(text) <= LONGEST
    assert text.endswith(" ...")
    assert not text.removesuffix(" ...").endswith(("&", "&a", "&am", "&l", "&lt", "&amp"))


def test_one_long_line_leaves_room_for_the_others() -> None:
    channel = Noting()
    Notifier([channel]).note("prod", State("failing", frozenset({"q"}), ("x" * 9_000, "y")), SETTLED)
    assert channel.told[0].lines[1] == "y"
    assert "\n  y" in channel.told[0].text


def test_it_is_sent_as_utf_8() -> None:
    bodies: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        Webhook(f"http://127.0.0.1:{server.server_port}/a/b?c=d").send(Notification("Überall", ()), 30.0)
    assert bodies == [("/a/b?c=d", {"text": "Überall"})]
