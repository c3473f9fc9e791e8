"""EventBridge Scheduler keeps every setting of schedules, and refuses what AWS refuses, with a plain client."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import ANYBODY, client_of, refused

ACCOUNT = "123456789012"
PLACE = f"arn:aws:scheduler:eu-west-2:{ACCOUNT}"
GROUP = f"{PLACE}:schedule-group/shop"
INVALID, ABSENT, CONFLICT = "ValidationException", "ResourceNotFoundException", "ConflictException"
RETRIES = {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}
TEAM = [{"Key": "Team", "Value": "shop"}]
OFF = {"Mode": "OFF"}


@pytest.fixture
def scheduler(sandbox: Sandbox) -> Any:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [ANYBODY]})
    client_of(sandbox, "iam").create_role(RoleName="caller", AssumeRolePolicyDocument=policy)
    return client_of(sandbox, "scheduler")


TARGET = {"Arn": f"arn:aws:sqs:eu-west-2:{ACCOUNT}:orders", "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/caller"}
PLAIN: dict[str, Any] = {"ScheduleExpression": "rate(1 day)", "Target": TARGET, "FlexibleTimeWindow": OFF}
EVERYTHING: dict[str, Any] = {
    "ScheduleExpression": "cron(0 12 * * ? *)",
    "ScheduleExpressionTimezone": "Europe/London",
    "StartDate": datetime(2126, 1, 1, tzinfo=UTC),
    "EndDate": datetime(2127, 1, 1, tzinfo=UTC),
    "Description": "Every day",
    "State": "DISABLED",
    "KmsKeyArn": f"arn:aws:kms:eu-west-2:{ACCOUNT}:key/1",
    "Target": {**TARGET, "Input": "hello", "RetryPolicy": {"MaximumRetryAttempts": 3}},
    "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
    "ActionAfterCompletion": "DELETE",
}


def test_a_schedule_keeps_every_setting(scheduler: Any) -> None:
    arn = scheduler.create_schedule(Name="nightly", **EVERYTHING)["ScheduleArn"]
    assert arn == f"{PLACE}:schedule/default/nightly"
    shown = scheduler.get_schedule(Name="nightly")
    assert {name: shown[name] for name in EVERYTHING} == EVERYTHING
    (row,) = scheduler.list_schedules()["Schedules"]
    assert (row["GroupName"], row["State"], row["Target"]) == ("default", "DISABLED", {"Arn": TARGET["Arn"]})


def test_an_update_resets_what_it_leaves_out(scheduler: Any) -> None:
    """https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html"""
    scheduler.create_schedule(Name="nightly", **EVERYTHING)
    scheduler.update_schedule(Name="nightly", **PLAIN)
    shown = scheduler.get_schedule(Name="nightly")
    assert not {"Description", "KmsKeyArn", "StartDate", "EndDate"} & shown.keys()
    assert (shown["State"], shown["ScheduleExpressionTimezone"]) == ("ENABLED", "UTC")
    assert (shown["ActionAfterCompletion"], shown["Target"]["RetryPolicy"]) == ("NONE", RETRIES)
    assert refused(scheduler, "update_schedule", Name="other", **PLAIN) == ABSENT


def test_a_name_is_unique_in_its_group_and_a_token_repeats_a_create(scheduler: Any) -> None:
    """https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html"""
    scheduler.create_schedule_group(Name="shop", ClientToken="a")
    scheduler.create_schedule_group(Name="shop", ClientToken="a")
    assert refused(scheduler, "create_schedule_group", Name="shop", ClientToken="b") == CONFLICT
    scheduler.create_schedule(Name="x", ClientToken="a", **PLAIN)
    scheduler.create_schedule(Name="x", ClientToken="a", **PLAIN)
    assert refused(scheduler, "create_schedule", Name="x", ClientToken="b", **PLAIN) == CONFLICT
    scheduler.create_schedule(Name="x", GroupName="shop", **PLAIN)
    assert refused(scheduler, "create_schedule", Name="x", GroupName="other", **PLAIN) == ABSENT


def test_a_group_is_deleted_with_its_schedules_but_not_the_default_one(scheduler: Any) -> None:
    """https://docs.aws.amazon.com/scheduler/latest/APIReference/API_DeleteScheduleGroup.html"""
    scheduler.create_schedule_group(Name="shop")
    scheduler.create_schedule(Name="x", GroupName="shop", **PLAIN)
    scheduler.delete_schedule_group(Name="shop")
    assert scheduler.list_schedules()["Schedules"] == []
    assert refused(scheduler, "get_schedule", Name="x", GroupName="shop") == ABSENT
    assert refused(scheduler, "delete_schedule_group", Name="shop") == ABSENT
    assert refused(scheduler, "delete_schedule_group", Name="default") == INVALID


def test_schedules_and_groups_are_listed_in_pages(scheduler: Any) -> None:
    scheduler.create_schedule_group(Name="shop")
    for name in ("b", "a"):
        scheduler.create_schedule(Name=name, GroupName="shop", **PLAIN)
    scheduler.create_schedule(Name="c", **PLAIN)
    first = scheduler.list_schedules(GroupName="shop", MaxResults=1)
    left = scheduler.list_schedules(GroupName="shop", MaxResults=1, NextToken=first["NextToken"])
    assert [each["Name"] for each in (*first["Schedules"], *left["Schedules"])] == ["a", "b"]
    assert [each["Name"] for each in scheduler.list_schedule_groups()["ScheduleGroups"]] == [
        "default",
        "shop",
    ]
    assert refused(scheduler, "list_schedules", GroupName="other") == ABSENT


def test_tags_belong_to_a_group(scheduler: Any) -> None:
    scheduler.create_schedule_group(Name="shop", Tags=TEAM)
    scheduler.tag_resource(ResourceArn=GROUP, Tags=[{"Key": "Cost", "Value": "1"}])
    scheduler.untag_resource(ResourceArn=GROUP, TagKeys=["Team", "Other"])
    assert scheduler.list_tags_for_resource(ResourceArn=GROUP)["Tags"] == [{"Key": "Cost", "Value": "1"}]
    assert refused(scheduler, "tag_resource", ResourceArn=f"{GROUP}s", Tags=TEAM) == ABSENT
    assert (
        refused(scheduler, "tag_resource", ResourceArn=GROUP, Tags=[{"Key": "aws:x", "Value": "1"}])
        == INVALID
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"ScheduleExpression": "daily"},
        {"ScheduleExpression": "at(2030-02-30T00:00:00)"},
        {"ScheduleExpressionTimezone": "Europe/Atlantis"},
        {"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}},
        {"FlexibleTimeWindow": {"Mode": "OFF", "MaximumWindowInMinutes": 5}},
        {"StartDate": datetime.now(UTC) - timedelta(days=1)},
        {"StartDate": datetime(2127, 1, 1, tzinfo=UTC), "EndDate": datetime(2126, 1, 1, tzinfo=UTC)},
        {"Target": {**TARGET, "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/other"}},
    ],
)
def test_a_wrong_setting_is_refused(scheduler: Any, settings: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"""
    assert refused(scheduler, "create_schedule", Name="x", **{**PLAIN, **settings}) == INVALID


def test_the_state_of_the_sandbox_has_schedules(scheduler: Any, sandbox: Sandbox) -> None:
    scheduler.create_schedule(Name="x", **PLAIN)
    saved = sandbox.snapshot()
    scheduler.delete_schedule(Name="x")
    sandbox.restore(saved)
    assert scheduler.get_schedule(Name="x")["ScheduleExpression"] == "rate(1 day)"
