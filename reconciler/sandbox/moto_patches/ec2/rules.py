"""The rules of security groups: parses and checks them, and converts them to AWS's canonical form."""

import re
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network
from typing import Any, NamedTuple

from moto.ec2.models import EC2Backend
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupRule

from reconciler.sandbox.moto_patches.ec2.requests import Params, Reply, invalid, refused, shown_tags

MOST_RULES = 60
"""https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html: inbound or outbound, IPv4 or IPv6."""
LAST_PORT, LAST_ICMP, LAST_PROTOCOL = 65_535, 255, 255
PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": "-1"}
PORTS, TYPES = frozenset({"tcp", "udp"}), frozenset({"icmp", "icmpv6"})
DESCRIPTION = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")
ALLOWED = "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"

# The types of peers: their list in a permission, the member there, and the member in a rule.
PEERS = {
    "cidr": ("IpRanges", "CidrIp", "CidrIpv4"),
    "cidr6": ("Ipv6Ranges", "CidrIpv6", "CidrIpv6"),
    "prefix": ("PrefixListIds", "PrefixListId", "PrefixListId"),
    "group": ("UserIdGroupPairs", "GroupId", "ReferencedGroupId"),
}


class Rule(NamedTuple):
    """A rule in one direction of a group: its identity and its description."""

    protocol: str
    from_port: int | None
    to_port: int | None
    kind: str
    peer: str
    description: str | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """The rule without its description."""
        return self[:-1]

    @property
    def text(self) -> str:
        """The rule in the form of AWS's error messages."""
        if self.protocol == "-1":
            what = "ALL"
        elif self.protocol in PORTS:
            what = f"{self.protocol.upper()}, from port: {self.from_port}, to port: {self.to_port}"
        elif self.protocol in TYPES:
            kind, code = ("ALL" if each in {None, -1} else each for each in (self.from_port, self.to_port))
            what = f"{self.protocol.upper()}, type: {kind}, code: {code}"
        else:
            what = f"protocol: {self.protocol}"
        return f'"peer: {self.peer}, {what}, ALLOW"'


def asked_for(ec2: EC2Backend, group: SecurityGroup, params: Params) -> list[Rule]:
    """Return the rules of a request in AWS's canonical form.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
    """
    rules = [rule for permission in _permissions(params) for rule in _rules(ec2, group, permission)]
    if len({rule.key for rule in rules}) < len(rules):
        raise invalid("The same permission must not appear multiple times")
    return rules


def _permissions(params: Params) -> Sequence[Params]:
    """Return the permissions, or the one that is given by the older members."""
    if params.get("IpPermissions"):
        given: Sequence[Params] = params["IpPermissions"]
        return given
    if params.get("SourceSecurityGroupName"):  # a rule for all traffic from a group
        pairs = [{"GroupName": params["SourceSecurityGroupName"]}]
        spans = {"tcp": (0, LAST_PORT), "udp": (0, LAST_PORT), "icmp": (-1, -1)}
        return [
            {"IpProtocol": name, "FromPort": start, "ToPort": end, "UserIdGroupPairs": pairs}
            for name, (start, end) in spans.items()
        ]
    if params.get("IpProtocol") or params.get("CidrIp"):
        members = {name: params[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in params}
        return [{**members, "IpRanges": [{"CidrIp": params["CidrIp"]}] if params.get("CidrIp") else []}]
    raise refused("MissingParameter", "The request must contain the parameter ipPermissions")


def _rules(ec2: EC2Backend, group: SecurityGroup, permission: Params) -> Iterator[Rule]:
    protocol = protocol_of(permission.get("IpProtocol"))
    start, end = span_of(protocol, permission.get("FromPort"), permission.get("ToPort"))
    for kind, (listed, member, _) in PEERS.items():
        for each in permission.get(listed) or ():
            written = each.get(member) or each.get("GroupName")
            description = checked_description(each.get("Description"))
            yield Rule(protocol, start, end, kind, peer_of(ec2, group, kind, written), description)


def protocol_of(written: str | None) -> str:
    """Return the name of a protocol, or its number if AWS has no name for it."""
    if written is None:
        raise invalid(
            "Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly."
        )
    lower = str(written).lower()
    protocol = PROTOCOLS.get(lower, lower)
    numbered = protocol.isdecimal() and int(protocol) <= LAST_PROTOCOL
    if protocol != "-1" and not numbered and protocol not in PORTS | TYPES:
        raise invalid(f"Invalid value '{written}' for IP protocol. Unknown protocol.")
    return protocol


def span_of(protocol: str, start: int | None, end: int | None) -> tuple[int | None, int | None]:
    """Return a range of ports, or the type and code of ICMP; for other protocols both are None."""
    if protocol in PORTS:
        if start is None or end is None:
            raise invalid("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.")
        for port in (start, end):
            if not 0 <= port <= LAST_PORT:
                raise invalid(f"TCP/UDP port ({port}) out of range")
        if start > end:
            raise invalid(f"Invalid TCP/UDP port range ({start}:{end})")
        return start, end
    if protocol == "icmp" and (start is None or end is None):
        raise invalid("Invalid value 'Must specify both type and code with ICMP.' for portRange.")
    if protocol in TYPES:
        kind, code = (-1 if each is None else each for each in (start, end))
        for name, each in (("type", kind), ("code", code)):
            if not -1 <= each <= LAST_ICMP:
                raise invalid(f"ICMP {name} ({each}) out of range")
        return kind, code
    return None, None


def peer_of(ec2: EC2Backend, group: SecurityGroup, kind: str, written: str | None) -> str:
    """Return a source or destination in canonical form; refuse one that does not exist."""
    if kind == "group":
        return _peer_group(ec2, group, written)
    if kind == "prefix":
        if written not in ec2.managed_prefix_lists:
            raise refused("InvalidPrefixListID.NotFound", f"The prefix list ID '{written}' does not exist")
        return str(written)
    network: Callable[..., Any] = IPv4Network if kind == "cidr" else IPv6Network
    try:
        block = network(written, strict=False)
    except ValueError:
        block = None
    if block is None or "/" not in str(written):
        raise invalid(f"CIDR block {written} is malformed")
    return str(block)


def _peer_group(ec2: EC2Backend, group: SecurityGroup, written: str | None) -> str:
    found = ec2.get_security_group_from_id(str(written)) or ec2.get_security_group_from_name(
        str(written), group.vpc_id
    )
    if found is None:
        raise refused("InvalidGroup.NotFound", f"The security group '{written}' does not exist")
    if found.vpc_id != group.vpc_id and not _peered(ec2, {found.vpc_id, group.vpc_id}):
        raise refused(
            "InvalidGroup.NotFound", "You have specified two resources that belong to different networks."
        )
    return found.id


def _peered(ec2: EC2Backend, vpcs: set[str | None]) -> bool:
    return any(
        {each.vpc.id, each.peer_vpc.id} == vpcs and each._status.code == "active"  # noqa: SLF001  moto's own
        for each in ec2.vpc_pcxs.values()
    )


def checked_description(text: str | None) -> str | None:
    """Return a description, or None if it is empty; refuse an invalid one."""
    if text and not DESCRIPTION.fullmatch(text):
        raise invalid(
            "Invalid rule description. Valid descriptions are strings less than 256 characters from the following "
            f"set:  {ALLOWED}"
        )
    return text or None


def rules_of(group: SecurityGroup, egress: bool) -> list[SecurityGroupRule]:
    """Return moto's own list of the rules for one direction."""
    return group.egress_rules if egress else group.ingress_rules


def read(rule: SecurityGroupRule) -> Rule:
    """Convert moto's rule to ours."""
    peers = {
        "cidr": rule.ip_range.get("CidrIp"),
        "cidr6": rule.ip_range.get("CidrIpv6"),
        "prefix": rule.prefix_list_id,
        "group": rule.source_group.get("GroupId"),
    }
    kind, peer = next((kind, peer) for kind, peer in peers.items() if peer)
    description = (rule.source_group if kind == "group" else rule.ip_range).get("Description")
    if kind == "prefix":
        description = vars(rule).get("sandbox_description")
    return Rule(str(rule.ip_protocol), rule.from_port, rule.to_port, kind, str(peer), description)


def write(rule: SecurityGroupRule, wanted: Rule) -> None:
    """Change moto's rule to be the same as ours."""
    rule.ip_protocol, rule.from_port, rule.to_port = wanted.protocol, wanted.from_port, wanted.to_port
    described = {"Description": wanted.description} if wanted.description else {}
    rule.ip_range, rule.source_group, rule.prefix_list_id = {}, {}, None
    if wanted.kind == "prefix":
        rule.prefix_list_id = wanted.peer
        vars(rule)["sandbox_description"] = wanted.description
    elif wanted.kind == "group":
        owner = rule.owner_id
        rule.source_group = {"GroupId": wanted.peer, "UserId": owner, "OwnerId": owner, **described}
    else:
        rule.ip_range = {PEERS[wanted.kind][1]: wanted.peer, **described}


def made(ec2: EC2Backend, group: SecurityGroup, wanted: Rule, egress: bool) -> SecurityGroupRule:
    """Return a new moto rule."""
    rule = SecurityGroupRule(ec2, "-1", group.id, None, None, None, is_egress=egress)
    write(rule, wanted)
    return rule


def check_room(present: Sequence[Rule]) -> None:
    """Refuse more than 60 rules for IPv4 or for IPv6; rules with a group or a prefix list count for both."""
    for other in ("cidr6", "cidr"):
        if sum(rule.kind != other for rule in present) > MOST_RULES:
            text = "The maximum number of rules per security group has been reached."
            raise refused("RulesPerSecurityGroupLimitExceeded", text)


def show(ec2: EC2Backend, rule: SecurityGroupRule) -> Reply:
    """Return a single rule in the form of replies; without ports it has -1.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
    """
    shown = dict(show_revoked(rule))
    referred = shown.pop("ReferencedGroupId", None)
    owner = ec2.account_id
    arn = f"arn:aws:ec2:{ec2.region_name}:{owner}:security-group-rule/{rule.id}"
    return {
        **shown,
        "GroupOwnerId": owner,
        "ReferencedGroupInfo": {"GroupId": referred, "UserId": owner} if referred else None,
        "Tags": shown_tags(ec2, rule.id),
        "SecurityGroupRuleArn": arn,
    }


def show_revoked(rule: SecurityGroupRule) -> Reply:
    """Return a revoked rule in the form of replies."""
    its = read(rule)
    return {
        "SecurityGroupRuleId": rule.id,
        "GroupId": rule.group_id,
        "IsEgress": rule.is_egress,
        "IpProtocol": its.protocol,
        "FromPort": -1 if its.from_port is None else its.from_port,
        "ToPort": -1 if its.to_port is None else its.to_port,
        PEERS[its.kind][2]: its.peer,
        "Description": its.description,
    }


def grouped(rules: Sequence[Rule], owner: str) -> list[Reply]:
    """Return rules as permissions, one for each protocol and range of ports."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for rule in rules:
        plain = {"IpProtocol": rule.protocol, "FromPort": rule.from_port, "ToPort": rule.to_port}
        permission = found.setdefault(rule[:3], {**plain, **{listed: [] for listed, *_ in PEERS.values()}})
        listed, member, _ = PEERS[rule.kind]
        user = {"UserId": owner} if rule.kind == "group" else {}
        permission[listed].append({member: rule.peer, **user, "Description": rule.description})
    return list(found.values())
