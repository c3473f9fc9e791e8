"""Passes over subnets and security groups: changes by others, cycles of groups, and existing resources."""

from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.desired import InvalidStack
from reconciler.iam import grants, policy_of
from reconciler.kinds import known_kinds
from reconciler.permissions import Location
from tests.resources.live_harness import LiveHarness, fields, messages

pytestmark = pytest.mark.whole

HTTPS = {"ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "10.0.0.0/8"}
WORLD = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
WITHIN = {"ip_protocol": "tcp", "from_port": 5432, "to_port": 5432}


def group(**settings: Any) -> dict[str, Any]:
    return {"description": "of the desk", **settings}


def groups(**settings: Mapping[str, Any]) -> dict[str, Any]:
    return {"ec2.security_group": {name: group(**each) for name, each in settings.items()}}


def allows(name: str) -> dict[str, Any]:
    """Allow traffic from the members of another group."""
    return {"ingress": [{**WITHIN, "referenced_group_id": f"${{ec2.security_group:{name}#id}}"}]}


def subnet(**settings: Any) -> dict[str, Any]:
    return {"ec2.subnet": {"private-a": {"cidr_block": "172.31.96.0/20", **settings}}}


@pytest.fixture
def ec2(harness: LiveHarness) -> Any:
    return harness.client("ec2")


def live(ec2: Any, name: str) -> dict[str, Any]:
    filters = [{"Name": "tag:reconciler:key", "Values": [name]}]
    (found,) = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    return dict(found)


def mine(ec2: Any) -> list[str]:
    """The keys in the marks of all marked groups and subnets."""
    filters = [{"Name": "tag-key", "Values": ["reconciler:key"]}]
    found = ec2.describe_subnets(Filters=filters)["Subnets"]
    found += ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    return sorted(tag["Value"] for each in found for tag in each["Tags"] if tag["Key"] == "reconciler:key")


# -- rules ---------------------------------------------------------------------------------------------------------


def test_a_rule_that_opens_a_group_to_the_world_is_named_and_revoked_by_one_call(
    harness: LiveHarness, ec2: Any
) -> None:
    wanted = groups(web={"ingress": [HTTPS]})
    harness.settle(wanted)
    web = live(ec2, "web")["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=web, IpPermissions=[WORLD])
    report = harness.run(wanted)
    assert (report.outcome, fields(report)) == ("settled", ["ingress[tcp/22/22/0.0.0.0/0]"])
    assert report.plan.deletes == 1
    assert harness.calls == [("RevokeSecurityGroupIngress", {"GroupId": web, "IpPermissions": [WORLD]})]
    harness.require_quiet(wanted)


def test_rules_that_nobody_wrote_are_left_alone(harness: LiveHarness, ec2: Any) -> None:
    harness.settle(groups(web={}))
    web = live(ec2, "web")["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=web, IpPermissions=[WORLD])
    harness.require_quiet(groups(web={}))


def test_a_rule_is_added_before_another_one_goes(harness: LiveHarness) -> None:
    harness.settle(groups(web={"ingress": [HTTPS]}))
    harness.settle(groups(web={"ingress": [HTTPS]}))
    report = harness.run(groups(web={"ingress": [{**HTTPS, "from_port": 80, "to_port": 80}]}))
    assert report.outcome == "settled"
    assert [name for name, _ in harness.calls] == [
        "AuthorizeSecurityGroupIngress",
        "RevokeSecurityGroupIngress",
    ]


def test_what_is_added_meanwhile_by_somebody_else_holds_up_no_other_rule(
    harness: LiveHarness, ec2: Any
) -> None:
    other = {**HTTPS, "from_port": 80, "to_port": 80}
    harness.settle(groups(web={"ingress": []}))
    box = harness.box

    def add_first(attempt: Any) -> None:
        if attempt.operation == "AuthorizeSecurityGroupIngress":
            box.end_faults()
            rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
            ec2.authorize_security_group_ingress(GroupId=live(ec2, "web")["GroupId"], IpPermissions=[rule])

    box.inject(add_first)
    report = harness.run(groups(web={"ingress": [HTTPS, other]}))
    assert report.outcome == "settled", messages(report)
    harness.require_quiet(groups(web={"ingress": [HTTPS, other]}))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({**HTTPS, "cidr_ipv4": "10.0.0.1/8"}, "AWS writes this block as 10.0.0.0/8"),
        ({**HTTPS, "cidr_ipv4": "10.0.0.0"}, "expected a block of addresses, such as 10.0.0.0/16"),
        ({**HTTPS, "cidr_ipv6": "::/0"}, "a rule needs exactly one peer"),
        ({**HTTPS, "ip_protocol": "6"}, "expected tcp, udp, icmp or icmpv6, the number of another protocol"),
        ({**HTTPS, "ip_protocol": "-1"}, "protocol -1 has no ports; leave out from_port and to_port"),
        (
            {**HTTPS, "from_port": 444},
            "expected ports from 0 to 65535, and the first before the last, not 444 to 443",
        ),
        ({"ip_protocol": "tcp", "cidr_ipv4": "10.0.0.0/8"}, "tcp needs from_port and to_port"),
        ({"ip_protocol": "icmp", "cidr_ipv4": "10.0.0.0/8"}, "icmp needs its type in from_port"),
        ({**HTTPS, "user_id": "123456789012"}, "user_id is the account of referenced_group_id"),
    ],
)
def test_a_rule_that_aws_refuses_or_writes_otherwise_is_a_mistake(
    harness: LiveHarness, rule: Mapping[str, Any], said: str
) -> None:
    with pytest.raises(InvalidStack, match=said):
        harness.run(groups(web={"ingress": [rule]}))


def test_the_same_rule_twice_is_a_mistake(harness: LiveHarness) -> None:
    with pytest.raises(InvalidStack, match="an earlier one has the same ip_protocol"):
        harness.run(groups(web={"ingress": [HTTPS, {**HTTPS, "description": "again"}]}))


# -- cycles ---------------------------------------------------------------------------------------------------------


def test_groups_that_allow_each_other_are_made_and_deleted_in_one_pass_each(
    harness: LiveHarness, ec2: Any
) -> None:
    cycle = groups(a=allows("b"), b=allows("c"), c={**allows("a"), "egress": []}, alone={})
    harness.settle(cycle)
    (permission,) = live(ec2, "c")["IpPermissions"]
    assert permission["UserIdGroupPairs"][0]["GroupId"] == live(ec2, "a")["GroupId"]
    harness.settle(groups(alone={}), prune=True, guard={"max_percent": 100})
    assert mine(ec2) == ["alone"]


def test_a_group_that_something_else_refers_to_stays_and_who_uses_it_is_named(
    harness: LiveHarness, ec2: Any
) -> None:
    harness.settle(groups(a={}, b={}))
    other = ec2.create_security_group(GroupName="strange", Description="not ours")["GroupId"]
    pair = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": live(ec2, "a")["GroupId"]}]}
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[pair])
    report = harness.run(groups(b={}), prune=True, guard={"max_percent": 100})
    (said,) = messages(report)
    assert "DependencyViolation" in said
    assert "it is used by ec2.security_group/strange" in said
    assert mine(ec2) == ["a", "b"]


def test_a_group_goes_once_its_user_has_let_go_of_it(harness: LiveHarness, ec2: Any) -> None:
    harness.settle(groups(a=allows("b"), b={}))
    harness.settle(groups(a={"ingress": []}), prune=True, guard={"max_percent": 100})
    assert mine(ec2) == ["a"]


# -- names, places and what exists ---------------------------------------------------------------------------------


def test_a_group_is_told_from_one_of_the_same_name_in_another_vpc(harness: LiveHarness, ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    theirs = ec2.create_security_group(GroupName="web", Description="of the desk", VpcId=vpc)["GroupId"]
    harness.settle(groups(web={}))
    assert live(ec2, "web")["GroupId"] != theirs
    assert not ec2.describe_security_groups(GroupIds=[theirs])["SecurityGroups"][0].get("Tags")


def test_of_unmarked_groups_of_one_name_the_one_in_its_own_vpc_is_judged(
    harness: LiveHarness, ec2: Any
) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    ec2.create_security_group(GroupName="web", Description="of the desk", VpcId=vpc)
    ours = ec2.create_security_group(GroupName="web", Description="of somebody")["GroupId"]
    report = harness.run(groups(web={}))
    assert "adopt: true" in str(report.plan.actions)
    assert harness.calls == []
    harness.settle(groups(web={"description": "of somebody"}))
    assert live(ec2, "web")["GroupId"] == ours


def test_the_default_group_is_adopted_and_never_deleted(harness: LiveHarness, ec2: Any) -> None:
    default = {"default": {"adopt": True, "ingress": []}, "web": group()}
    harness.settle({"ec2.security_group": default})
    assert live(ec2, "default")["IpPermissions"] == []
    report = harness.settle(groups(web={}), prune=True, guard={"max_percent": 100})
    assert [action.verb for action in report.plan.actions.values()] == ["release"]
    assert mine(ec2) == ["web"]


def test_without_a_vpc_the_default_one_is_meant(harness: LiveHarness, ec2: Any) -> None:
    harness.settle({**subnet(), **groups(web={})})
    (default,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    assert live(ec2, "web")["VpcId"] == default["VpcId"]


def test_addresses_that_a_strange_subnet_has_are_refused_with_what_aws_says(
    harness: LiveHarness, ec2: Any
) -> None:
    report = harness.run(subnet(cidr_block="172.31.0.0/24"))
    (said,) = messages(report)
    assert "refused: create_subnet: InvalidSubnet.Conflict: " in said
    assert mine(ec2) == []


def test_the_tag_name_of_a_subnet_is_a_tag_like_any_other(harness: LiveHarness, ec2: Any) -> None:
    harness.settle(subnet(tags={"Name": "anything"}))
    harness.settle(subnet())
    (found,) = ec2.describe_subnets(Filters=[{"Name": "tag:Name", "Values": ["anything"]}])["Subnets"]
    ec2.create_tags(Resources=[found["SubnetId"]], Tags=[{"Key": "Name", "Value": "by hand"}])
    harness.require_quiet(subnet())
    assert mine(ec2) == ["private-a"]


CHOICES = {
    "by its id": lambda made: {"id": made["SubnetId"]},
    "by a tag": lambda _made: {"tags": {"Name": "theirs"}},
    "by fields": lambda made: {"vpc_id": made["VpcId"], "cidr_block": "172.31.96.0/20"},
}


@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES.keys())
def test_a_subnet_that_exists_is_chosen(harness: LiveHarness, ec2: Any, choice: Any) -> None:
    (default,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    tags = [{"ResourceType": "subnet", "Tags": [{"Key": "Name", "Value": "theirs"}]}]
    made = ec2.create_subnet(VpcId=default["VpcId"], CidrBlock="172.31.96.0/20", TagSpecifications=tags)[
        "Subnet"
    ]
    wanted = {
        "ec2.subnet": {"theirs": {"existing": choice(made)}},
        **groups(
            web={
                "tags": {"Beside": "${ec2.subnet:theirs#id}", "Addresses": "${ec2.subnet:theirs#cidr_block}"}
            }
        ),
    }
    harness.settle(wanted)
    tags_now = {each["Key"]: each["Value"] for each in live(ec2, "web")["Tags"]}
    assert (tags_now["Beside"], tags_now["Addresses"]) == (made["SubnetId"], "172.31.96.0/20")
    assert mine(ec2) == ["web"]


def test_what_is_chosen_and_matches_none_or_several_is_refused(harness: LiveHarness) -> None:
    none = harness.run({"ec2.subnet": {"theirs": {"existing": {"id": "subnet-0"}}}})
    assert messages(none) == [
        "ec2.subnet/theirs: refused: `existing` asks for id subnet-0, and AWS has no such ec2.subnet"
    ]
    (several,) = messages(harness.run({"ec2.subnet": {"theirs": {"existing": {"tags": {}}}}}))
    assert "and AWS has 3 such ec2.subnet: arn:aws:ec2:eu-west-2:123456789012:subnet/subnet-" in several


def test_a_group_that_exists_is_chosen_by_its_name_and_vpc(harness: LiveHarness, ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    theirs = ec2.create_security_group(GroupName="web", Description="theirs", VpcId=vpc)["GroupId"]
    existing = {"there": {"existing": {"name": "web", "vpc_id": vpc}}, "default": {"existing": True}}
    wanted = {"ec2.security_group": {**existing, "db": group(tags={"Web": "${ec2.security_group:there#id}"})}}
    harness.settle(wanted)
    assert {"Key": "Web", "Value": theirs} in live(ec2, "db")["Tags"]


@pytest.mark.parametrize(
    ("existing", "said"),
    [
        (True, "AWS has no name for a ec2.subnet; name the values by which it is found"),
        ({}, "name the values by which it is found: one or more of availability_zone"),
        ({"ids": "subnet-0"}, "there is no such field"),
        ({"id": 7}, "expected text, got"),
        ({"cidr_block": "10.0.0.1/8"}, "AWS writes this block as 10.0.0.0/8"),
    ],
)
def test_a_choice_that_cannot_be_is_a_mistake(harness: LiveHarness, existing: Any, said: str) -> None:
    with pytest.raises(InvalidStack, match=said):
        harness.run({"ec2.subnet": {"theirs": {"existing": existing}}})


def test_a_kind_that_is_found_by_its_name_alone_says_so(harness: LiveHarness) -> None:
    with pytest.raises(
        InvalidStack, match=r"a s3\.bucket that exists is found by its name alone; write `existing: true`"
    ):
        harness.run({"s3.bucket": {"theirs": {"existing": {"id": "theirs"}}}})


# -- IAM -----------------------------------------------------------------------------------------------------------


def test_the_policy_names_every_type_that_a_call_is_checked_against(harness: LiveHarness) -> None:
    report = harness.run({**subnet(), **groups(web={"ingress": [HTTPS]})}, dry_run=True)
    policy = policy_of(grants(report.stack, known_kinds(), Location("aws", "eu-west-2", "123456789012")))
    allowed = {action: set(each["Resource"]) for each in policy["Statement"] for action in each["Action"]}
    place = "arn:aws:ec2:eu-west-2:123456789012"
    assert allowed["ec2:CreateSubnet"] == {f"{place}:subnet/*", f"{place}:vpc/*"}
    assert allowed["ec2:CreateSecurityGroup"] == {f"{place}:security-group/*", f"{place}:vpc/*"}
    assert allowed["ec2:CreateTags"] == {f"{place}:security-group/*", f"{place}:subnet/*"}
    assert allowed["ec2:RevokeSecurityGroupIngress"] == {f"{place}:security-group/*"}
    everywhere = {action for action, arns in allowed.items() if arns == {"*"}}
    assert everywhere == {
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
        "sts:GetCallerIdentity",
        "tag:GetResources",
    }
