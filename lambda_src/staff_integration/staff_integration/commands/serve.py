"""`serve`: serves the API."""

import sys
from argparse import ArgumentParser, Namespace

import uvicorn

from staff_integration import reporting
from staff_integration.api.app import application
from staff_integration.api.services import Services
from staff_integration.assembly import tools_from
from staff_integration.commands import SETTLED, Place
from staff_integration.sign_in.sessions import SignIn
from staff_integration.sign_in.shapes import SignInTools
from staff_integration.sync.connection import LARGEST


def add(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="the port (default: 8000)")


def run(place: Place, given: Namespace) -> int:
    """Serve until it is told to stop; return the exit code.

    Raises:
        SettingError: a setting is missing or wrong.
    """
    sessions = place.sessions()
    tools = tools_from(place.environment, sessions)
    sign_in = SignIn(SignInTools(sessions, tools.vault, tools.passwords))
    reporting.write_to(sys.stderr)
    uvicorn.run(
        application(Services(tools, sign_in)),
        host=given.host,
        port=given.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        ws_max_size=LARGEST,
        timeout_graceful_shutdown=20,
    )
    return SETTLED
