"""Reads the sums of CloudWatch metrics for many resources at once.

Source: GetMetricData (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html).
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from reconciler.contract import ApiOf, Metric, Sighting, chunks
from reconciler.contract.unused import DAY

MOST = 500
"""The metrics of one request."""

Sums: TypeAlias = dict[tuple[Metric, str], float]
"""The sum of a metric, by the metric and the name of the resource in AWS."""


def sums_of(
    metrics: Sequence[Metric], sightings: Sequence[Sighting], api_of: ApiOf, since: float, until: float
) -> Sums:
    """The sums of these metrics over a period, for each resource; 0 if AWS has no value.

    Raises:
        CallError: they could not be read.
    """
    wanted = [(metric, each) for metric in metrics for each in sorted({seen.name for seen in sightings})]
    sums: Sums = dict.fromkeys(wanted, 0.0)
    if not wanted:
        return sums
    api = api_of("cloudwatch")
    period = {"StartTime": datetime.fromtimestamp(since, UTC), "EndTime": datetime.fromtimestamp(until, UTC)}
    for some in chunks(wanted, MOST):
        queries = list(_queries(some))
        for row in api.pages(
            "get_metric_data", rows_in="MetricDataResults", MetricDataQueries=queries, **period
        ):
            sums[some[int(row["Id"].removeprefix("m"))]] += sum(row["Values"])
    return sums


def _queries(wanted: Sequence[tuple[Metric, str]]) -> Iterator[dict[str, Any]]:
    """A query for each metric: one sum a day."""
    for number, (metric, name) in enumerate(wanted):
        yield {
            "Id": f"m{number}",
            "MetricStat": {
                "Metric": {
                    "Namespace": metric.namespace,
                    "MetricName": metric.name,
                    "Dimensions": [{"Name": metric.dimension, "Value": name}],
                },
                "Period": DAY,
                "Stat": "Sum",
            },
        }
