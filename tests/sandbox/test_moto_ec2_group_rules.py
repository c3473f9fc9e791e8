"""The rules of security groups: authorize, modify, revoke, and their canonical form."""

from typing import Any

import pytest

from tests.sandbox.network import ALL, REGION, made_vpc, refusal, tagged
from tests.sandbox.security_groups import ACCOUNT, made, opened, port, rules_of, shown

NOT_THERE = "sg-0123456789abcdef0"


@pytest.fixture
def vpc_id(ec2: Any) -> str:
    return made_vpc(ec2)


@pytest.fixture
def group_id(ec2: Any, vpc_id: str) -> str:
    return made(ec2, vpc_id)


def test_rules_of_every_kind_come_back(ec2: Any, vpc_id: str, group_id: str) -> None:
    other = made(ec2, vpc_id, "other")
    lists = ec2.create_managed_prefix_list(PrefixListName="l", MaxEntries=1, AddressFamily="IPv4")
    prefix = lists["PrefixList"]["PrefixListId"]
    opened(
        ec2,
        group_id,
        port(
            443,
            UserIdGroupPairs=[{"GroupId": other, "Description": "others"}],
            PrefixListIds=[{"PrefixListId": prefix, "Description": "listed"}],
            Ipv6Ranges=[{"CidrIpv6": "2001:DB8::1/32", "Description": "six"}],
            IpRanges=[{"CidrIp": "100.68.0.18/18", "Description": "four"}],
        ),
        {"IpProtocol": "1", "FromPort": 8, "ToPort": -1, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
        {"IpProtocol": "icmpv6", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
        {"IpProtocol": "50", "FromPort": 1, "ToPort": 2, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
    )
    tcp, icmp, icmpv6, esp = shown(ec2, group_id)["IpPermissions"]
    assert tcp == {
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "IpRanges": [{"CidrIp": "100.68.0.0/18", "Description": "four"}],
        "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32", "Description": "six"}],
        "PrefixListIds": [{"PrefixListId": prefix, "Description": "listed"}],
        "UserIdGroupPairs": [{"GroupId": other, "UserId": ACCOUNT, "Description": "others"}],
    }
    assert (icmp["IpProtocol"], icmp["FromPort"], icmp["ToPort"]) == ("icmp", 8, -1)
    assert (icmpv6["FromPort"], icmpv6["ToPort"]) == (-1, -1)
    assert (esp["IpProtocol"], "FromPort" in esp) == ("50", False)
    shown_alone = rules_of(ec2, group_id)
    assert [rule.get("Description") for rule in shown_alone[:4]] == ["four", "six", "listed", "others"]
    assert shown_alone[3]["ReferencedGroupInfo"] == {"GroupId": other, "UserId": ACCOUNT}
    assert shown_alone[2]["PrefixListId"] == prefix
    assert (shown_alone[-1]["FromPort"], shown_alone[-1]["ToPort"]) == (-1, -1)


def test_a_rule_has_an_id_an_arn_and_tags(ec2: Any, group_id: str) -> None:
    specification = tagged("security-group-rule", Team="a")
    both = opened(
        ec2, group_id, port(80, "10.0.0.0/8"), port(81, "10.0.0.0/8"), TagSpecifications=specification
    )
    first = both[0]
    rule_id = first["SecurityGroupRuleId"]
    assert [rule["Tags"] for rule in both] == [[{"Key": "Team", "Value": "a"}]] * 2
    assert first["SecurityGroupRuleArn"] == f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group-rule/{rule_id}"
    ec2.create_tags(Resources=[rule_id], Tags=[{"Key": "Team", "Value": "b"}])
    found = ec2.describe_security_group_rules(Filters=[{"Name": "tag:Team", "Values": ["b"]}])
    assert [rule["SecurityGroupRuleId"] for rule in found["SecurityGroupRules"]] == [rule_id]
    told = refusal(ec2.create_tags, Resources=["sgr-0123456789abcdef0"], Tags=[{"Key": "Team", "Value": "b"}])
    text = "The security group rule ID 'sgr-0123456789abcdef0' does not exist"
    assert told == ("InvalidSecurityGroupRuleId.NotFound", text)


@pytest.mark.parametrize(
    ("permission", "peer"),
    [
        (port(22, "10.0.0.9/8"), "peer: 10.0.0.0/8, TCP, from port: 22, to port: 22, ALLOW"),
        (ALL, "peer: 0.0.0.0/0, ALL, ALLOW"),
        ({**ALL, "IpProtocol": "50"}, "peer: 0.0.0.0/0, protocol: 50, ALLOW"),
    ],
)
def test_a_rule_that_is_there_is_refused_and_no_other_is_made(
    ec2: Any, group_id: str, permission: Any, peer: str
) -> None:
    opened(ec2, group_id, permission)
    both = [port(99, "10.0.0.0/8"), permission]
    told = refusal(ec2.authorize_security_group_ingress, GroupId=group_id, IpPermissions=both)
    assert told == ("InvalidPermission.Duplicate", f'the specified rule "{peer}" already exists')
    assert len(rules_of(ec2, group_id)) == 1


def test_a_description_makes_no_other_rule(ec2: Any, vpc_id: str, group_id: str) -> None:
    other = made(ec2, vpc_id, "other")
    opened(ec2, group_id, port(22, UserIdGroupPairs=[{"GroupId": other, "Description": "a"}]))
    again = [port(22, UserIdGroupPairs=[{"GroupId": other, "Description": "b"}])]
    code, _ = refusal(ec2.authorize_security_group_ingress, GroupId=group_id, IpPermissions=again)
    assert code == "InvalidPermission.Duplicate"
    ec2.revoke_security_group_ingress(
        GroupId=group_id, IpPermissions=[port(22, UserIdGroupPairs=[{"GroupId": other}])]
    )
    assert rules_of(ec2, group_id) == []


@pytest.mark.parametrize(
    ("permission", "code", "text"),
    [
        (
            {"IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
            "InvalidParameterValue",
            "Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly.",
        ),
        (
            {"IpProtocol": "tcp", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
            "InvalidParameterValue",
            "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
        ),
        (
            {**ALL, "IpProtocol": "tcp", "FromPort": 8080, "ToPort": 80},
            "InvalidParameterValue",
            "Invalid TCP/UDP port range (8080:80)",
        ),
        (port(65536, "10.0.0.0/8"), "InvalidParameterValue", "TCP/UDP port (65536) out of range"),
        (port(22, "10.0.0"), "InvalidParameterValue", "CIDR block 10.0.0 is malformed"),
        (
            port(22, "10.0.0.0/8", "10.0.0.1/8"),
            "InvalidParameterValue",
            "The same permission must not appear multiple times",
        ),
        (
            port(22, UserIdGroupPairs=[{"GroupId": NOT_THERE}]),
            "InvalidGroup.NotFound",
            f"The security group '{NOT_THERE}' does not exist",
        ),
        (
            port(22, PrefixListIds=[{"PrefixListId": "pl-0123"}]),
            "InvalidPrefixListID.NotFound",
            "The prefix list ID 'pl-0123' does not exist",
        ),
        (
            port(22, IpRanges=[{"CidrIp": "10.0.0.0/8", "Description": "a|b"}]),
            "InvalidParameterValue",
            (
                "Invalid rule description. Valid descriptions are strings less than 256 characters from the following "
                "set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"
            ),
        ),
    ],
)
def test_a_rule_that_cannot_be_is_refused(
    ec2: Any, group_id: str, permission: Any, code: str, text: str
) -> None:
    for authorize in (ec2.authorize_security_group_ingress, ec2.authorize_security_group_egress):
        assert refusal(authorize, GroupId=group_id, IpPermissions=[permission]) == (code, text)


def test_a_group_of_another_vpc_is_no_source(ec2: Any, group_id: str) -> None:
    elsewhere = made(ec2, made_vpc(ec2))
    wrong = [port(22, UserIdGroupPairs=[{"GroupId": elsewhere}])]
    told = refusal(ec2.authorize_security_group_ingress, GroupId=group_id, IpPermissions=wrong)
    text = "You have specified two resources that belong to different networks."
    assert told == ("InvalidGroup.NotFound", text)


def test_sixty_rules_are_there_for_ipv4_and_for_ipv6(ec2: Any, group_id: str) -> None:
    four, six = [f"10.0.{number}.0/24" for number in range(60)], [f"2001:{n:x}::/32" for n in range(60)]
    opened(ec2, group_id, port(22, *four), port(22, Ipv6Ranges=[{"CidrIpv6": each} for each in six]))
    told = refusal(
        ec2.authorize_security_group_ingress, GroupId=group_id, IpPermissions=[port(23, "10.0.0.0/8")]
    )
    text = "The maximum number of rules per security group has been reached."
    assert told == ("RulesPerSecurityGroupLimitExceeded", text)


def test_rules_go_by_id_or_by_what_they_say(ec2: Any, group_id: str) -> None:
    first, *_ = opened(ec2, group_id, port(80, "10.0.0.0/8", "10.1.0.0/16"), port(81, "10.0.0.0/8"))
    by_id = ec2.revoke_security_group_ingress(
        GroupId=group_id, SecurityGroupRuleIds=[first["SecurityGroupRuleId"]]
    )
    (gone,) = by_id["RevokedSecurityGroupRules"]
    assert (gone["SecurityGroupRuleId"], gone["CidrIpv4"]) == (first["SecurityGroupRuleId"], "10.0.0.0/8")
    wrong = [port(81, "10.0.0.0/8"), port(82, "10.0.0.0/8")]
    told = refusal(ec2.revoke_security_group_ingress, GroupId=group_id, IpPermissions=wrong)
    text = "The specified rule does not exist in this security group."
    assert told == ("InvalidPermission.NotFound", text)
    assert [rule["FromPort"] for rule in rules_of(ec2, group_id)] == [80, 81]
    ec2.revoke_security_group_ingress(
        GroupId=group_id, CidrIp="10.0.0.9/8", IpProtocol="tcp", FromPort=81, ToPort=81
    )
    assert [rule["CidrIpv4"] for rule in rules_of(ec2, group_id)] == ["10.1.0.0/16"]
    told = refusal(
        ec2.revoke_security_group_ingress,
        GroupId=group_id,
        SecurityGroupRuleIds=[first["SecurityGroupRuleId"]],
    )
    assert told[0] == "InvalidSecurityGroupRuleId.NotFound"


def test_in_the_default_vpc_rules_that_are_not_there_are_only_told(ec2: Any) -> None:
    group_id = ec2.create_security_group(GroupName="web", Description="d")["GroupId"]
    answer = ec2.revoke_security_group_ingress(GroupId=group_id, IpPermissions=[port(22, "10.0.0.0/8")])
    (unknown,) = answer["UnknownIpPermissions"]
    assert (unknown["FromPort"], unknown["IpRanges"]) == (22, [{"CidrIp": "10.0.0.0/8"}])


def test_egress_rules_go_and_come(ec2: Any, group_id: str) -> None:
    ec2.revoke_security_group_egress(GroupId=group_id, IpPermissions=[ALL])
    assert shown(ec2, group_id)["IpPermissionsEgress"] == []
    made_rules = ec2.authorize_security_group_egress(
        GroupId=group_id,
        IpPermissions=[port(443, "0.0.0.0/0")],
        TagSpecifications=tagged("security-group-rule", a="b"),
    )["SecurityGroupRules"]
    assert [(rule["IsEgress"], rule["FromPort"]) for rule in made_rules] == [(True, 443)]
    assert rules_of(ec2, group_id, egress=True) == made_rules


def test_rules_are_modified_whatever_they_are_for(ec2: Any, vpc_id: str, group_id: str) -> None:
    one, two = made(ec2, vpc_id, "one"), made(ec2, vpc_id, "two")
    rules = opened(
        ec2,
        group_id,
        port(22, IpRanges=[{"CidrIp": "10.0.0.0/8", "Description": "kept"}]),
        port(22, Ipv6Ranges=[{"CidrIpv6": "2001:db8::/32"}]),
        port(22, UserIdGroupPairs=[{"GroupId": one}]),
    )
    new: list[dict[str, Any]] = [
        {"IpProtocol": "udp", "FromPort": 53, "ToPort": 54, "CidrIpv4": "10.1.0.7/16"},
        {"IpProtocol": "-1", "CidrIpv6": "2001:db9::/32", "Description": "six"},
        {"IpProtocol": "tcp", "FromPort": 23, "ToPort": 23, "ReferencedGroupId": two, "Description": "two"},
    ]
    changes = [
        {"SecurityGroupRuleId": rule["SecurityGroupRuleId"], "SecurityGroupRule": change}
        for rule, change in zip(rules, new, strict=True)
    ]
    ec2.modify_security_group_rules(GroupId=group_id, SecurityGroupRules=changes)
    four, six, group = rules_of(ec2, group_id)
    assert (four["IpProtocol"], four["FromPort"], four["ToPort"]) == ("udp", 53, 54)
    assert (four["CidrIpv4"], four["Description"]) == ("10.1.0.0/16", "kept")
    assert (six["IpProtocol"], six["CidrIpv6"], six["Description"]) == ("-1", "2001:db9::/32", "six")
    assert (group["ReferencedGroupInfo"]["GroupId"], group["Description"]) == (two, "two")


def test_a_modified_rule_stays_for_the_same_and_is_no_other_rule(ec2: Any, group_id: str) -> None:
    first, _ = opened(ec2, group_id, port(22, "10.0.0.0/8", "10.1.0.0/16"))
    rule_id = first["SecurityGroupRuleId"]

    def told(**change: Any) -> tuple[str, str]:
        whole = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, **change}
        return refusal(
            ec2.modify_security_group_rules,
            GroupId=group_id,
            SecurityGroupRules=[{"SecurityGroupRuleId": rule_id, "SecurityGroupRule": whole}],
        )

    code, text = told(CidrIpv6="::/0")
    assert code == "InvalidParameterValue"
    assert text.startswith(f"Invalid rule type for security group rule '{rule_id}'.")
    assert told(CidrIpv4="10.1.0.0/16")[0] == "InvalidPermission.Duplicate"
    assert told(CidrIpv4="10.1.0.0/16", CidrIpv6="::/0")[0] == "InvalidParameterCombination"
    assert told()[0] == "MissingParameter"
    assert [rule["CidrIpv4"] for rule in rules_of(ec2, group_id)] == ["10.0.0.0/8", "10.1.0.0/16"]


def test_descriptions_change_by_id_or_by_what_a_rule_says_and_go(
    ec2: Any, vpc_id: str, group_id: str
) -> None:
    other = made(ec2, vpc_id, "other")
    (rule,) = opened(ec2, group_id, port(22, UserIdGroupPairs=[{"GroupId": other, "Description": "a"}]))
    rule_id, update = rule["SecurityGroupRuleId"], ec2.update_security_group_rule_descriptions_ingress

    def description() -> str | None:
        (shown_rule,) = rules_of(ec2, group_id)
        text: str | None = shown_rule.get("Description")
        return text

    answer = update(
        GroupId=group_id, IpPermissions=[port(22, UserIdGroupPairs=[{"GroupId": other, "Description": "b"}])]
    )
    assert (answer["Return"], description()) == (True, "b")
    by_id = [{"SecurityGroupRuleId": rule_id, "Description": "c"}]
    update(GroupId=group_id, SecurityGroupRuleDescriptions=by_id)
    assert description() == "c"
    update(GroupId=group_id, IpPermissions=[port(22, UserIdGroupPairs=[{"GroupId": other}])])
    assert description() is None
    wrong = [port(23, UserIdGroupPairs=[{"GroupId": other}])]
    assert refusal(update, GroupId=group_id, IpPermissions=wrong)[0] == "InvalidPermission.NotFound"
    ec2.update_security_group_rule_descriptions_egress(
        GroupId=group_id,
        IpPermissions=[{**ALL, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "out"}]}],
    )
    assert [each["Description"] for each in rules_of(ec2, group_id, egress=True)] == ["out"]
