"""ec2.subnet."""

from collections.abc import Callable
from ipaddress import IPv6Network

from reconciler.testing import Change, Drift, Given, Sample

MODIFY = "ModifySubnetAttribute"
ADDRESSES = {"CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": True}
ANOTHER = {"CidrBlock": "10.9.0.0/16"}


def block(number: int) -> Callable[[str], str]:
    """A function that returns a part of a VPC's block."""
    return lambda of_vpc: str([*IPv6Network(of_vpc).subnets(new_prefix=64)][number])


def given_block(variable: str, number: int) -> Given:
    member = "Vpcs.0.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlock"
    return Given(
        "ec2",
        "describe_vpcs",
        {"VpcIds": ["${one_vpc}"]},
        variable,
        member,
        block(number),
        f"2001:db8:0:{number}::/64",
    )


ONE, OTHER = "${one_block}", "${other_block}"
NAMES = {
    "hostname_type": "resource-name",
    "enable_resource_name_dns_a_record": True,
    "enable_resource_name_dns_aaaa_record": True,
}

SAMPLE = Sample(
    name="private-a",
    given=(
        Given("ec2", "create_vpc", ADDRESSES, "one_vpc", "Vpc.VpcId", like="vpc-01234567"),
        Given("ec2", "create_vpc", ANOTHER, "another_vpc", "Vpc.VpcId", like="vpc-12345678"),
        given_block("one_block", 1),
        given_block("other_block", 2),
    ),
    base={
        "vpc_id": "${one_vpc}",
        "availability_zone": "eu-west-2a",
        "cidr_block": "10.0.1.0/24",
        "ipv6_cidr_block": ONE,
        "ipv6_native": False,
        "assign_ipv6_address_on_creation": True,
        "enable_dns64": False,
        "map_public_ip_on_launch": True,
        "private_dns_name_options_on_launch": NAMES,
        "map_customer_owned_ip_on_launch": False,
        "enable_lni_at_device_index": 1,
        "tags": {"Name": "private-a", "Team": "shop"},
    },
    forms={
        "in the default VPC": {"availability_zone_id": "euw2-az1", "cidr_block": "172.31.96.0/20"},
        "IPv6 alone": {"vpc_id": "${one_vpc}", "ipv6_native": True, "ipv6_cidr_block": OTHER},
    },
    changes=(
        Change("vpc_id", "${another_vpc}", refused="AWS cannot change vpc_id"),
        Change("availability_zone", "eu-west-2b", refused="AWS cannot change availability_zone"),
        Change(
            "availability_zone_id",
            "euw2-az2",
            refused="AWS cannot change availability_zone_id",
            form="in the default VPC",
        ),
        Change("cidr_block", "10.0.2.0/24", refused="AWS cannot change cidr_block"),
        Change("ipv6_native", True, refused="AWS cannot change ipv6_native", drops=("cidr_block",)),
        Change(
            "outpost_arn",
            "arn:aws:outposts:eu-west-2:123456789012:outpost/op-0123456789abcdef0",
            refused="AWS cannot change outpost_arn",
        ),
        Change(
            "ipv6_cidr_block",
            OTHER,
            (MODIFY, "DisassociateSubnetCidrBlock", "AssociateSubnetCidrBlock", MODIFY),
        ),
        Change(
            "ipv6_cidr_block",
            None,
            (MODIFY, "DisassociateSubnetCidrBlock"),
            "taken away",
            drops=("assign_ipv6_address_on_creation", "private_dns_name_options_on_launch"),
        ),
        Change("assign_ipv6_address_on_creation", False, (MODIFY,)),
        Change("enable_dns64", True, (MODIFY,)),
        Change("map_public_ip_on_launch", False, (MODIFY,)),
        Change(
            "private_dns_name_options_on_launch",
            {
                "hostname_type": "ip-name",
                "enable_resource_name_dns_a_record": False,
                "enable_resource_name_dns_aaaa_record": False,
            },
            (MODIFY, MODIFY, MODIFY),
        ),
        Change("private_dns_name_options_on_launch", {"hostname_type": "ip-name"}, (MODIFY,), "one of them"),
        Change("map_customer_owned_ip_on_launch", True, (MODIFY,)),
        Change("customer_owned_ipv4_pool", "ipv4pool-coip-0123456789abcdef0", (MODIFY,)),
        Change("enable_lni_at_device_index", 2, (MODIFY,)),
        Change("enable_lni_at_device_index", None, (MODIFY,), "taken away"),
        Change("tags", {"Name": "another", "Team": None}, ("CreateTags", "DeleteTags")),
    ),
    drifts=(
        Drift(
            "map_public_ip_on_launch", "modify_subnet_attribute", {"MapPublicIpOnLaunch": {"Value": False}}
        ),
        Drift("enable_dns64", "modify_subnet_attribute", {"EnableDns64": {"Value": True}}),
    ),
    exempt={
        "ipv4_ipam_pool_id": "the sandbox has no pools of IPAM",
        "ipv4_netmask_length": "the sandbox has no pools of IPAM",
        "ipv6_ipam_pool_id": "the sandbox has no pools of IPAM",
        "ipv6_netmask_length": "the sandbox has no pools of IPAM",
    },
    misfits={
        f"{field}: bool here, structure there": "AWS takes one attribute a call, each in a structure of its own, which its group makes"
        for field in (
            "assign_ipv6_address_on_creation",
            "enable_dns64",
            "map_customer_owned_ip_on_launch",
            "map_public_ip_on_launch",
        )
    },
    needed={"vpc_id": "`prepare` takes the default VPC where none is written"},
)
