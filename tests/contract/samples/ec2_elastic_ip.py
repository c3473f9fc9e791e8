"""ec2.elastic_ip."""

from typing import Any

from reconciler.testing import Change, Drift, Given, Sample

MODIFY, RESET = "ModifyAddressAttribute", "ResetAddressAttribute"
ASSOCIATE, END = "AssociateAddress", "DisassociateAddress"
CANNOT = "AWS cannot change"
NO_POOLS = "the sandbox has no pools of addresses"
MACHINES = {"ImageId": "ami-03cf127a", "MinCount": 1, "MaxCount": 1, "SubnetId": "${one_subnet}"}
IPS = [
    {"PrivateIpAddress": f"10.0.1.{number}", "Primary": primary}
    for number, primary in ((20, True), (21, False), (22, False))
]


def given(
    operation: str, parameters: dict[str, Any], variable: str = "", member: str = "", like: str = ""
) -> Given:
    return Given("ec2", operation, parameters, variable, member, like=like)


def released(variable: str, like: str) -> tuple[Given, Given]:
    """An address that the account had, so that it can be had again."""
    return (
        given("allocate_address", {"Domain": "vpc"}, variable, "PublicIp", like),
        given("release_address", {"PublicIp": f"${{{variable}}}"}),
    )


ATTACHED = {"InternetGatewayId": "${one_gateway}", "VpcId": "${one_vpc}"}
WITH_INTERFACE = {"network_interface_id": "${one_interface}", "private_ip_address": "10.0.1.21"}

SAMPLE = Sample(
    name="mail",
    given=(
        *released("one_address", "192.0.2.1"),
        *released("another_address", "192.0.2.2"),
        given("create_vpc", {"CidrBlock": "10.0.0.0/16"}, "one_vpc", "Vpc.VpcId", "vpc-01234567"),
        given(
            "create_internet_gateway", {}, "one_gateway", "InternetGateway.InternetGatewayId", "igw-01234567"
        ),
        given("attach_internet_gateway", ATTACHED),
        given(
            "create_subnet",
            {"VpcId": "${one_vpc}", "CidrBlock": "10.0.1.0/24"},
            "one_subnet",
            "Subnet.SubnetId",
            "subnet-01234567",
        ),
        given("run_instances", MACHINES, "one_instance", "Instances.0.InstanceId", "i-01234567"),
        given("run_instances", MACHINES, "another_instance", "Instances.0.InstanceId", "i-12345678"),
        given(
            "create_network_interface",
            {"SubnetId": "${one_subnet}", "PrivateIpAddresses": IPS},
            "one_interface",
            "NetworkInterface.NetworkInterfaceId",
            "eni-01234567",
        ),
        given(
            "create_network_interface",
            {"SubnetId": "${one_subnet}"},
            "another_interface",
            "NetworkInterface.NetworkInterfaceId",
            "eni-12345678",
        ),
    ),
    base={
        "address": "${one_address}",
        "public_ipv4_pool": "amazon",
        "network_border_group": "eu-west-2",
        "domain_name": "mail.example.com",
        "tags": {"Name": "mail", "Team": "shop"},
    },
    forms={
        "of an instance": {"instance_id": "${one_instance}"},
        "of an interface": WITH_INTERFACE,
    },
    changes=(
        Change("address", "${another_address}", refused=f"{CANNOT} address"),
        Change("public_ipv4_pool", "ipv4pool-ec2-0123", refused=f"{CANNOT} public_ipv4_pool"),
        Change("customer_owned_ipv4_pool", "ipv4pool-coip-0123", refused=f"{CANNOT} customer_owned_ipv4_pool", drops=("public_ipv4_pool",)),
        Change("network_border_group", "eu-west-2-wl1", refused=f"{CANNOT} network_border_group"),
        Change("domain_name", "smtp.example.com", (MODIFY,)),
        Change("domain_name", None, (RESET,), "none"),
        Change("instance_id", "${another_instance}", (ASSOCIATE,), form="of an instance"),
        Change("instance_id", None, (END,), "none", form="of an instance"),
        Change("network_interface_id", "${another_interface}", (ASSOCIATE,), form="of an interface", drops=("private_ip_address",)),
        Change("private_ip_address", "10.0.1.22", (ASSOCIATE,), form="of an interface"),
        Change("network_interface_id", None, (END,), "none", form="of an interface", drops=("private_ip_address",)),
        Change("tags", {"Name": "other", "Team": None}, ("CreateTags", "DeleteTags")),
    ),
    drifts=(Drift("domain_name", "modify_address_attribute", {"DomainName": "by-hand.example.com"}),),
    exempt={"ipam_pool_id": NO_POOLS},
)  # fmt: skip
