"""Flow modules."""

import json
from typing import Any

from tests.sandbox.connect.contact_centre import Centre, Refused

SETTINGS = json.dumps({"InputParameters": [], "OutputParameters": [], "Transitions": []})


def module(action: str = "EndFlowModuleExecution") -> str:
    end = {"Identifier": "end", "Type": action, "Parameters": {}, "Transitions": {}}
    return json.dumps({"Version": "2019-10-30", "StartAction": "end", "Actions": [end], "Settings": {}})


def make(centre: Centre, name: str = "Greeting", **more: Any) -> str:
    made: str = centre("CreateContactFlowModule", Name=name, Content=module(), **more)["Id"]
    return made


def described(centre: Centre, reference: str) -> dict[str, Any]:
    found: dict[str, Any] = centre("DescribeContactFlowModule", ContactFlowModuleId=reference)[
        "ContactFlowModule"
    ]
    return found


def test_a_module_lives(centre: Centre, refused: Refused) -> None:
    made = make(centre, Settings=SETTINGS, Tags={"a": "b"})
    live = described(centre, made)
    assert (live["Status"], live["State"], live["Settings"]) == ("published", "ACTIVE", SETTINGS)
    assert live["Arn"] == f"{centre.arn}/flow-module/{made}"
    assert "LastModifiedTime" not in live
    centre("UpdateContactFlowModuleMetadata", ContactFlowModuleId=made, Name="Other", State="ARCHIVED")
    place = {"ContactFlowModuleId": f"{made}:$SAVED"}
    centre("UpdateContactFlowModuleContent", **place, Content="draft")
    saved = described(centre, f"{made}:$SAVED")
    assert (saved["Content"], saved["Settings"], saved["Status"]) == ("draft", SETTINGS, "saved")
    assert described(centre, made)["Content"] == module()
    centre(
        "UpdateContactFlowModuleContent", ContactFlowModuleId=made, Content=module("DisconnectParticipant")
    )
    assert described(centre, made)["Content"] == module("DisconnectParticipant")
    assert centre.rows("ListContactFlowModules", "ContactFlowModulesSummaryList")[0]["State"] == "ARCHIVED"
    assert centre.rows("SearchContactFlowModules", "ContactFlowModules")[0]["Name"] == "Other"
    centre("DeleteContactFlowModule", ContactFlowModuleId=made)
    with refused("ResourceNotFoundException"):
        described(centre, made)


def test_problems_bear_a_capital(centre: Centre, refused: Refused) -> None:
    with refused("InvalidContactFlowModuleException") as error:
        centre("CreateContactFlowModule", Name="Bad", Content="{}")
    assert error.value.members["Problems"]
    with refused("InvalidParameterException"):
        centre("CreateContactFlowModule", Name="Bad", Content=module(), Settings="{")


def test_modules_have_versions_and_aliases(centre: Centre) -> None:
    made = make(centre)
    place = {"ContactFlowModuleId": made}
    version = centre("CreateContactFlowModuleVersion", **place)["Version"]
    alias = {"AliasName": "live", "ContactFlowModuleVersion": version}
    centre("CreateContactFlowModuleAlias", **place, **alias)
    assert described(centre, f"{made}:live")["Version"] == version
    assert (
        len(centre.rows("ListContactFlowModuleVersions", "ContactFlowModuleVersionSummaryList", **place)) == 1
    )
    assert len(centre.rows("ListContactFlowModuleAliases", "ContactFlowModuleAliasSummaryList", **place)) == 1


def test_a_module_that_a_security_profile_allows_stays(centre: Centre, refused: Refused) -> None:
    made = make(centre)
    allowed = [{"Type": "MCP", "FlowModuleId": made}]
    centre("CreateSecurityProfile", SecurityProfileName="Clerk", AllowedFlowModules=allowed)
    with refused("ResourceInUseException"):
        centre("DeleteContactFlowModule", ContactFlowModuleId=made)
