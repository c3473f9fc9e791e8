"""lightsail.alarm: an alarm on a metric of an instance, a load balancer or a database."""

from collections.abc import Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    FREE,
    Check,
    Create,
    Delete,
    Reads,
    Sends,
    Wired,
    own_fields,
    state_check,
)
from reconciler.model import Settings
from reconciler.resources.lightsail.alarm_model import DEFAULTS, Alarm
from reconciler.resources.lightsail.alarm_problems import problems
from reconciler.resources.lightsail.common import identity
from reconciler.resources.lightsail.listed import ListedAdapter, tagging_of_rows

GET, ROWS, PUT = "get_alarms", "alarms", "put_alarm"
FIXED = ("monitored_resource_name", "metric_name")
FIELDS = own_fields(Alarm)


class AlarmAdapter(ListedAdapter[Alarm]):
    """PutAlarm, which creates an alarm and replaces all its settings."""

    kind = "lightsail.alarm"
    relies_on: ClassVar[frozenset[str]] = frozenset({"lightsail.contact_method"})
    cloudformation = CloudFormation(type="AWS::Lightsail::Alarm")
    appearance = Appearance(column=2)
    model = Alarm
    costs = FREE
    summary = "an alarm on a metric of an instance, a load balancer or a database of Lightsail"
    defaults: ClassVar[Settings] = DEFAULTS
    identity = identity("Alarm", "alarmName")
    create = Create(
        PUT,
        FIELDS,
        needed=frozenset((*FIXED, "comparison_operator", "threshold", "evaluation_periods")),
        fixed=frozenset(FIXED),
        upsert=True,
    )
    updates = (Sends(PUT, tuple(name for name in FIELDS if name not in FIXED), whole=True),)
    delete = Delete("delete_alarm")
    reads = Reads(list=GET, rows_in=ROWS, get=GET, shown_in=ROWS, listed=frozenset(FIELDS), gets_one=True)
    tagging = tagging_of_rows(GET, ROWS)
    checks: ClassVar[Mapping[str, Check]] = {"state": state_check("state", ("OK",), GET)}
    problems = staticmethod(problems)

    def shown(self, row: Any) -> Wired:
        """An alarm with the members of requests."""
        found: Wired = row | {"monitoredResourceName": row["monitoredResourceInfo"]["name"]}
        return found
