"""Finds mistakes that AWS would refuse and that depend on several fields of a topic or of a subscription."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles
from reconciler.interpolation import has_reference
from reconciler.model import Finding, Settings
from reconciler.resources.fifo import FIFO, fifo_name, fifo_problems

OF_FIFO = ("content_based_deduplication", "fifo_throughput_scope", "archive_policy")
ENDPOINTS: Mapping[str, tuple[str, str]] = {
    "http": (r"http://.+", "a URL that begins with http://"),
    "https": (r"https://.+", "a URL that begins with https://"),
    "email": (r"[^@\s]+@[^@\s]+", "an e-mail address"),
    "email-json": (r"[^@\s]+@[^@\s]+", "an e-mail address"),
    "sms": (r"\+?[\d\s().-]+", "a phone number, such as +442071838750"),
    "sqs": (r"arn:[^:]+:sqs:.+", "the ARN of a queue"),
    "lambda": (r"arn:[^:]+:lambda:.+", "the ARN of a function, such as ${lambda.function:orders}"),
    "firehose": (r"arn:[^:]+:firehose:.+", "the ARN of a delivery stream"),
    "application": (r"arn:[^:]+:sns:.+:endpoint/.+", "the ARN of a device's endpoint"),
}
FIELDS: Mapping[str, tuple[str, ...]] = {
    "raw_message_delivery": ("sqs", "http", "https", "firehose"),
    "delivery_policy": ("http", "https"),
    "subscription_role_arn": ("firehose",),
}
"""Fields of a subscription, and the protocols that support them."""


def name_of(name: str, settings: Settings) -> str:
    """The name of a topic in SNS."""
    return fifo_name(name, settings, "fifo_topic")


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one topic."""
    settings, fifo = files.settings, name_of(files.name, files.settings).endswith(FIFO)
    yield from fifo_problems(files, "fifo_topic", "topic", OF_FIFO)
    if fifo and settings.get("tracing_config") == "Active":
        yield Finding("a FIFO topic has no tracing; write PassThrough, or leave it out", ("tracing_config",))
    for number, row in enumerate(settings.get("subscriptions") or ()):
        yield from (Finding(said, ("subscriptions", number)) for said in _wrong(row, fifo=fifo))


def _wrong(row: Mapping[str, Any], *, fifo: bool) -> Iterable[str]:
    protocol, endpoint = row["protocol"], row["endpoint"]
    if has_reference(protocol):
        return
    pattern, words = ENDPOINTS[protocol]
    if not has_reference(endpoint) and not re.fullmatch(pattern, endpoint):
        yield f"the endpoint of {protocol} must be {words}"
    if fifo and protocol != "sqs":
        yield f"only queues can be subscribed to a FIFO topic; write protocol: sqs, not {protocol}"
    if protocol == "firehose" and row.get("subscription_role_arn") is None:
        yield "firehose needs subscription_role_arn, the role with which SNS writes to the stream"
    for name, protocols in FIELDS.items():
        if row.get(name) and protocol not in protocols:
            yield f"{name} is for {', '.join(protocols)}, not for {protocol}"
    if row.get("filter_policy_scope") is not None and not row.get("filter_policy"):
        yield "filter_policy_scope has no effect without filter_policy; write that as well, or leave it out"
    if row.get("replay_policy") and not fifo:
        yield "only a FIFO topic replays messages; leave out replay_policy"
