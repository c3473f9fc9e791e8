"""ec2.subnet: a subnet of a VPC."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    FREE,
    Address,
    Api,
    Attribute,
    Create,
    Delete,
    Marked,
    Reads,
    Sighting,
    Wired,
    own_fields,
)
from reconciler.model import Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.ec2.common import InVpc, tagging_of
from reconciler.resources.ec2.pool_grants import for_pool
from reconciler.resources.ec2.subnet_changes import CUSTOMER_OWNED, IPV6, OTHERS, in_default_vpc
from reconciler.resources.ec2.subnet_cloudformation import CLOUDFORMATION
from reconciler.resources.ec2.subnet_model import DEFAULTS, Subnet
from reconciler.resources.ec2.subnet_problems import problems
from reconciler.resources.ec2.subnet_reading import ATTRIBUTES, CHECKS, associations, at_work

FIXED = ("vpc_id", "availability_zone", "availability_zone_id", "cidr_block", "ipv6_native", "outpost_arn")
POOLS = ("ipv4_ipam_pool_id", "ipv6_ipam_pool_id", "ipv4_netmask_length", "ipv6_netmask_length")


class SubnetAdapter(InVpc[Subnet]):
    """CreateSubnet, and ModifySubnetAttribute for one attribute at a time."""

    kind = "ec2.subnet"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="network", column=2)
    attributes: ClassVar[Mapping[str, Attribute]] = ATTRIBUTES
    granted_for: ClassVar[Mapping[str, GrantedFor]] = dict.fromkeys(POOLS[:2], for_pool("ec2:CreateSubnet"))
    model = Subnet
    costs = FREE
    summary = "a subnet of a VPC with its address blocks and the settings of resources launched in it"
    console = (
        "https://{region}.console.aws.amazon.com/vpcconsole/home?region={region}#SubnetDetails:subnetId={id}"
    )
    defaults: ClassVar[Settings] = DEFAULTS
    identity = Marked(
        address="SubnetId",
        id_in="Subnet.SubnetId",
        arns=("arn:{partition}:ec2:{region}:{account}:subnet/{id}",),
        chosen_by=frozenset(
            {"id", "tags", "vpc_id", "availability_zone", "availability_zone_id", "cidr_block"}
        ),
    )
    create = Create(
        "create_subnet",
        (*FIXED, *POOLS, "ipv6_cidr_block"),
        fixed=frozenset(FIXED),
        write_only=frozenset(POOLS),
    )
    updates = (IPV6, OTHERS, CUSTOMER_OWNED)
    delete = Delete("delete_subnet")
    reads = Reads(
        list="describe_subnets",
        get="describe_subnets",
        shown_in="Subnets",
        called=("describe_vpcs",),
        listed=frozenset(own_fields(Subnet, *create.write_only)),
        page=1000,
        joined=frozenset({"describe_vpcs"}),
    )
    tagging_api_type = "ec2:subnet"
    tagging = tagging_of("subnet", identity, reads)
    checks = CHECKS
    problems = staticmethod(problems)
    prepare = staticmethod(in_default_vpc)

    def aws_name(self, name: str, settings: Mapping[str, Any]) -> str | None:
        """Its address block, used as a name: no other subnet of the VPC has the same block."""
        del name
        block = settings.get("ipv6_cidr_block") if settings.get("ipv6_native") else settings.get("cidr_block")
        return block if isinstance(block, str) else None

    def made_by_aws(self, sighting: Sighting) -> bool:
        """Whether AWS created it with a default VPC."""
        return bool(sighting.settings.get("DefaultForAz"))

    def not_written(self, sighting: Sighting) -> Collection[str]:
        # AWS shows the zone by name and by id; only one of them may be written.
        return {*super().not_written(sighting), "availability_zone_id"}

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        return at_work(self.describe(api, sighting))

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        seen = super().seen(api, scope, row)
        name = seen.settings.get("CidrBlock") or seen.settings.get("Ipv6CidrBlock") or seen.name
        return replace(seen, name=name)

    def shown(self, row: Any) -> Wired:
        """A subnet with its IPv6 block in the member that requests use."""
        blocks = [each["Ipv6CidrBlock"] for each in associations(row)]
        shown: Wired = row | ({"Ipv6CidrBlock": blocks[0]} if blocks else {})
        return shown
