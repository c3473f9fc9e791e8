"""Reads events of CloudTrail from SQS, and finds the resources that each event is about."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import structlog

from reconciler.aws.botocore_names import partition_of
from reconciler.contract import Adapter, Api, Sighting
from reconciler.errors import CallError
from reconciler.field_schema import leaves
from reconciler.stack import Key, Stack

log = structlog.get_logger(__name__)

AT_ONCE = 10
"""Messages per request, the most that SQS returns."""
MOST = 1_000
"""The most messages that are read before they are handled."""
LONGEST = 2_048
"""Characters that are kept of a text of an event: the length of the longest ARN."""
CALLS = ("delete_message_batch", "receive_message")
"""All operations of SQS that are called, for the IAM policy."""


class Event(NamedTuple):
    """One change that AWS reports. `texts` are the values of its request and reply, including names and ids."""

    operation: str
    source: str
    """The service, as in `connect.amazonaws.com`."""
    who: str
    account: str
    region: str
    texts: frozenset[str]
    agent: str = ""


@dataclass(frozen=True)
class Message:
    """A message of the queue with its event; None if it is not a known event."""

    receipt: str
    event: Event | None
    id: str = ""
    """The message id of SQS."""


@dataclass(frozen=True)
class Queue:
    """An SQS queue that an EventBridge rule fills."""

    api: Api
    url: str

    def receive(self, seconds: int) -> list[Message]:
        """Receive all messages; waits up to `wait` seconds for the first one (sqs:ReceiveMessage).

        Raises:
            CallError: the queue cannot be read.
        """
        found: list[Message] = []
        while len(found) < MOST:
            reply = self.api.call(
                "receive_message",
                QueueUrl=self.url,
                MaxNumberOfMessages=AT_ONCE,
                WaitTimeSeconds=0 if found else seconds,
            )
            messages = reply.get("Messages") or []
            found += [
                Message(each["ReceiptHandle"], event_of(each.get("Body")), str(each.get("MessageId", "")))
                for each in messages
                if each.get("ReceiptHandle")
            ]
            if len(messages) < AT_ONCE:
                break
        return found

    def done(self, messages: Iterable[Message]) -> None:
        """Delete messages from the queue; if this fails, they come again and do no harm (sqs:DeleteMessageBatch)."""
        left = list(messages)
        for first in range(0, len(left), AT_ONCE):
            entries = [
                {"Id": str(number), "ReceiptHandle": each.receipt}
                for number, each in enumerate(left[first : first + AT_ONCE])
            ]
            try:
                self.api.call("delete_message_batch", QueueUrl=self.url, Entries=entries)
            except CallError as error:
                log.warning("event delete failed", error=str(error))


def event_of(body: Any) -> Event | None:
    """The event in a message's body, sent by EventBridge directly or through SNS; None if it is not an event.

    Every sender to the queue decides the content, so nothing about it is trusted, neither its types nor its depth.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
    """
    try:
        return _event(json.loads(body))
    except (ValueError, TypeError, RecursionError):  # no JSON; too deep for Python
        return None


def _event(envelope: Any) -> Event | None:
    if isinstance(envelope, dict) and "detail" not in envelope and isinstance(envelope.get("Message"), str):
        envelope = json.loads(envelope["Message"])
    detail = envelope.get("detail") if isinstance(envelope, dict) else None
    if not isinstance(detail, dict) or not _text(detail, "eventName"):
        return None
    identity = detail.get("userIdentity")
    who = identity if isinstance(identity, dict) else {}
    return Event(
        operation=_text(detail, "eventName"),
        source=_text(detail, "eventSource"),
        who=_text(who, "arn") or _text(who, "invokedBy") or _text(who, "type") or "somebody",
        account=_text(detail, "recipientAccountId") or _text(envelope, "account"),
        region=_text(detail, "awsRegion") or _text(envelope, "region"),
        texts=frozenset(_texts(detail)),
        agent=_text(detail, "userAgent"),
    )


def _text(members: Mapping[str, Any], name: str) -> str:
    """A member to be logged and kept: text without half characters, cut to the longest real length."""
    value = members.get(name)
    if not isinstance(value, str):
        return ""
    return value[:LONGEST].encode("utf-8", "replace").decode()


def _texts(detail: Mapping[str, Any]) -> Iterator[str]:
    """Every text of the request, the reply and the list of resources; for an ARN also its last part."""
    parts = [detail.get("requestParameters"), detail.get("responseElements"), detail.get("resources")]
    for leaf in leaves(parts):
        if isinstance(leaf, str):
            yield leaf
            if leaf.startswith("arn:"):
                yield leaf.rsplit("/", 1)[-1]


@dataclass
class EventMatcher:
    """Finds the resources of a stack that an event is about."""

    stack: Stack
    kinds: Mapping[str, Adapter[Any]]
    sightings: Mapping[Key, Sighting]
    """The sighting of each resource when it was last read."""
    _keys: dict[str, list[Key]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, sighting in self.sightings.items():
            for text in (sighting.id, sighting.arn):
                self._keys.setdefault(text, []).append(key)

    def keys(self, event: Event) -> frozenset[Key]:
        """The resources to be read; none if the change is about a resource that is not ours.

        Most events also name the instance that the resource lives in. It was only changed if the operation is one of the
        instance's own.
        """
        if event.account not in ("", self.stack.account):
            return frozenset()
        named = {
            key
            for text in event.texts
            for key in self._keys.get(text, ())
            if key in self.stack.resources
            and not self.stack.resources[key].existing
            and event.region in ("", self._told_from(key.kind))
        }
        own = {key for key in named if _lower(event.operation) in self._changing(key.kind)}
        scopes = {adapter.parent for adapter in self.kinds.values()}
        return frozenset(own or {key for key in named if key.kind not in scopes})

    def _told_from(self, kind: str) -> str:
        """The Region whose CloudTrail reports the changes of a kind."""
        told = self.kinds[kind].service.events_from
        here = self.stack.region
        return told.get(partition_of(here), here) if told else here

    def _changing(self, kind: str) -> set[str]:
        """The operations that change a kind, without underscores and in small letters."""
        return {_lower(each) for each in self.kinds[kind].changes}


def _lower(operation: str) -> str:
    return operation.replace("_", "").lower()
