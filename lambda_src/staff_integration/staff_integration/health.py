"""Whether this process can serve: the database answers, and its schema is not older than this release."""

from functools import cache

from sqlalchemy.exc import DBAPIError

from staff_integration import migrations
from staff_integration.database import Sessions

NO_DATABASE = "the database does not answer"


def problem_of(sessions: Sessions) -> str:
    """Why this process cannot serve; empty if it can.

    A revision that this release does not know is of a newer one: during an upgrade both work with it.
    """
    try:
        at = migrations.current(sessions.kw["bind"])
    except DBAPIError:
        return NO_DATABASE
    if at == migrations.RESTORING:
        return "a restore has not ended"
    if at is None or at in _older():
        return f"the schema is at {at or 'base'}, not at {migrations.newest()}"
    return ""


@cache
def _older() -> frozenset[str]:
    return migrations.revisions() - {migrations.newest()}
