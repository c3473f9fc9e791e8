"""Finds mistakes in instances that AWS would refuse."""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.contract import InFiles
from reconciler.model import Finding
from reconciler.resources.lightsail.bundles import V6, blueprint, bundle, unknown_blueprint, unknown_bundle
from reconciler.resources.lightsail.zones import zone_problems

LAST = 65_535
ICMP = ("icmp", "icmpv6")
RANGED = ("tcp", "udp")
OVERLAPS = "{} overlaps an earlier row of {}; write each port once"
STOCKHOLM = "eu-north-1"


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one instance."""
    yield from zone_problems(files)
    yield from _offers(files.settings)
    yield from _ports(files.settings.get("public_ports") or ())
    options = files.settings.get("metadata_options") or {}
    zone = str(files.settings.get("availability_zone") or "")
    if options.get("http_protocol_ipv6") == "enabled" and zone and not zone.startswith(STOCKHOLM):
        yield Finding(f"AWS has this in {STOCKHOLM} only", ("metadata_options", "http_protocol_ipv6"))


def _offers(settings: Mapping[str, Any]) -> Iterator[Finding]:
    """Mistakes in bundle and blueprint, alone and together; texts with references are AWS's to check."""
    ids = {name: str(settings.get(name) or "") for name in ("bundle_id", "blueprint_id")}
    for name, why in (("bundle_id", unknown_bundle), ("blueprint_id", unknown_blueprint)):
        said = why(ids[name]) if ids[name] and "${" not in ids[name] else ""
        if said:
            yield Finding(said, (name,))
    size, image = bundle(ids["bundle_id"]), blueprint(ids["blueprint_id"])
    if size and image and size["supported_platforms"] != image["platform"]:
        yield Finding(
            f"{ids['bundle_id']} is not for {ids['blueprint_id']}, which is {image['platform']}",
            ("bundle_id",),
        )
    elif size and image and size["power"] < image["min_power"]:
        yield Finding(f"{ids['blueprint_id']} needs a larger bundle than {ids['bundle_id']}", ("bundle_id",))
    kind = settings.get("ip_address_type")
    if size and kind and (kind == V6) == bool(size["public_ipv4_address_count"]):
        which = "without" if kind == V6 else "with"
        yield Finding(f"ip_address_type {kind} needs a bundle {which} a public IPv4 address", ("bundle_id",))


def _ports(rows: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Mistakes in single rows, and ports that two rows open."""
    seen: list[tuple[str, range]] = []
    for number, row in enumerate(rows):
        protocol, first, last = row["protocol"], row["from_port"], row["to_port"]
        where = ("public_ports", number)
        yield from _addresses(row, where)
        if protocol == "all" and (first, last) != (0, LAST):
            yield Finding(f"the protocol all has the ports 0 to {LAST}", where)
            continue
        if protocol in RANGED and not 0 <= first <= last:
            yield Finding(f"not a range of ports: {first} to {last}", where)
            continue
        if protocol in ICMP:
            last = first
        here = range(first, last + 1)
        for other, there in seen:
            meets = here.start < there.stop and there.start < here.stop
            if meets and (other == protocol or "all" in (other, protocol)):
                yield Finding(OVERLAPS.format(_words(protocol, here), other), where)
                break
        seen.append((protocol, here))


def _addresses(row: Mapping[str, Any], where: tuple[str, int]) -> Iterator[Finding]:
    lists = [row[name] for name in ("cidrs", "ipv6_cidrs", "cidr_list_aliases") if name in row]
    if lists and not any(lists):
        yield Finding(
            "AWS opens ports without addresses to everybody: write the addresses that may use them", where
        )
    for name in ("cidrs", "ipv6_cidrs"):
        for number, text in enumerate(row.get(name) or ()):
            if "${" in text:
                continue
            try:
                network = ipaddress.ip_network(text)
            except ValueError as error:
                yield Finding(f"not a block of addresses: {error}", (*where, name, number))
                continue
            if str(network) != text:
                yield Finding(f"AWS shows it as {network}; write it so", (*where, name, number))


def _words(protocol: str, ports: range) -> str:
    one = ports.stop - ports.start == 1
    return f"{protocol} {ports.start}" if one else f"{protocol} {ports.start}-{ports.stop - 1}"
