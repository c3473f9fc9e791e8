"""Two values for the fields of rules, which change together, and for those of subnets that need an IPv6 block."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.kinds import known_kinds
from tests.contract.samples.ec2_security_group import ALL_V6, FROM_GROUP, FROM_LIST, HTTPS, of
from tests.contract.samples.ec2_subnet import NAMES, ONE, OTHER
from tests.faults.field_places import Play, Scene, Settings
from tests.faults.generated_fields import scene_of

KINDS = known_kinds()
PLAIN = of(HTTPS, description=None)


def rules(direction: str) -> Mapping[str, Play]:
    """The rules of one direction: for each member two values of the whole list."""

    def lists(first: Settings, second: Settings, without: str = direction, **more: Any) -> Play:
        return Play([first], [second], tops=True, edges=(), without=without, **more)

    return {
        direction: Play([HTTPS], [FROM_LIST, ALL_V6], edges=([],)),
        **{
            f"{direction}[].{member}": lists(first, second)
            for member, first, second in (
                ("ip_protocol", HTTPS, of(HTTPS, ip_protocol="udp")),
                ("from_port", HTTPS, of(HTTPS, from_port=80)),
                ("to_port", HTTPS, of(HTTPS, to_port=444)),
                ("cidr_ipv4", HTTPS, of(HTTPS, cidr_ipv4="10.2.0.0/16")),
                ("cidr_ipv6", ALL_V6, of(ALL_V6, cidr_ipv6="2001:db8:1::/48")),
                ("prefix_list_id", FROM_LIST, of(FROM_LIST, prefix_list_id="${another_list}")),
                ("referenced_group_id", FROM_GROUP, of(FROM_GROUP, referenced_group_id="${third_group}")),
            )
        },
        f"{direction}[].description": Play("HTTPS from inside", "HTTPS", edges=("x" * 255,)),
    }


def security_group() -> Scene:
    scene = scene_of(KINDS["ec2.security_group"])
    plays = {path: each for path, each in scene.plays.items() if not path.startswith(("ingress", "egress"))}
    around = {"ingress[]": PLAIN, "egress[]": PLAIN}
    base = {**scene.base, "vpc_id": "${one_vpc}"}
    return replace(scene, base=base, around=around, plays={**plays, **rules("ingress"), **rules("egress")})


def subnet() -> Scene:
    scene = scene_of(KINDS["ec2.subnet"])
    base: Settings = {"vpc_id": "${one_vpc}", "cidr_block": "10.0.1.0/24"}
    with_v6: Settings = {**base, "ipv6_cidr_block": ONE}
    options = "private_dns_name_options_on_launch"
    plays = {
        **scene.plays,
        "vpc_id": Play("${one_vpc}", "${another_vpc}", base={}, turns=BLOCKS),
        "cidr_block": Play("10.0.1.0/24", "10.0.2.0/24", edges=()),
        "ipv6_native": Play(True, False, base={"vpc_id": "${one_vpc}"}, turns=NATIVE),
        "ipv6_cidr_block": Play(ONE, OTHER, edges=()),
        "assign_ipv6_address_on_creation": Play(True, False, base=with_v6),
        "map_public_ip_on_launch": Play(True, False),
        "enable_dns64": Play(True, False, base=with_v6),
        options: Play(NAMES, {"hostname_type": "ip-name"}, base=with_v6, edges=()),
        **{f"{options}.{name}": Play(value, "ip-name" if isinstance(value, str) else False, base=with_v6) for name, value in NAMES.items()},
        "customer_owned_ipv4_pool": Play("ipv4pool-coip-1", "ipv4pool-coip-2", edges=()),
    }  # fmt: skip
    return replace(scene, base=base, plays=plays)


BLOCKS: tuple[Settings, Settings, Settings] = (
    {"cidr_block": "172.31.96.0/20"},
    {"cidr_block": "10.0.1.0/24"},
    {"cidr_block": "10.9.1.0/24"},
)
NATIVE: tuple[Settings, Settings, Settings] = (
    {"cidr_block": "10.0.1.0/24", "ipv6_cidr_block": ONE},
    {"ipv6_cidr_block": ONE},
    {"cidr_block": "10.0.1.0/24", "ipv6_cidr_block": ONE},
)

SCENES: Mapping[str, Scene] = {"ec2.security_group": security_group(), "ec2.subnet": subnet()}
