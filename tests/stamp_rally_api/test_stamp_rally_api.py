"""The API of the stamp rally, with the tables that a pass over the stack makes."""

import base64
import io
import json
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError
from stamp_rally_api import rally, visitor_routes
from stamp_rally_api.collected import CollectedStamps
from stamp_rally_api.settings import MissingSettingError, Settings
from stamp_rally_api.stamps import distance

from tests.stamp_rally_api.rally_calls import (
    ADMIN,
    AT_THE_TOWER,
    BUCKET,
    ORIGIN,
    TOWER,
    VISITOR,
    Caller,
    Place,
)

ME = Caller()
USER_STAMPS = "stamp-rally-dev-UserStamps"


def stamp(place: Place, stamp_id: str = "tower-1", **changed: Any) -> None:
    answer = ADMIN.call("PUT", f"/admin/stamps/{stamp_id}", {**TOWER, **changed})
    assert answer.status == 200, answer.text


def test_a_stamp_is_collected_once(
    place: Place, log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    stamp(place)
    first = ME.call("PUT", "/me/stamps/tower-1", AT_THE_TOWER)
    assert (first.status, first.document) == (
        200,
        {
            "stamp_id": "tower-1",
            "rally_id": "tokyo",
            "title": "東京タワー",
            "collected_at": "2026-04-04T09:50:02Z",
            "photo": "none",
        },
    )
    place.now += timedelta(hours=1)
    ADMIN.call("DELETE", "/admin/stamps/tower-1")
    again = [ME.call("PUT", "/me/stamps/tower-1", AT_THE_TOWER)]
    stamp(place, title="Another title")
    again += [ME.call("PUT", "/me/stamps/tower-1", {"latitude": 0, "longitude": 0})]
    again += [ME.call("PUT", "/me/stamps/tower-1", AT_THE_TOWER)]
    assert [(each.status, each.text) for each in again] == [(200, first.text)] * 3
    assert len(place.rows(USER_STAMPS)) == 1
    assert ME.call("GET", "/me/stamps").document == {"stamps": [first.document]}
    assert Caller("another").call("GET", "/me/stamps").document == {"stamps": []}

    said = [json.loads(line) for line in log.getvalue().splitlines()]
    line = said[1]
    assert (line["message"], line["status"], line["method"]) == ("request_answered", 200, "PUT")
    assert VISITOR not in log.getvalue()
    measured = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert [each["StampCollected"] for each in measured if "StampCollected" in each] == [[1.0]]
    assert sum("StampCollectedAgain" in each for each in measured) == 1


@pytest.mark.parametrize(
    ("changed", "position", "kind"),
    [
        ({"opens_at": "2026-04-04T09:50:03Z"}, AT_THE_TOWER, "stamp-closed"),
        ({"closes_at": "2026-04-04T09:50:02Z"}, AT_THE_TOWER, "stamp-closed"),
        ({}, {"latitude": 35.6595, "longitude": 139.7454}, "too-far"),
    ],
)
def test_a_stamp_is_collected_at_its_time_and_place_alone(
    place: Place, changed: dict[str, Any], position: dict[str, float], kind: str
) -> None:
    stamp(place, **changed)
    assert ME.call("PUT", "/me/stamps/tower-1", position).problem == (409, kind)
    assert ME.call("PUT", "/me/stamps/no-such", position).problem == (404, "no-such-stamp")
    assert place.rows(USER_STAMPS) == []


def test_stamps_of_a_trial_rally_expire(place: Place) -> None:
    stamp(place, expires_after_days=7)
    ME.call("PUT", "/me/stamps/tower-1", AT_THE_TOWER)
    (row,) = place.rows(USER_STAMPS)
    assert int(row["expires_at"]["N"]) == int((place.now + timedelta(days=7)).timestamp())


def test_stamps_are_found_by_rally_by_distance_and_by_id(place: Place) -> None:
    for number in range(5):
        stamp(place, f"s{number}", location_id=f"l{number}", latitude=35.65 + number / 1000)
    stamp(place, "elsewhere", rally_id="osaka")
    assert ME.call("GET", "/stamps/s1").document == {
        **TOWER, "stamp_id": "s1", "location_id": "l1", "latitude": 35.651,
    }  # fmt: skip
    assert ME.call("GET", "/stamps/s9").problem == (404, "no-such-stamp")

    seen, token = [], ""
    while True:
        page = ME.call("GET", f"/rallies/tokyo/stamps?limit=2{token}").document
        seen.append([each["stamp_id"] for each in page["stamps"]])
        if "next_token" not in page:
            break
        token = f"&next_token={page['next_token']}"
    assert [each for each in seen if each] == [["s0", "s1"], ["s2", "s3"], ["s4"]]

    near = "/rallies/tokyo/stamps/nearby?latitude=35.6520004&longitude=139.7454329"
    found = ME.call("GET", f"{near}&radius_metres=150").document["stamps"]
    assert [each["stamp_id"] for each in found] == ["s2", "s1", "s3"]
    assert [each["distance_metres"] for each in found] == [1, 112, 112]
    assert len(ME.call("GET", f"{near}&limit=3&radius_metres=50000").document["stamps"]) == 3
    assert ME.call("GET", f"{near}&radius_metres=50001").problem == (422, "invalid-request")


def test_distances_are_those_along_the_surface() -> None:
    tokyo, osaka = {"latitude": 35.6812, "longitude": 139.7671}, {"latitude": 34.7025, "longitude": 135.4959}
    assert 402_000 < distance(tokyo, osaka) < 405_000  # type: ignore[arg-type]  # positions
    poles = {"latitude": 90.0, "longitude": 0.0}, {"latitude": -90.0, "longitude": 180.0}
    assert distance(*poles) == 20_015_115  # type: ignore[arg-type]  # half of the way round
    assert distance(tokyo, tokyo) == 0  # type: ignore[arg-type]


def test_the_pages_of_a_visitor_are_the_visitors_own(place: Place) -> None:
    for name in ("a", "b", "c"):
        stamp(place, name)
        ME.call("PUT", f"/me/stamps/{name}", AT_THE_TOWER)
        place.now += timedelta(minutes=1)
    Caller("another").call("PUT", "/me/stamps/a", AT_THE_TOWER)
    page = ME.call("GET", "/me/stamps?limit=2").document
    rest = ME.call("GET", f"/me/stamps?next_token={page['next_token']}").document
    assert [each["stamp_id"] for each in page["stamps"] + rest["stamps"]] == ["a", "b", "c"]
    assert Caller("another").call("GET", "/me/stamps?next_token=b").document == {"stamps": []}
    assert ME.call("GET", "/me/stamps?next_token=a.b").problem == (422, "invalid-request")

    first = ADMIN.call("GET", "/admin/stamps/a/collections?limit=1").document
    second = ADMIN.call("GET", f"/admin/stamps/a/collections?next_token={first['next_token']}").document
    assert first["collections"] == [{"user_id": VISITOR, "collected_at": "2026-04-04T09:50:02Z"}]
    assert [each["user_id"] for each in second["collections"]] == ["another"]


def test_a_profile_keeps_who_the_visitor_is_in_line(place: Place) -> None:
    assert ME.call("GET", "/me/profile").problem == (404, "no-profile")
    made = ME.call("PUT", "/me/profile", {"display_name": "あだ", "language": "ja"}).document
    time = "2026-04-04T09:50:02Z"
    assert made == {
        "user_id": VISITOR,
        "display_name": "あだ",
        "language": "ja",
        "created_at": time,
        "updated_at": time,
    }
    place.now += timedelta(days=1)
    ME.claims = {"identities": None}
    again = ME.call("PUT", "/me/profile", {"display_name": "Ada"}).document
    ME.claims = {}
    assert again == {
        "user_id": VISITOR,
        "display_name": "Ada",
        "created_at": time,
        "updated_at": "2026-04-05T09:50:02Z",
    }
    assert ME.call("GET", "/me/profile").document == again
    (row,) = place.rows("stamp-rally-dev-Users")
    assert row["line_user_id"] == {"S": "U4af4980629XXXXXXXXXXXXXXXXXXXXXX"}


@pytest.mark.parametrize(
    "identities", ['[{"userId": "U1", "providerName": "LINE"}]', "?", '{"providerName": "LINE"}']
)
def test_claims_of_other_forms_are_read(place: Place, identities: str) -> None:
    caller = Caller(claims={"identities": identities})
    assert caller.call("PUT", "/me/profile", {"display_name": "Ada"}).status == 200
    (row,) = place.rows("stamp-rally-dev-Users")
    assert row.get("line_user_id") == ({"S": "U1"} if "U1" in identities else None)


def test_an_upload_is_signed_for_one_picture(place: Place) -> None:
    stamp(place)
    wanted = {"content_type": "image/png"}
    assert ME.call("POST", "/me/stamps/tower-1/photo", wanted).problem == (404, "not-collected")
    ME.call("PUT", "/me/stamps/tower-1", AT_THE_TOWER)
    answer = ME.call("POST", "/me/stamps/tower-1/photo", wanted)
    form = answer.document
    assert (answer.status, form["expires_at"], form["largest_bytes"]) == (
        201,
        "2026-04-04T09:55:02Z",
        5 * 2**20,
    )
    assert form["url"] == f"https://{BUCKET}.s3.ap-northeast-1.amazonaws.com/"
    fields = {each["name"]: each["value"] for each in form["fields"]}
    assert fields["key"].startswith(f"temp/{VISITOR}/tower-1/")
    assert fields["Content-Type"] == "image/png"
    conditions = json.loads(base64.b64decode(fields["policy"]))["conditions"]
    assert {"key": fields["key"]} in conditions
    assert {"Content-Type": "image/png"} in conditions
    assert ["content-length-range", 1, 5 * 2**20] in conditions
    assert ME.call("GET", "/me/stamps").document["stamps"][0]["photo"] == "awaited"
    assert ME.call("POST", "/me/stamps/tower-1/photo", {"content_type": "image/gif"}).status == 422


def test_the_routes_of_administrators_are_theirs_alone(place: Place) -> None:
    calls: list[tuple[str, str, object]] = [
        ("PUT", "/admin/stamps/a", TOWER),
        ("DELETE", "/admin/stamps/a", None),
        ("GET", "/admin/stamps/a/collections", None),
    ]
    for method, path, body in calls:
        for groups in ("", "visitors,administrators", "admins-of-others"):
            assert Caller(groups=groups).call(method, path, body).problem == (403, "forbidden")
        assert ADMIN.call(method, path, body).status in {200, 204}
    assert ADMIN.call("DELETE", "/admin/stamps/a").text == ""
    closed = {**TOWER, "opens_at": "2026-04-05T00:00:00Z", "closes_at": "2026-04-04T00:00:00Z"}
    assert ADMIN.call("PUT", "/admin/stamps/a", closed).problem == (422, "never-open")
    assert place.rows("stamp-rally-dev-StampMasters") == []


def test_a_wrong_request_is_told_what_is_wrong(place: Place) -> None:
    answer = ADMIN.call("PUT", "/admin/stamps/tower-1", {**TOWER, "latitude": 91, "title": None})
    assert answer.problem == (422, "invalid-request")
    assert {each["where"] for each in answer.document["mistakes"]} == {"body.latitude", "body.title"}
    for method, url, body in (
        ("PUT", "/me/stamps/tower-1", "{"),
        ("PUT", "/me/stamps/tower-1", None),
        ("PUT", "/me/stamps/tower-1", [1]),
        ("PUT", "/me/stamps/tower-1", '{"latitude": NaN, "longitude": 1e999}'),
        ("PUT", "/me/stamps/to%20wer", AT_THE_TOWER),
        ("PUT", "/me/profile", '{"display_name": "\\ud800"}'),
        ("GET", "/rallies/tokyo/stamps/nearby?latitude=nan&longitude=0", None),
        ("GET", "/me/stamps?limit=0", None),
        ("GET", "/me/stamps?next_token=", None),
    ):
        assert ME.call(method, url, body).problem == (422, "invalid-request"), (method, url, body)
    tiny = {**AT_THE_TOWER, "latitude": 5e-324}
    assert ME.call("PUT", "/me/stamps/tower-1", tiny).problem == (404, "no-such-stamp")
    assert ADMIN.call("PUT", "/admin/stamps/tiny", {**TOWER, "latitude": 5e-324}).status == 200
    for media in (
        "text/plain",
        "application/jsonl",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
    ):
        other = Caller(headers={"content-type": media})
        for text in ("latitude=1&longitude=1", '{"latitude": 1, "longitude": 1}', ""):
            answer = other.call("PUT", "/me/stamps/tower-1", text)
            assert answer.problem == (415, "unsupported-media-type"), (media, text)
    json_type = Caller(headers={"content-type": "Application/JSON ; charset=utf-8"})
    assert json_type.call("PUT", "/me/profile", {"display_name": "Ada"}).status == 200
    assert ME.call("GET", "/nowhere").problem == (404, "no-such-path")
    assert ME.call("GET", '/stamps/"').problem == (404, "no-such-path")
    assert ME.call("PATCH", "/me/profile", {}).problem == (404, "no-such-path")
    assert Caller("").call("GET", "/me/profile").problem == (401, "no-token")


def test_browsers_may_call_from_the_liff_app_alone(place: Place) -> None:
    for method, url in (("GET", "/me/stamps"), ("GET", "/nowhere"), ("OPTIONS", "/me/stamps")):
        for origin, allowed in ((ORIGIN, [ORIGIN]), ("https://elsewhere.example.com", None)):
            caller = Caller(headers={"Origin": origin})
            assert caller.call(method, url).headers.get("Access-Control-Allow-Origin") == allowed
    preflight = Caller().call("OPTIONS", "/me/stamps")
    assert preflight.status == 204
    assert {"GET", "PUT", "POST", "DELETE"} <= {
        *preflight.headers["Access-Control-Allow-Methods"][0].split(",")
    }


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (ConnectTimeoutError(endpoint_url="https://dynamodb"), (503, "unavailable")),
        (ClientError({"Error": {"Code": "ThrottlingException"}}, "Query"), (503, "unavailable")),
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "Query"), (500, "internal-error")),
        (ZeroDivisionError("secret"), (500, "internal-error")),
    ],
)
def test_a_failure_is_answered_and_logged(
    place: Place,
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    problem: tuple[int, str],
) -> None:
    def fail(**_: Any) -> None:
        raise error

    broken = CollectedStamps(SimpleNamespace(query=fail), USER_STAMPS)
    monkeypatch.setattr(visitor_routes, "rally", lambda: replace(rally.rally(), collected=broken))
    answer = ME.call("GET", "/me/stamps")
    assert answer.problem == problem
    assert (answer.headers.get("Retry-After") == ["1"]) is (problem[0] == 503)
    assert "secret" not in answer.text
    failed = json.loads(log.getvalue().splitlines()[0])
    assert (failed["message"], failed["exception_name"]) == ("request_failed", type(error).__name__)


def test_a_row_that_is_not_as_documented_is_our_failure(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    item = {"stamp_id": {"S": "odd"}, "rally_id": {"S": "tokyo"}, "location_id": {"S": "x"}}
    place.client("dynamodb").put_item(TableName="stamp-rally-dev-StampMasters", Item=item)
    assert ME.call("GET", "/stamps/odd").problem == (500, "internal-error")
    assert json.loads(capsys.readouterr().out)["RequestFailed"] == [1.0]


def test_a_missing_variable_is_named_in_the_log(
    place: Place, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("USERS_TABLE")
    assert ME.call("GET", "/me/profile").problem == (500, "internal-error")
    failed = json.loads(log.getvalue().splitlines()[0])
    assert (failed["exception_name"], MissingSettingError.__name__) == ("MissingSettingError",) * 2
    assert "USERS_TABLE" in failed["exception"]
    monkeypatch.setenv("USERS_TABLE", "stamp-rally-dev-Users")
    assert ME.call("GET", "/me/profile").problem == (404, "no-profile")  # the failure is not kept


def test_settings_have_defaults_and_can_be_given() -> None:
    named = {"STAMPS_TABLE": "s", "USER_STAMPS_TABLE": "u", "USERS_TABLE": "v", "IMAGES_BUCKET": "b"}
    assert Settings.read(named) == Settings("s", "u", "v", "b", "admins", 5 * 2**20)
    given = Settings.read({**named, "ADMIN_GROUP": "staff", "LARGEST_IMAGE_BYTES": "1000"})
    assert (given.admin_group, given.largest_image) == ("staff", 1000)
