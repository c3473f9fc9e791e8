"""Interviews, evaluations and notifications of the API."""

import pytest
from sqlalchemy import select
from staff_integration.api.problems import PREFIX
from staff_integration.record_tables import Interview, NotificationRecipient
from staff_integration.sign_in_tables import Audit

from tests.staff_integration.calls import Api
from tests.staff_integration.organisation import OTHERS, PEOPLE, add_records, person


@pytest.fixture
def filled(api: Api) -> Api:
    with api.world.sessions.begin() as session:
        session.add_all(person(*each) for each in (*PEOPLE.values(), *OTHERS.values()))
        session.flush()
        add_records(session, api.world.clock.now())
    api.world.settle()
    return api


def test_an_interview_is_approved_once_and_the_audit_log_says_by_whom(filled: Api) -> None:
    leader, head = filled.token_of("S30"), filled.token_of("S20")
    path = "/interviews/i-S40/approval"
    first = filled.call(leader, "POST", path)
    assert (first.status_code, first.json()["state"], first.json()["approvedBy"]) == (200, "approved", "S30")
    filled.world.clock.sleep(60)
    for token in (leader, head):
        assert filled.call(token, "POST", path).json() == first.json()
    own = filled.call(filled.token_of("S40"), "GET", "/interviews").json()["interviews"]
    assert own == [first.json()]
    with filled.world.sessions.begin() as session:
        approvals = select(Audit.staff_id, Audit.record).where(Audit.event == "interview_approved")
        assert [tuple(each) for each in session.execute(approvals)] == [("S30", "interview:i-S40")]
        session.get_one(Interview, "i-S51").state = "cancelled"
    log = filled.call(leader, "GET", "/staff/S30/audit-log").json()["entries"]
    assert log[0]["record"] == "interview:i-S40"
    for who, name, status, kind in (
        ("S30", "i-S51", 409, "cancelled"),
        ("S30", "i-S52", 404, "no-such-interview"),
        ("S30", "i-S99", 404, "no-such-interview"),
        ("S40", "i-S40", 403, "not-permitted"),
        ("medical", "i-S40", 403, "staff-only"),
        ("voicedrive", "i-S40", 403, "not-permitted"),
    ):
        if who in {"medical", "voicedrive"}:
            token = filled.service("medical" if who == "medical" else "voicedrive")
        else:
            token = filled.token_of(who)
        answer = filled.call(token, "POST", f"/interviews/{name}/approval")
        assert (answer.status_code, answer.json()["type"]) == (status, f"{PREFIX}{kind}"), (who, name)


def test_records_are_paged_and_recipients_beyond_the_scope_are_not_named(filled: Api) -> None:
    medical, leader = filled.service("medical"), filled.token_of("S30")
    for resource, key, letter in (
        ("interviews", "interviewId", "i"),
        ("evaluations", "evaluationId", "e"),
        ("notifications", "notificationId", "n"),
    ):
        ids: list[str] = []
        after: str | None = ""
        while after is not None:
            page = filled.call(medical, "GET", f"/{resource}?limit=3{after}").json()
            assert len(page[resource]) <= 3
            ids += [each[key] for each in page[resource]]
            after = f"&after={page['next']}" if page["next"] else None
        everybody = [*PEOPLE.values(), *OTHERS.values()]
        expected = {f"{letter}-{each[0]}" for each in everybody} | ({"n-ALL"} if letter == "n" else set())
        assert ids == sorted(expected)
        assert filled.call(medical, "GET", f"/{resource}?limit=201").status_code == 422
        assert filled.call(leader, "GET", f"/{resource}/{letter}-S53").status_code == 404
        answer = filled.call(leader, "GET", f"/{resource}?staffId=S53")
        assert (answer.status_code, answer.json()["type"]) == (404, f"{PREFIX}no-such-staff")
        found = filled.call(leader, "GET", f"/{resource}?staffId=S40").json()[resource]
        assert [each[key] for each in found] == [*(["n-ALL"] if letter == "n" else []), f"{letter}-S40"]
    with filled.world.sessions.begin() as session:
        session.add(NotificationRecipient(notification_id="n-S40", staff_id="S53"))
    seen = filled.call(leader, "GET", "/notifications/n-S40").json()
    assert (seen["staffIds"], seen["forEverybody"], seen["title"]) == (["S40"], False, "研修")
    assert filled.call(medical, "GET", "/notifications/n-S40").json()["staffIds"] == ["S40", "S53"]
    everybody = filled.call(leader, "GET", "/notifications/n-ALL").json()
    assert (everybody["staffIds"], everybody["forEverybody"]) == ([], True)
