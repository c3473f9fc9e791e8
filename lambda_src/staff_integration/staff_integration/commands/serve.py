"""`serve`: serves the API."""

import asyncio
import socket
import sys
from argparse import ArgumentParser, Namespace

import uvicorn

from staff_integration import reporting
from staff_integration.api.app import application
from staff_integration.api.services import Hub, Services
from staff_integration.assembly import tools_from
from staff_integration.commands import SETTLED, Place, port
from staff_integration.database_metrics import served
from staff_integration.request_figures import kept
from staff_integration.sign_in.sessions import SignIn
from staff_integration.sign_in.shapes import SignInTools
from staff_integration.sync.connection import LARGEST

DRAINING = 10.0
"""Seconds for the conversations of the hub to end."""
LOOK = 0.05


class DrainingServer(uvicorn.Server):
    """A server that, told to stop, ends the conversations of the hub between two messages, and only then all else.

    Args:
        config: of the server.
        hub: the conversations.
    """

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, end the conversations, then shut down."""
        self._hub.draining = True
        for each in self.servers:
            each.close()
        for _ in range(int(DRAINING / LOOK)):
            if not self._hub.conversations:
                break
            await asyncio.sleep(LOOK)
        await super().shutdown(sockets)


def add(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: 127.0.0.1)")
    parser.add_argument("--port", type=port, default=8000, help="the port (default: 8000)")
    parser.add_argument(
        "--metrics-port", type=port, help="serve metrics at this port of 127.0.0.1 (default: not)"
    )


def run(place: Place, given: Namespace) -> int:
    """Serve until it is told to stop; return the exit code.

    Raises:
        SettingError: a setting is missing or wrong.
    """
    sessions = place.sessions()
    tools = tools_from(place.environment, sessions)
    sign_in = SignIn(SignInTools(sessions, tools.vault, tools.passwords))
    reporting.write_to(sys.stderr)
    services = Services(tools, sign_in)
    with served(given.metrics_port, sessions, tools.clock), kept(sessions, tools.clock):
        config = uvicorn.Config(
            application(services),
            host=given.host,
            port=given.port,
            access_log=False,
            log_level="warning",
            server_header=False,
            ws_max_size=LARGEST,
            timeout_graceful_shutdown=20,
        )
        DrainingServer(config, services.hub).run()
    return SETTLED
