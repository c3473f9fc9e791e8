"""IAM grants that the caller needs because of the settings of a log group."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.permissions import Grant, Location
from reconciler.resources.grants import to_pass


def for_subscriptions(filters: Iterable[Mapping[str, Any]], location: Location) -> Iterator[Grant]:
    """The grants to pass the roles of subscription filters to CloudWatch Logs (PutSubscriptionFilter, API reference)."""
    del location
    yield from (to_pass(each["role_arn"], "logs") for each in filters if each.get("role_arn"))
