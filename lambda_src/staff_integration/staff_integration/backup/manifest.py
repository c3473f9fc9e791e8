"""What a backup holds, to compare with."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from staff_integration.backup import BackupError

FORMAT = 1


@dataclass(frozen=True)
class TableContent:
    """How many rows a table had, and their checksum (`rows.TableSum`)."""

    rows: int
    checksum: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    Args:
        name: of the backup.
        revision: the revision of the schema.
        taken_at: by the clock of the application, right before the snapshot.
        covers: by the clock of the database, in the snapshot: what was committed before is in the backup.
        last_entry: the number of the last entry of the outbox; 0 if there is none.
        last_event: the number of the last event of the hub.
        tables: the content of each table.
        left_out: tables of others in the same database, which are not in the backup.
    """

    name: str
    revision: str
    taken_at: datetime
    covers: datetime
    last_entry: int
    last_event: int
    tables: Mapping[str, TableContent]
    left_out: Sequence[str] = ()

    @property
    def rows(self) -> int:
        """How many rows all tables have."""
        return sum(each.rows for each in self.tables.values())

    def written(self) -> bytes:
        """As JSON."""
        data = {
            "format": FORMAT,
            **asdict(self),
            "taken_at": self.taken_at.isoformat(),
            "covers": self.covers.isoformat(),
        }
        return json.dumps(data, indent=1, sort_keys=True).encode()

    @classmethod
    def read(cls, data: bytes) -> "Manifest":
        """From JSON.

        Raises:
            BackupError: it is of another format.
        """
        given: dict[str, Any] = json.loads(data)
        form = given.pop("format", None)
        if form != FORMAT:
            raise BackupError(f"the backup has the format {form}; this version reads {FORMAT}")
        moments = {each: datetime.fromisoformat(given[each]) for each in ("taken_at", "covers")}
        tables = {name: TableContent(**each) for name, each in given["tables"].items()}
        return cls(**{**given, **moments, "tables": tables})
