"""Finds mistakes that AWS would refuse and that depend on several fields of a NAT gateway, or on several gateways."""

from collections.abc import Iterator, Mapping

from reconciler.contract import InFiles
from reconciler.model import Finding, Settings
from reconciler.resources.ec2.common import zone_problem

ROWS = "availability_zone_addresses"
ELASTIC = ("allocation_id", "secondary_allocation_ids", ROWS)
SECONDARY_IPS, COUNT = "secondary_private_ip_addresses", "secondary_private_ip_address_count"
ZONAL = ("subnet_id", "allocation_id", "private_ip_address", "secondary_allocation_ids", SECONDARY_IPS, COUNT)
REGIONAL = ("vpc_id", ROWS)


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one gateway."""
    written = files.settings
    regional = written.get("availability_mode") == "regional"
    private = written.get("connectivity_type") == "private"
    yield from _of_mode(files, regional=regional)
    if private:
        yield from _not_taken(
            files, ELASTIC, "a private NAT gateway has no elastic IP addresses; leave this out"
        )
        if regional:
            yield Finding("a regional NAT gateway is public; write zonal, or public", ("connectivity_type",))
    elif COUNT in files.values:
        said = f"AWS chooses the private addresses of a public NAT gateway; leave this out, or write {SECONDARY_IPS}"
        yield Finding(said, (COUNT,))
    if {SECONDARY_IPS, COUNT} <= files.values.keys():
        yield Finding(f"{SECONDARY_IPS} and {COUNT} exclude each other; keep one of them", (COUNT,))
    elastic, ips = written.get("secondary_allocation_ids") or (), written.get(SECONDARY_IPS) or ()
    if not private and SECONDARY_IPS in written and len(ips) != len(elastic) and not files.wrong:
        said = f"each of secondary_allocation_ids has one private address: write {len(elastic)}, or leave this out"
        yield Finding(said, (SECONDARY_IPS,))
    for number, row in enumerate(written.get(ROWS) or ()):
        if bool(row.get("availability_zone")) is bool(row.get("availability_zone_id")):
            said = "a row is for one Zone; write availability_zone or availability_zone_id"
            yield Finding(said, (ROWS, number))
        if said := zone_problem(row.get("availability_zone"), files.region):
            yield Finding(said, (ROWS, number, "availability_zone"))
    yield from _used_twice(files)


def _of_mode(files: InFiles, *, regional: bool) -> Iterator[Finding]:
    if "availability_mode" in files.wrong:
        return
    if regional:
        yield from _not_taken(files, ZONAL, "only a zonal NAT gateway has this; leave it out")
        if files.lacks("vpc_id"):
            yield Finding("a new regional NAT gateway needs vpc_id", warning=True)
        return
    yield from _not_taken(files, REGIONAL, "only a regional NAT gateway has this; write `availability_mode: regional`, or leave it out")  # fmt: skip
    if files.lacks("subnet_id"):
        yield Finding("a new NAT gateway needs subnet_id", warning=True)
    private = files.settings.get("connectivity_type") == "private" or "connectivity_type" in files.wrong
    if not private and files.lacks("allocation_id"):
        said = "a new public NAT gateway needs allocation_id; write it, or `connectivity_type: private`"
        yield Finding(said, warning=True)


def _not_taken(files: InFiles, names: tuple[str, ...], said: str) -> Iterator[Finding]:
    yield from (Finding(said, (name,)) for name in names if files.values.get(name))


def _used_twice(files: InFiles) -> Iterator[Finding]:
    """Elastic IP addresses that the gateway has twice, or that an earlier gateway of the files has."""
    taken: dict[str, str] = {}
    for name, other in files.every("ec2.nat_gateway").items():
        if name == files.name:
            break
        taken |= dict.fromkeys(_elastic(other).values(), f"ec2.nat_gateway/{name} has it too")
    for path, id_ in _elastic(files.settings).items():
        if id_ in taken:
            yield Finding(f"{taken[id_]}; an elastic IP address has one place", path)
        taken[id_] = "it is written twice"


def _elastic(settings: Settings) -> Mapping[tuple[str | int, ...], str]:
    """The elastic IP addresses of a gateway by their place."""
    found: dict[tuple[str | int, ...], str] = {}
    if settings.get("allocation_id"):
        found["allocation_id",] = settings["allocation_id"]
    for number, id_ in enumerate(settings.get("secondary_allocation_ids") or ()):
        found["secondary_allocation_ids", number] = id_
    for number, row in enumerate(settings.get(ROWS) or ()):
        for at, id_ in enumerate(row.get("allocation_ids") or ()):
            found[ROWS, number, "allocation_ids", at] = id_
    return found
