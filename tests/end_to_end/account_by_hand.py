"""An account that somebody filled by hand, with every kind: the requests, and two programs that send them."""

import io
import json
import os
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jmespath

from reconciler.sandbox.process_state import SANDBOXED_ENVIRONMENT

REGION, ACCOUNT, ALIAS = "eu-west-2", "123456789012", "acme"
TEAM = {"team": "blue"}
PAIRS = [{"Key": "team", "Value": "blue"}]
HERE = f"{REGION}:{ACCOUNT}"


@dataclass(frozen=True)
class Step:
    """One request. `{NAME}` in its parameters is a part of an earlier reply; `kept` are parts of this one, by name."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    kept: Mapping[str, str] = field(default_factory=dict)
    code: bytes = b""
    """The archive of a function."""

    def filled(self, known: Mapping[str, str]) -> dict[str, Any]:
        """The parameters with the parts of earlier replies."""
        text = json.dumps(self.parameters)
        for name, value in known.items():
            text = text.replace(f"{{{name}}}", value)
        found: dict[str, Any] = json.loads(text)
        return found


def policy(*statements: Mapping[str, Any]) -> str:
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]}
    )


def flow(queue: str) -> str:
    def action(
        name: str, kind: str, parameters: Mapping[str, str], errors: tuple[str, ...]
    ) -> dict[str, Any]:
        left = [{"ErrorType": each, "NextAction": "end"} for each in errors]
        onward = {"NextAction": "transfer" if name == "queue" else "end", "Errors": left} if errors else {}
        return {"Identifier": name, "Type": kind, "Parameters": parameters, "Transitions": onward}

    actions = [
        action("queue", "UpdateContactTargetQueue", {"QueueId": queue}, ("NoMatchingError",)),
        action("transfer", "TransferContactToQueue", {}, ("QueueAtCapacity", "NoMatchingError")),
        action("end", "DisconnectParticipant", {}, ()),
    ]
    return json.dumps({"Version": "2019-10-30", "StartAction": "queue", "Metadata": {}, "Actions": actions})


def _archive() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(zipfile.ZipInfo("main.py"), "def handler(event, context):\n    return {}\n")
    return held.getvalue()


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
    Step("iam", "create_service_linked_role", {"AWSServiceName": "connect.amazonaws.com"}),
    Step(
        "ec2",
        "describe_vpcs",
        {"Filters": [{"Name": "is-default", "Values": ["true"]}]},
        {"VPC": "Vpcs[0].VpcId"},
    ),
    Step(
        "ec2",
        "create_security_group",
        {
            "GroupName": "lookup",
            "Description": "For lookup",
            "VpcId": "{VPC}",
            "TagSpecifications": [{"ResourceType": "security-group", "Tags": PAIRS}],
        },
        {"GROUP": "GroupId"},
    ),
    Step(
        "ec2",
        "authorize_security_group_ingress",
        {
            "GroupId": "{GROUP}",
            "IpPermissions": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 443,
                    "ToPort": 443,
                    "UserIdGroupPairs": [{"GroupId": "{GROUP}"}],
                }
            ],
        },
    ),
    Step(
        "ec2",
        "create_subnet",
        {
            "VpcId": "{VPC}",
            "CidrBlock": "172.31.240.0/24",
            "AvailabilityZone": f"{REGION}a",
            "TagSpecifications": [{"ResourceType": "subnet", "Tags": PAIRS}],
        },
        {"SUBNET": "Subnet.SubnetId"},
    ),
    Step(
        "lambda",
        "create_function",
        {
            "FunctionName": "lookup",
            "Role": "{ROLE}",
            "Runtime": "python3.12",
            "Handler": "main.handler",
            "Timeout": 10,
            "Environment": {
                "Variables": {
                    "TABLE": "Orders",
                    "TOPIC": "{TOPIC}",
                    "JOBS": "{JOBS}",
                    "DESK": "https://desk.example.com/{KEY_ID}/x",
                }
            },
            "VpcConfig": {"SubnetIds": ["{SUBNET}"], "SecurityGroupIds": ["{GROUP}"]},
            "Tags": TEAM,
        },
        {"FUNCTION": "FunctionArn"},
        _archive(),
    ),
    Step(
        "lambda",
        "add_permission",
        {
            "FunctionName": "lookup",
            "StatementId": "connect",
            "Action": "lambda:InvokeFunction",
            "Principal": "connect.amazonaws.com",
            "SourceAccount": ACCOUNT,
        },
    ),
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
)
"""Roles, policies, networks, functions and alarms."""

IN_CENTRE = {"InstanceId": "{INSTANCE}"}
CENTRE = (
    Step(
        "connect",
        "create_instance",
        {
            "IdentityManagementType": "CONNECT_MANAGED",
            "InstanceAlias": ALIAS,
            "InboundCallsEnabled": True,
            "OutboundCallsEnabled": True,
            "Tags": TEAM,
        },
        {"INSTANCE": "Id", "INSTANCE_ARN": "Arn"},
    ),
    Step("connect", "describe_instance", IN_CENTRE),
    Step("connect", "associate_lambda_function", {**IN_CENTRE, "FunctionArn": "{FUNCTION}"}),
    Step(
        "connect",
        "associate_instance_storage_config",
        {
            **IN_CENTRE,
            "ResourceType": "CALL_RECORDINGS",
            "StorageConfig": {
                "StorageType": "S3",
                "S3Config": {
                    "BucketName": "acme-orders",
                    "BucketPrefix": "calls",
                    "EncryptionConfig": {"EncryptionType": "KMS", "KeyId": "{KEY}"},
                },
            },
        },
    ),
    Step(
        "connect",
        "create_hours_of_operation",
        {
            **IN_CENTRE,
            "Name": "Days",
            "TimeZone": "Europe/London",
            "Config": [
                {
                    "Day": "MONDAY",
                    "StartTime": {"Hours": 9, "Minutes": 0},
                    "EndTime": {"Hours": 17, "Minutes": 30},
                }
            ],
        },
        {"HOURS": "HoursOfOperationId"},
    ),
    Step(
        "connect",
        "create_hours_of_operation_override",
        {
            **IN_CENTRE,
            "HoursOfOperationId": "{HOURS}",
            "Name": "Christmas",
            "Config": [],
            "EffectiveFrom": "2027-12-25",
            "EffectiveTill": "2027-12-25",
        },
    ),
    Step(
        "connect",
        "create_queue",
        {**IN_CENTRE, "Name": "Sales", "HoursOfOperationId": "{HOURS}", "MaxContacts": 20, "Tags": TEAM},
        {"QUEUE": "QueueId", "QUEUE_ARN": "QueueArn"},
    ),
    Step(
        "connect",
        "create_contact_flow",
        {**IN_CENTRE, "Name": "Main", "Type": "CONTACT_FLOW", "Content": flow("{QUEUE_ARN}")},
        {"FLOW": "ContactFlowId"},
    ),
    Step(
        "connect",
        "create_quick_connect",
        {
            **IN_CENTRE,
            "Name": "To sales",
            "QuickConnectConfig": {
                "QuickConnectType": "PHONE_NUMBER",
                "PhoneConfig": {"PhoneNumber": "+442079460000"},
            },
        },
        {"QUICK": "QuickConnectId"},
    ),
    Step(
        "connect",
        "associate_queue_quick_connects",
        {**IN_CENTRE, "QueueId": "{QUEUE}", "QuickConnectIds": ["{QUICK}"]},
    ),
    Step(
        "connect",
        "create_routing_profile",
        {
            **IN_CENTRE,
            "Name": "Agents",
            "Description": "All agents",
            "DefaultOutboundQueueId": "{QUEUE}",
            "MediaConcurrencies": [{"Channel": "VOICE", "Concurrency": 1}],
            "QueueConfigs": [
                {"QueueReference": {"QueueId": "{QUEUE}", "Channel": "VOICE"}, "Priority": 1, "Delay": 0}
            ],
        },
        {"ROUTING": "RoutingProfileId"},
    ),
    Step(
        "connect",
        "create_security_profile",
        {**IN_CENTRE, "SecurityProfileName": "Desk", "Permissions": ["BasicAgentAccess"]},
        {"SECURITY": "SecurityProfileId"},
    ),
    Step(
        "connect",
        "update_user_hierarchy_structure",
        {**IN_CENTRE, "HierarchyStructure": {"LevelOne": {"Name": "Site"}}},
    ),
    Step(
        "connect",
        "create_user_hierarchy_group",
        {**IN_CENTRE, "Name": "London"},
        {"SITE": "HierarchyGroupId"},
    ),
    Step("connect", "create_agent_status", {**IN_CENTRE, "Name": "Lunch", "State": "ENABLED"}),
    Step(
        "connect",
        "create_user",
        {
            **IN_CENTRE,
            "Username": "ada",
            "Password": "Passw0rd!",
            "IdentityInfo": {"FirstName": "Ada", "LastName": "Love", "Email": "ada@example.com"},
            "PhoneConfig": {"PhoneType": "SOFT_PHONE", "AutoAccept": True},
            "RoutingProfileId": "{ROUTING}",
            "SecurityProfileIds": ["{SECURITY}"],
            "HierarchyGroupId": "{SITE}",
            "Tags": TEAM,
        },
    ),
    Step(
        "connect",
        "search_available_phone_numbers",
        {"TargetArn": "{INSTANCE_ARN}", "PhoneNumberCountryCode": "GB", "PhoneNumberType": "DID"},
        {"NUMBER": "AvailableNumbersList[0].PhoneNumber"},
    ),
    Step(
        "connect",
        "claim_phone_number",
        {"TargetArn": "{INSTANCE_ARN}", "PhoneNumber": "{NUMBER}"},
        {"NUMBER_ID": "PhoneNumberId"},
    ),
    Step("connect", "describe_phone_number", {"PhoneNumberId": "{NUMBER_ID}"}),
    Step(
        "connect",
        "associate_phone_number_contact_flow",
        {**IN_CENTRE, "PhoneNumberId": "{NUMBER_ID}", "ContactFlowId": "{FLOW}"},
    ),
)
"""A contact centre with every kind of it."""

STEPS = (*STORES, *CODE, *CENTRE)


def fill_with_boto3(session: Any) -> None:
    """Send the requests with boto3, which stands in for the AWS CLI."""
    known: dict[str, str] = {}
    clients: dict[str, Any] = {}
    for step in STEPS:
        client = clients.setdefault(step.service, session.client(step.service))
        code = {"Code": {"ZipFile": step.code}} if step.code else {}
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
