"""Finds mistakes in route tables that AWS would refuse."""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.model import Finding, Settings
from reconciler.resources.ec2.route_table_model import DESTINATIONS, TARGETS


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes of each route, and a second main table of a VPC."""
    yield from _second_main(files)
    for number, route in enumerate(files.settings.get("routes") or ()):
        yield from (Finding(said, ("routes", number)) for said in _wrong(route))


def _second_main(files: InFiles) -> Iterator[Finding]:
    """A mistake if another table of the files is to be the main one of the same VPC."""
    vpc = files.settings.get("vpc_id")
    tables = files.every("ec2.route_table").items()
    mains = [name for name, each in tables if each.get("main") and each.get("vpc_id") == vpc]
    if files.settings.get("main") and vpc is not None and mains[:1] != [files.name]:
        yield from (
            Finding(
                f"ec2.route_table/{each} is the main table of this VPC as well; keep one of them", ("main",)
            )
            for each in mains[:1]
        )


def _wrong(route: Settings) -> Iterator[str]:
    for what, names in (("destination", DESTINATIONS), ("target", TARGETS)):
        written = [name for name in names if route.get(name) is not None]
        if not written:
            yield f"a route needs a {what}; write one of {', '.join(names)}"
        elif len(written) > 1:
            yield f"a route has one {what}; keep one of {' and '.join(written)}"
    outbound = route.get("egress_only_internet_gateway_id") is not None
    if outbound and route.get("destination_cidr_block") is not None:
        yield "an egress-only internet gateway takes IPv6 traffic alone; write a destination_ipv6_cidr_block"
