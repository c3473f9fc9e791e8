"""Passes over groups of schedules: changes by hand, schedules of others, deletes, mistakes in the files."""

import json
from typing import Any

import pytest

from reconciler.desired import InvalidStack
from tests.resources.live_harness import LiveHarness, fields, messages

ACCOUNT = "123456789012"
HERE = f"eu-west-2:{ACCOUNT}"
QUEUE = f"arn:aws:sqs:{HERE}:orders"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/caller"
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "scheduler.amazonaws.com"}}
LIVE = {
    "ScheduleExpression": "rate(1 day)",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {"Arn": QUEUE, "RoleArn": ROLE},
}


def schedule(name: str = "nightly", target: dict[str, Any] | None = None, **settings: Any) -> dict[str, Any]:
    row = {"schedule_expression": "rate(1 day)", "flexible_time_window": {"mode": "OFF"}}
    return {"name": name, **row, "target": {"arn": QUEUE, "role_arn": ROLE, **(target or {})}, **settings}


def group(*schedules: dict[str, Any], name: str = "shop", **settings: Any) -> dict[str, Any]:
    return {"scheduler.group": {name: {"schedules": list(schedules), **settings}}}


@pytest.fixture
def scheduler(harness: LiveHarness) -> Any:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    harness.client("iam").create_role(RoleName="caller", AssumeRolePolicyDocument=policy)
    return harness.client("scheduler")


def names(scheduler: Any) -> list[str]:
    return [each["Name"] for each in scheduler.list_schedules(GroupName="shop")["Schedules"]]


def test_a_change_by_hand_is_repaired_and_other_settings_are_kept(
    harness: LiveHarness, scheduler: Any
) -> None:
    desired = group(schedule(description="Every day"))
    harness.settle(desired)
    by_hand = {**LIVE, "State": "DISABLED", "ScheduleExpressionTimezone": "Europe/London"}
    scheduler.update_schedule(Name="nightly", GroupName="shop", **by_hand)
    report = harness.settle(desired)
    assert fields(report) == ["schedules[nightly].description"]
    shown = scheduler.get_schedule(Name="nightly", GroupName="shop")
    assert (shown["State"], shown["ScheduleExpressionTimezone"]) == ("DISABLED", "Europe/London")


def test_a_schedule_by_hand_in_a_group_of_ours_is_deleted(harness: LiveHarness, scheduler: Any) -> None:
    harness.settle(group(schedule()))
    scheduler.create_schedule(Name="other", GroupName="shop", **LIVE)
    scheduler.create_schedule(Name="nightly", **LIVE)  # in the group default
    harness.settle(group(schedule()))
    assert names(scheduler) == ["nightly"]
    assert len(scheduler.list_schedules()["Schedules"]) == 2


def test_schedules_are_left_alone_where_the_files_do_not_write_them(
    harness: LiveHarness, scheduler: Any
) -> None:
    harness.settle({"scheduler.group": {"shop": {}}})
    scheduler.create_schedule(Name="other", GroupName="shop", **LIVE)
    harness.require_quiet({"scheduler.group": {"shop": {}}})


def test_a_group_of_somebody_else_is_not_changed(harness: LiveHarness, scheduler: Any) -> None:
    scheduler.create_schedule_group(Name="shop")
    scheduler.create_schedule(Name="other", GroupName="shop", **LIVE)
    report = harness.run(group(schedule()))
    assert "`adopt: true` takes it over" in messages(report)[0]
    assert names(scheduler) == ["other"]


def test_a_group_that_the_files_no_longer_have_is_deleted_with_its_schedules(
    harness: LiveHarness, scheduler: Any
) -> None:
    harness.settle(group(schedule()))
    harness.settle({}, prune=True)
    assert [each["Name"] for each in scheduler.list_schedule_groups()["ScheduleGroups"]] == ["default"]


def test_an_input_is_json_or_another_text(harness: LiveHarness, scheduler: Any) -> None:
    desired = group(schedule(target={"input": "hello"}), schedule("json", target={"input": {"a": [1]}}))
    harness.settle(desired)
    found = [
        scheduler.get_schedule(Name=each, GroupName="shop")["Target"]["Input"] for each in names(scheduler)
    ]
    assert found == ['{"a":[1]}', "hello"]


def test_targets_refer_to_other_resources(harness: LiveHarness, scheduler: Any) -> None:
    desired = {"sqs.queue": {"orders": {}}, **group(schedule(target={"arn": "${sqs.queue:orders}"}))}
    harness.settle(desired)
    assert scheduler.get_schedule(Name="nightly", GroupName="shop")["Target"]["Arn"] == QUEUE


STREAM = {"arn": f"arn:aws:kinesis:{HERE}:stream/x"}
FUNCTION = {"arn": f"arn:aws:lambda:{HERE}:function:x"}
LATE: dict[str, Any] = {"start_date": "2126-01-02T00:00:00Z", "end_date": "2126-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("desired", "said"),
    [
        (group(name="default"), "AWS takes no tags for the group default"),
        (group(schedule("a b")), "1 to 64 of a-z, A-Z, 0-9, -, _ and ."),
        (group(schedule(), schedule()), "schedules[1]: an earlier one has the same name; keep one"),
        (group(schedule(schedule_expression="daily")), "expected rate(5 minutes), cron(0 12 * * ? *) or at("),
        (group(schedule(schedule_expression="at(2030-02-30T00:00:00)")), "the calendar has no such time"),
        (group(schedule(schedule_expression="rate(2 day)")), "AWS takes this as rate(2 days)"),
        (group(schedule(schedule_expression_timezone="Europe/Londn")), "a time zone of the tz database"),
        (group(schedule(start_date="2030-01-01")), "a time in UTC, such as 2030-01-31T12:00:00Z"),
        (group(schedule(**LATE)), "the end must be after start_date"),
        (
            group(schedule(flexible_time_window={"mode": "FLEXIBLE"})),
            "a flexible window needs maximum_window",
        ),
        (group(schedule(state=None)), "write `state: ENABLED`"),
        (group(schedule(target={"arn": "orders"})), "an ARN"),
        (group(schedule(target={"arn": f"{QUEUE}.fifo"})), "a FIFO queue needs sqs_parameters"),
        (group(schedule(target=STREAM)), "a target of kinesis needs kinesis_parameters"),
        (group(schedule(target={**FUNCTION, "input": "hello"})), "a target of lambda takes only JSON"),
    ],
)
def test_a_mistake_in_the_files(harness: LiveHarness, desired: Any, said: str) -> None:
    with pytest.raises(InvalidStack) as refused:
        harness.run(desired)
    assert said in str(refused.value)
    assert harness.calls == []
