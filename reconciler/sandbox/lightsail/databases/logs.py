"""What happened to a database, and its logs. Known-lossy: no engine runs, so the logs are empty.

Sources: the descriptions of the operations, and the examples of the AWS CLI for GetRelationalDatabaseEvents and
GetRelationalDatabaseLogStreams; those for PostgreSQL, and the messages without a backup, are after those of Amazon RDS.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from reconciler.sandbox.lightsail.core.operations import WRONG_TOKEN, Operations, Reply
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Noted, moment
from reconciler.sandbox.lightsail.core.refusals import absent, invalid
from reconciler.sandbox.lightsail.databases.databases import DATABASE

STREAMS = {"mysql": ("audit", "error", "general", "slowquery"), "postgres": ("postgresql",)}
LONGEST = 14 * 24 * 60
"""The minutes for which AWS keeps events."""
MESSAGES = {
    "CreateRelationalDatabase": ("", "Relational Database created", "creation"),
    "CreateRelationalDatabaseFromSnapshot": ("", "Relational Database restored from snapshot", "creation"),
    "StopRelationalDatabase": ("", "Relational Database stopped", "notification"),
    "StartRelationalDatabase": ("", "Relational Database started", "notification"),
    "RebootRelationalDatabase": ("", "Relational Database restarted", "availability"),
    "CreateRelationalDatabaseSnapshot": (
        "Backing up Relational Database",
        "Finished Relational Database backup",
        "backup",
    ),
}
"""By operation: the message at its beginning, if there is one, that at its end, and their category."""
FORWARD, BACKWARD = "f/0", "b/0"

operations = Operations()


@operations.pages(
    "relationalDatabaseEvents", order=lambda row: f"{row['createdAt'].isoformat()} {row['message']}"
)
def get_relational_database_events(
    plane: Plane, relationalDatabaseName: str, durationInMinutes: int = 60
) -> Sequence[dict[str, Any]]:
    """Show what happened to a database in the last minutes."""
    record = plane.get(DATABASE, relationalDatabaseName)
    if not 1 <= durationInMinutes <= LONGEST:
        raise invalid(f"The duration must be between 1 and {LONGEST} minutes: {durationInMinutes}")
    since, now = plane.now() - durationInMinutes * 60, plane.now()
    own = [
        each
        for each in plane.noted
        if each.created >= record.created and relationalDatabaseName in {each.resource, each.details}
    ]
    return [
        {
            "resource": relationalDatabaseName,
            "createdAt": moment(time),
            "message": message,
            "eventCategories": [category],
        }
        for each in own
        for time, message, category in _events(each, relationalDatabaseName)
        if since <= time <= now
    ]


@operations.answers
def get_relational_database_log_streams(plane: Plane, relationalDatabaseName: str) -> Reply:
    """List the logs of a database."""
    return {"logStreams": list(_streams(plane, relationalDatabaseName))}


@operations.answers
def get_relational_database_log_events(
    plane: Plane,
    relationalDatabaseName: str,
    logStreamName: str,
    pageToken: str | None = None,
    **members: Any,
) -> Reply:
    """Show a log of a database, which is empty; of PostgreSQL from its end only."""
    streams = _streams(plane, relationalDatabaseName)
    if logStreamName not in streams:
        raise absent("log stream", logStreamName)
    if members.get("startFromHead") and streams == STREAMS["postgres"]:
        raise invalid("startFromHead must be false for PostgreSQL.")
    if pageToken not in (None, FORWARD, BACKWARD):
        raise WRONG_TOKEN
    return {"resourceLogEvents": [], "nextForwardToken": FORWARD, "nextBackwardToken": BACKWARD}


def _streams(plane: Plane, name: str) -> tuple[str, ...]:
    return STREAMS[plane.get(DATABASE, name).settings["engine"]]


def _events(noted: Noted, name: str) -> Iterator[tuple[float, str, str]]:
    """The events of an operation: each time in seconds since 1970, the message and the category."""
    found = MESSAGES.get(noted.type)
    of_snapshot = noted.type == "CreateRelationalDatabaseSnapshot"
    if found is None or (noted.details if of_snapshot else noted.resource) != name:
        return
    first, last, category = found
    if first:
        yield noted.created, first, category
    yield noted.end, last, category
