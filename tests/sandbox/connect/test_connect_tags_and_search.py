"""Shared by all kinds: tags, search criteria, filters, pages, visibility."""

from typing import Any

import pytest

from reconciler.sandbox.connect import ConnectPlane
from tests.sandbox.connect.contact_centre import Centre, Clock, Refused


def tags(centre: Centre, arn: str) -> Any:
    return centre.plain("ListTagsForResource", resourceArn=arn)["tags"]


def searched(centre: Centre, **asked: Any) -> Any:
    return [row["Name"] for row in centre.rows("SearchQueues", "Queues", **asked)]


def condition(field: str, value: str, comparison: str = "EXACT") -> Any:
    return {"StringCondition": {"FieldName": field, "Value": value, "ComparisonType": comparison}}


@pytest.fixture
def queues(centre: Centre) -> None:
    for name, team in (("Sales", "a"), ("Sales abroad", "b"), ("Help", "a")):
        centre.make_queue(name, Description=f"For {name}", Tags={"team": team})


def test_everything_with_an_arn_can_be_tagged(centre: Centre) -> None:
    number = centre("SearchAvailablePhoneNumbers", PhoneNumberCountryCode="GB", PhoneNumberType="DID")
    number = number["AvailableNumbersList"][0]["PhoneNumber"]
    made = [
        centre.arn,
        centre("DescribeUser", UserId=centre.make_user())["User"]["Arn"],
        centre("DescribeQueue", QueueId=centre.queue)["Queue"]["QueueArn"],
        centre("DescribeContactFlow", ContactFlowId=centre.flow())["ContactFlow"]["Arn"],
        centre("ClaimPhoneNumber", PhoneNumber=number)["PhoneNumberArn"],
    ]
    for arn in made:
        centre.plain("TagResource", resourceArn=arn, tags={"a": "1", "b": "2"})
        centre.plain("TagResource", resourceArn=arn, tags={"b": "3"})
        assert tags(centre, arn) == {"a": "1", "b": "3"}
        centre.plain("UntagResource", resourceArn=arn, tagKeys=["a", "other"])
        assert tags(centre, arn) == {"b": "3"}


def test_tags_have_rules(centre: Centre, refused: Refused) -> None:
    with refused("InvalidParameterException"):
        centre.plain("TagResource", resourceArn=centre.arn, tags={"aws:x": "y"})
    with refused("InvalidParameterException"):
        centre.make_queue(Tags={"AWS:x": "y"})
    centre.plain("TagResource", resourceArn=centre.arn, tags={str(number): "x" for number in range(50)})
    with refused("InvalidParameterException"):
        centre.plain("TagResource", resourceArn=centre.arn, tags={"one more": "x"})


@pytest.mark.parametrize("path", ["/queue/none", "/attribute/x", "/hours-of-operation-override/x", "x"])
def test_unknown_resources_have_no_tags(centre: Centre, refused: Refused, path: str) -> None:
    with refused("ResourceNotFoundException"):
        tags(centre, centre.arn + path)


def test_tags_of_an_instance_are_searched(centre: Centre, queues: None) -> None:
    found = centre.rows("SearchResourceTags", "Tags", ResourceTypes=["standard-queue"])
    assert found == [{"key": "team", "value": "a"}, {"key": "team", "value": "b"}]
    criteria = {"TagSearchCondition": {"tagValue": "b", "tagValueComparisonType": "EXACT"}}
    assert centre.rows("SearchResourceTags", "Tags", SearchCriteria=criteria) == found[1:]
    assert centre.rows("SearchResourceTags", "Tags", ResourceTypes=["agent"]) == []


def test_the_tagging_api_sees_resources(centre: Centre, plane: ConnectPlane, queues: None) -> None:
    found = {each.resource_type for each in plane.iter_tagged_resources() if each.tags}
    assert found == {"connect:queue"}


def test_criteria(centre: Centre, queues: None) -> None:
    assert searched(centre, SearchCriteria=condition("name", "Sales")) == ["Sales"]
    assert searched(centre, SearchCriteria=condition("name", "sales", "STARTS_WITH")) == [
        "Sales",
        "Sales abroad",
    ]
    assert searched(centre, SearchCriteria=condition("description", "abroad", "CONTAINS")) == ["Sales abroad"]
    either = {"OrConditions": [condition("name", "Help"), condition("name", "Sales")]}
    assert searched(centre, SearchCriteria=either) == ["Sales", "Help"]
    both = {"AndConditions": [condition("name", "al", "CONTAINS"), condition("name", "ab", "CONTAINS")]}
    assert searched(centre, SearchCriteria=both) == ["Sales abroad"]
    assert len(searched(centre, SearchCriteria={"QueueTypeCondition": "STANDARD"})) == 4


@pytest.mark.parametrize("value", ["S", "S" * 26])
def test_contains_wants_2_to_25_characters(centre: Centre, queues: None, value: str) -> None:
    assert searched(centre, SearchCriteria=condition("name", value, "CONTAINS")) == []


def test_unknown_fields_are_refused(centre: Centre, refused: Refused) -> None:
    with refused("InvalidParameterException"):
        searched(centre, SearchCriteria=condition("colour", "red"))


def test_tag_filters(centre: Centre, queues: None) -> None:
    def filtered(**tag_filter: Any) -> Any:
        return searched(centre, SearchFilter={"TagFilter": tag_filter})

    team_a = {"TagKey": "team", "TagValue": "a"}
    assert filtered(TagCondition=team_a) == ["Sales", "Help"]
    assert filtered(TagCondition={"TagKey": "team"}) == ["Sales", "Sales abroad", "Help"]
    assert filtered(OrConditions=[[team_a], [{"TagKey": "team", "TagValue": "b"}]]) == [
        "Sales",
        "Sales abroad",
        "Help",
    ]
    assert filtered(AndConditions=[team_a, {"TagKey": "other"}]) == []


def test_attribute_filters(centre: Centre) -> None:
    for name in ("Lunch", "Break"):
        centre("CreateAgentStatus", Name=name, State="ENABLED", Tags={"name": name})
    tag = {"TagKey": "name", "TagValue": "Lunch"}
    for attribute_filter in (
        {"TagCondition": tag},
        {"AndCondition": {"TagConditions": [tag]}},
        {"OrConditions": [{"TagConditions": [tag]}]},
    ):
        search_filter = {"AttributeFilter": attribute_filter}
        found = centre.rows("SearchAgentStatuses", "AgentStatuses", SearchFilter=search_filter)
        assert [row["Name"] for row in found] == ["Lunch"]


def test_pages_hold_a_hundred_unless_asked_and_are_capped(centre: Centre) -> None:
    for number in range(120):
        centre.make_queue(f"Q{number}")
    assert [len(page) for page in centre.pages("ListQueues", "QueueSummaryList")] == [100, 21]
    assert [len(page) for page in centre.pages("SearchQueues", "Queues", MaxResults=60)] == [60, 60, 1]
    assert centre("SearchQueues")["ApproximateTotalCount"] == 121
    names = [row["Name"] for row in centre.rows("ListQueues", "QueueSummaryList", MaxResults=7)]
    assert len(set(names)) == 121


def test_tokens_belong_to_their_search_and_last_a_day(
    centre: Centre, clock: Clock, refused: Refused, queues: None
) -> None:
    token = centre("ListQueues", MaxResults=1)["NextToken"]
    for wrong in ("rubbish", token[:-2], "MTox"):
        with refused("InvalidParameterException"):
            centre("ListQueues", NextToken=wrong)
    with refused("InvalidParameterException"):
        centre("SearchQueues", NextToken=token)
    centre("ListQueues", NextToken=token)
    clock.advance(24 * 3600)
    with refused("InvalidParameterException"):
        centre("ListQueues", NextToken=token)


def test_what_was_just_made_may_not_be_seen_yet(
    centre: Centre, plane: ConnectPlane, clock: Clock, refused: Refused
) -> None:
    plane.visibility_lag, plane.search_lag = 5, 10
    clock.advance(60)
    queue = centre.make_queue()
    with refused("ResourceNotFoundException"):
        centre("DescribeQueue", QueueId=queue)
    with refused("DuplicateResourceException"):
        centre.make_queue()
    clock.advance(5)
    centre("DescribeQueue", QueueId=queue)
    assert "Sales" in {row["Name"] for row in centre.rows("ListQueues", "QueueSummaryList")}
    assert "Sales" not in searched(centre)
    clock.advance(5)
    assert "Sales" in searched(centre)
