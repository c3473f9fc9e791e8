"""Values of the fields of schedules that AWS accepts only together with others, or of which it checks the form."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.contract.ecs_parameters import HERE
from tests.contract.samples.scheduler_group import QUEUE
from tests.faults.field_places import FieldValues, KindValues
from tests.faults.generated_fields import kind_values_of

TOPIC = f"arn:aws:sns:{HERE}:orders"


def group() -> KindValues:
    """A group with its schedules."""
    found = kind_values_of(known_kinds()["scheduler.group"])
    by_path = {
        **found.by_path,
        "schedules[].schedule_expression": FieldValues("rate(5 minutes)", "cron(0 12 * * ? *)", edges=()),
        "schedules[].schedule_expression_timezone": FieldValues("Asia/Tokyo", "Europe/London", edges=()),
        "schedules[].state": FieldValues("DISABLED", "ENABLED"),
        "schedules[].action_after_completion": FieldValues("DELETE", "NONE"),
        "schedules[].start_date": FieldValues("2126-02-01T00:00:00Z", "2126-01-01T00:00:00Z", edges=()),
        "schedules[].end_date": FieldValues("2127-02-01T00:00:00Z", "2127-01-01T00:00:00Z", edges=()),
        "schedules[].target.arn": FieldValues(TOPIC, QUEUE, edges=()),
        "schedules[].target.input": FieldValues({"order": "one"}, {"order": "all", "lines": [1]}, edges=()),
    }
    return replace(found, by_path=by_path)


VALUES_BY_KIND: Mapping[str, KindValues] = {"scheduler.group": group()}
