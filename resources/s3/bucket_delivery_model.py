"""The settings for what an S3 bucket sends and serves: notifications, access logs and a web site.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from reconciler.forms import Form
from reconciler.model import Codec, Part, Ref, Rows, Unordered, Wire
from reconciler.resources.identifiers import BUCKET_NAME, FunctionArn, QueueArn, TopicArn


class FilterRule(Part):
    """A prefix or a suffix of the keys of objects."""

    name: Literal["prefix", "suffix"]
    value: str


Event = Annotated[str, Form(r"s3:\w+(:[\w*]+)?", "an event of S3, such as s3:ObjectCreated:*")]


class Target(Part):
    """A target of notifications, and its events. Each subclass adds the ARN of the target."""

    id: str
    events: Annotated[list[Event], Unordered(), Field(min_length=1)]
    filter_rules: Annotated[
        list[FilterRule] | None, Rows(("name",)), Wire("Filter.Key.FilterRules"), Field(min_length=1)
    ] = None


class TopicTarget(Target):
    """An SNS topic that gets notifications."""

    topic_arn: TopicArn


class QueueTarget(Target):
    """An SQS queue that gets notifications."""

    queue_arn: QueueArn


class FunctionTarget(Target):
    """A Lambda function that S3 calls; the policy of the function must allow it."""

    lambda_function_arn: FunctionArn


class Notification(Part):
    """Who gets notifications of events, such as created or deleted objects."""

    topic_configurations: Annotated[list[TopicTarget] | None, Rows(("id",))] = None
    queue_configurations: Annotated[list[QueueTarget] | None, Rows(("id",))] = None
    lambda_function_configurations: Annotated[list[FunctionTarget] | None, Rows(("id",))] = None
    # In the API, an empty structure means on, and no structure means off.
    event_bridge: Annotated[
        Literal[True] | None,
        Wire("EventBridgeConfiguration"),
        Codec(encode=lambda _: {}, decode=lambda _: True),
    ] = None
    """`true`, or null to turn it off."""


class LoggingGrant(Part):
    """A permission for log objects; only if the object ownership of the target bucket allows ACLs."""

    type: Annotated[Literal["CanonicalUser", "Group"], Wire("Grantee.Type")]
    # S3 also accepts an e-mail address, but reports the canonical id: this would differ in every pass.
    id: Annotated[str | None, Wire("Grantee.ID")] = None
    """The canonical id of an account."""
    uri: Annotated[str | None, Wire("Grantee.URI")] = None
    """The URI of one of S3's groups."""
    permission: Literal["FULL_CONTROL", "READ", "WRITE"]

    @model_validator(mode="after")
    def _one_grantee(self) -> Self:
        if (self.id is None, self.uri is None) != (self.type == "Group", self.type == "CanonicalUser"):
            raise ValueError("a CanonicalUser has an id, and a Group a uri; each has only that")
        return self


class Logging(Part):
    """Where S3 writes the access log; the policy of the target bucket must allow the logging service to write."""

    target_bucket: Annotated[
        str, Ref("s3.bucket", outside=True, settled=True), Form(BUCKET_NAME, "the name of a bucket")
    ]
    """A bucket of the stack, or another bucket in the same account and Region. The settings of the former are sent first."""
    target_prefix: str
    partition_date_source: Annotated[
        Literal["EventTime", "DeliveryTime"] | None,
        Wire("TargetObjectKeyFormat.PartitionedPrefix.PartitionDateSource"),
    ] = None
    """With a value, keys of log objects contain account, Region, bucket and day; with null, only the prefix."""
    target_grants: Annotated[list[LoggingGrant] | None, Rows(("permission", "id", "uri"))] = None
    """Who else may read or write the log objects."""


class IndexDocument(Part):
    """The page for the root and for each folder."""

    suffix: str


class ErrorDocument(Part):
    """The page for errors, such as a missing object."""

    key: Annotated[str, Field(min_length=1)]


class RedirectAll(Part):
    """The host that all requests are redirected to."""

    host_name: str
    protocol: Literal["http", "https"] | None = None


class RoutingCondition(Part):
    """The requests that a routing rule applies to."""

    http_error_code_returned_equals: str | None = None
    key_prefix_equals: str | None = None


class Redirect(Part):
    """Where a routing rule redirects a request."""

    host_name: str | None = None
    http_redirect_code: str | None = None
    protocol: Literal["http", "https"] | None = None
    replace_key_prefix_with: str | None = None
    replace_key_with: str | None = None


class RoutingRule(Part):
    """Redirects some requests; the first matching rule applies."""

    condition: RoutingCondition | None = None
    redirect: Redirect


class Website(Part):
    """The bucket as a web site: an index document and rules, or `redirect_all_requests_to` alone."""

    index_document: IndexDocument | None = None
    error_document: ErrorDocument | None = None
    redirect_all_requests_to: RedirectAll | None = None
    routing_rules: list[RoutingRule] | None = None
