"""Two values for the fields of instances, static IP addresses and disks of Lightsail that depend on each other."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.contract.samples.lightsail_disk import ONE, OTHER
from tests.contract.samples.lightsail_instance import HTTPS, SSH
from tests.faults.field_places import FieldValues, KindValues, Settings
from tests.faults.generated_fields import kind_values_of

PORTS = "public_ports"
PLACE = ("attached_to", "path")
ELSEWHERE = ["198.51.100.0/24"]


def row(**members: object) -> Settings:
    return {**SSH, **members}


def rows(first: Settings, second: Settings) -> FieldValues:
    """Two values of the whole list: ports and protocol identify a row, and must not meet those of another one."""
    return FieldValues([first], [second], tops=True, edges=(), without=PORTS)


def instance() -> KindValues:
    found = kind_values_of(known_kinds()["lightsail.instance"])
    by_path = {
        **found.by_path,
        "ip_address_type": FieldValues("ipv4", "dualstack", edges=()),
        "bundle_id": FieldValues("medium_3_0", "large_3_0", edges=()),
        "metadata_options": FieldValues({"http_tokens": "required"}, {"http_tokens": "optional"}, edges=()),
        PORTS: FieldValues([SSH], [SSH, HTTPS], edges=([],)),
        f"{PORTS}[].from_port": rows(row(), row(from_port=20)),
        f"{PORTS}[].to_port": rows(row(), row(to_port=23)),
        f"{PORTS}[].protocol": rows(row(), row(protocol="udp")),
        f"{PORTS}[].cidrs": rows(row(), row(cidrs=ELSEWHERE)),
        f"{PORTS}[].ipv6_cidrs": rows(row(ipv6_cidrs=["2001:db8::/32"]), row(ipv6_cidrs=["2001:db8:1::/48"])),
        f"{PORTS}[].cidr_list_aliases": rows(row(), row(cidr_list_aliases=["lightsail-connect"])),
    }
    return replace(found, by_path=by_path)


def disk() -> KindValues:
    found = kind_values_of(known_kinds()["lightsail.disk"])
    at, bare = {"path": "/dev/xvdf"}, {"availability_zone": "eu-west-2a", "size_in_gb": 32}
    by_path = {
        **found.by_path,
        "attached_to": FieldValues(ONE, OTHER, edges=(), base=bare, turns=({"path": None}, at, at)),
        "path": FieldValues(
            "/dev/xvdf",
            "/dev/xvdg",
            edges=(),
            base=bare,
            turns=({"attached_to": None}, {"attached_to": ONE}, {"attached_to": ONE}),
        ),
    }
    return replace(found, by_path=by_path, also=dict.fromkeys(PLACE, PLACE))


VALUES_BY_KIND: Mapping[str, KindValues] = {"lightsail.instance": instance(), "lightsail.disk": disk()}
