"""What the daemon answers over HTTP: whether it lives, whether it is ready, and its figures."""

import socket
from threading import Thread

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from reconciler.daemon.running import Daemon

GRACE = 2.0
"""Seconds for answers on their way."""
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def application(daemon: Daemon) -> Starlette:
    """`/healthz`, `/readyz` and `/metrics` of a daemon."""

    def healthz(_request: Request) -> Response:
        if daemon.alive:
            return PlainTextResponse("alive\n")
        return PlainTextResponse("a thread has died\n", status_code=503)

    def readyz(_request: Request) -> Response:
        stacks = {watch.name: watch.condition for watch in daemon.watches}
        answer = {"ready": daemon.ready, "at_work": daemon.working, "stacks": stacks}
        return JSONResponse(answer, status_code=200 if daemon.ready else 503)

    def metrics(_request: Request) -> Response:
        return Response(daemon.metrics.text(), media_type=CONTENT_TYPE)

    return Starlette(
        routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    )


class Server:
    """Answers for a daemon until it is stopped."""

    def __init__(self, daemon: Daemon, host: str, port: int) -> None:
        """Listen, port 0 on a free one.

        Raises:
            OSError: the port is in use, or the host is none of this machine's.
        """
        self._socket = socket.create_server((host, port))
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(application(daemon), log_level="critical", access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, args=([self._socket],), name="http", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self._server.should_exit = True
        self._thread.join(GRACE)
        self._socket.close()
