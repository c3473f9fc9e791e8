"""Changes of VPC endpoints."""

import json
from typing import Any

from moto.ec2.models import EC2Backend

from reconciler.sandbox.moto_patches.ec2 import vpc_endpoint_places as places
from reconciler.sandbox.moto_patches.ec2.requests import Params, Reply, refuse_dry_run, refused
from reconciler.sandbox.moto_patches.ec2.vpc_endpoint_checks import (
    BALANCER,
    GATEWAY,
    INTERFACE,
    OF_LATTICE,
    TAKEN_BY,
    check_groups,
    check_policy,
    check_subnets,
    wrong,
)
from reconciler.sandbox.moto_patches.ec2.vpc_endpoints import (
    FULL_ACCESS,
    add_subnets,
    endpoint_of,
    set_dns,
)
from reconciler.sandbox.moto_patches.transitions import Transition

LISTS = ("RouteTableIds", "SubnetIds", "SecurityGroupIds")


def modify(ec2: EC2Backend, params: Params) -> Reply:
    """ModifyVpcEndpoint.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
    """
    endpoint = endpoint_of(ec2, params["VpcEndpointId"])
    if endpoint.deleting:
        raise refused("IncorrectState", f"The endpoint {endpoint.id} is {endpoint.state}")
    _check(ec2, endpoint, params)
    refuse_dry_run(params)
    options = dict(params.get("DnsOptions") or {})
    if params.get("IpAddressType") and endpoint.vpc_endpoint_type != GATEWAY:
        options.setdefault("DnsRecordIpType", params["IpAddressType"])
    set_dns(ec2, endpoint, options, private=params.get("PrivateDnsEnabled", endpoint.private_dns_enabled))
    if params.get("ResetPolicy"):
        endpoint.policy_document = json.dumps(FULL_ACCESS)
    elif params.get("PolicyDocument"):
        endpoint.policy_document = params["PolicyDocument"]
    endpoint.ip_address_type = params.get("IpAddressType") or endpoint.ip_address_type
    _set_subnets(ec2, endpoint, params)
    _set_tables(ec2, endpoint, params)
    _set_groups(ec2, endpoint, params)
    return {"Return": True}


def _check(ec2: EC2Backend, endpoint: Any, params: Params) -> None:
    type_ = endpoint.vpc_endpoint_type
    for member in LISTS:
        if (params.get(f"Add{member}") or params.get(f"Remove{member}")) and type_ not in TAKEN_BY[member]:
            raise wrong(f"{member} is not supported for endpoints of the type {type_}")
    if params.get("ResetPolicy") and params.get("PolicyDocument"):
        raise refused("InvalidParameterCombination", "ResetPolicy and PolicyDocument exclude each other")
    if (params.get("ResetPolicy") and type_ != GATEWAY) or (
        params.get("PolicyDocument") and type_ not in TAKEN_BY["PolicyDocument"]
    ):
        raise wrong(f"This change of the policy is not supported for endpoints of the type {type_}")
    check_policy(params)
    private = params.get("PrivateDnsEnabled")
    if private is not None and private is not endpoint.private_dns_enabled and type_ != INTERFACE:
        raise wrong(f"PrivateDnsEnabled cannot be changed for endpoints of the type {type_}")
    options = params.get("DnsOptions") or {}
    if any(
        options.get(each, endpoint.dns_options.get(each)) != endpoint.dns_options.get(each)
        for each in OF_LATTICE
    ):
        raise wrong(f"{' and '.join(OF_LATTICE)} cannot be changed")
    if type_ == BALANCER and (
        params.get("RemoveSubnetIds") or (endpoint.subnet_ids and params.get("AddSubnetIds"))
    ):
        raise wrong("The subnet of a Gateway Load Balancer endpoint cannot be changed")
    tables = params.get("AddRouteTableIds") or ()
    places.check_tables(ec2, endpoint, [each for each in tables if each not in endpoint.route_table_ids])
    check_subnets(ec2, endpoint.vpc_id, {*endpoint.subnet_ids, *(params.get("AddSubnetIds") or ())})
    check_groups(ec2, endpoint.vpc_id, params.get("AddSecurityGroupIds") or ())
    if not _changed(endpoint.security_group_ids, params, LISTS[2]) and endpoint.security_group_ids:
        raise wrong("An endpoint has at least one security group")


def _changed(held: list[str], params: Params, member: str) -> list[str]:
    """Return a list with the additions and the removals of a request."""
    gone = params.get(f"Remove{member}") or ()
    new = [each for each in params.get(f"Add{member}") or () if each not in held]
    return [*(each for each in held if each not in gone), *new]


def _set_tables(ec2: EC2Backend, endpoint: Any, params: Params) -> None:
    before = endpoint.route_table_ids
    after = _changed(before, params, LISTS[0])
    places.remove_routes(ec2, endpoint, [each for each in before if each not in after])
    places.add_routes(ec2, endpoint, [each for each in after if each not in before])
    endpoint.route_table_ids = after


def _set_groups(ec2: EC2Backend, endpoint: Any, params: Params) -> None:
    endpoint.security_group_ids = _changed(endpoint.security_group_ids, params, LISTS[2])
    groups = ec2.groups[endpoint.vpc_id]
    for interface in places.interfaces_of(ec2, endpoint).values():
        vars(interface)["_group_set"] = [groups[each] for each in endpoint.security_group_ids]


def _set_subnets(ec2: EC2Backend, endpoint: Any, params: Params) -> None:
    """Add subnets before others are removed; an interface with other addresses takes the place of the old one."""
    chosen = {each.get("SubnetId"): each for each in params.get("SubnetConfigurations") or ()}
    unknown = [each for each in chosen if each not in _changed(endpoint.subnet_ids, params, LISTS[1])]
    if unknown:
        raise wrong(f"The endpoint is not in the subnet {unknown[0]}")
    new = [each for each in params.get("AddSubnetIds") or () if each not in endpoint.subnet_ids]
    again = [each for each in chosen if each in endpoint.subnet_ids]
    gone = [*(params.get("RemoveSubnetIds") or ()), *again]
    if not new and not gone:
        return
    add_subnets(ec2, endpoint, new, chosen)
    places.remove_interfaces(ec2, endpoint, gone)
    endpoint.subnet_ids = [each for each in endpoint.subnet_ids if each not in gone]
    add_subnets(ec2, endpoint, again, chosen)
    endpoint.life = Transition.begin("pending")
