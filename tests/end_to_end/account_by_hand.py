"""An account that somebody filled by hand, with every kind: the requests, and two programs that send them."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import jmespath

from reconciler.sandbox.process_state import SANDBOXED_ENVIRONMENT
from tests.end_to_end.backups_by_hand import BACKUPS, COSTS, TRAILS
from tests.end_to_end.centre_by_hand import CENTRE
from tests.end_to_end.functions_by_hand import FUNCTIONS
from tests.end_to_end.lightsail_databases_by_hand import DATABASES
from tests.end_to_end.network_by_hand import NETWORK
from tests.end_to_end.request_steps import ACCOUNT, HERE, PAIRS, REGION, TEAM, Step, policy
from tests.end_to_end.rest_apis_by_hand import REST_APIS
from tests.end_to_end.servers_by_hand import SERVERS
from tests.end_to_end.users_by_hand import USERS

BOARD = {
    "start": "-PT6H",
    "widgets": [
        {
            "type": "alarm",
            "x": 0,
            "y": 0,
            "width": 6,
            "height": 3,
            "properties": {"alarms": [f"arn:aws:cloudwatch:{HERE}:alarm:lookup errors"]},
        },
        {
            "type": "metric",
            "properties": {
                "metrics": [["AWS/Lambda", "Errors", "FunctionName", "lookup", {"label": "now ${LAST}"}]],
                "region": REGION,
            },
        },
    ],
}
MADE_FOR_LAMBDA = {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
STORES = (
    Step(
        "kms",
        "create_key",
        {"Description": "Orders", "Tags": [{"TagKey": "team", "TagValue": "blue"}]},
        {"KEY": "KeyMetadata.Arn", "KEY_ID": "KeyMetadata.KeyId"},
    ),
    Step("kms", "create_alias", {"AliasName": "alias/orders", "TargetKeyId": "{KEY_ID}"}),
    Step("kms", "enable_key_rotation", {"KeyId": "{KEY_ID}"}),
    Step("kms", "create_key", {"Description": "Without an alias"}),
    Step("kms", "create_key", {}, {"OLD": "KeyMetadata.KeyId"}),
    Step("kms", "create_alias", {"AliasName": "alias/old", "TargetKeyId": "{OLD}"}),
    Step("kms", "schedule_key_deletion", {"KeyId": "{OLD}", "PendingWindowInDays": 7}),
    Step(
        "sns",
        "create_topic",
        {"Name": "alarms", "Attributes": {"KmsMasterKeyId": "{KEY}", "DisplayName": "Alarms"}, "Tags": PAIRS},
        {"TOPIC": "TopicArn"},
    ),
    Step("sns", "subscribe", {"TopicArn": "{TOPIC}", "Protocol": "email", "Endpoint": "ops@example.com"}),
    Step(
        "sqs",
        "create_queue",
        {
            "QueueName": "jobs",
            "Attributes": {
                "VisibilityTimeout": "60",
                "KmsMasterKeyId": "{KEY}",
                "Policy": policy(
                    {
                        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                        "Action": "sqs:SendMessage",
                        "Resource": f"arn:aws:sqs:{HERE}:jobs",
                    }
                ),
            },
            "tags": TEAM,
        },
        {"JOBS": "QueueUrl"},
    ),
    Step("logs", "create_log_group", {"logGroupName": "/aws/lambda/lookup", "tags": TEAM}),
    Step("logs", "put_retention_policy", {"logGroupName": "/aws/lambda/lookup", "retentionInDays": 30}),
    Step(
        "logs",
        "put_resource_policy",
        {
            "resourceArn": f"arn:aws:logs:{HERE}:log-group:/aws/lambda/lookup",
            "policyName": "services",
            "policyDocument": policy(
                {
                    "Principal": {"Service": "es.amazonaws.com"},
                    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                    "Resource": f"arn:aws:logs:{HERE}:log-group:/aws/lambda/lookup:*",
                }
            ),
        },
    ),
    Step(
        "dynamodb",
        "create_table",
        {
            "TableName": "Orders",
            "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "day")],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "by_day",
                    "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
            "SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "{KEY}"},
            "Tags": PAIRS,
        },
    ),
    Step(
        "dynamodb",
        "update_time_to_live",
        {
            "TableName": "Orders",
            "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expires"},
        },
    ),
    *(
        Step(
            "s3",
            "create_bucket",
            {"Bucket": name, "CreateBucketConfiguration": {"LocationConstraint": REGION}},
        )
        for name in ("acme-logs", "acme-orders")
    ),
    Step("s3", "put_bucket_tagging", {"Bucket": "acme-orders", "Tagging": {"TagSet": PAIRS}}),
    Step(
        "s3",
        "put_bucket_versioning",
        {"Bucket": "acme-orders", "VersioningConfiguration": {"Status": "Enabled"}},
    ),
    Step(
        "s3",
        "put_bucket_policy",
        {
            "Bucket": "acme-orders",
            "Policy": policy(
                {
                    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                    "Action": "s3:GetObject",
                    "Resource": "arn:aws:s3:::acme-orders/*",
                }
            ),
        },
    ),
)
"""Keys, topics, log groups, tables and buckets."""

CODE = (
    Step(
        "iam",
        "create_policy",
        {
            "PolicyName": "read-orders",
            "PolicyDocument": policy(
                {"Action": "dynamodb:Query", "Resource": f"arn:aws:dynamodb:{HERE}:table/Orders/index/*"},
                {
                    "Action": "logs:PutLogEvents",
                    "Resource": f"arn:aws:logs:{HERE}:log-group:/aws/lambda/lookup:*",
                },
                {"Action": "kms:Decrypt", "Resource": "{KEY}"},
            ),
            "Tags": PAIRS,
        },
        {"POLICY": "Policy.Arn"},
    ),
    Step(
        "iam",
        "create_role",
        {
            "RoleName": "lookup",
            "AssumeRolePolicyDocument": policy(MADE_FOR_LAMBDA),
            "Description": "For lookup",
            "Tags": PAIRS,
        },
        {"ROLE": "Role.Arn"},
    ),
    Step(
        "kms",
        "put_key_policy",
        {
            "KeyId": "{KEY_ID}",
            "PolicyName": "default",
            "Policy": policy(
                {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"},
                {"Principal": {"AWS": "{ROLE}"}, "Action": "kms:Decrypt", "Resource": "*"},
            ),
        },
    ),
    Step(
        "dynamodb",
        "put_resource_policy",
        {
            "ResourceArn": f"arn:aws:dynamodb:{HERE}:table/Orders",
            "Policy": policy(
                {
                    "Principal": {"AWS": "{ROLE}"},
                    "Action": "dynamodb:GetItem",
                    "Resource": f"arn:aws:dynamodb:{HERE}:table/Orders",
                }
            ),
        },
    ),
    Step("iam", "attach_role_policy", {"RoleName": "lookup", "PolicyArn": "{POLICY}"}),
    Step(
        "iam",
        "put_role_policy",
        {
            "RoleName": "lookup",
            "PolicyName": "topic",
            "PolicyDocument": policy({"Action": "sns:Publish", "Resource": "{TOPIC}"}),
        },
    ),
    Step(
        "iam",
        "create_open_id_connect_provider",
        {
            "Url": "https://token.actions.githubusercontent.com",
            "ClientIDList": ["sts.amazonaws.com"],
            "Tags": PAIRS,
        },
        {"GITHUB": "OpenIDConnectProviderArn"},
    ),
    Step(
        "iam",
        "create_role",
        {
            "RoleName": "deploy",
            "AssumeRolePolicyDocument": policy(
                {
                    "Principal": {"Federated": "{GITHUB}"},
                    "Action": "sts:AssumeRoleWithWebIdentity",
                    "Condition": {
                        "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}
                    },
                }
            ),
            "Tags": PAIRS,
        },
    ),
    Step("iam", "create_service_linked_role", {"AWSServiceName": "connect.amazonaws.com"}),
    *NETWORK,
    *SERVERS,
    *FUNCTIONS,
    Step(
        "cloudwatch",
        "put_metric_alarm",
        {
            "AlarmName": "lookup errors",
            "Namespace": "AWS/Lambda",
            "MetricName": "Errors",
            "Dimensions": [{"Name": "FunctionName", "Value": "lookup"}],
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "AlarmActions": ["{TOPIC}"],
            "Tags": PAIRS,
        },
    ),
    Step(
        "cloudwatch",
        "put_metric_alarm",
        {
            "AlarmName": "busy",
            "Namespace": "AWS/Lambda",
            "MetricName": "ConcurrentExecutions",
            "Statistic": "Maximum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 900,
            "ComparisonOperator": "GreaterThanThreshold",
            "Tags": PAIRS,
        },
    ),
    Step(
        "cloudwatch",
        "put_composite_alarm",
        {
            "AlarmName": "shop",
            "AlarmRule": f'(ALARM("lookup errors")  OR ALARM("arn:aws:cloudwatch:{HERE}:alarm:lookup errors")) AND '
            f"NOT OK(arn:aws:cloudwatch:{HERE}:alarm:busy)",
            "AlarmActions": ["{TOPIC}"],
            "ActionsSuppressor": "busy",
            "ActionsSuppressorWaitPeriod": 60,
            "ActionsSuppressorExtensionPeriod": 60,
            "Tags": PAIRS,
        },
    ),
    Step(
        "cloudwatch",
        "put_composite_alarm",
        {"AlarmName": "everything", "AlarmRule": "AT_LEAST(1, ALARM, (busy, shop))", "Tags": PAIRS},
    ),
    Step(
        "cloudwatch",
        "put_dashboard",
        {"DashboardName": "orders", "DashboardBody": json.dumps(BOARD), "Tags": PAIRS},
    ),
    Step(
        "events",
        "create_event_bus",
        {
            "Name": "orders",
            "Description": "Orders",
            "DeadLetterConfig": {"Arn": f"arn:aws:sqs:{HERE}:jobs"},
            "Tags": PAIRS,
        },
    ),
    Step(
        "events",
        "put_rule",
        {
            "Name": "paid",
            "EventBusName": "orders",
            "EventPattern": json.dumps({"source": ["shop"], "detail": {"total": [{"numeric": [">", 0]}]}}),
            "State": "DISABLED",
            "Tags": PAIRS,
        },
    ),
    Step(
        "events",
        "put_targets",
        {
            "Rule": "paid",
            "EventBusName": "orders",
            "Targets": [
                {"Id": "jobs", "Arn": f"arn:aws:sqs:{HERE}:jobs", "InputPath": "$.detail"},
                {"Id": "lookup", "Arn": "{FUNCTION}", "Input": json.dumps({"full": True})},
            ],
        },
    ),
    *BACKUPS,
    *DATABASES,
    *REST_APIS,
    *USERS,
    *COSTS,
    *TRAILS,
    Step("scheduler", "create_schedule_group", {"Name": "shop", "Tags": PAIRS}),
    Step(
        "scheduler",
        "create_schedule",
        {
            "Name": "nightly",
            "GroupName": "shop",
            "ScheduleExpression": "cron(0 3 * * ? *)",
            "ScheduleExpressionTimezone": "Europe/London",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": "{FUNCTION}", "RoleArn": "{ROLE}", "Input": json.dumps({"full": True})},
        },
    ),
    Step(
        "events",
        "put_permission",
        {
            "EventBusName": "orders",
            "Policy": policy(
                {
                    "Sid": "account",
                    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                    "Action": "events:PutEvents",
                    "Resource": f"arn:aws:events:{HERE}:event-bus/orders",
                }
            ),
        },
    ),
)
"""Roles, policies, networks, functions and alarms."""
STEPS = (*STORES, *CODE, *CENTRE)


def fill_with_boto3(session: Any) -> None:
    """Send the requests with boto3, which stands in for the AWS CLI."""
    known: dict[str, str] = {}
    clients: dict[str, Any] = {}
    for step in STEPS:
        client = clients.setdefault(step.service, session.client(step.service))
        member = "Content" if step.operation == "publish_layer_version" else "Code"
        code = {member: {"ZipFile": step.code}} if step.code else {}
        reply = getattr(client, step.operation)(**step.filled(known), **code)
        known |= {name: str(jmespath.search(path, reply)) for name, path in step.kept.items()}


def fill_with_aws_cli(aws: str, url: str, folder: Path) -> None:
    """Send the requests with an installed AWS CLI; the archive of a function goes into the folder."""
    known: dict[str, str] = {}
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        **SANDBOXED_ENVIRONMENT,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_PAGER": "",
    }
    for step in STEPS:
        service = {"s3": "s3api"}.get(step.service, step.service)
        words = [aws, service, step.operation.replace("_", "-")]
        words += ["--cli-input-json", json.dumps(step.filled(known)), "--output", "json"]
        words += ["--endpoint-url", url]  # the CLI ignores AWS_ENDPOINT_URL for SQS
        if step.code:
            archive = folder / "code.zip"
            archive.write_bytes(step.code)
            words += ["--zip-file", f"fileb://{archive}"]
        done = subprocess.run(
            words, env=environment, capture_output=True, text=True, check=False, timeout=600
        )
        assert done.returncode == 0, (step, done.stderr)
        reply = json.loads(done.stdout or "{}")
        known |= {name: str(jmespath.search(path, reply)) for name, path in step.kept.items()}
