"""IAM grants that the caller needs because of the settings of a topic."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.grants import to_pass
from reconciler.resources.sns.topic_model import ROLES


def for_role(role: str, location: Location) -> Iterator[Grant]:
    """The grant to pass a role to SNS (CreateTopic, Service Authorization Reference)."""
    del location
    yield to_pass(role, "sns")


def for_subscriptions(rows: Iterable[Mapping[str, Any]], location: Location) -> Iterator[Grant]:
    """The grants to pass the roles of subscriptions to SNS."""
    for row in rows:
        if row.get("subscription_role_arn"):
            yield from for_role(row["subscription_role_arn"], location)


GRANTED_FOR: Mapping[str, GrantedFor] = {
    **dict.fromkeys(ROLES, for_role),
    "subscriptions": for_subscriptions,
}
"""By field: the grants that its value needs."""
