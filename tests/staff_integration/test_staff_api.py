"""The API: accounts for the medical system, staff for whoever may see them."""

import io
import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from staff_integration.api.entering import Entered, enter
from staff_integration.api.shapes import AutoCreateRequest
from staff_integration.sign_in_tables import SigningKey
from staff_integration.tables import Account, Event, Staff

from tests.staff_integration.calls import SECRET, TARO, Api
from tests.staff_integration.organisation import OTHERS, PEOPLE, add_records, person
from tests.staff_integration.simulators import Dice, Weather


@pytest.fixture
def medical(api: Api) -> str:
    return api.service("medical")


def rows(api: Api, table: type[Staff | Account | Event]) -> int:
    with api.world.sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_account_is_made_at_once_and_a_repeat_answers_the_same_until_it_is_acknowledged(
    api: Api, medical: str, log: io.StringIO
) -> None:
    answer = api.call(medical, "POST", "/auto-create-account", TARO)
    user = api.world.voicedrive.users["S1"]
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "success": True,
            "voicedriveAccount": {
                "userId": user["userId"],
                "username": "S1",
                "initialPassword": user["initialPassword"],
                "loginUrl": user["loginUrl"],
            },
            "integrationId": answer.json()["integrationId"],
            "message": "The account was made.",
        },
    )
    again = api.call(medical, "POST", "/auto-create-account", TARO)
    there = answer.json() | {"message": "The account is there."}
    assert (again.status_code, again.json()) == (200, there)
    path = f"/accounts/{answer.json()['integrationId']}/acknowledgement"
    assert api.call(medical, "POST", path).status_code == 204
    erased = there | {"voicedriveAccount": there["voicedriveAccount"] | {"initialPassword": ""}}
    assert api.call(medical, "POST", "/auto-create-account", TARO).json() == erased
    assert api.call(medical, "POST", path).status_code == 204
    assert api.call(medical, "POST", "/accounts/999/acknowledgement").status_code == 404
    api.world.settle()
    assert api.world.medical.accounts == {}  # it has acknowledged the answer, and is not called
    assert api.world.voicedrive.made == ["S1"]
    assert user["initialPassword"] not in log.getvalue()


def test_an_answer_that_is_lost_is_followed_by_a_delivery(api: Api, medical: str) -> None:
    answer = api.call(medical, "POST", "/auto-create-account", TARO).json()
    api.world.settle()
    assert api.world.medical.accounts["S1"] == answer["voicedriveAccount"]
    again = api.call(medical, "POST", "/auto-create-account", TARO)
    assert (again.status_code, again.json()["voicedriveAccount"]["initialPassword"]) == (200, "")


@pytest.mark.parametrize("way", [0, 2, 4])
def test_an_account_that_cannot_be_made_at_once_is_made_later(api: Api, medical: str, way: int) -> None:
    api.world.voicedrive.weather = Weather(failing=1, dice=Dice(way))
    answer = api.call(medical, "POST", "/auto-create-account", TARO)
    assert answer.status_code == 202
    assert answer.json() | {"integrationId": ""} == {
        "success": False,
        "voicedriveAccount": dict.fromkeys(("userId", "username", "initialPassword", "loginUrl"), ""),
        "integrationId": "",
        "message": "The account will be made later.",
    }
    api.world.voicedrive.weather = Weather()
    api.world.clock.sleep(5)
    again = api.call(medical, "POST", "/auto-create-account", TARO)
    assert again.status_code == 201
    account, user = again.json()["voicedriveAccount"], api.world.voicedrive.users["S1"]
    assert account["initialPassword"] == user["initialPassword"]
    assert api.world.voicedrive.made == ["S1"]


WRONG: list[tuple[dict[str, Any], int, list[str]]] = [
    ({"staffId": "S 1"}, 422, ["body.staffId"]),
    ({"staffId": None}, 422, ["body.staffId"]),
    ({"email": "taro", "employeeNumber": "1" * 11}, 422, ["body.employeeNumber", "body.email"]),
    ({"fullName": "a\x00b"}, 422, ["body.fullName"]),
    ({"fullName": "\ud800"}, 422, ["body.fullName"]),
    ({"more": 1}, 422, ["body.more"]),
    ({"facility": {"id": "ANNEX", "name": "別館"}}, 422, ["body.facility.id"]),
    ({"facility": {"id": "hospital", "name": "厚生病院"}}, 422, ["body.facility.id"]),
    ({"department": {"id": "NURSING", "name": "看護"}}, 422, ["body.department.name"]),
    ({"position": {"id": "LEADER", "name": "チームリーダー", "level": 4}}, 422, ["body.position.level"]),
    (
        {"position": {"id": "LEADER", "name": "チームリーダー", "level": "x"}},
        422,
        ["body.position.level"],
    ),
    ({"employeeNumber": "7"}, 409, ["body.employeeNumber"]),
    ({"email": "S7@example.com"}, 409, ["body.email"]),
]


def test_a_wrong_request_is_a_problem_and_nothing_is_written(api: Api, medical: str) -> None:
    with api.world.sessions.begin() as session:
        session.add(person("S7", None, None, None))
        session.flush()
        session.get_one(Staff, "S7").email = "S7@example.com"
    written = (rows(api, Staff), rows(api, Event), rows(api, Account))
    for changed, status, where in WRONG:
        answer = api.call(medical, "POST", "/auto-create-account", {**TARO, **changed})
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
        assert [each["where"] for each in answer.json()["mistakes"]] == where
        assert (rows(api, Staff), rows(api, Event), rows(api, Account)) == written
    assert api.world.voicedrive.calls == 0


def test_the_same_request_many_times_at_once_makes_one_account(api: Api) -> None:
    request, answers = AutoCreateRequest.model_validate(TARO), list[Entered]()
    together = threading.Barrier(4)

    def send() -> None:
        together.wait()
        answers.append(enter(api.world.tools, request))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.outcome for each in answers].count("made") == 1
    assert (len(answers), rows(api, Staff), api.world.voicedrive.made) == (4, 1, ["S1"])
    passwords = {each.answer.voicedrive_account.initial_password for each in answers if each.answer.success}
    assert passwords == {api.world.voicedrive.users["S1"]["initialPassword"]}


def test_a_repeat_that_contradicts_changes_nothing(api: Api, medical: str) -> None:
    api.call(medical, "POST", "/auto-create-account", TARO)
    answer = api.call(medical, "POST", "/auto-create-account", {**TARO, "fullName": "佐藤"})
    assert (answer.status_code, answer.json()["mistakes"]) == (
        409,
        [{"where": "body.fullName", "reason": "this member of staff has another one"}],
    )
    assert api.call(medical, "GET", "/staff/S1").json()["fullName"] == "山田 太郎"


def test_bodies_that_are_no_documents_are_problems(api: Api, medical: str) -> None:
    headers = {"Authorization": f"Bearer {medical}", "Content-Type": "application/json"}
    for body, status in (
        (b"{", 422),
        (b"\xff\xfe", 422),
        (b"[" * 60_000, 400),
        (b'"' + b"x" * 70_000 + b'"', 413),
        (b"", 422),
        (b"null", 422),
    ):
        answer = api.client.request("POST", "/api/v1/auto-create-account", content=body, headers=headers)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json"), (
            body[:9]
        )
    assert api.call(medical, "GET", "/nothing").json()["type"] == "urn:staff-integration:no-such-path"
    answer = api.call(medical, "PUT", "/staff/S1")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, PATCH")


SEEN = {
    # of whom:          own, team, department, elsewhere
    "EXECUTIVE": (200, 200, 200, 200),
    "DEPARTMENT_HEAD": (200, 200, 200, 404),
    "TEAM_LEADER": (200, 200, 404, 404),
    "STAFF": (200, 404, 404, 404),
}
MAY = {
    # reports, edit, approve an interview of the team, enter accounts (systems only), sign others in (systems only)
    "EXECUTIVE": (200, 200, 200, 403, 403),
    "DEPARTMENT_HEAD": (200, 403, 200, 403, 403),
    "TEAM_LEADER": (403, 403, 200, 403, 403),
    "STAFF": (403, 403, 403, 403, 403),
}


def test_each_role_and_each_resource(api: Api, medical: str) -> None:
    with api.world.sessions.begin() as session:
        session.add_all(person(*each) for each in (*PEOPLE.values(), *OTHERS.values()))
        session.flush()
        add_records(session, api.world.clock.now())
    api.world.settle()
    for role, (staff_id, *_) in PEOPLE.items():
        token = api.token_of(staff_id)
        targets = (staff_id, *(each[0] for each in OTHERS.values()))
        for path in (
            "/staff/{}",
            "/staff/{}/account",
            "/staff/{}/audit-log",
            "/interviews/i-{}",
            "/interviews?staffId={}",
            "/evaluations/e-{}",
            "/evaluations?staffId={}",
            "/notifications/n-{}",
            "/notifications?staffId={}",
        ):
            found = tuple(api.call(token, "GET", path.format(each)).status_code for each in targets)
            assert found == SEEN[role], (role, path)
        for resource in ("staff", "interviews", "evaluations", "notifications"):
            rows = api.call(token, "GET", f"/{resource}").json()[resource]
            listed = {each for row in rows for each in row.get("staffIds", [row.get("staffId")])}
            assert tuple(200 if each in listed else 404 for each in targets) == SEEN[role], resource
        assert api.call(token, "GET", f"/staff/{staff_id}").json()["role"] == role
        edit = {"fullName": "新しい 名前"}
        signed = {"username": "S51", "password": "x", "address": "::1"}
        assert (
            api.call(token, "GET", "/reports/synchronisation").status_code,
            api.call(token, "PATCH", "/staff/S51", edit).status_code,
            api.call(token, "POST", "/interviews/i-S51/approval").status_code,
            api.call(token, "POST", "/auto-create-account", TARO).status_code,
            api.call(token, "POST", "/sso/sign-in", signed).status_code,
        ) == MAY[role], role
        for method, path, body in (
            ("PATCH", f"/staff/{staff_id}", edit),
            ("POST", "/staff/S53/departure", None),
            ("POST", "/accounts/1/acknowledgement", None),
            ("GET", "/sso/revocations", None),
            ("POST", "/interviews/i-S53/approval", None),
        ):
            if path.startswith("/interviews"):
                allowed = 404 if role in {"DEPARTMENT_HEAD", "TEAM_LEADER"} else 403
                assert api.call(token, method, path).status_code == (200 if role == "EXECUTIVE" else allowed)
                continue
            expected = 200 if role == "EXECUTIVE" and path.startswith("/staff") else 403
            assert api.call(token, method, path, body).status_code == expected, (role, path)
    voicedrive = api.service("voicedrive")
    for method, path, status in (
        ("GET", "/staff/S40", 200),
        ("GET", "/reports/synchronisation", 403),
        ("POST", "/staff/S40/departure", 403),
        ("POST", "/accounts/1/acknowledgement", 403),
        ("GET", "/sso/revocations", 200),
        ("GET", "/interviews/i-S53", 200),
        ("POST", "/interviews/i-S40/approval", 403),
    ):
        assert api.call(voicedrive, method, path).status_code == status, path
    assert api.call(voicedrive, "POST", "/auto-create-account", TARO).status_code == 403
    assert api.call(medical, "GET", "/reports/synchronisation").json()["reports"][0]["carried"] == 7


def test_no_operation_works_without_a_token_and_every_answer_is_documented(api: Api) -> None:
    document = api.client.request("GET", "/api/v1/openapi.json").json()
    free = {"/api/v1/sso/service-token", "/api/v1/sso/jwks"}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["operationId"]
            problems = {status for status in operation["responses"] if status >= "400"}
            assert {"400", "413", "422", "503"} <= problems
            for status in problems:
                assert list(operation["responses"][status]["content"]) == ["application/problem+json"]
            answer = api.client.request(method, re.sub(r"\{\w+\}", "1", path))
            if path not in free:
                assert answer.status_code == 401, path
                assert answer.headers["WWW-Authenticate"] == "Bearer"
                assert operation["security"] == [{"token": []}]
            assert str(answer.status_code) in operation["responses"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_staff_are_changed_paged_and_leave(api: Api, medical: str) -> None:
    with api.world.sessions.begin() as session:
        session.add_all(person(f"S{number}", "MEMBER", "NURSING", "HOSPITAL") for number in (1, 2, 3))
    api.world.settle()
    first = api.call(medical, "GET", "/staff?limit=2").json()
    assert ([each["staffId"] for each in first["staff"]], first["next"]) == (["S1", "S2"], "S2")
    last = api.call(medical, "GET", "/staff?limit=2&after=S2").json()
    assert ([each["staffId"] for each in last["staff"]], last["next"]) == (["S3"], None)
    assert api.call(medical, "GET", "/staff?limit=0").status_code == 422
    for change, status in (
        ({"facilityId": "ANNEX"}, 422),
        ({"facilityId": "hospital"}, 422),
        ({"fullName": "　"}, 422),
        ({"fullName": None}, 422),
        ({"email": "s2@example.com"}, 409),
        ({"syncStatus": "synced"}, 422),
        ({"email": None, "positionId": "HEAD"}, 200),
    ):
        answer = api.call(medical, "PATCH", "/staff/S1", change)
        assert answer.status_code == status, answer.text
    assert (answer.json()["email"], answer.json()["role"], answer.json()["syncStatus"]) == (
        None,
        "DEPARTMENT_HEAD",
        "pending",
    )
    listed = api.call(medical, "GET", "/staff").json()["staff"]
    assert [each["role"] for each in listed] == ["DEPARTMENT_HEAD", "STAFF", "STAFF"]
    token = api.token_of("S1")
    left = api.call(medical, "POST", "/staff/S1/departure").json()["leftAt"]
    assert api.call(token, "GET", "/staff/S1").status_code == 401
    api.world.clock.sleep(timedelta(minutes=5).total_seconds())
    assert api.call(medical, "POST", "/staff/S1/departure").json()["leftAt"] == left
    assert api.call(medical, "GET", "/sso/revocations").json() == {"staffIds": ["S1"]}
    api.world.settle()
    assert not api.world.voicedrive.users["S1"]["active"]
    assert api.call(medical, "POST", "/auto-create-account", {**TARO}).status_code == 409
    api.world.clock.sleep(timedelta(minutes=20).total_seconds())
    assert api.call(api.service("medical"), "GET", "/sso/revocations").json() == {"staffIds": []}


def test_a_database_that_does_not_answer_is_a_problem(api: Api, medical: str, log: io.StringIO) -> None:
    engine = api.world.sessions.kw["bind"]
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE staff_position RENAME TO hidden")
    try:
        answer = api.call(medical, "POST", "/auto-create-account", TARO)
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE hidden RENAME TO staff_position")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert '"route": "/api/v1/auto-create-account"' in log.getvalue()
    assert rows(api, Staff) == 0
    with api.world.sessions.begin() as session:
        session.execute(delete(SigningKey))
    asked = {"system": "medical", "secret": SECRET}
    assert api.call("", "POST", "/sso/service-token", asked).status_code == 503
    assert '"error": "NoKeyError"' in log.getvalue()
