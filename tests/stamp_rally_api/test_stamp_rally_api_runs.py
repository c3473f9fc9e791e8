"""The API, really run: its folder as code, its packages as a layer, and the tables of the stack in a sandbox."""

import io
import json
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

from reconciler.lock_files import packages_in
from reconciler.sandbox import Sandbox
from tests.connect_handler.test_connect_handler_stack import blocks_of
from tests.sandbox.form_posts import posted
from tests.sandbox.test_lambda_invocations import TRUST
from tests.stamp_rally_api.rally_calls import ADMIN, AT_THE_TOWER, BUCKET, TOWER, VARIABLES, Caller, Place

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "lambda_src" / "stamp_rally_api"
LOCK = FOLDER.with_suffix(".lock")
NAME = "stamp-rally-dev-api"
UNUSED = ("utilities/idempotency", "utilities/parser/", "utilities/batch", "utilities/kafka")
"""Parts of Powertools that the function does not import: they cost time here."""
ME = Caller()
PICTURE = b"\xff\xd8\xff\xe0 a picture"


def packages() -> list[str]:
    return [str(each).partition("==")[0] for each in packages_in(LOCK.read_text(encoding="utf-8"))]


def test_the_lock_file_has_the_versions_of_the_tests() -> None:
    pinned = blocks_of((ROOT / "requirements.lock").read_text(encoding="utf-8"), packages())
    assert {*packages_in(LOCK.read_text(encoding="utf-8"))} == {*packages_in("\n".join(pinned))}
    assert {"aws-lambda-powertools", "pydantic", "pydantic-core"} < {*packages()}


def code() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for file in FOLDER.rglob("*.py"):
            archive.write(file, file.relative_to(FOLDER))
    return stream.getvalue()


def layer() -> bytes:
    """The packages without their compiled modules, as if these were of another Python: the sandbox has its own."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in packages():
            for file in distribution(name).files or ():
                used = file.suffix == ".py" or file.name == "METADATA"
                if used and not any(part in str(file) for part in UNUSED):
                    archive.write(Path(str(file.locate())), f"python/{file}")
    return stream.getvalue()


class Deployed:
    """Both functions, and the notification of the bucket that calls one of them."""

    def __init__(self, box: Sandbox) -> None:
        session = box.session("ap-northeast-1")
        iam = session.client("iam")
        role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        self.client, self.logs = session.client("lambda"), session.client("logs")
        published = self.client.publish_layer_version(LayerName="packages", Content={"ZipFile": layer()})
        settings: dict[str, Any] = {
            "Role": role,
            "Runtime": "python3.13",
            "Code": {"ZipFile": code()},
            "Layers": [published["LayerVersionArn"]],
            "Timeout": 300,  # the machine may be busy
            "MemorySize": 512,
            "Environment": {"Variables": VARIABLES},
        }
        self.client.create_function(FunctionName=NAME, Handler="stamp_rally_api.app.handler", **settings)
        made = self.client.create_function(
            FunctionName="moderation", Handler="stamp_rally_api.moderation.handler", **settings
        )
        arrival = {
            "LambdaFunctionArn": made["FunctionArn"],
            "Events": ["s3:ObjectCreated:*"],
            "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "temp/"}]}},
        }
        session.client("s3").put_bucket_notification_configuration(
            Bucket=BUCKET, NotificationConfiguration={"LambdaFunctionConfigurations": [arrival]}
        )

    def asked(self, caller: Caller, method: str, url: str, body: object = None) -> tuple[int, Any]:
        event = json.dumps(caller.event(method, url, body)).encode()
        reply = self.client.invoke(FunctionName=NAME, Payload=event)
        said = json.loads(reply["Payload"].read())
        assert "FunctionError" not in reply, said
        return said["statusCode"], json.loads(said["body"])

    def checked(self, picture: bytes) -> str:
        """Upload a picture by a signed form, and wait for the result of its check."""
        status, form = self.asked(ME, "POST", "/me/stamps/tower-1/photo", {"content_type": "image/jpeg"})
        assert (status, form["largest_bytes"]) == (201, 5 * 2**20)
        fields = {each["name"]: each["value"] for each in form["fields"]}
        assert posted(form["url"], fields, picture) == 204
        while not self.errors():  # each look is a call, and the check goes on meanwhile
            (stamp,) = self.asked(ME, "GET", "/me/stamps")[1]["stamps"]
            if stamp["photo"] != "awaited":
                return str(stamp["photo"])
        raise AssertionError(self.errors())

    def errors(self) -> list[str]:
        """What the function that checks pictures has failed with."""
        groups = self.logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/moderation")["logGroups"]
        names = [each["logGroupName"] for each in groups]
        rows = [row for name in names for row in self.logs.filter_log_events(logGroupName=name)["events"]]
        return [row["message"] for row in rows if "[ERROR]" in row["message"]]


@pytest.fixture
def place(stack: bytes) -> Iterator[Place]:
    """A sandbox whose clock is that of the functions, which sign forms."""
    with Sandbox() as box:
        box.restore(stack)
        yield Place(box)


def test_a_stamp_is_collected_and_its_picture_checked_by_the_functions_themselves(place: Place) -> None:
    deployed = Deployed(place.box)
    stamp = (200, {**TOWER, "stamp_id": "tower-1"})
    assert deployed.asked(ADMIN, "PUT", "/admin/stamps/tower-1", TOWER) == stamp
    first = deployed.asked(ME, "PUT", "/me/stamps/tower-1", AT_THE_TOWER)
    assert (first[0], first[1]["photo"]) == (200, "none")
    assert deployed.asked(ME, "PUT", "/me/stamps/tower-1", AT_THE_TOWER) == first
    assert len(place.rows("stamp-rally-dev-UserStamps")) == 1
    assert deployed.asked(ME, "GET", "/me/stamps?limit=0")[0] == 422

    assert deployed.checked(PICTURE) == "approved"
    assert deployed.checked(PICTURE + b"moderation-label:Violence=96.9") == "rejected"
    assert deployed.checked(b"GIF89a") == "rejected"
    while any(key.startswith("temp/") for key in place.all_keys()):
        assert not deployed.errors()
    assert [key.partition("/")[0] for key in place.all_keys()] == ["photos"]
    found = place.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{NAME}")["events"]
    lines = [json.loads(each["message"]) for each in found if each["message"].startswith("{")]
    statuses = [each["status"] for each in lines if each.get("message") == "request_answered"]
    assert statuses[:5] == [200, 200, 200, 422, 201]
