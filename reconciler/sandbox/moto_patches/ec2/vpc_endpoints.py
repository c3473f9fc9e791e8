"""VPC endpoints of every type: their states by the sandbox's clock, create tokens, and AWS's checks.

Known-lossy: of customers' services only those of this account ask for acceptance.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from moto.ec2.models import EC2Backend
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.utils import random_vpc_ep_id

from reconciler.sandbox.moto_patches.ec2 import vpc_endpoint_places as places
from reconciler.sandbox.moto_patches.ec2.requests import (
    Params,
    Reply,
    Values,
    found_by,
    made_before,
    page,
    refuse_dry_run,
    refused,
    shown_tags,
    tags_for,
    value_of,
)
from reconciler.sandbox.moto_patches.ec2.vpc_endpoint_checks import (
    GATEWAY,
    INBOUND,
    INTERFACE,
    TAKEN_BY,
    WITH_GROUPS,
    check_groups,
    check_inbound,
    check_options,
    check_private_dns,
    check_service,
    check_subnets,
    check_type,
    of_aws,
    service_of,
)
from reconciler.sandbox.moto_patches.transitions import Transition
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

VISIBLE = 600.0
"""Seconds for which a deleted endpoint is shown; AWS gives no number."""
FULL_ACCESS = {
    "Version": "2008-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}
"""The default policy."""


class Endpoint(VPCEndPoint):
    """A VPC endpoint whose state follows the sandbox's clock."""

    def __init__(self, ec2: EC2Backend, params: Params) -> None:  # moto's takes its own words
        self.id = random_vpc_ep_id()
        self.ec2_backend = ec2
        self.vpc_id = params["VpcId"]
        self.vpc_endpoint_type: str = params.get("VpcEndpointType") or GATEWAY
        self.service_name = params.get("ServiceName") or ""
        self.arns = {
            member: params.get(member) for member in ("ServiceNetworkArn", "ResourceConfigurationArn")
        }
        self.service_region = params.get("ServiceRegion") or ec2.region_name
        self.policy_document = params.get("PolicyDocument") or json.dumps(FULL_ACCESS)
        self.route_table_ids = list(params.get("RouteTableIds") or ())
        self.subnet_ids: list[str] = []
        self.network_interface_ids: list[str] = []
        self.security_group_ids = list(params.get("SecurityGroupIds") or ())
        self.ip_address_type = params.get("IpAddressType") or "ipv4"
        self.dns_options: dict[str, Any] = {}
        self.private_dns_enabled = False
        self.creation_timestamp = datetime.fromtimestamp(current().clock(), UTC)
        self.deleting = self.accepted = False
        self.life = Transition("pending", 0.0)
        self.ended: float | None = None

    @property
    def state(self) -> str:
        """The state that AWS shows."""
        if self.deleting:
            return "deleted" if self.life.passed else "deleting"
        if not self.accepted:
            return "pendingAcceptance"
        return "available" if self.life.passed else "pending"

    @state.setter
    def state(self, _state: str) -> None:
        """Take no state: moto's class declares an attribute."""


MAKE = cast("Callable[..., Endpoint]", Endpoint)  # to mypy, the classes of moto's resources are abstract


def create(ec2: EC2Backend, params: Params) -> Reply:
    """CreateVpcEndpoint.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
    """
    tags, token = tags_for("vpc-endpoint", params), params.get("ClientToken")
    endpoint = made_before(params, ec2.vpc_end_points.values())
    refuse_dry_run(params)
    if endpoint:
        return {"VpcEndpoint": show(ec2, endpoint), "ClientToken": token}
    _check(ec2, params)
    endpoint = MAKE(ec2, params)
    vars(endpoint)["sandbox_asked"] = params
    type_, vpc_id = endpoint.vpc_endpoint_type, endpoint.vpc_id
    default = ec2.get_default_security_group(vpc_id)
    if type_ in WITH_GROUPS and not endpoint.security_group_ids and default:
        endpoint.security_group_ids = [default.id]
    private = type_ == INTERFACE and of_aws(endpoint.service_name)
    options = dict(params.get("DnsOptions") or {})
    set_dns(ec2, endpoint, options, private=params.get("PrivateDnsEnabled", private))
    places.check_tables(ec2, endpoint, endpoint.route_table_ids)
    chosen = {each.get("SubnetId"): each for each in params.get("SubnetConfigurations") or ()}
    add_subnets(ec2, endpoint, params.get("SubnetIds") or list(chosen), chosen)
    endpoint.accepted = not _asks_for_acceptance(ec2, endpoint.service_name)
    endpoint.life = Transition("pending", 0.0) if type_ == GATEWAY else Transition.begin("pending")
    places.add_routes(ec2, endpoint, endpoint.route_table_ids)
    ec2.vpc_end_points[endpoint.id] = endpoint
    endpoint.add_tags(tags)
    return {"VpcEndpoint": show(ec2, endpoint), "ClientToken": token}


def describe(ec2: EC2Backend, params: Params) -> Reply:
    """DescribeVpcEndpoints; deleted endpoints are shown for a while."""
    refuse_dry_run(params)
    wanted = [endpoint_of(ec2, each) for each in params.get("VpcEndpointIds") or ec2.vpc_end_points]
    shown = [show(ec2, each) for each in wanted]
    found = found_by(params, shown, FILTERS, lambda row: ec2.tags.get(row["VpcEndpointId"], {}))
    return page("VpcEndpoints", found, params)


def delete(ec2: EC2Backend, params: Params) -> Reply:
    """DeleteVpcEndpoints: an endpoint that cannot be deleted is in `Unsuccessful`.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html
    """
    refuse_dry_run(params)
    failed = []
    for each in params["VpcEndpointIds"]:
        endpoint: Any = ec2.vpc_end_points.get(each)
        why = _why_not_deleted(ec2, each, endpoint)
        if why:
            failed.append({"ResourceId": each, "Error": {"Code": why[0], "Message": why[1]}})
        elif not endpoint.deleting:
            endpoint.deleting, endpoint.life = True, Transition.begin("deleting")
            places.remove_routes(ec2, endpoint, endpoint.route_table_ids)
    settle(ec2)
    return {"Unsuccessful": failed}


def settle(ec2: EC2Backend) -> None:
    """Let endpoints go whose time has passed; called before each operation."""
    endpoints: list[Any] = [*ec2.vpc_end_points.values()]
    for endpoint in endpoints:
        if endpoint.state == "deleted" and endpoint.ended is None:
            endpoint.ended = endpoint.life.until
            places.remove_interfaces(ec2, endpoint, endpoint.subnet_ids)
        if endpoint.ended is not None and current().clock() >= endpoint.ended + VISIBLE:
            del ec2.vpc_end_points[endpoint.id]
            ec2.tags.pop(endpoint.id, None)


def show(ec2: EC2Backend, endpoint: Any) -> Reply:
    """Return an endpoint in the form of replies."""
    type_, groups = endpoint.vpc_endpoint_type, ec2.groups[endpoint.vpc_id]
    named = [id_ for id_ in endpoint.security_group_ids if id_ in groups]
    further = {"ServiceName": endpoint.service_name or None, **endpoint.arns}
    policy = {"PolicyDocument": endpoint.policy_document} if type_ in TAKEN_BY["PolicyDocument"] else {}
    domain = f"{service_of(endpoint.service_name)}.{endpoint.service_region}.vpce.amazonaws.com"
    names = [{"DnsName": f"{endpoint.id}-sandbox.{domain}", "HostedZoneId": "Z7K1066E3PUKB"}]
    return {
        "VpcEndpointId": endpoint.id,
        "VpcEndpointType": type_,
        "VpcId": endpoint.vpc_id,
        "State": endpoint.state,
        "RouteTableIds": [each for each in endpoint.route_table_ids if each in ec2.route_tables],
        "SubnetIds": list(endpoint.subnet_ids),
        "Groups": [{"GroupId": each, "GroupName": groups[each].name} for each in named],
        "IpAddressType": endpoint.ip_address_type,
        "DnsOptions": dict(endpoint.dns_options),
        "PrivateDnsEnabled": endpoint.private_dns_enabled,
        "RequesterManaged": False,
        "NetworkInterfaceIds": list(endpoint.network_interface_ids),
        "DnsEntries": names if type_ == INTERFACE and endpoint.subnet_ids else [],
        "CreationTimestamp": endpoint.creation_timestamp,
        "OwnerId": ec2.account_id,
        "ServiceRegion": endpoint.service_region,
        "Tags": shown_tags(ec2, endpoint.id),
        **policy,
        **{member: value for member, value in further.items() if value},
    }


def endpoint_of(ec2: EC2Backend, id_: str) -> Any:
    """Return the endpoint with an id."""
    if id_ not in ec2.vpc_end_points:
        raise refused("InvalidVpcEndpointId.NotFound", f"The Vpc Endpoint Id '{id_}' does not exist")
    return ec2.vpc_end_points[id_]


def add_subnets(ec2: EC2Backend, endpoint: Any, new: list[str], chosen: Mapping[Any, Any]) -> None:
    """Put network interfaces into further subnets."""
    check_subnets(ec2, endpoint.vpc_id, [*endpoint.subnet_ids, *new])
    made: list[str] = []
    try:
        made.extend(places.interface_in(ec2, endpoint, each, chosen.get(each) or {}).id for each in new)
    except SandboxError:
        for id_ in made:
            del ec2.enis[id_]
        raise
    endpoint.network_interface_ids += made
    endpoint.subnet_ids += new


def set_dns(ec2: EC2Backend, endpoint: Any, options: dict[str, Any], *, private: bool) -> None:
    """Set the DNS options of an endpoint. With private DNS for Amazon S3, AWS uses it for inbound endpoints alone by default.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
    """
    others = [*others_in(ec2, endpoint)]
    name, before = endpoint.service_name, endpoint.private_dns_enabled
    if private and not before and endpoint.vpc_endpoint_type == INTERFACE:
        check_private_dns(ec2, ec2.get_vpc(endpoint.vpc_id), name, others)
        if service_of(name) == "s3":
            options = {INBOUND: True, **options}
    check_inbound(options if private else {}, endpoint.vpc_id, name, others)
    merged = {**endpoint.dns_options, **options}
    check_options(merged, endpoint.vpc_endpoint_type, private=private)
    usual = "service-defined" if endpoint.vpc_endpoint_type == GATEWAY else endpoint.ip_address_type
    endpoint.private_dns_enabled = private
    endpoint.dns_options = {"DnsRecordIpType": usual, INBOUND: False, **merged}


def others_in(ec2: EC2Backend, endpoint: Any) -> Iterator[Any]:
    """Yield the other endpoints of the VPC that are not deleted."""
    endpoints: list[Any] = [*ec2.vpc_end_points.values()]
    yield from (
        each
        for each in endpoints
        if each.vpc_id == endpoint.vpc_id and each.id != endpoint.id and each.ended is None
    )


def _check(ec2: EC2Backend, params: Params) -> None:
    """Refuse what AWS refuses at once."""
    type_, vpc = params.get("VpcEndpointType") or GATEWAY, ec2.get_vpc(params["VpcId"])
    check_type(params, type_)
    check_service(ec2, params, type_)
    check_groups(ec2, vpc.id, params.get("SecurityGroupIds") or ())
    check_subnets(ec2, vpc.id, params.get("SubnetIds") or ())


def _asks_for_acceptance(ec2: EC2Backend, service: str) -> bool:
    """Return whether the owner of a service accepts each endpoint."""
    known = (each for each in ec2.configurations.values() if each.service_name == service)
    return any(each.acceptance_required for each in known)


def _why_not_deleted(ec2: EC2Backend, id_: str, endpoint: Any) -> tuple[str, str] | None:
    if endpoint is None or endpoint.ended is not None:
        return "InvalidVpcEndpoint.NotFound", f"The Vpc Endpoint Id '{id_}' does not exist"
    if places.led_to(ec2, id_):
        return "DependencyViolation", f"The vpcEndpoint '{id_}' has routes and cannot be deleted."
    needs = (
        each
        for each in others_in(ec2, endpoint)
        if each.dns_options.get(INBOUND) and each.private_dns_enabled
    )
    if endpoint.vpc_endpoint_type == GATEWAY and any(
        each.service_name == endpoint.service_name for each in needs
    ):
        text = f"The vpcEndpoint '{id_}' is needed by an interface endpoint with {INBOUND}."
        return "DependencyViolation", text
    return None


# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html
FILTERS: Mapping[str, Values] = {
    "ip-address-type": lambda row: [row["IpAddressType"]],
    "service-name": value_of("ServiceName"),
    "service-region": lambda row: [row["ServiceRegion"]],
    "vpc-endpoint-id": lambda row: [row["VpcEndpointId"]],
    "vpc-endpoint-state": lambda row: [row["State"]],
    "vpc-endpoint-type": lambda row: [row["VpcEndpointType"]],
    "vpc-id": lambda row: [row["VpcId"]],
}
