"""The steps of a migration in their order: the file of each, its columns, and the table that they become."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from staff_integration.data_migration import values
from staff_integration.data_migration.values import Column
from staff_integration.organisation.files import FacilityKind
from staff_integration.organisation_tables import Department, Facility
from staff_integration.record_tables import Evaluation, Interview, InterviewState, Notification
from staff_integration.sync.mapping import CATEGORY, PRIORITY
from staff_integration.tables import Base, Staff, System

Row = Mapping[str, Any]
Rule = Callable[[Row], list[tuple[str, str]]]
STAFF_IDS = "staff_ids"
"""The column of a notification that becomes rows of recipients."""


def _no_rule(_: Row) -> list[tuple[str, str]]:
    return []


@dataclass(frozen=True)
class Step:
    """A file and its table.

    Args:
        number: the step of the master plan.
        name: the file is called so, with `.csv`; and the table, in reports.
        table: the table.
        columns: the columns of the file, the key first.
        rule: what holds between the columns of a row: the broken columns, each with the reason.
        in_batch: whether the rows have the batch id.
    """

    number: int
    name: str
    table: type[Base]
    columns: Sequence[Column]
    rule: Rule = field(default=_no_rule)
    in_batch: bool = True

    @property
    def file(self) -> str:
        """The name of the file."""
        return f"{self.name}.csv"

    @property
    def key(self) -> str:
        """The name of the key."""
        return self.columns[0].name

    @property
    def stored(self) -> Sequence[str]:
        """The columns of the file that are columns of the table."""
        return [each.name for each in self.columns if each.name != STAFF_IDS]

    def inserted(self, row: Row, batch_id: str, moment: datetime) -> dict[str, Any]:
        """A row as it is inserted."""
        made = {name: _filled(name, row[name]) for name in self.stored}
        if self.in_batch:
            return made | {"batch_id": batch_id, "created_at": moment}
        if self.table is Staff:
            return made | {"created_at": moment, "updated_at": moment}
        return made


def _filled(name: str, value: Any) -> Any:
    """A value as the table has it: texts that may be empty are not NULL there."""
    return "" if value is None and name in {"notes", "body", "comment"} else value


def comparable(step: Step, row: Row) -> list[Any]:
    """The values of a row, as they are compared and summed, the same from the file and from the database."""
    found = [_filled(name, row[name]) for name in step.stored]
    return [*found, " ".join(row[STAFF_IDS] or ())] if step.table is Notification else found


def _approval(row: Row) -> list[tuple[str, str]]:
    approved = row["state"] == "approved"
    return values.wrong(
        (
            approved != (row[name] is not None),
            name,
            f"must {'not ' if approved else ''}be empty for this state",
        )
        for name in ("approved_by", "approved_at")
    )


ID, RECORD = values.id_of(20), values.id_of(64)
STEPS: Sequence[Step] = (
    Step(
        1,
        "facilities",
        Facility,
        (
            Column("facility_id", ID),
            Column("name", values.words(100)),
            Column("kind", values.one_of(FacilityKind)),
            Column("beds", values.beds, required=False),
        ),
        in_batch=False,
    ),
    Step(
        1,
        "departments",
        Department,
        (Column("department_id", ID), Column("name", values.words(100))),
        in_batch=False,
    ),
    Step(
        2,
        "staff",
        Staff,
        (
            Column("staff_id", ID),
            Column("employee_number", values.id_of(10), unique=True),
            Column("full_name", values.words(100)),
            Column("facility_id", ID, required=False, refers="facilities"),
            Column("department_id", ID, required=False, refers="departments"),
            Column("position_id", ID, required=False, refers="positions"),
            Column("email", values.email, required=False, unique=True),
            Column("medical_system_id", values.words(50), required=False),
            Column("left_at", values.past_second, required=False),
        ),
        in_batch=False,
    ),
    Step(
        3,
        "interviews",
        Interview,
        (
            Column("interview_id", RECORD),
            Column("staff_id", ID, refers="staff"),
            Column("scheduled_at", values.moment),
            Column("title", values.words(200)),
            Column("notes", values.long_text, required=False),
            Column("state", values.one_of(InterviewState)),
            Column("approved_by", ID, required=False, refers="staff"),
            Column("approved_at", values.past, required=False),
        ),
        _approval,
    ),
    Step(
        4,
        "notifications",
        Notification,
        (
            Column("notification_id", RECORD),
            Column("category", values.one_of(CATEGORY)),
            Column("priority", values.one_of(PRIORITY)),
            Column("title", values.words(200)),
            Column("body", values.long_text, required=False),
            Column("sent_at", values.past),
            Column(STAFF_IDS, values.ids_of(20), required=False, refers="staff"),
        ),
    ),
    Step(
        5,
        "evaluations",
        Evaluation,
        (
            Column("evaluation_id", RECORD),
            Column("staff_id", ID, refers="staff"),
            Column("completed_at", values.past),
            Column("score", values.score),
            Column("comment", values.long_text, required=False),
            Column("source_system", values.one_of(System)),
        ),
    ),
)


def references(value: Any) -> Iterator[str]:
    """The ids that a value refers to."""
    if value is not None:
        yield from value if isinstance(value, tuple) else (value,)
