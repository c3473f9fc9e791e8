"""Health answers are true, and requests for them do not slow the passes."""

import http.client
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.aws.account import BadEndpoint
from reconciler.daemon.health import Bounds, Server
from reconciler.daemon.schedule import Frequency, Schedule
from reconciler.daemon.threads import Daemon
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.reconcile import Aws
from reconciler.stack import Stack
from tests.daemon.watched import Scene, scene

HEADER = 'stack: small\nenvironments: {dev: {account: "123456789012", region: eu-west-2}}\n'


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Scene]:
    directory = tmp_path / "small"
    directory.mkdir()
    (directory / "stack.yaml").write_text(HEADER, encoding="utf-8")
    with scene(tmp_path, files=directory) as found:
        yield found


# -- liveness ----------------------------------------------------------------------------------------------------------


def test_a_daemon_whose_passes_begin_in_time_is_well(at: Scene) -> None:
    for _ in range(5):
        at.next_pass()
        at.clock.sleep(59)
        assert at.daemon.faults() == []


def test_a_watch_that_passes_no_more_is_named(at: Scene) -> None:
    at.next_pass()
    at.clock.sleep(119)
    assert at.daemon.faults() == []
    at.clock.sleep(3)
    assert at.daemon.faults() == ["watch prod: no pass has begun within twice its interval, 2 s ago"]
    at.daemon.turn(at.post)
    assert at.daemon.faults() == []


def test_a_watch_that_never_passes_is_named(at: Scene) -> None:
    at.daemon.begin(at.post)
    at.clock.sleep(121)
    assert len(at.daemon.faults()) == 1


def test_a_watch_by_cron_has_until_its_next_firing_but_one(at: Scene) -> None:
    at.post.watch.schedule = Schedule("prod", Frequency(cron="0 * * * *"), Frequency(every=86_400))
    at.next_pass()
    at.next_pass()
    at.clock.sleep(2 * 3_600 - 60)
    assert at.daemon.faults() == []
    at.clock.sleep(120)
    assert len(at.daemon.faults()) == 1


def test_a_pass_over_its_deadline_is_named(at: Scene) -> None:
    seen: list[list[str]] = []

    def load_slowly() -> None:
        at.clock.sleep(899)
        seen.append(at.daemon.faults())
        at.clock.sleep(2)
        seen.append(at.daemon.faults())

    _before_each_load(at, load_slowly)
    at.daemon.turn(at.post)
    assert seen == [[], ["watch prod: the work in progress has taken 901 s; its deadline is 900 s"]]
    assert at.daemon.faults() == []


def test_a_pass_that_quotas_make_long_has_twice_that_long(at: Scene) -> None:
    at.post.watch._allowed(2 * 4_980.0)
    at.post.began = at.clock.now()
    at.clock.sleep(9_960 + 59)
    assert at.daemon.faults() == []
    at.clock.sleep(2)
    assert len(at.daemon.faults()) == 1


def test_the_wall_clock_says_nothing_about_health(at: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    at.next_pass()
    monkeypatch.setattr(at.clock, "wall", lambda: at.clock.now() + 3_600)
    assert at.daemon.faults() == []
    at.clock.sleep(61)
    at.next_pass()
    monkeypatch.setattr(at.clock, "wall", lambda: at.clock.now() - 3_600)
    at.clock.sleep(59)
    at.next_pass()
    at.clock.sleep(100)
    assert at.daemon.faults() == []


def test_a_daemon_that_stands_by_is_well(at: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    at.next_pass()
    monkeypatch.setattr(Daemon, "working", False)
    at.clock.sleep(86_400)
    assert at.daemon.faults() == []


def test_a_daemon_that_has_just_taken_over_is_well(at: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    at.next_pass()
    at.clock.sleep(86_400)
    monkeypatch.setattr(Daemon, "term", 2)
    assert at.daemon.faults() == []


# -- readiness ---------------------------------------------------------------------------------------------------------


def test_it_is_ready_once_each_watch_has_passed(at: Scene) -> None:
    assert at.daemon.waits_for() == {"prod": "not checked yet"}
    at.daemon.turn(at.post)
    assert at.daemon.waits_for() == {}


def test_an_empty_directory_is_not_ready(at: Scene) -> None:
    (at.files / "stack.yaml").unlink()
    at.daemon.turn(at.post)
    (why,) = at.daemon.waits_for().values()
    assert why.startswith("its files cannot be used: stack.yaml:1:1: there is no such file")


def test_a_wrong_environment_is_not_ready(at: Scene) -> None:
    at.post.watch.load = lambda: load(at.files, "dve", known_kinds())
    at.daemon.turn(at.post)
    (why,) = at.daemon.waits_for().values()
    assert 'no environment named "dve"; did you mean "dev"?' in why


def test_an_endpoint_that_is_none_is_not_ready(at: Scene) -> None:
    def refuse(_stack: Stack) -> Aws:
        raise BadEndpoint("https://nowhere: not a place")

    at.post.watch.means = replace(at.post.watch.means, open_account=refuse)
    at.daemon.turn(at.post)
    assert at.daemon.waits_for() == {"prod": "https://nowhere: not a place"}


def test_credentials_of_another_account_are_not_ready(at: Scene) -> None:
    (at.files / "stack.yaml").write_text(HEADER.replace("123456789012", "999999999999"), encoding="utf-8")
    at.daemon.turn(at.post)
    (why,) = at.daemon.waits_for().values()
    assert "these credentials belong to account 123456789012" in why


def test_what_was_ready_stays_so_when_files_become_invalid(at: Scene) -> None:
    at.daemon.turn(at.post)
    (at.files / "stack.yaml").unlink()
    at.next_pass()
    assert at.daemon.waits_for() == {}


def test_standing_by_it_waits_for_its_files(at: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Daemon, "working", False)
    (at.files / "stack.yaml").rename(at.files / "away")
    at.daemon.stand_by(at.post)
    assert at.daemon.waits_for()["prod"].startswith("its files cannot be used: stack.yaml")
    (at.files / "away").rename(at.files / "stack.yaml")
    at.daemon.stand_by(at.post)
    assert at.daemon.waits_for()  # it checks every few seconds
    at.clock.sleep(5)
    at.daemon.stand_by(at.post)
    assert at.daemon.waits_for() == {}
    assert at.calls() == ["CreateQueue"]  # the test's own queue of events


def _before_each_load(at: Scene, what: Callable[[], None]) -> None:
    loading = at.post.watch.load

    def slowly() -> Stack:
        what()
        return loading()

    at.post.watch.load = slowly


# -- over HTTP ---------------------------------------------------------------------------------------------------------


@contextmanager
def answering(at: Scene, seconds: float = Bounds.seconds) -> Iterator[int]:
    server = Server(at.daemon, "127.0.0.1", 0, Bounds(seconds=seconds))
    try:
        yield server.port
    finally:
        server.stop()


def ask(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=300)) as connection:
        connection.request(method, path)
        reply = connection.getresponse()
        return reply.status, reply.read().decode()


def raw(port: int, text: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=300) as connection:
        connection.sendall(text)
        return b"".join(iter(lambda: connection.recv(4_096), b""))


def test_three_questions_are_answered(at: Scene) -> None:
    with answering(at) as port:
        assert ask(port, "/healthz") == (200, "alive\n")
        status, body = ask(port, "/readyz?verbose")
        assert (status, json.loads(body)) == (
            503,
            {
                "ready": False,
                "active": True,
                "stacks": {"prod": "not checked yet"},
                "waits_for": {"prod": "not checked yet"},
                "held": {},
            },
        )
        at.daemon.turn(at.post)
        assert ask(port, "/readyz")[0] == 200
        assert "reconciler_passes_total" in ask(port, "/metrics")[1]
        at.clock.sleep(600)
        assert ask(port, "/healthz")[0] == 503


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("HEAD", "/healthz", 200), ("GET", "/", 404), ("POST", "/healthz", 405), ("DELETE", "/x", 405)],
)
def test_only_whoever_reads_is_answered(at: Scene, method: str, path: str, status: int) -> None:
    with answering(at) as port:
        assert ask(port, path, method)[0] == status


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (b"GET /healthz\r\n\r\n", b"HTTP/1.1 400 "),
        (b"\x16\x03\x01\x02\x00\r\n\r\n", b"HTTP/1.1 400 "),
        (b"GET /healthz HTTP/2.0\r\n\r\n", b"HTTP/1.1 400 "),
        (b"GET / HTTP/1.1\r\nA: " + b"x" * 40_000, b"HTTP/1.1 431 "),
        (b"\r\n\r\n", b"HTTP/1.1 400 "),
    ],
)
def test_what_is_no_request_is_refused_and_counted(at: Scene, text: bytes, answer: bytes) -> None:
    with answering(at) as port:
        try:
            found = raw(port, text)
        except ConnectionError:  # the connection was closed while it was still sending
            found = answer
        assert found.startswith(answer)
        assert refused(at) == 1


def test_half_a_request_is_cut_off_in_time(at: Scene) -> None:
    with answering(at, seconds=0.05) as port:
        assert raw(port, b"GET /healthz HTTP/1.1\r\nHost: ") == b""
        assert refused(at) == 1


def test_eleven_hundred_half_requests_keep_nobody_from_an_answer(
    at: Scene, capfd: pytest.CaptureFixture[str]
) -> None:
    """There are few slots, and no connection blocks one for others."""
    import contextlib

    with answering(at, seconds=600) as port, contextlib.ExitStack() as open_ones:
        for number in range(1_100):
            half = socket.create_connection(("127.0.0.1", port), timeout=300)
            open_ones.enter_context(half)
            half.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
            if number % 100 == 99:
                assert ask(port, "/healthz") == (200, "alive\n")
        at.daemon.turn(at.post)
        assert refused(at) >= 1_000
    assert capfd.readouterr() == ("", "")


def refused(at: Scene) -> float:
    lines = at.daemon.metrics.text().decode().splitlines()
    return sum(float(each.split()[-1]) for each in lines if each.startswith("reconciler_http_refused_total{"))
