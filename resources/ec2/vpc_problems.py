"""Finds mistakes that AWS would refuse and that depend on several fields of a VPC."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from reconciler.contract import InFiles
from reconciler.model import Finding
from reconciler.resources.ec2.common import network, size_problem


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one VPC."""
    settings, written = files.settings, files.values.keys()
    if files.lacks("cidr_block", "ipv4_ipam_pool_id"):
        yield Finding("a new VPC needs IPv4 addresses; write cidr_block or ipv4_ipam_pool_id", warning=True)
    for pool, length in (
        ("ipv4_ipam_pool_id", "ipv4_netmask_length"),
        ("ipv6_ipam_pool_id", "ipv6_netmask_length"),
    ):
        if length in written and pool not in written:
            yield Finding(f"{length} is the size of a block from {pool}; write that as well", (length,))
    if {"cidr_block", "ipv4_netmask_length"} <= written:
        said = "cidr_block and ipv4_netmask_length mean the same; write only one"
        yield Finding(said, ("ipv4_netmask_length",))
    if "ipv6_ipam_pool_id" in written and settings.get("amazon_provided_ipv6_cidr_block"):
        said = (
            "a VPC is created with one IPv6 block; write ipv6_ipam_pool_id or amazon_provided_ipv6_cidr_block"
        )
        yield Finding(said, ("ipv6_ipam_pool_id",))
    group = "ipv6_cidr_block_network_border_group"
    if group in written and not settings.get("amazon_provided_ipv6_cidr_block"):
        yield Finding(f"{group} needs `amazon_provided_ipv6_cidr_block: true`", (group,))
    if settings.get("enable_dns_hostnames") and settings.get("enable_dns_support") is False:
        said = "enable_dns_hostnames needs enable_dns_support; write true there, or false here"
        yield Finding(said, ("enable_dns_hostnames",))
    yield from _blocks(files)
    for number, row in enumerate(settings.get("ipv6_cidr_blocks") or ()):
        if (row.get("ipv6_pool") is None) is (row.get("ipv6_ipam_pool_id") is None):
            said = "a block of IPv6 addresses is from one pool; write ipv6_pool or ipv6_ipam_pool_id"
            yield Finding(said, ("ipv6_cidr_blocks", number))


def _blocks(files: InFiles) -> Iterator[Finding]:
    """IPv4 blocks of the wrong size, and blocks that overlap an earlier one."""
    places: list[tuple[tuple[str | int, ...], str | None]] = [
        (("cidr_block",), files.settings.get("cidr_block"))
    ]
    for number, row in enumerate(files.settings.get("secondary_cidr_blocks") or ()):
        places.append((("secondary_cidr_blocks", number, "cidr_block"), row.get("cidr_block")))
    earlier: list[IPv4Network] = []
    for path, text in places:
        block = network(text)
        if block is None:
            continue
        if size_problem(block):
            yield Finding(size_problem(block), path)
        other = next((each for each in earlier if each != block and each.overlaps(block)), None)
        if other or (block in earlier and path[0] != "cidr_block" and earlier[0] == block):
            yield Finding(f"it overlaps {other or block}, another block of this VPC", path)
        earlier.append(block)
