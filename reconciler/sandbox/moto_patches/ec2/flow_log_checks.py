"""What CreateFlowLogs refuses, and what it does with a bucket."""

import json
import re
import sys
from collections.abc import Mapping
from typing import Any

from moto.ec2.models import EC2Backend

from reconciler.sandbox.moto_patches.ec2.requests import Params, refused
from reconciler.sandbox.sandbox_error import SandboxError

CWL, S3, FIREHOSE = "cloud-watch-logs", "s3", "kinesis-data-firehose"
DELIVERY = "delivery.logs.amazonaws.com"
PREFIXES = {
    "VPC": "vpc",
    "Subnet": "subnet",
    "NetworkInterface": "eni",
    "TransitGateway": "tgw",
    "TransitGatewayAttachment": "tgw-attach",
    "RegionalNatGateway": "nat",
    "CoreNetwork": "core-network",
    "CoreNetworkEdge": "core-network",
    "CoreNetworkAttachment": "attachment",
}
"""By type of a resource: the beginning of its ids."""
WITHOUT_TRAFFIC_TYPE = {each for each in PREFIXES if each.startswith(("Transit", "Core"))}


def _wrong(text: str) -> SandboxError:
    return refused("InvalidParameter", text)


def checked(ec2: EC2Backend, params: Params) -> Mapping[str, Any]:
    """Return the settings with AWS's destination; refuse those that do not fit each other."""
    type_ = params.get("LogDestinationType") or CWL
    group, destination = params.get("LogGroupName"), params.get("LogDestination")
    role = params.get("DeliverLogsPermissionArn")
    if not group and not destination:
        raise _wrong("LogDestination can't be empty if LogGroupName is not provided.")
    if type_ != CWL and group:
        raise _wrong("LogDestination type must be cloud-watch-logs if LogGroupName is provided.")
    if group and destination:
        raise _wrong("Please only provide LogGroupName or only provide LogDestination.")
    if type_ == CWL and not role:
        raise _wrong("DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.")
    if type_ == S3 and role:
        raise _wrong("DeliverLogsPermissionArn must be empty if LogDestinationType is s3.")
    if type_ != S3 and params.get("DestinationOptions"):
        raise _wrong("DestinationOptions can only be provided if LogDestinationType is s3.")
    if destination and not re.fullmatch(ARNS[type_], destination):
        raise _wrong(f"LogDestination {destination} is not valid for {type_}.")
    _check_traffic(params)
    if role and role.split(":")[4] == ec2.account_id and not _has_role(ec2, role):
        raise _wrong("Unable to assume given IAM role.")
    if type_ == CWL and destination:
        group = destination.partition(":log-group:")[2]
    return {**params, "LogDestinationType": type_, "LogGroupName": group}


ARNS = {
    CWL: r"arn:[\w-]+:logs:[\w-]+:\d{12}:log-group:[^:*]+",
    S3: r"arn:[\w-]+:s3:::[^/]+(/(?!AWSLogs(/|$)).*)?",
    FIREHOSE: r"arn:[\w-]+:firehose:[\w-]+:\d{12}:deliverystream/.+",
}


def _check_traffic(params: Params) -> None:
    """Refuse what does not fit the type of the resource, and a wrong format."""
    transit = params["ResourceType"] in WITHOUT_TRAFFIC_TYPE
    interval = params.get("MaxAggregationInterval") or 600
    if transit and params.get("TrafficType"):
        raise _wrong(f"TrafficType is not supported for {params['ResourceType']}.")
    if not transit and not params.get("TrafficType"):
        raise refused("MissingParameter", "The request must contain the parameter TrafficType")
    if interval not in ((60,) if transit else (60, 600)):
        raise _wrong("Invalid Flow Log Max Aggregation Interval")
    written = params.get("LogFormat")
    if written is not None and not re.fullmatch(r"\$\{[^}\s]+\}( \$\{[^}\s]+\})*", written):
        raise _wrong("Invalid Flow Log Format")
    if params.get("TagFieldSpecifications") and written is None:
        raise _wrong("TagFieldSpecifications need a LogFormat with tag fields.")


def check_resource(ec2: EC2Backend, type_: str, id_: str) -> None:
    """Refuse a resource that does not exist, or has another type."""
    if id_.rpartition("-")[0] != PREFIXES[type_]:
        raise _wrong(f"ResourceId {id_} is not of the type {type_}.")
    match type_:
        case "VPC":
            ec2.get_vpc(id_)
        case "Subnet" if not any(id_ in zone for zone in ec2.subnets.values()):
            raise refused("InvalidSubnetID.NotFound", f"The subnet ID '{id_}' does not exist")
        case "NetworkInterface" if id_ not in ec2.enis:
            raise refused(
                "InvalidNetworkInterfaceID.NotFound", f"The network interface ID '{id_}' does not exist"
            )
        case "TransitGateway" if id_ not in ec2.transit_gateways:
            raise refused("InvalidTransitGatewayID.NotFound", f"Transit Gateway {id_} was not found.")
        case "TransitGatewayAttachment" if id_ not in ec2.transit_gateway_attachments:
            text = f"Transit Gateway Attachment {id_} was not found."
            raise refused("InvalidTransitGatewayAttachmentID.NotFound", text)
        case "RegionalNatGateway" if id_ not in ec2.nat_gateways:
            raise refused("NatGatewayNotFound", f"NAT gateway {id_} was not found")


def check_destination(ec2: EC2Backend, shape: Params) -> None:
    """Refuse a bucket or a stream of the account that does not exist; a log group may appear later.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-troubleshooting.html
    """
    type_, destination = shape["LogDestinationType"], str(shape.get("LogDestination"))
    if type_ == S3 and _bucket_of(destination) not in held("s3", ec2, "buckets"):
        raise refused("400", f"LogDestination: {_bucket_of(destination)} does not exist.")
    own = type_ == FIREHOSE and destination.split(":")[3:5] == [ec2.region_name, ec2.account_id]
    if own and destination.partition("deliverystream/")[2] not in held("firehose", ec2, "delivery_streams"):
        raise refused("LogDestinationNotFoundException", f"LogDestination: {destination} does not exist.")


def _bucket_of(destination: str) -> str:
    return destination.partition(":::")[2].partition("/")[0]


def held(service: str, ec2: EC2Backend, what: str) -> Mapping[str, Any]:
    """Return the resources of another service by name; a service that is not loaded yet has none."""
    loaded: Any = sys.modules.get(f"moto.{service}.models")
    if loaded is None:
        return {}
    place = ec2.partition if service in ("iam", "s3") else ec2.region_name
    found: Mapping[str, Any] = getattr(getattr(loaded, f"{service}_backends")[ec2.account_id][place], what)
    return found


def _has_role(ec2: EC2Backend, arn: str) -> bool:
    return any(each.arn == arn for each in held("iam", ec2, "roles").values())


def let_deliver(ec2: EC2Backend, destination: str) -> None:
    """Let the log delivery write into a bucket of the account, as AWS does if the policy of the bucket does not yet.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
    """
    bucket = held("s3", ec2, "buckets")[_bucket_of(destination)]
    policy: dict[str, Any] = json.loads(bucket.policy or '{"Version": "2012-10-17", "Statement": []}')
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    if any(DELIVERY in json.dumps(each.get("Principal")) for each in statements):
        return
    account = {"StringEquals": {"aws:SourceAccount": ec2.account_id}}
    folder = f"{destination.rstrip('/')}/AWSLogs/{ec2.account_id}/*"
    places = (
        ("Write", "s3:PutObject", folder),
        ("AclCheck", ["s3:GetBucketAcl", "s3:ListBucket"], f"arn:{ec2.partition}:s3:::{bucket.name}"),
    )
    made = [
        {
            "Sid": f"AWSLogDelivery{name}",
            "Effect": "Allow",
            "Principal": {"Service": DELIVERY},
            "Action": action,
            "Resource": place,
            "Condition": account,
        }
        for name, action, place in places
    ]
    bucket.policy = json.dumps({**policy, "Statement": [*statements, *made]}).encode()
