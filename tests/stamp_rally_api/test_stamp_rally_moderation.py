"""Pictures that arrive in the bucket: they are approved and moved, or deleted for good; and both functions use just their rights."""

import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from stamp_rally_api import clients, moderation
from stamp_rally_api.photos import Photo

from tests.stamp_rally_api.rally_calls import (
    ADMIN,
    AT_THE_TOWER,
    BUCKET,
    STACK,
    TOWER,
    VISITOR,
    Caller,
    Context,
    Place,
    recorded,
)

ME = Caller()


@pytest.fixture
def rekognition(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """Answers with recorded replies; botocore checks requests and replies."""
    client = boto3.client(
        "rekognition", region_name="ap-northeast-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    monkeypatch.setattr(clients, "rekognition", lambda: client)
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def collected(place: Place) -> Place:
    ADMIN.call("PUT", "/admin/stamps/tower-1", TOWER)
    ME.call("PUT", "/me/stamps/tower-1", AT_THE_TOWER)
    return place


def upload(place: Place) -> tuple[str, str]:
    """Upload a picture with the fields of a signed form; its key and its version."""
    form = ME.call("POST", "/me/stamps/tower-1/photo", {"content_type": "image/jpeg"}).document
    fields = {each["name"]: each["value"] for each in form["fields"]}
    kept = place.client("s3").put_object(
        Bucket=BUCKET, Key=fields["key"], Body=b"\xff\xd8\xff", ContentType=fields["Content-Type"]
    )
    return fields["key"], kept["VersionId"]


def arrives(key: str, version: str) -> None:
    event = recorded("picture")
    event["Records"][0]["s3"]["object"] |= {"key": key, "versionId": version}
    moderation.handler(event, Context())


def expected(key: str, version: str, confidence: float = 80.0) -> dict[str, Any]:
    return {
        "Image": {"S3Object": {"Bucket": BUCKET, "Name": key, "Version": version}},
        "MinConfidence": confidence,
    }


def state() -> str:
    (row,) = ME.call("GET", "/me/stamps").document["stamps"]
    return str(row["photo"])


def test_a_good_picture_is_moved_and_marked(collected: Place, rekognition: Stubber, log: io.StringIO) -> None:
    key, version = upload(collected)
    rekognition.add_response("detect_moderation_labels", recorded("no_labels"), expected(key, version))
    arrives(key, version)
    kept = key.replace("temp/", "photos/")
    assert (state(), collected.all_keys()) == ("approved", [kept])
    s3 = collected.client("s3")
    assert s3.get_object_tagging(Bucket=BUCKET, Key=kept)["TagSet"] == [
        {"Key": "moderation", "Value": "approved"}
    ]
    assert s3.head_object(Bucket=BUCKET, Key=kept)["ContentType"] == "image/jpeg"
    (row,) = collected.rows("stamp-rally-dev-UserStamps")
    assert row["image_key"] == {"S": kept}
    arrives(key, version)  # Amazon S3 may send an event twice
    assert (state(), collected.all_keys()) == ("approved", [kept])
    results = [json.loads(line).get("result") for line in log.getvalue().splitlines()]
    assert [each for each in results if each] == ["approved", "outdated"]


def test_a_bad_picture_is_deleted_for_good(
    collected: Place, rekognition: Stubber, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    monkeypatch.setenv("MIN_CONFIDENCE", "55")
    key, version = upload(collected)
    rekognition.add_response("detect_moderation_labels", recorded("labels"), expected(key, version, 55.0))
    arrives(key, version)
    assert (state(), collected.all_keys()) == ("rejected", [])
    found = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [each["labels"] for each in found if each["message"] == "photo_checked"] == [
        ["Graphic Violence", "Violence"]
    ]


@pytest.mark.parametrize("code", sorted(moderation.NO_PICTURE))
def test_what_is_no_picture_is_deleted(collected: Place, rekognition: Stubber, code: str) -> None:
    key, version = upload(collected)
    rekognition.add_client_error("detect_moderation_labels", code)
    arrives(key, version)
    assert (state(), collected.all_keys()) == ("rejected", [])


def test_a_check_that_fails_is_repeated_from_the_start(collected: Place, rekognition: Stubber) -> None:
    key, version = upload(collected)
    rekognition.add_client_error("detect_moderation_labels", "ThrottlingException")
    with pytest.raises(ClientError, match="ThrottlingException"):
        arrives(key, version)
    assert (state(), collected.all_keys()) == ("awaited", [key])
    rekognition.add_response("detect_moderation_labels", recorded("no_labels"))
    arrives(key, version)
    assert state() == "approved"


def test_the_newest_picture_counts(collected: Place, rekognition: Stubber) -> None:
    older, newer = upload(collected), upload(collected)
    arrives(*older)
    assert (state(), collected.all_keys()) == ("awaited", [newer[0]])
    rekognition.add_response("detect_moderation_labels", recorded("no_labels"), expected(*newer))
    arrives(*newer)
    assert state() == "approved"


def test_keys_and_events_of_others_are_left_alone(collected: Place, rekognition: Stubber) -> None:
    moderation.handler({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": BUCKET}, Context())
    body = {"Bucket": BUCKET, "Body": b"x"}
    kept = collected.client("s3").put_object(Key="temp/read me.txt", **body)
    arrives("temp/read+me.txt", kept["VersionId"])
    assert collected.all_keys() == ["temp/read me.txt"]
    assert Photo.at("temp/a/b/c.jpg") is None


ACTIONS = {
    "s3:CopyObject": {"s3:GetObjectVersion", "s3:PutObject", "s3:PutObjectTagging"},
    "s3:DeleteObject": {"s3:DeleteObjectVersion"},
}
"""Source: "Required permissions for Amazon S3 API operations" (Amazon S3 User Guide)."""
LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}


def allowed(name: str) -> set[str]:
    policy = json.loads((STACK / "policies" / f"{name}.json").read_text(encoding="utf-8"))
    found = set()
    for statement in policy["Statement"]:
        actions = statement["Action"]
        found |= {actions} if isinstance(actions, str) else set(actions)
    return found


def used(place: Place) -> set[str]:
    calls = {call.name for call in place.box.journal}
    return {action for name in calls for action in ACTIONS.get(name, {name})}


def test_the_policies_hold_just_the_rights_that_the_functions_use(place: Place, rekognition: Stubber) -> None:
    for method, url, body in (
        ("PUT", "/admin/stamps/tower-1", TOWER),
        ("GET", "/rallies/tokyo/stamps", None),
        ("PUT", "/me/stamps/tower-1", AT_THE_TOWER),
        ("GET", "/me/stamps", None),
        ("GET", "/admin/stamps/tower-1/collections", None),
        ("PUT", "/me/profile", {"display_name": "Ada"}),
        ("GET", "/me/profile", None),
        ("POST", "/me/stamps/tower-1/photo", {"content_type": "image/png"}),
        ("DELETE", "/admin/stamps/tower-1", None),
    ):
        assert ADMIN.call(method, url, body).status < 300
    assert used(place) | {"s3:PutObject"} | LOG == allowed(
        "stamp_rally_api"
    )  # the form uploads with its right

    ME.call("PUT", "/admin/stamps/tower-1", TOWER)
    ADMIN.call("PUT", "/admin/stamps/tower-1", TOWER)
    ME.call("PUT", "/me/stamps/tower-1", AT_THE_TOWER)
    key, version = upload(place)
    place.box.journal.clear()
    rekognition.add_response("detect_moderation_labels", recorded("no_labels"), expected(key, version))
    arrives(key, version)
    assert used(place) | {"rekognition:DetectModerationLabels"} | LOG == allowed("stamp_rally_moderation")
    assert VISITOR in key
