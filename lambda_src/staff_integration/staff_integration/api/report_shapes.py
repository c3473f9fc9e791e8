"""What answers with reports look like."""

from datetime import datetime

from pydantic.dataclasses import dataclass

from staff_integration.activity import Activity, By
from staff_integration.api.shapes import Shape
from staff_integration.kpis import Kpi
from staff_integration.sync_report import SyncReport


@dataclass(frozen=True, config=Shape.model_config)
class ActivityRow(Activity):
    """Figures of a group of staff; the lag in seconds."""


class ActivityReport(Shape):
    """Figures of a time, by group."""

    since: datetime
    until: datetime
    by: By
    rows: list[ActivityRow]
    total: ActivityRow


@dataclass(frozen=True, config=Shape.model_config)
class KpiView(Kpi):
    """A figure of the master plan; `green` is null where it is not judged."""


class KpiList(Shape):
    """The figures of the master plan."""

    kpis: list[KpiView]


@dataclass(frozen=True, config=Shape.model_config)
class SyncFigures(SyncReport):
    """Figures of one kind of records; lags in seconds."""


class SyncFiguresList(Shape):
    """Figures of the synchronisation."""

    reports: list[SyncFigures]
