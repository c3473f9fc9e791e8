"""The public ports of an instance: its firewall.

Source: https://docs.aws.amazon.com/lightsail/latest/userguide/understanding-firewall-and-port-mappings-in-amazon-lightsail.html
"""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.lightsail_offers import Row
from reconciler.sandbox.lightsail.core.operations import Operations, Reply
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record
from reconciler.sandbox.lightsail.core.refusals import invalid
from reconciler.sandbox.lightsail.instances.attachments import INSTANCE, settled_instance

Port = dict[str, Any]

EVERYWHERE, EVERYWHERE_V6 = "0.0.0.0/0", "::/0"
BROWSER = "lightsail-connect"
"""The only alias: the addresses of the console's client."""
NAMES = {(22, "tcp"): "SSH", (80, "tcp"): "HTTP", (443, "tcp"): "HTTPS", (3389, "tcp"): "RDP"}
LAST = 65535
PING = ("icmp", "icmpv6")

operations = Operations()


def default_ports(blueprint: Row) -> list[Port]:
    """Return the open ports of a new instance."""
    login = 3389 if blueprint["platform"] == "WINDOWS" else 22
    numbers = (login, 80, 443) if blueprint["type"] == "app" else (login, 80)
    return [normal({"fromPort": number, "toPort": number, "protocol": "tcp"}) for number in numbers]


def normal(port: Mapping[str, Any]) -> Port:
    """Return a port as AWS keeps it; refuse an invalid one. Without addresses it is open to all."""
    protocol = port.get("protocol")
    if protocol is None:
        raise invalid("A port needs a protocol.")
    first, last = (0, LAST) if protocol == "all" else (port.get("fromPort"), port.get("toPort"))
    if first is None or last is None:
        raise invalid("A port needs fromPort and toPort.")
    if protocol not in PING and not 0 <= first <= last:
        raise invalid(f"Not a range of ports: {first} to {last}")
    cidrs = [_network(each, 4) for each in port.get("cidrs", ())]
    v6 = [_network(each, 6) for each in port.get("ipv6Cidrs", ())]
    aliases = list(port.get("cidrListAliases", ()))
    unknown = [each for each in aliases if each != BROWSER]
    if unknown:
        raise invalid(f"The only alias of addresses is {BROWSER}, not {unknown[0]}.")
    if not (cidrs or v6 or aliases):
        cidrs, v6 = [EVERYWHERE], [EVERYWHERE_V6]
    return {
        "fromPort": first,
        "toPort": last,
        "protocol": protocol,
        "cidrs": cidrs,
        "ipv6Cidrs": v6,
        "cidrListAliases": aliases,
    }


def shown_ports(record: Record) -> list[Port]:
    """Return the ports of an instance as GetInstance shows them."""
    return [
        {
            **port,
            "accessFrom": _access_from(port),
            "accessType": "Public",
            "commonName": NAMES.get((port["fromPort"], port["protocol"]), ""),
            "accessDirection": "inbound",
        }
        for port in record.settings["ports"]
    ]


@operations.answers
def get_instance_port_states(plane: Plane, instanceName: str) -> Reply:
    """Show the open ports."""
    record = plane.get(INSTANCE, instanceName)
    return {"portStates": [{**port, "state": "open"} for port in record.settings["ports"]]}


@operations.answers
def put_instance_public_ports(
    plane: Plane, instanceName: str, portInfos: Sequence[Mapping[str, Any]]
) -> Reply:
    """Open these ports and close all others."""
    record = settled_instance(plane, instanceName)
    ports = [normal(each) for each in portInfos]
    if len({_key(each) for each in ports}) < len(ports):
        raise invalid("The same ports and protocol are given twice.")
    record.settings["ports"] = ports
    return {"operation": plane.note("PutInstancePublicPorts", record)}


@operations.answers
def open_instance_public_ports(plane: Plane, instanceName: str, portInfo: Mapping[str, Any]) -> Reply:
    """Open ports; the addresses replace those of the same ports and protocol."""
    record = settled_instance(plane, instanceName)
    opened = normal(portInfo)
    others = [each for each in record.settings["ports"] if _key(each) != _key(opened)]
    record.settings["ports"] = [*others, opened]
    return {"operation": plane.note("OpenInstancePublicPorts", record, _details(opened))}


@operations.answers
def close_instance_public_ports(plane: Plane, instanceName: str, portInfo: Mapping[str, Any]) -> Reply:
    """Close ports, which must be open as they are given."""
    record = settled_instance(plane, instanceName)
    closed = normal(portInfo)
    others = [each for each in record.settings["ports"] if _key(each) != _key(closed)]
    if len(others) == len(record.settings["ports"]):
        raise invalid(f"The ports are not open: {_details(closed)}")
    record.settings["ports"] = others
    return {"operation": plane.note("CloseInstancePublicPorts", record, _details(closed))}


def _key(port: Port) -> tuple[int, int, str]:
    return port["fromPort"], port["toPort"], port["protocol"]


def _details(port: Port) -> str:
    return f"{port['protocol']}/{port['fromPort']}-{port['toPort']}"


def _access_from(port: Port) -> str:
    if EVERYWHERE in port["cidrs"]:
        return (
            f"Anywhere ({EVERYWHERE} and {EVERYWHERE_V6})"
            if port["ipv6Cidrs"]
            else f"Anywhere ({EVERYWHERE})"
        )
    return "Custom"


def _network(text: str, version: int) -> str:
    """Return an address or range as AWS shows it: an address alone as a range of one."""
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        raise invalid(f"Not an address or range of addresses: {text}") from None
    if network.version != version:
        raise invalid(f"Not an IPv{version} address: {text}")
    return str(network)
