"""The settings of a security group.

Source: CreateSecurityGroup, AuthorizeSecurityGroupIngress, SecurityGroupRuleRequest (Amazon EC2 API Reference).
"""

from typing import Annotated

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Means, Part, Resource, Rows
from reconciler.resources.ec2.common import Cidr, CidrIpv6
from reconciler.resources.identifiers import AccountId, SecurityGroupId, VpcId
from reconciler.resources.lasting import LASTS

TEXT = r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]*"
SIGNS = "a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$* alone"
Protocol = Annotated[
    str,
    Form(
        r"tcp|udp|icmp|icmpv6|-1|(?!(1|6|17|58)$)\d{1,3}",
        "tcp, udp, icmp or icmpv6, the number of another protocol, or -1 for all",
    ),
]
Text = Annotated[str, Form(TEXT, SIGNS), Field(max_length=255)]
PrefixListId = Annotated[
    str,
    Form(r"pl-[0-9a-f]+", "the id of a prefix list, such as pl-12345678"),
    Means("ec2.managed_prefix_list", "id"),
]
PEERS = ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_group_id")
"""The members of a rule for the peer; exactly one of them is written."""

DEFAULT = "default"
"""The name of the group that AWS creates in every VPC."""
NAMES = (
    Form(r"(?s:.{1,255})", "1 to 255 characters"),
    Form(TEXT, SIGNS),
    Form(r"(?!(?i:sg-)).*", "a name that does not begin with sg-, as ids do"),
    Form(
        r"(?!(?i:default)$).*",
        "another name than default; for the group that AWS created, write `adopt: true`",
    ),
)


def of_network(attribute: str) -> tuple[Means, ...]:
    """The marks of fields with an address of a network interface, for rules."""
    return Means("ec2.subnet", attribute), Means("ec2.vpc", attribute)


class Rule(Part):
    """A rule of a security group: one protocol, one range of ports, one peer.

    In AWS, a rule has an id and may have tags. Here its protocol, ports and peer identify it, and it has no tags.
    """

    ip_protocol: Protocol
    from_port: Annotated[int | None, Field(ge=-1, le=65_535)] = None
    """The first port; for ICMP the type, -1 for all."""
    to_port: Annotated[int | None, Field(ge=-1, le=65_535)] = None
    """The last port; for ICMP the code, -1 for all."""
    cidr_ipv4: Annotated[Cidr, *of_network("cidr_block")] | None = None
    cidr_ipv6: Annotated[CidrIpv6, *of_network("ipv6_cidr_block")] | None = None
    prefix_list_id: PrefixListId | None = None
    referenced_group_id: SecurityGroupId | None = None
    """The id of a group whose members are the peers: `${ec2.security_group:web#id}`."""
    user_id: AccountId | None = None
    """The account of the group if it is another account, over a peering connection."""
    description: Text | None = None


Rules = Annotated[list[Rule] | None, Rows(("ip_protocol", "from_port", "to_port", *PEERS))]


class SecurityGroup(Resource):
    """A security group with its rules. If `ingress` or `egress` is written, the group gets exactly these rules."""

    vpc_id: Annotated[VpcId | None, LASTS] = None
    """Its VPC; if left out, the default VPC of the account."""
    description: Annotated[str, Form(TEXT, SIGNS), Field(min_length=1, max_length=255)] | None = None
    """Its purpose; AWS cannot change it later."""
    ingress: Rules = None
    egress: Rules = None
    """AWS gives a new group a rule that allows all outbound traffic; `egress: []` removes it."""
