"""The history in a SQLite file: the default, for one machine."""

import errno
import os
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from reconciler.history.records import Record
from reconciler.history.store import KEPT, HistoryError, NoSuchPass, pack, unpack

VERSION = 1
"""The version of the tables, in `pragma user_version`."""
PATIENCE = 30.0
"""Seconds to wait for another process that is writing."""
TABLES = """
create table passes (
    number integer primary key autoincrement,
    started real not null, stack text not null, environment text not null, quiet integer not null,
    brief blob not null
);
create index quiet_passes on passes (started) where quiet;
create index changed_passes on passes (number) where not quiet;
create table contents (id integer primary key, hash text not null unique, body blob not null);
create table uses (number integer not null, content integer not null, primary key (number, content)) without rowid;
create index used on uses (content);
"""


class SqliteHistory:
    """Records in a file that only its owner can read (`reconciler.history.History`).

    Only a write creates the file. A missing or empty file has no passes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, record: Record) -> int:
        packed = pack(record)
        row = (record.started, record.stack, record.environment, record.quiet, packed.brief)
        with self._open(write=True) as database:
            command = "insert into passes (started, stack, environment, quiet, brief) values (?, ?, ?, ?, ?)"
            number = database.execute(command, row).lastrowid or 0
            _keep(database, number, packed.contents)
            _forget(database, record.started - KEPT)
        return number

    def replace(self, number: int, record: Record) -> None:
        packed = pack(record)
        with self._open(write=True) as database:
            command = "update passes set quiet = ?, brief = ? where number = ?"
            database.execute(command, (record.quiet, packed.brief, number))
            database.execute("delete from uses where number = ?", (number,))
            _keep(database, number, packed.contents)

    def newest(
        self,
        stack: str | None = None,
        environment: str | None = None,
        limit: int = 20,
        changed_only: bool = False,
    ) -> list[Record]:
        query = (
            "select number, brief from passes where (? is null or stack = ?) and (? is null or environment = ?)"
            " and not (quiet and ?) order by number desc limit ?"
        )
        values = (stack, stack, environment, environment, changed_only, limit)
        with self._open() as database:
            rows = database.execute(query, values).fetchall()
        return [unpack(number, brief) for number, brief in rows]

    def get(self, number: int) -> Record:
        with self._open() as database:
            row = database.execute("select brief from passes where number = ?", (number,)).fetchone()
            if row is None:
                raise NoSuchPass(f"{self._path}: there is no pass {number}")
            return unpack(number, row[0], _contents(database, number).__getitem__)

    def since(self, number: int, stack: str, environment: str) -> Iterator[Record]:
        query = (
            "select number from passes where number > ? and not quiet and stack = ? and environment = ?"
            " order by number"
        )
        with self._open() as database:
            rows = database.execute(query, (number, stack, environment)).fetchall()
        return (self.get(later) for (later,) in rows)

    @contextmanager
    def _open(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        """The database, in one transaction."""
        try:
            with closing(_connected(self._path, write=write)) as database:
                database.execute("begin immediate" if write else "begin")
                yield database
                database.execute("commit")
        except OSError as error:
            why = (error.strerror or "it cannot be opened").lower()
            raise HistoryError(f"{self._path}: the history cannot be used: {why}") from None
        except sqlite3.Error as error:
            raise HistoryError(f"{self._path}: the history cannot be used: {error}") from None
        except OverflowError:
            raise NoSuchPass(f"{self._path}: there is no pass of such a number") from None


def _connected(path: Path, *, write: bool) -> sqlite3.Connection:
    """Connect to the database of a file. A read does not create it: a missing or empty file is a new one in memory.

    Raises:
        OSError, sqlite3.Error: it cannot be used.
    """
    size = _size(path)
    if write:
        _touch(path)
        database = _opened(str(path))
    else:
        database = _opened(f"{path.absolute().as_uri()}?mode=rw" if size else ":memory:")
    try:
        _make_tables(database)
    except BaseException:
        database.close()
        raise
    return database


def _size(path: Path) -> int:
    """Bytes in the file; 0 if it is missing.

    Raises:
        OSError: it is not a regular file.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    return found.st_size


def _opened(place: str) -> sqlite3.Connection:
    return sqlite3.connect(place, timeout=PATIENCE, isolation_level=None, uri=place.startswith("file:"))


def _touch(path: Path) -> None:
    """Create the file so that only its owner can read it; SQLite gives its own extra files the same mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _make_tables(database: sqlite3.Connection) -> None:
    """Make the tables in an empty file.

    Raises:
        sqlite3.Error: the file is something else, or of a newer release.
    """
    if _version(database) == VERSION:
        return
    database.execute("begin immediate")  # another process may do the same at this time
    version = _version(database)
    if version > VERSION:
        raise sqlite3.DatabaseError(
            f"a newer release wrote it (version {version}); this release supports version {VERSION}"
        )
    if version < VERSION:
        if database.execute("select count(*) from sqlite_master").fetchone()[0]:
            raise sqlite3.DatabaseError("it is a database of something else")
        for command in filter(str.strip, TABLES.split(";")):
            database.execute(command)
        database.execute(f"pragma user_version = {VERSION}")
    database.execute("commit")


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("pragma user_version").fetchone()[0])


def _keep(database: sqlite3.Connection, number: int, contents: Mapping[str, bytes]) -> None:
    database.executemany("insert or ignore into contents (hash, body) values (?, ?)", contents.items())
    uses = [(number, each) for each in contents]
    database.executemany("insert into uses select ?, id from contents where hash = ?", uses)


def _contents(database: sqlite3.Connection, number: int) -> Mapping[str, bytes]:
    query = "select hash, body from contents join uses on id = content where number = ?"
    return dict(database.execute(query, (number,)).fetchall())


def _forget(database: sqlite3.Connection, before: float) -> None:
    """Delete quiet passes before that time, and contents that only they used."""
    command = "delete from uses where number in (select number from passes where quiet and started < ?)"
    database.execute(command, (before,))
    if database.execute("delete from passes where quiet and started < ?", (before,)).rowcount:
        database.execute("delete from contents where id not in (select content from uses)")
