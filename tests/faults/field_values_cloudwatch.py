"""Two values for every field of an alarm, from its sample, each with settings with which AWS accepts them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.kinds import known_kinds
from tests.contract.samples.cloudwatch_alarm import ANOMALIES, BASE, MATH, OTHER_STAT, QUERIES, RATIO, stat
from tests.faults.field_places import Play, Scene, Settings
from tests.faults.generated_fields import scene_of


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


def _grounded(path: str, play: Play) -> Play:
    ground = GROUNDS.get(path.partition(".")[0].partition("[")[0])
    return replace(play, base=ground, edges=EDGES.get(path, play.edges))


def alarm() -> Scene:
    """An alarm on one metric; other fields have their own settings."""
    found = scene_of(known_kinds()["cloudwatch.alarm"])
    plays = {path: _grounded(path, found.play(path)) for path in found.plays}
    first = stat("errors")
    plays |= {
        "evaluation_window": Play(
            {"wall_clock_window": {"timezone": "Europe/London"}}, {"sliding_window": {}}
        ),
        "metrics": Play(SEVERAL["metrics"], [stat("orders"), stat("faults"), RATIO], base=SEVERAL, edges=()),
        "metrics[].id": Play("faults", "failures", base=SEVERAL, edges=()),
        "metrics[].metric_stat": Play(first["metric_stat"], OTHER_STAT, base=SEVERAL, edges=()),
        "metrics[].expression": Play(
            "100 * errors / orders", "errors / orders", base=EXPRESSION_FIRST, edges=()
        ),
        "metrics[].period": Play(60, 120, base=EXPRESSION_FIRST, edges=(30,)),
        "metrics[].label": Play("of orders", "of all orders", base=EXPRESSION_FIRST),
        "metrics[].return_data": Play(False, True, base=SEVERAL, edges=()),
        "extended_statistic": Play(
            "p99", "p90", base={name: value for name, value in ONE.items() if name != "statistic"}
        ),
    }
    return replace(found, base=ONE, plays=plays, needed=NEEDED | {"extended_statistic"})


SCENES: Mapping[str, Scene] = {"cloudwatch.alarm": alarm()}
