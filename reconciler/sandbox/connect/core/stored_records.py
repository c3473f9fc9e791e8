"""Stores the records of a kind in an instance; finds them by id or name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from reconciler.sandbox.connect.core.refusals import taken
from reconciler.sandbox.connect.core.resource_types import Kind


@dataclass(slots=True, eq=False)
class Record:
    """One resource: its settings and children by botocore's member names."""

    kind: Kind
    id: str
    arn: str
    name: str
    region: str
    settings: dict[str, Any]
    tags: dict[str, str]
    created: float
    modified: float
    scope: str = ""
    aws_owned: bool = False
    children_modified: dict[str, float] = field(default_factory=dict)
    targets: frozenset[str] = frozenset()

    @property
    def shared(self) -> bool:
        """Whether AWS provides it for all accounts; such a resource has no tags and does not count against quotas."""
        return self.arn.split(":")[4] == "aws"

    def stamp(self, member: str | None = None) -> dict[str, Any]:
        """Return the time and Region of the last change of the record, or of a list of children."""
        modified = self.children_modified.get(member, self.created) if member else self.modified
        return {"LastModifiedTime": moment(modified), "LastModifiedRegion": self.region}


def moment(seconds: float) -> datetime:
    """Return seconds since 1970 as a `datetime`, the form of timestamps in replies."""
    return datetime.fromtimestamp(seconds, tz=UTC)


class Store:
    """All records of a kind in an instance. Names are case-sensitive and unique within a scope."""

    def __init__(self) -> None:
        self._by_id: dict[str, Record] = {}
        self._by_name: dict[tuple[str, str], Record] = {}

    def __iter__(self) -> Iterator[Record]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, record_id: str) -> Record | None:
        """Return a record by its id."""
        return self._by_id.get(record_id)

    def named(self, name: str, scope: str = "") -> Record | None:
        """Return a record by its exact name."""
        return self._by_name.get((scope, name))

    def require_free(self, kind: Kind, name: str, scope: str = "") -> None:
        """Refuse a name that another record has."""
        if (scope, name) in self._by_name:
            raise taken(kind.noun, name)

    def add(self, record: Record) -> None:
        """Add a record."""
        self._by_id[record.id] = record
        self._by_name[record.scope, record.name] = record

    def rename(self, record: Record, name: str) -> None:
        """Rename a record; refuse a name that another record has."""
        if name != record.name:
            self.require_free(record.kind, name, record.scope)
            del self._by_name[record.scope, record.name]
            record.name = name
            self._by_name[record.scope, name] = record

    def remove(self, record: Record) -> None:
        """Remove a record; its name becomes free."""
        del self._by_id[record.id]
        del self._by_name[record.scope, record.name]
