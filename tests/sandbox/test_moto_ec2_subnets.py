"""Subnets: every attribute, IPv6 blocks, filters, pages, and deletes of subnets and VPCs in use."""

from typing import Any

import pytest

from tests.sandbox.network import REGION, blocks_v6, made_vpc, refusal, tagged


@pytest.fixture
def vpc_id(ec2: Any) -> str:
    return made_vpc(ec2, ipv6=True)


def made(ec2: Any, vpc_id: str, block: str = "10.0.1.0/24", **more: Any) -> str:
    subnet_id: str = ec2.create_subnet(VpcId=vpc_id, CidrBlock=block, **more)["Subnet"]["SubnetId"]
    return subnet_id


def shown(ec2: Any, subnet_id: str) -> Any:
    (subnet,) = ec2.describe_subnets(SubnetIds=[subnet_id])["Subnets"]
    return subnet


def test_a_new_subnet_shows_every_setting(ec2: Any, vpc_id: str) -> None:
    block = blocks_v6(ec2, vpc_id)[0]
    subnet_id = made(
        ec2,
        vpc_id,
        "10.0.1.9/24",
        AvailabilityZone="eu-west-2b",
        Ipv6CidrBlock=block,
        TagSpecifications=tagged("subnet", Team="a"),
    )
    subnet = shown(ec2, subnet_id)
    (association,) = subnet.pop("Ipv6CidrBlockAssociationSet")
    assert (association["Ipv6CidrBlock"], association["Ipv6CidrBlockState"]) == (
        block,
        {"State": "associated"},
    )
    assert subnet == {
        "SubnetId": subnet_id,
        "SubnetArn": f"arn:aws:ec2:{REGION}:123456789012:subnet/{subnet_id}",
        "OwnerId": "123456789012",
        "VpcId": vpc_id,
        "State": "available",
        "CidrBlock": "10.0.1.0/24",
        "AvailableIpAddressCount": 251,
        "AvailabilityZone": "eu-west-2b",
        "AvailabilityZoneId": "euw2-az3",
        "DefaultForAz": False,
        "MapPublicIpOnLaunch": False,
        "MapCustomerOwnedIpOnLaunch": False,
        "AssignIpv6AddressOnCreation": False,
        "EnableDns64": False,
        "Ipv6Native": False,
        "PrivateDnsNameOptionsOnLaunch": {
            "HostnameType": "ip-name",
            "EnableResourceNameDnsARecord": False,
            "EnableResourceNameDnsAAAARecord": False,
        },
        "Tags": [{"Key": "Team", "Value": "a"}],
    }


def test_a_zone_is_named_or_numbered_and_is_one_of_the_region(ec2: Any, vpc_id: str) -> None:
    subnet = shown(ec2, made(ec2, vpc_id, AvailabilityZoneId="euw2-az1"))
    assert (subnet["AvailabilityZoneId"], subnet["AvailabilityZone"]) == ("euw2-az1", "eu-west-2c")
    assert (subnet["DefaultForAz"], subnet["MapPublicIpOnLaunch"]) == (False, False)
    told = refusal(ec2.create_subnet, VpcId=vpc_id, CidrBlock="10.0.2.0/24", AvailabilityZone="us-east-1a")
    assert told == (
        "InvalidParameterValue",
        (
            "Value (us-east-1a) for parameter availabilityZone is invalid. Subnets can currently only be created in the "
            "following availability zones: eu-west-2a, eu-west-2b, eu-west-2c."
        ),
    )


def test_an_ipv6_only_subnet(ec2: Any, vpc_id: str) -> None:
    block = blocks_v6(ec2, vpc_id)[1]
    subnet = shown(
        ec2, ec2.create_subnet(VpcId=vpc_id, Ipv6Native=True, Ipv6CidrBlock=block)["Subnet"]["SubnetId"]
    )
    assert "CidrBlock" not in subnet
    assert (subnet["Ipv6Native"], subnet["AssignIpv6AddressOnCreation"]) == (True, True)
    assert subnet["PrivateDnsNameOptionsOnLaunch"]["HostnameType"] == "resource-name"


@pytest.mark.parametrize(
    ("wrong", "code", "text"),
    [
        ({}, "MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."),
        ({"CidrBlock": "10.0.3.0/29"}, "InvalidSubnet.Range", "The CIDR '10.0.3.0/29' is invalid."),
        ({"CidrBlock": "10.1.0.0/24"}, "InvalidSubnet.Range", "The CIDR '10.1.0.0/24' is invalid."),
        (
            {"CidrBlock": "10.0.1.128/25"},
            "InvalidSubnet.Conflict",
            "The CIDR '10.0.1.128/25' conflicts with another subnet",
        ),
        (
            {"CidrBlock": "10.0.3.0/24", "Ipv6CidrBlock": "2001:db8::/64"},
            "InvalidSubnet.Range",
            "The CIDR '2001:db8::/64' is invalid.",
        ),
        (
            {"CidrBlock": "10.0.3.0/24", "TagSpecifications": tagged("vpc", a="b")},
            "InvalidParameterValue",
            "'vpc' is not a valid taggable resource type for this operation.",
        ),
        (
            {"CidrBlock": "10.0.3.0/24", "TagSpecifications": tagged("subnet", **{"aws:a": "b"})},
            "InvalidParameterValue",
            "Tag keys starting with 'aws:' are reserved for internal use",
        ),
        (
            {"Ipv4IpamPoolId": "ipam-pool-1"},
            "InvalidIpamPoolId.NotFound",
            "The ipam-pool ID 'ipam-pool-1' does not exist",
        ),
    ],
)
def test_a_subnet_that_cannot_be_is_refused(
    ec2: Any, vpc_id: str, wrong: dict[str, Any], code: str, text: str
) -> None:
    made(ec2, vpc_id)
    assert refusal(ec2.create_subnet, VpcId=vpc_id, **wrong) == (code, text)
    assert len(ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["Subnets"]) == 1


@pytest.mark.parametrize(
    ("attribute", "value", "shows"),
    [
        ("MapPublicIpOnLaunch", {"Value": True}, {"MapPublicIpOnLaunch": True}),
        ("AssignIpv6AddressOnCreation", {"Value": True}, {"AssignIpv6AddressOnCreation": True}),
        ("EnableDns64", {"Value": True}, {"EnableDns64": True}),
        ("EnableLniAtDeviceIndex", 1, {"EnableLniAtDeviceIndex": 1}),
        ("PrivateDnsHostnameTypeOnLaunch", "resource-name", {"HostnameType": "resource-name"}),
        ("EnableResourceNameDnsARecordOnLaunch", {"Value": True}, {"EnableResourceNameDnsARecord": True}),
        (
            "EnableResourceNameDnsAAAARecordOnLaunch",
            {"Value": True},
            {"EnableResourceNameDnsAAAARecord": True},
        ),
    ],
)
def test_every_attribute_can_be_changed(
    ec2: Any, vpc_id: str, attribute: str, value: Any, shows: dict[str, Any]
) -> None:
    subnet_id = made(ec2, vpc_id, Ipv6CidrBlock=blocks_v6(ec2, vpc_id)[0])
    before = shown(ec2, subnet_id)
    ec2.modify_subnet_attribute(SubnetId=subnet_id, **{attribute: value})
    after = shown(ec2, subnet_id)
    options = {**before["PrivateDnsNameOptionsOnLaunch"]}
    options.update({name: value for name, value in shows.items() if name in options})
    others = {name: value for name, value in shows.items() if name not in options}
    assert after == {**before, **others, "PrivateDnsNameOptionsOnLaunch": options}


def test_attributes_are_changed_one_at_a_time(ec2: Any, vpc_id: str) -> None:
    subnet_id = made(ec2, vpc_id)
    code, text = refusal(
        ec2.modify_subnet_attribute,
        SubnetId=subnet_id,
        MapPublicIpOnLaunch={"Value": True},
        EnableDns64={"Value": False},
    )
    assert code == "InvalidParameterCombination"
    assert text.endswith("EnableDns64, MapPublicIpOnLaunch")
    ec2.modify_subnet_attribute(
        SubnetId=subnet_id, MapCustomerOwnedIpOnLaunch={"Value": True}, CustomerOwnedIpv4Pool="pool-1"
    )
    subnet = shown(ec2, subnet_id)
    assert (subnet["MapCustomerOwnedIpOnLaunch"], subnet["CustomerOwnedIpv4Pool"]) == (True, "pool-1")


@pytest.mark.parametrize(
    ("attribute", "written"),
    [
        ("AssignIpv6AddressOnCreation", "assign-ipv6-address-on-creation"),
        ("EnableDns64", "enable-dns64"),
        ("EnableResourceNameDnsAAAARecordOnLaunch", "enable-resource-name-dns-aaaa-record-on-launch"),
    ],
)
def test_some_attributes_want_an_ipv6_block(ec2: Any, vpc_id: str, attribute: str, written: str) -> None:
    subnet_id = made(ec2, vpc_id)
    told = refusal(ec2.modify_subnet_attribute, SubnetId=subnet_id, **{attribute: {"Value": True}})
    assert told == (
        "InvalidParameterValue",
        (
            f"Invalid value 'true' for {written}. Cannot set {written} to true unless the subnet ({subnet_id}) has an IPv6 "
            "CIDR block associated with it."
        ),
    )
    ec2.modify_subnet_attribute(SubnetId=subnet_id, **{attribute: {"Value": False}})


def test_an_ipv6_block_comes_and_goes(ec2: Any, vpc_id: str) -> None:
    first, second, *_ = blocks_v6(ec2, vpc_id)
    subnet_id, other_id = made(ec2, vpc_id), made(ec2, vpc_id, "10.0.2.0/24", Ipv6CidrBlock=second)
    added = ec2.associate_subnet_cidr_block(SubnetId=subnet_id, Ipv6CidrBlock=first)
    association = added["Ipv6CidrBlockAssociation"]
    assert association["Ipv6CidrBlockState"] == {"State": "associating"}
    told = refusal(ec2.associate_subnet_cidr_block, SubnetId=other_id, Ipv6CidrBlock=first)
    assert told == ("InvalidSubnet.Conflict", f"The CIDR '{first}' conflicts with another subnet")
    ec2.modify_subnet_attribute(SubnetId=subnet_id, AssignIpv6AddressOnCreation={"Value": True})
    association_id = association["AssociationId"]
    assert refusal(ec2.disassociate_subnet_cidr_block, AssociationId=association_id) == (
        "InvalidCidrBlock.InUse",
        (
            f"The subnet IPv6 CIDR block with association ID {association_id} may not be disassociated, because its subnet "
            "has assign-ipv6-address-on-creation set to true."
        ),
    )
    ec2.modify_subnet_attribute(SubnetId=subnet_id, AssignIpv6AddressOnCreation={"Value": False})
    gone = ec2.disassociate_subnet_cidr_block(AssociationId=association_id)
    assert gone["Ipv6CidrBlockAssociation"]["Ipv6CidrBlockState"] == {"State": "disassociating"}
    assert shown(ec2, subnet_id)["Ipv6CidrBlockAssociationSet"] == []
    ec2.associate_subnet_cidr_block(SubnetId=subnet_id, Ipv6CidrBlock=first)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("availability-zone", "eu-west-2a"),
        ("availabilityZoneId", "euw2-az2"),
        ("available-ip-address-count", "123"),
        ("cidr", "10.0.9.0/25"),
        ("ipv6-cidr-block-association.state", "associated"),
        ("map-public-ip-on-launch", "true"),
        ("private-dns-name-options-on-launch.enable-resource-name-dns-a-record", "true"),
        ("tag:Team", "t?am-*"),
        ("tag-key", "Team"),
    ],
)
def test_subnets_are_found_by_each_filter(ec2: Any, vpc_id: str, name: str, value: str) -> None:
    made(ec2, vpc_id, AvailabilityZone="eu-west-2b")
    block = blocks_v6(ec2, vpc_id)[0]
    one = made(ec2, vpc_id, "10.0.9.0/25", AvailabilityZone="eu-west-2a", Ipv6CidrBlock=block)
    ec2.modify_subnet_attribute(SubnetId=one, MapPublicIpOnLaunch={"Value": True})
    ec2.modify_subnet_attribute(SubnetId=one, EnableResourceNameDnsARecordOnLaunch={"Value": True})
    ec2.create_tags(Resources=[one], Tags=[{"Key": "Team", "Value": "team-a"}])
    filters = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": name, "Values": ["none", value]}]
    assert [each["SubnetId"] for each in ec2.describe_subnets(Filters=filters)["Subnets"]] == [one]


def test_subnets_and_vpcs_are_described_in_pages(ec2: Any, vpc_id: str) -> None:
    for number in range(6):
        made(ec2, vpc_id, f"10.0.{number}.0/24")
        made_vpc(ec2)
    here = [{"Name": "vpc-id", "Values": [vpc_id]}]
    subnets = ec2.get_paginator("describe_subnets").paginate(Filters=here, PaginationConfig={"PageSize": 5})
    assert [len(each["Subnets"]) for each in subnets] == [5, 1]
    first = ec2.describe_vpcs(MaxResults=5)
    rest = ec2.describe_vpcs(NextToken=first["NextToken"])
    whole = ec2.describe_vpcs()
    assert [*first["Vpcs"], *rest["Vpcs"]] == whole["Vpcs"]
    assert (len(first["Vpcs"]), "NextToken" in rest, "NextToken" in whole) == (5, False, False)
    code, text = refusal(ec2.describe_subnets, MaxResults=1001)
    assert (code, "1001" in text) == ("InvalidParameterValue", True)


def test_what_is_not_there_is_named(ec2: Any) -> None:
    told = refusal(ec2.describe_subnets, SubnetIds=["subnet-0123456789abcdef0"])
    assert told == ("InvalidSubnetID.NotFound", "The subnet ID 'subnet-0123456789abcdef0' does not exist")
    told = refusal(ec2.create_subnet, VpcId="vpc-0123456789abcdef0", CidrBlock="10.0.0.0/24")
    assert told == ("InvalidVpcID.NotFound", "The vpc ID 'vpc-0123456789abcdef0' does not exist")
    assert refusal(ec2.describe_vpcs, VpcIds=["vpc-0123456789abcdef0"]) == told
    told = refusal(ec2.describe_subnets, Filters=[{"Name": "colour", "Values": ["red"]}])
    assert told == ("InvalidParameterValue", "The filter 'colour' is invalid")


def test_a_subnet_with_a_network_interface_stays(ec2: Any, vpc_id: str) -> None:
    subnet_id = made(ec2, vpc_id)
    interface = ec2.create_network_interface(SubnetId=subnet_id)["NetworkInterface"]["NetworkInterfaceId"]
    told = refusal(ec2.delete_subnet, SubnetId=subnet_id)
    assert told == (
        "DependencyViolation",
        f"The subnet '{subnet_id}' has dependencies and cannot be deleted.",
    )
    ec2.delete_network_interface(NetworkInterfaceId=interface)
    ec2.create_tags(Resources=[subnet_id], Tags=[{"Key": "Team", "Value": "a"}])
    ec2.delete_subnet(SubnetId=subnet_id)
    assert ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [subnet_id]}])["Tags"] == []
    code, _ = refusal(ec2.delete_subnet, SubnetId=subnet_id)
    assert code == "InvalidSubnetID.NotFound"


def test_a_deleted_subnet_leaves_its_route_table(ec2: Any, vpc_id: str) -> None:
    subnet_id = made(ec2, vpc_id)
    table_id = ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table_id, SubnetId=subnet_id)
    ec2.delete_subnet(SubnetId=subnet_id)
    ec2.delete_route_table(RouteTableId=table_id)
    ec2.delete_vpc(VpcId=vpc_id)


def test_a_vpc_goes_after_what_is_in_it(ec2: Any, vpc_id: str) -> None:
    group_id = ec2.create_security_group(GroupName="web", Description="d", VpcId=vpc_id)["GroupId"]
    gateway_id = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)
    told = ("DependencyViolation", f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")
    assert refusal(ec2.delete_vpc, VpcId=vpc_id) == told
    ec2.delete_security_group(GroupId=group_id)
    assert refusal(ec2.delete_vpc, VpcId=vpc_id) == told
    ec2.detach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)
    ec2.delete_vpc(VpcId=vpc_id)


def test_tags_are_deleted_all_at_once_or_by_key(ec2: Any, vpc_id: str) -> None:
    subnet_id = made(ec2, vpc_id, TagSpecifications=tagged("subnet", a="1", b="2", c="3"))
    ec2.delete_tags(Resources=[subnet_id], Tags=[{"Key": "a"}, {"Key": "b", "Value": "other"}])
    assert [tag["Key"] for tag in shown(ec2, subnet_id)["Tags"]] == ["b", "c"]
    ec2.delete_tags(Resources=[subnet_id])
    assert shown(ec2, subnet_id)["Tags"] == []
    told = refusal(ec2.create_tags, Resources=[subnet_id], Tags=[{"Key": "aws:a", "Value": "b"}])
    assert told == ("InvalidParameterValue", "Tag keys starting with 'aws:' are reserved for internal use")


def test_a_dry_run_changes_nothing(ec2: Any, vpc_id: str) -> None:
    told = refusal(ec2.create_subnet, VpcId=vpc_id, CidrBlock="10.0.1.0/24", DryRun=True)
    assert told == ("DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
    assert ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["Subnets"] == []
