"""What AWS charges for alarms and dashboards.

Source: https://aws.amazon.com/cloudwatch/pricing/
"""

from reconciler.contract import Charge, Costs, fixed
from reconciler.model import Settings

SERVICE = "AmazonCloudWatch"
HIGH_RESOLUTION = 60
"""An alarm with a shorter period, in seconds, is one of high resolution."""


def _metrics(settings: Settings) -> float:
    """The metrics that an alarm looks at; each is charged."""
    queries = settings.get("metrics") or ()
    return float(sum(bool(each.get("metric_stat")) for each in queries) or 1)


def _usage(settings: Settings) -> str:
    stats = (each.get("metric_stat") or {} for each in settings.get("metrics") or ())
    periods = (settings.get("period"), *(each.get("period") for each in stats))
    quick = any(each and each < HIGH_RESOLUTION for each in periods)
    return "CW:HighResAlarmMonitorUsage" if quick else "CW:AlarmMonitorUsage"


ALARM = Costs(
    (Charge("metrics with an alarm", SERVICE, _usage, "metric-month", fixed(_metrics), fixed=True),)
)
COMPOSITE_ALARM = Costs(
    (Charge("alarm", SERVICE, "CW:CompositeAlarmMonitorUsage", "alarm-month", fixed(1), fixed=True),)
)
DASHBOARD = Costs(
    (Charge("dashboard", SERVICE, "DashboardsUsageHour-Basic", "dashboard-month", fixed(1), fixed=True),)
)
