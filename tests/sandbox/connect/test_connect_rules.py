"""Rules: create, change, delete, references, actions of events, search."""

import json
from typing import Any

import pytest

from reconciler.sandbox.connect import ConnectPlane
from tests.sandbox.connect.contact_centre import Centre, Clock, Refused

FUNCTION = json.dumps({"Version": "2022-11-25", "RuleFunction": {"Operator": "OR", "Operands": []}})
CATEGORY = {"ActionType": "ASSIGN_CONTACT_CATEGORY", "AssignContactCategoryAction": {}}
SOURCE = "OnPostCallAnalysisAvailable"


def make(centre: Centre, name: str = "Angry", source: Any = SOURCE, **more: Any) -> str:
    source = source if isinstance(source, dict) else {"EventSourceName": source}
    settings = {"Function": FUNCTION, "Actions": [CATEGORY], "PublishStatus": "DRAFT", **more}
    made: str = centre("CreateRule", Name=name, TriggerEventSource=source, **settings)["RuleId"]
    return made


def described(centre: Centre, rule: str) -> Any:
    return centre("DescribeRule", RuleId=rule)["Rule"]


def test_a_rule_lives(centre: Centre, clock: Clock, refused: Refused) -> None:
    tag = {"ResourceType": "CONTACT", "FilterType": "TAG", "FilterKey": "a", "FilterValue": "b"}
    filters = {"AndConditions": [{**tag, "Operator": "EQUALS"}]}
    rule = make(centre, Tags={"team": "a"}, PreEvaluationFilters=filters)
    before = described(centre, rule)
    assert before["RuleArn"] == f"{centre.arn}/rule/{rule}"
    assert (before["Function"], before["Actions"]) == (FUNCTION, [CATEGORY])
    assert before["PreEvaluationFilters"] == filters
    clock.advance(60)
    changes = {"Function": FUNCTION, "Actions": [CATEGORY], "PublishStatus": "PUBLISHED"}
    centre("UpdateRule", RuleId=rule, Name="Furious", **changes)
    after = described(centre, rule)
    assert (after["Name"], after["PublishStatus"], after["Tags"]) == ("Furious", "PUBLISHED", {"team": "a"})
    assert "PreEvaluationFilters" not in after
    assert after["LastUpdatedTime"] > before["LastUpdatedTime"]
    centre("DeleteRule", RuleId=rule)
    with refused("ResourceNotFoundException"):
        described(centre, rule)


def test_names_are_unique(centre: Centre, refused: Refused) -> None:
    make(centre)
    other = make(centre, "Other")
    with refused("ResourceConflictException"):
        make(centre)
    changes = {"Function": FUNCTION, "Actions": [CATEGORY], "PublishStatus": "DRAFT"}
    with refused("ResourceConflictException"):
        centre("UpdateRule", RuleId=other, Name="Angry", **changes)


def test_what_a_rule_names_must_be_there(centre: Centre, refused: Refused) -> None:
    flow = centre.flow()
    task = {"ActionType": "CREATE_TASK", "TaskAction": {"Name": "Call", "ContactFlowId": "lost"}}
    with refused("ResourceNotFoundException"):
        make(centre, Actions=[task])
    task = {"ActionType": "CREATE_TASK", "TaskAction": {"Name": "Call", "ContactFlowId": flow}}
    assert described(centre, make(centre, Actions=[task]))["Actions"] == [task]
    note = {"DeliveryMethod": "EMAIL", "Content": "Hi", "ContentType": "PLAIN_TEXT"}
    mail = {"ActionType": "SEND_NOTIFICATION"}
    with refused("ResourceNotFoundException"):
        lost = {**mail, "SendNotificationAction": {**note, "Recipient": {"UserIds": ["lost"]}}}
        make(centre, "Mail", Actions=[lost])
    user = {**mail, "SendNotificationAction": {**note, "Recipient": {"UserIds": [centre.make_user()]}}}
    make(centre, "Mail", Actions=[user])


@pytest.mark.parametrize(
    "changes",
    [
        {"Function": "no JSON"},
        {"Function": "[]"},
        {"Actions": [{"ActionType": "CREATE_TASK"}]},
        {"Actions": [{"ActionType": "CREATE_CASE", "EventBridgeAction": {"Name": "x"}}]},
        {"Actions": [{"ActionType": "END_ASSOCIATED_TASKS", "EndAssociatedTasksAction": {}}]},
        {"source": "OnZendeskTicketCreate"},
        {"source": "OnCaseCreate"},
    ],
)
def test_what_does_not_fit_is_refused(centre: Centre, refused: Refused, changes: Any) -> None:
    with refused("InvalidRequestException"):
        make(centre, **changes)


def test_rules_are_counted_by_source(centre: Centre, plane: ConnectPlane, refused: Refused) -> None:
    for number in range(500):
        make(centre, f"R{number}")
    with refused("ServiceQuotaExceededException"):
        make(centre, "One more")
    make(centre, "Elsewhere", "OnPostChatAnalysisAvailable")
    plane.quotas["Rule"] = 501
    with refused("ServiceQuotaExceededException"):
        make(centre, "Elsewhere 2", "OnPostChatAnalysisAvailable")


def test_rules_are_listed_and_searched(centre: Centre) -> None:
    make(centre, "One", Tags={"team": "a"})
    make(centre, "Two", "OnPostChatAnalysisAvailable", PublishStatus="PUBLISHED")

    def listed(**asked: Any) -> list[str]:
        return [row["Name"] for row in centre.rows("ListRules", "RuleSummaryList", **asked)]

    def found(field: str, value: str) -> list[str]:
        criteria = {"StringCondition": {"FieldName": field, "Value": value}}
        return [row["Name"] for row in centre.rows("SearchRules", "Rules", SearchCriteria=criteria)]

    assert listed() == ["One", "Two"]
    assert listed(PublishStatus="PUBLISHED") == ["Two"]
    assert listed(EventSourceName=SOURCE) == ["One"]
    assert found("Name", "Two") == found("PublishStatus", "PUBLISHED") == ["Two"]
    assert found("EventSourceName", SOURCE) == ["One"]
    assert found("ActionSummaries", "ASSIGN_CONTACT_CATEGORY") == ["One", "Two"]
    row = centre("SearchRules")["Rules"][0]
    assert row["ActionSummaries"] == [{"ActionType": "ASSIGN_CONTACT_CATEGORY"}]
    assert not {"Function", "Actions"} & row.keys()


def test_a_form_in_a_rule_stays(centre: Centre, refused: Refused) -> None:
    asked = {"Title": "q", "RefId": "q", "QuestionType": "TEXT"}
    items = [{"Section": {"Title": "s", "RefId": "s", "Items": [{"Question": asked}]}}]
    form = centre("CreateEvaluationForm", Title="Quality", Items=items)["EvaluationFormId"]
    action = {"ActionType": "SUBMIT_AUTO_EVALUATION"}
    make(centre, Actions=[{**action, "SubmitAutoEvaluationAction": {"EvaluationFormId": form}}])
    with refused("ResourceConflictException"):
        centre("DeleteEvaluationForm", EvaluationFormId=form)
