"""ec2.subnet: a part of a VPC in one Availability Zone."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Attribute,
    Calls,
    Change,
    Create,
    Delete,
    InFiles,
    Marked,
    Reads,
    Request,
    Sighting,
    Wired,
    each_alone,
    tags_in,
)
from reconciler.errors import Refused
from reconciler.model import Finding, Means, Settings
from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.ec2.common import (
    IN_DEFAULT_VPC,
    by,
    default_vpc,
    described,
    same_vpc,
    tagging_of,
)
from reconciler.resources.ec2.service import EC2
from reconciler.resources.ec2.subnet_model import Subnet

MODIFY = "modify_subnet_attribute"
ASSIGNS = "AssignIpv6AddressOnCreation"
POOL = "arn:{partition}:ec2::{account}:ipam-pool/"
AT_WORK = ("associating", "disassociating")
BLOCKS = {"cidr_block", "ipv4_ipam_pool_id", "ipv6_cidr_block", "ipv6_ipam_pool_id"}
"""The fields that give it addresses."""


def flag(member: str) -> Any:
    """How ModifySubnetAttribute is told one attribute that is on or off."""
    return lambda value: {member: {"Value": value}}


def set_ipv6(change: Change) -> Iterator[Request]:
    """Its block of IPv6 addresses, and what needs one: AWS wants the old one gone before a new one comes.

    While it gives new interfaces addresses of a block, that block stays (DisassociateSubnetCidrBlock, API Reference).
    """
    before = dict(change.observed)
    if change.differs("Ipv6CidrBlock"):
        for each in _associations(change.reported):
            if before.get(ASSIGNS):
                yield Request(MODIFY, {**change.address, ASSIGNS: {"Value": False}})
                before[ASSIGNS] = False
            yield Request("disassociate_subnet_cidr_block", {"AssociationId": each["AssociationId"]})
        if change.desired.get("Ipv6CidrBlock"):
            block = {"Ipv6CidrBlock": change.desired["Ipv6CidrBlock"]}
            yield Request("associate_subnet_cidr_block", {**change.address, **block})
    for name in (ASSIGNS, "EnableDns64"):
        wanted = change.desired.get(name)
        # What nobody wrote is not turned on where there is no block any more.
        if wanted != before.get(name) and (
            change.desired.get("Ipv6CidrBlock") or change.observed.get(name) != wanted
        ):
            yield Request(MODIFY, {**change.address, name: {"Value": wanted}})


set_others = each_alone(
    MODIFY,
    {
        "MapPublicIpOnLaunch": flag("MapPublicIpOnLaunch"),
        "PrivateDnsNameOptionsOnLaunch.HostnameType": lambda value: {"PrivateDnsHostnameTypeOnLaunch": value},
        "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord": flag(
            "EnableResourceNameDnsARecordOnLaunch"
        ),
        "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsAAAARecord": flag(
            "EnableResourceNameDnsAAAARecordOnLaunch"
        ),
        "EnableLniAtDeviceIndex": lambda value: (
            {"DisableLniAtDeviceIndex": {"Value": True}}
            if value is None
            else {"EnableLniAtDeviceIndex": value}
        ),
    },
)


def set_customer_owned(change: Change) -> Iterator[Request]:
    """Two attributes that AWS takes together."""
    pool = change.desired.get("CustomerOwnedIpv4Pool")
    told = {"MapCustomerOwnedIpOnLaunch": {"Value": change.desired.get("MapCustomerOwnedIpOnLaunch", False)}}
    yield Request(MODIFY, {**change.address, **told, **({"CustomerOwnedIpv4Pool": pool} if pool else {})})


def for_pool(pool: str, location: Location) -> Iterator[Grant]:
    """The right to take addresses from an IPAM pool ("Actions ... for Amazon EC2", Service Authorization Reference)."""
    yield Grant("ec2:CreateSubnet", location.filled(POOL) + pool)


def _shown(member: str) -> Callable[[Api, Sighting], str | None]:
    """How an attribute is read that DescribeSubnets shows."""

    def value(api: Api, sighting: Sighting) -> str | None:
        found: str | None = _one(api, sighting).get(member)
        return found

    return value


ZONE = "ec2.availability_zone"


class SubnetAdapter(Adapter[Subnet]):
    """CreateSubnet, and ModifySubnetAttribute one attribute at a time."""

    kind = "ec2.subnet"
    cloudformation = CloudFormation(
        type="AWS::EC2::Subnet",
        called={"OutpostArn": "outpost_arn"},
        needed={"vpc_id": "without it the default VPC is taken; CloudFormation takes none"},
        fixed={
            "ipv6_cidr_block": "AssociateSubnetCidrBlock changes it; CloudFormation can under a condition"
        },
        write_only={"enable_lni_at_device_index": "DescribeSubnets shows it"},
        not_granted={
            "ec2:DescribeNetworkAcls": "tells which network ACL it is associated with, which is no setting of it"
        },
    )
    appearance = Appearance(column=2)
    attributes: ClassVar[Mapping[str, Attribute]] = {
        word: Attribute(
            summary, _shown(member), ("ipv6_cidr_block",) if word == "ipv6_cidr_block" else (), means=means
        )
        for word, member, summary, means in (
            ("vpc_id", "VpcId", "the id of the VPC that it is in", Means("ec2.vpc", "id")),
            ("cidr_block", "CidrBlock", "its block of IPv4 addresses", None),
            ("ipv6_cidr_block", "Ipv6CidrBlock", "its block of IPv6 addresses", None),
            (
                "availability_zone",
                "AvailabilityZone",
                "the name of its Availability Zone",
                Means(ZONE, "name"),
            ),
            (
                "availability_zone_id",
                "AvailabilityZoneId",
                "the id of its Availability Zone",
                Means(ZONE, "id"),
            ),
        )
    }
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {
        "ipv4_ipam_pool_id": for_pool,
        "ipv6_ipam_pool_id": for_pool,
    }
    service = EC2
    model = Subnet
    summary = "a subnet of a VPC with its blocks of addresses and what is launched in it is given"
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
        (
            "vpc_id",
            "availability_zone",
            "availability_zone_id",
            "cidr_block",
            "ipv4_ipam_pool_id",
            "ipv4_netmask_length",
            "ipv6_cidr_block",
            "ipv6_ipam_pool_id",
            "ipv6_netmask_length",
            "ipv6_native",
            "outpost_arn",
        ),
        fixed=frozenset(
            {
                "vpc_id",
                "availability_zone",
                "availability_zone_id",
                "cidr_block",
                "ipv6_native",
                "outpost_arn",
            }
        ),
        write_only=frozenset(
            {"ipv4_ipam_pool_id", "ipv4_netmask_length", "ipv6_ipam_pool_id", "ipv6_netmask_length"}
        ),
    )
    updates = (
        Calls(
            set_ipv6,
            ("ipv6_cidr_block", "assign_ipv6_address_on_creation", "enable_dns64"),
            ("disassociate_subnet_cidr_block", "associate_subnet_cidr_block", MODIFY),
        ),
        Calls(
            set_others,
            ("map_public_ip_on_launch", "private_dns_name_options_on_launch", "enable_lni_at_device_index"),
            (MODIFY,),
        ),
        Calls(set_customer_owned, ("map_customer_owned_ip_on_launch", "customer_owned_ipv4_pool"), (MODIFY,)),
    )
    delete = Delete("delete_subnet")
    reads = Reads(
        called=("describe_subnets", "describe_vpcs"),
        listed=frozenset(Subnet.model_fields) - create.write_only - {"tags"},
        page=1000,
        joined=frozenset({"describe_vpcs"}),
    )
    tagging_api_type = "ec2:subnet"
    tagging = tagging_of("subnet", "describe_subnets", "SubnetIds", "Subnets")

    def aws_name(self, name: str, settings: Mapping[str, Any]) -> str | None:
        """What takes the place of a name: no other subnet of its VPC has these addresses."""
        del name
        block = settings.get("ipv6_cidr_block") if settings.get("ipv6_native") else settings.get("cidr_block")
        return block if isinstance(block, str) else None

    def same_place(self, settings: Settings, sighting: Sighting) -> bool:
        return same_vpc(settings, sighting)

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        del scope
        return self._seen(api)

    def list_tagged(self, api: Api, scope: Address, tag: str, value: str) -> Iterable[Sighting]:
        del scope
        return self._seen(api, **by(f"tag:{tag}", value))

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        del fields
        found: Wired = _one(api, sighting)
        return found

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        """Take the default VPC where the files name none."""
        if "VpcId" in parameters:
            return parameters
        vpc = default_vpc(api)
        if vpc is None:
            raise Refused(
                "create_subnet", "NoDefaultVpc", "the account has no default VPC here; write vpc_id"
            )
        return {**parameters, "VpcId": vpc}

    def made_by_aws(self, sighting: Sighting) -> bool:
        """Whether it came with a default VPC."""
        return bool(sighting.settings.get("DefaultForAz"))

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        row = _one(api, sighting)
        states = [
            each["Ipv6CidrBlockState"]["State"] for each in row.get("Ipv6CidrBlockAssociationSet") or ()
        ]
        busy = next((state for state in states if state in AT_WORK), None)
        if busy:
            return f"IPv6 block is {busy}"
        return "subnet is pending" if row.get("State") == "pending" else None

    def problems(self, files: InFiles) -> Iterable[Finding]:
        written = {name for name, value in files.settings.items() if value is not None}
        if files.new and not written & BLOCKS:
            said = f"AWS creates no subnet without addresses; write one of {', '.join(sorted(BLOCKS))}"
            yield Finding(said, warning=True)
        yield from _without_ipv6(files)
        for one, other in (
            ("availability_zone", "availability_zone_id"),
            ("cidr_block", "ipv4_ipam_pool_id"),
            ("ipv6_cidr_block", "ipv6_ipam_pool_id"),
        ):
            if {one, other} <= written:
                yield Finding(f"{one} and {other} are two ways to say the same; keep one", (other,))
        for pool, length in (
            ("ipv4_ipam_pool_id", "ipv4_netmask_length"),
            ("ipv6_ipam_pool_id", "ipv6_netmask_length"),
        ):
            if len({pool, length} & written) == 1:
                yield Finding(f"{pool} and {length} go together; write both", tuple({pool, length} & written))
        if files.settings.get("ipv6_native") and written & {"cidr_block", "ipv4_ipam_pool_id"}:
            yield Finding("an IPv6-only subnet has no IPv4 addresses; leave out its block", ("ipv6_native",))

    def _seen(self, api: Api, **filters: Any) -> Iterator[Sighting]:
        for row, in_default in described(api, "describe_subnets", **filters):
            at, arn = self.identity.at({}, row["SubnetId"]), self.identity.arn(api, row["SubnetId"])
            settings = _with_block(row) | {IN_DEFAULT_VPC: in_default}
            name = settings.get("CidrBlock") or settings.get("Ipv6CidrBlock") or row["SubnetId"]
            yield Sighting(name, at, arn, settings=settings, tags=tags_in(row.get("Tags")))


def _without_ipv6(files: InFiles) -> Iterator[Finding]:
    """The attributes that AWS turns on only where there are IPv6 addresses."""
    settings, options = files.settings, files.settings.get("private_dns_name_options_on_launch") or {}
    cleared = "ipv6_cidr_block" in settings and settings["ipv6_cidr_block"] is None
    if cleared or files.lacks("ipv6_cidr_block", "ipv6_ipam_pool_id"):
        names = [
            (name,) for name in ("assign_ipv6_address_on_creation", "enable_dns64") if settings.get(name)
        ]
        inner = "enable_resource_name_dns_aaaa_record"
        for path in (
            *names,
            *([("private_dns_name_options_on_launch", inner)] if options.get(inner) else ()),
        ):
            yield Finding(f"{path[-1]} needs an ipv6_cidr_block; write one, or leave this out", path)


def _one(api: Api, sighting: Sighting) -> Any:
    return _with_block(api.call("describe_subnets", SubnetIds=[sighting.id])["Subnets"][0])


def _associations(row: Wired) -> list[Wired]:
    """The IPv6 blocks that it has, or is about to have."""
    found = row.get("Ipv6CidrBlockAssociationSet") or ()
    return [each for each in found if each["Ipv6CidrBlockState"]["State"] in ("associated", "associating")]


def _with_block(row: Any) -> Any:
    """A subnet as AWS shows it, with its IPv6 block where requests have it."""
    blocks = [each["Ipv6CidrBlock"] for each in _associations(row)]
    return row | ({"Ipv6CidrBlock": blocks[0]} if blocks else {})
