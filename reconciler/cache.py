"""The sightings cache: what earlier passes read, by change token, so that a quiet pass need not read it again.

It is never needed for correctness. Deleted, corrupted or out of date it only costs more calls.
"""

import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import structlog

log = structlog.get_logger(__name__)

SIGHTINGS = """
create table if not exists sightings (
    kind text, scope text, id text, version text, looked real, seen text,
    primary key (kind, scope, id)
) without rowid
"""
VISITS = "create table if not exists visits (kind text, scope text, at real, primary key (kind, scope))"
PROBE = "select kind, scope, id, version, looked, seen from sightings limit 0"
"""Fails on the table of another release."""


@dataclass(frozen=True, slots=True)
class Memory:
    """One resource as an earlier pass read it.

    `version` is AWS's change token then; `looked` is when that pass began to look, in seconds since 1970; `complete`
    names the fields that were read in full although no bulk read shows them.
    """

    version: str
    looked: float
    members: Mapping[str, Any]
    tags: Mapping[str, str]
    complete: frozenset[str] = frozenset()

    def same_as(self, other: "Memory | None") -> bool:
        """Whether writing one over the other would change nothing."""
        return other is not None and (self.version, self.looked, self.complete) == (
            other.version,
            other.looked,
            other.complete,
        )


NONE: Mapping[str, Memory] = MappingProxyType({})


class Cache(Protocol):
    """Memories by kind, scope and id."""

    remembers: bool
    """Whether there is any use in finding out what changed."""

    def recall(self, kind: str, scope: str) -> Mapping[str, Memory]:
        """Every memory of a kind in a scope, by id."""
        ...

    def visit(self, kind: str, scope: str, now: float) -> float | None:
        """When the kind was last looked at in the scope, in seconds since 1970; next time the answer is `now`."""
        ...

    def keep(
        self, kind: str, scope: str, memories: Mapping[str, Memory], before: Mapping[str, Memory] = NONE
    ) -> None:
        """Remember these and no others of the kind in the scope; what is as it was recalled `before` needs no writing."""
        ...

    def forget(self, kind: str, ids: Collection[str]) -> None:
        """Forget these, in all scopes: they are about to be changed."""
        ...


class NoCache:
    """Remembers nothing."""

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
        """Forget at once."""

    def forget(self, kind: str, ids: Collection[str]) -> None:
        """There is nothing to forget."""


class ReadAnew:
    """Believes nothing that is remembered, and remembers what is read: for an audit."""

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


class FileCache:
    """Memories in a SQLite file; a file that cannot be used is like none."""

    remembers = True

    def __init__(self, path: Path) -> None:
        self._path = path

    def recall(self, kind: str, scope: str) -> Mapping[str, Memory]:
        query = "select id, version, looked, seen from sightings where kind = ? and scope = ?"
        try:
            with self._open() as database:
                rows = database.execute(query, (kind, scope)).fetchall()
            return {row[0]: _memory(*row[1:]) for row in rows}
        except (sqlite3.Error, OSError, ValueError, TypeError) as error:
            log.warning("cache not read", path=str(self._path), error=str(error))
            return {}

    def visit(self, kind: str, scope: str, now: float) -> float | None:
        try:
            with self._open() as database:
                query = "select at from visits where kind = ? and scope = ?"
                row = database.execute(query, (kind, scope)).fetchone()
                database.execute("insert or replace into visits values (?, ?, ?)", (kind, scope, now))
        except (sqlite3.Error, OSError) as error:
            log.warning("cache not read", path=str(self._path), error=str(error))
            return None
        return row[0] if row else None

    def keep(
        self, kind: str, scope: str, memories: Mapping[str, Memory], before: Mapping[str, Memory] = NONE
    ) -> None:
        changed = {name: each for name, each in memories.items() if not each.same_as(before.get(name))}
        gone = [(kind, scope, name) for name in before.keys() - memories.keys()]
        if before and not changed and not gone:
            return
        try:
            with self._open() as database:
                if not before:
                    database.execute("delete from sightings where kind = ? and scope = ?", (kind, scope))
                database.executemany("delete from sightings where kind = ? and scope = ? and id = ?", gone)
                database.executemany(
                    "insert or replace into sightings values (?, ?, ?, ?, ?, ?)", _rows(kind, scope, changed)
                )
        except (sqlite3.Error, OSError) as error:
            log.warning("cache not written", path=str(self._path), error=str(error))

    def forget(self, kind: str, ids: Collection[str]) -> None:
        try:
            with self._open() as database:
                each = [(kind, identity) for identity in ids]
                database.executemany("delete from sightings where kind = ? and id = ?", each)
        except (sqlite3.Error, OSError) as error:
            # A memory that cannot be taken back would be believed: better none at all.
            _drop(self._path)
            log.warning("cache dropped", path=str(self._path), error=str(error))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The database, committed and closed at the end."""
        with closing(_begin(self._path)) as database, database:
            yield database


def _begin(path: Path) -> sqlite3.Connection:
    """The database of a file; one that is broken is begun anew."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = sqlite3.connect(path)
    try:
        _make_tables(database)
        database.execute(PROBE)
    except sqlite3.DatabaseError:
        database.close()
        path.unlink(missing_ok=True)
        database = sqlite3.connect(path)
        _make_tables(database)
    path.chmod(0o600)
    return database


def _make_tables(database: sqlite3.Connection) -> None:
    database.execute(SIGHTINGS)
    database.execute(VISITS)


def _drop(path: Path) -> None:
    """Take the file away, or empty it where the directory cannot be written."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            os.truncate(path, 0)


def _memory(version: str, looked: float, seen: str) -> Memory:
    members, tags, complete = json.loads(seen)
    return Memory(version, looked, members, tags, frozenset(complete))


def _rows(kind: str, scope: str, memories: Mapping[str, Memory]) -> Iterable[tuple[object, ...]]:
    for identity, each in memories.items():
        # One text, not three: of 10,000 memories each text costs a sixth of a second.
        seen = json.dumps([each.members, dict(each.tags), sorted(each.complete)], default=str)
        yield kind, scope, identity, each.version, each.looked, seen
