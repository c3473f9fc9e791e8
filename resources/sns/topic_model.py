"""The settings of a topic and of its subscriptions.

Sources: CreateTopic, SetTopicAttributes, Subscribe, SetSubscriptionAttributes (Amazon SNS API Reference).
"""

from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.alias_generators import to_pascal

from reconciler.forms import Form
from reconciler.model import Cleared, Document, Part, Resource, Rows, Wire
from reconciler.resources.identifiers import AnyKey, RoleArn
from reconciler.resources.lasting import LASTS
from reconciler.resources.policy_document import RESOURCE_POLICY
from reconciler.resources.text_values import NUMBER, ONLY_TRUE, YES_OR_NO


def without_defaults(document: Any) -> Any:
    """A delivery policy without the members that are null or false, which SNS adds."""
    if not isinstance(document, dict):
        return document
    given = {name: value for name, value in document.items() if value is not None and value is not False}
    return {name: without_defaults(value) for name, value in given.items()}


DELIVERY = Document(without_defaults)
NAMES = (Form(r"[A-Za-z0-9_-]{1,256}|[A-Za-z0-9_-]{1,251}\.fifo", "1 to 256 of a-z, A-Z, 0-9, _ and -"),)
Rate = Annotated[Annotated[int, Field(ge=0, le=100)] | None, NUMBER, Cleared("0")]
Role = Annotated[RoleArn | None, Cleared("")]


class Subscription(Part):
    """A receiver of messages. Protocol and endpoint identify it; AWS cannot change them."""

    protocol: Literal[
        "http", "https", "email", "email-json", "sms", "sqs", "application", "lambda", "firehose"
    ]
    endpoint: Annotated[str, Field(min_length=1)]
    """A URL, an e-mail address, a phone number, or the ARN of a queue, a function, a stream or a device."""
    filter_policy: Annotated[dict[str, Any] | None, Document()] = None
    filter_policy_scope: Annotated[
        Literal["MessageAttributes", "MessageBody"] | None, Cleared("MessageAttributes")
    ] = None
    raw_message_delivery: Annotated[bool | None, YES_OR_NO, Cleared("false")] = None
    redrive_policy: Annotated[dict[str, Any] | None, Document()] = None
    delivery_policy: Annotated[dict[str, Any] | None, DELIVERY] = None
    subscription_role_arn: Annotated[RoleArn | None, LASTS] = None
    """The role with which SNS writes to a Firehose stream."""
    replay_policy: Annotated[dict[str, Any] | None, Document()] = None


class Topic(Resource):
    """A topic with its subscriptions. If `subscriptions` is written, the topic gets exactly these subscriptions."""

    @classmethod
    def wire_name(cls, field: str) -> str:
        """The name of a field as an attribute of a topic. Fields with a member of their own in requests have a `Wire` mark."""
        return f"Attributes.{to_pascal(field).replace('Http', 'HTTP').replace('Sqs', 'SQS')}"

    fifo_topic: Annotated[bool | None, ONLY_TRUE, LASTS] = None
    display_name: Annotated[str | None, Field(max_length=100), Cleared("")] = None
    topic_policy: Annotated[dict[str, Any] | None, RESOURCE_POLICY, LASTS, Wire("Attributes.Policy")] = None
    """Who may publish and subscribe. A topic always has a policy; SNS gives a new topic one for its owner."""
    delivery_policy: Annotated[dict[str, Any] | None, DELIVERY, Cleared("")] = None
    kms_master_key_id: Annotated[AnyKey | None, Cleared("")] = None
    tracing_config: Annotated[Literal["PassThrough", "Active"] | None, Cleared("PassThrough")] = None
    signature_version: Annotated[Literal["1", "2"] | None, Cleared("1")] = None
    maximum_message_size: Annotated[
        Annotated[int, Field(ge=1024, le=1_048_576)] | None, NUMBER, Cleared("262144")
    ] = None
    content_based_deduplication: Annotated[bool | None, YES_OR_NO, Cleared("false")] = None
    fifo_throughput_scope: Annotated[Literal["Topic", "MessageGroup"] | None, Cleared("Topic")] = None
    archive_policy: Annotated[dict[str, Any] | None, Document(), Cleared("{}")] = None
    data_protection_policy: Annotated[
        dict[str, Any] | None, Document(), Cleared(""), Wire("DataProtectionPolicy")
    ] = None
    http_success_feedback_role_arn: Role = None
    http_success_feedback_sample_rate: Rate = None
    http_failure_feedback_role_arn: Role = None
    firehose_success_feedback_role_arn: Role = None
    firehose_success_feedback_sample_rate: Rate = None
    firehose_failure_feedback_role_arn: Role = None
    lambda_success_feedback_role_arn: Role = None
    lambda_success_feedback_sample_rate: Rate = None
    lambda_failure_feedback_role_arn: Role = None
    application_success_feedback_role_arn: Role = None
    application_success_feedback_sample_rate: Rate = None
    application_failure_feedback_role_arn: Role = None
    sqs_success_feedback_role_arn: Role = None
    sqs_success_feedback_sample_rate: Rate = None
    sqs_failure_feedback_role_arn: Role = None
    subscriptions: Annotated[
        list[Subscription] | None, Rows(("protocol", "endpoint")), Wire("Subscriptions")
    ] = None


LOGGING = tuple(name for name in Topic.model_fields if "_feedback_" in name)
"""The settings of the delivery log, by protocol."""
ROLES = tuple(name for name in LOGGING if name.endswith("_role_arn"))
ATTRIBUTES = tuple(
    name for name in Topic.model_fields if name not in ("tags", "data_protection_policy", "subscriptions")
)
"""The fields that are attributes of a topic in SNS's API."""
