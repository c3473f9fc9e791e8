"""Subscriptions whose owners have to confirm them: which these are, and when each was asked for last.

SNS shows such a subscription without its ARN until it is confirmed, never when it was asked for, and forgets it after 48 hours
(https://docs.aws.amazon.com/sns/latest/dg/sns-delete-subscription-topic.html). Each request sends a mail. So that nobody is asked
more than once a day, whoever runs the passes, a tag of the topic holds when each was asked for.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from reconciler.contract import Wired

PENDING = "PendingConfirmation"
"""What SNS shows in place of the ARN."""
ASKED_TAG = "reconciler:confirmation_asked"
DAY = 24 * 3600.0
MOMENT = "%Y-%m-%dT%H:%MZ"
ALL = "all"
"""Stands for every subscription of the topic, where more were asked for in a day than a tag holds."""
LONGEST = 256
DIGITS = 6
TO_PEOPLE = frozenset({"http", "https", "email", "email-json"})
OF_ACCOUNTS = frozenset({"sqs", "lambda", "firehose"})


class Endpoint(NamedTuple):
    """What tells a subscription from the others of its topic."""

    protocol: str
    endpoint: str

    @classmethod
    def of(cls, row: Wired) -> "Endpoint":
        """That of a subscription in AWS's words."""
        return cls(row["Protocol"], row["Endpoint"])

    def __str__(self) -> str:
        return f"subscriptions[{self.protocol}/{self.endpoint}]"

    @property
    def digest(self) -> str:
        """Under which the tag holds it."""
        return hashlib.sha256("\0".join(self).encode()).hexdigest()[:DIGITS]

    def has_to_confirm(self, account: str) -> bool:
        """Whether its owner has to confirm it; `account` is that of the topic."""
        elsewhere = self.endpoint.split(":")[4:5] != [account]
        return self.protocol in TO_PEOPLE or (self.protocol in OF_ACCOUNTS and elsewhere)


def asked_in(tags: Mapping[str, str]) -> dict[str, float]:
    """When each subscription was asked for last, in seconds since 1970, by its digest."""
    found: dict[str, float] = {}
    moment = 0.0
    for word in tags.get(ASKED_TAG, "").split():
        try:
            moment = datetime.strptime(word, MOMENT).replace(tzinfo=UTC).timestamp()
        except ValueError:
            found[word] = moment
    return found


def told(asked: Mapping[str, float], now: float) -> str:
    """The value of the tag: what was asked for within a day, each moment once, the latest first."""
    moments: dict[str, list[str]] = {}
    for digest, moment in sorted(asked.items(), key=lambda each: (-each[1], each[0])):
        if moment > now - DAY:
            moments.setdefault(shown(moment), []).append(digest)
    text = " ".join(word for moment, digests in moments.items() for word in (moment, *digests))
    return text if len(text) <= LONGEST else f"{next(iter(moments))} {ALL}"


def again_at(endpoint: Endpoint, asked: Mapping[str, float], now: float) -> float | None:
    """When a subscription may be asked for again; None if that is now."""
    last = max(asked.get(endpoint.digest, 0.0), asked.get(ALL, 0.0))
    return last + DAY if now < last + DAY else None


def shown(moment: float) -> str:
    """A moment to the minute."""
    return datetime.fromtimestamp(moment, UTC).strftime(MOMENT)
