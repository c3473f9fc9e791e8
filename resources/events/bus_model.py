"""The settings of an event bus.

Sources: CreateEventBus, UpdateEventBus, PutPermission (Amazon EventBridge API Reference).
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Cleared, Part, Resource, Wire
from reconciler.resources.identifiers import KeyArn, QueueArn
from reconciler.resources.lasting import LASTS
from reconciler.resources.policy_document import BUS_POLICY

DEFAULT = "default"
"""The name of the bus that AWS creates in every account and Region."""
SOURCE = r"aws\.partner(/[.\-_A-Za-z0-9]+){2,}"
NAMES = (
    Form(r".{1,256}", "1 to 256 characters"),
    Form(r"[/.\-_A-Za-z0-9]*", "a-z, A-Z, 0-9, ., -, _ and / alone"),
    Form(
        rf"[^/]*|{SOURCE}", "a name without /; only a partner bus has the name of its source: aws.partner/..."
    ),
)


class DeadLetterConfig(Part):
    """The queue for events that could not be delivered; a standard queue."""

    arn: QueueArn


class LogConfig(Part):
    """Which records of the bus AWS writes."""

    include_detail: Literal["NONE", "FULL"] | None = None
    level: Literal["OFF", "ERROR", "INFO", "TRACE"] | None = None


class Bus(Resource):
    """An event bus."""

    event_source_name: (
        Annotated[str, Form(SOURCE, "the name of a partner's event source: aws.partner/NAME/..."), LASTS]
        | None
    ) = None
    """Only of a partner bus, which has the same name."""
    description: Annotated[str | None, Field(max_length=512), Cleared("")] = None
    kms_key_identifier: KeyArn | None = None
    """The ARN of a key. Without it, AWS encrypts events with a key of its own."""
    dead_letter_config: DeadLetterConfig | None = None
    """For events that cannot be encrypted or decrypted."""
    log_config: LogConfig | None = None
    bus_policy: Annotated[dict[str, Any] | None, BUS_POLICY, Wire("Policy")] = None
    """Who may send events to the bus and make rules of it."""
