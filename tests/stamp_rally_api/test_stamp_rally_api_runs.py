"""The API, really run: its folder as code, its packages as a layer, and the tables of the stack in a sandbox."""

import io
import json
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from reconciler.lock_files import packages_in
from reconciler.sandbox import Sandbox
from tests.connect_handler.test_connect_handler_stack import blocks_of
from tests.sandbox.test_lambda_invocations import TRUST
from tests.stamp_rally_api.rally_calls import ADMIN, AT_THE_TOWER, TOWER, VARIABLES, Caller, Place

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "lambda_src" / "stamp_rally_api"
LOCK = FOLDER.with_suffix(".lock")
NAME = "stamp-rally-dev-api"
UNUSED = ("utilities/idempotency", "utilities/parser/", "utilities/batch", "utilities/kafka")
"""Parts of Powertools that the function does not import: they cost time here."""


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


def deploy(box: Sandbox) -> Any:
    session = box.session("ap-northeast-1")
    role = session.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    client = session.client("lambda")
    published = client.publish_layer_version(LayerName="packages", Content={"ZipFile": layer()})
    client.create_function(
        FunctionName=NAME,
        Role=role["Arn"],
        Runtime="python3.13",
        Handler="stamp_rally_api.app.handler",
        Code={"ZipFile": code()},
        Layers=[published["LayerVersionArn"]],
        Timeout=300,  # the machine may be busy
        MemorySize=512,
        Environment={"Variables": VARIABLES},
    )
    return client


def test_a_stamp_is_collected_by_the_function_itself(place: Place) -> None:
    client = deploy(place.box)

    def asked(caller: Caller, method: str, url: str, body: object = None) -> tuple[int, Any]:
        event = json.dumps(caller.event(method, url, body)).encode()
        reply = client.invoke(FunctionName=NAME, Payload=event)
        said = json.loads(reply["Payload"].read())
        assert "FunctionError" not in reply, said
        return said["statusCode"], json.loads(said["body"])

    me = Caller()
    assert asked(ADMIN, "PUT", "/admin/stamps/tower-1", TOWER) == (200, {**TOWER, "stamp_id": "tower-1"})
    first = asked(me, "PUT", "/me/stamps/tower-1", AT_THE_TOWER)
    assert (first[0], first[1]["photo"]) == (200, "none")
    assert asked(me, "PUT", "/me/stamps/tower-1", AT_THE_TOWER) == first
    assert len(place.rows("stamp-rally-dev-UserStamps")) == 1
    status, form = asked(me, "POST", "/me/stamps/tower-1/photo", {"content_type": "image/png"})
    assert (status, form["largest_bytes"]) == (201, 5 * 2**20)
    assert asked(me, "GET", "/me/stamps?limit=0")[0] == 422
    found = place.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{NAME}")["events"]
    lines = [json.loads(each["message"]) for each in found if each["message"].startswith("{")]
    assert [each["status"] for each in lines if each.get("message") == "request_answered"] == [
        200, 200, 200, 201, 422,
    ]  # fmt: skip
