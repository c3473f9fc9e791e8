"""The services in a policy: those of the kinds, and those that the engine itself calls."""

from collections.abc import Mapping
from typing import Any

from reconciler.contract import Adapter, declared_services
from reconciler.service import Service

OWN = (
    Service(name="sts", unscoped={"sts:GetCallerIdentity": "names the account of the credentials"}),
    Service(
        name="resourcegroupstaggingapi",
        iam_prefix="tag",
        unscoped={"tag:GetResources": "lists all tags"},
    ),
    Service(
        name="service-quotas",
        iam_prefix="servicequotas",
        unscoped={"servicequotas:ListServiceQuotas": "lists all quotas"},
    ),
    Service(name="ssm"),
    Service(name="secretsmanager"),
    Service(name="sns"),
    Service(name="sqs", actions={"DeleteMessageBatch": "sqs:DeleteMessage"}),
)
"""The engine's own services: for the account check, tag searches, quotas, secrets, notifications and events.

Sources: "Actions, resources, and condition keys" of each (Service Authorization Reference).
"""


def services_of(kinds: Mapping[str, Adapter[Any]]) -> Mapping[str, Service]:
    """Every service that is known here, as boto3 spells it."""
    return {each.name: each for each in (*OWN, *declared_services(kinds.values()))}
