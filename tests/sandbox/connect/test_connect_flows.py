"""Contact flows: drafts, published content, versions and aliases."""

import hashlib
import json
from typing import Any

import pytest

from reconciler.sandbox.connect import ConnectPlane
from tests.sandbox.connect.contact_centre import Centre, Refused


def flow(text: str = "Hello") -> str:
    say = {
        "Identifier": "say",
        "Type": "MessageParticipant",
        "Parameters": {"Text": text},
        "Transitions": {"NextAction": "end"},
    }
    end = {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
    return json.dumps({"Version": "2019-10-30", "StartAction": "say", "Actions": [say, end]})


def make(centre: Centre, name: str = "Main", content: str | None = None, **more: Any) -> str:
    settings = {"Type": "CONTACT_FLOW", "Content": content or flow(), **more}
    made: str = centre("CreateContactFlow", Name=name, **settings)["ContactFlowId"]
    return made


def described(centre: Centre, reference: str) -> dict[str, Any]:
    found: dict[str, Any] = centre("DescribeContactFlow", ContactFlowId=reference)["ContactFlow"]
    return found


def test_a_flow_is_live_unless_it_says_saved(centre: Centre, refused: Refused) -> None:
    made = centre("CreateContactFlow", Name="Main", Type="CONTACT_FLOW", Content=flow(), Tags={"a": "b"})
    live = described(centre, made["ContactFlowId"])
    assert (live["Status"], live["State"], live["Content"]) == ("PUBLISHED", "ACTIVE", flow())
    assert live["FlowContentSha256"] == made["FlowContentSha256"]
    assert live["FlowContentSha256"] != hashlib.sha256(flow().encode()).hexdigest()
    assert described(centre, made["ContactFlowArn"])["Tags"] == {"a": "b"}
    draft = make(centre, "Draft", "anything at all", Status="SAVED")
    with refused("ContactFlowNotPublishedException"):
        described(centre, draft)
    saved = described(centre, f"{draft}:$SAVED")
    assert (saved["Status"], saved["Content"]) == ("SAVED", "anything at all")
    assert "FlowContentSha256" not in saved


def test_a_draft_lives_beside_what_is_published(centre: Centre) -> None:
    made = make(centre)
    arn = described(centre, made)["Arn"]
    before = described(centre, made)
    centre("UpdateContactFlowContent", ContactFlowId=f"{arn}:$SAVED", Content="draft")
    assert described(centre, made)["Content"] == flow()
    assert described(centre, f"{arn}:$SAVED")["Content"] == "draft"
    assert described(centre, made)["LastModifiedTime"] > before["LastModifiedTime"]
    centre("UpdateContactFlowContent", ContactFlowId=made, Content=flow("Goodbye"))
    assert described(centre, made)["Content"] == flow("Goodbye")
    assert described(centre, f"{made}:$SAVED")["Content"] == flow("Goodbye")
    assert described(centre, made)["FlowContentSha256"] != before["FlowContentSha256"]


def test_updating_a_draft_by_its_id_publishes_it(centre: Centre, refused: Refused) -> None:
    made = make(centre, Content="rubbish", Status="SAVED")
    with refused("InvalidContactFlowException"):
        centre("UpdateContactFlowContent", ContactFlowId=made, Content="rubbish")
    centre("UpdateContactFlowContent", ContactFlowId=made, Content=flow())
    assert described(centre, made)["Status"] == "PUBLISHED"


def test_bad_content_is_refused_with_its_problems(centre: Centre, refused: Refused) -> None:
    bad = flow().replace("MessageParticipant", "PlayPrompt")
    with refused("InvalidContactFlowException") as error:
        make(centre, content=bad)
    assert error.value.message == ""
    assert error.value.members["problems"] == [{"message": "Invalid Action type. Type: PlayPrompt"}]
    assert "Main" not in {row["Name"] for row in centre.rows("ListContactFlows", "ContactFlowSummaryList")}


def test_name_description_and_state_change(centre: Centre, refused: Refused) -> None:
    made = make(centre)
    centre("UpdateContactFlowMetadata", ContactFlowId=made, Name="Other", ContactFlowState="ARCHIVED")
    centre("UpdateContactFlowName", ContactFlowId=made, Description="Greets")
    changed = described(centre, made)
    assert (changed["Name"], changed["State"], changed["Description"]) == ("Other", "ARCHIVED", "Greets")
    assert (changed["Content"], changed["Status"]) == (flow(), "PUBLISHED")
    with refused("DuplicateResourceException"):
        centre("UpdateContactFlowName", ContactFlowId=made, Name="Default outbound")
    with refused("DuplicateResourceException"):
        make(centre, "Other", Type="CUSTOMER_QUEUE", Status="SAVED")


def test_lists_and_search(centre: Centre, plane: ConnectPlane) -> None:
    make(centre, "Main")
    make(centre, "Draft", Status="SAVED")
    listed = {row["Name"]: row for row in centre.rows("ListContactFlows", "ContactFlowSummaryList")}
    assert listed["Main"]["ContactFlowStatus"] == "PUBLISHED"
    assert listed["Draft"]["ContactFlowStatus"] == "SAVED"
    assert "LastModifiedTime" not in listed["Main"]
    holds = centre.rows("ListContactFlows", "ContactFlowSummaryList", ContactFlowTypes=["AGENT_HOLD"])
    assert [row["Name"] for row in holds] == ["Default agent hold"]
    saved = centre.rows("SearchContactFlows", "ContactFlows", SearchCriteria={"StatusCondition": "SAVED"})
    assert [row["Name"] for row in saved] == ["Draft"]
    found = {row["Name"]: row for row in centre.rows("SearchContactFlows", "ContactFlows")}
    assert found["Main"]["Content"] == flow()
    plane.search_shows_flow_content = False
    found = {row["Name"]: row for row in centre.rows("SearchContactFlows", "ContactFlows")}
    assert "Content" not in found["Main"]
    assert found["Main"]["Status"] == "PUBLISHED"


def test_a_flow_in_use_stays(centre: Centre, refused: Refused) -> None:
    made = make(centre)
    quick_connect = centre.make_quick_connect(QuickConnectType="FLOW", FlowConfig={"ContactFlowId": made})
    with refused("ResourceInUseException") as error:
        centre("DeleteContactFlow", ContactFlowId=made)
    assert (error.value.members["ResourceType"], error.value.members["ResourceId"]) == ("CONTACT_FLOW", made)
    centre("DeleteQuickConnect", QuickConnectId=quick_connect)
    centre("DeleteContactFlow", ContactFlowId=made)
    with refused("ResourceNotFoundException"):
        described(centre, made)


def test_versions_never_change(centre: Centre, refused: Refused) -> None:
    made = make(centre)
    token = described(centre, made)["FlowContentSha256"]
    first = centre("CreateContactFlowVersion", ContactFlowId=made, Description="First")
    assert first["Version"] == 1
    centre("UpdateContactFlowContent", ContactFlowId=made, Content=flow("Goodbye"))
    with refused("InvalidRequestException"):
        centre("CreateContactFlowVersion", ContactFlowId=made, FlowContentSha256=token)
    assert centre("CreateContactFlowVersion", ContactFlowId=made)["Version"] == 2
    kept = described(centre, f"{made}:1")
    assert (kept["Content"], kept["Version"], kept["VersionDescription"]) == (flow(), 1, "First")
    rows = centre.rows("ListContactFlowVersions", "ContactFlowVersionSummaryList", ContactFlowId=made)
    assert [row["Version"] for row in rows] == [2, 1]
    centre("DeleteContactFlowVersion", ContactFlowId=made, ContactFlowVersion=2)
    assert centre("CreateContactFlowVersion", ContactFlowId=made)["Version"] == 3
    with refused("ResourceNotFoundException"):
        described(centre, f"{made}:2")


def test_aliases_point_at_versions(centre: Centre, refused: Refused) -> None:
    made = make(centre)
    place = {"ContactFlowId": made}
    centre("CreateContactFlowVersion", **place)
    centre("UpdateContactFlowContent", **place, Content=flow("Goodbye"))
    centre("CreateContactFlowVersion", **place)
    alias = centre("CreateContactFlowAlias", **place, AliasName="live", ContactFlowVersion=1)["Id"]
    assert described(centre, f"{made}:live")["Content"] == flow()
    with refused("DuplicateResourceException"):
        centre("CreateContactFlowAlias", **place, AliasName="live", ContactFlowVersion=2)
    with refused("InvalidRequestException"):
        centre("DeleteContactFlowVersion", **place, ContactFlowVersion=1)
    centre("UpdateContactFlowAlias", **place, AliasId=alias, ContactFlowVersion=2, Description="Now")
    shown = centre("DescribeContactFlowAlias", **place, AliasId=alias)["ContactFlowAlias"]
    assert (shown["Name"], shown["Version"], shown["Description"]) == ("live", 2, "Now")
    [row] = centre.rows("ListContactFlowAliases", "ContactFlowAliasSummaryList", **place)
    assert (row["AliasName"], row["Arn"]) == ("live", shown["ContactFlowArn"])
    centre("DeleteContactFlowAlias", **place, AliasId=alias)
    with refused("ResourceNotFoundException"):
        centre("DescribeContactFlowAlias", **place, AliasId=alias)


@pytest.mark.parametrize("qualifier", ["9", "nobody"])
def test_unknown_qualifiers_are_not_found(centre: Centre, refused: Refused, qualifier: str) -> None:
    with refused("ResourceNotFoundException"):
        described(centre, f"{make(centre)}:{qualifier}")
