"""Types of columns that MySQL, MariaDB and SQLite share."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String, Text, TypeDecorator
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeEngine

BIG_ID = BigInteger().with_variant(Integer, "sqlite")
"""An id that the database counts up. SQLite counts up columns of the type INTEGER only."""
TEXT_ID = String(20)
"""An id that people have given: of a member of staff, a facility, a department, a position, a role."""
RECORD_ID = String(64)
"""An id that one of the two systems has given to a record, or a migration to a batch."""
LONG_TEXT = Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")
"""Text that may have more than 64 KiB."""


class Moment(TypeDecorator[datetime]):
    """A moment in UTC: DATETIME with microseconds on MySQL. It is read with its time zone.

    Args:
        timestamp: whether the column is TIMESTAMP, in whole seconds, as the shared tables have it.
    """

    impl = DateTime
    cache_ok = True

    def __init__(self, *, timestamp: bool = False) -> None:
        super().__init__()
        self.timestamp = timestamp

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(DateTime())
        return dialect.type_descriptor(mysql.TIMESTAMP() if self.timestamp else mysql.DATETIME(fsp=6))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # as SQLAlchemy calls it
        if value is None:
            return None
        inside = value.astimezone(UTC).replace(tzinfo=None)
        return inside.replace(microsecond=0) if self.timestamp else inside

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # as SQLAlchemy calls it
        return None if value is None else value.replace(tzinfo=UTC)
