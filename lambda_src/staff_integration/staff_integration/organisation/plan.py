"""What has to change in the database so that it has the organisation of the files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from staff_integration.migration_tables import BatchRow
from staff_integration.organisation.files import Organisation
from staff_integration.organisation_tables import (
    FLAGS,
    Corporation,
    Department,
    Facility,
    Permissions,
    Position,
    Role,
)
from staff_integration.tables import Base, Staff

Row = Mapping[str, Any]
TABLES: Sequence[tuple[type[Base], str, str]] = (
    (Corporation, "corporation", "corporation_id"),
    (Facility, "facility", "facility_id"),
    (Department, "department", "department_id"),
    (Role, "role", "role_id"),
    (Position, "position", "position_id"),
    (Permissions, "permissions", "role_id"),
)
"""The tables, each with what a plan calls its rows and with its key; in the order in which rows are made."""
USED_BY_STAFF = {
    Facility: Staff.facility_id,
    Department: Staff.department_id,
    Position: Staff.position_id,
}


@dataclass(frozen=True)
class Change:
    """A row that is made (`before` is None), changed, or deleted (`after` is None)."""

    table: type[Base]
    word: str
    key: str
    before: Row | None
    after: Row | None

    def __str__(self) -> str:
        if self.before is None or self.after is None:
            sign, row = ("+", self.after) if self.before is None else ("-", self.before)
            return f"{sign} {self.word} {self.key}: " + ", ".join(
                f"{name} {_shown(value)}" for name, value in (row or {}).items()
            )
        before = self.before
        return f"~ {self.word} {self.key}: " + ", ".join(
            f"{name} {_shown(before[name])} -> {_shown(value)}"
            for name, value in self.after.items()
            if before[name] != value
        )


def changes(session: Session, wanted: Organisation) -> Sequence[Change]:
    """The changes, in the order in which they can be made. What a migration has brought is not deleted."""
    rows = _rows(wanted)
    brought = set(brought_by_migrations(session, wanted))
    made: list[Change] = []
    gone: list[Change] = []
    for table, word, key in TABLES:
        names = [column.key for column in table.__mapper__.columns if column.key != key]
        found = {
            str(getattr(each, key)): {name: getattr(each, name) for name in names}
            for each in session.scalars(select(table))
        }
        for id_, row in rows[table].items():
            if found.get(id_) != row:
                made.append(Change(table, word, id_, found.get(id_), row))
        gone += [
            Change(table, word, id_, row, None)
            for id_, row in found.items()
            if id_ not in rows[table] and (word, id_) not in brought
        ]
    return [*reversed(gone), *made]


def brought_by_migrations(session: Session, wanted: Organisation) -> Mapping[tuple[str, str], str]:
    """What the files do not have and a migration has brought, by its word and key: the batch."""
    rows = _rows(wanted)
    words = {
        table.__tablename__: (table, word) for table, word, _ in TABLES if table in (Facility, Department)
    }
    found = session.scalars(
        select(BatchRow).where(BatchRow.table_name.in_(words)).order_by(BatchRow.table_name, BatchRow.row_key)
    )
    return {
        (words[each.table_name][1], each.row_key): each.batch_id
        for each in found
        if each.row_key not in rows[words[each.table_name][0]]
    }


def refusals(session: Session, planned: Sequence[Change]) -> Iterator[str]:
    """Why some of the changes cannot be made: somebody works at what they delete."""
    for change in planned:
        column = USED_BY_STAFF.get(change.table)
        if change.after is None and column is not None:
            staff = session.scalar(select(func.count()).where(column == change.key, Staff.left_at.is_(None)))
            if staff:
                yield f"{change.word} {change.key} cannot be deleted: {staff} members of staff have it"


def write(session: Session, planned: Sequence[Change]) -> None:
    """Make the changes, in the transaction of the session."""
    for change in planned:
        row = session.get(change.table, change.key)
        if change.after is None:
            if row is not None:
                session.delete(row)
        elif row is None:
            key = change.table.__mapper__.primary_key[0].key
            session.add(change.table(**{str(key): change.key}, **change.after))
        else:
            for name, value in change.after.items():
                setattr(row, name, value)
        session.flush()


def _rows(wanted: Organisation) -> Mapping[type[Base], Mapping[str, Row]]:
    return {
        Corporation: {wanted.corporation.id: {"name": wanted.corporation.name}},
        Facility: {id_: dict(each) for id_, each in wanted.facilities.items()},
        Department: {id_: dict(each) for id_, each in wanted.departments.items()},
        Role: {
            id_: {"level": each.level, "name": each.name, "data_scope": each.scope}
            for id_, each in wanted.roles.items()
        },
        Position: {id_: dict(each) for id_, each in wanted.positions.items()},
        Permissions: {
            id_: {name: getattr(each, name) for name in FLAGS} for id_, each in wanted.roles.items()
        },
    }


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) or value is None else str(value)
