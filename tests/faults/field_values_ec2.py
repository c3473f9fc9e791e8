"""Two values for the fields of rules, which change together, and for those of subnets that need an IPv6 block."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.kinds import known_kinds
from tests.contract.samples.ec2_security_group import ALL_V6, FROM_GROUP, FROM_LIST, HTTPS, of
from tests.contract.samples.ec2_subnet import NAMES, ONE, OTHER
from tests.contract.samples.ec2_vpc import FURTHER
from tests.contract.samples.ec2_vpc import OTHER as OTHER_BLOCK
from tests.faults.field_places import FieldValues, KindValues, Settings
from tests.faults.generated_fields import kind_values_of

KINDS = known_kinds()
PLAIN = of(HTTPS, description=None)


def rules(direction: str) -> Mapping[str, FieldValues]:
    """The rules of one direction: for each member two values of the whole list."""

    def lists(first: Settings, second: Settings, without: str = direction, **more: Any) -> FieldValues:
        return FieldValues([first], [second], tops=True, edges=(), without=without, **more)

    return {
        direction: FieldValues([HTTPS], [FROM_LIST, ALL_V6], edges=([],)),
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
        f"{direction}[].description": FieldValues("HTTPS from inside", "HTTPS", edges=("x" * 255,)),
    }


def security_group() -> KindValues:
    kind_values = kind_values_of(KINDS["ec2.security_group"])
    by_path = {
        path: each for path, each in kind_values.by_path.items() if not path.startswith(("ingress", "egress"))
    }
    around = {"ingress[]": PLAIN, "egress[]": PLAIN}
    base = {**kind_values.base, "vpc_id": "${one_vpc}"}
    return replace(
        kind_values, base=base, around=around, by_path={**by_path, **rules("ingress"), **rules("egress")}
    )


def subnet() -> KindValues:
    kind_values = kind_values_of(KINDS["ec2.subnet"])
    base: Settings = {"vpc_id": "${one_vpc}", "cidr_block": "10.0.1.0/24"}
    with_v6: Settings = {**base, "ipv6_cidr_block": ONE}
    options = "private_dns_name_options_on_launch"
    by_path = {
        **kind_values.by_path,
        "vpc_id": FieldValues("${one_vpc}", "${another_vpc}", base={}, turns=BLOCKS),
        "cidr_block": FieldValues("10.0.1.0/24", "10.0.2.0/24", edges=()),
        "ipv6_native": FieldValues(True, False, base={"vpc_id": "${one_vpc}"}, turns=NATIVE),
        "ipv6_cidr_block": FieldValues(ONE, OTHER, edges=()),
        "assign_ipv6_address_on_creation": FieldValues(True, False, base=with_v6),
        "map_public_ip_on_launch": FieldValues(True, False),
        "enable_dns64": FieldValues(True, False, base=with_v6),
        options: FieldValues(NAMES, {"hostname_type": "ip-name"}, base=with_v6, edges=()),
        **{f"{options}.{name}": FieldValues(value, "ip-name" if isinstance(value, str) else False, base=with_v6) for name, value in NAMES.items()},
        "customer_owned_ipv4_pool": FieldValues("ipv4pool-coip-1", "ipv4pool-coip-2", edges=()),
    }  # fmt: skip
    return replace(kind_values, base=base, by_path=by_path)


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

AMAZON: Settings = {"amazon_provided_ipv6_cidr_block": True}


def vpc() -> KindValues:
    kind_values = kind_values_of(KINDS["ec2.vpc"])
    by_path = {
        **kind_values.by_path,
        "secondary_cidr_blocks": FieldValues([FURTHER], [OTHER_BLOCK, FURTHER], edges=([],)),
        "secondary_cidr_blocks[].cidr_block": FieldValues(
            "100.66.0.0/16", "100.67.0.0/16", edges=(), without="secondary_cidr_blocks"
        ),
        "ipv6_cidr_block_network_border_group": FieldValues(
            "eu-west-2-wl1", "eu-west-2", edges=(), beside=AMAZON
        ),
        "amazon_provided_ipv6_cidr_block": FieldValues(True, False, edges=()),
        "instance_tenancy": FieldValues("dedicated", "default", edges=()),
        "enable_dns_hostnames": FieldValues(True, False),
        "enable_dns_support": FieldValues(False, True),
    }
    # The group is a property of Amazon's block: without the block, there is none.
    also = {"amazon_provided_ipv6_cidr_block": ("ipv6_cidr_block_network_border_group",)}
    return replace(kind_values, by_path=by_path, also=also)


VALUES_BY_KIND: Mapping[str, KindValues] = {
    "ec2.security_group": security_group(),
    "ec2.subnet": subnet(),
    "ec2.vpc": vpc(),
}
