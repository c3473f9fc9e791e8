"""Tells people of a change of state, once: by an SNS topic, by a webhook that speaks Slack's form."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

import structlog
import urllib3

from reconciler.aws.account import LOOPBACK
from reconciler.aws.redaction import SECRETS
from reconciler.contract import Api
from reconciler.daemon.states import SETTLED, State
from reconciler.errors import CallError

log = structlog.get_logger(__name__)

SUBJECT = 100
"""The longest subject that SNS takes (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html)."""
CALLS = ("publish",)
"""All that is asked of SNS, for the IAM policy."""
LONGEST = 3_000
"""Characters of a message; Slack shows no more of a block."""
PATIENCE = urllib3.Timeout(connect=3.0, read=5.0)
WORDS = {
    "settled": "settled again",
    "drifted": "drift",
    "failing": "failing",
    "refused": "refused",
    "invalid": "desired state invalid, the last good one keeps running",
}


class CannotTell(Exception):
    """A channel did not take an announcement; its text is one line, free of secrets."""


@dataclass(frozen=True)
class Announcement:
    """What is told: a line, and what it is about."""

    title: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it."""
        text = "\n".join((self.title, *(f"  {line}" for line in self.lines)))
        return text if len(text) <= LONGEST else f"{text[: LONGEST - 4]} ..."


class Channel(Protocol):
    """A way to reach people."""

    def send(self, announcement: Announcement) -> None:
        """Tell them.

        Raises:
            CannotTell: they were not reached; another try follows with the next pass.
        """
        ...


@dataclass(frozen=True)
class Topic:
    """An SNS topic (sns:Publish)."""

    api: Api
    arn: str

    def send(self, announcement: Announcement) -> None:
        subject = "".join(each if " " <= each <= "~" else "?" for each in announcement.title)[:SUBJECT]
        try:
            self.api.call("publish", TopicArn=self.arn, Subject=subject, Message=announcement.text)
        except CallError as error:
            raise CannotTell(str(error)) from None


class Webhook:
    """An address that takes `{"text": ...}` by POST, as Slack, Mattermost and Teams' workflows do; it is a secret."""

    def __init__(self, url: str) -> None:
        """Take the address.

        Raises:
            ValueError: it is neither https nor on this machine.
        """
        SECRETS.keep(url)
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError("a webhook has to be https, or http to this machine")
        self._url = url
        self._pool = urllib3.PoolManager(timeout=PATIENCE, retries=False)

    def send(self, announcement: Announcement) -> None:
        body = json.dumps({"text": announcement.text}, ensure_ascii=False).encode()
        try:
            reply = self._pool.request(
                "POST", self._url, body=body, headers={"Content-Type": "application/json"}
            )
        except urllib3.exceptions.HTTPError as error:
            raise CannotTell(f"the webhook was not reached: {type(error).__name__}") from None
        if reply.status >= 300:
            raise CannotTell(f"the webhook answered {reply.status}")


@dataclass
class Announcer:
    """Tells each channel what it has not been told yet."""

    channels: Sequence[Channel]
    _told: dict[tuple[int, str, str], State] = field(default_factory=dict)

    def note(self, name: str, trouble: State, drift: State) -> None:
        """Tell of the state of a stack where it is another than the one told last.

        What is settled from the beginning goes untold, and so does what AWS is still at work on.
        """
        for number, channel in enumerate(self.channels):
            for topic, state in (("trouble", trouble), ("drift", drift)):
                told = (number, name, topic)
                if state.condition == "pending":
                    continue
                if self._tell(channel, name, self._told.get(told, SETTLED), state):
                    self._told[told] = state

    def _tell(self, channel: Channel, name: str, before: State, state: State) -> bool:
        """Tell of a change, if it is one; whether it is told."""
        # That drift was put right was told with the drift.
        if state == before or (before.corrected and state == SETTLED):
            return True
        try:
            channel.send(_announcement(name, before, state))
        except CannotTell as error:
            log.error("not announced", stack=name, error=str(error))
            return False
        return True


def _announcement(name: str, before: State, state: State) -> Announcement:
    word = WORDS[state.condition]
    if state.corrected:
        word = "drift corrected"
    elif before.condition == "drifted":
        word = "no drift any more"
    safe = tuple(SECRETS.text(line) for line in state.lines)
    return Announcement(f"{name}: {word}", safe)
