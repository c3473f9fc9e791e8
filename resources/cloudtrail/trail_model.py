"""The settings of a trail.

Sources: CreateTrail, PutEventSelectors, PutInsightSelectors, PutEventConfiguration (AWS CloudTrail API Reference).
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Cleared, Codec, Means, Part, Resource, Rows, Unordered, Whole
from reconciler.resources.identifiers import ACCOUNT, BUCKET_NAME, KeyArn, arn_form
from reconciler.resources.lasting import LASTS, lasts

EVERYTHING = lasts("event_selectors: [{read_write_type: All, include_management_events: true}]")
ALL_OF_GROUP = ":*"
Bucket = Annotated[
    str,
    Form(BUCKET_NAME, "the name of a bucket, such as ${s3.bucket:NAME#name}"),
    Means("s3.bucket", "name", settled=True),
]
"""The policy of the bucket is set first."""
Topic = Annotated[
    str,
    arn_form("sns", "[^:]+", "the ARN of a topic, as arn:aws:sns:REGION:ACCOUNT:NAME"),
    Means("sns.topic", settled=True),
]
Role = Annotated[
    str,
    arn_form("iam", "role/.+", "the ARN of a role, as arn:aws:iam::ACCOUNT:role/NAME"),
    Means("iam.role", settled=True),
    Means("iam.service_linked_role"),
]
LogGroup = Annotated[
    str,
    Form(
        rf"arn:[^:\s]+:logs:[^:\s]+:{ACCOUNT}:log-group:[^:\s]+",
        "the ARN of a log group without `:*`, as arn:aws:logs:REGION:ACCOUNT:log-group:NAME",
    ),
    Means("logs.log_group"),
    Codec(lambda arn: f"{arn}{ALL_OF_GROUP}", lambda arn: arn.removesuffix(ALL_OF_GROUP)),
]
Texts = Annotated[
    Annotated[list[Annotated[str, Field(min_length=1, max_length=2048)]], Field(min_length=1)] | None,
    Unordered(),
]


class DataResource(Part):
    """Objects, functions or tables whose data events are logged."""

    type: Literal["AWS::DynamoDB::Table", "AWS::Lambda::Function", "AWS::S3::Object"]
    values: Annotated[list[str], Unordered()]
    """ARNs, or beginnings of ARNs: `arn:aws:s3` for all objects."""


class EventSelector(Part):
    """Events that are logged."""

    read_write_type: Annotated[
        Literal["ReadOnly", "WriteOnly", "All"] | None, lasts("read_write_type: All")
    ] = None
    include_management_events: Annotated[bool | None, lasts("include_management_events: true")] = None
    data_resources: Annotated[list[DataResource] | None, Rows(("type",))] = None
    exclude_management_event_sources: Annotated[list[str] | None, Unordered()] = None
    """`kms.amazonaws.com` or `rdsdata.amazonaws.com`."""


class FieldSelector(Part):
    """The values of one field of events."""

    field: Annotated[str, Form(r"[\w.]{1,1000}", "the name of a field, such as resources.type")]
    equals: Texts = None
    starts_with: Texts = None
    ends_with: Texts = None
    not_equals: Texts = None
    not_starts_with: Texts = None
    not_ends_with: Texts = None


class AdvancedEventSelector(Part):
    """Events that are logged, by their fields."""

    name: Annotated[str, Field(min_length=1, max_length=1000)]
    field_selectors: Annotated[list[Annotated[FieldSelector, Whole()]], Rows(("field",)), Field(min_length=1)]


class InsightSelector(Part):
    """Unusual activity that is logged."""

    insight_type: Literal["ApiCallRateInsight", "ApiErrorRateInsight"]
    event_categories: Annotated[
        list[Literal["Management", "Data"]] | None, Unordered(), lasts("event_categories: [Management]")
    ] = None


class AggregationConfiguration(Part):
    """Summaries of data events."""

    event_category: Literal["Data"]
    templates: Annotated[
        list[Literal["API_ACTIVITY", "RESOURCE_ACCESS", "USER_ACTIONS"]], Unordered(), Field(min_length=1)
    ]


class Trail(Resource):
    """A trail."""

    s3_bucket_name: Annotated[Bucket | None, LASTS] = None
    """Its policy lets `cloudtrail.amazonaws.com` read its ACL, and write below `PREFIX/AWSLogs/ACCOUNT/`."""
    s3_key_prefix: Annotated[str | None, Field(max_length=200), Cleared("")] = None
    sns_topic_name: Annotated[Topic | None, Cleared("")] = None
    """The ARN of a topic."""
    include_global_service_events: Annotated[bool | None, LASTS] = None
    is_multi_region_trail: Annotated[bool | None, LASTS] = None
    is_organization_trail: Annotated[bool | None, LASTS] = None
    enable_log_file_validation: Annotated[bool | None, LASTS] = None
    recursive_logging: Annotated[bool | None, LASTS] = None
    """Whether the deliveries of CloudTrail itself are logged."""
    cloud_watch_logs_log_group_arn: Annotated[LogGroup | None, Cleared("")] = None
    cloud_watch_logs_role_arn: Annotated[Role | None, Cleared("")] = None
    kms_key_id: Annotated[KeyArn | None, Cleared("")] = None
    """The ARN of a key."""
    event_selectors: Annotated[list[EventSelector] | None, Field(min_length=1, max_length=5), EVERYTHING] = (
        None
    )
    advanced_event_selectors: Annotated[
        Annotated[list[AdvancedEventSelector], Field(min_length=1, max_length=500)] | None, Rows(("name",))
    ] = None
    """Null means the event selector of a new trail, which logs all management events."""
    insight_selectors: Annotated[list[InsightSelector] | None, Rows(("insight_type",))] = None
    aggregation_configurations: Annotated[
        list[AggregationConfiguration] | None, Rows(("event_category",)), Field(max_length=1)
    ] = None
    is_logging: Annotated[bool | None, lasts("is_logging: false")] = None
    """Whether events are logged; a new trail logs none."""
