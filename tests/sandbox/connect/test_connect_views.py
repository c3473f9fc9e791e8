"""Views: drafts and published content, versions, AWS's own views."""

import json
from typing import Any

import pytest

from reconciler.sandbox.connect import ConnectPlane
from tests.sandbox.connect.contact_centre import Centre, Clock, Refused

CONTENT = {"Template": json.dumps({"Head": {}, "Body": []}), "Actions": ["Next"]}
OTHER = {"Template": json.dumps({"Head": {"Title": "Other"}}), "Actions": ["Next", "Back"]}
BROKEN = {"Template": "{", "Actions": []}


def make(centre: Centre, name: str = "Order", status: str = "PUBLISHED", **more: Any) -> Any:
    return centre("CreateView", Name=name, Status=status, Content=CONTENT, **more)["View"]


def template(centre: Centre, view_id: str) -> str:
    found: str = centre("DescribeView", ViewId=view_id)["View"]["Content"]["Template"]
    return found


def test_a_published_view_lives(centre: Centre, clock: Clock, refused: Refused) -> None:
    made = make(centre, Description="Takes orders", Tags={"team": "a"})
    view = centre("DescribeView", ViewId=made["Id"])["View"]
    assert view == made
    assert view["Arn"] == f"{centre.arn}/view/{view['Id']}"
    assert (view["Status"], view["Type"], view["Tags"]) == ("PUBLISHED", "CUSTOMER_MANAGED", {"team": "a"})
    assert json.loads(view["Content"]["InputSchema"])["type"] == "object"
    clock.advance(60)
    centre("UpdateViewMetadata", ViewId=view["Arn"], Name="Orders", Description="Takes them")
    renamed = centre("DescribeView", ViewId=view["Id"])["View"]
    assert (renamed["Name"], renamed["Description"]) == ("Orders", "Takes them")
    assert renamed["LastModifiedTime"] == view["LastModifiedTime"]
    updated = centre("UpdateViewContent", ViewId=view["Id"], Status="PUBLISHED", Content=OTHER)["View"]
    assert updated["LastModifiedTime"] > view["LastModifiedTime"]
    assert updated["ViewContentSha256"] != view["ViewContentSha256"]
    with refused("InvalidParameterException"):
        centre("UpdateViewMetadata", ViewId=view["Id"])
    centre("DeleteView", ViewId=view["Id"])
    with refused("ResourceNotFoundException"):
        centre("DescribeView", ViewId=view["Id"])


def test_a_draft_lives_beside_what_is_published(centre: Centre, refused: Refused) -> None:
    view_id = make(centre, status="SAVED")["Id"]
    with refused("ResourceNotFoundException"):
        centre("DescribeView", ViewId=view_id)
    assert template(centre, f"{view_id}:$SAVED") == CONTENT["Template"]
    centre("UpdateViewContent", ViewId=view_id, Status="PUBLISHED", Content=CONTENT)
    centre("UpdateViewContent", ViewId=view_id, Status="SAVED", Content=OTHER)
    assert template(centre, view_id) == template(centre, f"{view_id}:$LATEST") == CONTENT["Template"]
    assert template(centre, f"{view_id}:$SAVED") == OTHER["Template"]
    assert centre("DescribeView", ViewId=f"{view_id}:$SAVED")["View"]["Status"] == "SAVED"
    centre("UpdateViewContent", ViewId=view_id, Status="PUBLISHED", Content=CONTENT)
    assert template(centre, f"{view_id}:$SAVED") == CONTENT["Template"]


def test_versions(centre: Centre, refused: Refused) -> None:
    view = make(centre)
    token = view["ViewContentSha256"]
    first = centre("CreateViewVersion", ViewId=view["Id"], VersionDescription="One")["View"]
    assert (first["Version"], first["Arn"]) == (1, f"{view['Arn']}:1")
    assert centre("CreateViewVersion", ViewId=view["Id"], ViewContentSha256=token)["View"] == first
    centre("UpdateViewContent", ViewId=view["Id"], Status="PUBLISHED", Content=OTHER)
    with refused("InvalidRequestException"):
        centre("CreateViewVersion", ViewId=view["Id"], ViewContentSha256=token)
    assert centre("CreateViewVersion", ViewId=view["Id"])["View"]["Version"] == 2
    assert template(centre, f"{view['Id']}:1") == CONTENT["Template"]
    rows = centre.rows("ListViewVersions", "ViewVersionSummaryList", ViewId=view["Id"])
    assert [(row["Version"], row.get("VersionDescription")) for row in rows] == [(2, None), (1, "One")]
    centre("DeleteViewVersion", ViewId=view["Id"], ViewVersion=1)
    for operation, more in (("DescribeView", {}), ("DeleteViewVersion", {"ViewVersion": 1})):
        with refused("ResourceNotFoundException"):
            centre(operation, ViewId=view["Id"] + ("" if more else ":1"), **more)
    draft = make(centre, "Draft", "SAVED")
    with refused("InvalidRequestException"):
        centre("CreateViewVersion", ViewId=draft["Id"])


def test_what_is_published_is_validated(centre: Centre, refused: Refused) -> None:
    for content in (BROKEN, {"Template": "[]", "Actions": []}, {"Template": "{}"}):
        with refused("InvalidParameterException"):
            centre("CreateView", Name="Bad", Status="PUBLISHED", Content=content)
    view = centre("CreateView", Name="Bad", Status="SAVED", Content=BROKEN)["View"]
    with refused("InvalidParameterException"):
        centre("UpdateViewContent", ViewId=view["Id"], Status="PUBLISHED", Content=BROKEN)
    huge = {"Template": "x" * 400_001}
    with refused("InvalidParameterException"):
        centre("UpdateViewContent", ViewId=view["Id"], Status="SAVED", Content=huge)


def test_names_and_quota(centre: Centre, plane: ConnectPlane, refused: Refused) -> None:
    make(centre)
    second = make(centre, "Second")
    with refused("DuplicateResourceException"):
        make(centre)
    with refused("DuplicateResourceException"):
        centre("UpdateViewMetadata", ViewId=second["Id"], Name="Order")
    plane.quotas["View"] = 2
    with refused("ServiceQuotaExceededException"):
        make(centre, "Third")


def test_aws_has_views_of_its_own(centre: Centre, plane: ConnectPlane, refused: Refused) -> None:
    make(centre, "Form")
    rows = centre.rows("ListViews", "ViewsSummaryList")
    assert [row["Name"] for row in rows] == ["Cards", "Confirmation", "Detail", "Form", "List", "Form"]
    own = centre.rows("ListViews", "ViewsSummaryList", Type="CUSTOMER_MANAGED")
    assert [row["Name"] for row in own] == ["Form"]
    for reference in ("form", "form:1", "arn:aws:connect:eu-west-2:aws:view/form:1"):
        view = centre("DescribeView", ViewId=reference)["View"]
        assert (view["Arn"], view["Version"]) == ("arn:aws:connect:eu-west-2:aws:view/form:1", 1)
    with refused("InvalidRequestException"):
        centre("DeleteView", ViewId="form")
    with refused("InvalidRequestException"):
        centre("UpdateViewContent", ViewId="form", Status="PUBLISHED", Content=CONTENT)
    with refused("ResourceNotFoundException"):
        centre.plain("TagResource", resourceArn="arn:aws:connect:eu-west-2:aws:view/form:1", tags={"a": "b"})
    assert not [each for each in plane.iter_tagged_resources() if ":aws:view/" in each.arn]


def test_views_are_searched(centre: Centre) -> None:
    make(centre, "Order", Tags={"team": "a"})
    make(centre, "Draft", "SAVED")

    def names(**asked: Any) -> list[str]:
        return [row["Name"] for row in centre.rows("SearchViews", "Views", **asked)]

    assert len(names()) == 7
    assert names(SearchCriteria={"ViewStatusCondition": "SAVED"}) == ["Draft"]
    assert names(SearchCriteria={"ViewTypeCondition": "CUSTOMER_MANAGED"}) == ["Order", "Draft"]
    condition = {"FieldName": "name", "Value": "ord", "ComparisonType": "STARTS_WITH"}
    assert names(SearchCriteria={"StringCondition": condition}) == ["Order"]
    tag = {"TagCondition": {"TagKey": "team", "TagValue": "a"}}
    assert names(SearchFilter={"AttributeFilter": tag}) == ["Order"]


def flow_showing(reference: str) -> str:
    errors = [{"ErrorType": each, "NextAction": "end"} for each in ("NoMatchingCondition", "NoMatchingError")]
    errors.append({"ErrorType": "TimeLimitExceeded", "NextAction": "end"})
    show = {
        "Identifier": "show",
        "Type": "ShowView",
        "Parameters": {"ViewResource": {"Id": reference}, "InvocationTimeLimitSeconds": "60"},
        "Transitions": {"NextAction": "end", "Errors": errors, "Conditions": []},
    }
    end = {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
    return json.dumps({"Version": "2019-10-30", "StartAction": "show", "Actions": [show, end]})


def show(centre: Centre, name: str, reference: str) -> None:
    centre("CreateContactFlow", Name=name, Type="CONTACT_FLOW", Content=flow_showing(reference))


def test_a_flow_holds_the_views_that_it_shows(centre: Centre, refused: Refused) -> None:
    view = make(centre)
    centre("CreateViewVersion", ViewId=view["Id"])
    show(centre, "Shows", f"{view['Arn']}:1")
    with refused("ResourceInUseException"):
        centre("DeleteView", ViewId=view["Id"])
    with refused("ResourceInUseException"):
        centre("DeleteViewVersion", ViewId=view["Id"], ViewVersion=1)
    show(centre, "Shows AWS's", "arn:aws:connect:eu-west-2:aws:view/form:1")


@pytest.mark.parametrize("view_id", ["none", "none:1"])
def test_a_flow_cannot_show_what_is_not_there(centre: Centre, refused: Refused, view_id: str) -> None:
    with refused("InvalidContactFlowException"):
        show(centre, "Shows", f"{centre.arn}/view/{view_id}")
