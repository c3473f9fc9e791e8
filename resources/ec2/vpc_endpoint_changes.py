"""The requests that create a VPC endpoint and change it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import Api, Calls, Change, Request, Wired
from reconciler.model import Settings
from reconciler.resources.ec2.common import GOING
from reconciler.resources.ec2.create_tokens import Remembered, after, made_by_us
from reconciler.resources.ec2.vpc_endpoint_model import BALANCER, FULL_ACCESS, GATEWAY, INTERFACE
from reconciler.resources.ec2.vpc_endpoint_reading import DESCRIBE, INBOUND, is_going

CREATE, MODIFY, ZONES_OF = "create_vpc_endpoint", "modify_vpc_endpoint", "describe_subnets"
ENDPOINTS = Remembered("VpcEndpoint", "VpcEndpointId", gone=GOING)
TABLES, SUBNETS, GROUPS = "RouteTableIds", "SubnetIds", "SecurityGroupIds"
RECORDS = "DnsRecordIpType"
ROWS, ZONES = "SubnetConfigurations", "Zones"
OF_LATTICE = ("dns_options.private_dns_preference", "dns_options.private_dns_specified_domains")


def anew(api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of create, with another token if an earlier endpoint was made with the first one."""
    rows = [row for row in api.pages(DESCRIBE, MaxResults=1000) if is_going(row)]
    before = made_by_us(parameters, rows) if rows else ()
    return after(parameters, [row["VpcEndpointId"] for row in before])


def created(api: Api, reply: Wired, parameters: Wired) -> Wired:
    """The reply to create for an endpoint that exists."""
    return ENDPOINTS.living(api, CREATE, parameters, reply)


def replaces(field: str, written: Settings, reported: Wired) -> bool:
    """Whether AWS changes a field only of endpoints of other types."""
    type_ = reported.get("VpcEndpointType") or written.get("vpc_endpoint_type") or GATEWAY
    if field == "subnet_ids":
        return bool(type_ == BALANCER and reported.get(SUBNETS))
    return field in OF_LATTICE or (field == "private_dns_enabled" and type_ != INTERFACE)


def _zones(api: Api, change: Change) -> Wired:
    """The Availability Zones of the subnets that come and go."""
    new, gone = _exchanged(change, SUBNETS)
    if not (new and gone):
        return {}
    rows = api.pages(ZONES_OF, SubnetIds=[*new, *gone])
    return {ZONES: {row["SubnetId"]: row["AvailabilityZoneId"] for row in rows}}


def _modify(change: Change) -> Iterator[Request]:
    """One request. AWS takes one subnet of each Availability Zone: the old one of a zone is removed before it."""
    new, gone = _exchanged(change, SUBNETS)
    zones: Mapping[str, str] = change.reported.get(ZONES) or {}
    taken = {zones.get(each) for each in new} - {None}
    first = [each for each in gone if zones.get(each) in taken]
    if first:
        yield Request(MODIFY, {**change.address, f"Remove{SUBNETS}": first})
    lists = {
        f"Add{SUBNETS}": new,
        f"Remove{SUBNETS}": [each for each in gone if each not in first],
        **_lists(change, TABLES),
        **_lists(change, GROUPS),
        ROWS: _addresses(change),
    }
    others = {**_policy(change), **_dns(change)}
    if change.differs("IpAddressType"):
        others["IpAddressType"] = change.desired.get("IpAddressType") or "ipv4"
    parameters = {**{name: each for name, each in lists.items() if each}, **others}
    if parameters:
        yield Request(MODIFY, {**change.address, **parameters})


def _exchanged(change: Change, member: str) -> tuple[list[str], list[str]]:
    """What comes into a list, and what goes."""
    before, wanted = change.observed.get(member) or (), change.desired.get(member) or ()
    return [each for each in wanted if each not in before], [each for each in before if each not in wanted]


def _lists(change: Change, member: str) -> dict[str, list[str]]:
    new, gone = _exchanged(change, member)
    return {f"Add{member}": new, f"Remove{member}": gone}


def _addresses(change: Change) -> list[Any]:
    """The rows of subnets with other addresses than now."""
    if not change.differs(ROWS):
        return []
    before = change.observed.get(ROWS) or ()
    return [row for row in change.desired.get(ROWS) or () if row not in before]


def _policy(change: Change) -> dict[str, Any]:
    """The policy. Only a gateway endpoint takes AWS's own default back by a word."""
    if not change.differs("PolicyDocument"):
        return {}
    policy = change.desired.get("PolicyDocument")
    if policy is None and change.reported.get("VpcEndpointType") == GATEWAY:
        return {"ResetPolicy": True}
    return {"PolicyDocument": json.dumps(FULL_ACCESS) if policy is None else policy}


def _dns(change: Change) -> dict[str, Any]:
    """Private DNS and its options. What is written stays: AWS sets some options together with other settings.

    A new type of addresses is that of the DNS records too, and private DNS for Amazon S3 is for inbound endpoints alone.
    """
    before, wanted = change.observed.get("DnsOptions") or {}, change.desired.get("DnsOptions") or {}
    options = {name: value for name, value in wanted.items() if value != before.get(name)}
    found: dict[str, Any] = {}
    if change.differs("IpAddressType") and "dns_options" in change.written and RECORDS in wanted:
        options[RECORDS] = wanted[RECORDS]
    if change.differs("PrivateDnsEnabled"):
        found["PrivateDnsEnabled"] = change.desired.get("PrivateDnsEnabled")
        of_s3 = str(change.reported.get("ServiceName")).endswith(".s3")
        if found["PrivateDnsEnabled"] and of_s3 and "dns_options" in change.written and INBOUND in wanted:
            options[INBOUND] = wanted[INBOUND]
    return {**found, **({"DnsOptions": options} if options else {})}


UPDATES = (
    Calls(
        _modify,
        (
            *("policy_document", "route_table_ids", "subnet_ids", "subnet_configurations"),
            *("security_group_ids", "ip_address_type", "dns_options", "private_dns_enabled"),
        ),
        (MODIFY,),
        looks=_zones,
        looks_with=(ZONES_OF,),
    ),
)
