"""Subscriptions that their owners must confirm: which ones they are, and when each was requested last.

Until a subscription is confirmed, SNS shows it without its ARN. It never shows when the subscription was requested, and removes
it after 48 hours (https://docs.aws.amazon.com/sns/latest/dg/sns-delete-subscription-topic.html). Each request sends a message to
the owner. A tag of the topic holds the time of each request, so that all controllers together send at most one a day.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from reconciler.contract import Wired

PENDING = "PendingConfirmation"
"""The value that SNS shows instead of the ARN."""
ASKED_TAG = "reconciler:confirmation_asked"
DAY = 24 * 3600.0
MOMENT = "%Y-%m-%dT%H:%MZ"
ALL = "all"
"""Means every subscription of the topic, if a tag is too short for all that were requested within a day."""
LONGEST = 256
DIGITS = 6
TO_PEOPLE = frozenset({"http", "https", "email", "email-json"})
OF_ACCOUNTS = frozenset({"sqs", "lambda", "firehose"})


class Endpoint(NamedTuple):
    """The protocol and endpoint, which identify a subscription of a topic."""

    protocol: str
    endpoint: str

    @classmethod
    def of(cls, row: Wired) -> "Endpoint":
        """The endpoint of a subscription with AWS's member names."""
        return cls(row["Protocol"], row["Endpoint"])

    def __str__(self) -> str:
        return f"subscriptions[{self.protocol}/{self.endpoint}]"

    @property
    def digest(self) -> str:
        """The key of the subscription in the tag."""
        return hashlib.sha256("\0".join(self).encode()).hexdigest()[:DIGITS]

    def has_to_confirm(self, account: str) -> bool:
        """Whether its owner must confirm it; `account` is the account of the topic."""
        elsewhere = self.endpoint.split(":")[4:5] != [account]
        return self.protocol in TO_PEOPLE or (self.protocol in OF_ACCOUNTS and elsewhere)


def asked_in(tags: Mapping[str, str]) -> dict[str, float]:
    """When each subscription was requested last, in seconds since 1970, by its digest."""
    found: dict[str, float] = {}
    moment = 0.0
    for word in tags.get(ASKED_TAG, "").split():
        try:
            moment = datetime.strptime(word, MOMENT).replace(tzinfo=UTC).timestamp()
        except ValueError:
            found[word] = moment
    return found


def tag_value(asked: Mapping[str, float], now: float) -> str:
    """The value of the tag: the requests of the last day, grouped by time, the latest first; times in seconds since 1970."""
    moments: dict[str, list[str]] = {}
    for digest, moment in sorted(asked.items(), key=lambda each: (-each[1], each[0])):
        if moment > now - DAY:
            moments.setdefault(shown(moment), []).append(digest)
    text = " ".join(word for moment, digests in moments.items() for word in (moment, *digests))
    return text if len(text) <= LONGEST else f"{next(iter(moments))} {ALL}"


def again_at(endpoint: Endpoint, asked: Mapping[str, float], now: float) -> float | None:
    """When a subscription may be requested again, in seconds since 1970; None if it may be requested now."""
    last = max(asked.get(endpoint.digest, 0.0), asked.get(ALL, 0.0))
    return last + DAY if now < last + DAY else None


def shown(moment: float) -> str:
    """A time, in seconds since 1970, as a text to the minute."""
    return datetime.fromtimestamp(moment, UTC).strftime(MOMENT)
