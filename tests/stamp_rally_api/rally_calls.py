"""Requests as Amazon API Gateway passes them on, and the stamp rally of the stack in a sandbox."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import boto3
import pytest
from stamp_rally_api import app, clients, rally

from reconciler.applying import Quiet
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in

STACK = Path(__file__).parents[2] / "desired_state" / "stamp_rally"
EVENTS = Path(__file__).parent / "events"
ORIGIN = "https://stamp-rally-dev.example.com"
REGION = "ap-northeast-1"
BUCKET = "stamp-rally-dev-images-123456789012"
VISITOR = "57a4ca08-f0b1-70b4-8c5e-3f2f0f5a9c11"
VARIABLES = {
    "STAMPS_TABLE": "stamp-rally-dev-StampMasters",
    "USER_STAMPS_TABLE": "stamp-rally-dev-UserStamps",
    "USERS_TABLE": "stamp-rally-dev-Users",
    "IMAGES_BUCKET": BUCKET,
    "LIFF_ORIGIN": ORIGIN,
}
TOWER: Mapping[str, Any] = {
    "rally_id": "tokyo",
    "location_id": "tower",
    "title": "東京タワー",
    "latitude": 35.6585805,
    "longitude": 139.7454329,
    "radius_metres": 100,
    "asks_for_photo": True,
}
AT_THE_TOWER = {"latitude": 35.6586, "longitude": 139.7454}
NOW = datetime(2026, 4, 4, 9, 50, 2, tzinfo=UTC)


def recorded(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


class Context:
    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
    function_name = "stamp-rally-dev-api"
    memory_limit_in_mb = 256
    invoked_function_arn = "arn:aws:lambda:ap-northeast-1:123456789012:function:stamp-rally-dev-api"


@dataclass(frozen=True)
class Answer:
    """What the API answers."""

    status: int
    headers: Mapping[str, Any]
    text: str

    @property
    def document(self) -> Any:
        return json.loads(self.text)

    @property
    def problem(self) -> tuple[int, str]:
        """The status of a problem and the end of its type."""
        assert self.headers["Content-Type"] == ["application/problem+json"]
        assert self.document["status"] == self.status
        return self.status, self.document["type"].removeprefix("urn:stamp-rally:")


@dataclass
class Caller:
    """Somebody who calls the API."""

    user_id: str = VISITOR
    groups: str = ""
    claims: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def event(self, method: str, url: str, body: object = None) -> dict[str, Any]:
        """The event of a request; a body that is no text becomes JSON."""
        event: dict[str, Any] = recorded("request")
        path, _, query = url.partition("?")
        values = dict(parse_qsl(query, keep_blank_values=True))
        event |= {"httpMethod": method, "path": path, "queryStringParameters": values or None}
        event["multiValueQueryStringParameters"] = {name: [value] for name, value in values.items()} or None
        event["headers"] |= self.headers
        event["multiValueHeaders"] |= {name: [value] for name, value in self.headers.items()}
        event["body"] = body if isinstance(body, str) else None if body is None else json.dumps(body)
        context = event["requestContext"]
        context |= {"httpMethod": method, "path": f"/v1{path}"}
        claims = {**context["authorizer"]["claims"], "sub": self.user_id, "cognito:groups": self.groups}
        context["authorizer"]["claims"] = {**claims, **self.claims}
        return event

    def call(self, method: str, url: str, body: object = None) -> Answer:
        made = app.handler(self.event(method, url, body), Context())
        headers = {**made.get("headers", {}), **made.get("multiValueHeaders", {})}
        return Answer(made["statusCode"], headers, made.get("body") or "")


ADMIN = Caller("00000000-admin", "ap-northeast-1_XXXXXXXXX_LINE,admins")


@dataclass
class Place:
    """The sandbox in which the stack lives, and the clock of the function."""

    box: Sandbox
    now: datetime = NOW

    def client(self, service: str) -> Any:
        config = clients.SLOW.merge(clients.SIGNING) if service == "s3" else None
        return self.box.session(REGION).client(service, config=config)

    def rows(self, table: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client("dynamodb").scan(TableName=table)["Items"]
        return found

    def all_keys(self) -> list[str]:
        """The keys of all versions in the bucket, delete markers included."""
        found = self.client("s3").list_object_versions(Bucket=BUCKET)
        return sorted(each["Key"] for name in ("Versions", "DeleteMarkers") for each in found.get(name, ()))


@dataclass(frozen=True)
class Snapshots:
    """The sandbox after a pass over the stack, at a time in seconds since 1970."""

    whole: bytes
    quiet: bytes
    """Without the notification that calls a function when a picture arrives."""
    at: float


def client_at(url: str, service: str) -> Any:
    """A client of AWS at the address of a served sandbox."""
    session = boto3.Session("AKIAEXAMPLE", "sandbox", region_name=REGION)
    return session.client(service, endpoint_url=url)


def settle(box: Sandbox, clock: VirtualClock) -> None:
    """Make the stack of the stamp rally by a pass."""
    stack = load(STACK, "dev", known_kinds())
    aws = account_in(box, stack.region, clock)
    report = Pass(stack, known_kinds(), aws, clock, Options(), Quiet()).run()
    assert report.outcome == "settled"


@contextmanager
def functions_in(place: Place, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give both functions the variables and the clients of a place."""
    for name, value in VARIABLES.items():
        patch.setenv(name, value)
    made = {name: place.client(name) for name in ("dynamodb", "s3")}
    for name, client in made.items():
        patch.setattr(clients, name, lambda client=client: client)
    patch.setattr(rally, "utc_now", lambda: place.now)
    for cached in (rally.rally, app.api):
        cached.cache_clear()
    yield
    for cached in (rally.rally, app.api):
        cached.cache_clear()
