"""The redrive policy of a queue, and the redrive allow policy of its dead-letter queue: their meaning, and mistakes.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.interpolation import has_reference, parse_token
from reconciler.model import Document, DocumentContext, Finding

QUEUE = re.compile(r"arn:[^:\s]+:sqs:[^:\s]*:\d{12}:[^:\s]+")
MOST_RECEIVES, MOST_SOURCES = 1000, 10
PERMISSIONS = ("allowAll", "denyAll", "byQueue")
A_QUEUE = "the ARN of a queue, such as ${sqs.queue:NAME}"


def counted(policy: Any) -> Any:
    """A redrive policy whose number of receives is a number: AWS shows it as it was sent, possibly as a text."""
    if not isinstance(policy, Mapping):
        return policy
    count = str(policy.get("maxReceiveCount"))
    return {**policy, "maxReceiveCount": int(count)} if count.isdecimal() else policy


def unordered(policy: Any) -> Any:
    """A redrive allow policy without the order of its queues, which has no meaning."""
    sources = policy.get("sourceQueueArns") if isinstance(policy, Mapping) else None
    return {**policy, "sourceQueueArns": sorted(sources, key=str)} if isinstance(sources, list) else policy


def redrive_problems(policy: Any, _context: DocumentContext) -> Iterator[Finding]:
    """The mistakes in a redrive policy."""
    yield from _unknown(policy, ("deadLetterTargetArn", "maxReceiveCount"))
    if not _is_queue(policy.get("deadLetterTargetArn")):
        yield Finding(f"deadLetterTargetArn must be {A_QUEUE}", ("deadLetterTargetArn",))
    count = policy.get("maxReceiveCount")
    if isinstance(count, bool) or not str(count).isdecimal() or not 1 <= int(str(count)) <= MOST_RECEIVES:
        yield Finding(f"maxReceiveCount must be a number from 1 to {MOST_RECEIVES}", ("maxReceiveCount",))


def allow_problems(policy: Any, _context: DocumentContext) -> Iterator[Finding]:
    """The mistakes in a redrive allow policy."""
    yield from _unknown(policy, ("redrivePermission", "sourceQueueArns"))
    permission, sources = policy.get("redrivePermission"), policy.get("sourceQueueArns")
    if permission not in PERMISSIONS:
        yield Finding(
            f"redrivePermission must be {', '.join(PERMISSIONS[:-1])} or {PERMISSIONS[-1]}",
            ("redrivePermission",),
        )
    elif permission != "byQueue":
        if sources is not None:
            yield Finding(
                "sourceQueueArns is only for redrivePermission: byQueue; leave it out", ("sourceQueueArns",)
            )
    elif not isinstance(sources, list) or not 1 <= len(sources) <= MOST_SOURCES:
        yield Finding(
            f"redrivePermission: byQueue needs sourceQueueArns, a list of 1 to {MOST_SOURCES} queues",
            ("redrivePermission",),
        )
    else:
        for number, each in enumerate(sources):
            if not _is_queue(each):
                yield Finding(f"each of sourceQueueArns must be {A_QUEUE}", ("sourceQueueArns", number))


def _unknown(policy: Any, known: tuple[str, str]) -> Iterator[Finding]:
    for name in policy:
        if name not in known:
            yield Finding(f"there is no member {name}; the members are {' and '.join(known)}", (name,))


def _is_queue(text: Any) -> bool:
    """Whether a text is the ARN of a queue, or a reference that may stand for one."""
    if not isinstance(text, str):
        return False
    token = parse_token(text)
    if token:
        return token.word == "sqs.queue" and token.attribute in (None, "arn")
    return bool(has_reference(text) or "${" in text or QUEUE.fullmatch(text))


REDRIVE = Document(counted, check=redrive_problems)
REDRIVE_ALLOW = Document(unordered, check=allow_problems)
