"""Amazon EventBridge keeps every setting of buses, rules and targets, and refuses what AWS refuses, with a plain client."""

import json
from typing import Any

import pytest
from moto.events.models import events_backends

from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import client_of, refusal, refused

ACCOUNT = "123456789012"
PLACE = f"arn:aws:events:eu-west-2:{ACCOUNT}"
BUS = f"{PLACE}:event-bus/orders"
QUEUE = f"arn:aws:sqs:eu-west-2:{ACCOUNT}:orders"
INVALID, ABSENT, MANAGED = "ValidationException", "ResourceNotFoundException", "ManagedRuleException"
PATTERN = json.dumps({"source": ["shop"]})
TEAM = [{"Key": "Team", "Value": "shop"}]


@pytest.fixture
def events(sandbox: Sandbox) -> Any:
    return client_of(sandbox, "events")


def settings(bus: Any) -> dict[str, Any]:
    names = ("Description", "KmsKeyIdentifier", "DeadLetterConfig", "LogConfig")
    return {name: bus[name] for name in names if name in bus}


# -- buses -----------------------------------------------------------------------------------------------------------------

EVERYTHING = {
    "Description": "Orders",
    "KmsKeyIdentifier": "alias/orders",
    "DeadLetterConfig": {"Arn": QUEUE},
    "LogConfig": {"IncludeDetail": "FULL", "Level": "ERROR"},
}


def test_a_bus_keeps_every_setting(events: Any) -> None:
    assert events.create_event_bus(Name="orders", **EVERYTHING)["EventBusArn"] == BUS
    assert settings(events.describe_event_bus(Name="orders")) == EVERYTHING


def test_an_update_removes_what_it_leaves_out_except_for_the_description(events: Any) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateEventBus.html"""
    events.create_event_bus(Name="orders", **EVERYTHING)
    events.update_event_bus(Name="orders", KmsKeyIdentifier="alias/other")
    assert settings(events.describe_event_bus(Name="orders")) == {
        "Description": "Orders",
        "KmsKeyIdentifier": "alias/other",
    }
    events.update_event_bus(Name="orders", Description="")
    assert settings(events.describe_event_bus(Name="orders")) == {}
    assert refused(events, "update_event_bus", Name="other") == ABSENT


def test_buses_are_listed_in_pages(events: Any) -> None:
    for name in ("b", "a"):
        events.create_event_bus(Name=name)
    first = events.list_event_buses(Limit=2)
    assert [each["Name"] for each in first["EventBuses"]] == ["a", "b"]
    (left,) = events.list_event_buses(Limit=2, NextToken=first["NextToken"])["EventBuses"]
    assert left["Name"] == "default"


def test_a_policy_replaces_the_former_one(events: Any) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html"""
    events.create_event_bus(Name="orders")
    events.put_permission(
        EventBusName="orders", Action="events:PutEvents", Principal="111111111111", StatementId="one"
    )
    statement = {"Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": BUS}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    events.put_permission(EventBusName="orders", Policy=json.dumps(document))
    assert json.loads(events.describe_event_bus(Name="orders")["Policy"]) == document
    events.remove_permission(EventBusName="orders", RemoveAllPermissions=True)
    assert "Policy" not in events.describe_event_bus(Name="orders")
    assert refused(events, "remove_permission", EventBusName="orders", StatementId="one") == ABSENT


def test_statements_are_added_and_removed_one_by_one(events: Any) -> None:
    for name in ("one", "two"):
        events.put_permission(Action="events:PutEvents", Principal="111111111111", StatementId=name)
    events.remove_permission(StatementId="one")
    (left,) = json.loads(events.describe_event_bus()["Policy"])["Statement"]
    assert (left["Sid"], left["Principal"]) == ("two", {"AWS": "arn:aws:iam::111111111111:root"})


@pytest.mark.parametrize("policy", ["no JSON", "{}", "[]"])
def test_a_policy_that_is_none_is_refused(events: Any, policy: str) -> None:
    assert refused(events, "put_permission", Policy=policy) == INVALID


def test_a_policy_has_a_largest_size(events: Any) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": "x" * 10_240}
    document = json.dumps({"Statement": [statement]})
    assert refused(events, "put_permission", Policy=document) == "PolicyLengthExceededException"


def test_a_bus_with_rules_and_the_default_bus_are_not_deleted(events: Any) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteEventBus.html"""
    events.create_event_bus(Name="orders")
    events.put_rule(Name="all", EventBusName="orders", EventPattern=PATTERN)
    assert refusal(events, "delete_event_bus", Name="orders") == (
        INVALID,
        "EventBus can't be deleted since it has rules.",
    )
    events.delete_rule(Name="all", EventBusName=BUS)
    events.delete_event_bus(Name="orders")
    events.delete_event_bus(Name="orders")
    assert refused(events, "delete_event_bus", Name="default") == INVALID


def test_the_state_of_the_sandbox_has_buses(events: Any, sandbox: Sandbox) -> None:
    events.create_event_bus(Name="orders", **EVERYTHING)
    saved = sandbox.snapshot()
    events.update_event_bus(Name="orders")
    sandbox.restore(saved)
    assert settings(events.describe_event_bus(Name="orders")) == EVERYTHING


def test_a_bus_cannot_be_created_twice(events: Any) -> None:
    events.create_event_bus(Name="orders")
    assert refused(events, "create_event_bus", Name="orders") == "ResourceAlreadyExistsException"
    assert refused(events, "create_event_bus", Name="or/ders") == INVALID


def test_a_partner_bus_has_the_name_of_its_source(events: Any) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html"""
    source = "aws.partner/example.com/shop"
    events.create_partner_event_source(Name=source, Account=ACCOUNT)
    assert refused(events, "create_event_bus", Name="shop", EventSourceName=source) == INVALID
    events.create_event_bus(Name=source, EventSourceName=source)
    arn = events.put_rule(Name="all", EventBusName=source, EventPattern=PATTERN)["RuleArn"]
    assert arn == f"{PLACE}:rule/{source}/all"


# -- rules -----------------------------------------------------------------------------------------------------------------


def test_tags_belong_to_one_bus_or_rule(events: Any, sandbox: Sandbox) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html"""
    events.create_event_bus(Name="orders", Tags=TEAM)
    here = events.put_rule(Name="orders", EventPattern=PATTERN)["RuleArn"]
    there = events.put_rule(Name="orders", EventBusName="orders", EventPattern=PATTERN, Tags=TEAM)["RuleArn"]
    events.put_rule(Name="orders", EventPattern=PATTERN, Tags=TEAM)  # of an existing rule they are ignored
    assert [events.list_tags_for_resource(ResourceARN=each)["Tags"] for each in (BUS, here, there)] == [
        TEAM,
        [],
        TEAM,
    ]
    events.untag_resource(ResourceARN=BUS, TagKeys=["Team", "Other"])
    found = client_of(sandbox, "resourcegroupstaggingapi").get_resources(
        ResourceTypeFilters=["events:rule"], TagFilters=[{"Key": "Team"}]
    )
    assert [each["ResourceARN"] for each in found["ResourceTagMappingList"]] == [there]
    assert refused(events, "tag_resource", ResourceARN=f"{PLACE}:rule/other", Tags=TEAM) == ABSENT
    assert refused(events, "tag_resource", ResourceARN=BUS, Tags=[{"Key": "aws:x", "Value": ""}]) == INVALID


def test_a_second_put_resets_what_it_leaves_out_and_keeps_targets(events: Any) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html"""
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)", State="DISABLED", Description="x")
    events.put_targets(Rule="nightly", Targets=[{"Id": "queue", "Arn": QUEUE}])
    events.put_rule(Name="nightly", EventPattern=PATTERN)
    shown = events.describe_rule(Name="nightly")
    assert (shown["State"], shown["EventPattern"], shown["EventBusName"]) == ("ENABLED", PATTERN, "default")
    assert not {"Description", "ScheduleExpression"} & shown.keys()
    assert events.list_targets_by_rule(Rule="nightly")["Targets"] == [{"Id": "queue", "Arn": QUEUE}]


def test_rules_of_a_bus_are_listed_in_pages(events: Any) -> None:
    events.create_event_bus(Name="orders")
    for name in ("b", "a", "c"):
        events.put_rule(Name=name, EventBusName="orders", EventPattern=PATTERN)
    first = events.list_rules(EventBusName=BUS, Limit=2)
    assert [each["Name"] for each in first["Rules"]] == ["a", "b"]
    (left,) = events.list_rules(EventBusName="orders", Limit=2, NextToken=first["NextToken"])["Rules"]
    assert left["Name"] == "c"
    assert events.list_rules()["Rules"] == []


@pytest.mark.parametrize(
    "expression",
    [
        "rate(5 minute)", "rate(1 minutes)", "rate(0 days)", "rate(5 weeks)", "cron(0 12 * * *)",
        "cron(0 12 * * * *)", "cron(0 12 ? * ? *)", "cron(0 12 * & ? *)", "at(2030-01-01T00:00:00)", "daily",
    ],
)  # fmt: skip
def test_a_wrong_schedule_is_refused(events: Any, expression: str) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"""
    said = refusal(events, "put_rule", Name="x", ScheduleExpression=expression)
    assert said == (INVALID, "Parameter ScheduleExpression is not valid.")


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("no JSON", "Invalid JSON"),
        ([], "Filter is not an object"),
        ({}, "Empty objects are not allowed"),
        ({"source": "shop"}, "'source' must be an object or an array"),
        ({"source": []}, "Empty arrays are not allowed"),
        ({"source": [["shop"]]}, "Match value must be String, number, true, false, or null"),
        ({"source": [{"prefixes": "a"}]}, "Unrecognized match type prefixes"),
        ({"detail": {"x": [{"prefix": "a", "suffix": "b"}]}}, "Only one key allowed in match expression"),
        ({"$or": [{"a": "b"}]}, "'a' must be an object or an array"),
    ],
)
def test_a_wrong_pattern_is_refused(events: Any, pattern: Any, reason: str) -> None:
    text = pattern if isinstance(pattern, str) else json.dumps(pattern)
    said = refusal(events, "put_rule", Name="x", EventPattern=text)
    assert said == ("InvalidEventPatternException", f"Event pattern is not valid. Reason: {reason}")


def test_a_rule_needs_a_pattern_or_a_schedule_and_its_bus(events: Any) -> None:
    events.create_event_bus(Name="orders")
    assert refused(events, "put_rule", Name="x") == INVALID
    assert (
        refused(events, "put_rule", Name="x", EventBusName="orders", ScheduleExpression="rate(1 day)")
        == INVALID
    )
    assert refused(events, "put_rule", Name="x", EventBusName="other", EventPattern=PATTERN) == ABSENT


def test_a_role_must_exist(events: Any) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/events"
    assert refused(events, "put_rule", Name="x", EventPattern=PATTERN, RoleArn=role) == INVALID
    events.put_rule(Name="x", EventPattern=PATTERN)
    assert (
        refused(events, "put_targets", Rule="x", Targets=[{"Id": "a", "Arn": BUS, "RoleArn": role}])
        == INVALID
    )


def test_a_rule_of_an_aws_service_is_not_changed(events: Any) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html"""
    arn = events.put_rule(Name="x", EventPattern=PATTERN)["RuleArn"]
    events_backends[ACCOUNT]["eu-west-2"].event_buses["default"].rules[
        "x"
    ].managed_by = "config.amazonaws.com"
    assert refused(events, "put_rule", Name="x", EventPattern=PATTERN) == MANAGED
    assert refused(events, "put_targets", Rule="x", Targets=[{"Id": "a", "Arn": QUEUE}]) == MANAGED
    assert refused(events, "remove_targets", Rule="x", Ids=["a"]) == MANAGED
    assert refused(events, "enable_rule", Name="x") == MANAGED
    assert refused(events, "disable_rule", Name="x") == MANAGED
    assert refused(events, "tag_resource", ResourceARN=arn, Tags=TEAM) == MANAGED
    assert refused(events, "untag_resource", ResourceARN=arn, TagKeys=["Team"]) == MANAGED
    assert refused(events, "delete_rule", Name="x") == MANAGED
    assert events.describe_rule(Name="x")["ManagedBy"] == "config.amazonaws.com"
    events.delete_rule(Name="x", Force=True)


# -- targets ---------------------------------------------------------------------------------------------------------------


def test_a_target_is_replaced_as_a_whole(events: Any) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html"""
    events.put_rule(Name="x", EventPattern=PATTERN)
    events.put_targets(Rule="x", Targets=[{"Id": "a", "Arn": QUEUE, "Input": "{}"}])
    reply = events.put_targets(Rule="x", Targets=[{"Id": "a", "Arn": QUEUE, "InputPath": "$.detail"}])
    assert reply["FailedEntryCount"] == 0
    targets = events.list_targets_by_rule(Rule="x")["Targets"]
    assert targets == [{"Id": "a", "Arn": QUEUE, "InputPath": "$.detail"}]
    assert refused(events, "delete_rule", Name="x") == INVALID
    assert events.remove_targets(Rule="x", Ids=["a"])["FailedEntryCount"] == 0
    events.delete_rule(Name="x")
    events.delete_rule(Name="x")


def test_a_rule_has_at_most_five_targets(events: Any) -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"""
    events.put_rule(Name="x", EventPattern=PATTERN)
    many = [{"Id": str(number), "Arn": QUEUE} for number in range(6)]
    assert refused(events, "put_targets", Rule="x", Targets=many) == "LimitExceededException"
    events.put_targets(Rule="x", Targets=many[:5])
    events.put_targets(Rule="x", Targets=many[:1])
    assert refused(events, "put_targets", Rule="x", Targets=many[5:]) == "LimitExceededException"
    first = events.list_targets_by_rule(Rule="x", Limit=3)
    left = events.list_targets_by_rule(Rule="x", Limit=3, NextToken=first["NextToken"])
    assert [each["Id"] for each in (*first["Targets"], *left["Targets"])] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    "target",
    [
        {"Arn": "orders"},
        {"Arn": QUEUE, "Input": "{}", "InputPath": "$"},
        {"Arn": QUEUE, "Input": "not JSON"},
        {"Arn": f"{QUEUE}.fifo"},
    ],
)
def test_a_wrong_target_is_refused(events: Any, target: dict[str, Any]) -> None:
    events.put_rule(Name="x", EventPattern=PATTERN)
    assert refused(events, "put_targets", Rule="x", Targets=[{"Id": "a", **target}]) == INVALID
    assert refused(events, "put_targets", Rule="other", Targets=[{"Id": "a", "Arn": QUEUE}]) == ABSENT
