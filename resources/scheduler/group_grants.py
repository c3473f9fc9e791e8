"""IAM grants that the caller needs because of the schedules of a group.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.permissions import Grant, Location
from reconciler.resources.grants import to_pass


def for_schedules(rows: Iterable[Mapping[str, Any]], location: Location) -> Iterator[Grant]:
    """The grants to pass the roles of targets to Scheduler, and to use the keys of schedules through it."""
    for row in rows:
        yield to_pass(row["target"]["role_arn"], "scheduler")
        key = row.get("kms_key_arn")
        if key:
            yield from (
                Grant(f"kms:{each}", location.key(key), location.via("scheduler"))
                for each in ("DescribeKey", "GenerateDataKey", "Decrypt")
            )
