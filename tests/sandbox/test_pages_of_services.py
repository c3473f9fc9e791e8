"""Other services return pages of the requested size, and refuse invalid sizes and tokens."""

import json
from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import ANYBODY, refused

REGION = "eu-west-2"


def sizes(client: Any, operation: str, key: str, **params: Any) -> list[int]:
    return [len(page[key]) for page in client.get_paginator(operation).paginate(**params)]


def test_parameters_are_described_in_pages(sandbox: Sandbox) -> None:
    ssm = sandbox.session(REGION).client("ssm")
    for number in range(4):
        ssm.put_parameter(Name=f"/mine/{number}", Value="x", Type="String")
    assert sizes(ssm, "describe_parameters", "Parameters", MaxResults=2) == [
        2,
        2,
        1,
    ]  # and those of the sandbox
    assert sum(sizes(ssm, "get_parameters_by_path", "Parameters", Path="/mine", MaxResults=3)) == 4


def test_secrets_are_listed_in_pages(sandbox: Sandbox) -> None:
    secrets = sandbox.session(REGION).client("secretsmanager")
    for number in range(4):
        secrets.create_secret(Name=f"mine-{number}", SecretString="x")
    assert sizes(secrets, "list_secrets", "SecretList", MaxResults=2) == [2, 2, 1]


def test_tagged_resources_are_found_in_pages(sandbox: Sandbox) -> None:
    session = sandbox.session(REGION)
    s3, tagging = session.client("s3"), session.client("resourcegroupstaggingapi")
    for number in range(3):
        place = {"LocationConstraint": REGION, "Tags": [{"Key": "team", "Value": "a"}]}
        s3.create_bucket(Bucket=f"mine-{number}", CreateBucketConfiguration=place)
    assert sizes(tagging, "get_resources", "ResourceTagMappingList", ResourcesPerPage=2) == [2, 1]


@pytest.mark.parametrize(
    ("service", "operation", "params", "code"),
    [
        ("ssm", "describe_parameters", {"MaxResults": 51}, "ValidationException"),
        ("ssm", "get_parameters_by_path", {"Path": "/", "MaxResults": 11}, "ValidationException"),
        ("secretsmanager", "list_secrets", {"MaxResults": 101}, "InvalidParameterException"),
        ("resourcegroupstaggingapi", "get_resources", {"ResourcesPerPage": 101}, "InvalidParameterException"),
        (
            "resourcegroupstaggingapi",
            "get_resources",
            {"TagFilters": [{"Key": "k" * 129}]},
            "InvalidParameterException",
        ),
        ("connect", "list_instances", {"MaxResults": 11}, "InvalidRequestException"),
        ("dynamodb", "list_tables", {"Limit": 101}, "ValidationException"),
    ],
)
def test_sizes_out_of_range_are_refused(
    sandbox: Sandbox, service: str, operation: str, params: dict[str, Any], code: str
) -> None:
    assert refused(sandbox.session(REGION).client(service), operation, **params) == code


@pytest.mark.parametrize(
    ("service", "operation", "params", "code"),
    [
        ("iam", "list_policies", {"Marker": "x"}, "ValidationError"),
        ("iam", "list_attached_role_policies", {"RoleName": "r", "Marker": "x"}, "ValidationError"),
        ("dynamodb", "list_tags_of_resource", {"NextToken": "x"}, "ValidationException"),
        ("ec2", "describe_subnets", {"NextToken": "x"}, "InvalidParameterValue"),
        ("ec2", "describe_subnets", {"NextToken": "-1"}, "InvalidParameterValue"),
        ("ssm", "describe_parameters", {"NextToken": "x"}, "InvalidNextToken"),
    ],
)
def test_a_token_that_no_page_has_given_is_refused(
    sandbox: Sandbox, service: str, operation: str, params: dict[str, Any], code: str
) -> None:
    client = sandbox.session(REGION).client(service)
    if "RoleName" in params:
        client.create_role(
            RoleName="r", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": ANYBODY})
        )
    if service == "dynamodb":
        table = client.create_table(
            TableName="mine",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        params = {**params, "ResourceArn": table["TableDescription"]["TableArn"]}
    assert refused(client, operation, **params) == code
