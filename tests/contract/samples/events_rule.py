"""events.rule."""

import json

from reconciler.testing import Change, Drift, Given, Sample, Settings
from tests.contract.ecs_parameters import ECS_PARAMETERS, HERE

ACCOUNT = "123456789012"
QUEUE, OTHER_QUEUE = (f"arn:aws:sqs:{HERE}:{each}" for each in ("orders.fifo", "tills"))
ROLE, OTHER_ROLE = (f"arn:aws:iam::{ACCOUNT}:role/{each}" for each in ("to-targets", "to-others"))
FUNCTION = f"arn:aws:lambda:{HERE}:function:lookup"
PUT, PUT_TARGETS, REMOVE = ("PutRule",), ("PutTargets",), ("RemoveTargets",)
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
PATTERN = {
    "source": ["shop", {"prefix": "till."}],
    "detail": {"total": [{"numeric": [">", 0, "<=", 1000]}], "state": [{"anything-but": ["new", "draft"]}]},
}
TO_QUEUE = {
    "id": "queue",
    "arn": QUEUE,
    "input": {"order": "all", "lines": [1, 2]},
    "sqs_parameters": {"message_group_id": "orders"},
    "dead_letter_config": {"arn": f"arn:aws:sqs:{HERE}:dead"},
    "retry_policy": {"maximum_retry_attempts": 3, "maximum_event_age_in_seconds": 600},
}
TO_FUNCTION = {
    "id": "function",
    "arn": FUNCTION,
    "input_transformer": {
        "input_paths_map": {"order": "$.detail.order", "time": "$.time"},
        "input_template": '{"order": <order>, "time": <time>}',
    },
}
TO_STREAM = {
    "id": "stream",
    "arn": f"arn:aws:kinesis:{HERE}:stream/orders",
    "role_arn": ROLE,
    "input_path": "$.detail",
    "kinesis_parameters": {"partition_key_path": "$.detail.order"},
}
TO_TASK = {
    "id": "task",
    "arn": f"arn:aws:ecs:{HERE}:cluster/shop",
    "role_arn": ROLE,
    "ecs_parameters": ECS_PARAMETERS,
}
TO_API = {
    "id": "api",
    "arn": f"arn:aws:execute-api:{HERE}:a1b2c3/prod/POST/orders/*",
    "role_arn": ROLE,
    "http_parameters": {
        "path_parameter_values": ["$.detail.order"],
        "header_parameters": {"x-shop": "yes"},
        "query_string_parameters": {"state": "$.detail.state"},
    },
}
TO_JOB = {
    "id": "job",
    "arn": f"arn:aws:batch:{HERE}:job-queue/reports",
    "role_arn": ROLE,
    "batch_parameters": {
        "job_definition": "report",
        "job_name": "nightly",
        "array_properties": {"size": 2},
        "retry_strategy": {"attempts": 3},
    },
}
TO_INSTANCES = {
    "id": "instances",
    "arn": "arn:aws:ssm:eu-west-2::document/AWS-RunShellScript",
    "role_arn": ROLE,
    "run_command_parameters": {"run_command_targets": [{"key": "tag:Team", "values": ["shop", "till"]}]},
}
TO_WAREHOUSE = {
    "id": "warehouse",
    "arn": f"arn:aws:redshift:{HERE}:cluster:shop",
    "role_arn": ROLE,
    "redshift_data_parameters": {
        "secret_manager_arn": f"arn:aws:secretsmanager:{HERE}:secret:shop-AbCdEf",
        "database": "shop",
        "db_user": "events",
        "sql": "select 1",
        "statement_name": "count",
        "with_event": True,
        "sqls": ["select 1", "select 2"],
    },
}
TO_PIPELINE = {
    "id": "pipeline",
    "arn": f"arn:aws:sagemaker:{HERE}:pipeline/forecast",
    "role_arn": ROLE,
    "sage_maker_pipeline_parameters": {"pipeline_parameter_list": [{"name": "month", "value": "May"}]},
}
TO_GRAPH = {
    "id": "graph",
    "arn": f"arn:aws:appsync:{HERE}:endpoints/graphql-api/abc",
    "role_arn": ROLE,
    "app_sync_parameters": {"graph_ql_operation": "mutation Add($order: ID!) { add(order: $order) { id } }"},
}
OTHERS: list[Settings] = [TO_JOB, TO_INSTANCES, TO_WAREHOUSE, TO_PIPELINE, TO_GRAPH]
BASE_TARGETS: list[Settings] = [TO_API, TO_QUEUE, TO_FUNCTION, TO_STREAM, TO_TASK]


def role(name: str) -> Given:
    return Given("iam", "create_role", {"RoleName": name, "AssumeRolePolicyDocument": json.dumps(TRUST)})


SAMPLE = Sample(
    name="orders",
    given=(
        role("to-targets"),
        role("to-others"),
        Given("events", "create_event_bus", {"Name": "others"}),
    ),
    least=("event_pattern",),
    base={
        "event_bus_name": "default",
        "event_pattern": PATTERN,
        "state": "DISABLED",
        "description": "Orders",
        "role_arn": ROLE,
        "targets": BASE_TARGETS,
        "tags": {"Team": "shop"},
    },
    forms={
        "on a schedule": {"schedule_expression": "rate(5 minutes)", "targets": [TO_FUNCTION]},
        "with other targets": {"event_pattern": json.dumps(PATTERN), "targets": OTHERS},
    },
    changes=(
        Change("event_bus_name", "others", refused="AWS cannot change event_bus_name"),
        Change("event_pattern", {"source": ["shop"]}, PUT),
        Change("event_pattern", '{"source": ["till"]}', PUT, "as a text", form="with other targets"),
        Change("schedule_expression", "cron(0 12 ? * MON-FRI *)", PUT, form="on a schedule"),
        Change("state", "ENABLED", PUT),
        Change("description", "All orders", PUT),
        Change("description", None, PUT, "taken away"),
        Change("role_arn", OTHER_ROLE, PUT),
        Change("role_arn", None, PUT, "taken away"),
        Change("targets", [{**TO_API, "arn": FUNCTION}, *BASE_TARGETS[1:]], PUT_TARGETS, "another ARN"),
        Change("targets", BASE_TARGETS[1:], REMOVE, "one less"),
        Change("targets", OTHERS, REMOVE + PUT_TARGETS, "all others"),
        Change("targets", None, REMOVE, "taken away"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(Drift("state", "enable_rule", {}),),
    no_meaning={
        "targets[].id": "the author chooses it",
        "targets[].sqs_parameters.message_group_id": "the author chooses it",
        "targets[].ecs_parameters.reference_id": "the author chooses it",
    },
)
