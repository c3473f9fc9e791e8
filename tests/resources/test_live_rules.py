"""Passes over rules: targets by their ids, rules of others and of AWS services, buses, references, mistakes in the files."""

import json
from typing import Any

import pytest
from moto.events.models import events_backends

from reconciler.desired import InvalidStack
from tests.resources.live_harness import LiveHarness, fields, messages

ACCOUNT = "123456789012"
HERE = f"eu-west-2:{ACCOUNT}"
QUEUE, DEAD = (f"arn:aws:sqs:{HERE}:{each}" for each in ("orders", "dead"))
PATTERN = {"source": ["shop"], "detail": {"state": ["new", "paid", {"prefix": "in-"}]}}
TARGET = {"id": "queue", "arn": QUEUE}


def rule(name: str = "orders", **settings: Any) -> dict[str, Any]:
    return {"events.rule": {name: {"event_pattern": PATTERN, **settings}}}


def five(prefix: str) -> list[dict[str, Any]]:
    return [{"id": f"{prefix}{number}", "arn": QUEUE} for number in range(5)]


@pytest.fixture
def events(harness: LiveHarness) -> Any:
    return harness.client("events")


def live(events: Any, name: str = "orders") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = events.list_targets_by_rule(Rule=name)["Targets"]
    return found


def test_a_pattern_in_another_form_is_no_difference(harness: LiveHarness, events: Any) -> None:
    harness.settle(rule())
    again = {"detail": {"state": [{"prefix": "in-"}, "paid", "new"]}, "source": ["shop"]}
    events.put_rule(Name="orders", EventPattern=json.dumps(again, indent=2))
    harness.require_quiet(rule())
    harness.require_quiet(rule(event_pattern=json.dumps(again)))
    report = harness.settle(rule(event_pattern={"source": ["till"]}))
    assert sorted(fields(report)) == ["event_pattern.detail", "event_pattern.source"]


def test_a_target_by_hand_is_removed_and_members_that_nobody_wrote_are_kept(
    harness: LiveHarness, events: Any
) -> None:
    harness.settle(rule(targets=[TARGET]))
    by_hand = {"Id": "queue", "Arn": QUEUE, "DeadLetterConfig": {"Arn": DEAD}, "InputPath": "$.detail"}
    events.put_targets(Rule="orders", Targets=[by_hand, {"Id": "other", "Arn": QUEUE}])
    harness.settle(rule(targets=[TARGET]))
    assert live(events) == [by_hand]
    harness.settle(rule(targets=[{**TARGET, "input": {"a": 1}}]))
    assert live(events) == [
        {"Id": "queue", "Arn": QUEUE, "DeadLetterConfig": {"Arn": DEAD}, "Input": '{"a":1}'}
    ]


def test_settings_that_nobody_wrote_are_kept(harness: LiveHarness, events: Any) -> None:
    harness.settle(rule(description="Orders"))
    events.put_rule(
        Name="orders", EventPattern=json.dumps(PATTERN), State="DISABLED", ScheduleExpression="rate(1 day)"
    )
    harness.settle(rule(description="Orders"))
    shown = events.describe_rule(Name="orders")
    assert (shown["State"], shown["ScheduleExpression"]) == ("DISABLED", "rate(1 day)")


def test_targets_are_removed_first_where_a_rule_has_no_room_for_new_ones(
    harness: LiveHarness, events: Any
) -> None:
    harness.settle(rule(targets=five("a")))
    harness.settle(rule(targets=five("b")))
    assert [each["Id"] for each in live(events)] == ["b0", "b1", "b2", "b3", "b4"]
    assert [name for name, _ in harness.calls] == []


def test_an_input_in_another_form_is_no_difference(harness: LiveHarness, events: Any) -> None:
    desired = rule(targets=[{**TARGET, "input": {"a": [1, 2], "b": "c"}}])
    harness.settle(desired)
    events.put_targets(
        Rule="orders", Targets=[{"Id": "queue", "Arn": QUEUE, "Input": '{"b": "c", "a": [1, 2]}'}]
    )
    harness.require_quiet(desired)
    harness.settle(rule(targets=[{**TARGET, "input": '"a text"'}]))
    assert live(events)[0]["Input"] == '"a text"'


def test_a_rule_of_somebody_else_is_overwritten_only_with_adopt(harness: LiveHarness, events: Any) -> None:
    events.put_rule(Name="orders", EventPattern='{"source": ["other"]}')
    report = harness.run(rule())
    assert "`adopt: true` takes it over" in messages(report)[0]
    assert events.describe_rule(Name="orders")["EventPattern"] == '{"source": ["other"]}'
    harness.settle(rule(adopt=True))
    assert json.loads(events.describe_rule(Name="orders")["EventPattern"]) == PATTERN


def test_a_rule_of_an_aws_service_is_left_alone(harness: LiveHarness, events: Any) -> None:
    events.put_rule(Name="orders", EventPattern='{"source": ["other"]}')
    events_backends[ACCOUNT]["eu-west-2"].event_buses["default"].rules["orders"].managed_by = "config"
    report = harness.run(rule(adopt=True))
    assert "config manages this rule, and nobody else can change it" in messages(report)[0]
    assert harness.calls == []


def test_rules_of_one_name_on_two_buses_are_two_rules(harness: LiveHarness, events: Any) -> None:
    events.put_rule(Name="orders", EventPattern='{"source": ["other"]}')
    desired = {"events.bus": {"shop": {}}, **rule(event_bus_name="shop", targets=[TARGET])}
    harness.settle(desired)
    assert events.describe_rule(Name="orders")["EventPattern"] == '{"source": ["other"]}'
    assert json.loads(events.describe_rule(Name="orders", EventBusName="shop")["EventPattern"]) == PATTERN
    harness.settle({}, prune=True, guard={"max_percent": 100})
    assert [each["Name"] for each in events.list_event_buses()["EventBuses"]] == ["default"]
    assert [each["Name"] for each in events.list_rules()["Rules"]] == ["orders"]


def test_a_rule_that_the_files_no_longer_have_is_deleted_with_its_targets(
    harness: LiveHarness, events: Any
) -> None:
    harness.settle(rule(targets=five("a")))
    harness.settle({}, prune=True)
    assert events.list_rules()["Rules"] == []


def test_targets_and_rules_refer_to_other_resources(harness: LiveHarness, events: Any) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "${sqs.queue:orders}",
        "Condition": {"ArnEquals": {"aws:SourceArn": "${events.rule:orders}"}},
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    desired = {
        "sqs.queue": {"orders": {"queue_policy": policy}},
        **rule(targets=[{"id": "queue", "arn": "${sqs.queue:orders}"}]),
    }
    harness.settle(desired)
    assert live(events)[0]["Arn"] == QUEUE


TO_STREAM = {"id": "s", "arn": f"arn:aws:kinesis:{HERE}:stream/x"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"event_pattern": None}, "a new rule needs event_pattern or schedule_expression, or both"),
        ({"event_pattern": "source: shop"}, "the text is no JSON; write a mapping"),
        ({"event_pattern": '{"source": "shop"}'}, 'source: expected a list of values, such as ["shop"]'),
        ({"event_pattern": {"source": "shop"}}, 'expected a list of values, such as ["shop"], or a mapping'),
        ({"event_pattern": {}}, "a pattern cannot be empty"),
        ({"event_pattern": {"source": []}}, "expected at least one value"),
        ({"event_pattern": {"source": [["a"]]}}, "not a list"),
        (
            {"event_pattern": {"source": [{"prefixes": "a"}]}},
            "there is no operator prefixes; did you mean prefix?",
        ),
        (
            {"event_pattern": {"source": [{"matches": "a"}]}},
            "there is no operator matches; the operators are",
        ),
        ({"event_pattern": {"source": [{"prefix": 1}]}}, "prefix: expected a text"),
        ({"event_pattern": {"source": [{"exists": "yes"}]}}, "exists: expected true or false"),
        ({"event_pattern": {"a": [{"numeric": [">", "0"]}]}}, "numeric: expected a comparison"),
        ({"event_pattern": {"a": [{"cidr": "10.0"}]}}, "cidr: expected a block of addresses"),
        ({"event_pattern": {"a": [{"wildcard": "a**"}]}}, "wildcard: two * in sequence"),
        ({"event_pattern": {"a": [{"anything-but": []}]}}, "anything-but: expected a text, a number"),
        ({"event_pattern": {"a": [{"anything-but": {"cidr": "x"}}]}}, "anything-but: expected one of prefix"),
        ({"event_pattern": {"a": [{"prefix": "a", "suffix": "b"}]}}, "expected exactly one operator"),
        ({"event_pattern": {"$or": ["a"]}}, "expected a mapping of fields"),
        ({"event_pattern": {"a": ["x" * 5000]}}, "AWS accepts 4096"),
        ({"schedule_expression": "daily"}, "expected rate(5 minutes) or cron(0 12 * * ? *)"),
        ({"schedule_expression": "rate(5 minute)"}, "AWS takes this as rate(5 minutes)"),
        ({"schedule_expression": "rate(1 hours)"}, "AWS takes this as rate(1 hour)"),
        ({"schedule_expression": "rate(0 hours)"}, "expected a rate of at least 1"),
        ({"schedule_expression": "cron(0 12 * * ?)"}, "a cron expression has 6 fields"),
        ({"schedule_expression": "cron(0 12 * * * *)"}, "write ? either for day-of-month or for day-of-week"),
        ({"schedule_expression": "cron(0 25 * * ? *)"}, "25 is not valid for hours (from 0 to 23)"),
        ({"schedule_expression": "cron(0/0 5 * * ? *)"}, "0/0 is not valid for minutes"),
        ({"schedule_expression": "cron(0 5 ? * MON-FRY *)"}, "MON-FRY is not valid for day-of-week"),
        ({"schedule_expression": "at(2030-01-01T00:00:00)"}, "expected rate(5 minutes) or cron"),
        (
            {"event_bus_name": "x", "schedule_expression": "rate(1 day)"},
            "a rule of the bus x has no schedule",
        ),
        ({"state": "ON"}, "state"),
        ({"targets": [TARGET, TARGET]}, "targets[1]: an earlier one has the same id; keep one"),
        ({"targets": [*five("a"), TARGET]}, "5"),
        ({"targets": [{"id": "a b", "arn": QUEUE}]}, "1 to 64 of a-z, A-Z, 0-9, ., - and _"),
        ({"targets": [{"id": "a", "arn": "orders"}]}, "an ARN"),
        ({"targets": [{"id": "a", "arn": f"{QUEUE}.fifo"}]}, "a FIFO queue needs sqs_parameters"),
        ({"targets": [TO_STREAM]}, "a target of kinesis needs role_arn"),
        ({"targets": [{**TARGET, "input": {}, "input_path": "$"}]}, "a target has one of input, input_path"),
        ({"targets": [{**TARGET, "input": "hello"}]}, "the text is no JSON"),
        ({"targets": [{**TARGET, "input_path": "detail"}]}, "a path in the event, such as $.detail"),
        ({"targets": [{**TARGET, "input": {"a": "x" * 9000}}]}, "AWS accepts 8192"),
    ],
)
def test_a_mistake_in_the_files(harness: LiveHarness, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidStack) as refused:
        harness.run(rule(**settings))
    assert said in str(refused.value)
    assert "resources.yaml:" in str(refused.value)
    assert harness.calls == []


@pytest.mark.parametrize(
    "expression",
    [
        "rate(1 minute)", "rate(12 hours)", "cron(0/15 * * * ? *)", "cron(0 8 1,15 * ? 2030-2035)",
        "cron(0 18 ? * MON-FRI *)", "cron(0 0 L * ? *)", "cron(0 0 ? JAN,jul 6L *)", "cron(0 0 ? * 2#1 *)",
        "cron(0 0 15W * ? *)",
    ],
)  # fmt: skip
def test_a_valid_schedule_is_accepted(harness: LiveHarness, expression: str) -> None:
    report = harness.run(rule(schedule_expression=expression), dry_run=True)
    assert report.outcome == "pending", messages(report)
