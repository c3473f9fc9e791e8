"""Passes over flow logs: with everything that they need, a replace, failures in replies, and a VPC that is gone."""

from typing import Any

import pytest

from reconciler.desired import InvalidStack
from reconciler.iam import grants, policy_of
from reconciler.kinds import known_kinds
from reconciler.permissions import Location
from tests.faults.iam_evaluator import Need, allowed
from tests.resources.live_harness import LiveHarness, fields, messages

pytestmark = pytest.mark.whole

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
WRITES = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": "${logs.log_group:/vpc/main}:*",
        }
    ],
}
FORMAT = "$${version} $${srcaddr} $${dstaddr} $${action}"


def into_group(**settings: Any) -> dict[str, Any]:
    """The flow log of a VPC that goes into a log group."""
    return {
        "resource_id": "${ec2.vpc:main#id}",
        "traffic_type": "ALL",
        "log_destination": "${logs.log_group:/vpc/main}",
        "deliver_logs_permission_arn": "${iam.role:flows}",
        "log_format": FORMAT,
        **settings,
    }


def rejected(**settings: Any) -> dict[str, Any]:
    """A flow log that goes into a folder of a bucket."""
    return {
        "resource_id": "${ec2.vpc:main#id}",
        "traffic_type": "REJECT",
        "log_destination_type": "s3",
        "log_destination": "${s3.bucket:flow-bucket}/vpc/",
        "destination_options": {"file_format": "parquet"},
        **settings,
    }


def stack(**logs: Any) -> dict[str, Any]:
    off = {"policy": {"protect": False}}
    return {
        "ec2.vpc": {"main": {"cidr_block": "10.0.0.0/16"}},
        "logs.log_group": {"/vpc/main": {**off}},
        "s3.bucket": {"flow-bucket": {**off}},
        "iam.role": {
            "flows": {**off, "assume_role_policy_document": TRUST, "policies": {"writes": WRITES}},
        },
        "ec2.flow_log": logs,
    }


def live(harness: LiveHarness) -> list[Any]:
    return list(harness.client("ec2").describe_flow_logs()["FlowLogs"])


def test_one_pass_creates_logs_with_their_destinations_and_one_removes_them(harness: LiveHarness) -> None:
    harness.settle(stack(all=into_group(), rejected=rejected()))
    group, bucket = sorted(live(harness), key=lambda each: str(each["LogDestinationType"]))
    assert (group["DeliverLogsStatus"], group["LogFormat"]) == ("SUCCESS", FORMAT.replace("$$", "$"))
    assert bucket["LogDestination"] == "arn:aws:s3:::flow-bucket/vpc/"
    report = harness.run({}, prune=True, guard={"max_deletes": 10, "max_percent": 100})
    assert (report.outcome, live(harness)) == ("settled", []), messages(report)


def test_a_log_is_replaced_only_if_the_policy_says_so(harness: LiveHarness) -> None:
    harness.settle(stack(all=into_group()))
    (before,) = live(harness)
    report = harness.run(stack(all=into_group(traffic_type="REJECT")))
    assert "AWS cannot change traffic_type" in str(report.plan.actions)
    assert harness.calls == []
    harness.settle(stack(all=into_group(traffic_type="REJECT", policy={"replace": True})))
    (after,) = live(harness)
    assert (after["TrafficType"], after["FlowLogId"] == before["FlowLogId"]) == ("REJECT", False)


def test_a_log_by_the_name_of_its_group_is_adopted_if_the_files_have_the_arn(harness: LiveHarness) -> None:
    harness.settle(stack())
    ec2 = harness.client("ec2")
    (role,) = [each for each in harness.client("iam").list_roles()["Roles"] if each["RoleName"] == "flows"]
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:reconciler:key", "Values": ["main"]}])["Vpcs"]
    named = [{"Key": "Name", "Value": "all"}]
    (id_,) = ec2.create_flow_logs(
        ResourceType="VPC",
        ResourceIds=[vpc["VpcId"]],
        TrafficType="ALL",
        LogGroupName="/vpc/main",
        LogFormat=FORMAT.replace("$$", "$"),
        DeliverLogsPermissionArn=role["Arn"],
        TagSpecifications=[{"ResourceType": "vpc-flow-log", "Tags": named}],
    )["FlowLogIds"]
    harness.settle(stack(all=into_group(tags={"Name": "all"})))
    assert [each["FlowLogId"] for each in live(harness)] == [id_]


def test_what_fails_within_the_reply_is_told_and_a_missing_group_is_a_remark(harness: LiveHarness) -> None:
    missing = rejected(log_destination="arn:aws:s3:::nobodys/vpc/")
    report = harness.run(stack(rejected=missing))
    assert report.outcome != "settled"
    assert "LogDestination: nobodys does not exist." in str(messages(report))
    assert live(harness) == []
    later = {name: value for name, value in into_group().items() if name != "log_destination"}
    wanted = stack(all={**later, "log_group_name": "/made/later"})
    harness.settle(wanted)
    report = harness.run(wanted)
    assert "AWS cannot deliver the logs: Access error" in str(report)


def test_a_log_that_is_gone_with_its_vpc_is_created_for_the_new_one(harness: LiveHarness) -> None:
    """AWS refuses no delete of a VPC because of its flow logs, and removes them some time later."""
    harness.settle(stack(all=into_group()))
    (before,) = live(harness)
    harness.client("ec2").delete_vpc(VpcId=before["ResourceId"])
    report = harness.run(stack(all=into_group()))
    assert "AWS cannot change resource_id" in str(report.plan.actions) + str(messages(report))
    harness.clock.sleep(7200)
    harness.settle(stack(all=into_group()))
    (after,) = live(harness)
    assert after["ResourceId"] != before["ResourceId"]


def test_the_policy_lets_logs_into_the_bucket_and_passes_the_role(harness: LiveHarness) -> None:
    report = harness.run(stack(all=into_group(), rejected=rejected()), dry_run=True, prune=True)
    place = Location("aws", "eu-west-2", harness.box.account)
    policy = policy_of(grants(report.stack, known_kinds(), place))
    wanted = (
        ("iam:PassRole", f"arn:aws:iam::{harness.box.account}:role/flows"),
        ("logs:CreateLogDelivery", "*"),
        ("logs:DeleteLogDelivery", "*"),
        ("s3:GetBucketPolicy", "arn:aws:s3:::flow-bucket"),
        ("s3:PutBucketPolicy", "arn:aws:s3:::flow-bucket"),
        ("ec2:DescribeFlowLogs", "*"),
    )
    assert [each for each in wanted if not allowed(policy, Need(*each))] == []


TGW = {
    "resource_id": "tgw-0123456789abcdef0",
    "log_group_name": "x",
    "deliver_logs_permission_arn": "${iam.role:flows}",
}
CLOSED = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "111122223333"},
          "Action": "s3:GetObject", "Resource": "${s3.bucket:flow-bucket}/*"}]}  # fmt: skip


@pytest.mark.parametrize(
    ("log", "told"),
    [
        ({"resource_id": "${ec2.vpc:main#id}"}, "a new flow log needs a traffic_type"),
        ({"resource_id": "${ec2.vpc:main#id}"}, "a new flow log needs a destination"),
        ({"resource_id": "${ec2.vpc:main#id}"}, "write deliver_logs_permission_arn"),
        (into_group(resource_id="sg-01234567"), "expected the id of a VPC, subnet"),
        (into_group(resource_id="${iam.role:flows}"), "resource_id"),
        (into_group(resource_type="Subnet"), "resource_id is of the type VPC"),
        (into_group(log_group_name="x"), "log_destination and log_group_name exclude each other"),
        (into_group(log_destination="arn:aws:logs:eu-west-2:123456789012:log-group:x:*"), "without :*"),
        (into_group(log_destination_type="s3"), "log_destination needs log_destination_type: cloud-watch-logs"),
        (into_group(destination_options={}), "only for log_destination_type: s3"),
        (into_group(log_format="version"), "each written as $${srcaddr}"),
        (into_group(log_format="${version}"), 'no variable named "version"'),
        (into_group(tags="x"), "expected a mapping, got text"),
        ({**rejected(), "log_destination_type": None}, "AWS cannot clear this"),
        (rejected(log_destination="${s3.bucket:flow-bucket}/AWSLogs/"), "AWS reserves the folder AWSLogs"),
        (rejected(deliver_logs_permission_arn="${iam.role:flows}"), "leave out the role"),
        (rejected(tag_field_specifications=[{"resource_type": "instance", "tag_keys": ["a"]}]), "log_format"),
        (TGW, "needs max_aggregation_interval: 60"),
        ({**TGW, "max_aggregation_interval": 600, "traffic_type": "ALL"}, "AWS takes no traffic type"),
        (
            {**into_group(), "log_destination_type": "kinesis-data-firehose", "deliver_logs_permission_arn": None},
            "deliver_logs_permission_arn",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_found_before_any_call(harness: LiveHarness, log: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidStack) as wrong:
        harness.run(stack(all=log))
    lines = [line for line in str(wrong.value).splitlines() if told in line]
    assert len(lines) == 1, str(wrong.value)


def test_a_policy_of_the_files_that_keeps_the_logs_out_is_a_warning(harness: LiveHarness) -> None:
    wanted = stack(rejected=rejected())
    wanted["s3.bucket"]["flow-bucket"] = {"policy": {"protect": False}, "bucket_policy": CLOSED}
    report = harness.run(wanted, dry_run=True)
    assert "does not let delivery.logs.amazonaws.com write" in str(report.stack.warnings)
    assert fields(report)
