"""The restore drill of a table: a copy at a point in time is made beside it, compared, and deleted.

Source: RestoreTableToPointInTime (Amazon DynamoDB API Reference); "Restoring a table with point-in-time recovery" (Amazon
DynamoDB Developer Guide).
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any

from pydantic import Field

from reconciler.contract import Check, Drill, Look, Seen, Wired
from reconciler.errors import Absent
from reconciler.model import Part
from reconciler.permissions import Grant, Location
from reconciler.resources import restore_drill

COPIES = restore_drill.CopyNames("-restore-drill-", 255)
PAUSE = 10.0
"""Seconds between two looks at a copy that is being made: AWS needs minutes."""
OPERATIONS = (
    "describe_table",
    "describe_continuous_backups",
    "list_tables",
    "restore_table_to_point_in_time",
    "scan",
    "delete_table",
)
TO_WRITE = (
    "BatchWriteItem",
    "DeleteItem",
    "DescribeTable",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "UpdateItem",
)
"""What AWS wants to be allowed for the copy, besides the restore and the delete."""


class RestoreDrill(Part):
    """How a restored copy of the table is compared with it."""

    rto: Annotated[int | None, Field(ge=1)] = None
    """Seconds within which the copy has to be usable (recovery time objective); without it any time is right."""
    may_differ: Annotated[int, Field(ge=0)] = 0
    """How many items may differ: those that others write while the drill is at work, or shortly before."""
    most_items: Annotated[int, Field(ge=1)] = 100_000
    """A table with more items is not restored: both tables are read whole, and AWS charges for each item."""


def _restore(look: Look) -> Seen:
    table, name = look.describe(), look.sighting.address["TableName"]
    asked = {**RestoreDrill().model_dump(), **look.asked}
    expected = f"a copy within {asked['rto']} s" if asked["rto"] else "a copy"
    expected += (
        f" with at most {asked['may_differ']} other items" if asked["may_differ"] else " with equal items"
    )
    if table.get("ItemCount", 0) > asked["most_items"]:
        said = f"a table with about {table['ItemCount']:,} items; raise most_items to restore it"
        return Seen(False, said, f"{asked['most_items']:,} items at most")
    moment = _latest_moment(look, name)
    if moment is None:
        return Seen(False, "a table without point-in-time recovery", expected)
    for copy in _copies(look, name, table["TableArn"]):
        _delete(look, copy)
    copy = COPIES.at(name, look.api.wall())
    began = look.clock.now()
    try:
        look.api.once().call(
            "restore_table_to_point_in_time",
            SourceTableName=name,
            TargetTableName=copy,
            UseLatestRestorableTime=True,
        )
        ready = _is_ready(look, copy)
        spent = look.clock.now() - began
        keys = [each["AttributeName"] for each in table["KeySchema"]]
        compared = _compared(look, (name, copy), keys) if ready else None
    finally:
        left = _delete(look, copy)
    if compared is None:
        return Seen(False, f"no usable copy after {spent:.0f} s{left}", expected)
    right = compared.differing <= asked["may_differ"] and (asked["rto"] is None or spent <= asked["rto"])
    seen = f"{compared.told}; restored to {moment:%Y-%m-%dT%H:%MZ} in {spent:.0f} s{left}"
    return Seen(right and not left, seen, expected)


def _latest_moment(look: Look, name: str) -> datetime | None:
    """The latest time to which the table can be restored; None without point-in-time recovery."""
    reply = look.api.call("describe_continuous_backups", TableName=name)
    recovery = reply["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription") or {}
    found = recovery.get("LatestRestorableDateTime")
    return found.astimezone(UTC) if isinstance(found, datetime) else None


def _copies(look: Look, name: str, arn: str) -> Iterator[str]:
    """The copies that earlier drills have left."""
    first = COPIES.beginning(name)
    for each in list(look.api.pages("list_tables", rows_in="TableNames", ExclusiveStartTableName=first[:-1])):
        if not each.startswith(first):
            return
        table = look.api.call("describe_table", TableName=each)["Table"]
        if (table.get("RestoreSummary") or {}).get("SourceTableArn") == arn:
            yield each


def _is_ready(look: Look, copy: str) -> bool:
    """Wait until a copy is usable; returns whether it is before the drill has to end."""
    while True:
        try:
            table = look.api.call("describe_table", TableName=copy)["Table"]
        except Absent:  # AWS does not show it yet
            table = {}
        indexes = table.get("GlobalSecondaryIndexes") or ()
        states = {table.get("TableStatus"), *(each["IndexStatus"] for each in indexes)}
        if states == {"ACTIVE"}:
            return True
        if look.clock.now() + PAUSE >= look.ends:
            return False
        look.clock.sleep(PAUSE)


def _delete(look: Look, copy: str) -> str:
    return restore_drill.delete(copy, lambda: look.api.call("delete_table", TableName=copy))


class _Compared:
    """How the items of two tables differ."""

    def __init__(self, one: Mapping[str, str], other: Mapping[str, str]) -> None:
        self.differing = sum(one.get(key) != other.get(key) for key in {*one, *other})
        sums = [sha256("".join(sorted(each.values())).encode()).hexdigest()[:12] for each in (one, other)]
        self.told = f"{len(one):,} items, checksum {sums[0]}"
        if self.differing:
            self.told += f", and in the copy {len(other):,}, checksum {sums[1]}: {self.differing:,} differ"


def _compared(look: Look, tables: Sequence[str], keys: Sequence[str]) -> _Compared:
    one, other = (
        {_text([item[key] for key in keys]): _digest(item) for item in _items(look, table)}
        for table in tables
    )
    return _Compared(one, other)


def _items(look: Look, table: str) -> Iterator[Wired]:
    return look.api.pages("scan", rows_in="Items", TableName=table, ConsistentRead=True)


def _digest(item: Wired) -> str:
    return sha256(_text(item).encode()).hexdigest()


def _text(value: Any) -> str:
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    """A value of an attribute as JSON takes it; sets have no order."""
    if isinstance(value, Mapping):
        return {
            name: sorted(map(_plain, inner)) if name in ("SS", "NS", "BS") else _plain(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return b64encode(value).decode() if isinstance(value, bytes) else value


def _grants(name: str, location: Location) -> Iterator[Grant]:
    copies = location.arn("dynamodb", f"table/{COPIES.beginning(name)}*")
    for action in ("RestoreTableToPointInTime", "DeleteTable", *TO_WRITE):
        yield Grant(f"dynamodb:{action}", copies)


RESTORE = Check(
    "can be restored to a point in time",
    _restore,
    tuple(each for each in OPERATIONS if each != "delete_table"),
    settings=RestoreDrill,
    only_asked=True,
    drill=Drill(restore_drill.TIME_LIMIT, _grants),
)
