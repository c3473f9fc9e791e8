"""The check of what an application on a Lightsail instance answers."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from pydantic import ValidationError

from reconciler.contract import Look, Seen
from reconciler.resources.lightsail.instance_http import HTTP, LONGEST_BODY, HttpAnswer
from reconciler.runtime.clock import VirtualClock

ANSWERS: dict[str, tuple[int, bytes]] = {
    "/health?x=1": (
        200,
        json.dumps({"rpo": 720, "rto": 4.5, "status": "ok", "late": None, "on": True}).encode(),
    ),
    "/missing": (503, b'{"rpo": 9000}'),
    "/text": (200, b"<html>"),
    "/list": (200, b"[1]"),
    "/long": (200, b'{"rpo": 1, "x": "' + b"x" * LONGEST_BODY + b'"}'),
    "/moved": (302, b""),
}


@pytest.fixture(scope="module")
def place() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = ANSWERS[self.path]
            self.send_response(status)
            self.send_header("Location", "/health?x=1")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def seen(url: str, **asked: Any) -> Seen:
    unused: Any = None
    look = Look(unused, unused, dict, {}, lambda _, id_: id_, {"url": url, **asked}, VirtualClock(), 30.0)
    return HTTP.look(look)


def test_the_answer_is_compared(place: str) -> None:
    assert seen(f"{place}/health?x=1") == Seen(True, "the status 200", "the status 200")
    found = seen(f"{place}/health?x=1", at_most={"rpo": 3600, "rto": 4.5})
    assert found == Seen(
        True, "the status 200, rpo 720, rto 4.5", "the status 200, rpo at most 3600, rto at most 4.5"
    )
    assert seen(f"{place}/missing", status=503).right
    for path, limits, what in (
        ("/health?x=1", {"rpo": 719}, "the status 200, rpo 720"),
        ("/health?x=1", {"late": 1}, "the status 200, late missing"),
        ("/health?x=1", {"status": 1, "on": 1}, "the status 200, status no number, on no number"),
        ("/missing", {"rpo": 10_000}, "the status 503, rpo 9000"),
        ("/text", {"rpo": 1}, "the status 200, rpo missing"),
        ("/list", {"rpo": 1}, "the status 200, rpo missing"),
        ("/long", {"rpo": 1}, "the status 200, rpo missing"),
        ("/moved", {}, "the status 302"),
    ):
        found = seen(place + path, at_most=limits)
        assert (found.right, found.what) == (False, what)


def test_no_answer_is_said_in_one_line(place: str) -> None:
    found = seen(f"https{place.removeprefix('http')}/health")  # it speaks no TLS
    assert (found.right, found.what.startswith("no answer: ")) == (False, True)
    found = seen("http://127.0.0.1:1/")
    assert (found.right, found.what) == (False, "no answer: [Errno 111] Connection refused")
    assert not seen("https://127.0.0.1:x/").right


@pytest.mark.parametrize(
    "url",
    [
        "http://staff.example.com/",
        "https://user:password@staff.example.com/",
        "https://",
        "staff.example.com",
        "https://h/#x",
    ],
)
def test_wrong_urls_are_found_before_anything_is_called(url: str) -> None:
    with pytest.raises(ValidationError):
        HttpAnswer(url=url)
    assert HttpAnswer(url="https://staff.example.com/health/recovery?x").status == 200
