"""ec2.flow_log."""

import json

from reconciler.testing import Change, Given, Sample, Settings

ACCOUNT = "123456789012"
ROLES = {
    name: {
        "RoleName": name,
        "AssumeRolePolicyDocument": json.dumps(
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
        ),
    }
    for name in ("flows", "flows-too")
}
ROLE, OTHER_ROLE = (f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ROLES)
ELSEWHERE, OTHER_ELSEWHERE = (
    f"arn:aws:iam::210987654321:role/AWSLogDeliveryFirehoseCrossAccountRole{each}" for each in ("", "2")
)
GROUP, OTHER_GROUP = (f"arn:aws:logs:eu-west-2:{ACCOUNT}:log-group:{name}" for name in ("flows", "others"))
STREAM, OTHER_STREAM = (
    f"arn:aws:firehose:eu-west-2:210987654321:deliverystream/{name}" for name in ("flows", "others")
)
BUCKET = "arn:aws:s3:::flow-bucket"
BLOCK = {"CidrBlock": "10.0.0.0/16"}
SHORT = "$${version} $${srcaddr} $${dstaddr}"


def refused(field: str, value: object, form: str = "base", label: str = "") -> Change:
    return Change(field, value, form=form, label=label, refused=f"AWS cannot change {field}")


def tag_fields(*keys: str) -> list[Settings]:
    return [{"resource_type": "instance", "tag_keys": [*keys]}]


INTO_BUCKET, TO_STREAM, OF_GATEWAY = "into a bucket", "to a stream elsewhere", "of a gateway"
FORMS: dict[str, Settings] = {
    INTO_BUCKET: {
        "resource_id": "${one_vpc}",
        "traffic_type": "REJECT",
        "log_destination_type": "s3",
        "log_destination": f"{BUCKET}/vpc/",
        "destination_options": {
            "file_format": "parquet",
            "hive_compatible_partitions": True,
            "per_hour_partition": True,
        },
    },
    TO_STREAM: {
        "resource_id": "${one_subnet}",
        "resource_type": "Subnet",
        "traffic_type": "ACCEPT",
        "log_destination_type": "kinesis-data-firehose",
        "log_destination": STREAM,
        "deliver_logs_permission_arn": ROLE,
        "deliver_cross_account_role": ELSEWHERE,
    },
    OF_GATEWAY: {
        "resource_id": "${one_gateway}",
        "log_group_name": "flows",
        "deliver_logs_permission_arn": ROLE,
        "max_aggregation_interval": 60,
    },
}
SAMPLE = Sample(
    name="main",
    given=(
        Given("ec2", "create_vpc", BLOCK, "one_vpc", "Vpc.VpcId", like="vpc-01234567"),
        Given("ec2", "create_vpc", BLOCK, "another_vpc", "Vpc.VpcId", like="vpc-12345678"),
        Given(
            "ec2",
            "create_subnet",
            {**BLOCK, "VpcId": "${one_vpc}"},
            "one_subnet",
            "Subnet.SubnetId",
            like="subnet-01234567",
        ),
        Given(
            "ec2",
            "create_transit_gateway",
            {},
            "one_gateway",
            "TransitGateway.TransitGatewayId",
            like="tgw-01234567",
        ),
        *(Given("iam", "create_role", each) for each in ROLES.values()),
        *(Given("logs", "create_log_group", {"logGroupName": name}) for name in ("flows", "others")),
        Given(
            "s3",
            "create_bucket",
            {"Bucket": "flow-bucket", "CreateBucketConfiguration": {"LocationConstraint": "eu-west-2"}},
        ),
    ),
    base={
        "resource_id": "${one_vpc}",
        "resource_type": "VPC",
        "traffic_type": "ALL",
        "log_destination_type": "cloud-watch-logs",
        "log_destination": GROUP,
        "deliver_logs_permission_arn": ROLE,
        "log_format": SHORT,
        "max_aggregation_interval": 60,
        "tag_field_specifications": tag_fields("Name"),
        "tags": {"Name": "main", "Team": "shop"},
    },
    least=("traffic_type", "log_destination", "deliver_logs_permission_arn"),
    forms=FORMS,
    changes=(
        refused("resource_id", "${another_vpc}", INTO_BUCKET),
        refused("traffic_type", "REJECT"),
        refused("log_destination", OTHER_GROUP),
        refused("log_destination", BUCKET, INTO_BUCKET, "another folder"),
        refused("log_destination", OTHER_STREAM, TO_STREAM, "another stream"),
        refused("log_group_name", "others", OF_GATEWAY),
        refused("deliver_logs_permission_arn", OTHER_ROLE),
        refused("deliver_cross_account_role", OTHER_ELSEWHERE, TO_STREAM),
        refused("log_format", "$${version}"),
        refused("max_aggregation_interval", 600),
        refused("destination_options", {"file_format": "plain-text"}, INTO_BUCKET),
        refused("tag_field_specifications", tag_fields("Name", "Team")),
        Change("tags", {"Name": "another", "Team": None}, ("CreateTags", "DeleteTags")),
    ),
    drifts=(),
    exempt={"log_destination_type": "it changes only together with the destination"},
    misfits={"resource_id: create_flow_logs has no member ResourceId": "it takes a list of several"},
    needed={
        "resource_id": "AWS takes a list, ResourceIds",
        "ResourceIds": "made of resource_id",
        "resource_type": "the id tells it",
    },
)
