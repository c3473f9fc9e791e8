"""A call ends in time even if bytes arrive slowly, and a network failure names its address. The tests control the time."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from random import Random
from threading import Thread, active_count
from typing import Any

import boto3
import pytest

from reconciler.aws.account import Account
from reconciler.aws.api import RetryLimits
from reconciler.aws.pacing import Pacer
from reconciler.errors import CallError, Late, Unreachable, Unsure
from tests.unit.aws_toys import ACCOUNT, REGION, Listening, account

HEAD = b"HTTP/1.1 200 OK\r\nx-amzn-requestid: 1\r\ncontent-length: 10000\r\n\r\n"
ONCE = RetryLimits(attempts=1)
QUEUE = {"InstanceId": "i", "QueueId": "q"}


def account_at(url: str, clock: Listening, patience: RetryLimits = ONCE) -> Account:
    """An account whose calls go to this address, over real sockets."""
    session = boto3.Session("AKIAIOSFODNN7EXAMPLE", "key", region_name=REGION)
    return Account(session, ACCOUNT, REGION, clock, Random(1), Pacer(clock, 1000.0), url, patience=patience)


@contextmanager
def server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that calls this function for each connection."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                caller, _ = listening.accept()
                with caller, suppress(OSError):
                    talk(caller)

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def request_of(caller: socket.socket) -> bytes:
    """One whole request; empty after the client has closed the connection."""
    got = b""
    while not (end := got.find(b"\r\n\r\n") + 4) > 3 or len(got) < end + _length(got[:end]):
        some = caller.recv(100_000)
        if not some:
            return b""
        got += some
    return got


def _length(head: bytes) -> int:
    lines = (line.partition(b":") for line in head.lower().splitlines())
    return next((int(value) for name, _, value in lines if name == b"content-length"), 0)


def trickle(clock: Listening, beginning: bytes, seconds: int = 9_000) -> Callable[[socket.socket], None]:
    """Send the beginning, then one byte a second: for each byte, the client's clock advances by a second."""

    def talk(caller: socket.socket) -> None:
        request_of(caller)
        caller.sendall(beginning)
        for _ in range(seconds):
            clock.sleep(1)
            caller.sendall(b"x")
        caller.recv(1)  # until the client closes the connection

    return talk


TRICKLES = {"in the headers": b"HTTP/1.1 200 OK\r\nx-", "in the body": HEAD}
CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a read": ("connect", "describe_queue", QUEUE),
    "a write": ("connect", "update_queue_name", {**QUEUE, "Name": "Sales"}),
    "a create": ("connect", "create_instance", {"IdentityManagementType": "SAML", "InboundCallsEnabled": True, "OutboundCallsEnabled": True}),
    "XML": ("s3", "list_buckets", {}),
    "a stream": ("s3", "get_object", {"Bucket": "stamps", "Key": "k"}),
}  # fmt: skip


@pytest.mark.parametrize("beginning", TRICKLES.values(), ids=TRICKLES.keys())
@pytest.mark.parametrize(("service", "operation", "parameters"), CALLS.values(), ids=CALLS.keys())
def test_a_call_ends_in_time_although_a_byte_comes_now_and_then(
    service: str, operation: str, parameters: Any, beginning: bytes
) -> None:
    clock = Listening()
    with server(trickle(clock, beginning)) as url:
        threads = active_count()
        with pytest.raises(Unsure, match="no complete reply came in time"):
            account_at(url, clock).api(service).call(operation, **parameters)
        assert active_count() == threads
    assert clock.now() >= ONCE.call_deadline


def test_a_deadline_can_be_set() -> None:
    clock = Listening()
    with server(trickle(clock, HEAD, seconds=10)) as url, pytest.raises(Unsure):
        account_at(url, clock, RetryLimits(attempts=1, call_deadline=3)).api("connect").call(
            "describe_queue", **QUEUE
        )
    assert clock.now() < ONCE.call_deadline


def test_a_connection_that_was_late_serves_the_next_call_as_if_new() -> None:
    """The rest of one deadline does not limit the next call on the same connection."""
    clock = Listening()
    body = b'{"Queue": {}}'
    reply = b"HTTP/1.1 200 OK\r\nx-amzn-requestid: 1\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)

    def talk(caller: socket.socket) -> None:
        while request_of(caller):
            clock.sleep(20)
            caller.sendall(reply)

    with server(talk) as url:
        api = account_at(url, clock).api("connect")
        for _ in range(3):
            api.call("describe_queue", **QUEUE)
        api.client.close()
    assert clock.now() >= 60


def test_an_operation_that_never_answers_is_given_up_after_three_calls_time() -> None:
    clock = Listening()
    sent: list[Any] = []

    def answer(request: Any) -> tuple[int, bytes]:
        sent.append(request)
        clock.sleep(30)
        return 200, b""

    toy = account(answer)
    toy.clock = clock
    with pytest.raises(Unsure):
        toy.api("connect").call("describe_queue", **QUEUE)
    assert len(sent) == 3


def test_a_call_that_nobody_answers_until_the_pass_deadline_says_so() -> None:
    clock = Listening()

    def answer(_request: Any) -> tuple[int, bytes]:
        clock.sleep(3)
        return 200, b""

    slow = account(answer)
    slow.clock, slow.ends.at = clock, clock.now() + 2
    with pytest.raises(Late) as raised:
        slow.api("sts").call("get_caller_identity")
    where = f"https://sts.{REGION}.amazonaws.com"
    assert raised.value.message.startswith(f"{where} did not answer before the pass deadline: ")


def test_a_call_that_reaches_nobody_until_the_pass_deadline_says_so() -> None:
    clock, url = Listening(), f"http://127.0.0.1:{closed_port()}"
    slow = account_at(url, clock, RetryLimits())
    slow.ends.at = clock.now() + 0.001
    with pytest.raises(Late) as raised:
        slow.api("sts").call("get_caller_identity")
    assert raised.value.message == f"{url} could not be reached: connection refused, until the pass deadline"


def test_a_list_ends_in_time_although_there_is_always_another_page() -> None:
    clock = Listening()
    tokens = iter(range(10**6))

    def answer(_request: Any) -> tuple[int, Any]:
        clock.sleep(1)
        return 200, {"QueueSummaryList": [], "NextToken": str(next(tokens))}

    toy = account(answer)
    toy.clock = clock
    with pytest.raises(Unsure, match="the list did not end within 300 s"):
        list(toy.api("connect").pages("list_queues", InstanceId="i"))
    assert clock.now() < 400


def test_what_is_done_between_pages_is_not_counted() -> None:
    clock = Listening()
    replies = [{"QueueSummaryList": [{"Id": "1"}], "NextToken": "a"}, {"QueueSummaryList": [{"Id": "2"}]}]
    toy = account(lambda _request: (200, replies.pop(0)))
    toy.clock = clock
    found = []
    for row in toy.api("connect").pages("list_queues", InstanceId="i"):
        clock.sleep(1000)
        found.append(row["Id"])
    assert found == ["1", "2"]


# -- addresses --------------------------------------------------------------------------------------------------------


def closed_port() -> int:
    """A port without a server."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def failing(url: str, **environment: str) -> CallError:
    """The error of a call to this address."""
    with pytest.raises(CallError) as raised:
        account_at(url, Listening()).api("sts").call("get_caller_identity")
    return raised.value


def test_nobody_listens() -> None:
    url = f"http://127.0.0.1:{closed_port()}"
    error = failing(url)
    assert (type(error), error.message) == (
        Unreachable,
        f"{url} could not be reached: connection refused",
    )


def test_a_name_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = failing("https://sts.example.test:8443")
    assert error.message == (
        "https://sts.example.test:8443 could not be reached: its name cannot be resolved"
    )
    assert isinstance(error, Unreachable)


def test_further_addresses_of_a_host_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Listening()
    refused = ("127.0.0.1", closed_port())
    with server(trickle(clock, HEAD)) as url:
        port = int(url.rpartition(":")[2])
        family = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        found = [(*family, ("127.0.0.2", refused[1])), (*family, ("127.0.0.1", port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_: found)
        with pytest.raises(Unsure):
            account_at(f"http://localhost:{port}", clock).api("connect").call("describe_queue", **QUEUE)


def test_tls_that_fails_is_not_tried_again() -> None:
    def talk(caller: socket.socket) -> None:
        caller.recv(100_000)
        caller.sendall(b"HTTP/1.1 400 no TLS here\r\n\r\n")

    with server(talk) as url:
        clock = Listening()
        with pytest.raises(
            Unreachable, match=r"https://127\.0\.0\.1:\d+ could not be reached: TLS: "
        ) as raised:
            account_at(url.replace("http", "https"), clock, RetryLimits()).api("sts").call(
                "get_caller_identity"
            )
    assert clock.slept == []
    assert "(_ssl" not in str(raised.value)


def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:pa55@127.0.0.1:{closed_port()}")
    error = failing("https://sts.example.test")
    assert isinstance(error, Unreachable)
    assert error.message.startswith("the proxy http://127.0.0.1:")
    assert error.message.endswith("could not be used: connection refused")
    assert "pa55" not in str(error)
