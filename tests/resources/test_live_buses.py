"""Passes over event buses: changes by hand, the default bus, policies, deletes, mistakes in the files."""

import json
from typing import Any

import pytest

from reconciler.desired import InvalidStack
from tests.resources.live_harness import LiveHarness, fields, messages

ACCOUNT = "123456789012"
BUS = f"arn:aws:events:eu-west-2:{ACCOUNT}:event-bus/orders"
LOGS = {"include_detail": "NONE", "level": "ERROR"}
PARTNER = "aws.partner/example.com/shop"


def letting(*principals: str) -> dict[str, Any]:
    statements = [
        {"Sid": f"S{each}", "Effect": "Allow", "Principal": {"AWS": each}, "Action": "events:PutEvents"}
        for each in principals
    ]
    return {"Version": "2012-10-17", "Statement": [{**each, "Resource": BUS} for each in statements]}


def bus(name: str = "orders", **settings: Any) -> dict[str, Any]:
    return {"events.bus": {name: settings}}


@pytest.fixture
def events(harness: LiveHarness) -> Any:
    return harness.client("events")


def test_a_change_by_hand_is_repaired_and_other_settings_are_kept(harness: LiveHarness, events: Any) -> None:
    desired = bus(log_config=LOGS, bus_policy=letting("111111111111"))
    harness.settle(desired)
    other = {"Description": "by hand", "LogConfig": {"IncludeDetail": "FULL", "Level": "OFF"}}
    events.update_event_bus(Name="orders", **other)
    events.put_permission(
        EventBusName="orders", Action="events:PutEvents", Principal="222222222222", StatementId="x"
    )
    report = harness.settle(desired)
    assert sorted(fields(report)) == [
        "bus_policy.Statement.x",
        "log_config.include_detail",
        "log_config.level",
    ]
    shown = events.describe_event_bus(Name="orders")
    assert shown["Description"] == "by hand"
    assert [each["Sid"] for each in json.loads(shown["Policy"])["Statement"]] == ["S111111111111"]


def test_a_policy_in_another_form_is_no_difference(harness: LiveHarness, events: Any) -> None:
    desired = bus(bus_policy=letting("111111111111", "222222222222"))
    harness.settle(desired)
    again = letting("arn:aws:iam::222222222222:root", "arn:aws:iam::111111111111:root")
    for each in again["Statement"]:
        each["Sid"] = "S" + each["Principal"]["AWS"].split(":")[4]
        each["Action"] = ["events:PutEvents"]
    events.put_permission(EventBusName="orders", Policy=json.dumps(again))
    harness.require_quiet(desired)


def test_the_default_bus_is_adopted_and_never_deleted(harness: LiveHarness, events: Any) -> None:
    harness.settle(bus("default", adopt=True, log_config=LOGS))
    assert events.describe_event_bus()["LogConfig"]["Level"] == "ERROR"
    harness.settle({}, prune=True)
    assert events.describe_event_bus()["LogConfig"]["Level"] == "ERROR"
    arn = events.describe_event_bus()["Arn"]
    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == []


def test_a_bus_with_rules_of_others_is_not_deleted(harness: LiveHarness, events: Any) -> None:
    harness.settle(bus())
    events.put_rule(Name="x", EventBusName="orders", EventPattern='{"source": ["shop"]}')
    report = harness.run({}, prune=True)
    assert "EventBus can't be deleted since it has rules." in " ".join(messages(report))
    events.delete_rule(Name="x", EventBusName="orders")
    harness.settle({}, prune=True)
    assert [each["Name"] for each in events.list_event_buses()["EventBuses"]] == ["default"]


def test_a_partner_bus_is_made_of_its_source(harness: LiveHarness, events: Any) -> None:
    events.create_partner_event_source(Name=PARTNER, Account=ACCOUNT)
    harness.settle(bus(PARTNER, event_source_name=PARTNER, description="From a partner"))
    assert events.describe_event_bus(Name=PARTNER)["Description"] == "From a partner"


@pytest.mark.parametrize(
    ("desired", "said"),
    [
        (bus("or ders"), "a-z, A-Z, 0-9, ., -, _ and / alone"),
        (bus("or/ders"), "only a partner bus has the name of its source"),
        (bus(PARTNER), f"a new partner bus needs event_source_name: {PARTNER}"),
        (bus(event_source_name=PARTNER), f"name it {PARTNER}"),
        (bus(event_source_name="shop"), "the name of a partner's event source"),
        (
            bus(PARTNER, event_source_name=PARTNER, bus_policy=letting("1" * 12)),
            "a partner bus has no policy",
        ),
        (bus("default"), "write `adopt: true` or `existing: true`"),
        (bus(kms_key_identifier="alias/orders"), "not an alias"),
        (bus(dead_letter_config={"arn": "orders"}), "the ARN of an SQS queue"),
        (bus(log_config={"level": "WARN"}), "level"),
        (bus(bus_policy={"Statement": []}), "the policy has no Statement"),
        (bus(bus_policy=letting("x" * 10_240)), "AWS accepts 10240"),
    ],
)
def test_a_mistake_in_the_files(harness: LiveHarness, desired: Any, said: str) -> None:
    with pytest.raises(InvalidStack) as refused:
        harness.run(desired)
    assert said in str(refused.value)
