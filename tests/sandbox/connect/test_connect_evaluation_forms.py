"""Evaluation forms: versions, activation, locks, validation, search."""

from typing import Any

import pytest

from reconciler.sandbox.connect import ConnectPlane
from tests.sandbox.connect.contact_centre import Centre, Clock, Refused


def question(ref: str, kind: str = "TEXT", **properties: Any) -> dict[str, Any]:
    body = {"Title": ref, "RefId": ref, "QuestionType": kind}
    return {"Question": {**body, **({"QuestionTypeProperties": properties} if properties else {})}}


def section(ref: str, *items: Any) -> dict[str, Any]:
    return {"Section": {"Title": ref, "RefId": ref, "Items": list(items)}}


ITEMS = [section("s", question("q"))]


def make(centre: Centre, title: str = "Quality", **more: Any) -> str:
    made: str = centre("CreateEvaluationForm", **{"Title": title, "Items": ITEMS, **more})["EvaluationFormId"]
    return made


def described(centre: Centre, form: str, version: int | None = None) -> Any:
    asked = {"EvaluationFormVersion": version} if version else {}
    return centre("DescribeEvaluationForm", EvaluationFormId=form, **asked)["EvaluationForm"]


def update(centre: Centre, form: str, version: int = 1, **more: Any) -> int:
    content = {"Title": "Quality", "Items": ITEMS, **more}
    reply = centre("UpdateEvaluationForm", EvaluationFormId=form, EvaluationFormVersion=version, **content)
    found: int = reply["EvaluationFormVersion"]
    return found


def test_a_form_lives(centre: Centre, clock: Clock, refused: Refused) -> None:
    form = make(centre, Description="Asks", Tags={"team": "a"})
    before = described(centre, form)
    assert before["EvaluationFormArn"] == f"{centre.arn}/evaluation-form/{form}"
    assert (before["EvaluationFormVersion"], before["Status"], before["Locked"]) == (1, "DRAFT", False)
    assert before["CreatedBy"] == "arn:aws:iam::111111111111:user/sandbox"
    clock.advance(60)
    assert update(centre, form, Title="Quality 2") == 1
    after = described(centre, form)
    assert "Description" not in after
    assert (after["Title"], after["Tags"]) == ("Quality 2", {"team": "a"})
    assert after["LastModifiedTime"] > before["LastModifiedTime"]
    [listed] = centre.rows("ListEvaluationForms", "EvaluationFormSummaryList")
    assert (listed["Title"], listed["LatestVersion"]) == ("Quality 2", 1)
    centre("DeleteEvaluationForm", EvaluationFormId=form)
    with refused("ResourceNotFoundException"):
        described(centre, form)


def test_an_active_version_is_locked(centre: Centre, refused: Refused) -> None:
    form = make(centre)
    centre("ActivateEvaluationForm", EvaluationFormId=form, EvaluationFormVersion=1)
    assert (described(centre, form)["Status"], described(centre, form)["Locked"]) == ("ACTIVE", True)
    with refused("ResourceConflictException"):
        update(centre, form)
    assert update(centre, form, CreateNewVersion=True, Description="New") == 2
    assert described(centre, form)["Status"] == "DRAFT"
    assert "Description" not in described(centre, form, 1)
    for whole in ({}, {"EvaluationFormVersion": 1}):
        with refused("ResourceConflictException"):
            centre("DeleteEvaluationForm", EvaluationFormId=form, **whole)
    centre("ActivateEvaluationForm", EvaluationFormId=form, EvaluationFormVersion=2)
    rows = centre.rows(
        "ListEvaluationFormVersions", "EvaluationFormVersionSummaryList", EvaluationFormId=form
    )
    assert [(row["EvaluationFormVersion"], row["Status"], row["Locked"]) for row in rows] == [
        (2, "ACTIVE", True),
        (1, "DRAFT", True),
    ]
    [listed] = centre.rows("ListEvaluationForms", "EvaluationFormSummaryList")
    assert (listed["ActiveVersion"], "LastActivatedTime" in listed) == (2, True)
    with refused("ResourceConflictException"):
        centre("DeactivateEvaluationForm", EvaluationFormId=form, EvaluationFormVersion=1)
    centre("DeactivateEvaluationForm", EvaluationFormId=form, EvaluationFormVersion=2)
    centre("DeleteEvaluationForm", EvaluationFormId=form, EvaluationFormVersion=1)
    with refused("ResourceNotFoundException"):
        described(centre, form, 1)
    centre("DeleteEvaluationForm", EvaluationFormId=form, EvaluationFormVersion=2)
    assert centre.rows("ListEvaluationForms", "EvaluationFormSummaryList") == []


def test_titles_are_unique(centre: Centre, refused: Refused) -> None:
    make(centre)
    other = make(centre, "Other")
    with refused("ResourceConflictException"):
        make(centre)
    with refused("ResourceConflictException"):
        update(centre, other)


@pytest.mark.parametrize(
    "items",
    [
        [question("q")],
        [section("s", question("s"))],
        [section("a", section("b", section("c", question("q"))))],
        [section("s", *(question(str(number)) for number in range(101)))],
        [section("s", question("q", "SINGLESELECT"))],
        [section("s", question("q", "NUMERIC", Numeric={"MinValue": 2, "MaxValue": 1}))],
    ],
)
def test_bad_items(centre: Centre, refused: Refused, items: Any) -> None:
    with refused("InvalidParameterException"):
        make(centre, Items=items)


def test_an_empty_section_is_accepted(centre: Centre) -> None:
    form = make(centre, Items=[section("empty")])
    assert described(centre, form)["Items"] == [section("empty")]
    centre("ActivateEvaluationForm", EvaluationFormId=form, EvaluationFormVersion=1)


def test_a_draft_may_be_incomplete_until_it_is_activated(centre: Centre, refused: Refused) -> None:
    form = make(centre, Items=[section("s", question("q", "SINGLESELECT"))], AsDraft=True)
    with refused("InvalidParameterException"):
        centre("ActivateEvaluationForm", EvaluationFormId=form, EvaluationFormVersion=1)
    update(centre, form)
    centre("ActivateEvaluationForm", EvaluationFormId=form, EvaluationFormVersion=1)


def test_reviewers_must_exist(centre: Centre, refused: Refused) -> None:
    user = centre.make_user()

    def review(user_id: str) -> dict[str, Any]:
        return {"ReviewNotificationRecipients": [{"Type": "USER_ID", "Value": {"UserId": user_id}}]}

    make(centre, ReviewConfiguration=review(user))
    with refused("ResourceNotFoundException"):
        make(centre, "Other", ReviewConfiguration=review("lost"))


def test_quotas(centre: Centre, plane: ConnectPlane, refused: Refused) -> None:
    form = make(centre)
    for _ in range(49):
        update(centre, form, CreateNewVersion=True)
    with refused("ServiceQuotaExceededException"):
        update(centre, form, CreateNewVersion=True)
    plane.quotas["EvaluationForm"] = 1
    with refused("ServiceQuotaExceededException"):
        make(centre, "Other")


def test_aws_looks_at_a_form(centre: Centre, plane: ConnectPlane, clock: Clock, refused: Refused) -> None:
    plane.form_validation_seconds = 10
    form = make(centre, Items=[section("s", question("q", "SINGLESELECT"))], AsDraft=True)
    with refused("ResourceNotFoundException"):
        centre("GetEvaluationFormValidation", EvaluationFormId=form)
    version = {"EvaluationFormId": form, "EvaluationFormVersion": 1}
    centre("StartEvaluationFormValidation", **version)
    assert described(centre, form)["LatestValidationStatus"] == "IN_PROGRESS"
    with refused("ResourceConflictException"):
        centre("StartEvaluationFormValidation", **version)
    assert centre("GetEvaluationFormValidation", **version)["Findings"] == []
    clock.advance(10)
    found = centre("GetEvaluationFormValidation", **version)
    assert (found["Status"], found["Findings"][0]["Severity"]) == ("COMPLETED", "ERROR")
    [newest] = centre.rows(
        "ListEvaluationFormAIVersions", "AIVersionSummaries", ContactInteractionType="AGENT"
    )
    assert newest["AIVersionLifecycle"]["Status"] == "LATEST"


def test_forms_are_searched(centre: Centre, clock: Clock) -> None:
    make(
        centre, "One", Description="First", Tags={"team": "a"}, AutoEvaluationConfiguration={"Enabled": True}
    )
    clock.advance(3600)
    two = make(centre, "Two", TargetConfiguration={"ContactInteractionType": "AGENT"})
    centre("ActivateEvaluationForm", EvaluationFormId=two, EvaluationFormVersion=1)

    def titles(**criteria: Any) -> list[str]:
        asked = {"SearchCriteria": criteria} if criteria else {}
        rows = centre.rows("SearchEvaluationForms", "EvaluationFormSearchSummaryList", **asked)
        return [row["Title"] for row in rows]

    first = centre("SearchEvaluationForms")["EvaluationFormSearchSummaryList"][0]
    assert (first["AutoEvaluationEnabled"], first["Tags"], "Items" in first) == (True, {"team": "a"}, False)
    assert titles() == ["One", "Two"]
    assert titles(StringCondition={"FieldName": "title", "Value": "One"}) == ["One"]
    assert titles(StringCondition={"FieldName": "status", "Value": "ACTIVE"}) == ["Two"]
    enabled = {"FieldName": "autoEvaluationEnabled", "ComparisonType": "IS_FALSE"}
    assert titles(BooleanCondition=enabled) == ["Two"]
    number = {"FieldName": "activeVersion", "MinValue": 1, "ComparisonType": "GREATER_OR_EQUAL"}
    assert titles(NumberCondition=number) == ["Two"]
    time = {"FieldName": "createdTime", "MaxValue": "2027-01-15T08:30:00Z", "ComparisonType": "RANGE"}
    assert titles(DateTimeCondition=time) == ["One"]
    later = {"FieldName": "createdTime", "MinValue": "2027-01-15T08:30:00", "ComparisonType": "GREATER_THAN"}
    assert titles(DateTimeCondition=later) == ["Two"]
