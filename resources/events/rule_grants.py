"""IAM grants that the caller needs because of the roles of a rule.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.grants import to_pass


def for_role(role: str, location: Location) -> Iterator[Grant]:
    """The grant to pass a role to EventBridge (PutRule, PutTargets)."""
    del location
    yield to_pass(role, "events")


def for_targets(rows: Iterable[Mapping[str, Any]], location: Location) -> Iterator[Grant]:
    """The grants to pass the roles of targets."""
    for row in rows:
        if row.get("role_arn"):
            yield from for_role(row["role_arn"], location)


GRANTED_FOR: Mapping[str, GrantedFor] = {"role_arn": for_role, "targets": for_targets}
"""By field: the grants that its value needs."""
