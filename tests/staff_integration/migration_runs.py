"""Runs the migration in tests: the files of an old system, and the command on a database with an organisation."""

import sqlite3
import subprocess
from collections.abc import Callable

from sqlalchemy import Engine, LargeBinary, cast, select, text
from staff_integration.tables import Base

from tests.staff_integration.mariadb import program
from tests.staff_integration.migration_files import WHOLE

Run = Callable[..., tuple[int, str, str]]
SMALL = WHOLE.shared(0.03)


def settings(engine: Engine) -> dict[str, str]:
    return {"STAFF_DATABASE_URL": engine.url.render_as_string(hide_password=False)}


def dump(engine: Engine) -> str:
    """Everything in the database, with what its tables count up."""
    if engine.dialect.name == "sqlite":
        with sqlite3.connect(engine.url.database or "") as connection:
            return "\n".join(connection.iterdump())
    found = program("mariadb-dump") or program("mysqldump")
    if not found:
        return _dumped(engine)
    url = engine.url
    place = ("--no-defaults", f"--host={url.host}", f"--port={url.port}", f"--user={url.username}")
    command = [found, *place, "--skip-dump-date", "--skip-comments", "--hex-blob", url.database or ""]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _dumped(engine: Engine) -> str:
    """A dump where there is no program for it."""
    with engine.connect() as connection:
        return "\n".join(
            str(row)
            for table in Base.metadata.sorted_tables
            for statement in (
                text(f"SHOW CREATE TABLE {table.name}"),
                select(*(cast(each, LargeBinary) for each in table.columns)).order_by(*table.primary_key),
            )
            for row in connection.execute(statement)
        )
