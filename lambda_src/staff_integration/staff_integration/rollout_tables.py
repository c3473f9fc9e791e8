"""The tables of the rollout: cohorts, who is in them, which figures are looked at, and what was decided."""

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from staff_integration.columns import BIG_ID, TEXT_ID, Moment
from staff_integration.tables import Base

RuleKind = Literal["everybody", "facility", "department", "staff"]
Action = Literal["widened", "went_back"]


class Cohort(Base):
    """A cohort: it is open from `opened_at` on. Cohorts are opened in the order of their numbers."""

    __tablename__ = "rollout_cohort"

    cohort_id: Mapped[str] = mapped_column(TEXT_ID, primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(100))
    expected: Mapped[int | None] = mapped_column(Integer)
    opened_at: Mapped[datetime | None] = mapped_column(Moment())


class CohortRule(Base):
    """Who is in a cohort: everybody, the staff of a facility or of a department, or a member of staff."""

    __tablename__ = "rollout_rule"

    cohort_id: Mapped[str] = mapped_column(
        TEXT_ID, ForeignKey("rollout_cohort.cohort_id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[RuleKind] = mapped_column(String(10), primary_key=True)
    value: Mapped[str] = mapped_column(TEXT_ID, primary_key=True)


class RolloutKpi(Base):
    """A figure that must not be red when a cohort is opened, and of how many hours."""

    __tablename__ = "rollout_kpi"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    hours: Mapped[int] = mapped_column(Integer)


class RolloutChange(Base):
    """What was done, and the report at that moment as JSON."""

    __tablename__ = "rollout_change"

    change_id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Moment())
    action: Mapped[Action] = mapped_column(String(10))
    cohort_id: Mapped[str] = mapped_column(TEXT_ID)
    report: Mapped[str] = mapped_column(Text)
