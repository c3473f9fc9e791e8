"""`client`: sets the secret with which one of the two systems gets its tokens."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from sqlalchemy.orm import Session

from staff_integration.commands import SETTLED, CommandError, Place
from staff_integration.database import in_transaction
from staff_integration.sign_in.passwords import Passwords
from staff_integration.sign_in_tables import SystemClient

STDIN = "-"
"""A service of systemd cannot open its standard input by a name: it is another user's file or pipe."""
SHORTEST = 32
"""Characters of a secret."""


def add(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("system", choices=("medical", "voicedrive"))
    parser.add_argument(
        "--secret-file",
        required=True,
        help="the file with the secret, or - for the standard input; the database gets its hash",
    )


def run(place: Place, given: Namespace) -> int:
    """Carry the command out; return the exit code.

    Raises:
        CommandError: the file cannot be read, or the secret is too short.
    """
    try:
        content = (
            sys.stdin.buffer.read() if given.secret_file == STDIN else Path(given.secret_file).read_bytes()
        )
        secret = content.decode().strip()
    except OSError as error:
        raise CommandError(f"{given.secret_file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CommandError(f"{given.secret_file} is no text in UTF-8") from None
    if not SHORTEST <= len(secret) <= 200:
        raise CommandError(f"the secret in {given.secret_file} must have {SHORTEST} to 200 characters")
    hashed = Passwords().hashed(secret)

    def write(session: Session) -> None:
        session.merge(SystemClient(system_id=given.system, secret_hash=hashed))

    in_transaction(place.sessions(), write)
    place.say(f"{given.system} has a new secret")
    return SETTLED
