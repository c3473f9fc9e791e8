"""Finds mistakes that AWS would refuse and that depend on several fields of a subnet."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from reconciler.contract import InFiles
from reconciler.interpolation import parse_token
from reconciler.model import Finding, Settings
from reconciler.resources.ec2.common import network, size_problem, zone_problem

BLOCKS = {"cidr_block", "ipv4_ipam_pool_id", "ipv6_cidr_block", "ipv6_ipam_pool_id"}
"""The fields for address blocks."""


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one subnet."""
    written = files.values.keys()
    if files.new and not written & BLOCKS:
        said = f"a new subnet needs addresses; write one of {', '.join(sorted(BLOCKS))}"
        yield Finding(said, warning=True)
    yield from _without_ipv6(files)
    for one, other in (
        ("availability_zone", "availability_zone_id"),
        ("cidr_block", "ipv4_ipam_pool_id"),
        ("ipv6_cidr_block", "ipv6_ipam_pool_id"),
    ):
        if {one, other} <= written:
            yield Finding(f"{one} and {other} mean the same; write only one", (other,))
    for pool, length in (
        ("ipv4_ipam_pool_id", "ipv4_netmask_length"),
        ("ipv6_ipam_pool_id", "ipv6_netmask_length"),
    ):
        if len({pool, length} & written) == 1:
            yield Finding(f"{pool} and {length} need each other; write both", tuple({pool, length} & written))
    if said := zone_problem(files.settings.get("availability_zone"), files.region):
        yield Finding(said, ("availability_zone",))
    if files.settings.get("ipv6_native") and written & {"cidr_block", "ipv4_ipam_pool_id"}:
        yield Finding("an IPv6-only subnet has no IPv4 addresses; leave out its block", ("ipv6_native",))
    yield from (Finding(said, ("cidr_block",)) for said in _in_its_vpc(files))


def _in_its_vpc(files: InFiles) -> Iterator[str]:
    """A block of the wrong size, outside the blocks of its VPC, or that overlaps the one of an earlier subnet."""
    block = network(files.settings.get("cidr_block"))
    if block is None or "vpc_id" in files.wrong:
        return
    if said := size_problem(block):
        yield said
        return
    vpc = files.settings.get("vpc_id")
    token = parse_token(vpc) if vpc else None
    of_vpc = files.others(token.word, token.name) if token else None
    blocks = [*_blocks_of(of_vpc)] if of_vpc else []
    if blocks and not any(block.subnet_of(each) for each in blocks):
        inside = " or ".join(map(str, blocks))
        yield f"it is outside its VPC; write a part of {inside}, or add a block to secondary_cidr_blocks of {token}"
    for name, other in files.every("ec2.subnet").items():
        if name == files.name:
            return
        taken = network(other.get("cidr_block"))
        if taken and other.get("vpc_id") == vpc and taken.overlaps(block):
            yield f"it overlaps {taken} of the subnet {name}, which is in the same VPC"


def _blocks_of(vpc: Settings) -> Iterator[IPv4Network]:
    """The IPv4 blocks of a VPC; none if the files do not determine all of them, because some are from a pool."""
    rows = vpc.get("secondary_cidr_blocks") or ()
    found = [network(each) for each in (vpc.get("cidr_block"), *(row.get("cidr_block") for row in rows))]
    if None not in found:
        yield from filter(None, found)


def _without_ipv6(files: InFiles) -> Iterator[Finding]:
    """The attributes that AWS turns on only for a subnet with IPv6 addresses."""
    settings, options = files.settings, files.settings.get("private_dns_name_options_on_launch") or {}
    cleared = "ipv6_cidr_block" in settings and settings["ipv6_cidr_block"] is None
    if cleared or files.lacks("ipv6_cidr_block", "ipv6_ipam_pool_id"):
        names = [
            (name,) for name in ("assign_ipv6_address_on_creation", "enable_dns64") if settings.get(name)
        ]
        inner = "enable_resource_name_dns_aaaa_record"
        for path in (
            *names,
            *([("private_dns_name_options_on_launch", inner)] if options.get(inner) else ()),
        ):
            yield Finding(f"{path[-1]} needs an ipv6_cidr_block; write one, or leave this out", path)
