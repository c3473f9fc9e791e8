"""AWS Lambda keeps every setting of a function and refuses what AWS refuses, with a plain client."""

import io
import json
import time
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.iam.models import iam_backends

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import ANYBODY, REGION, UNCHECKED, client_of, refusal, refused

ROLE = "arn:aws:iam::123456789012:role/r"
ARN = f"arn:aws:lambda:{REGION}:123456789012:function:f"
NAME = {"FunctionName": "f"}
INVALID, MISSING = "InvalidParameterValueException", "ResourceNotFoundException"
QUEUE = f"arn:aws:sqs:{REGION}:123456789012:dead"
KEY = f"arn:aws:kms:{REGION}:123456789012:key/k"


def zipped(text: str = "def handler(event, context): ...") -> bytes:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), text)
    return code.getvalue()


PLAIN = {
    **NAME,
    "Role": ROLE,
    "Runtime": "python3.13",
    "Handler": "app.handler",
    "Code": {"ZipFile": zipped()},
}
SETTINGS: dict[str, Any] = {
    "Description": "does",
    "Timeout": 30,
    "MemorySize": 512,
    "Environment": {"Variables": {"stage": "prod"}},
    "KMSKeyArn": KEY,
    "TracingConfig": {"Mode": "Active"},
    "DeadLetterConfig": {"TargetArn": QUEUE},
    "EphemeralStorage": {"Size": 1024},
    "LoggingConfig": {
        "LogFormat": "JSON",
        "ApplicationLogLevel": "DEBUG",
        "SystemLogLevel": "WARN",
        "LogGroup": "/mine",
    },
    "FileSystemConfigs": [
        {
            "Arn": f"arn:aws:elasticfilesystem:{REGION}:123456789012:access-point/fsap-0123456789abcdef0",
            "LocalMountPath": "/mnt/data",
        }
    ],
}
DEFAULTS = {
    "Description": "",
    "Timeout": 3,
    "MemorySize": 128,
    "TracingConfig": {"Mode": "PassThrough"},
    "EphemeralStorage": {"Size": 512},
    "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/f"},
    "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
    "Architectures": ["x86_64"],
    "PackageType": "Zip",
}


def with_role(sandbox: Sandbox) -> Any:
    """A client of Lambda, and a role, which takes longer to create than all else in these tests."""
    trust = json.dumps({"Version": "2012-10-17", "Statement": [ANYBODY]})
    iam_backends[sandbox.account]["aws"].create_role("r", trust, "/", None, "", [], "3600")
    return client_of(sandbox, "lambda")


@pytest.fixture
def lambda_(sandbox: Sandbox) -> Any:
    return with_role(sandbox)


@pytest.fixture
def made(lambda_: Any) -> Any:
    lambda_.create_function(**PLAIN)
    return lambda_


def shown(lambda_: Any) -> dict[str, Any]:
    configuration: dict[str, Any] = lambda_.get_function(**NAME)["Configuration"]
    assert lambda_.get_function_configuration(**NAME)["RevisionId"] == configuration["RevisionId"]
    return configuration


def test_a_function_keeps_every_setting(lambda_: Any) -> None:
    answer = lambda_.create_function(
        **PLAIN,
        **SETTINGS,
        Architectures=["arm64"],
        SnapStart={"ApplyOn": "PublishedVersions"},
        Tags={"team": "a"},
    )
    kept = shown(lambda_)
    assert {name: kept[name] for name in SETTINGS} == SETTINGS
    assert (kept["Architectures"], kept["SnapStart"]["ApplyOn"]) == (["arm64"], "PublishedVersions")
    assert (kept["State"], kept["LastUpdateStatus"], kept["Version"]) == ("Active", "Successful", "$LATEST")
    assert answer["RevisionId"] == kept["RevisionId"]
    assert lambda_.get_function(**NAME)["Tags"] == {"team": "a"}


def test_an_update_changes_what_is_sent_and_empties_what_is_empty(made: Any) -> None:
    before = shown(made)
    assert DEFAULTS.items() <= before.items()
    absent = ("Environment", "KMSKeyArn", "DeadLetterConfig", "FileSystemConfigs", "VpcConfig", "Layers")
    assert not before.keys() & set(absent)
    made.update_function_configuration(**NAME, **SETTINGS, SnapStart={"ApplyOn": "PublishedVersions"})
    after = shown(made)
    assert {name: after[name] for name in SETTINGS} == SETTINGS
    assert after["RevisionId"] != before["RevisionId"]
    made.update_function_configuration(**NAME, MemorySize=256)
    assert {name: value for name, value in shown(made).items() if name in SETTINGS} == {
        **SETTINGS,
        "MemorySize": 256,
    }
    made.update_function_configuration(
        **NAME,
        Description="",
        Environment={"Variables": {}},
        KMSKeyArn="",
        DeadLetterConfig={"TargetArn": ""},
        FileSystemConfigs=[],
    )
    assert not shown(made).keys() & set(absent)
    assert shown(made)["Description"] == ""


def test_a_wrong_function_is_refused(made: Any) -> None:
    new = {**PLAIN, "FunctionName": "g"}
    wrongs: tuple[dict[str, Any], ...] = (
        {"Runtime": "python9"},
        {"Runtime": None},
        {"Timeout": 901},
        {"MemorySize": 10_241},
        {"EphemeralStorage": {"Size": 10_241}},
        {"Environment": {"Variables": {"AWS_REGION": "x"}}},
        {"Environment": {"Variables": {"a1": "x" * 4096}}},
        {"LoggingConfig": {"LogFormat": "Text", "SystemLogLevel": "INFO"}},
        {"Code": {}},
        {"Code": {"S3Bucket": "mine"}},
        {"Code": {"ImageUri": "x:y"}},
        {"Role": f"{ROLE}x"},
        {"Tags": {"aws:x": "y"}},
        {"PackageType": "Image", "Code": {"ImageUri": "x:y"}},
        {"Layers": [f"arn:aws:lambda:{REGION}:123456789012:layer:l:{number}" for number in range(6)]},
    )
    for wrong in wrongs:
        params = {name: value for name, value in {**new, **wrong}.items() if value is not None}
        assert refused(made, "create_function", **params) == INVALID, wrong
    assert refused(made, "create_function", **PLAIN) == "ResourceConflictException"
    before = shown(made)
    for wrong in (
        {"Timeout": 901},
        {"Role": f"{ROLE}x"},
        {"Environment": {"Variables": {"AWS_REGION": "x"}}},
    ):
        assert refused(made, "update_function_configuration", **NAME, **wrong) == INVALID, wrong
    assert shown(made) == before


def test_an_image_keeps_its_configuration(lambda_: Any) -> None:
    image = {
        "Code": {"ImageUri": "123456789012.dkr.ecr.eu-west-2.amazonaws.com/app:1"},
        "PackageType": "Image",
    }
    lambda_.create_function(**NAME, Role=ROLE, **image, ImageConfig={"Command": ["run"]})
    assert shown(lambda_)["ImageConfigResponse"] == {"ImageConfig": {"Command": ["run"]}}
    whole = {"Command": ["go"], "EntryPoint": ["sh"], "WorkingDirectory": "/app"}
    lambda_.update_function_configuration(**NAME, ImageConfig=whole)
    assert shown(lambda_)["ImageConfigResponse"] == {"ImageConfig": whole}
    lambda_.update_function_configuration(**NAME, ImageConfig={})
    assert "ImageConfigResponse" not in shown(lambda_)
    assert refused(lambda_, "update_function_code", **NAME, ZipFile=zipped()) == INVALID


def test_a_function_is_found_by_any_form_of_its_name(made: Any) -> None:
    made.publish_version(**NAME)
    made.create_alias(**NAME, Name="live", FunctionVersion="1")
    for name, arn, version in (
        (ARN, ARN, "$LATEST"),
        ("123456789012:function:f", ARN, "$LATEST"),
        ("f:$LATEST", f"{ARN}:$LATEST", "$LATEST"),
        (f"{ARN}:1", f"{ARN}:1", "1"),
        ("f:live", f"{ARN}:live", "1"),
    ):
        found = made.get_function(FunctionName=name)["Configuration"]
        assert (found["FunctionArn"], found["Version"]) == (arn, version), name


def test_a_role_has_to_trust_lambda(sandbox: Sandbox, made: Any) -> None:
    trust = json.dumps(
        {"Version": "2012-10-17", "Statement": [{**ANYBODY, "Principal": {"AWS": "123456789012"}}]}
    )
    iam_backends[sandbox.account]["aws"].create_role("other", trust, "/", None, "", [], "3600")
    other = {"Role": ROLE.replace("role/r", "role/other")}
    text = "The role defined for the function cannot be assumed by Lambda."
    assert refusal(made, "create_function", **{**PLAIN, **other, "FunctionName": "g"}) == (INVALID, text)
    assert refusal(made, "update_function_configuration", **NAME, **other) == (INVALID, text)
    assert shown(made)["Role"] == ROLE


def test_code_changes_only_under_the_revision_that_is_meant(made: Any) -> None:
    before = shown(made)
    same = made.update_function_code(**NAME, ZipFile=zipped("x = 1"), DryRun=True)
    assert same["CodeSha256"] == before["CodeSha256"] == shown(made)["CodeSha256"]
    made.update_function_code(
        **NAME, ZipFile=zipped("x = 1"), Architectures=["arm64"], RevisionId=before["RevisionId"]
    )
    after = shown(made)
    assert after["CodeSha256"] != before["CodeSha256"]
    assert after["Architectures"] == ["arm64"]
    old = {"RevisionId": before["RevisionId"]}
    assert (
        refused(made, "update_function_code", **NAME, ZipFile=zipped(), **old)
        == "PreconditionFailedException"
    )
    assert (
        refused(made, "update_function_configuration", **NAME, Timeout=9, **old)
        == "PreconditionFailedException"
    )
    assert refused(made, "update_function_code", **NAME) == INVALID
    assert shown(made) == after


def test_a_version_is_published_only_of_what_has_changed(made: Any) -> None:
    versions = [made.publish_version(**NAME)["Version"] for _ in range(2)]
    made.update_function_code(**NAME, ZipFile=zipped("x = 1"))
    versions += [made.publish_version(**NAME)["Version"] for _ in range(2)]
    assert versions == ["1", "1", "2", "2"]
    made.create_alias(**NAME, Name="live", FunctionVersion="2")
    assert refused(made, "delete_function", **NAME, Qualifier="2") == "ResourceConflictException"
    made.delete_function(**NAME, Qualifier="1")
    assert [row["Version"] for row in made.list_versions_by_function(**NAME)["Versions"]] == ["$LATEST", "2"]


def test_nothing_changes_while_a_change_settles() -> None:
    clock = VirtualClock(1_800_000_000.0)
    with Sandbox(clock=clock.now, settling_seconds=5.0, sleep=clock.sleep) as box:
        lambda_ = with_role(box)
        assert lambda_.create_function(**PLAIN)["State"] == "Pending"
        code, text = refusal(lambda_, "update_function_configuration", **NAME, Timeout=9)
        assert (code, "currently in the following state: Pending" in text) == (
            "ResourceConflictException",
            True,
        )
        clock.sleep(5)
        assert shown(lambda_)["State"] == "Active"
        lambda_.update_function_configuration(**NAME, Timeout=9)
        assert (shown(lambda_)["State"], shown(lambda_)["LastUpdateStatus"]) == ("Active", "InProgress")
        code, text = refusal(lambda_, "update_function_code", **NAME, ZipFile=zipped())
        assert text.endswith(f"An update is in progress for resource: {ARN}")
        clock.sleep(5)
        assert shown(lambda_)["LastUpdateStatus"] == "Successful"
        assert shown(lambda_)["LastModified"] == "2027-01-15T08:00:05.000+0000"


def test_a_function_shows_the_vpc_of_its_subnets(sandbox: Sandbox, made: Any) -> None:
    ec2 = client_of(sandbox, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    wanted = {"SubnetIds": [subnet], "SecurityGroupIds": [group], "Ipv6AllowedForDualStack": True}
    made.update_function_configuration(**NAME, VpcConfig=wanted)
    assert shown(made)["VpcConfig"] == {**wanted, "VpcId": vpc}
    for wrong in ({"SubnetIds": ["subnet-0"]}, {"SubnetIds": [subnet], "SecurityGroupIds": ["sg-0"]}):
        assert refused(made, "update_function_configuration", **NAME, VpcConfig=wrong) == INVALID
    for delete, name in (
        (ec2.delete_subnet, {"SubnetId": subnet}),
        (ec2.delete_security_group, {"GroupId": group}),
    ):
        with pytest.raises(ClientError, match="DependencyViolation"):
            delete(**name)
    made.update_function_configuration(**NAME, VpcConfig={"SubnetIds": [], "SecurityGroupIds": []})
    assert shown(made)["VpcConfig"] == {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": ""}
    ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_security_group(GroupId=group)


def test_functions_come_in_pages_without_their_states(made: Any) -> None:
    for name in ("a", "b"):
        made.create_function(**{**PLAIN, "FunctionName": name})
    made.publish_version(FunctionName="a")
    pages = list(made.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2}))
    assert [[row["FunctionName"] for row in page["Functions"]] for page in pages] == [["a", "b"], ["f"]]
    assert "State" not in pages[0]["Functions"][0]
    every = made.list_functions(FunctionVersion="ALL")["Functions"]
    assert [row["FunctionArn"].rpartition("function:")[2] for row in every] == [
        "a:$LATEST",
        "a:1",
        "b:$LATEST",
        "f:$LATEST",
    ]
    assert refused(made, "list_functions", Marker="x") == INVALID


def test_a_permission_is_written_as_aws_writes_it(made: Any) -> None:
    call = {**NAME, "Action": "lambda:InvokeFunction"}
    made.add_permission(
        **call,
        StatementId="topic",
        Principal="sns.amazonaws.com",
        SourceArn=f"arn:aws:sns:{REGION}:123456789012:t",
        SourceAccount="123456789012",
    )
    made.add_permission(**call, StatementId="other", Principal="210987654321", PrincipalOrgID="o-0123456789")
    url = {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE", "Principal": "*"}
    made.add_permission(**NAME, **url, StatementId="url")
    policy = json.loads(made.get_policy(**NAME)["Policy"])
    of_all = {"Effect": "Allow", "Resource": ARN, "Action": "lambda:InvokeFunction"}
    assert policy["Statement"] == [
        {
            **of_all,
            "Sid": "topic",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Condition": {
                "ArnLike": {"AWS:SourceArn": f"arn:aws:sns:{REGION}:123456789012:t"},
                "StringEquals": {"AWS:SourceAccount": "123456789012"},
            },
        },
        {
            **of_all,
            "Sid": "other",
            "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-0123456789"}},
        },
        {
            **of_all,
            "Sid": "url",
            "Principal": "*",
            "Action": "lambda:InvokeFunctionUrl",
            "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
        },
    ]


def test_a_wrong_permission_is_refused(made: Any) -> None:
    right = {
        **NAME,
        "StatementId": "one",
        "Action": "lambda:InvokeFunction",
        "Principal": "sns.amazonaws.com",
    }
    assert refusal(made, "get_policy", **NAME) == (
        MISSING,
        "No policy is associated with the given resource.",
    )
    made.add_permission(**right)
    revision = made.get_policy(**NAME)["RevisionId"]
    assert refused(made, "add_permission", **right) == "ResourceConflictException"
    for wrong in (
        {"Principal": "sns"},
        {"Principal": f"{ROLE}x"},
        {"Action": "s3:GetObject"},
        {"StatementId": "a b"},
    ):
        assert refused(made, "add_permission", **{**right, "StatementId": "two", **wrong}) == INVALID, wrong
    made.add_permission(**{**right, "StatementId": "two", "Principal": ROLE})
    assert made.get_policy(**NAME)["RevisionId"] == made.get_function_configuration(**NAME)["RevisionId"]
    old = {"RevisionId": revision}
    assert (
        refused(made, "add_permission", **{**right, "StatementId": "x"}, **old)
        == "PreconditionFailedException"
    )
    assert (
        refused(made, "remove_permission", **NAME, StatementId="one", **old) == "PreconditionFailedException"
    )
    for statement in ("one", "two"):
        made.remove_permission(**NAME, StatementId=statement)
    assert refused(made, "remove_permission", **NAME, StatementId="one") == MISSING
    assert refused(made, "get_policy", **NAME) == MISSING
    assert refused(made, "get_policy", FunctionName="none") == MISSING


def test_reading_the_policy_of_a_version_that_has_none_changes_nothing(sandbox: Sandbox, made: Any) -> None:
    made.publish_version(**NAME)
    frozen = sandbox.snapshot()
    assert refused(made, "get_policy", **NAME, Qualifier="1") == MISSING
    assert refused(made, "remove_permission", **NAME, Qualifier="1", StatementId="one") == MISSING
    assert sandbox.snapshot() == frozen


def test_an_alias_has_a_policy_of_its_own(made: Any) -> None:
    made.publish_version(**NAME)
    made.create_alias(**NAME, Name="live", FunctionVersion="1")
    right = {"StatementId": "one", "Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com"}
    made.add_permission(FunctionName=ARN, Qualifier="live", **right)
    assert refused(made, "get_policy", **NAME) == MISSING
    (statement,) = json.loads(made.get_policy(FunctionName=f"{ARN}:live")["Policy"])["Statement"]
    assert statement["Resource"] == f"{ARN}:live"
    made.remove_permission(**NAME, Qualifier="live", StatementId="one")
    assert refused(made, "get_policy", **NAME, Qualifier="live") == MISSING


def test_tags_belong_to_the_function(sandbox: Sandbox, made: Any) -> None:
    made.tag_resource(Resource=ARN, Tags={"a": "1", "b": "2"})
    made.untag_resource(Resource=ARN, TagKeys=["a", "none"])
    assert made.list_tags(Resource=ARN)["Tags"] == {"b": "2"}
    tagging = client_of(sandbox, "resourcegroupstaggingapi")
    (row,) = tagging.get_resources(ResourceTypeFilters=["lambda:function"])["ResourceTagMappingList"]
    assert (row["ResourceARN"], row["Tags"]) == (ARN, [{"Key": "b", "Value": "2"}])
    assert refused(made, "tag_resource", Resource=ARN, Tags={"aws:a": ""}) == INVALID
    assert refused(made, "tag_resource", Resource=ARN, Tags={f"k{n}": "" for n in range(50)}) == INVALID
    assert refused(made, "list_tags", Resource=f"{ARN}x") == MISSING
    made.publish_version(**NAME)
    assert refused(made, "list_tags", Resource=f"{ARN}:1") == INVALID


def test_what_a_function_has_beside_its_configuration(made: Any) -> None:
    assert "ReservedConcurrentExecutions" not in made.get_function_concurrency(**NAME)
    made.put_function_concurrency(**NAME, ReservedConcurrentExecutions=0)
    assert made.get_function(**NAME)["Concurrency"] == {"ReservedConcurrentExecutions": 0}
    assert made.get_function_concurrency(**NAME)["ReservedConcurrentExecutions"] == 0
    made.delete_function_concurrency(**NAME)
    assert "Concurrency" not in made.get_function(**NAME)
    assert made.get_function_recursion_config(**NAME)["RecursiveLoop"] == "Terminate"
    made.put_function_recursion_config(**NAME, RecursiveLoop="Allow")
    assert made.get_function_recursion_config(**NAME)["RecursiveLoop"] == "Allow"
    assert made.get_runtime_management_config(**NAME)["UpdateRuntimeOn"] == "Auto"
    made.put_runtime_management_config(**NAME, UpdateRuntimeOn="FunctionUpdate")
    assert made.get_runtime_management_config(**NAME)["UpdateRuntimeOn"] == "FunctionUpdate"
    assert refused(made, "put_runtime_management_config", **NAME, UpdateRuntimeOn="Manual") == INVALID
    made.create_function_url_config(**NAME, AuthType="NONE")
    assert refused(made, "create_function_url_config", **NAME, AuthType="NONE") == "ResourceConflictException"


def test_a_deleted_function_leaves_nothing_behind(made: Any) -> None:
    made.add_permission(
        **NAME, StatementId="s", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com"
    )
    made.put_function_recursion_config(**NAME, RecursiveLoop="Allow")
    made.delete_function(FunctionName=ARN)
    for call in ("get_function", "delete_function", "get_policy", "get_function_recursion_config"):
        assert refused(made, call, **NAME) == MISSING, call
    made.create_function(**PLAIN)
    assert refused(made, "get_policy", **NAME) == MISSING
    assert made.get_function_recursion_config(**NAME)["RecursiveLoop"] == "Terminate"


def test_a_function_that_another_service_calls_runs_nothing(sandbox: Sandbox, made: Any) -> None:
    made.add_permission(
        **NAME, StatementId="s", Action="lambda:InvokeFunction", Principal="logs.amazonaws.com"
    )
    logs = sandbox.session(REGION).client("logs", config=UNCHECKED)
    group = {"logGroupName": "/app"}
    logs.create_log_group(**group)
    logs.create_log_stream(**group, logStreamName="s")
    logs.put_subscription_filter(**group, filterName="f", filterPattern="", destinationArn=ARN)
    event = {"timestamp": int(time.time() * 1000), "message": "seen"}
    logs.put_log_events(**group, logStreamName="s", logEvents=[event])
