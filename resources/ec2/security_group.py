"""ec2.security_group: what may come in and go out."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Assigned,
    Attribute,
    Calls,
    Create,
    Delete,
    InFiles,
    Reads,
    Sighting,
    Wired,
    tags_in,
)
from reconciler.forms import Form
from reconciler.interpolation import has_reference
from reconciler.model import Finding, Means, Settings
from reconciler.resources.ec2.common import IN_DEFAULT_VPC, by, described, same_vpc, tagging_of
from reconciler.resources.ec2.rules import changes_of, rules_in, without_peer
from reconciler.resources.ec2.security_group_model import PEERS, SIGNS, TEXT, SecurityGroup
from reconciler.resources.ec2.service import EC2

DEFAULT = "default"
"""The name of the group that every VPC comes with."""


class SecurityGroupAdapter(Adapter[SecurityGroup]):
    """CreateSecurityGroup, and its rules one by one."""

    kind = "ec2.security_group"
    cloudformation = CloudFormation(
        type="AWS::EC2::SecurityGroup",
        called={
            "GroupDescription": "description",
            "SecurityGroupIngress": "ingress",
            "SecurityGroupEgress": "egress",
        },
        not_granted={"ec2:DescribeInstances": "asked by CloudFormation after a delete that AWS refused"},
    )
    appearance = Appearance(column=2)
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "vpc_id": Attribute(
            "the id of the VPC that it is in",
            lambda api, seen: _one(api, seen)["VpcId"],
            means=Means("ec2.vpc", "id"),
        )
    }
    service = EC2
    model = SecurityGroup
    summary = "a security group with its rules for what comes in and goes out"
    identity = Assigned(
        name="GroupName",
        address="GroupId",
        arns=("arn:{partition}:ec2:{region}:{account}:security-group/{id}",),
        forms=(
            Form(r"(?s:.{1,255})", "1 to 255 characters"),
            Form(TEXT, SIGNS),
            Form(r"(?!(?i:sg-)).*", "a name that does not begin with sg-, as ids do"),
            Form(
                r"(?!(?i:default)$).*",
                "another name than default; the group that AWS made is taken by `adopt: true`",
            ),
        ),
        ignores_case=True,
        chosen_by=frozenset({"id", "name", "tags", "vpc_id"}),
    )
    create = Create(
        "create_security_group",
        ("vpc_id", "description"),
        needed=frozenset({"description"}),
        fixed=frozenset({"vpc_id", "description"}),
    )
    updates = (
        Calls(
            changes_of("Ingress", "ingress"),
            ("ingress",),
            (
                "authorize_security_group_ingress",
                "update_security_group_rule_descriptions_ingress",
                "revoke_security_group_ingress",
            ),
        ),
        Calls(
            changes_of("Egress", "egress"),
            ("egress",),
            (
                "authorize_security_group_egress",
                "update_security_group_rule_descriptions_egress",
                "revoke_security_group_egress",
            ),
        ),
    )
    delete = Delete(
        "delete_security_group", keeps_defaults="cannot be deleted by a user", lets_go=without_peer
    )
    reads = Reads(
        called=("describe_security_groups", "describe_vpcs"),
        listed=frozenset({"vpc_id", "description", "ingress", "egress"}),
        page=1000,
        joined=frozenset({"describe_vpcs"}),
    )
    tagging_api_type = "ec2:security-group"
    tagging = tagging_of("security-group", "describe_security_groups", "GroupIds", "SecurityGroups")

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        del scope
        return self._seen(api)

    def list_tagged(self, api: Api, scope: Address, tag: str, value: str) -> Iterable[Sighting]:
        del scope
        return self._seen(api, **by(f"tag:{tag}", value))

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        del fields
        found: Wired = _with_rules(_one(api, sighting))
        return found

    def same_place(self, settings: Settings, sighting: Sighting) -> bool:
        return same_vpc(settings, sighting)

    def made_by_aws(self, sighting: Sighting) -> bool:
        return sighting.name == DEFAULT

    def problems(self, files: InFiles) -> Iterable[Finding]:
        for name in ("ingress", "egress"):
            for number, rule in enumerate(files.settings.get(name) or ()):
                yield from (Finding(said, (name, number)) for said in _wrong(rule))

    def _seen(self, api: Api, **filters: Any) -> Iterator[Sighting]:
        for row, in_default in described(api, "describe_security_groups", **filters):
            at, arn = self.identity.at({}, row["GroupId"]), self.identity.arn(api, row["GroupId"])
            settings = _with_rules(row) | {IN_DEFAULT_VPC: in_default}
            yield Sighting(row["GroupName"], at, arn, settings=settings, tags=tags_in(row.get("Tags")))


def _one(api: Api, sighting: Sighting) -> Any:
    return api.call("describe_security_groups", GroupIds=[sighting.id])["SecurityGroups"][0]


def _with_rules(row: Any) -> Any:
    """A group as AWS shows it, with its rules one by one."""
    directions = {"Ingress": row["IpPermissions"], "Egress": row["IpPermissionsEgress"]}
    return row | {name: rules_in(permissions) for name, permissions in directions.items()}


def _wrong(rule: Settings) -> Iterator[str]:
    """What AWS refuses, or takes in another form, of a rule whose members are each valid."""
    peers = [name for name in PEERS if rule.get(name) is not None]
    if len(peers) != 1:
        yield f"a rule is about exactly one peer; write one of {', '.join(PEERS)}"
    if rule.get("user_id") is not None and rule.get("referenced_group_id") is None:
        yield "user_id is the account of referenced_group_id; write that as well, or leave it out"
    protocol, (start, end) = rule.get("ip_protocol"), (rule.get("from_port"), rule.get("to_port"))
    if protocol in ("tcp", "udp"):
        if start is None or end is None:
            yield f"{protocol} needs from_port and to_port; write 0 and 65535 for all ports"
        elif not 0 <= start <= end:
            yield f"expected ports from 0 to 65535, and the first before the last, not {start} to {end}"
    elif protocol in ("icmp", "icmpv6"):
        if start is None or end is None:
            yield f"{protocol} needs its type in from_port and its code in to_port; write -1 for all"
        elif max(start, end) > 255:
            yield "expected a type and a code of ICMP, from 0 to 255, or -1 for all"
    elif not has_reference(protocol) and (start is not None or end is not None):
        yield f"protocol {protocol} has no ports; leave out from_port and to_port"
