"""One HTTP request to a stage of an API: at the sandbox's address, or at the API's own host name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

HEADERS = "sandbox.headers"
"""The key in the environment of WSGI under which the server keeps the headers as they were sent."""
AT_SANDBOX = re.compile(r"/restapis/(?P<api>[^/]+)/(?P<stage>[^/]+)/_user_request_(?P<path>/.*)?")
OF_API = re.compile(
    r"(?P<api>[^.:]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?\.?(:\d+)?", re.IGNORECASE
)
WITH_HOST = re.compile(r"https?://(?P<host>[^/?]*)", re.IGNORECASE)
"""The start of the target of a request in absolute form (RFC 9112, section 3.2.2)."""
Headers: TypeAlias = Sequence[tuple[str, str]]
ROOT = "/"
LARGEST_BODY = 10 * 2**20
"""Bytes."""


@dataclass(frozen=True)
class Incoming:
    """A request to a stage."""

    api: str
    region: str
    """The Region in the host name; empty at the sandbox's address."""
    stage: str
    """Empty if the path names none."""
    path: str
    """The path below the stage, as it was sent."""
    verb: str
    rows: Headers
    """The headers in their order, with their names as they were sent."""
    query_string: str
    body: bytes
    source_ip: str

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        """The parameters of the query, decoded, in their order."""
        return parse_qsl(self.query_string, keep_blank_values=True)

    @cached_property
    def _by_name(self) -> Mapping[str, str]:
        return {name.lower(): value for name, value in self.rows}

    def header(self, name: str) -> str:
        """The last value of a header; empty if it was not sent. Case does not matter."""
        return self._by_name.get(name.lower(), "")

    def parameter(self, name: str) -> str | None:
        """The last value of a parameter of the query; None if it was not sent."""
        return dict(self.query).get(name)


def incoming(environ: Mapping[str, Any]) -> Incoming | None:
    """The request to a stage in an environment of WSGI, without its body; None for any other request."""
    target = str(environ.get("RAW_URI") or environ["PATH_INFO"])
    absolute = WITH_HOST.match(target)
    path, _, query = target[absolute.end() if absolute else 0 :].partition("?")
    host = OF_API.fullmatch(absolute["host"] if absolute else str(environ.get("HTTP_HOST", "")))
    found = AT_SANDBOX.fullmatch(path)
    if found:
        place = (found["api"], "", found["stage"], found["path"] or ROOT)
    elif host:
        stage, _, rest = path.lstrip("/").partition("/")
        place = (host["api"].lower(), host["region"].lower(), stage, f"/{rest}")
    else:
        return None
    return Incoming(
        *place,
        verb=str(environ["REQUEST_METHOD"]),
        rows=environ.get(HEADERS) or (),
        query_string=query,
        body=b"",
        source_ip=str(environ.get("REMOTE_ADDR", "127.0.0.1")),
    )
