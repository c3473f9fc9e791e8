"""Where the rollout stands, whether the next cohort may be opened, and opening and closing cohorts."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from staff_integration.kpis import Kpi, known_kpis
from staff_integration.rollout import reach
from staff_integration.rollout.plan import kept
from staff_integration.rollout_tables import Action, Cohort, CohortRule, RolloutChange
from staff_integration.tables import Event, Staff

Decision = Literal["go", "no-go", "complete", "none"]


class RefusedMoveError(Exception):
    """Raised where a cohort is not opened or closed; the message has a line for each reason."""


@dataclass(frozen=True)
class CohortFigures:
    """A cohort: how many present members of staff are in it, and how many of them have an account."""

    cohort_id: str
    name: str
    opened_at: datetime | None
    expected: int | None
    members: int
    accounts: int


@dataclass(frozen=True)
class Watched:
    """A figure that the rollout watches, and over how many hours it is measured."""

    kpi: Kpi
    hours: int

    def __str__(self) -> str:
        hours = "hour" if self.hours == 1 else f"{self.hours} hours"
        return f"{self.kpi} (last {hours})"


@dataclass(frozen=True)
class Standing:
    """The report. `reached` counts whom the rollout has reached, `beyond` everybody else who is present.

    `waiting` counts the entries of the outbox that wait for their cohort.
    """

    at: datetime
    cohorts: Sequence[CohortFigures]
    watched: Sequence[Watched]
    reached: int
    beyond: int
    waiting: int

    @property
    def following(self) -> CohortFigures | None:
        """The cohort that is opened next."""
        return next((each for each in self.cohorts if each.opened_at is None), None)

    @property
    def last(self) -> CohortFigures | None:
        """The cohort that was opened last."""
        return next((each for each in reversed(self.cohorts) if each.opened_at is not None), None)

    @property
    def red(self) -> Sequence[Watched]:
        """The figures that forbid opening a cohort."""
        return [each for each in self.watched if each.kpi.green is False]

    @property
    def decision(self) -> Decision:
        """Whether the next cohort may be opened."""
        if not self.cohorts:
            return "none"
        if self.following is None:
            return "complete"
        return "no-go" if self.red else "go"

    def notes(self) -> Iterator[str]:
        """What somebody should know before deciding."""
        for each in self.cohorts:
            if each.expected is not None and each.members != each.expected:
                yield f"cohort {each.cohort_id} has {each.members} members of staff; {each.expected} are expected"
        unknown = [each.kpi.name for each in self.watched if each.kpi.green is None]
        if unknown:
            yield f"without data: {', '.join(unknown)}"

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        following = self.following
        return {
            "at": self.at.isoformat(),
            "decision": self.decision,
            "next": following.cohort_id if following else None,
            "cohorts": [asdict(each) | {"opened_at": _iso(each.opened_at)} for each in self.cohorts],
            "kpis": [
                asdict(each.kpi) | {"entered_at": _iso(each.kpi.entered_at), "hours": each.hours}
                for each in self.watched
            ],
            "red": [str(each) for each in self.red],
            "notes": list(self.notes()),
            "reached": self.reached,
            "beyond": self.beyond,
            "waiting": self.waiting,
        }


def standing(session: Session, now: datetime) -> Standing:
    """Where the rollout stands; the cohorts stay locked until the transaction ends."""
    found = kept(session)
    figures = {hours: _by_name(session, now, hours) for hours in set(found.kpis.values())}
    present = Staff.left_at.is_(None)
    waiting = select(func.count()).select_from(Event).where(Event.state == "pending", reach.held())
    return Standing(
        now,
        [_figures(session, each) for each in found.cohorts],
        [
            Watched(figures[hours][name], hours)
            for name, hours in sorted(found.kpis.items())
            if name in figures[hours]
        ],
        _count(session, present, reach.reached()),
        _count(session, present, ~reach.reached()),
        session.scalar(waiting) or 0,
    )


def widen(session: Session, now: datetime) -> Standing:
    """Open the next cohort; what it is after that.

    Raises:
        RefusedMoveError: there is none, or a figure is red.
    """
    before = standing(session, now)
    if before.following is None:
        raise RefusedMoveError("every cohort is open" if before.cohorts else _NONE)
    if before.red:
        raise RefusedMoveError(
            "\n".join(f"cohort {before.following.cohort_id} is not opened: {each}" for each in before.red)
        )
    return _move(session, before, before.following, "widened")


def back(session: Session, now: datetime) -> Standing:
    """Close the cohort that was opened last, whatever the figures are; what it is after that.

    Raises:
        RefusedMoveError: no cohort is open.
    """
    before = standing(session, now)
    if before.last is None:
        raise RefusedMoveError("no cohort is open" if before.cohorts else _NONE)
    return _move(session, before, before.last, "went_back")


_NONE = "no rollout is loaded; load one by `rollout load FOLDER`"


def _move(session: Session, before: Standing, cohort: CohortFigures, action: Action) -> Standing:
    row = session.get_one(Cohort, cohort.cohort_id)
    row.opened_at = before.at if action == "widened" else None
    session.add(
        RolloutChange(
            at=before.at,
            action=action,
            cohort_id=cohort.cohort_id,
            report=json.dumps(before.as_dict(), ensure_ascii=False),
        )
    )
    session.flush()
    return standing(session, before.at)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _by_name(session: Session, now: datetime, hours: int) -> dict[str, Kpi]:
    return {each.name: each for each in known_kpis(session, now, timedelta(hours=hours))}


def _figures(session: Session, cohort: Cohort) -> CohortFigures:
    member = (
        select(CohortRule.cohort_id)
        .where(CohortRule.cohort_id == cohort.cohort_id, reach.fits())
        .correlate(Staff)
        .exists()
    )
    present = Staff.left_at.is_(None)
    return CohortFigures(
        cohort.cohort_id,
        cohort.name,
        cohort.opened_at,
        cohort.expected,
        _count(session, present, member),
        _count(session, present, member, Staff.voicedrive_id.is_not(None)),
    )


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Staff).where(*conditions)) or 0
