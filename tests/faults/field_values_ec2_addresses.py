"""Two values for the fields of elastic IP addresses and NAT gateways, which depend on each other."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.contract.samples.ec2_nat_gateway import FIFTH, FOURTH, SECOND, SIXTH, THIRD, row
from tests.faults.field_places import FieldValues, KindValues, Settings
from tests.faults.generated_fields import kind_values_of

OF_ASSOCIATION = ("instance_id", "network_interface_id", "private_ip_address")
ON_INTERFACE = {"network_interface_id": "${one_interface}"}


def elastic_ip() -> KindValues:
    kind_values = kind_values_of(known_kinds()["ec2.elastic_ip"])
    by_path = {
        **kind_values.by_path,
        "private_ip_address": FieldValues("10.0.1.21", "10.0.1.22", beside=ON_INTERFACE, edges=()),
    }
    # AWS shows the interface of an instance too, and chooses a private address.
    also = dict.fromkeys(OF_ASSOCIATION[:2], OF_ASSOCIATION)
    return replace(kind_values, by_path=by_path, also=also)


ZONAL: Settings = {"subnet_id": "${one_subnet}", "allocation_id": FOURTH}
PRIVATE: Settings = {"subnet_id": "${one_subnet}", "connectivity_type": "private"}
REGIONAL: Settings = {"vpc_id": "${one_vpc}", "availability_mode": "regional"}
IN_A, IN_B = row("eu-west-2a", FIFTH), row("eu-west-2b", SIXTH)
SECONDARY = (
    "secondary_allocation_ids",
    "secondary_private_ip_addresses",
    "secondary_private_ip_address_count",
)
"""Each elastic IP address has a private one."""
ROWS = "availability_zone_addresses"


def rows(first: Settings, second: Settings) -> FieldValues:
    """Two values of the whole list: a row is for one Zone, which has a name or an id."""
    return FieldValues([first], [second], tops=True, base=REGIONAL, edges=(), without=ROWS)


def nat_gateway() -> KindValues:
    kind_values = kind_values_of(known_kinds()["ec2.nat_gateway"])
    vpc = {"vpc_id": "${one_vpc}"}
    by_path = {
        **kind_values.by_path,
        "availability_mode": FieldValues("regional", "zonal", base={}, turns=(ZONAL, vpc, ZONAL)),
        "connectivity_type": FieldValues(
            "private", "public", base={"subnet_id": "${one_subnet}"},
            turns=({"allocation_id": FOURTH}, {}, {"allocation_id": FOURTH}),
        ),
        "subnet_id": FieldValues("${one_subnet}", "${another_subnet}", base={"allocation_id": FOURTH}, edges=()),
        "vpc_id": FieldValues("${one_vpc}", "${another_vpc}", base={"availability_mode": "regional"}, edges=()),
        "allocation_id": FieldValues(FOURTH, FIFTH, base={"subnet_id": "${one_subnet}"}, edges=()),
        "secondary_allocation_ids": FieldValues([SECOND], [THIRD], edges=([],)),
        "secondary_private_ip_addresses": FieldValues(["10.0.1.50"], ["10.0.1.51"], base=PRIVATE, edges=([],)),
        "secondary_private_ip_address_count": FieldValues(1, 3, base=PRIVATE, edges=()),
        ROWS: FieldValues([IN_A], [IN_A, IN_B], base=REGIONAL, edges=()),
        f"{ROWS}[].availability_zone": rows(IN_A, row("eu-west-2b", FIFTH)),
        f"{ROWS}[].availability_zone_id": rows(row("euw2-az2", FIFTH), row("euw2-az3", FIFTH)),
        f"{ROWS}[].allocation_ids": rows(IN_A, row("eu-west-2a", FIFTH, SIXTH)),
    }  # fmt: skip
    also = dict.fromkeys(SECONDARY, SECONDARY)
    return replace(kind_values, base=ZONAL, by_path=by_path, also=also)


VALUES_BY_KIND: Mapping[str, KindValues] = {
    "ec2.elastic_ip": elastic_ip(),
    "ec2.nat_gateway": nat_gateway(),
}
