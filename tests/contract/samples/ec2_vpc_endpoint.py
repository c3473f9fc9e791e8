"""ec2.vpc_endpoint."""

from collections.abc import Callable
from ipaddress import IPv6Network
from typing import Any

from reconciler.testing import Change, Drift, Given, Sample

MODIFY = "ModifyVpcEndpoint"
CANNOT = "AWS cannot change"
BLOCKS = "Vpcs.0.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlock"
LOGS, S3, DYNAMODB = (f"com.amazonaws.eu-west-2.{each}" for each in ("logs", "s3", "dynamodb"))
LATTICE = "arn:aws:vpc-lattice:eu-west-2:123456789012"
NETWORK, OTHER_NETWORK = (f"{LATTICE}:servicenetwork/sn-0123456789abcdef{each}" for each in "01")
RESOURCE, OTHER_RESOURCE = (f"{LATTICE}:resourceconfiguration/rcfg-0123456789abcdef{each}" for each in "01")
DOMAINS = {
    "private_dns_preference": "SPECIFIED_DOMAINS_ONLY",
    "private_dns_specified_domains": ["example.com"],
}
INBOUND = "private_dns_only_for_inbound_resolver_endpoint"
OTHERS = ("subnet_configurations", "dns_options")


def policy(action: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def given(
    operation: str, parameters: dict[str, Any], variable: str = "", member: str = "", like: str = ""
) -> Given:
    return Given("ec2", operation, parameters, variable, member, like=like)


def given_v6(variable: str, of: Callable[[list[IPv6Network]], Any], like: str) -> Given:
    """A part of the VPC's IPv6 block."""
    asked = {"VpcIds": ["${one_vpc}"]}
    parts = lambda block: str(of([*IPv6Network(block).subnets(new_prefix=64)]))  # noqa: E731
    return Given("ec2", "describe_vpcs", asked, variable, BLOCKS, parts, like)


def given_subnet(name: str, number: int, zone: str) -> tuple[Given, Given]:
    block = f"{name}_block"
    asked = {
        "VpcId": "${one_vpc}",
        "CidrBlock": f"10.0.{number}.0/24",
        "Ipv6CidrBlock": f"${{{block}}}",
        "AvailabilityZone": f"eu-west-2{zone}",
    }
    return (
        given_v6(block, lambda parts: parts[number], f"2001:db8:0:{number}::/64"),
        given("create_subnet", asked, f"{name}_subnet", "Subnet.SubnetId", f"subnet-0123456{number}"),
    )


def given_group(name: str, like: str) -> Given:
    asked = {"VpcId": "${one_vpc}", "GroupName": name, "Description": name}
    return given("create_security_group", asked, f"{name}_group", "GroupId", like)


SAMPLE = Sample(
    name="logs",
    given=(
        given("create_vpc", {"CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": True}, "one_vpc", "Vpc.VpcId", "vpc-01234567"),
        given("modify_vpc_attribute", {"VpcId": "${one_vpc}", "EnableDnsHostnames": {"Value": True}}),
        given("create_vpc", {"CidrBlock": "10.1.0.0/16"}, "another_vpc", "Vpc.VpcId", "vpc-12345678"),
        *given_subnet("one", 1, "a"),
        *given_subnet("another", 2, "b"),
        *given_subnet("beside", 3, "a"),
        given_v6("one_address", lambda parts: parts[1][0x77], "2001:db8:0:1::77"),
        given_v6("other_address", lambda parts: parts[1][0x78], "2001:db8:0:1::78"),
        given_group("one", "sg-01234567"),
        given_group("another", "sg-12345678"),
        *(
            given("create_route_table", {"VpcId": "${one_vpc}"}, f"{each}_table", "RouteTable.RouteTableId", f"rtb-0123456{number}")
            for number, each in enumerate(("one", "another"))
        ),
        given("create_vpc_endpoint", {"VpcId": "${one_vpc}", "ServiceName": S3}),
    ),
    base={
        "vpc_endpoint_type": "Interface",
        "vpc_id": "${one_vpc}",
        "service_name": LOGS,
        "service_region": "eu-west-2",
        "policy_document": policy("logs:PutLogEvents"),
        "subnet_ids": ["${one_subnet}"],
        "subnet_configurations": [
            {"subnet_id": "${one_subnet}", "ipv4": "10.0.1.77", "ipv6": "${one_address}"}
        ],
        "security_group_ids": ["${one_group}"],
        "ip_address_type": "dualstack",
        "dns_options": {"dns_record_ip_type": "dualstack"},
        "private_dns_enabled": True,
        "tags": {"Name": "logs", "Team": "shop"},
    },
    forms={
        "gateway": {
            "vpc_endpoint_type": "Gateway",
            "vpc_id": "${one_vpc}",
            "service_name": DYNAMODB,
            "policy_document": policy("dynamodb:GetItem"),
            "route_table_ids": ["${one_table}"],
        },
        "inbound": {
            "vpc_endpoint_type": "Interface",
            "vpc_id": "${one_vpc}",
            "service_name": S3,
            "private_dns_enabled": True,
            "dns_options": {INBOUND: True},
        },
        "balancer": {
            "vpc_endpoint_type": "GatewayLoadBalancer",
            "vpc_id": "${one_vpc}",
            "service_name": "com.amazonaws.vpce.eu-west-2.vpce-svc-0123456789abcdef0",
            "subnet_ids": ["${one_subnet}"],
        },
        "network": {
            "vpc_endpoint_type": "ServiceNetwork",
            "vpc_id": "${one_vpc}",
            "service_network_arn": NETWORK,
            "private_dns_enabled": True,
            "dns_options": DOMAINS,
        },
        "resource": {
            "vpc_endpoint_type": "Resource",
            "vpc_id": "${one_vpc}",
            "resource_configuration_arn": RESOURCE,
            "subnet_ids": ["${one_subnet}"],
        },
    },
    changes=(
        Change("vpc_endpoint_type", "GatewayLoadBalancer", refused=f"{CANNOT} vpc_endpoint_type", drops=("service_region", "policy_document", "security_group_ids", "private_dns_enabled")),
        Change("vpc_id", "${another_vpc}", refused=f"{CANNOT} vpc_id"),
        Change("service_name", S3, refused=f"{CANNOT} service_name"),
        Change("service_region", "us-east-1", refused=f"{CANNOT} service_region"),
        Change("service_network_arn", OTHER_NETWORK, refused=f"{CANNOT} service_network_arn", form="network"),
        Change("resource_configuration_arn", OTHER_RESOURCE, refused=f"{CANNOT} resource_configuration_arn", form="resource"),
        Change("policy_document", policy("logs:*"), (MODIFY,)),
        Change("policy_document", None, (MODIFY,), "AWS's own"),
        Change("policy_document", None, (MODIFY,), "AWS's own again", form="gateway"),
        Change("route_table_ids", ["${one_table}", "${another_table}"], (MODIFY,), "one more", form="gateway"),
        Change("route_table_ids", ["${another_table}"], (MODIFY,), "another", form="gateway"),
        Change("route_table_ids", [], (MODIFY,), "none", form="gateway"),
        Change("subnet_ids", ["${one_subnet}", "${another_subnet}"], (MODIFY,), "one more"),
        Change("subnet_ids", ["${another_subnet}"], (MODIFY,), "another", drops=("subnet_configurations",)),
        Change("subnet_ids", ["${beside_subnet}"], (MODIFY, MODIFY), "another in the same zone", drops=("subnet_configurations",)),
        Change("subnet_ids", ["${another_subnet}"], refused=f"{CANNOT} subnet_ids", form="balancer"),
        Change("subnet_configurations", [{"subnet_id": "${one_subnet}", "ipv4": "10.0.1.78", "ipv6": "${other_address}"}], (MODIFY,)),
        Change("security_group_ids", ["${another_group}"], (MODIFY,), "another"),
        Change("ip_address_type", "ipv4", (MODIFY,), drops=OTHERS),
        Change("ip_address_type", None, (MODIFY,), "AWS's own", drops=OTHERS),
        Change("dns_options", {"dns_record_ip_type": "ipv4"}, (MODIFY,)),
        Change("dns_options", {INBOUND: False}, (MODIFY,), "for all", form="inbound"),
        Change("dns_options", {**DOMAINS, "private_dns_specified_domains": ["example.org"]}, refused=f"{CANNOT} dns_options", form="network"),
        Change("private_dns_enabled", False, (MODIFY,)),
        Change("private_dns_enabled", False, refused=f"{CANNOT} private_dns_enabled", form="network", drops=("dns_options",)),
        Change("tags", {"Name": "other", "Team": None}, ("CreateTags", "DeleteTags")),
    ),
    drifts=(
        Drift("private_dns_enabled", "modify_vpc_endpoint", {"PrivateDnsEnabled": False}),
        Drift("policy_document", "modify_vpc_endpoint", {"PolicyDocument": '{"Statement": []}'}),
    ),
    emptied_with={"subnet_ids": {"subnet_configurations": None}},
)  # fmt: skip
