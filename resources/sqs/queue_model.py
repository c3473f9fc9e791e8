"""The settings of a queue.

Sources: CreateQueue, SetQueueAttributes (Amazon SQS API Reference).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.alias_generators import to_pascal

from reconciler.field_schema import own_fields
from reconciler.forms import Form
from reconciler.model import Cleared, Resource, Wire
from reconciler.resources.identifiers import AnyKey
from reconciler.resources.lasting import LASTS, lasts
from reconciler.resources.policy_document import QUEUE_POLICY
from reconciler.resources.sqs.redrive import REDRIVE, REDRIVE_ALLOW
from reconciler.resources.text_values import NUMBER, ONLY_TRUE, YES_OR_NO

NAMES = (Form(r"[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo", "1 to 80 of a-z, A-Z, 0-9, _ and -"),)


class Queue(Resource):
    """A queue. A dead-letter queue is a queue that the `redrive_policy` of another one names."""

    @classmethod
    def wire_name(cls, field: str) -> str:
        """The name of a field as an attribute of a queue."""
        return f"Attributes.{to_pascal(field)}"

    fifo_queue: Annotated[bool | None, ONLY_TRUE, LASTS] = None
    delay_seconds: Annotated[Annotated[int, Field(ge=0, le=900)] | None, NUMBER, Cleared("0")] = None
    maximum_message_size: Annotated[
        Annotated[int, Field(ge=1024, le=1_048_576)] | None, NUMBER, Cleared("1048576")
    ] = None
    """In bytes."""
    message_retention_period: Annotated[
        Annotated[int, Field(ge=60, le=1_209_600)] | None, NUMBER, Cleared("345600")
    ] = None
    """In seconds."""
    receive_message_wait_time_seconds: Annotated[
        Annotated[int, Field(ge=0, le=20)] | None, NUMBER, Cleared("0")
    ] = None
    visibility_timeout: Annotated[Annotated[int, Field(ge=0, le=43_200)] | None, NUMBER, Cleared("30")] = None
    """In seconds."""
    queue_policy: Annotated[dict[str, Any] | None, QUEUE_POLICY, Cleared(""), Wire("Attributes.Policy")] = (
        None
    )
    """Who may send and receive messages."""
    redrive_policy: Annotated[dict[str, Any] | None, REDRIVE, Cleared("")] = None
    """The dead-letter queue: `deadLetterTargetArn: ${sqs.queue:NAME}`, and `maxReceiveCount`."""
    redrive_allow_policy: Annotated[dict[str, Any] | None, REDRIVE_ALLOW, Cleared("")] = None
    """Which queues may use this one as their dead-letter queue."""
    kms_master_key_id: Annotated[AnyKey | None, Cleared("")] = None
    kms_data_key_reuse_period_seconds: Annotated[
        Annotated[int, Field(ge=60, le=86_400)] | None,
        NUMBER,
        lasts("kms_data_key_reuse_period_seconds: 300"),
    ] = None
    sqs_managed_sse_enabled: Annotated[bool | None, YES_OR_NO, lasts("sqs_managed_sse_enabled: false")] = None
    """Encryption with keys of SQS. A queue with a key of KMS has none."""
    content_based_deduplication: Annotated[bool | None, YES_OR_NO, Cleared("false")] = None
    deduplication_scope: Annotated[Literal["messageGroup", "queue"] | None, Cleared("queue")] = None
    fifo_throughput_limit: Annotated[Literal["perQueue", "perMessageGroupId"] | None, Cleared("perQueue")] = (
        None
    )


DEFAULTS: Mapping[str, Any] = {
    "fifo_queue": False,
    "delay_seconds": 0,
    "maximum_message_size": 1_048_576,
    "message_retention_period": 345_600,
    "receive_message_wait_time_seconds": 0,
    "visibility_timeout": 30,
    "kms_data_key_reuse_period_seconds": 300,
    "content_based_deduplication": False,
    "deduplication_scope": "queue",
    "fifo_throughput_limit": "perQueue",
}
"""What AWS gives a new queue."""
ATTRIBUTES = own_fields(Queue)
"""All fields: each is an attribute of a queue in SQS's API."""
