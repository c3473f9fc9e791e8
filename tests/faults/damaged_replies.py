"""Damages replies between AWS and botocore, like a proxy, a broken connection or a faulty service."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from reconciler.sandbox.fault_injection import Attempt

Reply = dict[str, Any]
"""A reply before botocore parses it: `status_code`, `headers`, `body`."""
PAGE = b"<html>login</html>"
IDENTITY = re.compile(r"(Id|Arn|ARN)$")


def _page(reply: Reply) -> None:
    reply["body"] = PAGE


def _page_for_what_is_not_there(reply: Reply) -> None:
    reply["status_code"], reply["body"] = 404, PAGE


def _text(reply: Reply) -> None:
    reply["body"] = b"please log in"


def _half(reply: Reply) -> None:
    reply["body"] = reply["body"][: len(reply["body"]) // 2]


def _nothing(reply: Reply) -> None:
    reply["body"] = b""


def _another_shape(reply: Reply) -> None:
    reply["body"] = b"<status><ok>yes</ok></status>" if reply["body"].startswith(b"<") else b"[]"


def _no_members(reply: Reply) -> None:
    if _content(reply) is None:
        _another_shape(reply)
    else:
        reply["body"] = b"{}"


def _other_types(reply: Reply) -> None:
    content = _content(reply)
    if content is None:
        _another_shape(reply)
    else:
        reply["body"] = json.dumps(dict.fromkeys(content, 5) or []).encode()


FORMS: tuple[Callable[[Reply], None], ...] = (
    _page, _page_for_what_is_not_there, _text, _half, _nothing, _another_shape, _other_types, _no_members,
)  # fmt: skip
"""The types of damage. The tries of a call get them in turn, so each case has all of them, with another one last."""


def without_identity(reply: Reply) -> None:
    """Remove everything that identifies the resource from the first row of each list, except its name."""
    _first_rows(reply, lambda row: {name: value for name, value in row.items() if not IDENTITY.search(name)})


def without_anything(reply: Reply) -> None:
    """Remove all members from the first row of each list."""
    _first_rows(reply, lambda _row: {})


def _first_rows(reply: Reply, change: Callable[[Mapping[str, Any]], Any]) -> None:
    content = _content(reply)
    if content is None:
        reply["body"] = re.sub(rb"<Name>[^<]*</Name>", b"", reply["body"], count=1)
        return
    for rows in content.values():
        if isinstance(rows, list) and rows:
            rows[0] = change(rows[0]) if isinstance(rows[0], dict) else None
    reply["body"] = json.dumps(content).encode()


def _content(reply: Reply) -> dict[str, Any] | None:
    try:
        content = json.loads(reply["body"])
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


class ReplyDamage:
    """Damages every reply to one read of a pass: to the call with this index, and to each equal call afterwards."""

    def __init__(self, index: int, *, rows: bool) -> None:
        self._index, self._rows = index, rows
        self._like: tuple[str, str, str] | None = None
        self._due = False
        self._turn = index

    def plan(self, attempt: Attempt) -> None:
        """Record the current call; a fault plan of the sandbox that injects nothing itself."""
        asked = (attempt.service, attempt.operation, repr(sorted(attempt.params.items())))
        if attempt.index == self._index and not attempt.mutating:
            self._like = asked
        self._due = asked == self._like

    def change_reply(self, operation: Any, reply: Reply) -> None:
        """Damage the reply, if it is one of those."""
        if not self._due:
            return
        reply["headers"].pop("content-length", None)
        if operation.http.get("method") == "HEAD":
            for name in [each for each in reply["headers"] if each.lower().startswith("x-amz")]:
                del reply["headers"][name]
        elif self._rows:
            (without_anything if self._index % 2 else without_identity)(reply)
        else:
            FORMS[self._turn % len(FORMS)](reply)
            self._turn += 1
