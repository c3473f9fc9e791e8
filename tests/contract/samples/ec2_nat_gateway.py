"""ec2.nat_gateway."""

from typing import Any

from reconciler.testing import Change, Given, Sample

ADD, REMOVE = "AssociateNatGatewayAddress", "DisassociateNatGatewayAddress"
ASSIGN, UNASSIGN = "AssignPrivateNatGatewayAddress", "UnassignPrivateNatGatewayAddress"
ELASTIC, IPS = "secondary_allocation_ids", "secondary_private_ip_addresses"
ROWS, COUNT = "availability_zone_addresses", "secondary_private_ip_address_count"
CANNOT = "AWS cannot change"
FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH = (
    f"${{{each}_address}}" for each in ("first", "second", "third", "fourth", "fifth", "sixth")
)


def given(
    operation: str, parameters: dict[str, Any], variable: str = "", member: str = "", like: str = ""
) -> Given:
    return Given("ec2", operation, parameters, variable, member, like=like)


def given_vpc(name: str, block: str) -> tuple[Given, ...]:
    """A VPC with an internet gateway."""
    vpc, gateway = f"{name}_vpc", f"{name}_gateway"
    attached = {"InternetGatewayId": f"${{{gateway}}}", "VpcId": f"${{{vpc}}}"}
    return (
        given("create_vpc", {"CidrBlock": block}, vpc, "Vpc.VpcId", "vpc-01234567"),
        given("create_internet_gateway", {}, gateway, "InternetGateway.InternetGatewayId", "igw-01234567"),
        given("attach_internet_gateway", attached),
    )


def given_subnet(name: str, block: str) -> Given:
    asked = {"VpcId": "${one_vpc}", "CidrBlock": block}
    return given("create_subnet", asked, f"{name}_subnet", "Subnet.SubnetId", "subnet-01234567")


def row(zone: str, *ids: str) -> dict[str, Any]:
    return {"availability_zone_id" if "az" in zone else "availability_zone": zone, "allocation_ids": [*ids]}


SAMPLE = Sample(
    name="way-out",
    least=("subnet_id", "allocation_id"),
    given=(
        *given_vpc("one", "10.0.0.0/16"),
        *given_vpc("another", "10.1.0.0/16"),
        given_subnet("one", "10.0.1.0/24"),
        given_subnet("another", "10.0.2.0/24"),
        *(
            given("allocate_address", {"Domain": "vpc"}, f"{each}_address", "AllocationId", f"eipalloc-0123456{number}")
            for number, each in enumerate(("first", "second", "third", "fourth", "fifth", "sixth"))
        ),
    ),
    base={
        "availability_mode": "zonal",
        "connectivity_type": "public",
        "subnet_id": "${one_subnet}",
        "allocation_id": FIRST,
        "private_ip_address": "10.0.1.9",
        ELASTIC: [SECOND],
        IPS: ["10.0.1.10"],
        "max_drain_duration_seconds": 60,
        "tags": {"Name": "way-out", "Team": "shop"},
    },
    forms={
        "private": {"connectivity_type": "private", "subnet_id": "${one_subnet}", IPS: ["10.0.1.50"]},
        "counted": {"connectivity_type": "private", "subnet_id": "${one_subnet}", COUNT: 2},
        "regional": {
            "availability_mode": "regional",
            "vpc_id": "${one_vpc}",
            ROWS: [row("eu-west-2a", FIFTH)],
        },
        "automatic": {"availability_mode": "regional", "vpc_id": "${one_vpc}"},
    },
    changes=(
        Change("availability_mode", "regional", refused=f"{CANNOT} availability_mode", drops=("subnet_id", "allocation_id", "private_ip_address", ELASTIC, IPS)),
        Change("connectivity_type", "private", refused=f"{CANNOT} connectivity_type", drops=("allocation_id", ELASTIC)),
        Change("subnet_id", "${another_subnet}", refused=f"{CANNOT} subnet_id"),
        Change("vpc_id", "${another_vpc}", refused=f"{CANNOT} vpc_id", form="regional"),
        Change("allocation_id", FOURTH, refused=f"{CANNOT} allocation_id"),
        Change("private_ip_address", "10.0.1.11", refused=f"{CANNOT} private_ip_address"),
        Change(ELASTIC, [SECOND, THIRD], (ADD,), "one more", drops=(IPS,)),
        Change(ELASTIC, [THIRD], (ADD, REMOVE), "another", drops=(IPS,)),
        Change(ELASTIC, [THIRD], (REMOVE, ADD), "another at the same place"),
        Change(ELASTIC, [], (REMOVE,), "none", drops=(IPS,)),
        Change(IPS, ["10.0.1.11"], (REMOVE, ADD), "another place"),
        Change(IPS, ["10.0.1.50", "10.0.1.51"], (ASSIGN,), "one more", form="private"),
        Change(IPS, ["10.0.1.52"], (ASSIGN, UNASSIGN), "another", form="private"),
        Change(IPS, [], (UNASSIGN,), "none", form="private"),
        Change(COUNT, 3, (ASSIGN,), "one more", form="counted"),
        Change(COUNT, 1, (UNASSIGN,), "one fewer", form="counted"),
        Change(ROWS, [row("eu-west-2a", FIFTH), row("eu-west-2b", SIXTH)], (ADD,), "one more Zone", form="regional"),
        Change(ROWS, [row("euw2-az2", FIFTH, SIXTH)], (ADD,), "one more address", form="regional"),
        Change(ROWS, [row("eu-west-2b", FIFTH)], (REMOVE, ADD), "another Zone", form="regional"),
        Change(ROWS, [row("eu-west-2a", SIXTH)], (ADD, REMOVE), "another address", form="regional"),
        Change("tags", {"Name": "other", "Team": None}, ("CreateTags", "DeleteTags")),
    ),
    drifts=(),
    emptied_with={ELASTIC: {IPS: None}},
)  # fmt: skip
