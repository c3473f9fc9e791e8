"""Amazon SNS's checks of topics and subscriptions.

Sources: https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html,
https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from reconciler.sandbox.moto_patches.attribute_checks import TRUTH, Check, between, json_object, one_of
from reconciler.sandbox.moto_patches.policies import is_there, listed, principals_of
from reconciler.sandbox.sandbox_error import SandboxError

Attributes = Mapping[str, str]

DELIVERIES = ("HTTP", "Firehose", "Lambda", "Application", "SQS")
OF_FIFO = frozenset({"ArchivePolicy", "ContentBasedDeduplication", "FifoThroughputScope"})
SMALLEST, LARGEST = 1024, 1_048_576  # bytes of a message
LONGEST_NAME = 100  # characters that are displayed
LARGEST_DATA_PROTECTION = 30_720
LONGEST_ARCHIVE = 365  # days
LEAST_PARTS = 6  # of an ARN
RAW = frozenset({"sqs", "http", "https", "firehose"})
ARN = re.compile(r"arn:aws[\w-]*:[\w-]+:[\w-]*:(\d{12}|aws)?:.+")


def invalid(text: str) -> SandboxError:
    """Return SNS's error for an invalid parameter."""
    return SandboxError("InvalidParameterException", f"Invalid parameter: {text}")


def not_found(what: str) -> SandboxError:
    """Return SNS's error for a missing resource."""
    return SandboxError("NotFoundException", f"{what} does not exist")


def check_arn(name: str, arn: str) -> None:
    """Refuse an invalid ARN."""
    parts = len(arn.split(":"))
    if parts < LEAST_PARTS:
        raise invalid(f"{name} Reason: An ARN must have at least {LEAST_PARTS} elements, not {parts}")


def _role(value: str) -> bool:
    return not value or bool(re.fullmatch(r"arn:aws[\w-]*:iam::\d{12}:role/.+", value))


def _archive(value: str) -> bool:
    read = json_object(value)
    days = str((read or {}).get("MessageRetentionPeriod", ""))
    return read == {} or (days.isdecimal() and 1 <= int(days) <= LONGEST_ARCHIVE)


TOPIC: Mapping[str, Check] = {
    "DeliveryPolicy": lambda value: not value or json_object(value) is not None,
    "DisplayName": lambda value: len(value) <= LONGEST_NAME,
    "MaximumMessageSize": between(SMALLEST, LARGEST),
    "Policy": lambda value: bool((json_object(value) or {}).get("Statement")),
    "TracingConfig": one_of("PassThrough", "Active"),
    "SignatureVersion": one_of("1", "2"),
    "KmsMasterKeyId": lambda _: True,
    "ArchivePolicy": _archive,
    "ContentBasedDeduplication": one_of(*TRUTH),
    "FifoThroughputScope": one_of("Topic", "MessageGroup"),
    **{f"{each}SuccessFeedbackRoleArn": _role for each in DELIVERIES},
    **{f"{each}FailureFeedbackRoleArn": _role for each in DELIVERIES},
    **{f"{each}SuccessFeedbackSampleRate": between(0, 100) for each in DELIVERIES},
}
SUBSCRIPTION: Mapping[str, Check] = {
    "DeliveryPolicy": lambda value: not value or json_object(value) is not None,
    "FilterPolicy": lambda value: not value or json_object(value) is not None,
    "FilterPolicyScope": one_of("MessageAttributes", "MessageBody"),
    "RawMessageDelivery": one_of(*TRUTH),
    "RedrivePolicy": lambda value: not value or "deadLetterTargetArn" in (json_object(value) or {}),
    "SubscriptionRoleArn": _role,
    "ReplayPolicy": lambda value: not value or json_object(value) is not None,
}
ENDPOINT: Mapping[str, tuple[str, str]] = {
    "http": (r"http://.+", "Endpoint must match the specified protocol"),
    "https": (r"https://.+", "Endpoint must match the specified protocol"),
    "email": (r"[^@\s]+@[^@\s]+", "Email address"),
    "email-json": (r"[^@\s]+@[^@\s]+", "Email address"),
    "sms": (r".+", "SMS endpoint"),
    "sqs": (r"arn:aws[\w-]*:sqs:[\w-]+:\d{12}:.+", "SQS endpoint ARN"),
    "lambda": (r"arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:.+", "Lambda endpoint ARN"),
    "firehose": (r"arn:aws[\w-]*:firehose:[\w-]+:\d{12}:deliverystream/.+", "Firehose endpoint ARN"),
    "application": (r"arn:.+", "Application endpoint arn invalid"),
}


def check_topic(attributes: Attributes, account: str, *, fifo: bool) -> None:
    """Refuse unknown attributes, attributes for the other type of topic, and invalid values."""
    for name, value in attributes.items():
        if name not in TOPIC:
            raise invalid(f"Attributes Reason: Unknown attribute {name}")
        if not TOPIC[name](value):
            raise invalid(f"Attributes Reason: {name}: invalid value [{value}]")
        if name in OF_FIFO and not fifo:
            raise invalid(f"Attributes Reason: {name} is only supported on FIFO topics")
    if fifo and attributes.get("TracingConfig") == "Active":
        raise invalid("Attributes Reason: TracingConfig is only supported on standard topics")
    if "Policy" in attributes and not all(is_there(each, account) for each in _named(attributes["Policy"])):
        raise invalid("Policy Error: PrincipalNotFound")


def check_subscription(attributes: Attributes, protocol: str) -> None:
    """Refuse unknown attributes, and attributes that the protocol does not support."""
    for name, value in attributes.items():
        if name not in SUBSCRIPTION:
            raise invalid(f"Attributes Reason: Unknown attribute {name}")
        if not SUBSCRIPTION[name](value):
            raise invalid(f"Attributes Reason: {name}: invalid value [{value}]")
    if attributes.get("RawMessageDelivery") == "true" and protocol not in RAW:
        raise invalid(
            f"Attributes Reason: Delivery protocol [{protocol}] does not support raw message delivery."
        )


def check_endpoint(protocol: str, endpoint: str | None, *, fifo: bool) -> str:
    """Return the endpoint; refuse an unknown protocol, and an endpoint of another protocol."""
    if protocol not in ENDPOINT:
        raise invalid(f"Does not support this protocol string: {protocol}")
    pattern, text = ENDPOINT[protocol]
    if endpoint is None or not re.fullmatch(pattern, endpoint):
        raise invalid(text)
    if fifo and protocol != "sqs":
        raise invalid("Protocol Reason: Only Amazon SQS queues can be subscribed to a FIFO topic")
    return endpoint


def check_tags(tags: Sequence[Mapping[str, str]]) -> None:
    """Refuse invalid tags.

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-tags.html
    """
    keys = [tag["Key"] for tag in tags]
    if len(set(keys)) < len(keys):
        raise invalid("Tags Reason: Duplicated keys are not allowed.")
    if any(key.lower().startswith("aws:") for key in keys):
        raise invalid("Tags Reason: Tag keys cannot start with aws:")


def _named(policy: str) -> Iterable[str]:
    for statement in listed(json.loads(policy)["Statement"]):
        yield from principals_of(statement)
