"""When tables are candidates for removal.

Sources: TableDescription (Amazon DynamoDB API Reference); "DynamoDB metrics and dimensions" (Developer Guide).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Metric, Unused, day

READS = Metric("AWS/DynamoDB", "ConsumedReadCapacityUnits", "TableName")
WRITES = Metric("AWS/DynamoDB", "ConsumedWriteCapacityUnits", "TableName")


def _empty(look: Considered) -> Iterator[Evidence]:
    table = look.describe()
    if not table.get("ItemCount"):
        units = f"{look.counted(READS)} read units and {look.counted(WRITES)} write units from {look.period}"
        made = day(table.get("CreationDateTime"))
        yield Evidence(f"0 items, as counted within the last six hours; {units}; created {made}")


TABLE = Unused("it has no items", _empty, ("describe_table",), metrics=(READS, WRITES))
