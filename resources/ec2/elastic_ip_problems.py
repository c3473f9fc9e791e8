"""Finds mistakes in elastic IP addresses that AWS would refuse, or that no pass could settle."""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.model import Finding, Settings

SOURCES = ("public_ipv4_pool", "ipam_pool_id", "customer_owned_ipv4_pool")
TARGETS = ("instance_id", "network_interface_id")


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one address."""
    pools = [name for name in SOURCES if name in files.values]
    yield from (Finding(f"an address is from one pool; keep one of {' and '.join(pools)}", (each,)) for each in pools[1:])  # fmt: skip
    if {"address", "ipam_pool_id"} <= files.values.keys():
        yield Finding("AWS chooses the address from a pool of IPAM; leave this out", ("address",))
    targets = [name for name in TARGETS if name in files.values]
    if len(targets) > 1:
        yield Finding(
            "an address has one target; keep instance_id or network_interface_id", ("network_interface_id",)
        )
    if "private_ip_address" in files.values and not targets and not {*TARGETS} & files.wrong:
        said = "private_ip_address is one of instance_id or network_interface_id; write that as well"
        yield Finding(said, ("private_ip_address",))
    yield from _taken(files)


def _taken(files: InFiles) -> Iterator[Finding]:
    """A mistake if an earlier address of the files has the same target: AWS would move it from pass to pass."""
    own = _target(files.settings)
    for name, other in files.every("ec2.elastic_ip").items():
        if name == files.name or own is None:
            return
        if _target(other) == own:
            what = "private address" if own[2] else "target"
            said = f"ec2.elastic_ip/{name} has the same {what}; keep one of them, or write another private_ip_address"
            yield Finding(said, (own[0],))


def _target(settings: Settings) -> tuple[str, str, str | None] | None:
    """What an address is associated with: the field, its value, and the private address."""
    name = next((each for each in TARGETS if settings.get(each)), None)
    return None if name is None else (name, settings[name], settings.get("private_ip_address"))
