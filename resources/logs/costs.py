"""What AWS charges for log groups, and for the metrics that their filters make.

Source: https://aws.amazon.com/cloudwatch/pricing/
"""

from reconciler.contract import Charge, Costs, Volume, fixed, volume
from reconciler.model import Part, Settings

SERVICE = "AmazonCloudWatch"


class LogGroupVolumes(Part):
    """The volumes of a log group."""

    ingested_gb: Volume = None
    """GB written a month."""
    stored_gb: Volume = None
    """GB stored on average, compressed."""


def _usage(settings: Settings) -> str:
    rare = settings.get("log_group_class") == "INFREQUENT_ACCESS"
    return "DataProcessingIA-Bytes" if rare else "DataProcessing-Bytes"


def _metrics(settings: Settings) -> float:
    filters = settings.get("metric_filters") or ()
    return float(sum(len(each.get("metric_transformations") or ()) for each in filters))


def _has_filters(settings: Settings) -> bool:
    return bool(_metrics(settings))


LOG_GROUP = Costs(
    (
        Charge("ingested", SERVICE, _usage, "GB", volume("ingested_gb")),
        Charge("stored", SERVICE, "TimedStorage-ByteHrs", "GB-month", volume("stored_gb")),
        Charge(
            "metrics of filters", SERVICE, "CW:MetricMonitorUsage", "metric-month", fixed(_metrics),
            _has_filters, fixed=True,
        ),
    ),
    LogGroupVolumes,
)  # fmt: skip
