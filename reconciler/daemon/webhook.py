"""Posts notifications to an address that takes Slack's format, as Mattermost and Teams' workflows also do."""

import json
import re
import socket
import ssl
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from reconciler.aws.account import LOOPBACK
from reconciler.aws.redaction import SECRETS
from reconciler.daemon.notifications import LONGEST, CannotNotify, Notification

ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
"""Characters that Slack does not read as plain text: `<!channel>`, `<@U123>`, `<https://address|another text>`
(https://docs.slack.dev/messaging/formatting-message-text/#escaping)."""
MARKDOWN = re.compile(r"(?<!\w)@(?=\w)|\](?=[(\[:])")
"""Matches what Mattermost does not read as plain text: `@channel`, `@ada`, `[another text](https://address)`
(https://docs.mattermost.com/collaborate/mention-people.html)."""
UNSEEN = "\u200b"
"""An invisible character that separates such characters."""
CUT = " ..."


def slack_text(announcement: Notification) -> str:
    """A notification as plain text in Slack's format: the name of a resource can mention no user and hide no link."""
    text = MARKDOWN.sub(lambda found: found[0] + UNSEEN, announcement.text)
    pieces: list[str] = []
    left = LONGEST - len(CUT)
    for char in text:
        piece = ESCAPED.get(char, char)
        left -= len(piece)
        if left < 0:
            return "".join(pieces) + CUT
        pieces.append(piece)
    return "".join(pieces)


class Webhook:
    """An address that takes `{"text": ...}` by POST; it is a secret."""

    def __init__(self, url: str) -> None:
        """Check and keep the address.

        Raises:
            ValueError: it is neither https nor on this machine.
        """
        SECRETS.keep(url)
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError("a webhook has to be https, or http to this machine")
        self._parts = parts
        self._under_way: HTTPConnection | None = None

    def send(self, announcement: Notification, seconds: float) -> None:
        body = json.dumps({"text": slack_text(announcement)}, ensure_ascii=False).encode()
        connection = self._under_way = self._connection(seconds)
        path = (self._parts.path or "/") + (f"?{self._parts.query}" if self._parts.query else "")
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            status = connection.getresponse().status
        except (OSError, HTTPException, ValueError) as error:
            raise CannotNotify(f"the webhook was not reached: {type(error).__name__}") from None
        finally:
            connection.close()
        if status >= 300:
            raise CannotNotify(f"the webhook answered {status}")

    def give_up(self) -> None:
        """Close the connection, so that the waiting call ends."""
        under_way = self._under_way
        if under_way is not None and under_way.sock is not None:
            with suppress(OSError):
                under_way.sock.shutdown(socket.SHUT_RDWR)

    def _connection(self, seconds: float) -> HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "http":
            return HTTPConnection(host, port, timeout=seconds)
        return HTTPSConnection(host, port, timeout=seconds, context=ssl.create_default_context())
