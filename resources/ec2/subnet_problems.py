"""Finds mistakes that AWS would refuse and that depend on several fields of a subnet."""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.model import Finding

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
    if files.settings.get("ipv6_native") and written & {"cidr_block", "ipv4_ipam_pool_id"}:
        yield Finding("an IPv6-only subnet has no IPv4 addresses; leave out its block", ("ipv6_native",))


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
