"""Brings the schema of the database up or down."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from staff_integration.migrations.resuming import resumed

HEAD, BASE = "head", "base"
REVISIONS = "alembic_version"
"""The table in which Alembic keeps the revision."""
RESTORING = "restoring"
"""The revision of a database while a restore fills it: nothing works with it, and after a kill another restore begins anew in it."""


def upgrade(engine: Engine, revision: str = HEAD) -> None:
    """Bring the schema up to a revision.

    Raises:
        alembic.util.CommandError: there is no such revision.
    """
    with engine.begin() as connection, resumed(connection):
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str = BASE) -> None:
    """Bring the schema down to a revision; the tables of later ones are dropped with their rows.

    Raises:
        alembic.util.CommandError: there is no such revision.
    """
    with engine.begin() as connection, resumed(connection):
        command.downgrade(_config(connection), revision)


def current(engine: Engine) -> str | None:
    """The revision of the database; None while it is empty."""
    with engine.connect() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """The same, in a transaction."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The newest revision of the application."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert head is not None  # noqa: S101  # the package has revisions
    return head


def revisions() -> frozenset[str]:
    """All revisions of the application."""
    return frozenset(each.revision for each in ScriptDirectory.from_config(_config(None)).walk_revisions())


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
