"""Amazon SQS's checks of the attributes of queues.

Sources: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from moto.sqs.models import Queue

from reconciler.sandbox.moto_patches.attribute_checks import TRUTH, Check, between, json_object, one_of
from reconciler.sandbox.moto_patches.policies import is_there, listed, principals_of
from reconciler.sandbox.sandbox_error import SandboxError

FIFO = ".fifo"
OF_FIFO = frozenset({"ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit", "FifoQueue"})
LARGEST_POLICY = 8192  # bytes
LONGEST_NAME = 80
MOST_RECEIVES = 1000
MOST_SOURCES = 10


def invalid_value(text: str) -> SandboxError:
    """Return SQS's error for an invalid value of an attribute."""
    return SandboxError("InvalidAttributeValue", text)


def text_of(value: Any) -> str:
    """Return the value of an attribute as a text; CloudFormation has other types as well."""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict) else str(value)


ATTRIBUTES: Mapping[str, Check] = {
    "DelaySeconds": between(0, 900),
    "MaximumMessageSize": between(1024, 1_048_576),
    "MessageRetentionPeriod": between(60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": between(0, 20),
    "VisibilityTimeout": between(0, 43_200),
    "KmsDataKeyReusePeriodSeconds": between(60, 86_400),
    "KmsMasterKeyId": lambda _: True,
    "SqsManagedSseEnabled": one_of(*TRUTH),
    "Policy": lambda value: not value or bool((json_object(value) or {}).get("Statement")),
    "RedrivePolicy": lambda value: not value or json_object(value) is not None,
    "RedriveAllowPolicy": lambda value: not value or _allows(json_object(value)),
    "FifoQueue": one_of("true"),
    "ContentBasedDeduplication": one_of(*TRUTH),
    "DeduplicationScope": one_of("messageGroup", "queue"),
    "FifoThroughputLimit": one_of("perQueue", "perMessageGroupId"),
}


def _allows(policy: Any) -> bool:
    """Whether a redrive allow policy is valid."""
    if policy is None:
        return False
    permission, sources = policy.get("redrivePermission"), policy.get("sourceQueueArns")
    if permission == "byQueue":
        return isinstance(sources, list) and 1 <= len(sources) <= MOST_SOURCES
    return permission in ("allowAll", "denyAll") and sources is None


def check_name(name: str, *, fifo: bool) -> None:
    """Refuse an invalid name; the name of a FIFO queue ends with `.fifo`."""
    plain = name.removesuffix(FIFO) if fifo else name
    if not re.fullmatch(r"[a-zA-Z0-9_-]+", plain) or len(name) > LONGEST_NAME or (fifo and plain == name):
        kind = "The name of a FIFO queue can only" if fifo else "Can only"
        end = ", must end with .fifo suffix and be 1 to 80 in length" if fifo else ". 1 to 80 in length"
        text = f"{kind} include alphanumeric characters, hyphens, or underscores{end}."
        raise SandboxError("InvalidParameterValue", text)


def check_attributes(given: Mapping[str, str], account: str, *, fifo: bool, new: bool) -> None:
    """Refuse unknown attributes, attributes of the other type of queue, and invalid values."""
    for name, value in given.items():
        unknown = name not in ATTRIBUTES or (name in OF_FIFO and not fifo)
        if unknown or (name == "FifoQueue" and not new):
            raise SandboxError("InvalidAttributeName", f"Unknown Attribute {name}.")
        if not ATTRIBUTES[name](value):
            raise invalid_value(f"Invalid value for the parameter {name}.")
    policy = json_object(given.get("Policy", ""))
    named = [who for each in listed((policy or {}).get("Statement")) for who in principals_of(each)]
    if len(given.get("Policy", "")) > LARGEST_POLICY or not all(is_there(each, account) for each in named):
        raise invalid_value("Invalid value for the parameter Policy.")


def check_redrive(
    text: str, source: str, find: Callable[[str], tuple[Queue, str] | None], *, fifo: bool
) -> None:
    """Refuse a redrive policy without its members, or whose dead-letter queue cannot take the messages of `source`."""
    policy = json_object(text) or {}
    for member in ("deadLetterTargetArn", "maxReceiveCount"):
        if policy and member not in policy:
            raise _wrong_redrive(text, f"Redrive policy does not contain mandatory attribute: {member}.")
    if not policy:
        return
    if not between(1, MOST_RECEIVES)(str(policy["maxReceiveCount"])):
        raise _wrong_redrive(text, "Invalid value for maxReceiveCount.")
    found = find(policy["deadLetterTargetArn"])
    if found is None:
        raise _wrong_redrive(text, "Dead letter target does not exist.")
    queue, allowing = found
    if queue.fifo_queue != fifo:
        raise _wrong_redrive(text, "Dead-letter queue must be same type of queue as the source.")
    allows = json_object(allowing) or {"redrivePermission": "allowAll"}
    denied = allows["redrivePermission"] == "denyAll"
    if denied or ("sourceQueueArns" in allows and source not in allows["sourceQueueArns"]):
        raise _wrong_redrive(
            text, f"Queue {queue.queue_arn} does not allow this queue to use it as its dead-letter queue."
        )


def _wrong_redrive(text: str, reason: str) -> SandboxError:
    return SandboxError(
        "InvalidParameterValue", f"Value {text} for parameter RedrivePolicy is invalid. Reason: {reason}"
    )
