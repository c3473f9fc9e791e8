"""Security groups: settings, tags, and deletes of groups in use."""

from typing import Any

import pytest

from tests.sandbox.network import ALL, REGION, made_vpc, refusal, tagged
from tests.sandbox.security_groups import ACCOUNT, made, opened, port, shown


@pytest.fixture
def vpc_id(ec2: Any) -> str:
    return made_vpc(ec2)


@pytest.fixture
def group_id(ec2: Any, vpc_id: str) -> str:
    return made(ec2, vpc_id)


def default_of(ec2: Any, vpc_id: str) -> Any:
    filters = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "group-name", "Values": ["default"]}]
    (group,) = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    return group


def test_a_new_group_shows_every_setting(ec2: Any, vpc_id: str) -> None:
    answer = ec2.create_security_group(
        GroupName="web",
        Description="the web",
        VpcId=vpc_id,
        TagSpecifications=tagged("security-group", Team="a"),
    )
    assert answer["Tags"] == [{"Key": "Team", "Value": "a"}]
    group_id = answer["GroupId"]
    assert shown(ec2, group_id) == {
        "GroupId": group_id,
        "GroupName": "web",
        "Description": "the web",
        "OwnerId": ACCOUNT,
        "VpcId": vpc_id,
        "SecurityGroupArn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/{group_id}",
        "IpPermissions": [],
        "IpPermissionsEgress": [{**ALL, "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}],
        "Tags": [{"Key": "Team", "Value": "a"}],
    }


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (
            {"GroupName": "sg-web"},
            "Invalid value 'sg-web' for groupName. Group names may not be in the format sg-*.",
        ),
        ({"GroupName": "default"}, "Cannot use reserved security group name: default"),
        (
            {"Description": "naïve"},
            "Value (naïve) for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported.",
        ),
        (
            {"Description": "a|b"},
            (
                "Invalid security group description. Valid descriptions are strings less than 256 characters from the "
                "following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"
            ),
        ),
        (
            {"TagSpecifications": tagged("subnet", a="b")},
            "'subnet' is not a valid taggable resource type for this operation.",
        ),
    ],
)
def test_a_group_that_cannot_be_is_refused(ec2: Any, vpc_id: str, wrong: dict[str, Any], text: str) -> None:
    params = {"GroupName": "web", "Description": "d", "VpcId": vpc_id, **wrong}
    assert refusal(ec2.create_security_group, **params) == ("InvalidParameterValue", text)


def test_a_group_wants_a_vpc_that_is_there(ec2: Any) -> None:
    params = {"GroupName": "web", "Description": "d", "VpcId": "vpc-0123456789abcdef0"}
    told = refusal(ec2.create_security_group, **params)
    assert told == ("InvalidVpcID.NotFound", "The vpc ID 'vpc-0123456789abcdef0' does not exist")


def test_names_differ_within_a_vpc_by_more_than_case(ec2: Any, vpc_id: str, group_id: str) -> None:
    told = refusal(ec2.create_security_group, GroupName="Web", Description="d", VpcId=vpc_id)
    assert told == ("InvalidGroup.Duplicate", f"The security group 'Web' already exists for VPC '{vpc_id}'")
    assert made(ec2, made_vpc(ec2)) != group_id


def test_the_default_group_lets_its_members_talk_and_stays(ec2: Any, vpc_id: str) -> None:
    group = default_of(ec2, vpc_id)
    (inbound,) = group["IpPermissions"]
    assert (inbound["IpProtocol"], inbound["UserIdGroupPairs"]) == (
        "-1",
        [{"UserId": ACCOUNT, "GroupId": group["GroupId"]}],
    )
    told = refusal(ec2.delete_security_group, GroupId=group["GroupId"])
    text = f'the specified group: "{group["GroupId"]}" name: "default" cannot be deleted by a user'
    assert told == ("CannotDelete", text)


def test_a_group_that_others_name_or_use_stays(ec2: Any, vpc_id: str, group_id: str) -> None:
    other = made(ec2, vpc_id, "other")
    named = [port(22, UserIdGroupPairs=[{"GroupId": group_id}])]
    opened(ec2, group_id, *named)  # its own rules do not prevent the deletion
    opened(ec2, other, *named)
    told = ("DependencyViolation", f"resource {group_id} has a dependent object")
    assert refusal(ec2.delete_security_group, GroupId=group_id) == told
    ec2.revoke_security_group_ingress(GroupId=other, IpPermissions=named)
    subnet_id = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    interface = ec2.create_network_interface(SubnetId=subnet_id, Groups=[group_id])["NetworkInterface"]
    assert refusal(ec2.delete_security_group, GroupId=group_id) == told
    ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    answer = ec2.delete_security_group(GroupId=group_id)
    assert (answer["Return"], answer["GroupId"]) == (True, group_id)
    missing = ("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
    assert refusal(ec2.delete_security_group, GroupId=group_id) == missing
    assert refusal(ec2.describe_security_groups, GroupIds=[group_id]) == missing


def test_a_deleted_group_leaves_no_tags(ec2: Any, vpc_id: str) -> None:
    group_id = made(ec2, vpc_id, TagSpecifications=tagged("security-group", a="b"))
    (rule,) = opened(
        ec2, group_id, port(22, "10.0.0.0/8"), TagSpecifications=tagged("security-group-rule", a="b")
    )
    tags = [{"Name": "resource-id", "Values": [group_id, rule["SecurityGroupRuleId"]]}]
    assert len(ec2.describe_tags(Filters=tags)["Tags"]) == 2
    ec2.delete_security_group(GroupId=group_id)
    assert ec2.describe_tags(Filters=tags)["Tags"] == []


def test_a_group_is_named_by_id_but_for_the_default_vpc(ec2: Any, vpc_id: str) -> None:
    group_id = made(ec2, vpc_id, "named")
    code, text = refusal(ec2.describe_security_groups, GroupNames=["named"])
    assert code == "InvalidGroup.NotFound"
    assert text.startswith("The security group 'named' does not exist in default VPC 'vpc-")
    here = ec2.create_security_group(GroupName="named", Description="d")["GroupId"]
    (found,) = ec2.describe_security_groups(GroupNames=["named"])["SecurityGroups"]
    assert found["GroupId"] == here != group_id
    told = refusal(ec2.describe_security_groups, GroupIds=["web"])
    assert told == ("InvalidGroupId.Malformed", 'Invalid id: "web" (expecting "sg-...")')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("description", "the *"),
        ("group-name", "one"),
        ("ip-permission.cidr", "10.9.0.0/16"),
        ("ip-permission.from-port", "99"),
        ("ip-permission.ipv6-cidr", "2001:db8::/32"),
        ("ip-permission.group-id", None),
        ("ip-permission.protocol", "tcp"),
        ("egress.ip-permission.to-port", "99"),
        ("tag:Team", "a"),
    ],
)
def test_groups_are_found_by_each_filter(
    ec2: Any, vpc_id: str, group_id: str, name: str, value: str | None
) -> None:
    one = ec2.create_security_group(GroupName="one", Description="the one", VpcId=vpc_id)["GroupId"]
    opened(
        ec2,
        one,
        port(
            99,
            "10.9.0.0/16",
            Ipv6Ranges=[{"CidrIpv6": "2001:db8::/32"}],
            UserIdGroupPairs=[{"GroupId": group_id}],
        ),
    )
    ec2.authorize_security_group_egress(GroupId=one, IpPermissions=[port(99, "10.9.0.0/16")])
    ec2.create_tags(Resources=[one], Tags=[{"Key": "Team", "Value": "a"}])
    filters = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": name, "Values": [value or group_id]}]
    found = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    assert [group["GroupId"] for group in found] == [one]


def test_groups_and_rules_are_described_in_pages(ec2: Any, vpc_id: str, group_id: str) -> None:
    for number in range(5):
        made(ec2, vpc_id, f"g{number}")
    opened(ec2, group_id, port(22, *(f"10.0.{number}.0/24" for number in range(6))))

    def sizes(operation: str, key: str, name: str, value: str) -> list[int]:
        filters = [{"Name": name, "Values": [value]}]
        pages = ec2.get_paginator(operation).paginate(Filters=filters, PaginationConfig={"PageSize": 5})
        return [len(page[key]) for page in pages]

    assert sizes("describe_security_groups", "SecurityGroups", "vpc-id", vpc_id) == [5, 2]
    assert sizes("describe_security_group_rules", "SecurityGroupRules", "group-id", group_id) == [5, 2]
