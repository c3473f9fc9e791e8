"""Makes, lists, reads and prunes the backups of a store.

A backup is two objects, `NAME.data` and then `NAME.manifest`; without the second one it is none, and it is deleted a day later.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from staff_integration.backup import BackupError
from staff_integration.backup.calendar import KINDS, PLANS, Kind, kind_and_moment, name_of, superfluous
from staff_integration.backup.dumping import Dump, contents, moment_of
from staff_integration.backup.manifest import Manifest
from staff_integration.backup.rows import TableSum, split_lines
from staff_integration.backup.sealing import BackupKeys
from staff_integration.backup.stores import ABANDONED, Store
from staff_integration.clock import Clock
from staff_integration.database import snapshot
from staff_integration.settings import PREFIX, SettingError

DATA, MANIFEST = ".data", ".manifest"


@dataclass(frozen=True)
class Listed:
    """A backup of a store: when it was made, and the bytes of its objects."""

    name: str
    kind: Kind
    made_at: datetime
    size: int


class Library:
    """The backups of a store.

    Args:
        store: where they are.
        keys: what encrypts them.
        keep: of how many periods a backup of each kind is kept.
        clock: the time.
    """

    def __init__(self, store: Store, keys: BackupKeys, keep: Mapping[Kind, int], clock: Clock) -> None:
        self._store, self._keys, self._keep, self._clock = store, keys, keep, clock

    def listed(self) -> Sequence[Listed]:
        """All whole backups, the oldest first.

        Raises:
            BackupError: the store cannot be read.
        """
        sizes = {each.key: each.size for each in self._store.objects()}
        found = []
        for key, size in sizes.items():
            name = key.removesuffix(MANIFEST)
            said = kind_and_moment(name)
            if key.endswith(MANIFEST) and said and name + DATA in sizes:
                found.append(Listed(name, *said, size + sizes[name + DATA]))
        return sorted(found, key=lambda each: (each.made_at, KINDS.index(each.kind)))

    def newest(self) -> Listed:
        """The newest whole backup.

        Raises:
            BackupError: there is none, or the store cannot be read.
        """
        found = self.listed()
        if not found:
            raise BackupError("there is no backup")
        return found[-1]

    def make(self, engine: Engine, kind: Kind) -> Manifest:
        """Make a backup, and read it back.

        Raises:
            BackupError: it cannot be made, or is not what was written; then it is not listed.
            DBAPIError: the database does not answer.
        """
        taken_at = self._clock.now()
        name = name_of(kind, taken_at)
        if any(each.name == name for each in self.listed()):
            raise BackupError(f"there is a backup {name} already; try again in a second")
        data = name + DATA
        try:
            with snapshot(engine) as connection:
                dump = Dump(connection)
                covers = moment_of(connection)
                self._store.write(data, self._keys.seal(dump.lines(), data))
                manifest = dump.manifest(name, taken_at, covers)
            self._check(manifest)
            self._store.write(name + MANIFEST, self._keys.seal([manifest.written()], name + MANIFEST))
        except BaseException:
            with contextlib.suppress(BackupError):
                self._store.delete(data)
            raise
        return manifest

    def verify(self, name: str) -> Manifest:
        """Read a backup as a whole and compare it with its manifest.

        Raises:
            BackupError: there is none of the name, or it is not whole.
        """
        manifest = self.manifest(name)
        self._check(manifest)
        return manifest

    def manifest(self, name: str) -> Manifest:
        """The manifest of a backup.

        Raises:
            BackupError: there is no backup of the name, or its manifest was changed.
        """
        if name not in {each.name for each in self.listed()}:
            raise BackupError(f"there is no backup {name}; `backup list` has the names")
        key = name + MANIFEST
        return Manifest.read(b"".join(self._keys.open(self._store.read(key), key)))

    def lines(self, name: str) -> Iterator[bytes]:
        """The text of a backup, in pieces of any size.

        Raises:
            BackupError: it was changed, is not whole, or cannot be read.
        """
        return self._keys.open(self._store.read(name + DATA), name + DATA)

    def prune(self, kind: Kind) -> Sequence[str]:
        """Delete what is not kept of a kind, and what was left by backups that ended in the middle; return their names.

        Raises:
            BackupError: the store refuses.
        """
        gone = superfluous((each.name for each in self.listed()), kind, self._keep[kind])
        for name in gone:
            self._store.delete(name + MANIFEST)
            self._store.delete(name + DATA)
        now = self._clock.now()
        objects = {each.key: each for each in self._store.objects()}
        for key, each in objects.items():
            name = key.removesuffix(DATA)
            alone = key.endswith(DATA) and kind_and_moment(name) and name + MANIFEST not in objects
            if alone and each.since < now - ABANDONED:
                self._store.delete(key)
        self._store.tidy(now)
        return gone

    def _check(self, manifest: Manifest) -> None:
        """Read the data of a backup and compare it with a manifest."""
        sums: dict[str, TableSum] = {}
        current = TableSum()
        for line in split_lines(self.lines(manifest.name)):
            if line.startswith(b"{"):
                current = sums[json.loads(line)["table"]] = TableSum()
            else:
                current.add(line)
        if contents(sums) != manifest.tables:
            raise BackupError(f"{manifest.name} does not hold what its manifest says; do not use it")


def keep_from(text: str) -> Mapping[Kind, int]:
    """How many of each kind are kept, from a text such as `hourly=48 daily=14`; others as planned.

    Raises:
        SettingError: it is none.
    """
    kept: dict[Kind, int] = {kind: plan.keep for kind, plan in PLANS.items()}
    for part in text.replace(",", " ").split():
        word, _, number = part.partition("=")
        kind = next((each for each in KINDS if each == word), None)
        if kind is None or not (number.isdecimal() and len(number) < 7) or int(number) < 1:
            raise SettingError(
                f"{PREFIX}BACKUP_KEEP: {part} is none of hourly=N, daily=N, weekly=N, monthly=N with N from 1"
            )
        kept[kind] = int(number)
    return kept
