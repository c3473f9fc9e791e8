"""What answers with reports look like."""

from datetime import datetime

from staff_integration.activity import By
from staff_integration.api.shapes import Shape


class ActivityRow(Shape):
    """Figures of a group of staff; the lag in seconds."""

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


class ActivityReport(Shape):
    """Figures of a time, by group."""

    since: datetime
    until: datetime
    by: By
    rows: list[ActivityRow]
    total: ActivityRow


class KpiView(Shape):
    """A figure of the master plan; `green` is null where it is not judged."""

    name: str
    unit: str
    target: str
    value: float | None
    measured: bool
    green: bool | None
    entered_by: str
    entered_at: datetime | None


class KpiList(Shape):
    """The figures of the master plan."""

    kpis: list[KpiView]
