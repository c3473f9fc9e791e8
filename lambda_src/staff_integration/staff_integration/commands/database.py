"""`database`: brings the schema of the database up or down, and says where it stands."""

from argparse import ArgumentParser, Namespace
from contextlib import AbstractContextManager, nullcontext

from alembic.util import CommandError as AlembicError
from sqlalchemy import Engine

from staff_integration import migrations
from staff_integration.backup.lock import LockedError, alone
from staff_integration.clock import SystemClock
from staff_integration.commands import FAILED, PENDING, REFUSED, SETTLED, CommandError, Place
from staff_integration.database import engine_for
from staff_integration.settings import setting

PATIENCE = 60
"""Seconds that one process waits for another one that changes the schema."""


def add(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("action", choices=("status", "upgrade", "downgrade"))
    parser.add_argument(
        "--revision", help="the revision to go to (default: the newest; nothing for downgrade)"
    )


def run(place: Place, given: Namespace) -> int:
    """Carry the command out; return the exit code.

    Raises:
        CommandError: there is no such revision, or downgrade is not told one.
    """
    action: str = given.action
    revision: str | None = given.revision
    engine = engine_for(setting(place.environment, "DATABASE_URL"))
    before = migrations.current(engine)
    if action != "downgrade" and before is not None and before not in migrations.revisions():
        place.say(
            f"the database is at revision {before}, of a newer release; this one works with it as it is"
        )
        return SETTLED
    try:
        if action == "upgrade":
            with _alone(engine):
                migrations.upgrade(engine, revision or migrations.HEAD)
        elif action == "downgrade":
            if revision is None:
                raise CommandError(
                    "downgrade drops tables with their rows: name a --revision, or `base` for all"
                )
            with _alone(engine):
                migrations.downgrade(engine, revision)
    except AlembicError as error:
        raise CommandError(str(error)) from None
    except LockedError:
        raise CommandError(
            "another process changes the schema; try again when it has ended", REFUSED
        ) from None
    at, newest = migrations.current(engine), migrations.newest()
    place.say(f"the database is at revision {at or 'base'}; the newest is {newest}")
    if action == "status":
        return SETTLED if at == newest else PENDING
    return SETTLED if at is not None or action == "downgrade" else FAILED


def _alone(engine: Engine) -> AbstractContextManager[None]:
    """On SQLite the transaction keeps others out."""
    return (
        nullcontext() if engine.dialect.name == "sqlite" else alone(engine, SystemClock(), PATIENCE, "schema")
    )
