"""The daemon's HTTP server: health, readiness and metrics."""

import asyncio
import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from threading import Thread
from typing import Any, NamedTuple

from reconciler.daemon.threads import Daemon

GRACE = 2.0
"""Seconds that answers under way get at the end."""
TEXT = "text/plain; charset=utf-8"
FIGURES = "text/plain; version=0.0.4; charset=utf-8"
BLANK = b"\r\n\r\n"


@dataclass(frozen=True)
class Bounds:
    """The limits for clients of the server."""

    connections: int = 64
    """The most connections at once; a further one closes the oldest."""
    seconds: float = 5.0
    """Seconds for receiving a whole request, and again for sending its answer."""
    size: int = 8_192
    """Bytes of a request."""


class Answer(NamedTuple):
    """A status, a body and its type."""

    status: HTTPStatus
    body: bytes
    content: str = TEXT


def answer(daemon: Daemon, method: str, path: str) -> Answer:
    """The answer to one request."""
    if method not in ("GET", "HEAD"):
        return Answer(HTTPStatus.METHOD_NOT_ALLOWED, b"GET or HEAD\n")
    match path.partition("?")[0]:
        case "/healthz":
            faults = daemon.faults()
            status = HTTPStatus.SERVICE_UNAVAILABLE if faults else HTTPStatus.OK
            return Answer(status, "".join(f"{line}\n" for line in faults or ["alive"]).encode())
        case "/readyz":
            waits_for = daemon.waits_for()
            told: Mapping[str, Any] = {
                "ready": not waits_for,
                "active": daemon.working,
                "stacks": {watch.name: watch.condition for watch in daemon.watches},
                "waits_for": waits_for,
                "held": {watch.name: watch.held_lines for watch in daemon.watches if watch.held_lines},
            }
            status = HTTPStatus.SERVICE_UNAVAILABLE if waits_for else HTTPStatus.OK
            return Answer(status, json.dumps(told).encode(), "application/json")
        case "/metrics":
            return Answer(HTTPStatus.OK, daemon.metrics.text(), FIGURES)
    return Answer(HTTPStatus.NOT_FOUND, b"there are /healthz, /readyz and /metrics\n")


class Server:
    """Answers requests until it is stopped; open connections do not slow down the passes."""

    def __init__(self, daemon: Daemon, host: str, port: int, bounds: Bounds | None = None) -> None:
        """Start to listen; port 0 takes a free port.

        Raises:
            OSError: the port is in use, or the host is not an address of this machine.
        """
        self._daemon = daemon
        self._bounds = bounds or Bounds()
        self._socket = socket.create_server((host, port))
        self.port: int = self._socket.getsockname()[1]
        self._open: dict[asyncio.StreamWriter, None] = {}
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(self._unforeseen)
        self._thread = Thread(target=self._run, name="http", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop answering."""
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(GRACE)

    def _run(self) -> None:
        loop, bounds = self._loop, self._bounds
        asyncio.set_event_loop(loop)
        listening = asyncio.start_server(
            self._serve, sock=self._socket, limit=bounds.size, backlog=bounds.connections
        )
        server = loop.run_until_complete(listening)
        try:
            loop.run_forever()
        finally:
            server.close()
            for writer in self._open:
                writer.transport.abort()
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: one request, one answer."""
        if len(self._open) >= self._bounds.connections:
            # A client with a complete request is answered at once, so the oldest connection is an idle one.
            oldest = next(iter(self._open))
            del self._open[oldest]
            oldest.transport.abort()
            self._daemon.metrics.refused("too many connections")
        self._open[writer] = None
        try:
            async with asyncio.timeout(self._bounds.seconds):
                found = await self._asked(reader)
            async with asyncio.timeout(self._bounds.seconds):
                writer.write(found)
                await writer.drain()
                writer.close()
                await writer.wait_closed()
        except TimeoutError:
            self._daemon.metrics.refused("too slow")
        except (asyncio.IncompleteReadError, OSError):
            if writer in self._open:
                self._daemon.metrics.refused("gone")
        finally:
            self._open.pop(writer, None)
            writer.transport.abort()

    async def _asked(self, reader: asyncio.StreamReader) -> bytes:
        """Read a request and return the whole reply."""
        try:
            head = await reader.readuntil(BLANK)
        except asyncio.LimitOverrunError:
            self._daemon.metrics.refused("too long")
            return _reply(Answer(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, b"too long\n"), "GET")
        line = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
        if len(line) != 3 or not line[2].startswith("HTTP/1."):
            self._daemon.metrics.refused("no HTTP")
            return _reply(Answer(HTTPStatus.BAD_REQUEST, b"this is not HTTP/1\n"), "GET")
        method, path, _ = line
        return _reply(answer(self._daemon, method, path), method)

    def _unforeseen(self, _loop: asyncio.AbstractEventLoop, _context: Mapping[str, Any]) -> None:
        """Count unexpected errors, such as no free file descriptor; asyncio would print each of them."""
        self._daemon.metrics.refused("error")


def _reply(found: Answer, method: str) -> bytes:
    head = (
        f"HTTP/1.1 {found.status.value} {found.status.phrase}",
        f"Content-Type: {found.content}",
        f"Content-Length: {len(found.body)}",
        "Allow: GET, HEAD",
        "Cache-Control: no-store",
        "Connection: close",
    )
    return "\r\n".join(head).encode() + BLANK + (b"" if method == "HEAD" else found.body)
