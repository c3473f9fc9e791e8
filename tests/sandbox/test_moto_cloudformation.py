"""CloudFormation refuses types that moto does not have, and creates the others; with a plain client."""

import json
from typing import Any

import pytest
from moto.iam.models import iam_backends

from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import ANYBODY, client_of

REGION = "eu-west-2"
TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "TableName": "orders",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    },
}
NOTHING_BEHIND = (
    "AWS::Connect::Instance",
    "AWS::Connect::HoursOfOperation",
    "AWS::Cognito::UserPool",
    "AWS::Budgets::Budget",
    "AWS::Lightsail::Instance",
    "AWS::Nothing::AtAll",
)


def template(**resources: Any) -> str:
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources})


@pytest.fixture
def cloudformation(sandbox: Sandbox) -> Any:
    return sandbox.session(REGION).client("cloudformation")


def refusal(client: Any, call: str, **params: Any) -> str:
    with pytest.raises(client.exceptions.ClientError) as refused:
        getattr(client, call)(**params)
    assert refused.value.response["Error"]["Code"] == "ValidationError"
    return str(refused.value.response["Error"]["Message"])


@pytest.mark.parametrize("kind", NOTHING_BEHIND)
def test_a_stack_of_what_is_not_known_is_refused_and_nothing_is_made(
    sandbox: Sandbox, cloudformation: Any, kind: str
) -> None:
    body = template(Orders=TABLE, Strange={"Type": kind, "Properties": {}})
    said = f"Template format error: Unrecognized resource types: [{kind}]"
    change_set = {"ChangeSetName": "c", "ChangeSetType": "CREATE"}
    assert refusal(cloudformation, "create_stack", StackName="s", TemplateBody=body) == said
    assert (
        refusal(cloudformation, "create_change_set", StackName="s", TemplateBody=body, **change_set) == said
    )
    assert refusal(cloudformation, "create_stack_set", StackSetName="s", TemplateBody=body) == said
    assert cloudformation.describe_stacks()["Stacks"] == []
    assert sandbox.session(REGION).client("dynamodb").list_tables()["TableNames"] == []


def test_a_refused_update_leaves_the_stack_as_it_was(sandbox: Sandbox, cloudformation: Any) -> None:
    cloudformation.create_stack(StackName="s", TemplateBody=template(Orders=TABLE))
    (stack,) = cloudformation.describe_stacks(StackName="s")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert sandbox.session(REGION).client("dynamodb").list_tables()["TableNames"] == ["orders"]
    body = template(Orders=TABLE, Pool={"Type": "AWS::Cognito::UserPool"})
    refusal(cloudformation, "update_stack", StackName="s", TemplateBody=body)
    assert cloudformation.get_template(StackName="s")["TemplateBody"]["Resources"].keys() == {"Orders"}
    (stack,) = cloudformation.describe_stacks(StackName="s")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"


def test_conditions_handles_and_custom_types_stay_possible(cloudformation: Any) -> None:
    handle = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
    cdk = {"Type": "AWS::CDK::Metadata", "Properties": {"Analytics": "x"}}
    cloudformation.create_stack(StackName="s", TemplateBody=template(Handle=handle, Cdk=cdk, Orders=TABLE))
    (stack,) = cloudformation.describe_stacks(StackName="s")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"


def test_a_stack_writes_the_permission_of_a_function_as_aws_does(
    sandbox: Sandbox, cloudformation: Any
) -> None:
    trust = json.dumps({"Version": "2012-10-17", "Statement": [ANYBODY]})
    role = iam_backends[sandbox.account]["aws"].create_role("r", trust, "/", None, "", [], "3600").arn
    image = {"FunctionName": "f", "Role": role, "PackageType": "Image", "Code": {"ImageUri": "x:y"}}
    permission = {
        "FunctionName": {"Ref": "F"},
        "Action": "lambda:InvokeFunction",
        "Principal": "210987654321",
    }
    body = template(
        F={"Type": "AWS::Lambda::Function", "Properties": image},
        P={"Type": "AWS::Lambda::Permission", "Properties": permission},
    )
    cloudformation.create_stack(StackName="s", TemplateBody=body)
    (statement,) = json.loads(client_of(sandbox, "lambda").get_policy(FunctionName="f")["Policy"])[
        "Statement"
    ]
    assert statement.pop("Sid")
    assert statement == {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
        "Action": "lambda:InvokeFunction",
        "Resource": "arn:aws:lambda:eu-west-2:123456789012:function:f",
    }


READS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("dynamodb", "list_tables", "describe_table", {"TableName": "orders"}),
    ("logs", "describe_destinations", "describe_log_groups", {}),
    ("s3", "list_buckets", "get_bucket_abac", {"Bucket": "calls"}),
    ("ec2", "describe_vpcs", "describe_subnets", {}),
)
"""Services, each with a call that loads it and a call that reads a resource of a stack."""


@pytest.mark.parametrize("read", READS)
def test_reading_what_a_stack_has_made_changes_nothing(
    sandbox: Sandbox, cloudformation: Any, read: tuple[str, str, str, dict[str, str]]
) -> None:
    service, load, call, params = read
    log = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/calls"}}
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "calls"}}
    network = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    body = template(Orders=TABLE, Log=log, Calls=bucket, Network=network)
    cloudformation.create_stack(StackName="s", TemplateBody=body)
    client = client_of(sandbox, service)
    getattr(client, load)()
    frozen = sandbox.snapshot()
    getattr(client, call)(**params)
    assert sandbox.snapshot() == frozen
