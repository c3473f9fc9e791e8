"""A visitor of the rally, over HTTP only: signs up and in, collects a stamp, lists, uploads a picture, and is refused.

The sandbox is served; the API, its functions and its user pool are those of the stack.
"""

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reconciler.lock_files import packages_in
from reconciler.sandbox import state
from reconciler.sandbox.moto_patches.cognito.users import CODE
from reconciler.sandbox.process_state import ProcessState
from reconciler.sandbox.server import RunningServer, serve
from tests.connect_handler.test_connect_handler_stack import blocks_of
from tests.sandbox.form_posts import posted
from tests.sandbox.held_clock import HeldClock
from tests.sandbox.stage_calls import Answered, Stage
from tests.stamp_rally_api.rally_calls import AT_THE_TOWER, BUCKET, ORIGIN, TOWER, Snapshots, client_at

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "lambda_src" / "stamp_rally_api.lock"
PASSWORD = "Passw0rd-of-the-rally"
FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
PROBLEM = "application/problem+json"
PICTURE = b"\xff\xd8\xff\xe0 a picture"


@dataclass
class Pool:
    """A user pool as an app sees it: its client, and requests that are not signed."""

    url: str
    client: str

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
        }
        body = json.dumps({"ClientId": self.client, **parameters}).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url, body, headers)) as reply:
            found: dict[str, Any] = json.loads(reply.read() or b"{}")
        return found

    def sign_up(self, name: str) -> None:
        self.call("SignUp", Username=name, Password=PASSWORD)
        self.call("ConfirmSignUp", Username=name, ConfirmationCode=CODE)

    def sign_in(self, flow: str = "USER_PASSWORD_AUTH", **given: str) -> dict[str, str]:
        made: dict[str, str] = self.call("InitiateAuth", AuthFlow=flow, AuthParameters=given)[
            "AuthenticationResult"
        ]
        return made

    def tokens(self, name: str) -> dict[str, str]:
        return self.sign_in(USERNAME=name, PASSWORD=PASSWORD)


@dataclass
class Place:
    """The stack in a served sandbox."""

    server: RunningServer
    clock: HeldClock
    stage: Stage
    pool: Pool
    pool_id: str

    def ask(self, token: str, verb: str, path: str, body: object = None) -> Answered:
        sent = {"Origin": ORIGIN, "Content-Type": "application/json"}
        headers = {**sent, "Authorization": token} if token else sent
        return self.stage.ask(verb, path, body, headers=headers)

    def refused(
        self, token: str, path: str = "/me/stamps", verb: str = "GET", body: object = None
    ) -> tuple[int, str]:
        """The status and the type of a problem."""
        answer = self.ask(token, verb, path, body)
        assert answer.headers["content-type"] == PROBLEM
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        kind: str = answer.document["type"].removeprefix("urn:stamp-rally:")
        return answer.status, kind

    def checked(self, token: str, picture: bytes) -> str:
        """Upload a picture by a signed form, and wait for the result of its check."""
        form = self.ask(token, "POST", "/me/stamps/tower-1/photo", {"content_type": "image/jpeg"})
        assert (form.status, form.document["largest_bytes"]) == (201, 5 * 2**20)
        fields = {each["name"]: each["value"] for each in form.document["fields"]}
        assert posted(form.document["url"], fields, picture) == 204
        while not self.errors():  # each look is a call, and the check goes on meanwhile
            (stamp,) = self.ask(token, "GET", "/me/stamps").document["stamps"]
            if stamp["photo"] != "awaited":
                return str(stamp["photo"])
        raise AssertionError(self.errors())

    def await_removal(self) -> None:
        """Wait until only approved pictures are left."""
        s3 = client_at(self.server.url, "s3")
        keys = ["temp/"]
        while any(key.startswith("temp/") for key in keys):
            found = s3.list_object_versions(Bucket=BUCKET)
            keys = [row["Key"] for name in ("Versions", "DeleteMarkers") for row in found.get(name, ())]
            assert not self.errors()
        assert [key.partition("/")[0] for key in keys] == ["photos"]

    def log(self, group: str) -> list[dict[str, Any]]:
        """The lines of a log group, which are JSON."""
        rows = client_at(self.server.url, "logs").filter_log_events(logGroupName=group)
        return [json.loads(row["message"]) for row in rows["events"]]

    def errors(self) -> list[dict[str, Any]]:
        """What the function that checks pictures has failed with."""
        return [
            row
            for row in self.log("/aws/lambda/stamp-rally-dev-moderation")
            if row.get("level") in {"ERROR", "CRITICAL"}
        ]


def new_client(cognito: Any, pool: str) -> str:
    made = cognito.create_user_pool_client(UserPoolId=pool, ClientName="app", ExplicitAuthFlows=FLOWS)
    return str(made["UserPoolClient"]["ClientId"])


@pytest.fixture
def place(snapshots: Snapshots) -> Iterator[Place]:
    # Where the pass over the stack has ended, which is nearly the time at which the functions sign forms.
    clock = HeldClock(snapshots.at)
    with serve(0, world=ProcessState(clock=clock)) as server:
        state.restore(snapshots.whole, server.world)
        gateway, cognito = (client_at(server.url, name) for name in ("apigateway", "cognito-idp"))
        (api,) = gateway.get_rest_apis()["items"]
        (pool,) = cognito.list_user_pools(MaxResults=60)["UserPools"]
        (client,) = cognito.list_user_pool_clients(UserPoolId=pool["Id"])["UserPoolClients"]
        found = Pool(server.url, client["ClientId"])
        yield Place(server, clock, Stage(server.url, api["id"], "v1"), found, pool["Id"])


def test_the_lock_file_has_the_versions_of_the_tests() -> None:
    names = [str(each).partition("==")[0] for each in packages_in(LOCK.read_text(encoding="utf-8"))]
    pinned = blocks_of((ROOT / "requirements.lock").read_text(encoding="utf-8"), names)
    assert {*packages_in(LOCK.read_text(encoding="utf-8"))} == {*packages_in("\n".join(pinned))}
    assert {"aws-lambda-powertools", "pydantic", "pydantic-core"} < {*names}


def test_a_visitor_of_the_rally(place: Place) -> None:
    ada, ops = "ada@example.com", "ops@example.com"
    for each in (ada, ops):
        place.pool.sign_up(each)
    cognito = client_at(place.server.url, "cognito-idp")
    cognito.admin_add_user_to_group(UserPoolId=place.pool_id, Username=ops, GroupName="admins")
    mine, admin = place.pool.tokens(ada), place.pool.tokens(ops)["IdToken"]
    token = mine["IdToken"]

    # Only administrators make stamps.
    written = ("/admin/stamps/tower-1", "PUT", TOWER)
    assert place.refused(token, *written) == (403, "forbidden")
    stamp = place.ask(admin, "PUT", "/admin/stamps/tower-1", TOWER)
    assert (stamp.status, stamp.document) == (200, {**TOWER, "stamp_id": "tower-1"})
    assert place.ask(token, "GET", "/rallies/tokyo/stamps").document["stamps"] == [stamp.document]

    # The second time nothing changes.
    first, second = (place.ask(token, "PUT", "/me/stamps/tower-1", AT_THE_TOWER) for _ in range(2))
    assert (first.status, first.document["photo"]) == (200, "none")
    assert (second.status, second.document) == (200, first.document)
    dynamodb = client_at(place.server.url, "dynamodb")
    assert dynamodb.scan(TableName="stamp-rally-dev-UserStamps")["Count"] == 1
    assert place.ask(token, "GET", "/me/stamps").document["stamps"] == [first.document]
    nowhere = {"latitude": "north"}
    assert place.refused(token, "/me/stamps/tower-1", "PUT", nowhere) == (400, "gateway:BAD_REQUEST_BODY")
    assert place.refused(token, "/me/stamps?limit=0") == (422, "invalid-request")

    # Pictures are uploaded by signed forms, and checked when they have arrived.
    assert place.checked(token, PICTURE) == "approved"
    assert place.checked(token, PICTURE + b"moderation-label:Violence=96.9") == "rejected"
    assert place.checked(token, b"GIF89a") == "rejected"
    place.await_removal()

    # Who is not known here is refused before the function is called.
    other = cognito.create_user_pool(PoolName="other")["UserPool"]["Id"]
    elsewhere = Pool(place.server.url, new_client(cognito, other))
    elsewhere.sign_up("ada")
    foreign = elsewhere.tokens("ada")["IdToken"]
    for wrong in ("", "no-token", mine["AccessToken"], foreign):
        assert place.refused(wrong) == (401, "gateway:UNAUTHORIZED")
    assert place.refused("", "/nothing") == (403, "gateway:MISSING_AUTHENTICATION_TOKEN")
    preflight = place.ask("", "OPTIONS", "/me/stamps/tower-1")
    assert (preflight.status, preflight.headers["access-control-allow-origin"]) == (204, ORIGIN)
    assert "Authorization" in preflight.headers["access-control-allow-headers"]

    place.clock.now += 3601
    expired = place.ask(token, "GET", "/me/stamps")
    assert (expired.status, expired.document["detail"]) == (401, "The incoming token has expired")
    renewed = place.pool.sign_in("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=mine["RefreshToken"])["IdToken"]
    assert place.ask(renewed, "GET", "/me/stamps").document["stamps"][0]["stamp_id"] == "tower-1"
    lines = [
        row
        for row in place.log("/aws/lambda/stamp-rally-dev-api")
        if row.get("message") == "request_answered"
    ]
    assert [(row["route"], row["status"]) for row in lines[:4]] == [
        ("/admin/stamps/{stamp_id}", 403),
        ("/admin/stamps/{stamp_id}", 200),
        ("/rallies/{rally_id}/stamps", 200),
        ("/me/stamps/{stamp_id}", 200),
    ]
    accesses = place.log("/aws/apigateway/stamp-rally-dev")
    assert [(row["method"], row["path"], row["status"]) for row in accesses[:2]] == [
        ("PUT", "/admin/stamps/{stamp_id}", 403),
        ("PUT", "/admin/stamps/{stamp_id}", 200),
    ]
    assert {row["error"] for row in accesses if row["status"] == 401} == {"UNAUTHORIZED"}
