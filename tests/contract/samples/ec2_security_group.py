"""ec2.security_group."""

from typing import Any

from reconciler.testing import Change, Drift, Given, Sample, Settings

ACCOUNT = "123456789012"
HTTPS: Settings = {
    "ip_protocol": "tcp",
    "from_port": 443,
    "to_port": 443,
    "cidr_ipv4": "10.0.0.0/8",
    "description": "HTTPS from inside",
}
PINGS: Settings = {"ip_protocol": "icmp", "from_port": 8, "to_port": -1, "cidr_ipv4": "10.1.0.0/16"}
FROM_GROUP: Settings = {
    "ip_protocol": "tcp",
    "from_port": 5432,
    "to_port": 5432,
    "referenced_group_id": "${another_group}",
    "user_id": ACCOUNT,
    "description": "the database",
}
FROM_LIST: Settings = {"ip_protocol": "udp", "from_port": 53, "to_port": 53, "prefix_list_id": "${one_list}"}
ALL_V6: Settings = {"ip_protocol": "-1", "cidr_ipv6": "2001:db8::/32", "description": "all within"}
EVERYTHING: Settings = {"ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0"}


def of(rule: Settings, **changed: Any) -> Settings:
    return {**rule, **changed}


def group(name: str) -> Settings:
    return {"GroupName": name, "Description": "of the suite", "VpcId": "${one_vpc}"}


IN, IN_TOLD, NOT_IN = (
    "AuthorizeSecurityGroupIngress",
    "UpdateSecurityGroupRuleDescriptionsIngress",
    "RevokeSecurityGroupIngress",
)
OUT, OUT_TOLD, NOT_OUT = (each.replace("Ingress", "Egress") for each in (IN, IN_TOLD, NOT_IN))
LISTED = {"PrefixListName": "offices", "MaxEntries": 5, "AddressFamily": "IPv4"}

SAMPLE = Sample(
    name="web",
    given=(
        Given("ec2", "create_vpc", {"CidrBlock": "10.0.0.0/16"}, "one_vpc", "Vpc.VpcId", like="vpc-01234567"),
        Given(
            "ec2", "create_vpc", {"CidrBlock": "10.9.0.0/16"}, "another_vpc", "Vpc.VpcId", like="vpc-12345678"
        ),
        Given(
            "ec2", "create_managed_prefix_list", LISTED, "one_list", "PrefixList.PrefixListId", like="pl-1234"
        ),
        Given(
            "ec2",
            "create_managed_prefix_list",
            LISTED,
            "another_list",
            "PrefixList.PrefixListId",
            like="pl-2345",
        ),
        Given(
            "ec2", "create_security_group", group("another"), "another_group", "GroupId", like="sg-01234567"
        ),
        Given("ec2", "create_security_group", group("a third"), "third_group", "GroupId", like="sg-12345678"),
    ),
    base={
        "vpc_id": "${one_vpc}",
        "description": "web servers",
        "ingress": [HTTPS, FROM_GROUP, PINGS],
        "egress": [ALL_V6, FROM_LIST],
        "tags": {"Team": "shop"},
    },
    forms={"in the default VPC": {"description": "by default", "egress": [EVERYTHING]}},
    changes=(
        Change("vpc_id", "${another_vpc}", refused="AWS cannot change vpc_id"),
        Change("description", "other servers", refused="AWS cannot change description"),
        Change("ingress", [of(HTTPS, description="HTTPS"), FROM_GROUP, PINGS], (IN_TOLD,), "described anew"),
        Change("ingress", [PINGS, of(HTTPS, description=None), FROM_GROUP], (IN_TOLD,), "not described"),
        Change("ingress", [HTTPS, FROM_GROUP, PINGS, FROM_LIST], (IN,), "one more"),
        Change("ingress", [HTTPS, PINGS], (NOT_IN,), "one fewer"),
        Change(
            "ingress",
            [
                of(HTTPS, from_port=80, to_port=8080, cidr_ipv4="10.2.0.0/16", description="HTTP"),
                of(FROM_GROUP, referenced_group_id="${third_group}"),
                of(ALL_V6, ip_protocol="50"),
            ],
            (IN, NOT_IN),
            "others",
        ),
        Change("ingress", [], (NOT_IN,), "none"),
        Change("ingress", None, (NOT_IN,), "cleared"),
        Change(
            "egress",
            [
                of(ALL_V6, cidr_ipv6="2001:db8:1::/48"),
                of(FROM_LIST, prefix_list_id="${another_list}"),
                of(FROM_GROUP, referenced_group_id="${third_group}"),
            ],
            (OUT, NOT_OUT),
        ),
        Change("egress", [of(ALL_V6, description="within"), FROM_LIST], (OUT_TOLD,), "described anew"),
        Change("egress", [], (NOT_OUT,), "none"),
        Change("tags", {"Team": None, "Cost": "42"}, ("CreateTags", "DeleteTags")),
    ),
    drifts=(
        Drift(
            "ingress",
            "authorize_security_group_ingress",
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"},
        ),
        Drift(
            "ingress",
            "revoke_security_group_ingress",
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"},
        ),
        Drift(
            "egress",
            "authorize_security_group_egress",
            {"IpPermissions": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]},
        ),
    ),
    no_meaning={
        f"{direction}[].user_id": "an account; no kind and no attribute stands for one"
        for direction in ("ingress", "egress")
    },
)
