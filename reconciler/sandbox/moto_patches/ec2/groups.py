"""Security groups and their rules: keeps every setting, and refuses what AWS refuses."""

import re
from collections.abc import Iterable, Mapping, Sequence

from moto.ec2.models import EC2Backend
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupRule
from moto.ec2.utils import is_valid_security_group_id

from reconciler.sandbox.moto_patches.ec2 import rules
from reconciler.sandbox.moto_patches.ec2.functions import held_by_function
from reconciler.sandbox.moto_patches.ec2.requests import (
    Params,
    Reply,
    Values,
    found_by,
    invalid,
    page,
    refuse_dry_run,
    refused,
    shown_tags,
    tags_for,
)
from reconciler.sandbox.moto_patches.ec2.rules import Rule, rules_of

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
TEXT = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}")


def create(ec2: EC2Backend, params: Params) -> Reply:
    """CreateSecurityGroup; names within a VPC are unique regardless of case.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
    """
    name, tags = params["GroupName"], tags_for("security-group", params)
    _check_texts(name, params["Description"])
    vpc_id = params.get("VpcId") or ec2.default_vpc.id
    ec2.get_vpc(vpc_id)
    if name.lower() in {group.name.lower() for group in ec2.groups[vpc_id].values()}:
        text = f"The security group '{name}' already exists for VPC '{vpc_id}'"
        raise refused("InvalidGroup.Duplicate", text)
    refuse_dry_run(params)
    made = ec2.create_security_group(name, params["Description"], vpc_id=vpc_id, tags=tags, force=True)
    return {"GroupId": made.id, "SecurityGroupArn": made.arn, "Tags": shown_tags(ec2, made.id)}


def _check_texts(name: str, description: str) -> None:
    if name.lower().startswith("sg-"):
        raise invalid(f"Invalid value '{name}' for groupName. Group names may not be in the format sg-*.")
    if name.lower() == "default":
        raise invalid(f"Cannot use reserved security group name: {name}")
    for what, text in (("GroupName", name), ("GroupDescription", description)):
        if not text.isascii():
            raise invalid(
                f"Value ({text}) for parameter {what} is invalid. Character sets beyond ASCII are not supported."
            )
    if not TEXT.fullmatch(name):
        raise invalid(f"Value ({name}) for parameter GroupName is invalid.")
    if not TEXT.fullmatch(description):
        raise invalid(
            "Invalid security group description. Valid descriptions are strings less than 256 characters from the "
            f"following set:  {rules.ALLOWED}"
        )


def delete(ec2: EC2Backend, params: Params) -> Reply:
    """DeleteSecurityGroup; refused if the group is in use.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
    """
    group = group_of(ec2, params)
    if group.is_default:
        text = f'the specified group: "{group.id}" name: "{group.name}" cannot be deleted by a user'
        raise refused("CannotDelete", text)
    referred = (
        rule.source_group.get("GroupId") == group.id
        for other in _all(ec2)
        if other.id != group.id
        for rule in (*other.ingress_rules, *other.egress_rules)
    )
    used = (group.id in {each.id for each in interface.group_set} for interface in ec2.enis.values())
    if any(referred) or any(used) or held_by_function(ec2, "SecurityGroupIds", group.id):
        raise refused("DependencyViolation", f"resource {group.id} has a dependent object")
    refuse_dry_run(params)
    ec2.delete_security_group(group_id=group.id)
    forget(ec2, group)
    return {"Return": True, "GroupId": group.id}


def forget(ec2: EC2Backend, group: SecurityGroup) -> None:
    """Remove the tags of a deleted group and of its rules."""
    for gone in (group.id, *(rule.id for rule in (*group.ingress_rules, *group.egress_rules))):
        ec2.tags.pop(gone, None)


def describe(ec2: EC2Backend, params: Params) -> Reply:
    """DescribeSecurityGroups."""
    refuse_dry_run(params)
    groups = {group.id: group for group in _all(ec2)}
    wanted = [each for each in params.get("GroupIds") or () if _well_formed(each)]
    missing = [each for each in wanted if each not in groups]
    if missing:
        plural = len(missing) > 1
        named = f"groups '{', '.join(missing)}' do" if plural else f"group '{missing[0]}' does"
        raise refused("InvalidGroup.NotFound", f"The security {named} not exist")
    wanted += [_by_name(ec2, name).id for name in params.get("GroupNames") or ()]
    chosen = [show(ec2, group) for group in groups.values() if not wanted or group.id in wanted]
    found = found_by(params, chosen, FILTERS, lambda row: ec2.tags.get(row["GroupId"], {}))
    return page("SecurityGroups", found, params)


def show(ec2: EC2Backend, group: SecurityGroup) -> Reply:
    """Return a group in the form of replies."""
    owner = ec2.account_id
    return {
        "GroupId": group.id,
        "GroupName": group.name,
        "Description": group.description,
        "OwnerId": owner,
        "VpcId": group.vpc_id,
        "SecurityGroupArn": group.arn,
        "IpPermissions": rules.grouped([rules.read(each) for each in group.ingress_rules], owner),
        "IpPermissionsEgress": rules.grouped([rules.read(each) for each in group.egress_rules], owner),
        "Tags": shown_tags(ec2, group.id),
    }


def authorize(ec2: EC2Backend, params: Params, *, egress: bool) -> Reply:
    """AuthorizeSecurityGroupIngress and AuthorizeSecurityGroupEgress: all of the rules or none.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
    """
    group, tags = group_of(ec2, params), tags_for("security-group-rule", params)
    wanted = rules.asked_for(ec2, group, params)
    if not wanted:
        raise invalid("The request must contain at least one source or destination in ipPermissions")
    present = [rules.read(each) for each in rules_of(group, egress)]
    _refuse_duplicates(present, wanted)
    rules.check_room([*present, *wanted])
    refuse_dry_run(params)
    made = [rules.made(ec2, group, each, egress) for each in wanted]
    rules_of(group, egress).extend(made)
    for each in made:
        each.add_tags(tags)
    return {"Return": True, "SecurityGroupRules": [rules.show(ec2, each) for each in made]}


def revoke(ec2: EC2Backend, params: Params, *, egress: bool) -> Reply:
    """RevokeSecurityGroupIngress and RevokeSecurityGroupEgress.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html
    """
    group, unknown = group_of(ec2, params), list[Rule]()
    present = rules_of(group, egress)
    if params.get("SecurityGroupRuleIds"):
        gone = [_rule(present, each) for each in params["SecurityGroupRuleIds"]]
    else:
        by_key = {rules.read(each).key: each for each in present}
        wanted = rules.asked_for(ec2, group, params)
        gone = [by_key[each.key] for each in wanted if each.key in by_key]
        unknown = [each for each in wanted if each.key not in by_key]
    if unknown and group.vpc_id != ec2.default_vpc.id:
        raise _no_rule()
    refuse_dry_run(params)
    ids = {each.id for each in gone}
    present[:] = [each for each in present if each.id not in ids]
    for each in gone:
        ec2.tags.pop(each.id, None)
    return {
        "Return": True,
        "RevokedSecurityGroupRules": [rules.show_revoked(each) for each in gone],
        "UnknownIpPermissions": rules.grouped(unknown, ec2.account_id) or None,
    }


def modify(ec2: EC2Backend, params: Params) -> Reply:
    """ModifySecurityGroupRules: all of the rules or none; the type of a rule's peer cannot be changed.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html
    """
    group = group_of(ec2, params)
    changes: dict[str, Rule] = {}
    for each in params["SecurityGroupRules"]:
        rule = _rule([*group.ingress_rules, *group.egress_rules], each["SecurityGroupRuleId"])
        changes[rule.id] = _changed(ec2, group, rule, each.get("SecurityGroupRule") or {})
    for egress in (False, True):
        kept = [rules.read(each) for each in rules_of(group, egress) if each.id not in changes]
        new = [changes[each.id] for each in rules_of(group, egress) if each.id in changes]
        _refuse_duplicates(kept, new)
        if len({each.key for each in new}) < len(new):
            raise invalid("The same permission must not appear multiple times")
    refuse_dry_run(params)
    for rule in (*group.ingress_rules, *group.egress_rules):
        if rule.id in changes:
            rules.write(rule, changes[rule.id])
    return {"Return": True}


def _changed(ec2: EC2Backend, group: SecurityGroup, rule: SecurityGroupRule, asked: Params) -> Rule:
    before = rules.read(rule)
    given = {kind: asked[member] for kind, (_, _, member) in rules.PEERS.items() if asked.get(member)}
    choice = "cidrIp, cidrIpv6, prefixListId, or referencedGroupId"
    if len(given) > 1:
        raise refused("InvalidParameterCombination", f"Only one of {choice} can be specified")
    if not given:
        raise refused("MissingParameter", f"The request must contain exactly one of: {choice}")
    ((kind, peer),) = given.items()
    if kind != before.kind:
        names = {
            "cidr": "IPv4 CIDR",
            "cidr6": "IPv6 CIDR",
            "prefix": "prefix list",
            "group": "referenced group",
        }
        raise invalid(
            f"Invalid rule type for security group rule '{rule.id}'. You may not specify {rules.PEERS[kind][2]} for "
            f"an existing {names[before.kind]} rule."
        )
    protocol = rules.protocol_of(asked.get("IpProtocol"))
    start, end = rules.span_of(protocol, asked.get("FromPort"), asked.get("ToPort"))
    described = asked.get("Description")
    text = before.description if described is None else rules.checked_description(described)
    return Rule(protocol, start, end, kind, rules.peer_of(ec2, group, kind, peer), text)


def redescribe(ec2: EC2Backend, params: Params, *, egress: bool) -> Reply:
    """UpdateSecurityGroupRuleDescriptionsIngress and ...Egress; without a description in the request, it is removed.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UpdateSecurityGroupRuleDescriptionsIngress.html
    """
    group = group_of(ec2, params)
    present = rules_of(group, egress)
    changes: list[tuple[SecurityGroupRule, str | None]] = []
    for each in params.get("SecurityGroupRuleDescriptions") or ():
        text = rules.checked_description(each.get("Description"))
        changes.append((_rule(present, each["SecurityGroupRuleId"]), text))
    if not changes:
        by_key = {rules.read(each).key: each for each in present}
        for wanted in rules.asked_for(ec2, group, params):
            if wanted.key not in by_key:
                raise _no_rule()
            changes.append((by_key[wanted.key], wanted.description))
    refuse_dry_run(params)
    for rule, text in changes:
        rules.write(rule, rules.read(rule)._replace(description=text))
    return {"Return": True}


def describe_rules(ec2: EC2Backend, params: Params) -> Reply:
    """DescribeSecurityGroupRules."""
    refuse_dry_run(params)
    for each in params.get("Filters") or ():
        if each.get("Name") == "group-id":
            for group_id in each.get("Values") or ():
                _well_formed(group_id)
    every = [rule for group in _all(ec2) for rule in (*group.egress_rules, *group.ingress_rules)]
    wanted = params.get("SecurityGroupRuleIds") or ()
    chosen = [_rule(every, each) for each in wanted] if wanted else every
    shown = [rules.show(ec2, each) for each in chosen]
    known: Mapping[str, Values] = {
        "group-id": lambda row: [row["GroupId"]],
        "security-group-rule-id": lambda row: [row["SecurityGroupRuleId"]],
    }
    found = found_by(params, shown, known, lambda row: ec2.tags.get(row["SecurityGroupRuleId"], {}))
    return page("SecurityGroupRules", found, params)


def group_of(ec2: EC2Backend, params: Params) -> SecurityGroup:
    """Return the group in a request, by id or, in the default VPC, by name."""
    group_id = params.get("GroupId")
    if group_id:
        _well_formed(group_id)
        found = ec2.get_security_group_from_id(group_id)
        if found is None:
            raise refused("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
        return found
    if params.get("GroupName"):
        return _by_name(ec2, params["GroupName"])
    raise refused("MissingParameter", "The request must contain the parameter groupName or groupId")


def _by_name(ec2: EC2Backend, name: str) -> SecurityGroup:
    vpc_id = ec2.default_vpc.id
    found = ec2.get_security_group_from_name(name, vpc_id)
    if found is None:
        text = f"The security group '{name}' does not exist in default VPC '{vpc_id}'"
        raise refused("InvalidGroup.NotFound", text)
    return found


def _well_formed(group_id: str) -> bool:
    if not is_valid_security_group_id(group_id):
        raise refused("InvalidGroupId.Malformed", f'Invalid id: "{group_id}" (expecting "sg-...")')
    return True


def _rule(present: Iterable[SecurityGroupRule], rule_id: str) -> SecurityGroupRule:
    for rule in present:
        if rule.id == rule_id:
            return rule
    text = f"The security group rule ID '{rule_id}' does not exist"
    raise refused("InvalidSecurityGroupRuleId.NotFound", text)


def _no_rule() -> Exception:
    text = "The specified rule does not exist in this security group."
    return refused("InvalidPermission.NotFound", text)


def _refuse_duplicates(present: Sequence[Rule], wanted: Sequence[Rule]) -> None:
    keys = {rule.key for rule in present}
    for rule in wanted:
        if rule.key in keys:
            raise refused("InvalidPermission.Duplicate", f"the specified rule {rule.text} already exists")


def _all(ec2: EC2Backend) -> list[SecurityGroup]:
    return [group for groups in ec2.groups.values() for group in groups.values()]


def _listed(permissions: str, listed: str, member: str) -> Values:
    return lambda row: [each.get(member) for permission in row[permissions] for each in permission[listed]]


def _of_permissions(prefix: str, permissions: str) -> Mapping[str, Values]:
    def plain(member: str) -> Values:
        return lambda row: [permission[member] for permission in row[permissions]]

    return {
        f"{prefix}.cidr": _listed(permissions, "IpRanges", "CidrIp"),
        f"{prefix}.from-port": plain("FromPort"),
        f"{prefix}.group-id": _listed(permissions, "UserIdGroupPairs", "GroupId"),
        f"{prefix}.group-name": _listed(permissions, "UserIdGroupPairs", "GroupName"),
        f"{prefix}.ipv6-cidr": _listed(permissions, "Ipv6Ranges", "CidrIpv6"),
        f"{prefix}.prefix-list-id": _listed(permissions, "PrefixListIds", "PrefixListId"),
        f"{prefix}.protocol": plain("IpProtocol"),
        f"{prefix}.to-port": plain("ToPort"),
        f"{prefix}.user-id": _listed(permissions, "UserIdGroupPairs", "UserId"),
    }


# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html
FILTERS: Mapping[str, Values] = {
    "description": lambda row: [row["Description"]],
    "group-id": lambda row: [row["GroupId"]],
    "group-name": lambda row: [row["GroupName"]],
    "owner-id": lambda row: [row["OwnerId"]],
    "vpc-id": lambda row: [row["VpcId"]],
    **_of_permissions("ip-permission", "IpPermissions"),
    **_of_permissions("egress.ip-permission", "IpPermissionsEgress"),
}
