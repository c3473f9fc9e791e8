"""ec2.security_group: a security group with its rules."""

from collections.abc import Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import FREE, Assigned, Attribute, Create, Delete, Reads, Sighting, Wired
from reconciler.model import Means
from reconciler.resources.ec2 import unused
from reconciler.resources.ec2.common import InVpc, tagging_of
from reconciler.resources.ec2.rules import changes_of, rules_in, without_peer
from reconciler.resources.ec2.security_group_cloudformation import CLOUDFORMATION
from reconciler.resources.ec2.security_group_model import DEFAULT, NAMES, SecurityGroup
from reconciler.resources.ec2.security_group_problems import problems


class SecurityGroupAdapter(InVpc[SecurityGroup]):
    """CreateSecurityGroup, and operations for its rules."""

    kind = "ec2.security_group"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="network", column=2)
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "vpc_id": Attribute("the id of the VPC that it is in", "VpcId", means=Means("ec2.vpc", "id"))
    }
    model = SecurityGroup
    costs = FREE
    summary = "a security group with its inbound and outbound rules"
    console = "https://{region}.console.aws.amazon.com/ec2/home?region={region}#SecurityGroup:groupId={id}"
    identity = Assigned(
        name="GroupName",
        address="GroupId",
        arns=("arn:{partition}:ec2:{region}:{account}:security-group/{id}",),
        forms=NAMES,
        ignores_case=True,
        chosen_by=frozenset({"id", "name", "tags", "vpc_id"}),
    )
    create = Create(
        "create_security_group",
        ("vpc_id", "description"),
        needed=frozenset({"description"}),
        fixed=frozenset({"vpc_id", "description"}),
    )
    updates = (changes_of("ingress"), changes_of("egress"))
    delete = Delete(
        "delete_security_group", keeps_defaults="cannot be deleted by a user", lets_go=without_peer
    )
    reads = Reads(
        list="describe_security_groups",
        get="describe_security_groups",
        shown_in="SecurityGroups",
        called=("describe_vpcs",),
        listed=frozenset({"vpc_id", "description", "ingress", "egress"}),
        page=1000,
        joined=frozenset({"describe_vpcs"}),
    )
    tagging_api_type = "ec2:security-group"
    unused = unused.SECURITY_GROUP
    tagging = tagging_of("security-group", identity, reads)
    problems = staticmethod(problems)

    def shown(self, row: Any) -> Wired:
        """A group with its permissions split into rules."""
        shown: Wired = row | {
            "Ingress": rules_in(row["IpPermissions"]),
            "Egress": rules_in(row["IpPermissionsEgress"]),
        }
        return shown

    def made_by_aws(self, sighting: Sighting) -> bool:
        return sighting.name == DEFAULT
