"""Mistakes in elastic IP addresses and NAT gateways are found before the first call; similar valid files load."""

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
    "zone": ({**REGIONAL, ROWS: [{**A, "allocation_ids": ["eipalloc-12345678"], "availability_zone_id": "euw2-az1"}]}, "a row is for one Zone"),
    "nothing": ({**REGIONAL, ROWS: []}, "expected 1 or more of these"),
    "private": ({**PRIVATE, COUNT: 2}, ""),
    "automatic": (REGIONAL, ""),
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


@pytest.mark.parametrize(("kind", "cases"), [("ec2.elastic_ip", ADDRESSES), ("ec2.nat_gateway", GATEWAYS)])
def test_each_mistake_is_named(
    tmp_path: Path, kind: str, cases: dict[str, tuple[dict[str, Any], str]]
) -> None:
    found = lines_of(tmp_path, kind, cases)
    assert {name for name, (_, said) in cases.items() if said} == found.keys()
    assert {name: line for name, line in found.items() if cases[name][1] not in line} == {}


def test_what_a_new_gateway_needs_is_a_warning(tmp_path: Path) -> None:
    """The gateway may exist already, and be found by its tag."""
    gateways = {"zonal": {}, "regional": {"availability_mode": "regional"}}
    told = [str(each) for each in loaded(tmp_path, {"ec2.nat_gateway": gateways}).warnings]
    assert [sum(word in each for each in told) for word in ("subnet_id", "allocation_id", "vpc_id")] == [
        1,
        1,
        1,
    ]
