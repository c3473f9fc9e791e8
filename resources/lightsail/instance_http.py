"""What an application on an instance answers, for `reconciler smoke`.

Lightsail's API does not tell what runs on an instance. So the check calls a URL that `smoke.yaml` names, as a browser would.
"""

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import Field

from reconciler.contract import Check, Look, Seen
from reconciler.model import Part

LONGEST_BODY = 64 * 1024
"""Bytes of an answer that are read."""
PATIENCE = 10.0
"""Seconds to wait for the connection, and for each part of the answer."""
OK = 200
URL = r"^(https://[^/?#@\s]+|http://(127\.0\.0\.1|localhost)(:\d+)?)(/[^#\s]*)?$"
"""Without TLS only on this machine: anybody on the way could give the answer."""


class HttpAnswer(Part):
    """A URL, and what it has to answer."""

    url: Annotated[str, Field(pattern=URL)]
    """Begins with https://; it is called with GET, without credentials. A redirect is not followed."""
    status: Annotated[int, Field(ge=100, le=599)] = OK
    """The status of the answer."""
    at_most: dict[str, float] | None = None
    """Members of the JSON object in the answer, each with the largest number that it may be."""


def _http(look: Look) -> Seen:
    asked, wanted = look.asked, look.asked.get("status", OK)
    most: Mapping[str, float] = asked.get("at_most") or {}
    limits = [f"{name} at most {limit:g}" for name, limit in most.items()]
    expected = ", ".join([f"the status {wanted}", *limits])
    patience = max(1.0, min(PATIENCE, look.ends - look.clock.now()))
    try:
        status, body = _get(urlsplit(str(asked["url"])), patience)
    except (OSError, HTTPException, ValueError) as error:
        return Seen(False, f"no answer: {error or type(error).__name__}", expected)
    values = _members(body)
    seen = [f"the status {status}", *(f"{name} {_shown(values.get(name))}" for name in most)]
    right = status == wanted and not any(_over(values, most))
    return Seen(right, ", ".join(seen), expected)


def _over(values: Mapping[str, Any], most: Mapping[str, float]) -> Iterator[str]:
    """The members that are missing, no numbers, or too large."""
    for name, limit in most.items():
        value = values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value <= limit:
            yield name


def _shown(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}"
    return "missing" if value is None else "no number"


def _members(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _get(url: SplitResult, patience: float) -> tuple[int, bytes]:
    """The status and the beginning of the body."""
    host = url.hostname or ""
    made: HTTPConnection = (
        HTTPSConnection(host, url.port, timeout=patience, context=ssl.create_default_context())
        if url.scheme == "https"
        else HTTPConnection(host, url.port, timeout=patience)
    )
    with closing(made) as connection:
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        connection.request("GET", target, headers={"Accept": "application/json", "Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read(LONGEST_BODY)


HTTP = Check("has an application that answers", _http, (), settings=HttpAnswer, only_asked=True)
