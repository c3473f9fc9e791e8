"""scheduler.group."""

import json
from typing import Any

from reconciler.testing import Change, Given, Sample, Settings
from tests.contract.ecs_parameters import ECS_PARAMETERS, HERE

ACCOUNT = "123456789012"
ROLE, OTHER_ROLE = (
    f"arn:aws:iam::{ACCOUNT}:role/{each}" for each in ("schedules-to-targets", "schedules-to-others")
)
QUEUE = f"arn:aws:sqs:{HERE}:orders"
CREATE, UPDATE, DELETE = ("CreateSchedule",), ("UpdateSchedule",), ("DeleteSchedule",)
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
OFF = {"mode": "OFF"}


def to(arn: str, **more: object) -> Settings:
    return {"arn": arn, "role_arn": ROLE, **more}


def plain(name: str, target: Settings, expression: str = "rate(1 day)") -> Settings:
    return {"name": name, "schedule_expression": expression, "flexible_time_window": OFF, "target": target}


NIGHTLY: dict[str, Any] = {
    "name": "nightly",
    "schedule_expression": "cron(0 3 * * ? *)",
    "schedule_expression_timezone": "Europe/London",
    "start_date": "2126-01-01T00:00:00Z",
    "end_date": "2127-01-01T00:00:00Z",
    "description": "Every night",
    "state": "DISABLED",
    "kms_key_arn": f"arn:aws:kms:{HERE}:key/12345678-1234-1234-1234-123456789012",
    "flexible_time_window": {"mode": "FLEXIBLE", "maximum_window_in_minutes": 15},
    "action_after_completion": "DELETE",
    "target": to(
        QUEUE,
        input={"order": "all"},
        dead_letter_config={"arn": f"arn:aws:sqs:{HERE}:dead"},
        retry_policy={"maximum_event_age_in_seconds": 600, "maximum_retry_attempts": 3},
        sqs_parameters={"message_group_id": "orders"},
    ),
}
TASK = plain(
    "task",
    to(
        f"arn:aws:ecs:{HERE}:cluster/shop",
        ecs_parameters=ECS_PARAMETERS,
    ),
)
EVENT = {"detail_type": "tick", "source": "shop"}
BUS = f"arn:aws:events:{HERE}:event-bus/default"
OTHERS = [
    plain("event", to(BUS, event_bridge_parameters=EVENT)),
    plain("event-v2", to(BUS, event_bridge_put_events_v2_parameters=EVENT)),
    plain("raw", to(BUS, event_bridge_put_raw_events_parameters={"metadata": {"team": "shop"}})),
    plain("stream", to(f"arn:aws:kinesis:{HERE}:stream/x", kinesis_parameters={"partition_key": "one"})),
    plain(
        "pipeline",
        to(
            f"arn:aws:sagemaker:{HERE}:pipeline/forecast",
            sage_maker_pipeline_parameters={"pipeline_parameter_list": [{"name": "month", "value": "May"}]},
        ),
    ),
    plain("once", to(QUEUE), "at(2126-01-01T12:00:00)"),
]
BASE: list[Settings] = [NIGHTLY, TASK, *OTHERS]


def role(name: str) -> Given:
    return Given("iam", "create_role", {"RoleName": name, "AssumeRolePolicyDocument": json.dumps(TRUST)})


SAMPLE = Sample(
    name="shop",
    given=(role("schedules-to-targets"), role("schedules-to-others")),
    base={"schedules": BASE, "tags": {"Team": "shop"}},
    changes=(
        Change("schedules", [{**NIGHTLY, "state": "ENABLED"}, *BASE[1:]], UPDATE, "enabled"),
        Change(
            "schedules",
            [{**NIGHTLY, "target": {**NIGHTLY["target"], "role_arn": OTHER_ROLE}}, *BASE[1:]],
            UPDATE,
            "another role",
        ),
        Change("schedules", [*BASE, plain("more", to(QUEUE))], CREATE, "one more"),
        Change("schedules", BASE[1:], DELETE, "one less"),
        Change("schedules", None, DELETE * len(BASE), "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    # The operations on schedules name the group in another way: `test_live_schedules` changes them by hand.
    drifts=(),
    no_meaning={
        "schedules[].target.sqs_parameters.message_group_id": "the author chooses it",
        "schedules[].target.ecs_parameters.reference_id": "the author chooses it",
    },
)
