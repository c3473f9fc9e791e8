"""Two values for the fields of routes: a route has one destination and one target, so both change together."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.contract.samples.ec2_route_table import (
    EVERYWHERE,
    INSIDE,
    OFFICES,
    OUT,
    OUT_V6,
    ROUTES,
    TARGETS,
    TO_PEER,
)
from tests.faults.field_places import FieldValues, KindValues, Settings
from tests.faults.generated_fields import kind_values_of


def lists(first: list[Settings], second: list[Settings]) -> FieldValues:
    """Two values of the whole list."""
    return FieldValues(first, second, tops=True, edges=(), without="routes")


def route_table() -> KindValues:
    kind_values = kind_values_of(known_kinds()["ec2.route_table"])
    base = {**kind_values.base, "vpc_id": "${one_vpc}"}
    targets = {
        f"routes[].{field}": lists([OUT], [{**EVERYWHERE, field: target}])
        for field, target in TARGETS.items()
    }
    by_path = {
        **{path: each for path, each in kind_values.by_path.items() if not path.startswith("routes")},
        **targets,
        "routes": FieldValues([OUT], ROUTES, edges=([],)),
        "routes[].destination_cidr_block": lists([OUT], [{**OUT, "destination_cidr_block": "192.168.0.0/16"}]),
        "routes[].destination_ipv6_cidr_block": lists([OUT_V6], [{**OUT_V6, "destination_ipv6_cidr_block": "2001:db8::/32"}]),
        "routes[].destination_prefix_list_id": lists([OUT], [{**OFFICES, "gateway_id": "${one_gateway}"}]),
        "routes[].egress_only_internet_gateway_id": lists([OUT], [OUT_V6]),
        "routes[].vpc_peering_connection_id": lists([OUT], [TO_PEER]),
        "routes[].local_target": lists(
            [{**INSIDE, "network_interface_id": "${one_interface}"}], [{**INSIDE, "local_target": True}, OUT]
        ),
        "subnet_ids": FieldValues(["${one_subnet}"], ["${another_subnet}", "${third_subnet}"], edges=([],)),
        "gateway_ids": FieldValues(["${one_gateway}"], ["${one_vgw}"], edges=([],)),
        "public_ipv4_pools": FieldValues(["ipv4pool-ec2-0123"], ["ipv4pool-ec2-1234"], edges=([],)),
        "propagating_vgws": FieldValues(["${one_vgw}"], ["${another_vgw}"], edges=([],)),
        "main": FieldValues(True, True),
    }  # fmt: skip
    return replace(kind_values, base=base, by_path=by_path)


VALUES_BY_KIND: Mapping[str, KindValues] = {"ec2.route_table": route_table()}
