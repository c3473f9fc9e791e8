"""What lives: records of one kind in one instance, found by id or by name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from reconciler.sandbox.connect.core.refusals import taken
from reconciler.sandbox.connect.core.resource_types import Kind


@dataclass(slots=True, eq=False)
class Record:
    """One live resource: its settings by botocore's member names, children included."""

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
        """Tell whether AWS keeps it for all accounts; such a thing counts against no quota and has no tags."""
        return self.arn.split(":")[4] == "aws"

    def stamp(self, member: str | None = None) -> dict[str, Any]:
        """When and where the record, or the named list of children, last changed."""
        modified = self.children_modified.get(member, self.created) if member else self.modified
        return {"LastModifiedTime": moment(modified), "LastModifiedRegion": self.region}


def moment(seconds: float) -> datetime:
    """Seconds of the clock as the wire's timestamp."""
    return datetime.fromtimestamp(seconds, tz=UTC)


class Store:
    """All records of one kind in one instance; names are unique within a scope, and case matters."""

    def __init__(self) -> None:
        self._by_id: dict[str, Record] = {}
        self._by_name: dict[tuple[str, str], Record] = {}

    def __iter__(self) -> Iterator[Record]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, record_id: str) -> Record | None:
        """Find by id."""
        return self._by_id.get(record_id)

    def named(self, name: str, scope: str = "") -> Record | None:
        """Find by exact name."""
        return self._by_name.get((scope, name))

    def require_free(self, kind: Kind, name: str, scope: str = "") -> None:
        """Refuse a name that another record has."""
        if (scope, name) in self._by_name:
            raise taken(kind.noun, name)

    def add(self, record: Record) -> None:
        """Take a record in."""
        self._by_id[record.id] = record
        self._by_name[record.scope, record.name] = record

    def rename(self, record: Record, name: str) -> None:
        """Give a record another name, unless it is taken."""
        if name != record.name:
            self.require_free(record.kind, name, record.scope)
            del self._by_name[record.scope, record.name]
            record.name = name
            self._by_name[record.scope, name] = record

    def remove(self, record: Record) -> None:
        """Let a record go; its name is free again."""
        del self._by_id[record.id]
        del self._by_name[record.scope, record.name]
