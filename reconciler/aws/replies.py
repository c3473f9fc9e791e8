"""Checks whether a reply fits botocore's model; a reply that does not fit is not used at all.

botocore is lenient: it turns a body that is not JSON, or has another shape, into an empty reply. If a reply has no AWS error
code, it uses the HTTP status as the code. An empty reply would mean "does not exist", and so would a 404 from a proxy. So each
body is checked before botocore parses it (event `before-parse`). Unknown members and enum values are accepted.
"""

import json
from collections.abc import Mapping
from typing import Any
from zlib import crc32

from botocore import xform_name

from reconciler.aws.json_shapes import FEW, described, json_name, json_problem, row_problems
from reconciler.aws.xml_shapes import xml_error_code, xml_reply_problem, xml_root
from reconciler.errors import BadRow, Unreadable

EMPTY = "is empty"
BAD_ROWS = "reconciler:BadRows"
"""The member that is added to a reply if some of its rows do not fit."""
XML = frozenset({"rest-xml", "query", "ec2"})
JSON = frozenset({"json", "rest-json"})
HOLD_JSON = {"Policy": "Statement"}
"""Text payloads that are JSON by the API's documentation (GetBucketPolicy), and the member that each must have."""
READS = ("Describe", "List", "Get", "Search", "BatchGet")
MAY_SAY_NOTHING = frozenset({("dynamodb", "GetItem"), ("sqs", "ListQueues"), ("sqs", "ReceiveMessage")})
"""The reads whose empty answer means "nothing exists"; for all other reads an empty answer is an error."""


def check_reply(
    operation_model: Any,
    response_dict: dict[str, Any],
    customized_response_dict: dict[str, Any],
    **_: Any,
) -> None:
    """Check a reply before botocore's parser gets it (handler of `before-parse`).

    Rows of a JSON list that do not fit are replaced by null and named in the member `BAD_ROWS`.

    Raises:
        Unreadable: the reply does not fit the operation.
    """
    reply = _Reply(operation_model, response_dict)
    try:
        problem = reply.problem()
    except RecursionError:
        problem = "is nested too deeply"
    if problem == EMPTY:
        raise Unreadable(xform_name(operation_model.name), "EmptyReply", "AWS answered with an empty body")
    if problem:
        raise Unreadable(xform_name(operation_model.name), "UnreadableReply", f"the reply {problem}")
    if reply.bad_rows:
        response_dict["body"] = json.dumps(reply.content).encode()
        customized_response_dict[BAD_ROWS] = reply.bad_rows


class _Reply:
    """One reply as it was received."""

    def __init__(self, operation: Any, response: Mapping[str, Any]) -> None:
        self.operation = operation
        self.shape = operation.output_shape
        self.protocol: str = operation.service_model.resolved_protocol
        self.status: int = response["status_code"]
        self.headers: Mapping[str, str] = response["headers"]
        self.body: Any = response["body"]
        self.content: Any = None
        self.bad_rows: list[BadRow] = []

    def problem(self) -> str | None:
        """The problem of the reply; None if it may be used."""
        if self.operation.http.get("method") == "HEAD":
            return None if self._bears_request_id() else "does not come from AWS: it has no request id"
        if not isinstance(self.body, bytes):
            return None  # a stream, whose length and checksum are looked at as it is read
        damaged = self._damaged()
        if damaged:
            return damaged
        if self.status >= 300:
            return self._error_problem()
        if not self.body.strip():
            return EMPTY if self._needs_body() else None
        if self.protocol in JSON:
            return self._json_problem()
        if self.protocol in XML:
            return self._xml_problem()
        return "is a web page" if self.body.lstrip().startswith(b"<") else None

    def _bears_request_id(self) -> bool:
        return any(name.lower().startswith(("x-amz-", "x-amzn-")) for name in self.headers)

    def _damaged(self) -> str | None:
        """Whether it was cut short or altered on its way."""
        length = self.headers.get("content-length", "")
        if length.isdigit() and int(length) != len(self.body):
            return f"is cut short: {len(self.body)} of {length} bytes"
        checksum = self.headers.get("x-amz-crc32", "")
        if checksum.isdigit() and int(checksum) != crc32(self.body):
            return "does not match its checksum"
        return None

    def _needs_body(self) -> bool:
        """Whether the model has members that only a body can contain."""
        if self.shape is None or self.status == 204:
            return self.protocol == "query"
        return bool(body_members(self.shape)) or self.protocol == "query"

    def _says_something(self) -> bool:
        """Whether the operation is a read whose answer AWS does not leave empty."""
        key = (self.operation.service_model.service_name, self.operation.name)
        return self.operation.name.startswith(READS) and key not in MAY_SAY_NOTHING

    def _payload(self) -> tuple[str, Any] | None:
        """The single member that is the whole body, and its shape; None if the body holds the members."""
        name = self.shape.serialization.get("payload") if self.shape is not None else None
        return (name, self.shape.members[name]) if name else None

    def _text_problem(self, name: str) -> str | None:
        """The problem of a body that is one text."""
        if name in HOLD_JSON:
            content = _json(self.body)
            held = content.get(HOLD_JSON[name]) if isinstance(content, dict) else None
            rows = held if isinstance(held, list) else [held]
            return None if all(isinstance(each, dict) for each in rows) else f"is no {name}"
        return (
            "is a web page" if self.body.lstrip()[:15].lower().startswith((b"<html", b"<!doctype")) else None
        )

    def _json_problem(self) -> str | None:
        payload = self._payload()
        if payload and payload[1].type_name in ("string", "blob"):
            return self._text_problem(payload[0])
        self.content = _json(self.body)
        if not isinstance(self.content, dict):
            return f"is {described(self.content)}, not a JSON object"
        if payload:
            return json_problem(payload[1], self.content)
        if self.shape is None:
            return None
        members = body_members(self.shape)
        names = {json_name(name, shape) for name, shape in members.items()}
        if names and (self.content or self._says_something()) and not names & self.content.keys():
            return f"has none of the members {few(names)}"
        for name, shape in members.items():
            value = self.content.get(json_name(name, shape))
            if shape.type_name == "list" and isinstance(value, list):
                self._set_rows_aside(name, shape, value)
            else:
                problem = json_problem(shape, value)
                if problem:
                    return f"does not fit: {name}{problem}"
        return None

    def _set_rows_aside(self, name: str, shape: Any, rows: list[Any]) -> None:
        for at, problem in row_problems(shape, rows):
            members = rows[at] if isinstance(rows[at], dict) else {}
            self.bad_rows.append(
                BadRow(xform_name(self.operation.name), f"{name}[{at + 1}]", problem, members)
            )
            rows[at] = None

    def _xml_problem(self) -> str | None:
        payload = self._payload()
        if payload and payload[1].type_name in ("string", "blob"):
            return self._text_problem(payload[0])
        root = xml_root(self.body)
        if root is None:
            return "is not XML, or is cut short"
        wrapper = self.shape.serialization.get("resultWrapper") if self.shape is not None else None
        target = payload[1] if payload else self.shape
        return xml_reply_problem(root, self.operation, target, wrapper)

    def _error_problem(self) -> str | None:
        """The problem of an error reply: an error of AWS has a code, and fits its shape."""
        if self.protocol in XML:
            root = xml_root(self.body)
            code = xml_error_code(root) if root is not None else None
            return None if code else self._not_from_aws()
        content = _json(self.body) if self.body.strip() else {}
        if not isinstance(content, dict):
            return self._not_from_aws()
        code = self.headers.get("x-amzn-errortype") or next(
            (content[name] for name in ("__type", "code", "Code") if name in content), None
        )
        if not isinstance(code, str) or not code:
            return self._not_from_aws()
        for name in ("message", "Message"):
            if not isinstance(content.get(name, ""), str | None):
                return f"does not fit: {name} is {described(content[name])}"
        code = code.split(":", 1)[0].rsplit("#", 1)[-1]
        shape = self.operation.service_model.shape_for_error_code(code)
        problem = json_problem(shape, content) if shape is not None else None
        return f"does not fit: {code}{problem}" if problem else None

    def _not_from_aws(self) -> str:
        return f"does not come from AWS: HTTP status {self.status} without an error code"


def body_members(shape: Any) -> dict[str, Any]:
    """The members that a body contains; the others are headers or the status."""
    return {name: each for name, each in shape.members.items() if "location" not in each.serialization}


def few(names: set[str]) -> str:
    """Some of these names, in order."""
    shown = ", ".join(sorted(names)[:FEW])
    return f"{shown}, ..." if len(names) > FEW else shown


def _json(body: bytes) -> Any:
    """The JSON value of a body; the body itself if it is not JSON."""
    try:
        return json.loads(body.decode())
    except ValueError:
        return body
