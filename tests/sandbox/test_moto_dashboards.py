"""CloudWatch keeps dashboards for all Regions of an account and refuses what AWS refuses, with a plain client."""

import json
from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import client_of, refusal, refused

NAME = {"DashboardName": "shop"}
ARN = "arn:aws:cloudwatch::123456789012:dashboard/shop"
TEXT = {"type": "text", "x": 0, "y": 0, "width": 6, "height": 3, "properties": {"markdown": "Orders"}}
BODY = json.dumps({"start": "-PT6H", "widgets": [TEXT]})
INVALID = "InvalidParameterInput"


@pytest.fixture
def cloudwatch(sandbox: Sandbox) -> Any:
    return client_of(sandbox, "cloudwatch")


def test_a_dashboard_keeps_its_body_as_it_is_and_shows_it(cloudwatch: Any) -> None:
    assert cloudwatch.put_dashboard(**NAME, DashboardBody=BODY)["DashboardValidationMessages"] == []
    shown = cloudwatch.get_dashboard(**NAME)
    assert {name: shown[name] for name in ("DashboardName", "DashboardArn", "DashboardBody")} == {
        **NAME,
        "DashboardArn": ARN,
        "DashboardBody": BODY,
    }
    (row,) = cloudwatch.list_dashboards()["DashboardEntries"]
    assert (row["DashboardName"], row["DashboardArn"], row["Size"]) == ("shop", ARN, len(BODY))
    assert cloudwatch.list_dashboards(DashboardNamePrefix="till")["DashboardEntries"] == []


def test_a_second_put_replaces_the_body_and_ignores_tags(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html"""
    cloudwatch.put_dashboard(**NAME, DashboardBody=BODY, Tags=[{"Key": "Team", "Value": "shop"}])
    cloudwatch.put_dashboard(**NAME, DashboardBody='{"widgets": []}', Tags=[{"Key": "Team", "Value": "till"}])
    assert cloudwatch.get_dashboard(**NAME)["DashboardBody"] == '{"widgets": []}'
    assert cloudwatch.list_tags_for_resource(ResourceARN=ARN)["Tags"] == [{"Key": "Team", "Value": "shop"}]


def test_every_region_shows_the_same_dashboards(cloudwatch: Any, sandbox: Sandbox) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html"""
    cloudwatch.put_dashboard(**NAME, DashboardBody=BODY)
    elsewhere = sandbox.session("ap-southeast-2").client("cloudwatch")
    assert elsewhere.get_dashboard(**NAME)["DashboardBody"] == BODY
    elsewhere.tag_resource(ResourceARN=ARN, Tags=[{"Key": "Team", "Value": "shop"}])
    assert cloudwatch.list_tags_for_resource(ResourceARN=ARN)["Tags"] == [{"Key": "Team", "Value": "shop"}]
    elsewhere.delete_dashboards(DashboardNames=["shop"])
    assert cloudwatch.list_dashboards()["DashboardEntries"] == []


def test_tags_are_changed_and_go_with_the_dashboard(cloudwatch: Any) -> None:
    cloudwatch.put_dashboard(**NAME, DashboardBody=BODY)
    cloudwatch.tag_resource(ResourceARN=ARN, Tags=[{"Key": name, "Value": "1"} for name in ("Team", "Cost")])
    cloudwatch.untag_resource(ResourceARN=ARN, TagKeys=["Team", "Other"])
    assert cloudwatch.list_tags_for_resource(ResourceARN=ARN)["Tags"] == [{"Key": "Cost", "Value": "1"}]
    cloudwatch.delete_dashboards(DashboardNames=["shop"])
    assert refused(cloudwatch, "list_tags_for_resource", ResourceARN=ARN) == "ResourceNotFoundException"


def test_deleting_deletes_those_that_exist_and_names_the_others(cloudwatch: Any) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteDashboards.html"""
    cloudwatch.put_dashboard(**NAME, DashboardBody=BODY)
    code, message = refusal(cloudwatch, "delete_dashboards", DashboardNames=["shop", "till"])
    assert (code, "till" in message) == ("ResourceNotFound", True)
    assert refused(cloudwatch, "get_dashboard", **NAME) == "ResourceNotFound"


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "{}",
        '{"widgets": {}}',
        '{"widgets": [{}]}',
        *(
            json.dumps({"widgets": [{**TEXT, **wrong}]})
            for wrong in ({"x": 24}, {"y": -1}, {"width": 25}, {"height": 0}, {"width": "6"})
        ),
        '{"widgets": [{"type": "text", "x": 1}]}',
        json.dumps({"widgets": [TEXT] * 501}),
    ],
)
def test_a_wrong_body_is_refused(cloudwatch: Any, body: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""
    assert refused(cloudwatch, "put_dashboard", **NAME, DashboardBody=body) == INVALID


@pytest.mark.parametrize("name", ["a b", "a/b", "x" * 256])
def test_a_wrong_name_is_refused(cloudwatch: Any, name: str) -> None:
    assert (
        refused(cloudwatch, "put_dashboard", DashboardName=name, DashboardBody=BODY)
        == "InvalidParameterValue"
    )


def test_more_than_50_tags_are_refused(cloudwatch: Any) -> None:
    tags = [{"Key": f"t{number}", "Value": ""} for number in range(51)]
    assert (
        refused(cloudwatch, "put_dashboard", **NAME, DashboardBody=BODY, Tags=tags) == "InvalidParameterValue"
    )
