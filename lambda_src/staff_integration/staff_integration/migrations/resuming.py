"""Lets a migration be run again after it has ended in the middle.

MySQL commits every change of the schema by itself. So whoever is killed in the middle of a revision leaves a part of it, while the database
still names the revision before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymysql.err import MySQLError  # type: ignore[import-untyped]  # theirs, without types
from sqlalchemy import Connection, event

DONE = frozenset({1051, 1060, 1061, 1091, 1359})
"""What MySQL answers to a step that was done before: the table is gone, the column or index is there, it is gone, the trigger is there."""


@contextmanager
def resumed(connection: Connection) -> Iterator[None]:
    """Pass over steps that were done before, where the database does not undo them by itself."""
    if connection.dialect.name == "sqlite":
        yield
        return

    def execute(cursor: Any, statement: str, parameters: Any, _context: Any) -> bool:
        try:
            cursor.execute(statement, parameters)
        except MySQLError as error:
            if error.args[0] not in DONE:
                raise
        return True

    event.listen(connection.engine, "do_execute", execute)
    try:
        yield
    finally:
        event.remove(connection.engine, "do_execute", execute)
