"""Mistakes in elastic IP addresses, NAT gateways and VPC endpoints are found before the first call; similar valid files load."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.desired import InvalidStack
from tests.end_to_end.stacks_in_files import loaded

SUBNET, VPC, INTERFACE = "subnet-0123456789", "vpc-0123456789", "eni-0123456789"
ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT = (f"eipalloc-0123456{number}" for number in range(8))
PUBLIC = {"subnet_id": SUBNET, "allocation_id": ONE}
PRIVATE = {"subnet_id": SUBNET, "connectivity_type": "private"}
REGIONAL = {"vpc_id": VPC, "availability_mode": "regional"}
ROWS, ELASTIC = "availability_zone_addresses", "secondary_allocation_ids"
IPS, COUNT = "secondary_private_ip_addresses", "secondary_private_ip_address_count"
A = {"availability_zone": "eu-west-2a", "allocation_ids": [FOUR]}

ADDRESSES: dict[str, tuple[dict[str, Any], str]] = {
    "pools": ({"public_ipv4_pool": "amazon", "ipam_pool_id": "ipam-pool-0123"}, "an address is from one pool; keep one of public_ipv4_pool and ipam_pool_id"),
    "chosen": ({"address": "192.0.2.1", "ipam_pool_id": "ipam-pool-0123"}, "AWS chooses the address from a pool of IPAM"),
    "targets": ({"instance_id": "i-0123456789", "network_interface_id": INTERFACE}, "an address has one target"),
    "of-nothing": ({"private_ip_address": "10.0.0.9"}, "write that as well"),
    "first": ({"network_interface_id": INTERFACE}, ""),
    "taken": ({"network_interface_id": INTERFACE}, "ec2.elastic_ip/first has the same target"),
    "beside": ({"network_interface_id": INTERFACE, "private_ip_address": "10.0.0.9"}, ""),
    "name": ({"domain_name": "Mail.example.com."}, "in lower case without a final dot"),
    "ip": ({"address": "10.0.0.300"}, "expected an IPv4 address"),
    "mail": ({"domain_name": "mail.example.com", "instance_id": None}, ""),
}  # fmt: skip
GATEWAYS: dict[str, tuple[dict[str, Any], str]] = {
    "first": ({**PUBLIC, ELASTIC: [TWO], IPS: ["10.0.0.9"]}, ""),
    "taken": ({**PRIVATE, "connectivity_type": "public", "allocation_id": TWO}, "ec2.nat_gateway/first has it too"),
    "twice": ({**PUBLIC, "allocation_id": THREE, ELASTIC: [THREE]}, "it is written twice"),
    "elastic": ({**PRIVATE, "allocation_id": EIGHT}, "a private NAT gateway has no elastic IP addresses"),
    "inside": ({**REGIONAL, "connectivity_type": "private"}, "a regional NAT gateway is public"),
    "counted": ({**PUBLIC, "allocation_id": FIVE, COUNT: 1}, "AWS chooses the private addresses of a public NAT gateway"),
    "both": ({**PRIVATE, COUNT: 1, IPS: ["10.0.0.9"]}, "exclude each other"),
    "more": ({**PUBLIC, "allocation_id": SIX, IPS: ["10.0.0.9"]}, "each of secondary_allocation_ids has one private address: write 0"),
    "zonal": ({**PUBLIC, "allocation_id": SEVEN, "vpc_id": VPC}, "only a regional NAT gateway has this"),
    "rows": ({**PRIVATE, ROWS: [A]}, "only a regional NAT gateway has this"),
    "regional": ({**REGIONAL, "subnet_id": SUBNET}, "only a zonal NAT gateway has this"),
    "region": ({**REGIONAL, ROWS: [{"availability_zone": "us-west-1a", "allocation_ids": ["eipalloc-12345678"]}]}, "this Zone is not in eu-west-2"),
    "zone": ({**REGIONAL, ROWS: [{**A, "allocation_ids": ["eipalloc-12345678"], "availability_zone_id": "euw2-az1"}]}, "a row is for one Zone"),
    "nothing": ({**REGIONAL, ROWS: []}, "expected 1 or more of these"),
    "private": ({**PRIVATE, COUNT: 2}, ""),
    "automatic": (REGIONAL, ""),
}  # fmt: skip
LOGS, S3 = (f"com.amazonaws.eu-west-2.{each}" for each in ("logs", "s3"))
GATEWAY = {"vpc_id": VPC, "service_name": S3}
INTERFACE_ENDPOINT = {
    "vpc_id": VPC,
    "vpc_endpoint_type": "Interface",
    "service_name": LOGS,
    "private_dns_enabled": False,
}
NETWORK = {
    "vpc_id": VPC,
    "vpc_endpoint_type": "ServiceNetwork",
    "service_network_arn": "arn:aws:vpc-lattice:eu-west-2:123456789012:servicenetwork/sn-1",
}
ADDRESS = {"subnet_id": SUBNET, "ipv4": "10.0.0.9"}
OTHER_SUBNET, TABLE, DNS = "subnet-1234567890", "rtb-0123456789", "dns_options"
LATTICE_DNS, INBOUND = "private_dns_preference", "private_dns_only_for_inbound_resolver_endpoint"
ENDPOINTS: dict[str, tuple[dict[str, Any], str]] = {
    "first": ({**GATEWAY, "route_table_ids": [TABLE]}, ""),
    "second": ({**GATEWAY, "route_table_ids": ["rtb-1234567890", TABLE]}, "ec2.vpc_endpoint/first for the same service has it too; a table has one route to a service"),
    "short": ({**GATEWAY, "service_name": "s3"}, "expected the name of an endpoint service, such as com.amazonaws.${region}.s3"),
    "groups": ({**GATEWAY, "security_group_ids": ["sg-0123456789"]}, "only endpoints of the types Interface, Resource, ServiceNetwork, Tunnel have this"),
    "tables": ({**INTERFACE_ENDPOINT, "route_table_ids": [TABLE]}, "only endpoints of the types Gateway have this"),
    "private": ({**INTERFACE_ENDPOINT, "private_dns_enabled": True}, ""),
    "private-too": ({**INTERFACE_ENDPOINT, "private_dns_enabled": True}, "ec2.vpc_endpoint/private for the same service has it too; only one endpoint of a VPC has it"),
    "policy": ({**NETWORK, "policy_document": {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}}, "only endpoints of the types Gateway, Interface have this"),
    "no-policy": ({**GATEWAY, "policy_document": {"Statement": []}}, "the policy has no Statement"),
    "leads": ({**NETWORK, "service_name": LOGS}, "a ServiceNetwork endpoint leads to service_network_arn; leave this out"),
    "balancer": ({**GATEWAY, "vpc_endpoint_type": "GatewayLoadBalancer", "subnet_ids": [SUBNET, OTHER_SUBNET]}, "a GatewayLoadBalancer endpoint has one subnet"),
    "elsewhere": ({**INTERFACE_ENDPOINT, "subnet_ids": [OTHER_SUBNET], "subnet_configurations": [ADDRESS]}, "write this subnet in subnet_ids too"),
    "dual": ({**INTERFACE_ENDPOINT, "subnet_ids": [SUBNET], "ip_address_type": "dualstack", "subnet_configurations": [ADDRESS]}, "the address of the endpoint is missing: write ipv6"),
    "old": ({**INTERFACE_ENDPOINT, "subnet_ids": [SUBNET], "subnet_configurations": [{**ADDRESS, "ipv6": "2001:db8::9"}]}, "has no such addresses; leave this out"),
    "long": ({**INTERFACE_ENDPOINT, "subnet_ids": [SUBNET], "subnet_configurations": [{**ADDRESS, "ipv6": "2001:DB8:0::9"}]}, "AWS writes this address as 2001:db8::9"),
    "inbound": ({**INTERFACE_ENDPOINT, DNS: {INBOUND: True}}, "it is about private DNS"),
    "preference": ({**INTERFACE_ENDPOINT, DNS: {LATTICE_DNS: "ALL_DOMAINS"}}, "only endpoints of the types ServiceNetwork and Resource with private_dns_enabled have this"),
    "domains": ({**NETWORK, DNS: {LATTICE_DNS: "SPECIFIED_DOMAINS_ONLY"}}, "SPECIFIED_DOMAINS_ONLY needs private_dns_specified_domains"),
    "no-domains": ({**NETWORK, DNS: {LATTICE_DNS: "ALL_DOMAINS", "private_dns_specified_domains": ["example.com"]}}, "it is only used with private_dns_preference"),
    "none": ({**GATEWAY, "service_name": None}, "AWS cannot clear this"),
    "plain": ({**INTERFACE_ENDPOINT, "subnet_ids": [SUBNET], "subnet_configurations": [ADDRESS], "policy_document": None}, ""),
    "network": ({**NETWORK, "private_dns_enabled": True, DNS: {LATTICE_DNS: "ALL_DOMAINS"}}, ""),
}  # fmt: skip


def lines_of(tmp_path: Path, kind: str, cases: dict[str, tuple[dict[str, Any], str]]) -> dict[str, str]:
    """The first mistake of each resource; all are in one file."""
    with pytest.raises(InvalidStack) as wrong:
        loaded(tmp_path, {kind: {name: settings for name, (settings, _) in cases.items()}})
    found: dict[str, str] = {}
    for line in str(wrong.value).splitlines():
        for name in cases:
            if f"{kind}/{name}." in line or f"{kind}/{name}:" in line:
                found.setdefault(name, line)
    return found


@pytest.mark.parametrize(
    ("kind", "cases"),
    [("ec2.elastic_ip", ADDRESSES), ("ec2.nat_gateway", GATEWAYS), ("ec2.vpc_endpoint", ENDPOINTS)],
)
def test_each_mistake_is_named(
    tmp_path: Path, kind: str, cases: dict[str, tuple[dict[str, Any], str]]
) -> None:
    found = lines_of(tmp_path, kind, cases)
    assert {name for name, (_, said) in cases.items() if said} == found.keys()
    assert {name: line for name, line in found.items() if cases[name][1] not in line} == {}


def test_a_vpc_that_resolves_no_names_has_no_private_dns(tmp_path: Path) -> None:
    vpc = {"main": {"cidr_block": "10.0.0.0/16", "enable_dns_hostnames": False}}
    endpoint = {**INTERFACE_ENDPOINT, "vpc_id": "${ec2.vpc:main#id}", "private_dns_enabled": True}
    with pytest.raises(InvalidStack, match="private DNS needs `enable_dns_hostnames: true` of"):
        loaded(tmp_path, {"ec2.vpc": vpc, "ec2.vpc_endpoint": {"logs": endpoint}})


def test_a_zone_of_another_region_is_a_mistake(tmp_path: Path) -> None:
    subnet = {"cidr_block": "10.0.0.0/24", "availability_zone": "us-west-1a"}
    with pytest.raises(InvalidStack, match="this Zone is not in eu-west-2"):
        loaded(tmp_path, {"ec2.subnet": {"a": subnet}})


def test_what_a_new_endpoint_needs_is_a_warning(tmp_path: Path) -> None:
    told = [str(each) for each in loaded(tmp_path, {"ec2.vpc_endpoint": {"s3": {}}}).warnings]
    assert [sum(word in each for each in told) for word in ("needs vpc_id", "needs service_name")] == [1, 1]


def test_what_a_new_gateway_needs_is_a_warning(tmp_path: Path) -> None:
    """The gateway may exist already, and be found by its tag."""
    gateways = {"zonal": {}, "regional": {"availability_mode": "regional"}}
    told = [str(each) for each in loaded(tmp_path, {"ec2.nat_gateway": gateways}).warnings]
    assert [sum(word in each for each in told) for word in ("subnet_id", "allocation_id", "vpc_id")] == [
        1,
        1,
        1,
    ]
