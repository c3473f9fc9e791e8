"""logs.log_group: a log group with its policies and filters."""

from collections.abc import Mapping
from typing import ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    Adapter,
    BulkRead,
    Create,
    Delete,
    Named,
    Reads,
    Sends,
    TagOperations,
    own_fields,
    tagging,
)
from reconciler.model import Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.logs import costs, unused
from reconciler.resources.logs.log_group_changes import ALONE, RESOURCE_POLICY, filters, policy
from reconciler.resources.logs.log_group_cloudformation import CLOUDFORMATION
from reconciler.resources.logs.log_group_grants import for_subscriptions
from reconciler.resources.logs.log_group_model import NAMES, LogGroup
from reconciler.resources.logs.service import LOGS

BY_IDENTIFIER = {"logGroupName": "logGroupIdentifier"}
"""The parameter for a log group in newer operations."""


class LogGroupAdapter(Adapter[LogGroup]):
    """CreateLogGroup, and an operation for each setting."""

    kind = "logs.log_group"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="storage", column=2)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"subscription_filters": for_subscriptions}
    service = LOGS
    model = LogGroup
    costs = costs.LOG_GROUP
    summary = "a log group with its retention, policies, metric filters and subscriptions"
    console = "https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#logsV2:log-groups/log-group/{name_twice}"
    defaults: ClassVar[Settings] = {
        "log_group_class": "STANDARD",
        "deletion_protection_enabled": False,
        "bearer_token_authentication_enabled": False,
    }
    identity = Named(
        name="logGroupName",
        arns=(
            "arn:{partition}:logs:{region}:{account}:log-group:{name}",
            # IAM checks all calls except those for tags against this pattern.
            "arn:{partition}:logs:{region}:{account}:log-group:{name}:*",
        ),
        forms=NAMES,
    )
    create = Create(
        "create_log_group",
        ("kms_key_id", "log_group_class", "deletion_protection_enabled"),
        fixed=frozenset({"log_group_class"}),
    )
    updates = (
        Sends("associate_kms_key", ("kms_key_id",), cleared_by="disassociate_kms_key"),
        Sends("put_retention_policy", ("retention_in_days",), cleared_by="delete_retention_policy"),
        Sends(
            "put_log_group_deletion_protection", ("deletion_protection_enabled",), addressed_as=BY_IDENTIFIER
        ),
        Sends(
            "put_bearer_token_authentication",
            ("bearer_token_authentication_enabled",),
            addressed_as=BY_IDENTIFIER,
        ),
        policy("data_protection_policy"),
        policy("index_policy"),
        RESOURCE_POLICY,
        filters("metric_filters", "metric_filter"),
        filters("subscription_filters", "subscription_filter"),
    )
    delete = Delete("delete_log_group", protected=True)
    reads = Reads(
        list="describe_log_groups",
        named=lambda name: {"logGroupNamePrefix": name},
        alone=ALONE,
        together={
            "metric_filters": BulkRead(
                operation="describe_metric_filters", of="logGroupName", page=50, rows="metricFilters"
            )
        },
        remembered=frozenset({"subscription_filters"}),
        listed=frozenset(own_fields(LogGroup, *ALONE)),
        page=50,
        gets_one=True,
    )
    tagging_api_type = "logs:log-group"
    unused = unused.LOG_GROUP
    tagging = tagging(
        TagOperations(at="resourceArn", in_create="tags", shown="tags", tags="tags", keys="tagKeys")
    )
