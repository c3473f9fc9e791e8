"""Two values for every field of alarms, from their samples, each with settings with which AWS accepts them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.kinds import known_kinds
from tests.contract.samples.cloudwatch_alarm import ANOMALIES, BASE, MATH, OTHER_STAT, QUERIES, RATIO, stat
from tests.contract.samples.cloudwatch_composite_alarm import BASE as COMPOSITE
from tests.faults.field_places import FieldValues, KindValues, Settings
from tests.faults.generated_fields import kind_values_of


def part(settings: Settings, *names: str) -> dict[str, Any]:
    return {name: settings[name] for name in names}


THRESHOLD = ("threshold", "comparison_operator", "evaluation_periods")
ONE = part(BASE, "metric_name", "namespace", "statistic", "period", *THRESHOLD)
SEVERAL = part(MATH, "metrics", *THRESHOLD)
BAND = part(ANOMALIES, "metrics", "threshold_metric_id", "comparison_operator", "evaluation_periods")
QUERY = part(QUERIES, "evaluation_criteria", "evaluation_interval")
EXPRESSION_FIRST = {**SEVERAL, "metrics": [RATIO, stat("errors"), stat("orders")]}
GROUNDS: Mapping[str, Settings] = {
    "metrics": SEVERAL,
    "threshold_metric_id": BAND,
    "evaluation_criteria": QUERY,
    "evaluation_interval": QUERY,
}
"""By field: the other settings with which it is written; by default those of an alarm on one metric."""
NEEDED = frozenset(
    {*ONE, *BAND, *QUERY, "metrics", "metrics[].expression", "metrics[].metric_stat"}
    | {"evaluation_criteria.prom_ql_criteria", "evaluation_window.wall_clock_window"}
)
EDGES: Mapping[str, tuple[Any, ...]] = {
    "period": (10,),
    "metrics[].period": (30,),
    "metrics[].metric_stat.period": (10,),
    "comparison_operator": ("LessThanOrEqualToThreshold",),
    "evaluation_criteria.prom_ql_criteria.pending_period": (86400,),
    "evaluation_criteria.prom_ql_criteria.recovery_period": (86400,),
    "evaluation_interval": (10, 3600),
    "metrics": (),
    "metrics[].expression": (),
    "metrics[].id": (),
    "threshold_metric_id": (),
}


def _grounded(path: str, field_values: FieldValues) -> FieldValues:
    ground = GROUNDS.get(path.partition(".")[0].partition("[")[0])
    return replace(field_values, base=ground, edges=EDGES.get(path, field_values.edges))


def alarm() -> KindValues:
    """An alarm on one metric; other fields have their own settings."""
    found = kind_values_of(known_kinds()["cloudwatch.alarm"])
    by_path = {path: _grounded(path, found.field_values(path)) for path in found.by_path}
    first = stat("errors")
    by_path |= {
        "evaluation_window": FieldValues(
            {"wall_clock_window": {"timezone": "Europe/London"}}, {"sliding_window": {}}
        ),
        "metrics": FieldValues(
            SEVERAL["metrics"], [stat("orders"), stat("faults"), RATIO], base=SEVERAL, edges=()
        ),
        "metrics[].id": FieldValues("faults", "failures", base=SEVERAL, edges=()),
        "metrics[].metric_stat": FieldValues(first["metric_stat"], OTHER_STAT, base=SEVERAL, edges=()),
        "metrics[].expression": FieldValues(
            "100 * errors / orders", "errors / orders", base=EXPRESSION_FIRST, edges=()
        ),
        "metrics[].period": FieldValues(60, 120, base=EXPRESSION_FIRST, edges=(30,)),
        "metrics[].label": FieldValues("of orders", "of all orders", base=EXPRESSION_FIRST),
        "metrics[].return_data": FieldValues(False, True, base=SEVERAL, edges=()),
        "extended_statistic": FieldValues(
            "p99", "p90", base={name: value for name, value in ONE.items() if name != "statistic"}
        ),
    }
    return replace(found, base=ONE, by_path=by_path, needed=NEEDED | {"extended_statistic"})


RULE: Settings = {"alarm_rule": "ALARM(slow)"}
SUPPRESSION = ("actions_suppressor", "actions_suppressor_wait_period", "actions_suppressor_extension_period")


def composite_alarm() -> KindValues:
    """An alarm with a rule; AWS takes the three fields of its suppression together."""
    found = kind_values_of(known_kinds()["cloudwatch.composite_alarm"])
    together = {**RULE, **part(COMPOSITE, *SUPPRESSION)}
    by_path = {
        **found.by_path,
        **{name: replace(found.field_values(name), base=together) for name in SUPPRESSION},
    }
    for name in (
        "alarm_rule",
        "actions_suppressor",
    ):  # the edges of texts are names of alarms that do not exist
        by_path[name] = replace(found.field_values(name), base=together, edges=())
    return replace(found, base=RULE, by_path=by_path, needed=frozenset({*RULE, *SUPPRESSION}))


VALUES_BY_KIND: Mapping[str, KindValues] = {
    "cloudwatch.alarm": alarm(),
    "cloudwatch.composite_alarm": composite_alarm(),
}
