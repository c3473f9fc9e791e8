"""The cache of sightings: what earlier passes read, with change tokens, so that a quiet pass need not read it again.

Correctness does not depend on it. If it is deleted, damaged or out of date, a pass only makes more calls.
"""

import hashlib
import json
import math
import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

import structlog

log = structlog.get_logger(__name__)
T = TypeVar("T")

SIGHTINGS = """
create table if not exists sightings (
    kind text, scope text, id text, version text, looked real, content text, digest text,
    primary key (kind, scope, id)
) without rowid
"""
ATTRIBUTES = """
create table if not exists attributes (
    kind text, id text, arn text, name text, value text, read real, digest text,
    primary key (kind, id, arn, name)
) without rowid
"""
VISITS = "create table if not exists visits (kind text, scope text, at real, primary key (kind, scope))"
PROBE = "select kind, scope, id, version, looked, content, digest from sightings limit 0"
"""A query that fails on the table of another release."""
UNREACHABLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
    }
)
"""Errors that do not mean that the file is damaged."""
PATIENCE = 5.0
"""Seconds to wait for another process that is writing; only once per cache, because it may never end."""


@dataclass(frozen=True, slots=True)
class Memory:
    """One resource as an earlier pass read it.

    `version` is AWS's change token at that time; `looked` is when that pass began to read, in seconds since 1970;
    `complete` names the fields that were read in full although no bulk read shows them. The other fields are those of a
    `Sighting`.
    """

    version: str
    looked: float
    members: Mapping[str, Any]
    tags: Mapping[str, str]
    complete: frozenset[str] = frozenset()
    name: str = ""
    address: Mapping[str, str] = field(default_factory=dict)
    arn: str = ""
    also: tuple[str, ...] = ()
    deletion: str | None = None

    def same_as(self, other: "Memory | None") -> bool:
        """Whether replacing one by the other would change nothing."""
        return other is not None and _compared(self) == _compared(other)


def _compared(memory: Memory) -> tuple[object, ...]:
    state = (memory.version, memory.looked, memory.complete, memory.deletion)
    return (*state, memory.name, memory.arn, memory.also)


NONE: Mapping[str, Memory] = MappingProxyType({})


class Cache(Protocol):
    """A cache of resources by kind, scope and id."""

    remembers: bool
    """Whether it can hold entries, so that looking for changes is useful."""

    def recall(self, kind: str, scope: str) -> Mapping[str, Memory]:
        """All entries of a kind in a scope, by id."""
        ...

    def visit(self, kind: str, scope: str, now: float) -> float | None:
        """When the kind was last read in the scope, in seconds since 1970; stores `now` for the next time."""
        ...

    def visited(self, kind: str, scope: str) -> float | None:
        """When the kind was last read in the scope, in seconds since 1970; None if this is not known."""
        ...

    def keep(
        self, kind: str, scope: str, memories: Mapping[str, Memory], before: Mapping[str, Memory] = NONE
    ) -> None:
        """Store these entries, and no others of the kind in the scope; those that equal `before` are not written again."""
        ...

    def forget(self, kind: str, ids: Collection[str]) -> None:
        """Remove these entries, in all scopes, because their resources will be changed."""
        ...

    def attributes(self, kind: str, arn: str, since: float) -> Mapping[str, str | None]:
        """The attributes of a resource that were read since then, in seconds since 1970; None for one that it does not have."""
        ...

    def keep_attributes(
        self, kind: str, identity: str, arn: str, values: Mapping[str, str | None], now: float
    ) -> None:
        """Store attributes of a resource, until its entry is removed or replaced by a different one."""
        ...


class NoCache:
    """A cache that holds nothing."""

    remembers = False

    def recall(self, kind: str, scope: str) -> Mapping[str, Memory]:
        del kind, scope
        return {}

    def visit(self, kind: str, scope: str, now: float) -> float | None:
        del kind, scope, now
        return None

    def keep(
        self, kind: str, scope: str, memories: Mapping[str, Memory], before: Mapping[str, Memory] = NONE
    ) -> None:
        """Store nothing."""

    def forget(self, kind: str, ids: Collection[str]) -> None:
        """Do nothing."""

    def visited(self, kind: str, scope: str) -> float | None:
        del kind, scope
        return None

    def attributes(self, kind: str, arn: str, since: float) -> Mapping[str, str | None]:
        del kind, arn, since
        return {}

    def keep_attributes(
        self, kind: str, identity: str, arn: str, values: Mapping[str, str | None], now: float
    ) -> None:
        """Store nothing."""


class WriteOnlyCache:
    """A cache for audits: it returns no entries, but stores what is read."""

    remembers = True

    def __init__(self, inner: Cache) -> None:
        self.inner = inner

    def recall(self, kind: str, scope: str) -> Mapping[str, Memory]:
        del kind, scope
        return {}

    def visit(self, kind: str, scope: str, now: float) -> float | None:
        return self.inner.visit(kind, scope, now)

    def keep(
        self, kind: str, scope: str, memories: Mapping[str, Memory], before: Mapping[str, Memory] = NONE
    ) -> None:
        del before  # none were recalled
        self.inner.keep(kind, scope, memories)

    def forget(self, kind: str, ids: Collection[str]) -> None:
        self.inner.forget(kind, ids)

    def visited(self, kind: str, scope: str) -> float | None:
        return self.inner.visited(kind, scope)

    def attributes(self, kind: str, arn: str, since: float) -> Mapping[str, str | None]:
        del kind, arn, since
        return {}

    def keep_attributes(
        self, kind: str, identity: str, arn: str, values: Mapping[str, str | None], now: float
    ) -> None:
        self.inner.keep_attributes(kind, identity, arn, values, now)


class FileCache:
    """A cache in a SQLite file. A file that cannot be used counts as empty; a damaged file is replaced.

    Each row has the hash of its content: a row that was changed or damaged is ignored, and is written again.
    """

    remembers = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self._patience = PATIENCE

    def recall(self, kind: str, scope: str) -> Mapping[str, Memory]:
        query = "select id, version, looked, content, digest from sightings where kind = ? and scope = ?"

        def recalled(database: sqlite3.Connection) -> list[tuple[Any, ...]]:
            try:
                return database.execute(query, (kind, scope)).fetchall()
            except sqlite3.OperationalError as error:
                if hasattr(error, "sqlite_errorcode"):
                    raise  # an error of SQLite's own; only the other ones are about the text
                # Text that is not UTF-8 must not hide the other rows; to decode each text here takes long.
                database.text_factory = lambda data: data.decode("utf-8", "replace")
                return database.execute(query, (kind, scope)).fetchall()

        rows = self._tried("cache read failed", recalled) or []
        sound = [row for row in rows if row[4] == _row_digest(kind, scope, *row[:4])]
        # One text for all, because each text by itself costs more than what is in it.
        contents = json.loads(f"[{','.join(row[3] for row in sound)}]")
        found = {row[0]: _memory(row, each) for row, each in zip(sound, contents, strict=True)}
        if len(found) < len(rows):
            log.warning(
                "cache entries ignored", path=str(self._path), kind=kind, number=len(rows) - len(found)
            )
        return found

    def visit(self, kind: str, scope: str, now: float) -> float | None:
        def visited(database: sqlite3.Connection) -> float | None:
            at = _visited(database, kind, scope)
            database.execute("insert or replace into visits values (?, ?, ?)", (kind, scope, now))
            return at

        at = self._tried("cache read failed", visited)
        return at if at is not None and at <= now else None

    def visited(self, kind: str, scope: str) -> float | None:
        return self._tried("cache read failed", lambda database: _visited(database, kind, scope))

    def keep(
        self, kind: str, scope: str, memories: Mapping[str, Memory], before: Mapping[str, Memory] = NONE
    ) -> None:
        changed = {name: each for name, each in memories.items() if not each.same_as(before.get(name))}
        gone = [(kind, scope, name) for name in before.keys() - memories.keys()]
        if before and not changed and not gone:
            return

        def kept(database: sqlite3.Connection) -> None:
            if not before:
                database.execute("delete from sightings where kind = ? and scope = ?", (kind, scope))
            database.executemany("delete from sightings where kind = ? and scope = ? and id = ?", gone)
            _drop_attributes(database, kind, [*changed, *(name for *_, name in gone)])
            database.executemany(
                "insert or replace into sightings values (?, ?, ?, ?, ?, ?, ?)", _rows(kind, scope, changed)
            )

        self._tried("cache write failed", kept)

    def forget(self, kind: str, ids: Collection[str]) -> None:
        try:
            with self._open(lasting=True) as database:
                each = [(kind, identity) for identity in ids]
                database.executemany("delete from sightings where kind = ? and id = ?", each)
                _drop_attributes(database, kind, ids)
        except (sqlite3.Error, OSError, ValueError) as error:
            # An entry that cannot be removed would be used: it is safer to delete the file.
            _drop(self._path)
            log.warning("cache dropped", path=str(self._path), error=str(error))

    def attributes(self, kind: str, arn: str, since: float) -> Mapping[str, str | None]:
        query = "select kind, id, arn, name, value, read, digest from attributes where kind = ? and arn = ?"
        rows = self._tried(
            "cache read failed", lambda database: database.execute(query, (kind, arn)).fetchall()
        )
        sound = [row for row in rows or () if row[6] == _row_digest(*row[:6])]
        return {name: value for _, _, _, name, value, read, _ in sound if read >= since}

    def keep_attributes(
        self, kind: str, identity: str, arn: str, values: Mapping[str, str | None], now: float
    ) -> None:
        rows = [(kind, identity, arn, name, value, float(now)) for name, value in values.items()]
        digested = [(*row, _row_digest(*row)) for row in rows]
        query = "insert or replace into attributes values (?, ?, ?, ?, ?, ?, ?)"
        self._tried("cache write failed", lambda database: database.executemany(query, digested))

    def _tried(self, event: str, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """The result of work on the database; None if it failed, which is logged.

        A damaged file is deleted, and the next work creates a new one.
        """
        try:
            with self._open() as database:
                return work(database)
        except (sqlite3.Error, OSError, ValueError) as error:
            log.warning(event, path=str(self._path), error=str(error))
            if isinstance(error, sqlite3.DatabaseError):
                if _is_unreachable(error):
                    self._patience = 0.0
                elif not isinstance(error, sqlite3.InterfaceError | sqlite3.ProgrammingError):
                    _drop(self._path)
            return None

    @contextmanager
    def _open(self, *, lasting: bool = False) -> Iterator[sqlite3.Connection]:
        """Open the database; it is committed and closed at the end.

        Only a lasting change waits until the disk has it. The others would wait some twenty times per pass, and a loss of power
        can only cost calls: the hash of a damaged row is wrong, and the change token of an old row is.
        """
        with closing(_begin(self._path, self._patience, lasting=lasting)) as database, database:
            yield database


def _begin(path: Path, patience: float, *, lasting: bool) -> sqlite3.Connection:
    """Open the database of a file; a damaged one is created again."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = sqlite3.connect(path, timeout=patience)
    try:
        _prepare(database, lasting=lasting)
        database.execute(PROBE)
    except sqlite3.DatabaseError as error:
        database.close()
        if _is_unreachable(error):
            raise
        path.unlink(missing_ok=True)
        database = sqlite3.connect(path, timeout=patience)
        _prepare(database, lasting=lasting)
    path.chmod(0o600)
    return database


def _prepare(database: sqlite3.Connection, *, lasting: bool) -> None:
    if not lasting:
        database.execute("pragma synchronous = off")
    for table in (SIGHTINGS, ATTRIBUTES, VISITS):
        database.execute(table)


def _visited(database: sqlite3.Connection, kind: str, scope: str) -> float | None:
    row = database.execute("select at from visits where kind = ? and scope = ?", (kind, scope)).fetchone()
    return row[0] if row and isinstance(row[0], float) and math.isfinite(row[0]) else None


def _drop_attributes(database: sqlite3.Connection, kind: str, ids: Iterable[str]) -> None:
    each = ((kind, identity) for identity in ids)
    database.executemany("delete from attributes where kind = ? and id = ?", each)


def _is_unreachable(error: sqlite3.Error) -> bool:
    """Whether the file may be intact but cannot be used now; our own errors have no code."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_BUSY)
    return code & 0xFF in UNREACHABLE


def _drop(path: Path) -> None:
    """Delete the file, or empty it if the directory cannot be written."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            os.truncate(path, 0)


def _memory(row: tuple[Any, ...], content: Sequence[Any]) -> Memory:
    _, version, looked, *_ = row
    members, tags, complete, name, address, arn, also, deletion = content
    return Memory(
        version, looked, members, tags, frozenset(complete), name, address, arn, tuple(also), deletion
    )


def _rows(kind: str, scope: str, memories: Mapping[str, Memory]) -> Iterable[tuple[object, ...]]:
    for identity, each in memories.items():
        place = (each.name, dict(each.address), each.arn, each.also, each.deletion)
        # One text, not several: for 10,000 entries each text costs a sixth of a second.
        content = json.dumps([each.members, dict(each.tags), sorted(each.complete), *place], default=str)
        looked = float(each.looked)
        yield (
            kind,
            scope,
            identity,
            each.version,
            looked,
            content,
            _row_digest(kind, scope, identity, each.version, looked, content),
        )


def _row_digest(*values: object) -> str:
    """The hash of a row, of any values that SQLite may hold."""
    return hashlib.sha256(repr(values).encode("utf-8", "surrogatepass")).hexdigest()
