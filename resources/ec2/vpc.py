"""ec2.vpc: a VPC with its blocks of addresses and attributes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import FREE, Address, Api, Attribute, Create, Delete, Marked, Reads, Sighting, Wired
from reconciler.model import Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.ec2.common import NAME_TAG, VPCS, NamedByTag, tagging_of
from reconciler.resources.ec2.pool_grants import for_pool, for_pools_of_rows
from reconciler.resources.ec2.vpc_changes import UPDATES, loses
from reconciler.resources.ec2.vpc_cloudformation import CLOUDFORMATION
from reconciler.resources.ec2.vpc_model import DEFAULTS, Vpc
from reconciler.resources.ec2.vpc_problems import problems
from reconciler.resources.ec2.vpc_reading import (
    ATTRIBUTES,
    CHECKS,
    READ_WITH,
    at_work,
    attribute_read,
    shown,
    with_pools,
)

POOLS = ("ipv4_ipam_pool_id", "ipv4_netmask_length", "ipv6_ipam_pool_id", "ipv6_netmask_length")
AMAZON = ("amazon_provided_ipv6_cidr_block", "ipv6_cidr_block_network_border_group")
DEFAULT = "default"
"""The name of the default VPC of the account, here and in the files."""
V4, V6 = "secondary_cidr_blocks", "ipv6_cidr_blocks"


class VpcAdapter(NamedByTag[Vpc]):
    """CreateVpc; ModifyVpcAttribute for one attribute at a time; AssociateVpcCidrBlock for one block at a time."""

    kind = "ec2.vpc"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="network", column=2)
    attributes: ClassVar[Mapping[str, Attribute]] = ATTRIBUTES
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {
        **dict.fromkeys(("ipv4_ipam_pool_id", "ipv6_ipam_pool_id"), for_pool("ec2:CreateVpc")),
        **dict.fromkeys((V4, V6), for_pools_of_rows("ec2:AssociateVpcCidrBlock")),
    }
    model = Vpc
    costs = FREE
    summary = "a VPC with its blocks of addresses, DNS settings and DHCP options"
    console = "https://{region}.console.aws.amazon.com/vpcconsole/home?region={region}#VpcDetails:VpcId={id}"
    defaults: ClassVar[Settings] = DEFAULTS
    identity = Marked(
        address="VpcId",
        id_in="Vpc.VpcId",
        arns=("arn:{partition}:ec2:{region}:{account}:vpc/{id}",),
        shares_names=True,
        chosen_by=frozenset({"id", "name", "tags", "cidr_block"}),
    )
    create = Create(
        "create_vpc",
        ("cidr_block", *POOLS, *AMAZON, "instance_tenancy"),
        fixed=frozenset({"cidr_block"}),
        write_only=frozenset(POOLS),
    )
    updates = UPDATES
    delete = Delete("delete_vpc")
    reads = Reads(
        list="describe_vpcs",
        get="describe_vpcs",
        shown_in="Vpcs",
        called=READ_WITH,
        listed=frozenset({"cidr_block", V4, V6, *AMAZON, "instance_tenancy", "dhcp_options_id"}),
        alone={
            "enable_dns_support": attribute_read("EnableDnsSupport"),
            "enable_dns_hostnames": attribute_read("EnableDnsHostnames"),
            "enable_network_address_usage_metrics": attribute_read("EnableNetworkAddressUsageMetrics"),
        },
        page=VPCS,
    )
    tagging_api_type = "ec2:vpc"
    tagging = tagging_of("vpc", identity, reads)
    compared: ClassVar[Mapping[str, Any]] = {
        V4: with_pools(V4, "cidr_block", "ipv4_ipam_pool_id"),
        V6: with_pools(V6, "ipv6_cidr_block", "ipv6_ipam_pool_id"),
    }
    checks = CHECKS
    problems = staticmethod(problems)
    deletes = staticmethod(loses)

    def list_tagged(self, api: Api, scope: Address, tag: str, value: str) -> None:
        """None: the list of all VPCs also shows the default one, which other kinds need."""
        del api, scope, tag, value

    def aws_name(self, name: str, settings: Mapping[str, Any]) -> str | None:
        """Its tag `Name`, used as a name; the default VPC is `default`."""
        return super().aws_name(name, settings) or (DEFAULT if name == DEFAULT else None)

    def made_by_aws(self, sighting: Sighting) -> bool:
        return bool(sighting.settings.get("IsDefault"))

    def impossible(self, field: str, written: Settings, reported: Wired) -> str:
        """Why the tenancy cannot be changed: AWS only changes `dedicated` to `default`."""
        del reported
        if field == "instance_tenancy" and written.get(field) == "dedicated":
            return "AWS changes the tenancy of a VPC only to default; create another VPC"
        return ""

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        return at_work(self.describe(api, sighting))

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        seen = super().seen(api, scope, row)
        if not row.get("IsDefault"):
            return seen
        tag = (seen.tags or {}).get(NAME_TAG)
        return replace(seen, name=DEFAULT, also=(tag,) if tag else ())

    shown = staticmethod(shown)
