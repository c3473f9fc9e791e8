"""Flow logs: their settings, what AWS refuses, failures in the reply, and the end of those of a deleted VPC.

Sources: CreateFlowLogs, DescribeFlowLogs, DeleteFlowLogs, DeleteVpc (Amazon EC2 API Reference); "Troubleshoot VPC Flow Logs"
(Amazon VPC User Guide).
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from tests.sandbox.network import REGION, made_vpc, refusal, tagged

GROUP = "arn:aws:logs:eu-west-2:123456789012:log-group:flows"
BUCKET = "arn:aws:s3:::flow-bucket"
STREAM = "arn:aws:firehose:eu-west-2:123456789012:deliverystream/none"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
Client = Callable[[str], Any]


@pytest.fixture(scope="module")
def clock() -> VirtualClock:
    return VirtualClock(1_800_000_000.0)


@pytest.fixture(scope="module")
def client(clock: VirtualClock) -> Iterator[Client]:
    """A sandbox with a role, a log group and a bucket."""
    with Sandbox(clock=clock.now) as box:
        session = box.session(REGION)
        session.client("iam").create_role(RoleName="flows", AssumeRolePolicyDocument=TRUST)
        session.client("logs").create_log_group(logGroupName="flows")
        session.client("s3").create_bucket(
            Bucket="flow-bucket", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        yield session.client


@pytest.fixture(scope="module")
def ec2(client: Client) -> Any:
    return client("ec2")


@pytest.fixture
def to_group(ec2: Any) -> dict[str, Any]:
    """The parameters of a flow log of a new VPC that goes to a log group."""
    return {
        "ResourceType": "VPC",
        "ResourceIds": [made_vpc(ec2)],
        "TrafficType": "ALL",
        "LogGroupName": "flows",
        "DeliverLogsPermissionArn": "arn:aws:iam::123456789012:role/flows",
    }


def to_bucket(to_group: dict[str, Any], **more: Any) -> dict[str, Any]:
    kept = {name: to_group[name] for name in ("ResourceType", "ResourceIds", "TrafficType")}
    return {**kept, "LogDestinationType": "s3", "LogDestination": f"{BUCKET}/vpc/", **more}


def made(ec2: Any, params: dict[str, Any]) -> str:
    reply = ec2.create_flow_logs(**params)
    assert reply["Unsuccessful"] == []
    (id_,) = reply["FlowLogIds"]
    return str(id_)


def shown(ec2: Any, id_: str) -> Any:
    (log,) = ec2.describe_flow_logs(FlowLogIds=[id_])["FlowLogs"]
    return {name: value for name, value in log.items() if name != "CreationTime"}


def test_a_log_group_is_shown_by_its_name_and_by_its_arn_if_that_was_written(
    ec2: Any, to_group: dict[str, Any]
) -> None:
    id_ = made(ec2, {**to_group, "TagSpecifications": tagged("vpc-flow-log", Team="a")})
    assert shown(ec2, id_) == {
        "FlowLogId": id_,
        "FlowLogStatus": "ACTIVE",
        "DeliverLogsStatus": "SUCCESS",
        "ResourceId": to_group["ResourceIds"][0],
        "TrafficType": "ALL",
        "LogDestinationType": "cloud-watch-logs",
        "LogGroupName": "flows",
        "LogFormat": shown(ec2, id_)["LogFormat"],
        "MaxAggregationInterval": 600,
        "DeliverLogsPermissionArn": to_group["DeliverLogsPermissionArn"],
        "Tags": [{"Key": "Team", "Value": "a"}],
    }
    assert shown(ec2, id_)["LogFormat"].startswith("${version} ${account-id}")
    del to_group["LogGroupName"]
    to_group["ResourceIds"] = [made_vpc(ec2)]
    of_arn = shown(ec2, made(ec2, {**to_group, "LogDestination": GROUP}))
    assert (of_arn["LogDestination"], of_arn["LogGroupName"]) == (GROUP, "flows")
    missing = GROUP.replace("flows", "missing")
    failed = shown(ec2, made(ec2, {**to_group, "LogDestination": missing}))
    assert (failed["DeliverLogsStatus"], failed["DeliverLogsErrorMessage"]) == ("FAILED", "Access error")


def test_a_bucket_gets_a_policy_that_lets_the_logs_in(
    client: Client, ec2: Any, to_group: dict[str, Any]
) -> None:
    tag_fields = [{"ResourceType": "instance", "TagKeys": ["Name"]}]
    options = {"FileFormat": "parquet", "PerHourPartition": True}
    id_ = made(
        ec2,
        to_bucket(
            to_group,
            DestinationOptions=options,
            LogFormat="${version} ${srcaddr}",
            TagFieldSpecifications=tag_fields,
        ),
    )
    log = shown(ec2, id_)
    assert log["DestinationOptions"] == {**options, "HiveCompatiblePartitions": False}
    assert (log["LogFormat"], log["TagFieldSpecifications"]) == ("${version} ${srcaddr}", tag_fields)
    assert "LogGroupName" not in log
    read = client("s3").get_bucket_policy
    statements = json.loads(read(Bucket="flow-bucket")["Policy"])["Statement"]
    assert statements[0]["Resource"] == f"{BUCKET}/vpc/AWSLogs/123456789012/*"
    made(ec2, to_bucket(to_group, LogDestination=BUCKET))
    assert len(json.loads(read(Bucket="flow-bucket")["Policy"])["Statement"]) == len(statements)


def test_a_transit_gateway_takes_one_interval_and_no_traffic_type(ec2: Any, to_group: dict[str, Any]) -> None:
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    del to_group["TrafficType"]
    to_group |= {"ResourceType": "TransitGateway", "ResourceIds": [gateway]}
    assert refusal(ec2.create_flow_logs, **to_group)[0] == "InvalidParameter"
    id_ = made(ec2, {**to_group, "MaxAggregationInterval": 60})
    assert "TrafficType" not in shown(ec2, id_)


def test_a_resource_that_fails_is_in_the_reply(ec2: Any, to_group: dict[str, Any]) -> None:
    gone = "vpc-0123456789abcdef0"
    reply = ec2.create_flow_logs(**{**to_group, "ResourceIds": [gone, *to_group["ResourceIds"]]})
    assert len(reply["FlowLogIds"]) == 1
    assert [(each["ResourceId"], each["Error"]["Code"]) for each in reply["Unsuccessful"]] == [
        (gone, "InvalidVpcID.NotFound")
    ]
    elsewhere = ec2.create_flow_logs(**to_bucket(to_group, LogDestination="arn:aws:s3:::nobodys"))
    assert elsewhere["Unsuccessful"][0]["Error"]["Message"] == "LogDestination: nobodys does not exist."
    stream = {"LogDestinationType": "kinesis-data-firehose", "LogDestination": STREAM}
    failed = ec2.create_flow_logs(**to_bucket(to_group, **stream))["Unsuccessful"]
    assert failed[0]["Error"]["Code"] == "LogDestinationNotFoundException"
    subnet = {"ResourceType": "Subnet", "ResourceIds": ["subnet-0123456789abcdef0"]}
    failed = ec2.create_flow_logs(**{**to_group, **subnet})["Unsuccessful"]
    assert failed[0]["Error"]["Code"] == "InvalidSubnetID.NotFound"


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"LogDestinationType": "s3"}, "LogDestination type must be cloud-watch-logs"),
        ({"LogDestination": GROUP}, "Please only provide"),
        ({"DeliverLogsPermissionArn": "arn:aws:iam::123456789012:role/x"}, "Unable to assume given IAM role"),
        ({"DestinationOptions": {"FileFormat": "parquet"}}, "DestinationOptions can only be provided"),
        ({"MaxAggregationInterval": 61}, "Invalid Flow Log Max Aggregation Interval"),
        ({"LogFormat": "version"}, "Invalid Flow Log Format"),
        ({"TagFieldSpecifications": [{"ResourceType": "instance", "TagKeys": ["a"]}]}, "need a LogFormat"),
    ],
)
def test_settings_that_do_not_fit_are_refused(
    ec2: Any, to_group: dict[str, Any], more: dict[str, Any], text: str
) -> None:
    code, said = refusal(ec2.create_flow_logs, **{**to_group, **more})
    assert (code, text in said) == ("InvalidParameter", True)


def test_a_bucket_takes_no_role_and_no_reserved_folder(ec2: Any, to_group: dict[str, Any]) -> None:
    role = to_group["DeliverLogsPermissionArn"]
    assert refusal(ec2.create_flow_logs, **to_bucket(to_group, DeliverLogsPermissionArn=role))[1] == (
        "DeliverLogsPermissionArn must be empty if LogDestinationType is s3."
    )
    reserved = to_bucket(to_group, LogDestination=f"{BUCKET}/AWSLogs/")
    assert "is not valid for s3" in refusal(ec2.create_flow_logs, **reserved)[1]


def test_a_second_one_of_the_same_is_refused_and_a_token_makes_one(
    ec2: Any, to_group: dict[str, Any]
) -> None:
    id_ = made(ec2, {**to_group, "ClientToken": "a"})
    assert made(ec2, {**to_group, "ClientToken": "a"}) == id_
    assert refusal(ec2.create_flow_logs, **{**to_group, "ClientToken": "b"})[0] == "FlowLogAlreadyExists"
    named = [{"Name": "resource-id", "Values": to_group["ResourceIds"]}]
    assert [each["FlowLogId"] for each in ec2.describe_flow_logs(Filter=named)["FlowLogs"]] == [id_]
    assert ec2.delete_flow_logs(FlowLogIds=[id_])["Unsuccessful"] == []
    assert ec2.describe_flow_logs(FlowLogIds=[id_])["FlowLogs"] == []
    tag = [{"Key": "Team", "Value": "a"}]
    assert refusal(ec2.create_tags, Resources=[id_], Tags=tag)[0] == "InvalidFlowLogId.NotFound"
    (failed,) = ec2.delete_flow_logs(FlowLogIds=[id_])["Unsuccessful"]
    assert (failed["ResourceId"], failed["Error"]["Code"]) == (id_, "InvalidFlowLogId.NotFound")


def test_those_of_a_deleted_vpc_stay_for_a_time(
    clock: VirtualClock, ec2: Any, to_group: dict[str, Any]
) -> None:
    id_ = made(ec2, to_group)
    ec2.delete_vpc(VpcId=to_group["ResourceIds"][0])
    clock.sleep(600)
    assert shown(ec2, id_)["ResourceId"] == to_group["ResourceIds"][0]
    clock.sleep(3600)
    assert ec2.describe_flow_logs(FlowLogIds=[id_])["FlowLogs"] == []
