"""VPCs: every block and attribute, filters, and deletes of VPCs in use.

Sources: CreateVpc, AssociateVpcCidrBlock, DisassociateVpcCidrBlock, ModifyVpcAttribute, ModifyVpcTenancy, DeleteVpc,
AssociateDhcpOptions (Amazon EC2 API Reference).
"""

from typing import Any

import pytest

from tests.sandbox.network import REGION, blocks_v6, made_vpc, refusal, tagged

NO_VPC = "vpc-0123456789abcdef0"


@pytest.fixture
def vpc_id(ec2: Any) -> str:
    return made_vpc(ec2)


def shown(ec2: Any, vpc_id: str) -> Any:
    (vpc,) = ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"]
    return vpc


def blocks(ec2: Any, vpc_id: str) -> dict[str, str]:
    """The IPv4 blocks of a VPC, each with its state."""
    rows = shown(ec2, vpc_id)["CidrBlockAssociationSet"]
    return {each["CidrBlock"]: each["CidrBlockState"]["State"] for each in rows}


def test_a_new_vpc_shows_every_setting(ec2: Any) -> None:
    made = ec2.create_vpc(
        CidrBlock="10.0.0.9/16",
        InstanceTenancy="dedicated",
        AmazonProvidedIpv6CidrBlock=True,
        Ipv6CidrBlockNetworkBorderGroup="eu-west-2-wl1",
        TagSpecifications=tagged("vpc", Team="a"),
    )["Vpc"]
    assert made["State"] == "pending"
    vpc = shown(ec2, made["VpcId"])
    (v4,), (v6,) = vpc.pop("CidrBlockAssociationSet"), vpc.pop("Ipv6CidrBlockAssociationSet")
    assert (v4["CidrBlock"], v4["CidrBlockState"]) == ("10.0.0.0/16", {"State": "associated"})
    assert v6.pop("Ipv6CidrBlock").endswith("/56")
    assert v6.pop("AssociationId").startswith("vpc-cidr-assoc-")
    assert v6 == {
        "Ipv6CidrBlockState": {"State": "associated"},
        "NetworkBorderGroup": "eu-west-2-wl1",
        "Ipv6Pool": "Amazon",
        "Ipv6AddressAttribute": "public",
        "IpSource": "amazon",
    }
    assert vpc == {
        "VpcId": made["VpcId"],
        "OwnerId": "123456789012",
        "State": "available",
        "CidrBlock": "10.0.0.0/16",
        "InstanceTenancy": "dedicated",
        "IsDefault": False,
        "DhcpOptionsId": "default",
        "BlockPublicAccessStates": {"InternetGatewayBlockMode": "off"},
        "Tags": [{"Key": "Team", "Value": "a"}],
    }


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({}, "MissingParameter"),
        ({"CidrBlock": "10.0.0.0"}, "InvalidVpc.Range"),
        ({"CidrBlock": "10.0.0.0/8"}, "InvalidVpc.Range"),
        ({"CidrBlock": "ten/16"}, "InvalidParameterValue"),
        ({"CidrBlock": "10.0.0.0/16", "InstanceTenancy": "host"}, "InvalidParameterValue"),
        ({"Ipv4IpamPoolId": "ipam-pool-1"}, "InvalidIpamPoolId.NotFound"),
        ({"CidrBlock": "10.0.0.0/16", "Ipv6Pool": "ipv6pool-ec2-1"}, "InvalidPoolID.NotFound"),
        (
            {"CidrBlock": "10.0.0.0/16", "Ipv6CidrBlockNetworkBorderGroup": REGION},
            "InvalidParameterCombination",
        ),
        ({"CidrBlock": "10.0.0.0/16", "DryRun": True}, "DryRunOperation"),
    ],
)
def test_a_vpc_that_cannot_be_is_refused(ec2: Any, wrong: dict[str, Any], code: str) -> None:
    before = len(ec2.describe_vpcs()["Vpcs"])
    assert refusal(ec2.create_vpc, **wrong)[0] == code
    assert len(ec2.describe_vpcs()["Vpcs"]) == before


@pytest.mark.parametrize(
    "attribute", ["EnableDnsSupport", "EnableDnsHostnames", "EnableNetworkAddressUsageMetrics"]
)
def test_every_attribute_can_be_changed(ec2: Any, vpc_id: str, attribute: str) -> None:
    member = attribute[0].lower() + attribute[1:]
    before = ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute=member)[attribute]["Value"]
    assert before is (attribute == "EnableDnsSupport")
    ec2.modify_vpc_attribute(VpcId=vpc_id, **{attribute: {"Value": not before}})
    after = ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute=member)[attribute]["Value"]
    assert after is not before


def test_attributes_are_changed_one_at_a_time(ec2: Any, vpc_id: str) -> None:
    on, off = {"Value": True}, {"Value": False}
    told = refusal(ec2.modify_vpc_attribute, VpcId=vpc_id, EnableDnsSupport=on, EnableDnsHostnames=on)
    assert told == (
        "InvalidParameterCombination",
        "Fields for multiple attribute types specified: EnableDnsHostnames, EnableDnsSupport",
    )
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsSupport=off)
    code, _ = refusal(ec2.modify_vpc_attribute, VpcId=vpc_id, EnableDnsHostnames=on)
    assert code == "InvalidParameterCombination"


def test_tenancy_changes_to_default_alone(ec2: Any) -> None:
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16", InstanceTenancy="dedicated")["Vpc"]["VpcId"]
    ec2.modify_vpc_tenancy(VpcId=vpc_id, InstanceTenancy="default")
    assert shown(ec2, vpc_id)["InstanceTenancy"] == "default"
    code, _ = refusal(ec2.modify_vpc_tenancy, VpcId=vpc_id, InstanceTenancy="dedicated")
    assert code.startswith("InvalidParameter")


def test_a_secondary_block_comes_and_goes(ec2: Any, vpc_id: str) -> None:
    made = ec2.associate_vpc_cidr_block(VpcId=vpc_id, CidrBlock="100.64.0.0/16")["CidrBlockAssociation"]
    assert made["CidrBlockState"] == {"State": "associating"}
    assert blocks(ec2, vpc_id) == {"10.0.0.0/16": "associated", "100.64.0.0/16": "associated"}
    code, _ = refusal(ec2.associate_vpc_cidr_block, VpcId=vpc_id, CidrBlock="100.64.4.0/24")
    assert code == "CidrConflict"
    subnet_id = ec2.create_subnet(VpcId=vpc_id, CidrBlock="100.64.9.0/24")["Subnet"]["SubnetId"]
    told = refusal(ec2.disassociate_vpc_cidr_block, AssociationId=made["AssociationId"])
    assert told == (
        "InvalidCidrBlock.InUse",
        "The vpc currently has a subnet within CIDR block 100.64.0.0/16",
    )
    ec2.delete_subnet(SubnetId=subnet_id)
    gone = ec2.disassociate_vpc_cidr_block(AssociationId=made["AssociationId"])["CidrBlockAssociation"]
    assert gone["CidrBlockState"] == {"State": "disassociating"}
    assert blocks(ec2, vpc_id)["100.64.0.0/16"] == "disassociated"
    code, _ = refusal(ec2.disassociate_vpc_cidr_block, AssociationId=made["AssociationId"])
    assert code == "InvalidVpcCidrBlockAssociationID.NotFound"
    ec2.associate_vpc_cidr_block(VpcId=vpc_id, CidrBlock="100.64.0.0/16")


def test_the_first_block_stays(ec2: Any, vpc_id: str) -> None:
    (row,) = shown(ec2, vpc_id)["CidrBlockAssociationSet"]
    code, _ = refusal(ec2.disassociate_vpc_cidr_block, AssociationId=row["AssociationId"])
    assert code == "OperationNotPermitted"


def test_a_vpc_has_five_blocks_at_most(ec2: Any, vpc_id: str) -> None:
    for number in range(1, 5):
        ec2.associate_vpc_cidr_block(VpcId=vpc_id, CidrBlock=f"10.{number}.0.0/16")
    code, _ = refusal(ec2.associate_vpc_cidr_block, VpcId=vpc_id, CidrBlock="10.5.0.0/16")
    assert code == "CidrLimitExceeded"


def test_one_ipv6_block_of_each_network_border_group(ec2: Any, vpc_id: str) -> None:
    first = ec2.associate_vpc_cidr_block(VpcId=vpc_id, AmazonProvidedIpv6CidrBlock=True)
    code, _ = refusal(ec2.associate_vpc_cidr_block, VpcId=vpc_id, AmazonProvidedIpv6CidrBlock=True)
    assert code == "CidrLimitExceeded"
    other = {"AmazonProvidedIpv6CidrBlock": True, "Ipv6CidrBlockNetworkBorderGroup": "eu-west-2-wl1"}
    ec2.associate_vpc_cidr_block(VpcId=vpc_id, **other)
    block = blocks_v6(ec2, vpc_id)[0]
    subnet_id = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.1.0/24", Ipv6CidrBlock=block)["Subnet"][
        "SubnetId"
    ]
    association_id = first["Ipv6CidrBlockAssociation"]["AssociationId"]
    code, _ = refusal(ec2.disassociate_vpc_cidr_block, AssociationId=association_id)
    assert code == "InvalidCidrBlock.InUse"
    ec2.delete_subnet(SubnetId=subnet_id)
    gone = ec2.disassociate_vpc_cidr_block(AssociationId=association_id)["Ipv6CidrBlockAssociation"]
    assert gone["Ipv6CidrBlockState"] == {"State": "disassociating"}
    told = refusal(ec2.associate_vpc_cidr_block, VpcId=vpc_id, CidrBlock="10.1.0.0/16", **other)
    assert told[0] == "InvalidParameterCombination"
    assert refusal(ec2.associate_vpc_cidr_block, VpcId=vpc_id)[0] == "MissingParameter"


def test_dhcp_options_of_two_vpcs_stay_until_both_are_gone(ec2: Any, vpc_id: str) -> None:
    given = [{"Key": "domain-name", "Values": ["example.com"]}]
    options = ec2.create_dhcp_options(DhcpConfigurations=given)["DhcpOptions"]["DhcpOptionsId"]
    other = made_vpc(ec2)
    for each in (vpc_id, other):
        ec2.associate_dhcp_options(VpcId=each, DhcpOptionsId=options)
        assert shown(ec2, each)["DhcpOptionsId"] == options
    ec2.delete_vpc(VpcId=vpc_id)
    code, _ = refusal(ec2.delete_dhcp_options, DhcpOptionsId=options)
    assert code == "DependencyViolation"
    ec2.associate_dhcp_options(VpcId=other, DhcpOptionsId="default")
    assert shown(ec2, other)["DhcpOptionsId"] == "default"
    ec2.delete_dhcp_options(DhcpOptionsId=options)
    code, _ = refusal(ec2.associate_dhcp_options, VpcId=other, DhcpOptionsId=options)
    assert code == "InvalidDhcpOptionID.NotFound"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cidr", "10.7.0.0/16"),
        ("cidr-block-association.cidr-block", "100.64.?.0/16"),
        ("ipv6-cidr-block-association.ipv6-pool", "Amazon"),
        ("tag:Name", "main"),
    ],
)
def test_vpcs_are_found_by_each_filter(ec2: Any, vpc_id: str, name: str, value: str) -> None:
    one = made_vpc(ec2, "10.7.0.0/16", ipv6=True)
    ec2.associate_vpc_cidr_block(VpcId=one, CidrBlock="100.64.0.0/16")
    ec2.create_tags(Resources=[one], Tags=[{"Key": "Name", "Value": "main"}])
    wanted = [{"Name": "vpc-id", "Values": [one, vpc_id]}, {"Name": name, "Values": ["none", value]}]
    found = ec2.describe_vpcs(Filters=wanted)["Vpcs"]
    assert [each["VpcId"] for each in found] == [one]
    default = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    assert [each["CidrBlock"] for each in default] == ["172.31.0.0/16"]


@pytest.mark.parametrize("what", ["subnet", "gateway", "egress gateway", "group", "acl", "table", "endpoint"])
def test_a_vpc_with_contents_stays(ec2: Any, vpc_id: str, what: str) -> None:
    here = {"VpcId": vpc_id}
    match what:
        case "subnet":
            ec2.create_subnet(**here, CidrBlock="10.0.1.0/24")
        case "gateway":
            gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
            ec2.attach_internet_gateway(**here, InternetGatewayId=gateway)
        case "egress gateway":
            ec2.create_egress_only_internet_gateway(**here)
        case "group":
            ec2.create_security_group(**here, GroupName="web", Description="web")
        case "acl":
            ec2.create_network_acl(**here)
        case "table":
            ec2.create_route_table(**here)
        case _:
            ec2.create_vpc_endpoint(**here, ServiceName=f"com.amazonaws.{REGION}.s3")
    code, _ = refusal(ec2.delete_vpc, VpcId=vpc_id)
    assert code == "DependencyViolation"
    assert shown(ec2, vpc_id)["State"] == "available"


def test_a_deleted_vpc_takes_what_aws_created_with_it(ec2: Any, vpc_id: str) -> None:
    ec2.delete_vpc(VpcId=vpc_id)
    here = [{"Name": "vpc-id", "Values": [vpc_id]}]
    assert ec2.describe_network_acls(Filters=here)["NetworkAcls"] == []
    assert ec2.describe_route_tables(Filters=here)["RouteTables"] == []
    assert ec2.describe_security_groups(Filters=here)["SecurityGroups"] == []
    for operation in (ec2.delete_vpc, ec2.modify_vpc_attribute):
        code, text = refusal(operation, VpcId=NO_VPC)
        assert (code, text) == ("InvalidVpcID.NotFound", f"The vpc ID '{NO_VPC}' does not exist")
