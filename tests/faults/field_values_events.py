"""Values of the fields of a rule that AWS accepts only together with others."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.contract.samples.events_rule import FUNCTION, OTHER_QUEUE
from tests.faults.field_places import FieldValues, KindValues, Settings
from tests.faults.generated_fields import kind_values_of

PLAIN: Settings = {"event_pattern": {"source": ["shop"]}}


def rule() -> KindValues:
    """A rule with a pattern."""
    found = kind_values_of(known_kinds()["events.rule"])
    by_path = {
        **found.by_path,
        "event_pattern": FieldValues(
            {"source": ["till"]}, {"source": ["shop"], "detail": {"a": [1]}}, edges=()
        ),
        "schedule_expression": FieldValues("rate(5 minutes)", "cron(0 12 * * ? *)", edges=()),
        "state": FieldValues("DISABLED", "ENABLED"),
        "targets[].arn": FieldValues(FUNCTION, OTHER_QUEUE, edges=()),
        "targets[].input": FieldValues({"order": "one"}, {"order": "all", "lines": [1, 2]}, edges=()),
    }
    return replace(found, base=PLAIN, by_path=by_path)


VALUES_BY_KIND: Mapping[str, KindValues] = {"events.rule": rule()}
