"""The data of metrics, as far as the sandbox knows them: status checks, healthy instances, and what is in buckets.

Known-lossy: nothing else is measured, so the other metrics have no data points; the values are those of the present for the whole
life of a resource.

Sources: the descriptions of the operations; the limit of data points is that of CloudWatch's GetMetricStatistics.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from reconciler.lightsail_offers.metrics import BYTES, COUNT, METRICS, PERIOD
from reconciler.sandbox.lightsail.buckets import objects
from reconciler.sandbox.lightsail.buckets.buckets import BUCKET
from reconciler.sandbox.lightsail.core.operations import Operations, Reply
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record, moment
from reconciler.sandbox.lightsail.core.refusals import invalid
from reconciler.sandbox.lightsail.databases.databases import DATABASE
from reconciler.sandbox.lightsail.instances.attachments import INSTANCE
from reconciler.sandbox.lightsail.load_balancers.load_balancers import view as balancer_view
from reconciler.sandbox.lightsail.load_balancers.tls_certificates import LOAD_BALANCER

MOST_POINTS = 1440
DAY = 24 * 3600
MEMBERS = {
    "Average": "average",
    "Maximum": "maximum",
    "Minimum": "minimum",
    "SampleCount": "sampleCount",
    "Sum": "sum",
}
OF_BUCKETS = {"BucketSizeBytes": BYTES, "NumberOfObjects": COUNT}

operations = Operations()


@operations.answers
def get_instance_metric_data(plane: Plane, instanceName: str, metricName: str, **members: Any) -> Reply:
    """Show a metric of an instance; its status checks never fail."""
    record = plane.get(INSTANCE, instanceName)
    checked = metricName.startswith("StatusCheckFailed") and plane.state(record) == "running"
    return _reply(plane, record, metricName, members, 0.0 if checked else None)


@operations.answers
def get_load_balancer_metric_data(
    plane: Plane, loadBalancerName: str, metricName: str, **members: Any
) -> Reply:
    """Show a metric of a load balancer."""
    record = plane.get(LOAD_BALANCER, loadBalancerName)
    rows = [each["instanceHealth"] for each in balancer_view(plane, record)["instanceHealthSummary"]]
    counts = {"HealthyHostCount": rows.count("healthy"), "UnhealthyHostCount": rows.count("unhealthy")}
    return _reply(plane, record, metricName, members, counts.get(metricName))


@operations.answers
def get_relational_database_metric_data(
    plane: Plane, relationalDatabaseName: str, metricName: str, **members: Any
) -> Reply:
    """Show a metric of a database."""
    return _reply(plane, plane.get(DATABASE, relationalDatabaseName), metricName, members, None)


@operations.answers
def get_bucket_metric_data(plane: Plane, bucketName: str, metricName: str, **members: Any) -> Reply:
    """Show the size of a bucket, or the number of its objects, old versions included."""
    record = plane.get(BUCKET, bucketName)
    sizes = objects.sizes(plane, bucketName)
    value = sum(sizes) if metricName == "BucketSizeBytes" else len(sizes)
    return _reply(plane, record, metricName, members, value)


def _reply(
    plane: Plane, record: Record, metric: str, members: Mapping[str, Any], value: float | None
) -> Reply:
    """The data points of a metric; none if its value is not known, or if the request has another unit."""
    start, end = (_seconds(members[each]) for each in ("startTime", "endTime"))
    period = members["period"]
    if start >= end:
        raise invalid("The start time must be before the end time.")
    if period % 60:
        raise invalid(f"The period must be a multiple of 60: {period}")
    if (end - start) / period > MOST_POINTS:
        raise invalid(f"The request is for more than {MOST_POINTS} data points; use a longer period.")
    unit = OF_BUCKETS.get(metric) or METRICS.get(record.type, {}).get(metric, (COUNT,))[0]
    known = value is not None and members["unit"] == unit
    times = _times(start, min(end, plane.now()), period, record.created) if known else ()
    step = DAY if record.type == BUCKET else PERIOD
    samples = max(1, period // step)
    return {
        "metricName": metric,
        "metricData": [_point(each, unit, members["statistics"], value or 0.0, samples) for each in times],
    }


def _times(start: float, end: float, period: int, since: float) -> Iterator[float]:
    """The beginnings of the periods in which a resource lived."""
    for number in range(math.ceil((end - start) / period)):
        time = start + number * period
        if time + period >= since:
            yield time


def _point(time: float, unit: str, statistics: Sequence[str], value: float, samples: int) -> dict[str, Any]:
    of = {"SampleCount": float(samples), "Sum": value * samples}
    shown = {MEMBERS[each]: of.get(each, float(value)) for each in statistics}
    return {"timestamp": moment(time), "unit": unit, **shown}


def _seconds(time: datetime | float) -> float:
    return time.timestamp() if isinstance(time, datetime) else float(time)
