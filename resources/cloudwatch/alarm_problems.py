"""Finds mistakes that CloudWatch would refuse and that depend on several fields of an alarm.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.contract import InFiles
from reconciler.model import Finding

OF_ONE_METRIC = (
    "metric_name", "namespace", "dimensions", "period", "unit", "statistic", "extended_statistic",
)  # fmt: skip
OF_METRICS = ("metrics",)
OF_CRITERIA = ("evaluation_criteria", "evaluation_interval")
OF_THRESHOLDS = (
    "threshold", "threshold_metric_id", "comparison_operator", "evaluation_periods", "datapoints_to_alarm",
    "evaluation_window",
)  # fmt: skip
ALTERNATIVES = (
    (OF_ONE_METRIC, OF_METRICS, OF_CRITERIA),
    (OF_THRESHOLDS, OF_CRITERIA),
    (("statistic",), ("extended_statistic",)),
    (("threshold",), ("threshold_metric_id",)),
)
"""Groups of fields that exclude each other."""
ONE_OF = {
    "metric_name": "metric_name, metrics or evaluation_criteria",
    "metrics": "metric_name, metrics or evaluation_criteria",
    "evaluation_criteria": "metric_name, metrics or evaluation_criteria",
    "statistic": "statistic or extended_statistic",
    "extended_statistic": "statistic or extended_statistic",
    "threshold": "threshold or threshold_metric_id",
    "threshold_metric_id": "threshold or threshold_metric_id",
}
"""By field: the alternatives, of which an alarm has exactly one."""
UNIONS = {
    "evaluation_window": ("wall_clock_window", "sliding_window"),
    "evaluation_criteria": ("prom_ql_criteria",),
}
OF_ANOMALIES = frozenset(
    {"LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold"}
)
SHORT_PERIODS = frozenset({10, 20, 30})
MINUTE, HOUR, DAY, WEEK = 60, 3600, 86_400, 604_800


def problems(files: InFiles) -> Iterator[Finding]:
    """Every mistake, each with its field."""
    written = files.values
    yield from _excluded(written)
    yield from _missing(files, written)
    yield from _taken_away(files, written)
    yield from _thresholds(written)
    yield from _unions(written)
    yield from _queries(written)
    yield from _periods(written)


def _excluded(written: Mapping[str, Any]) -> Iterator[Finding]:
    """Fields that exclude each other."""
    told = set()
    for sides in ALTERNATIVES:
        there = [next(name for name in side if name in written) for side in sides if {*side} & {*written}]
        for other in there[1:]:
            if other not in told:
                told.add(other)
                yield Finding(f"AWS accepts either {there[0]} or {other}; write one of them", (other,))


def _missing(files: InFiles, written: Mapping[str, Any]) -> Iterator[Finding]:
    """Missing fields of a new alarm."""
    if not files.new:
        return
    lacking: list[str] = []
    if files.lacks("metric_name", "metrics", "evaluation_criteria"):
        lacking.append(ONE_OF["metric_name"])
    if "metric_name" in written:
        lacking += [name for name in ("namespace", "period") if name not in written]
        if files.lacks("statistic", "extended_statistic"):
            lacking.append(ONE_OF["statistic"])
    if "evaluation_criteria" in written:
        lacking += [] if "evaluation_interval" in written else ["evaluation_interval"]
    else:
        lacking += [name for name in ("evaluation_periods", "comparison_operator") if name not in written]
        if files.lacks("threshold", "threshold_metric_id"):
            lacking.append(ONE_OF["threshold"])
    for each in lacking:
        yield Finding(f"a new alarm needs {each}")


def _taken_away(files: InFiles, written: Mapping[str, Any]) -> Iterator[Finding]:
    """Fields that cannot be null without an alternative."""
    needed = {"metric_name": ("namespace", "period"), "evaluation_criteria": ("evaluation_interval",)}
    for side, names in needed.items():
        nulls = [each for each in names if side in written and files.settings.get(each, ...) is None]
        for name in nulls:
            yield Finding("AWS cannot clear this; write another value, or leave it out", (name,))
    criteria = "evaluation_criteria" in written
    for name in ("evaluation_periods", "comparison_operator", *ONE_OF):
        null = files.settings.get(name, ...) is None
        others = [each for each, words in ONE_OF.items() if words == ONE_OF.get(name)]
        elsewhere = name in OF_THRESHOLDS and criteria
        statistic = "statistic" in name and "metric_name" not in written
        if null and not elsewhere and not statistic and not {*others} & {*written}:
            what = ONE_OF.get(name, name)
            yield Finding(f"AWS cannot clear this: an alarm needs {what}", (name,))


def _thresholds(written: Mapping[str, Any]) -> Iterator[Finding]:
    operator, periods = written.get("comparison_operator"), written.get("evaluation_periods")
    if operator in OF_ANOMALIES and "threshold" in written:
        yield Finding(
            f"{operator} is for an anomaly detection band: write threshold_metric_id instead of threshold",
            ("comparison_operator",),
        )
    if operator is not None and operator not in OF_ANOMALIES and "threshold_metric_id" in written:
        yield Finding(
            f"with threshold_metric_id it must be one of {', '.join(sorted(OF_ANOMALIES))}",
            ("comparison_operator",),
        )
    if periods is not None and written.get("datapoints_to_alarm", 0) > periods:
        yield Finding("it must be at most evaluation_periods", ("datapoints_to_alarm",))


def _unions(written: Mapping[str, Any]) -> Iterator[Finding]:
    """Structures that must have exactly one member."""
    for name, members in UNIONS.items():
        there = [each for each in members if (written.get(name) or {}).get(each) is not None]
        if name in written and len(there) != 1:
            yield Finding(f"write exactly one of {' and '.join(members)}", (name,))


def _queries(written: Mapping[str, Any]) -> Iterator[Finding]:
    queries: Sequence[Mapping[str, Any]] = written.get("metrics") or ()
    for number, query in enumerate(queries):
        if (query.get("expression") is None) == (query.get("metric_stat") is None):
            yield Finding("write either expression or metric_stat", ("metrics", number))
    band = written.get("threshold_metric_id")
    if queries and band is not None and band not in {query["id"] for query in queries}:
        yield Finding("no query in metrics has this id", ("threshold_metric_id",))
    returned = [query["id"] for query in queries if query.get("return_data") is not False]
    if queries and "threshold" in written and len(returned) != 1:
        found = f"these do: {', '.join(returned)}" if returned else "none does"
        yield Finding(
            f"exactly one query must return data; write return_data: false in the others; {found}",
            ("metrics",),
        )


def _periods(written: Mapping[str, Any]) -> Iterator[Finding]:
    """Periods with a length that AWS refuses, one alone or all evaluated periods together; in seconds."""
    places: list[tuple[tuple[str | int, ...], int]] = []
    if "period" in written:
        places.append((("period",), written["period"]))
    for number, query in enumerate(written.get("metrics") or ()):
        if query.get("period") is not None:
            places.append((("metrics", number, "period"), query["period"]))
        if query.get("metric_stat") is not None:
            places.append((("metrics", number, "metric_stat", "period"), query["metric_stat"]["period"]))
    count = written.get("evaluation_periods", 1)
    for path, seconds in places:
        most = DAY if seconds < HOUR else WEEK
        if not _is_period(seconds):
            yield Finding("a period must be 10, 20, 30 or a multiple of 60 seconds", path)
        elif seconds * count > most:
            span = "a day" if most == DAY else "a week"
            yield Finding(f"with evaluation_periods: {count} this is more than {span}, AWS's limit", path)
    interval = written.get("evaluation_interval")
    if interval is not None and not _is_period(interval):
        yield Finding("it must be 10, 20, 30 or a multiple of 60 seconds", ("evaluation_interval",))


def _is_period(seconds: int) -> bool:
    return seconds in SHORT_PERIODS or seconds % MINUTE == 0
