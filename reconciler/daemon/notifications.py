"""Sends one notification for each change of state, by an SNS topic or a webhook."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from reconciler.aws.redaction import SECRETS
from reconciler.contract import Api
from reconciler.daemon.status import SETTLED, State
from reconciler.errors import CallError
from reconciler.runtime.printable import one_line

log = structlog.get_logger(__name__)

SUBJECT = 100
"""The longest subject that SNS takes (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html)."""
CALLS = ("publish",)
"""All operations of SNS that are called, for the IAM policy."""
LONGEST = 3_000
"""Characters of a message; Slack shows no more of a block."""
LONGEST_LINE = 600
"""Characters of one line: a long text must leave room for the others."""
SECONDS = 10.0
"""The default seconds for one attempt."""
WORDS = {
    "settled": "settled again",
    "drifted": "drift",
    "failing": "failing",
    "refused": "refused",
    "invalid": "desired state invalid, the last good one keeps running",
    "held": "edited in AWS, held for now",
}


class CannotNotify(Exception):
    """Raised when a channel did not take a notification; its text is one line without secrets."""


@dataclass(frozen=True)
class Notification:
    """One notification: a subject line, and its details."""

    title: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole text."""
        text = "\n".join((self.title, *(f"  {line}" for line in self.lines)))
        return text if len(text) <= LONGEST else f"{text[: LONGEST - 4]} ..."


class Channel(Protocol):
    """A channel for notifications."""

    def send(self, announcement: Notification, seconds: float) -> None:
        """Send a notification; no single wait takes longer than `seconds`.

        Raises:
            CannotNotify: it was not delivered; the next pass tries again.
        """
        ...

    def give_up(self) -> None:
        """Stop the attempt under way, from another thread."""
        ...


@dataclass(frozen=True)
class Topic:
    """An SNS topic (sns:Publish)."""

    api: Api
    arn: str

    def send(self, announcement: Notification, seconds: float) -> None:
        del seconds  # its calls have a deadline of their own
        subject = "".join(each if " " <= each <= "~" else "?" for each in announcement.title)[:SUBJECT]
        try:
            self.api.call("publish", TopicArn=self.arn, Subject=subject, Message=announcement.text)
        except CallError as error:
            raise CannotNotify(str(error)) from None

    def give_up(self) -> None:
        """Do nothing: the call has its own deadline."""


@dataclass
class Notifier:
    """Sends each channel the states that it has not received yet."""

    channels: Sequence[Channel]
    _told: dict[tuple[int, str, str], State] = field(default_factory=dict)

    def note(self, name: str, problem: State, drift: State, held: State = SETTLED) -> None:
        """Notify of the state of a stack if it differs from the one that was sent last.

        A stack that is settled from the beginning is not reported, and neither is a state that AWS still works on.
        """
        for number, channel in enumerate(self.channels):
            for topic, state in (("trouble", problem), ("drift", drift), ("held", held)):
                told = (number, name, topic)
                if state.condition == "pending":
                    continue
                if self._tell(channel, name, self._told.get(told, SETTLED), state):
                    self._told[told] = state

    def _tell(self, channel: Channel, name: str, before: State, state: State) -> bool:
        """Notify of a change, if it is one; returns whether a notification was sent."""
        # The notification of drift has already said that it was corrected.
        if state == before or (before.corrected and state == SETTLED):
            return True
        try:
            channel.send(_announcement(name, before, state), SECONDS)
        except CannotNotify as error:
            log.error("notification failed", watch=name, error=str(error))
            return False
        return True


def _announcement(name: str, before: State, state: State) -> Notification:
    word = WORDS[state.condition]
    if state.corrected:
        word = "drift corrected"
    elif before.condition == "drifted":
        word = "no drift any more"
    elif before.condition == "held" and state == SETTLED:
        word = "no edit is held any more"
    safe = tuple(_short(one_line(SECRETS.text(line))) for line in state.lines)
    return Notification(f"{name}: {word}", safe)


def _short(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 4]} ..."
