"""The settings of a log group.

Source: the operations in `log_group.py` (Amazon CloudWatch Logs API Reference).
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import CamelPart, Document, Means, Resource, Rows, Unordered, Whole
from reconciler.resources.identifiers import ANY_ARN, KeyArn, RoleArn
from reconciler.resources.lasting import LASTS
from reconciler.resources.metric_unit import MetricUnit
from reconciler.resources.policy_document import LOG_GROUP_POLICY

NAMES = (
    Form(r".{1,512}", "1 to 512 characters"),
    Form(r"[.\-_/#A-Za-z0-9]*", "a-z, A-Z, 0-9, ., -, _, / and # alone"),
    Form(r"(?!aws/).*", "a name that does not begin with aws/, which AWS reserves"),
)
FilterName = Annotated[str, Field(min_length=1, max_length=512), Form(r"[^:*]*", "a name without : and *")]
MetricText = Annotated[str, Field(max_length=255)]
MetricWord = Annotated[str, Field(max_length=255), Form(r"[^:*$]*", "a text without :, * and $")]
Criteria = Annotated[str | None, Field(max_length=2000)]
Days = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]  # fmt: skip
"""The number of days that events are kept (PutRetentionPolicy)."""


class MetricTransformation(CamelPart):
    """The metric for the events that a filter matches."""

    metric_name: MetricWord
    metric_namespace: MetricWord
    metric_value: Annotated[str, Field(max_length=100)]
    default_value: float | None = None
    dimensions: Annotated[dict[MetricText, MetricText] | None, Whole()] = None
    unit: MetricUnit | None = None


class MetricFilter(CamelPart):
    """Turns events into a metric."""

    filter_name: FilterName
    filter_pattern: Annotated[str, Field(max_length=1024)]
    metric_transformations: Annotated[list[MetricTransformation], Field(min_length=1, max_length=1)]
    apply_on_transformed_logs: bool | None = None
    field_selection_criteria: Criteria = None
    emit_system_field_dimensions: Annotated[list[str] | None, Unordered()] = None


class SubscriptionFilter(CamelPart):
    """Sends events to a stream, a function or another account."""

    filter_name: FilterName
    filter_pattern: Annotated[str, Field(max_length=1024)]
    destination_arn: Annotated[
        str,
        ANY_ARN,
        Means("lambda.function"),
        Means("kinesis.stream"),
        Means("firehose.delivery_stream"),
        Means("logs.destination"),
    ]
    role_arn: RoleArn | None = None
    distribution: Annotated[Literal["Random", "ByLogStream"] | None, LASTS] = None
    apply_on_transformed_logs: bool | None = None
    field_selection_criteria: Criteria = None
    emit_system_fields: Annotated[list[str] | None, Unordered()] = None


class LogGroup(CamelPart, Resource):
    """A log group with its filters and policies."""

    log_group_class: Annotated[
        Literal["STANDARD", "INFREQUENT_ACCESS", "DELIVERY", "ESSENTIALS"] | None, LASTS
    ] = None
    kms_key_id: Annotated[KeyArn | None, Field(max_length=256)] = None
    """The ARN of the key."""
    deletion_protection_enabled: Annotated[bool | None, LASTS] = None
    bearer_token_authentication_enabled: Annotated[bool | None, LASTS] = None
    retention_in_days: Days | None = None
    data_protection_policy: Annotated[dict[str, Any] | None, Document()] = None
    index_policy: Annotated[dict[str, Any] | None, Document()] = None
    resource_policy: Annotated[dict[str, Any] | None, LOG_GROUP_POLICY] = None
    """Which AWS services may write to it, such as Route 53; AWS enforces it for services alone."""
    metric_filters: Annotated[list[MetricFilter] | None, Rows(("filter_name",)), Field(max_length=100)] = None
    subscription_filters: Annotated[
        list[SubscriptionFilter] | None, Rows(("filter_name",)), Field(max_length=2)
    ] = None
