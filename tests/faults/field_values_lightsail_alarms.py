"""Values of the fields of alarms of Lightsail: the state ALARM is always told, and no more points count than there are."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.faults.field_places import FieldValues, KindValues
from tests.faults.generated_fields import kind_values_of

FOUND = kind_values_of(known_kinds()["lightsail.alarm"])
BY_PATH = {
    **FOUND.by_path,
    "datapoints_to_alarm": FieldValues(2, 3, edges=(1,)),
    "notification_triggers": FieldValues(["ALARM", "OK"], ["ALARM", "INSUFFICIENT_DATA"], edges=()),
}
VALUES_BY_KIND: Mapping[str, KindValues] = {"lightsail.alarm": replace(FOUND, by_path=BY_PATH)}
