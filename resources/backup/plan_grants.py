"""The grants that the roles in a backup plan need."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.permissions import Grant, Location

SCANNERS = ("backup.amazonaws.com", "malware-protection.guardduty.amazonaws.com")


def for_scans(rows: Iterable[Mapping[str, Any]], location: Location) -> Iterator[Grant]:
    """The grants to pass the roles of scans (CreateBackupPlan, API reference)."""
    del location
    passed = (("StringEquals", "iam:PassedToService", SCANNERS),)
    yield from (Grant("iam:PassRole", each["scanner_role_arn"], passed) for each in rows)
