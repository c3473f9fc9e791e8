"""Task templates: updates of the whole template, and AWS's errors for contradictory templates."""

from typing import Any

import pytest

from reconciler.sandbox.connect import ConnectPlane
from reconciler.sandbox.sandbox_error import SandboxError
from tests.sandbox.connect.contact_centre import Centre, Clock, Refused


def field(name: str, kind: str | None = "TEXT", **more: Any) -> dict[str, Any]:
    return {"Id": {"Name": name}, **({"Type": kind} if kind else {}), **more}


def named(*names: str) -> list[dict[str, Any]]:
    return [{"Id": {"Name": name}} for name in names]


TITLE = field("Title", "NAME")
WHOLE: dict[str, Any] = {
    "Fields": [TITLE, field("Who", "QUICK_CONNECT"), field("Size", "NUMBER")],
    "Constraints": {"RequiredFields": named("Title")},
    "Status": "ACTIVE",
}


def properties(error: pytest.ExceptionInfo[SandboxError]) -> Any:
    return error.value.members["PropertyList"]


def make(centre: Centre, name: str = "Callback", **more: Any) -> str:
    made: str = centre("CreateTaskTemplate", Name=name, **{**WHOLE, **more})["Id"]
    return made


def test_a_template_lives(centre: Centre, clock: Clock, refused: Refused) -> None:
    flow = centre.flow("Sample inbound flow (first contact experience)")
    made = make(centre, Description="Calls back", ContactFlowId=f"{centre.arn}/contact-flow/{flow}")
    template = centre("GetTaskTemplate", TaskTemplateId=made)
    assert template["Arn"] == f"{centre.arn}/task-template/{made}"
    assert (template["ContactFlowId"], template["InstanceId"]) == (flow, centre.id)
    centre.plain("TagResource", resourceArn=template["Arn"], tags={"team": "a"})
    clock.advance(60)
    reply = centre("UpdateTaskTemplate", TaskTemplateId=made, **{**WHOLE, "Status": "INACTIVE"})
    assert (reply["Name"], reply["Status"]) == ("Callback", "INACTIVE")
    assert not {"Description", "ContactFlowId"} & reply.keys()
    after = centre("GetTaskTemplate", TaskTemplateId=template["Arn"])
    assert after == {**reply, "Tags": {"team": "a"}}
    assert after["LastModifiedTime"] > after["CreatedTime"]
    with refused("ResourceNotFoundException"):
        centre("GetTaskTemplate", TaskTemplateId=made, SnapshotVersion="1")
    centre("DeleteTaskTemplate", TaskTemplateId=made)
    with refused("ResourceNotFoundException"):
        centre("GetTaskTemplate", TaskTemplateId=made)


def test_templates_are_listed(centre: Centre) -> None:
    make(centre, "A")
    make(centre, "B", Status="INACTIVE")

    def names(**asked: Any) -> list[str]:
        return [row["Name"] for row in centre.rows("ListTaskTemplates", "TaskTemplates", **asked)]

    assert (names(), names(Status="INACTIVE"), names(Name="A")) == (["A", "B"], ["B"], ["A"])


def test_a_name_is_taken_once(centre: Centre, refused: Refused) -> None:
    make(centre)
    other = make(centre, "Other")
    with refused("PropertyValidationException") as error:
        make(centre)
    assert properties(error)[0]["Reason"] == "RESOURCE_NAME_ALREADY_EXISTS"
    with refused("PropertyValidationException"):
        centre("UpdateTaskTemplate", TaskTemplateId=other, Name="Callback", **WHOLE)
    centre("UpdateTaskTemplate", TaskTemplateId=other, Name="Other", **WHOLE)


CONSTRAINTS = WHOLE["Constraints"]
DEFAULTS = [{"Id": {"Name": "Size"}, "DefaultValue": "big"}]


@pytest.mark.parametrize(
    ("changes", "path", "reason"),
    [
        ({"Constraints": {}}, "Constraints", "REQUIRED_PROPERTY_MISSING"),
        ({"Fields": [TITLE]}, "ContactFlowId", "REQUIRED_PROPERTY_MISSING"),
        ({"Fields": [field("Who", "QUICK_CONNECT")]}, "Fields", "REQUIRED_PROPERTY_MISSING"),
        (
            {"Fields": [*WHOLE["Fields"], field("Again", "NAME")]},
            "Fields",
            "UNIQUE_CONSTRAINT_VIOLATED",
        ),
        ({"Fields": [*WHOLE["Fields"], TITLE]}, "Fields[3].Id.Name", "UNIQUE_CONSTRAINT_VIOLATED"),
        (
            {"Fields": [*WHOLE["Fields"], {"Id": {}, "Type": "URL"}]},
            "Fields[3].Id.Name",
            "REQUIRED_PROPERTY_MISSING",
        ),
        ({"Fields": [*WHOLE["Fields"], field("X", None)]}, "Fields[3].Type", "REQUIRED_PROPERTY_MISSING"),
        (
            {"Fields": [*WHOLE["Fields"], field("X", "SINGLE_SELECT")]},
            "Fields[3].SingleSelectOptions",
            "REQUIRED_PROPERTY_MISSING",
        ),
        (
            {"Constraints": {"RequiredFields": named("Who")}},
            "Constraints.RequiredFields",
            "REQUIRED_PROPERTY_MISSING",
        ),
        (
            {"Constraints": {**CONSTRAINTS, "InvisibleFields": named("Lost")}},
            "Constraints.InvisibleFields[0].Id.Name",
            "REFERENCED_RESOURCE_NOT_FOUND",
        ),
        (
            {"Defaults": {"DefaultFieldValues": DEFAULTS}},
            "Defaults.DefaultFieldValues[0].DefaultValue",
            "TYPE_MISMATCH",
        ),
        (
            {"Defaults": {"DefaultFieldValues": named("Lost")}},
            "Defaults.DefaultFieldValues[0].Id.Name",
            "REFERENCED_RESOURCE_NOT_FOUND",
        ),
        ({"SelfAssignFlowId": "lost"}, "SelfAssignFlowId", "REFERENCED_RESOURCE_NOT_FOUND"),
        (
            {"ContactHooks": {"WrapUpFlowId": "lost"}},
            "ContactHooks.WrapUpFlowId",
            "REFERENCED_RESOURCE_NOT_FOUND",
        ),
    ],
)
def test_problems(centre: Centre, refused: Refused, changes: Any, path: str, reason: str) -> None:
    with refused("PropertyValidationException") as error:
        make(centre, **changes)
    [problem] = properties(error)
    assert (problem["PropertyPath"], problem["Reason"]) == (path, reason)


def test_an_update_must_say_the_status(centre: Centre, refused: Refused) -> None:
    made = make(centre)
    partial = {"Fields": WHOLE["Fields"], "Constraints": CONSTRAINTS}
    with refused("PropertyValidationException") as error:
        centre("UpdateTaskTemplate", TaskTemplateId=made, **partial)
    assert properties(error)[0]["PropertyPath"] == "Status"


def test_good_defaults(centre: Centre) -> None:
    fields = [*WHOLE["Fields"], field("Urgent", "BOOLEAN"), field("Why", "SINGLE_SELECT")]
    fields[-1]["SingleSelectOptions"] = ["a"]
    values = {"Size": "-1.5", "Urgent": "true", "Why": "a", "Title": "Call"}
    defaults = [{"Id": {"Name": name}, "DefaultValue": value} for name, value in values.items()]
    make(centre, Fields=fields, Defaults={"DefaultFieldValues": defaults})


def test_quotas(centre: Centre, plane: ConnectPlane, refused: Refused) -> None:
    with refused("ServiceQuotaExceededException"):
        make(centre, Fields=[*WHOLE["Fields"], *(field(f"F{number}") for number in range(48))])
    for number in range(50):
        make(centre, f"T{number}")
    with refused("ServiceQuotaExceededException"):
        make(centre, "One more")


def test_a_template_holds_its_flow(centre: Centre, refused: Refused) -> None:
    end = '{"Identifier": "a", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}'
    content = f'{{"Version": "2019-10-30", "StartAction": "a", "Actions": [{end}]}}'
    flow = centre("CreateContactFlow", Name="Task", Type="CONTACT_FLOW", Content=content)["ContactFlowId"]
    made = make(centre, ContactFlowId=flow)
    with refused("ResourceInUseException"):
        centre("DeleteContactFlow", ContactFlowId=flow)
    centre("DeleteTaskTemplate", TaskTemplateId=made)
    centre("DeleteContactFlow", ContactFlowId=flow)
