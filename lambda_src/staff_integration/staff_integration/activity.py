"""What staff of each facility, department, team or role have: accounts, sign-ins, interviews, evaluations, and how late changes arrive."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from staff_integration.access import LEAST, staff_with_roles
from staff_integration.kpis import p95
from staff_integration.organisation_tables import Department, Facility, Role, RoleId
from staff_integration.outbox import ABOUT_STAFF
from staff_integration.record_tables import Evaluation, Interview
from staff_integration.rollout import reach
from staff_integration.sign_in_tables import Audit
from staff_integration.tables import Event, Staff

By = Literal["facility", "department", "team", "role"]
BYS: tuple[By, ...] = get_args(By)
"""A team is a department at a facility."""
FEWEST = 3
"""The least number of people for a mean score: one of fewer would reveal single scores."""
NOWHERE = "(none)"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would calculate."""


@dataclass(frozen=True)
class Activity:
    """Figures of a group of staff.

    Args:
        key: the id of the group; of a team, those of the facility and the department; `(none)` for staff without one.
        name: what people call it.
        staff: how many have not left.
        accounts: how many of them have an account of VoiceDrive.
        pending: how many of them have changes that VoiceDrive does not have yet.
        errors: how many of them have an entry in the outbox that waits for somebody.
        lag_p95: seconds until VoiceDrive had 95 % of the changes; None if there were none.
        sign_ins: how often staff have signed in.
        signed_in: how many people have signed in.
        interviews: how many were to be held, without cancelled ones.
        approved: how many of the interviews are approved.
        evaluations: how many were completed.
        mean_score: None if fewer than three people were evaluated.
    """

    key: str
    name: str
    staff: int
    accounts: int
    pending: int
    errors: int
    lag_p95: float | None
    sign_ins: int
    signed_in: int
    interviews: int
    approved: int
    evaluations: int
    mean_score: float | None

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


@dataclass(frozen=True)
class _Person:
    """What is known of a member of staff."""

    staff: Staff
    role: RoleId
    lags: Sequence[float]
    sign_ins: int
    interviews: int
    approved: int
    evaluations: int
    score: float


@dataclass(frozen=True)
class Report:
    """The figures of a time, by each way to group staff, and of all of them."""

    since: datetime
    until: datetime
    groups: Mapping[By, Sequence[Activity]]
    total: Activity


def report_of(
    session: Session, since: datetime, until: datetime, seen: ColumnElement[bool], bys: Sequence[By] = BYS
) -> Report:
    """Make a report.

    Args:
        session: the database.
        since: the begin of the time.
        until: its end.
        seen: whose figures are counted, as a condition on `Staff`.
        bys: how staff are grouped.
    """
    people = list(_people(session, since, until, seen))
    names = _names(session)
    return Report(
        since,
        until,
        {by: _grouped(people, by, names) for by in bys},
        _row("", "All", people),
    )


def as_csv(rows: Sequence[Activity]) -> str:
    """Figures as CSV, as spreadsheets read it: with a mark of UTF-8, and no cell that they calculate."""
    stream = io.StringIO()
    stream.write("\ufeff")
    writer = csv.writer(stream)
    writer.writerow(each.name for each in fields(Activity))
    for row in rows:
        writer.writerow(_cell(each) for each in row.as_dict().values())
    return stream.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return round(value, 3) if isinstance(value, float) else value


def _people(
    session: Session, since: datetime, until: datetime, seen: ColumnElement[bool]
) -> Iterable[_Person]:
    ids = select(Staff.staff_id).where(seen)

    def within(column: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return column >= since, column < until

    def by_person(table: Any, *figures: Any, where: Sequence[Any]) -> dict[str, tuple[Any, ...]]:
        found = session.execute(
            select(table.staff_id, *figures).where(table.staff_id.in_(ids), *where).group_by(table.staff_id)
        )
        return {each[0]: tuple(each[1:]) for each in found}

    sign_ins = by_person(Audit, func.count(), where=(Audit.event == "signed_in", *within(Audit.at)))
    held = (Interview.state != "cancelled", *within(Interview.scheduled_at))
    approved = func.sum(Interview.state == "approved")
    interviews = by_person(Interview, func.count(), approved, where=held)
    evaluations = by_person(
        Evaluation, func.count(), func.sum(Evaluation.score), where=within(Evaluation.completed_at)
    )
    lags: dict[str, list[float]] = {}
    for staff_id, began, ended in session.execute(
        select(Event.staff_id, reach.carried_from(), Event.finished_at).where(
            Event.staff_id.in_(ids),
            Event.event_type.in_(ABOUT_STAFF),
            Event.state == "done",
            *within(Event.finished_at),
        )
    ):
        if ended is not None:
            lags.setdefault(staff_id, []).append(max(0.0, (ended - began).total_seconds()))
    for staff, role in session.execute(staff_with_roles().where(seen).order_by(Staff.staff_id)):
        count, good = interviews.get(staff.staff_id, (0, 0))
        evaluated, score = evaluations.get(staff.staff_id, (0, 0))
        yield _Person(
            staff,
            role or LEAST,
            lags.get(staff.staff_id, ()),
            sign_ins.get(staff.staff_id, (0,))[0],
            count,
            int(good or 0),
            evaluated,
            float(score or 0),
        )


def _names(session: Session) -> Mapping[By, Mapping[str, str]]:
    facilities = {each.facility_id: each.name for each in session.scalars(select(Facility))}
    departments = {each.department_id: each.name for each in session.scalars(select(Department))}
    roles = {each.role_id: each.name for each in session.scalars(select(Role).order_by(Role.level))}
    return {"facility": facilities, "department": departments, "role": {str(k): v for k, v in roles.items()}}


def _grouped(people: Sequence[_Person], by: By, names: Mapping[By, Mapping[str, str]]) -> Sequence[Activity]:
    key_of = KEYS[by]
    groups: dict[tuple[str, ...], list[_Person]] = {}
    for each in people:
        groups.setdefault(key_of(each), []).append(each)
    spoken = (names["facility"], names["department"]) if by == "team" else (names[by],)
    order = {name: number for number, name in enumerate(names["role"])}
    ordered = sorted(groups, key=lambda key: (order.get(key[0], 0) if by == "role" else 0, key))
    return [
        _row(
            "/".join(key),
            " / ".join(known.get(part, part) for part, known in zip(key, spoken, strict=True)),
            groups[key],
        )
        for key in ordered
    ]


def _row(key: str, name: str, people: Sequence[_Person]) -> Activity:
    present = [each.staff for each in people if each.staff.left_at is None]
    evaluated = [each for each in people if each.evaluations]
    evaluations = sum(each.evaluations for each in evaluated)
    score = sum(each.score for each in evaluated)
    return Activity(
        key=key,
        name=name,
        staff=len(present),
        accounts=sum(each.voicedrive_id is not None for each in present),
        pending=sum(each.sync_status == "pending" for each in present),
        errors=sum(each.sync_status == "error" for each in present),
        lag_p95=p95(lag for each in people for lag in each.lags),
        sign_ins=sum(each.sign_ins for each in people),
        signed_in=sum(each.sign_ins > 0 for each in people),
        interviews=sum(each.interviews for each in people),
        approved=sum(each.approved for each in people),
        evaluations=evaluations,
        mean_score=score / evaluations if len(evaluated) >= FEWEST else None,
    )


KEYS: Mapping[By, Callable[[_Person], tuple[str, ...]]] = {
    "facility": lambda each: (each.staff.facility_id or NOWHERE,),
    "department": lambda each: (each.staff.department_id or NOWHERE,),
    "team": lambda each: (each.staff.facility_id or NOWHERE, each.staff.department_id or NOWHERE),
    "role": lambda each: (each.role,),
}
