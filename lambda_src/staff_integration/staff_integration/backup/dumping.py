"""Reads all tables in one transaction, a row at a time.

Tables and columns are those that the database has, not those of the code: so what a migration has added is never left out.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from sqlalchemy import Connection, Float, MetaData, Table, inspect, select, text

import staff_integration
from staff_integration.backup import BackupError
from staff_integration.backup.manifest import Manifest, TableContent
from staff_integration.backup.rows import TableSum, line_of
from staff_integration.migrations import RESTORING, REVISIONS, revision_of, revisions
from staff_integration.tables import Base

BATCH = 500
"""Rows that are in memory at once."""
AS_IT_IS = {"no_parameters": True}
"""The option of a statement in which a percent sign is one."""


@dataclass
class Dump:
    """The tables of a snapshot as lines: `{"table": NAME, "columns": [...]}`, then a line for each row.

    Args:
        connection: a transaction that reads one state (`database.snapshot`).

    Raises:
        BackupError: the database is not one of this application.
    """

    connection: Connection
    sums: dict[str, TableSum] = field(default_factory=dict)
    revision: str = field(init=False)

    def __post_init__(self) -> None:
        revision = revision_of(self.connection)
        if revision == RESTORING:
            raise BackupError("a restore of this database has not ended; run it again")
        if revision is None:
            raise BackupError("the database has no tables of this application; there is nothing to back up")
        self.revision = revision

    def lines(self) -> Iterator[bytes]:
        """All lines, each with its end.

        Raises:
            BackupError: a value cannot be kept.
        """
        for table in tables_of(self.connection):
            columns = ordered(table)
            yield json.dumps({"table": table.name, "columns": columns}).encode() + b"\n"
            sums = self.sums[table.name] = TableSum()
            for line in row_lines(self.connection, table):
                sums.add(line)
                yield line + b"\n"

    def manifest(self, name: str, taken_at: datetime, covers: datetime) -> Manifest:
        """What the lines have had."""
        return Manifest(
            name=name,
            revision=self.revision,
            taken_at=taken_at,
            covers=covers,
            last_entry=self._highest("outbox", "event_id"),
            last_event=self._highest("sync_counter", "value"),
            tables=contents(self.sums),
            left_out=sorted({*inspect(self.connection).get_table_names()} - {*self.sums, REVISIONS}),
        )

    def _highest(self, table: str, column: str) -> int:
        """The highest number of a table that an older schema may not have."""
        if table not in self.sums:
            return 0
        found = self.connection.execute(text(f"SELECT max({column}) FROM {table}"))  # noqa: S608  # constants
        return int(found.scalar() or 0)


def tables_of(connection: Connection) -> list[Table]:
    """All tables with the rows of the application, those before that others refer to.

    Of a schema that this version does not know, all tables are taken to be the application's.
    """
    found = MetaData()
    ours = names_of_all() if revision_of(connection) in revisions() else None
    found.reflect(connection, only=lambda name, _: ours is None or name in ours)
    for column in (column for table in found.tables.values() for column in table.columns):
        if isinstance(column.type, Float):
            column.type.asdecimal = False  # as decimals, MySQL's floating-point numbers are rounded
    return [each for each in found.sorted_tables if each.name != REVISIONS]


@cache
def names_of_all() -> frozenset[str]:
    """The names of all tables of the application."""
    for module in iter_modules(staff_integration.__path__):
        if module.name.endswith("tables"):
            import_module(f"{staff_integration.__name__}.{module.name}")
    return frozenset(Base.metadata.tables)


def ordered(table: Table) -> list[str]:
    """The columns of a table in an order that does not depend on the database."""
    return sorted(each.name for each in table.columns)


def row_lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """The rows of a table as lines without their ends.

    Raises:
        BackupError: a value cannot be kept.
    """
    wanted = select(*(table.columns[each] for each in ordered(table)))
    for row in connection.execute(wanted, execution_options={"yield_per": BATCH}):
        try:
            yield line_of(row)
        except BackupError as error:
            raise BackupError(f"{table.name}: {error}") from None


def contents(sums: Mapping[str, TableSum]) -> dict[str, TableContent]:
    """Counts and checksums as a manifest has them."""
    return {name: TableContent(each.rows, each.checksum) for name, each in sums.items()}


def contents_of(connection: Connection) -> dict[str, TableContent]:
    """Counts and checksums of the database as it is."""
    sums: dict[str, TableSum] = {}
    for table in tables_of(connection):
        sums[table.name] = TableSum()
        for line in row_lines(connection, table):
            sums[table.name].add(line)
    return contents(sums)


def moment_of(connection: Connection) -> datetime:
    """The moment by the clock of the database."""
    sqlite = connection.dialect.name == "sqlite"
    now = "strftime('%Y-%m-%dT%H:%M:%f', 'now')" if sqlite else "UTC_TIMESTAMP(6)"
    found = connection.exec_driver_sql(f"SELECT {now}", execution_options=AS_IT_IS).scalar_one()
    return (found if isinstance(found, datetime) else datetime.fromisoformat(found)).replace(tzinfo=UTC)
