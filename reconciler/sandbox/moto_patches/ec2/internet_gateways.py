"""Internet gateways: one for each VPC, and AWS's checks when they are attached, detached and deleted."""

from collections.abc import Mapping
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.internet_gateways import InternetGateway

from reconciler.sandbox.moto_patches.ec2.requests import (
    Params,
    Reply,
    Values,
    found_by,
    invalid,
    page,
    refuse_dry_run,
    refused,
    shown_tags,
    tags_for,
)


def create(ec2: EC2Backend, params: Params) -> Reply:
    """CreateInternetGateway.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInternetGateway.html
    """
    tags = tags_for("internet-gateway", params)
    refuse_dry_run(params)
    made = ec2.create_internet_gateway()
    made.add_tags(tags)
    return {"InternetGateway": show(ec2, made)}


def describe(ec2: EC2Backend, params: Params) -> Reply:
    """DescribeInternetGateways."""
    refuse_dry_run(params)
    wanted = [_gateway(ec2, each).id for each in params.get("InternetGatewayIds") or ec2.internet_gateways]
    shown = [show(ec2, ec2.internet_gateways[each]) for each in wanted]
    found = found_by(params, shown, FILTERS, lambda row: ec2.tags.get(row["InternetGatewayId"], {}))
    return page("InternetGateways", found, params)


def attach(ec2: EC2Backend, params: Params) -> Reply:
    """AttachInternetGateway: a gateway has one VPC, and a VPC has one gateway.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html
    """
    gateway, vpc = _gateway(ec2, params["InternetGatewayId"]), ec2.get_vpc(params["VpcId"])
    if attached_to(gateway):
        text = f"resource {gateway.id} is already attached to network {attached_to(gateway)}"
        raise refused("Resource.AlreadyAssociated", text)
    if gateway_of(ec2, vpc.id):
        raise invalid(f"Network {vpc.id} already has an internet gateway attached")
    refuse_dry_run(params)
    ec2.attach_internet_gateway(gateway.id, vpc.id)
    return {}


def detach(ec2: EC2Backend, params: Params) -> Reply:
    """DetachInternetGateway; refused while a network interface of the VPC has a public address.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html
    """
    gateway, vpc_id = _gateway(ec2, params["InternetGatewayId"]), params["VpcId"]
    if attached_to(gateway) != vpc_id:
        raise refused("Gateway.NotAttached", f"resource {gateway.id} is not attached to network {vpc_id}")
    mapped = any(each.eni and each.eni.subnet.vpc_id == vpc_id for each in ec2.addresses)
    gateways: Any = ec2.nat_gateways.values()
    if mapped or any(each.vpc_id == vpc_id and each.allocations for each in gateways):
        text = (
            f"Network {vpc_id} has some mapped public address(es). Please unmap those public address(es) before "
            "detaching the gateway."
        )
        raise refused("DependencyViolation", text)
    refuse_dry_run(params)
    ec2.detach_internet_gateway(gateway.id, vpc_id)
    return {}


def delete(ec2: EC2Backend, params: Params) -> Reply:
    """DeleteInternetGateway; refused while the gateway is attached.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteInternetGateway.html
    """
    gateway = _gateway(ec2, params["InternetGatewayId"])
    if attached_to(gateway):
        text = f"The internetGateway '{gateway.id}' has dependencies and cannot be deleted."
        raise refused("DependencyViolation", text)
    refuse_dry_run(params)
    ec2.delete_internet_gateway(gateway.id)
    ec2.tags.pop(gateway.id, None)
    return {}


def show(ec2: EC2Backend, gateway: InternetGateway) -> Reply:
    """Return a gateway in the form of replies."""
    vpc_id = attached_to(gateway)
    return {
        "InternetGatewayId": gateway.id,
        "OwnerId": ec2.account_id,
        "Attachments": [{"State": "available", "VpcId": vpc_id}] if vpc_id else [],
        "Tags": shown_tags(ec2, gateway.id),
    }


def attached_to(gateway: InternetGateway) -> str | None:
    """Return the id of the VPC of a gateway."""
    vpc = vars(gateway)["vpc"]
    return str(vpc.id) if vpc else None


def gateway_of(ec2: EC2Backend, vpc_id: str) -> InternetGateway | None:
    """Return the gateway of a VPC."""
    return next((each for each in ec2.internet_gateways.values() if attached_to(each) == vpc_id), None)


def _gateway(ec2: EC2Backend, id_: str) -> InternetGateway:
    if id_ not in ec2.internet_gateways:
        text = f"The internetGateway ID '{id_}' does not exist"
        raise refused("InvalidInternetGatewayID.NotFound", text)
    return ec2.internet_gateways[id_]


# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInternetGateways.html
FILTERS: Mapping[str, Values] = {
    "attachment.state": lambda row: [each["State"] for each in row["Attachments"]],
    "attachment.vpc-id": lambda row: [each["VpcId"] for each in row["Attachments"]],
    "internet-gateway-id": lambda row: [row["InternetGatewayId"]],
    "owner-id": lambda row: [row["OwnerId"]],
}
