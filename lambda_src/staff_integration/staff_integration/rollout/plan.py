"""What has to change in the database so that it has the cohorts of the file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from staff_integration.kpis import known_kpis
from staff_integration.organisation_tables import Department, Facility
from staff_integration.rollout.files import CohortPart, RolloutFile, RolloutPart, Rule
from staff_integration.rollout_tables import Cohort, CohortRule, RolloutKpi
from staff_integration.tables import Base, Staff

LISTS = (
    ("facilities", "facility", Facility),
    ("departments", "department", Department),
    ("staff", "member of staff", Staff),
)
"""The lists of a cohort, what their members are called, and the tables that have them."""


@dataclass(frozen=True)
class Kept:
    """What the database has: cohorts in order, the rules of each, and the figures with their hours."""

    cohorts: Sequence[Cohort]
    rules: dict[str, list[Rule]]
    kpis: dict[str, int]

    def cohort(self, cohort_id: str) -> Cohort | None:
        """A cohort by its id."""
        return next((each for each in self.cohorts if each.cohort_id == cohort_id), None)


def kept(session: Session) -> Kept:
    """Read it; the cohorts stay locked until the transaction ends."""
    cohorts = session.scalars(select(Cohort).order_by(Cohort.number).with_for_update()).all()
    rules: dict[str, list[Rule]] = {each.cohort_id: [] for each in cohorts}
    for rule in session.scalars(select(CohortRule)):
        rules[rule.cohort_id].append((rule.kind, rule.value))
    kpis = {each.name: each.hours for each in session.scalars(select(RolloutKpi))}
    return Kept(cohorts, rules, kpis)


def mistakes(session: Session, file: RolloutFile, now: datetime) -> Iterator[str]:
    """What the file has that the database does not: a facility, a department, a member of staff, a figure."""
    known = {each.name for each in known_kpis(session, now, timedelta(hours=1))}
    for name in file.content.kpis:
        if name not in known:
            yield f"{file.at('kpis', name)}: kpis.{name}: there is no such figure; there are {', '.join(sorted(known))}"
    for index, cohort in enumerate(file.content.cohorts):
        for member, word, table in LISTS:
            for number, value in enumerate(getattr(cohort, member)):
                if not _has(session, table, value):
                    place = file.at("cohorts", index, member, number)
                    yield f"{place}: cohorts.{index}.{member}.{number}: there is no {word} {value}"


def refusals(before: Kept, wanted: RolloutPart) -> Iterator[str]:
    """Why it cannot be loaded: an open cohort would be gone, or come after one that is not open."""
    ids = [each.id for each in wanted.cohorts]
    opened = [each.cohort_id for each in before.cohorts if each.opened_at is not None]
    for cohort_id in opened:
        if cohort_id not in ids:
            yield f"cohort {cohort_id} is open and not in the file; close it first by `rollout back`"
    still = [each for each in ids if each in opened]
    for cohort_id in (each for each in ids[: len(still)] if each not in opened):
        yield f"cohort {cohort_id} comes before one that is open, and is not open itself"


def changes(before: Kept, wanted: RolloutPart) -> Iterator[str]:
    """The changes, a line each."""
    ids = [each.id for each in wanted.cohorts]
    for cohort in before.cohorts:
        if cohort.cohort_id not in ids:
            yield f"- cohort {cohort.cohort_id}"
    for number, part in enumerate(wanted.cohorts, 1):
        found = before.cohort(part.id)
        if found is None:
            yield f"+ cohort {part.id}: {_shown(part, number)}"
        else:
            old = _described(found.number, found.name, found.expected, before.rules[part.id])
            if old != _shown(part, number):
                yield f"~ cohort {part.id}: {old} -> {_shown(part, number)}"
    hours = {name: each.hours for name, each in wanted.kpis.items()}
    for name in sorted({*hours, *before.kpis}):
        old_hours, new = before.kpis.get(name), hours.get(name)
        if old_hours is None:
            yield f"+ figure {name}: hours {new}"
        elif new is None:
            yield f"- figure {name}"
        elif old_hours != new:
            yield f"~ figure {name}: hours {old_hours} -> {new}"


def write(session: Session, wanted: RolloutPart) -> None:
    """Make the database equal to the file, in the transaction of the session; open cohorts stay open."""
    opened = {each.cohort_id: each.opened_at for each in kept(session).cohorts}
    for table in (CohortRule, RolloutKpi, Cohort):
        session.execute(delete(table))
    session.expunge_all()
    for number, part in enumerate(wanted.cohorts, 1):
        session.add(
            Cohort(
                cohort_id=part.id,
                number=number,
                name=part.name,
                expected=part.expected,
                opened_at=opened.get(part.id),
            )
        )
        session.flush()
        session.add_all(CohortRule(cohort_id=part.id, kind=kind, value=value) for kind, value in part.rules())
    session.add_all(RolloutKpi(name=name, hours=each.hours) for name, each in wanted.kpis.items())
    session.flush()


def _has(session: Session, table: type[Base], value: str) -> bool:
    return session.get(table, value) is not None


def _shown(part: CohortPart, number: int) -> str:
    return _described(number, part.name, part.expected, part.rules())


def _described(number: int, name: str, expected: int | None, rules: Sequence[Rule]) -> str:
    who = ", ".join(sorted(kind if kind == "everybody" else f"{kind} {value}" for kind, value in rules))
    count = f", expected {expected}" if expected else ""
    return f"number {number}, {name}{count}: {who}"
