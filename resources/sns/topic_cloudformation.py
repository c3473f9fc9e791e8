"""What CloudFormation calls a topic, and what AWS asks of the caller because of what is written."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.cloudformation import CloudFormation
from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.sns.topic_model import ROLES

TO_SNS = (("StringEquals", "iam:PassedToService", ("sns.amazonaws.com",)),)

CLOUDFORMATION = CloudFormation(
    type="AWS::SNS::Topic",
    called={
        "DeliveryStatusLogging": ROLES,
        "KmsMasterKeyId": "kms_master_key_id",
        "Subscription": "subscriptions",
        "TopicName": "name",
    },
    not_granted={
        "iam:GetRole": "asked for by CloudFormation alone",
        "iam:PassRole": "granted for each written role",
    },
)


def for_role(role: str, location: Location) -> Iterator[Grant]:
    """The right to give SNS a role (CreateTopic, Service Authorization Reference)."""
    del location
    yield Grant("iam:PassRole", role, TO_SNS)


def for_subscriptions(rows: Iterable[Mapping[str, Any]], location: Location) -> Iterator[Grant]:
    """The right to give SNS the roles of subscriptions."""
    for row in rows:
        if row.get("subscription_role_arn"):
            yield from for_role(row["subscription_role_arn"], location)


GRANTED: Mapping[str, GrantedFor] = {
    **dict.fromkeys(ROLES, for_role),
    "subscriptions": for_subscriptions,
}
"""By field: the rights that a written role needs."""
