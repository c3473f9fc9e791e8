"""Notifies people once of each change of state: by an SNS topic or a webhook."""

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
"""All that is asked of SNS, for the IAM policy."""
LONGEST = 3_000
"""Characters of a message; Slack shows no more of a block."""
LONGEST_LINE = 600
"""Characters of one line of it: one long text must not take the place of all others."""
SECONDS = 10.0
"""For one attempt, where nobody says otherwise."""
WORDS = {
    "settled": "settled again",
    "drifted": "drift",
    "failing": "failing",
    "refused": "refused",
    "invalid": "desired state invalid, the last good one keeps running",
}


class CannotNotify(Exception):
    """A channel did not take an announcement; its text is one line, free of secrets."""


@dataclass(frozen=True)
class Notification:
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

    def send(self, announcement: Notification, seconds: float) -> None:
        """Tell them; no single wait takes longer than so many seconds.

        Raises:
            CannotTell: they were not reached; another try follows with the next pass.
        """
        ...

    def give_up(self) -> None:
        """End the attempt under way, from another thread."""
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
        """Leave the call to its own deadline."""


@dataclass
class Notifier:
    """Tells each channel what it has not been told yet."""

    channels: Sequence[Channel]
    _told: dict[tuple[int, str, str], State] = field(default_factory=dict)

    def note(self, name: str, problem: State, drift: State) -> None:
        """Tell of the state of a stack where it is another than the one told last.

        What is settled from the beginning goes untold, and so does what AWS is still at work on.
        """
        for number, channel in enumerate(self.channels):
            for topic, state in (("trouble", problem), ("drift", drift)):
                told = (number, name, topic)
                if state.condition == "pending":
                    continue
                if self._tell(channel, name, self._told.get(told, SETTLED), state):
                    self._told[told] = state

    def _tell(self, channel: Channel, name: str, before: State, state: State) -> bool:
        """Tell of a change, if it is one; whether it is told."""
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
    safe = tuple(_short(one_line(SECRETS.text(line))) for line in state.lines)
    return Notification(f"{name}: {word}", safe)


def _short(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 4]} ..."
