"""Serves the sandbox over HTTP on the loopback address, for any AWS client."""

import io
import json
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

from moto.backends import list_of_moto_modules
from moto.core.config import default_user_config
from moto.core.request import Request
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from reconciler.aws.account import LOOPBACK
from reconciler.runtime.shutdown import Signals
from reconciler.sandbox import MOTO_CONFIG, plugin, public_pages, wire_protocol
from reconciler.sandbox.execute_api.answers import Answer
from reconciler.sandbox.execute_api.incoming import HEADERS, LARGEST_BODY, Headers, Incoming, incoming
from reconciler.sandbox.extension import ONE_AT_A_TIME
from reconciler.sandbox.fault_injection.faults import Crash, NoReply, Unreachable
from reconciler.sandbox.process_state import DEFAULT_ACCOUNT, ProcessState, hold
from reconciler.sandbox.sandbox_error import SandboxError
from reconciler.sandbox.state import kept

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

BLOCK = 2**20
NO_REQUEST = (("Content-Type", "application/json"), ("Connection", "close"))

log = logging.getLogger(__name__)


class _Services(DomainDispatcherApplication):
    """moto's applications, one a service; asking for a service that it has not raises instead of printing."""

    def get_backend_for_host(self, host: str | None) -> Any:
        if host is None or host == "moto_api" or host in list_of_moto_modules():
            return host
        for service, pattern in self.backend_url_patterns:
            if pattern.match(f"http://{host}"):
                return service
        raise NotImplementedError(host)


class Application:
    """The WSGI application: moto's services and ours, behind one gate, with typed errors."""

    def __init__(self) -> None:
        self.services = _Services(create_backend_app)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one HTTP request. A fault of the sandbox itself is a typed 500, never a page of HTML.

        Raises ConnectionAbortedError where an injected fault leaves the client without an answer.
        """
        asked = incoming(environ)
        try:
            body = _take_body(environ, None if asked is None else LARGEST_BODY)
        except (ValueError, OSError):  # OSError: of chunks that are none
            return _sent(environ, start_response, 400, [*NO_REQUEST], b'{"message": "Bad Request"}')
        if asked is not None:
            answer = _of_stage(replace(asked, body=body))
            return _sent(environ, start_response, answer.status, answer.headers, answer.body)

        def request() -> Request:
            return Request({**environ, "wsgi.input": io.BytesIO(body)})

        def header(name: str) -> str:
            prefix = "" if name == "Content-Type" else "HTTP_"  # as WSGI names them (PEP 3333)
            return str(environ.get(prefix + name.upper().replace("-", "_"), ""))

        try:
            reply = plugin.gate(header, request, lambda: self._from_services(environ, body))
        except (NoReply, Unreachable, Crash) as silence:
            raise ConnectionAbortedError(str(silence)) from None
        except Exception as fault:  # the last line before the client: whatever broke, it gets an AWS error
            log.exception("sandbox_fault")
            error = SandboxError("InternalFailure", f"The sandbox failed: {fault!r}", http_status=500)
            reply = wire_protocol.refuse(wire_protocol.identify(request()), request(), error)
        status, headers, written = reply
        data = written.encode() if isinstance(written, str) else written
        return _sent(environ, start_response, status, [*headers.items()], data)

    def _from_services(self, environ: Environ, body: bytes) -> wire_protocol.Reply:
        """Run moto's application and keep its answer, so that the gate may replace it."""
        page = public_pages.answer(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if page is not None:
            return page
        started: list[Any] = []

        def keep(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:
            started.extend([int(status.split(maxsplit=1)[0]), dict(headers)])
            return lambda _data: None

        answer = self.services({**environ, "wsgi.input": io.BytesIO(body)}, keep)
        try:
            data = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        return started[0], started[1], data


def _of_stage(asked: Incoming) -> Answer:
    """Let a stage of an API answer. Such a request is no call of AWS: it meets no faults and no quotas, and is in no journal."""
    try:
        with ONE_AT_A_TIME:
            plugin.mend_late("apigateway")
            from reconciler.sandbox.execute_api.serving import serve as served  # noqa: PLC0415  it takes long

            return served(asked)
    except Exception as fault:  # the last line before the client
        log.exception("sandbox_fault")
        return Answer(500, [], json.dumps({"message": f"The sandbox failed: {fault!r}"}).encode())


def _sent(
    environ: Environ, start_response: StartResponse, status: int, headers: Headers, data: bytes
) -> Iterable[bytes]:
    """Send an answer with its length; to HEAD without its body."""
    head = environ["REQUEST_METHOD"] == "HEAD"
    kept = [row for row in headers if head or row[0].lower() != "content-length"]
    if not any(name.lower() == "content-length" for name, _ in kept):
        kept.append(("Content-Length", str(len(data))))
    known = status in HTTPStatus.__members__.values()
    start_response(f"{int(status)} {HTTPStatus(status).phrase if known else 'Unknown'}", kept)
    return [] if head else [data]


class RunningServer:
    """A sandbox that answers at `url` until `stop()`; also a context manager."""

    def __init__(self, server: BaseWSGIServer, world: ProcessState, closing: ExitStack) -> None:
        self.url = f"http://{server.host}:{server.port}"
        self.world = world
        self.journal = world.journal
        world.url = self.url
        self._server = server
        self._closing = closing
        self._thread = threading.Thread(
            target=server.serve_forever, args=(0.05,), name="sandbox", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Save the state if a file was given, and close the socket. A second call does nothing."""
        self._server.shutdown()
        self._thread.join()
        self._closing.close()
        self.world.url = None

    def wait(self, ready: Callable[[], object] = lambda: None) -> None:
        """Serve until Ctrl-C or SIGTERM, then stop. To be called from the main thread.

        `ready` is called once both signals are heard: who waits for it may stop the server at once.
        """
        with Signals({signal.SIGINT, signal.SIGTERM}) as signals:
            try:
                ready()
                signals.wait()
            finally:
                self.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _QuietHandler(MotoRequestHandler):
    """HTTP/1.1, for clients that wait for "100 Continue", and no line a request."""

    protocol_version = "HTTP/1.1"
    error_content_type = "application/json"
    error_message_format = '{"message": "%(explain)s"}\n'

    def make_environ(self) -> Environ:
        """Keep the headers as they were sent: WSGI's own form loses their case and joins those with one name."""
        return {**super().make_environ(), HEADERS: [*self.headers.items()]}

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  werkzeug's name
        pass

    def connection_dropped(self, *_: Any) -> None:
        """Close the connection if an injected fault leaves no answer: otherwise the client would wait for one."""
        self.close_connection = True


def serve(
    port: int,
    account: str = DEFAULT_ACCOUNT,
    host: str = "127.0.0.1",
    *,
    world: ProcessState | None = None,
    state: Path | None = None,
) -> RunningServer:
    """Start a sandbox on a loopback address; port 0 takes a free one.

    `world` hands in a clock, settling seconds and settings, and goes before `account`; `state` is a file from which
    the sandbox starts, if it is there, and to which it is saved when it stops.

    Raises:
        ValueError: an address that other machines could reach, a fault that no server can follow, or a file that
            is no saved state of this account.
        RuntimeError: a sandbox is already on in this process.
        OSError: the port is in use, or the file cannot be read.
    """
    if host not in LOOPBACK:
        raise ValueError(f"the sandbox checks no signatures and listens on loopback only, not on {host}")
    world = world or ProcessState(account=account)
    world.settings.require_over_http()
    plugin.install()
    with ExitStack() as opening:
        opening.enter_context(hold(world))
        opening.enter_context(patch.dict(default_user_config, {**MOTO_CONFIG}))
        server = _http_server(host, port)
        opening.callback(server.server_close)
        if state is not None:
            opening.enter_context(kept(state, world))
        return RunningServer(server, world, opening.pop_all())


def serve_within_process(world: ProcessState) -> RunningServer:
    """Serve a sandbox that is on in this process on a free loopback port as well: its functions have no other way.

    Raises:
        OSError: no port is free.
    """
    with ExitStack() as opening:
        server = _http_server("127.0.0.1", 0)
        opening.callback(server.server_close)
        return RunningServer(server, world, opening.pop_all())


def _http_server(host: str, port: int) -> BaseWSGIServer:
    """A server on a port that is bound but not served yet.

    Raises:
        OSError: naming the port.
    """
    with _listening(host, port) as listener:  # werkzeug ends the program where it cannot listen
        return make_server(
            host,
            port,
            Application(),
            threaded=True,
            request_handler=_QuietHandler,
            fd=listener.fileno(),
        )


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens on a port.

    Raises:
        OSError: naming the port.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        # Python adds to the text what the line already contains.
        why = os.strerror(error.errno).lower() if error.errno and error.errno > 0 else str(error)
        raise OSError(f"the sandbox cannot listen on port {port}: {why}; choose another --port") from None


def serve_until_stopped(
    port: int, world: ProcessState, state: Path | None, say: Callable[[str], object]
) -> None:
    """Serve a world until Ctrl-C or SIGTERM, and say once when it is ready.

    Raises:
        ValueError: as for `serve`.
        OSError: the sandbox cannot start, or its state cannot be saved; the text is for the user.
    """
    server = serve(port, world=world, state=state)
    ending = f"saves everything to {state}" if state else "forgets everything"
    ready = f"sandbox ready at {server.url} as account {world.account}; Ctrl-C stops it and {ending}"
    try:
        server.wait(lambda: say(ready))
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise OSError(f"the sandbox could not be saved to {state}: {why}") from None


def _take_body(environ: Environ, most: int | None) -> bytes:
    """Read the request's body, and describe it in the environment as one of known length.

    Of a body of more than `most` bytes, one byte more than these is kept.

    Raises:
        ValueError: its length is no number, or is not that of what was sent.
        OSError: it is sent in chunks which are not well-formed.
    """
    chunked = environ.pop("wsgi.input_terminated", False)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    length = str(environ.get("CONTENT_LENGTH") or 0)
    if not chunked and not (length.isascii() and length.isdecimal()):
        raise ValueError(f"the length of the body is {length}")
    left = None if chunked else int(length)
    kept = bytearray()
    while left is None or left > 0:
        block = environ["wsgi.input"].read(BLOCK if left is None else min(BLOCK, left))
        if not block:
            break
        kept += block if most is None else block[: max(0, most + 1 - len(kept))]
        left = None if left is None else left - len(block)
    if left:
        raise ValueError("the body has ended early")
    environ["CONTENT_LENGTH"] = str(len(kept))
    return bytes(kept)
