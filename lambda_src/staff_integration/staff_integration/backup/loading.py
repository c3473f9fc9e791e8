"""Makes a database of the lines of a backup, and brings it back into service."""

import json
from collections.abc import Iterable
from typing import Any

from alembic.util import CommandError
from sqlalchemy import Connection, Engine, MetaData, Table, delete, insert, inspect, text

from staff_integration import migrations
from staff_integration.backup import BackupError
from staff_integration.backup.dumping import AS_IT_IS, contents_of, tables_of
from staff_integration.backup.manifest import Manifest
from staff_integration.backup.rows import split_lines, values_of
from staff_integration.database import snapshot

BATCH = 500
"""Rows that are written at once."""
GAP = 1_000_000
"""How far the numbers of entries and events jump, so that none is given a second time that was given after the backup."""
RESTORED = "database.restored"
"""The type of the entry of the outbox that keeps the numbers from being given again; no worker takes it."""


def restore(engine: Engine, lines: Iterable[bytes], manifest: Manifest) -> None:
    """Fill an empty database; afterwards it is as the manifest says. If that fails, it is empty again.

    Args:
        engine: the database.
        lines: pieces of the text of `dumping.Dump.lines`.
        manifest: of the same backup.

    Raises:
        BackupError: the database is not empty, the revision is unknown, or the rows are not those of the manifest.
    """
    refuse_unless_empty(engine)
    try:
        _fill(engine, lines, manifest)
    except BaseException:
        make_empty(engine)
        raise


def refuse_unless_empty(engine: Engine) -> None:
    """Raise BackupError if a database has any table; what a restore has left that was killed is deleted."""
    if migrations.current(engine) == migrations.RESTORING:
        make_empty(engine)
    found = inspect(engine).get_table_names()
    if found:
        some = ", ".join(sorted(found)[:3])
        raise BackupError(f"the database is not empty ({len(found)} tables: {some} ...); give an empty one")


def make_empty(engine: Engine) -> None:
    """Drop all tables with their rows and triggers."""
    with engine.begin() as connection:
        found = MetaData()
        found.reflect(connection)
        found.drop_all(connection)


def compare(engine: Engine, manifest: Manifest) -> None:
    """Compare counts and checksums of a database with a manifest.

    Raises:
        BackupError: they differ; the message names the tables.
    """
    with snapshot(engine) as connection:
        found = contents_of(connection)
    expected = manifest.tables
    differing = sorted(each for each in {*found, *expected} if found.get(each) != expected.get(each))
    if differing:
        said = ", ".join(
            f"{each} ({expected[each].rows if each in expected else 'no'} rows expected, "
            f"{found[each].rows if each in found else 'no'} rows found)"
            for each in differing
        )
        raise BackupError(f"counts or checksums differ from those of {manifest.name}: {said}")


def resume(engine: Engine, manifest: Manifest) -> None:
    """Make a restored database ready for service.

    Entries, events and, on MySQL, accounts get numbers that were never given: VoiceDrive passes over revisions, and both systems over events,
    that they have had, and the medical system knows accounts by their numbers. All sessions end, because some may have been signed out after
    the backup.
    """
    marker = (
        "INSERT INTO outbox (event_id, event_type, staff_id, created_at, state) "
        "SELECT coalesce(max(event_id), 0) + :gap, :type, '', CURRENT_TIMESTAMP, 'done' FROM outbox"
    )
    statements = {
        "outbox": marker,
        "sync_counter": "UPDATE sync_counter SET value = value + :gap",
        "account_integration": "UPDATE account_integration SET sso_token = NULL, token_expires_at = NULL",
        "sso_hand_over": "DELETE FROM sso_hand_over",
        # The copy was made while this run was under way.
        "backup_run": "UPDATE backup_run SET outcome = 'good', finished_at = started_at, backup = :name WHERE outcome = 'running'",
    }
    with engine.begin() as connection:
        there = inspect(connection).get_table_names()
        for table, statement in statements.items():
            if table in there:  # an older schema may not have it
                connection.execute(text(statement), {"gap": GAP, "type": RESTORED, "name": manifest.name})
        if engine.dialect.name != "sqlite":  # which takes the highest number there is
            last = connection.execute(text("SELECT max(integration_id) FROM account_integration")).scalar()
            following = int(last or 0) + GAP
            connection.exec_driver_sql(f"ALTER TABLE account_integration AUTO_INCREMENT = {following}")


def _fill(engine: Engine, lines: Iterable[bytes], manifest: Manifest) -> None:
    try:
        migrations.upgrade(engine, manifest.revision)
    except CommandError:
        raise BackupError(
            f"{manifest.name} has the schema of revision {manifest.revision}, which this version does not know; "
            "restore it with the version that made it, or a newer one"
        ) from None
    with engine.begin() as connection:
        _write_revision(connection, migrations.RESTORING)
        triggers = _without_triggers(connection)
    with engine.begin() as connection:
        tables = {each.name: each for each in tables_of(connection)}
        for table in reversed(tables.values()):  # what migrations have put there
            connection.execute(delete(table))
        _insert(connection, lines, tables)
    with engine.begin() as connection:
        for each in triggers:
            connection.exec_driver_sql(each, execution_options=AS_IT_IS)
        _write_revision(connection, manifest.revision)
    compare(engine, manifest)


def _insert(connection: Connection, lines: Iterable[bytes], tables: dict[str, Table]) -> None:
    table: Table | None = None
    columns: list[str] = []
    rows: list[dict[str, Any]] = []

    def write() -> None:
        if table is not None and rows:
            connection.execute(insert(table), rows)
        rows.clear()

    for line in split_lines(lines):
        read = json.loads(line)
        if isinstance(read, dict):
            write()
            columns, table = read["columns"], tables.get(read["table"])
            if table is None or set(columns) != {each.name for each in table.columns}:
                raise BackupError(f"the schema has no table {read['table']} with the columns of the backup")
            continue
        rows.append(dict(zip(columns, values_of(read), strict=True)))
        if len(rows) == BATCH:
            write()
    write()


def _without_triggers(connection: Connection) -> list[str]:
    """Drop all triggers; return the statements that make them again."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
        made = [(str(name), str(statement)) for name, statement in found]
    else:
        names = connection.exec_driver_sql(
            "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE() "
            "ORDER BY action_order"
        ).scalars()
        made = [
            (name, str(connection.exec_driver_sql(f"SHOW CREATE TRIGGER `{name}`").one()[2]))
            for name in names.all()
        ]
    for name, _ in made:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    return [statement for _, statement in made]


def _write_revision(connection: Connection, revision: str) -> None:
    connection.execute(
        text(f"UPDATE {migrations.REVISIONS} SET version_num = :revision"),  # noqa: S608  # a constant
        {"revision": revision},
    )
