"""What AWS charges for tables.

Source: https://aws.amazon.com/dynamodb/pricing/
"""

from collections.abc import Iterator
from functools import partial

from reconciler.contract import HOURS, Charge, Costs, Volume, fixed, volume
from reconciler.model import Part, Settings

SERVICE = "AmazonDynamoDB"


class TableVolumes(Part):
    """The volumes of a table with its indexes."""

    writes: Volume = None
    """Write request units a month; only on demand."""
    reads: Volume = None
    """Read request units a month; only on demand."""
    stored_gb: Volume = None
    """GB stored on average."""
    backup_gb: Volume = None
    """GB that point-in-time recovery keeps."""
    stream_reads: Volume = None
    """Read request units of its stream a month."""


def _of_class(settings: Settings, usage: str) -> str:
    """The usage type for the class of the table."""
    return f"IA-{usage}" if settings.get("table_class") == "STANDARD_INFREQUENT_ACCESS" else usage


def _on_demand(settings: Settings) -> bool:
    return settings.get("billing_mode") == "PAY_PER_REQUEST"


def _provisioned(settings: Settings) -> bool:
    return not _on_demand(settings)


def _units(settings: Settings, field: str) -> float:
    """The hours of capacity units a month, of the table and its indexes."""
    throughputs: Iterator[Settings] = (
        each.get("provisioned_throughput") or {}
        for each in (settings, *(settings.get("global_secondary_indexes") or ()))
    )
    return float(sum(each.get(field, 0) for each in throughputs)) * HOURS


def _recovers(settings: Settings) -> bool:
    return bool((settings.get("point_in_time_recovery") or {}).get("enabled"))


def _streams(settings: Settings) -> bool:
    return bool((settings.get("stream_specification") or {}).get("stream_enabled"))


def _usage(name: str) -> partial[str]:
    return partial(_of_class, usage=name)


TABLE = Costs(
    (
        Charge("writes", SERVICE, _usage("WriteRequestUnits"), "unit", volume("writes"), _on_demand),
        Charge("reads", SERVICE, _usage("ReadRequestUnits"), "unit", volume("reads"), _on_demand),
        Charge(
            "write capacity", SERVICE, _usage("WriteCapacityUnit-Hrs"), "unit-hour",
            fixed(partial(_units, field="write_capacity_units")), _provisioned, fixed=True,
        ),
        Charge(
            "read capacity", SERVICE, _usage("ReadCapacityUnit-Hrs"), "unit-hour",
            fixed(partial(_units, field="read_capacity_units")), _provisioned, fixed=True,
        ),
        Charge("storage", SERVICE, _usage("TimedStorage-ByteHrs"), "GB-month", volume("stored_gb")),
        Charge(
            "point-in-time recovery", SERVICE, "TimedPITRStorage-ByteHrs", "GB-month",
            volume("backup_gb"), _recovers,
        ),
        Charge("reads of the stream", SERVICE, "Streams-Requests", "unit", volume("stream_reads"), _streams),
    ),
    TableVolumes,
)  # fmt: skip
