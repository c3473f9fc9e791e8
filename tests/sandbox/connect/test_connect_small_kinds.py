"""Agent statuses, prompts, predefined attributes."""

from typing import Any

import pytest

from reconciler.sandbox.connect import ConnectPlane
from tests.sandbox.connect.contact_centre import Centre, Refused


def test_an_agent_status_lives_for_ever(centre: Centre, plane: ConnectPlane, refused: Refused) -> None:
    made = centre("CreateAgentStatus", Name="Lunch", State="ENABLED", Description="Eats")["AgentStatusId"]

    def described() -> dict[str, Any]:
        found: dict[str, Any] = centre("DescribeAgentStatus", AgentStatusId=made)["AgentStatus"]
        return found

    assert (described()["Type"], described()["DisplayOrder"]) == ("CUSTOM", 3)
    assert described()["AgentStatusARN"] == f"{centre.arn}/agent-state/{made}"
    change = {"State": "DISABLED", "DisplayOrder": 7, "Description": ""}
    centre("UpdateAgentStatus", AgentStatusId=made, **change)
    assert (described()["State"], described()["DisplayOrder"]) == ("DISABLED", 7)
    assert "Description" not in described()
    centre("UpdateAgentStatus", AgentStatusId=made, ResetOrderNumber=True)
    assert "DisplayOrder" not in described()
    with refused("DuplicateResourceException"):
        centre("CreateAgentStatus", Name="Lunch", State="ENABLED")
    with refused("DuplicateResourceException"):
        centre("UpdateAgentStatus", AgentStatusId=made, Name="Available")
    assert "DeleteAgentStatus" not in plane.operations


def test_built_in_statuses_are_renamed_not_disabled(centre: Centre, refused: Refused) -> None:
    available = centre.named("ListAgentStatuses", "AgentStatusSummaryList", "Available")
    centre("UpdateAgentStatus", AgentStatusId=available, Name="Ready")
    with refused("InvalidRequestException"):
        centre("UpdateAgentStatus", AgentStatusId=available, State="DISABLED")
    key = "AgentStatusSummaryList"
    rows = centre.rows("ListAgentStatuses", key, AgentStatusTypes=["ROUTABLE"])
    assert [row["Name"] for row in rows] == ["Ready"]


def test_at_most_fifty_statuses(centre: Centre, refused: Refused) -> None:
    for number in range(48):
        centre("CreateAgentStatus", Name=f"S{number}", State="ENABLED")
    with refused("LimitExceededException"):
        centre("CreateAgentStatus", Name="One more", State="ENABLED")


def test_a_prompt_lives(centre: Centre, refused: Refused) -> None:
    made = centre("CreatePrompt", Name="Hello", S3Uri="s3://bucket/hello.wav")["PromptId"]

    def described() -> dict[str, Any]:
        found: dict[str, Any] = centre("DescribePrompt", PromptId=made)["Prompt"]
        return found

    before = described()
    assert "S3Uri" not in before
    reply = centre("UpdatePrompt", PromptId=made, Name="Hi", S3Uri="s3://bucket/hi.wav")
    assert reply["PromptId"] == made
    assert described()["LastModifiedTime"] > before["LastModifiedTime"]
    assert centre("GetPromptFile", PromptId=made)["PromptPresignedUrl"].startswith("https://")
    with refused("DuplicateResourceException"):
        centre("CreatePrompt", Name="Hi", S3Uri="s3://bucket/hi.wav")
    with refused("InvalidRequestException"):
        centre("UpdatePrompt", PromptId=made, Name="Beep.wav")
    with refused("InvalidParameterException"):
        centre("CreatePrompt", Name="Bad", S3Uri="bucket/hi.wav")
    assert "Hi" in {row["Name"] for row in centre.rows("SearchPrompts", "Prompts")}
    centre("DeletePrompt", PromptId=made)
    with refused("ResourceNotFoundException"):
        described()


@pytest.mark.parametrize("name", ["Skill", "with / slash"])
def test_a_predefined_attribute_is_its_name(centre: Centre, refused: Refused, name: str) -> None:
    centre("CreatePredefinedAttribute", Name=name, Values={"StringList": ["a"]}, Purposes=["ROUTING"])

    def described() -> dict[str, Any]:
        found: dict[str, Any] = centre("DescribePredefinedAttribute", Name=name)["PredefinedAttribute"]
        return found

    before = described()
    assert "Tags" not in before
    centre("UpdatePredefinedAttribute", Name=name, Values={"StringList": ["b"]})
    assert (described()["Values"], described()["Purposes"]) == ({"StringList": ["b"]}, ["ROUTING"])
    [listed] = centre.rows("ListPredefinedAttributes", "PredefinedAttributeSummaryList")
    assert listed["LastModifiedTime"] > before["LastModifiedTime"]
    assert centre.rows("SearchPredefinedAttributes", "PredefinedAttributes") == [described()]
    with refused("DuplicateResourceException"):
        centre("CreatePredefinedAttribute", Name=name)
    centre("DeletePredefinedAttribute", Name=name)
    with refused("ResourceNotFoundException"):
        described()
