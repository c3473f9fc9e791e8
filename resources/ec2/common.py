"""Shared by all kinds of Amazon EC2: tags, filters, and the default VPC."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Annotated, Any, ClassVar, TypeAlias, TypeVar

from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Assigned,
    Reads,
    Request,
    Sighting,
    Tagging,
    Wired,
    tag_changes,
    tag_list,
    tags_in,
)
from reconciler.errors import Absent, first_row
from reconciler.forms import Form, without
from reconciler.interpolation import has_reference
from reconciler.model import Means, Resource, Settings
from reconciler.resources.ec2.service import EC2
from reconciler.resources.lasting import LASTS

R = TypeVar("R", bound=Resource)
IN_DEFAULT_VPC = "InDefaultVpc"
"""A member that we add to replies: whether the resource is in the default VPC of the account."""


def _not_canonical(kind: type[IPv4Network | IPv6Network], example: str) -> Any:
    """A check that refuses texts that are no block, and blocks in a form that AWS would change."""

    def problem(text: str) -> str:
        try:
            block = str(kind(text, strict=False)) if "/" in text else ""
        except ValueError:
            block = ""
        if not block:
            return f"expected a block of addresses, such as {example}"
        return "" if block == text else f"AWS writes this block as {block}; write it so"

    return without(problem)


def _not_ipv4(text: str) -> str:
    try:
        IPv4Address(text)
    except ValueError:
        return "expected an IPv4 address, such as 10.0.1.9"
    return ""


def _not_ipv6(text: str) -> str:
    try:
        address = str(IPv6Address(text))
    except ValueError:
        return "expected an IPv6 address, such as 2001:db8::9"
    return "" if address == text else f"AWS writes this address as {address}; write it so"


Cidr: TypeAlias = Annotated[str, _not_canonical(IPv4Network, "10.0.0.0/16")]
"""A block of IPv4 addresses, in the form that AWS returns."""
CidrIpv6: TypeAlias = Annotated[str, _not_canonical(IPv6Network, "2001:db8::/32")]
"""A block of IPv6 addresses, in the form that AWS returns."""
PoolId: TypeAlias = Annotated[
    Annotated[
        str, Form(r"ipam-pool-[0-9a-f]+", "the id of a pool of IPAM, such as ipam-pool-0123456789abcdef0")
    ]
    | None,
    Means("ec2.ipam_pool", "id"),
    LASTS,
]
"""The id of a pool of IPAM; AWS does not show it later."""
Ipv4: TypeAlias = Annotated[str, without(_not_ipv4)]
"""One IPv4 address, in the form that AWS returns."""
Ipv6: TypeAlias = Annotated[str, without(_not_ipv6)]
"""One IPv6 address, in the form that AWS returns."""
GOING = ("deleting", "deleted")
"""The states of resources that AWS still shows, in lower case."""
LARGEST, SMALLEST = 16, 28
"""The prefix lengths of the largest and of the smallest IPv4 block of a VPC or a subnet."""


def network(text: Any) -> IPv4Network | None:
    """The IPv4 block that a text is; None for a reference or null."""
    return IPv4Network(text) if isinstance(text, str) and not has_reference(text) else None


def size_problem(block: IPv4Network | None) -> str:
    """What is wrong with the size of a block for a VPC or a subnet (AWS's user guide of Amazon VPC); empty if nothing is."""
    if block is None or LARGEST <= block.prefixlen <= SMALLEST:
        return ""
    return f"AWS takes blocks from /{LARGEST} to /{SMALLEST}, not /{block.prefixlen}"


def zone_problem(zone: Any, region: str) -> str:
    """What is wrong with an Availability Zone for a stack in a Region, which may be unknown; empty if nothing is."""
    known = isinstance(zone, str) and not has_reference(zone)
    return f"this Zone is not in {region}" if known and not zone.startswith(region) else ""


def described(api: Api, operation: str, member: str, **ids: Any) -> Any:
    """The row of a resource that AWS knows, in this member of the reply to a Describe operation.

    Raises:
        Unreadable: the reply has no row.
    """
    return first_row(operation, api.call(operation, **ids), member)


def row_of(api: Api, identity: Assigned, reads: Reads, sighting: Sighting) -> Any:
    """The row of one resource from the Describe operation, which takes a list of ids.

    Raises:
        Absent: AWS does not know the id, and answers with an empty list; or the resource is deleted, and still shown.
    """
    reply = api.call(reads.get, **{f"{identity.address}s": [sighting.id]})
    if not reply[reads.shown_in]:
        raise Absent(reads.get, "NotDescribed", f"AWS has no {sighting.id}")
    row = reply[reads.shown_in][0]
    state = str(row.get("State", "")).lower()
    if state in GOING:
        raise Absent(reads.get, "NotDescribed", f"{sighting.id} is {state}")
    return row


def tagging_of(type_: str, identity: Assigned, reads: Reads) -> Tagging:
    """The tagging of one resource type: tags are set by id, and read from the row of the Describe operation."""

    def read(api: Api, sighting: Sighting) -> Mapping[str, str]:
        return tags_in(row_of(api, identity, reads, sighting).get("Tags"))

    def change(sighting: Sighting, before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Request]:
        new, gone = tag_changes(before, after)
        if new:
            yield Request("create_tags", {"Resources": [sighting.id], "Tags": tag_list(new)})
        if gone:
            yield Request("delete_tags", {"Resources": [sighting.id], "Tags": [{"Key": tag} for tag in gone]})

    return Tagging(
        created_with=lambda tags: {"TagSpecifications": [{"ResourceType": type_, "Tags": tag_list(tags)}]},
        read=read,
        change=change,
        operations=(reads.get, "create_tags", "delete_tags"),
    )


def by(name: str, value: str) -> dict[str, Any]:
    """A filter, as parameters of a Describe operation."""
    return {"Filters": [{"Name": name, "Values": [value]}]}


VPCS = 1000
"""How many VPCs one page has. A Region has few, so all are listed: one list serves the VPCs and all kinds in the default VPC."""


def default_vpc(api: Api) -> str | None:
    """The id of the default VPC of the account and Region; None if it has none."""
    rows = api.pages("describe_vpcs", MaxResults=VPCS)
    return next((row["VpcId"] for row in rows if row["IsDefault"]), None)


NAME_TAG = "Name"
"""The tag that the console shows as a name. Several resources may have the same one."""


class Described(Adapter[R]):
    """A kind with one Describe operation for lists and for single resources."""

    service = EC2
    identity: ClassVar[Assigned]

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        del scope
        return self._described(api)

    def list_tagged(self, api: Api, scope: Address, tag: str, value: str) -> Iterable[Sighting] | None:
        del scope
        return self._described(api, **by(f"tag:{tag}", value))

    def _described(self, api: Api, **filters: Any) -> Iterator[Sighting]:
        for row in api.pages(self.reads.list, **filters, MaxResults=self.reads.page):
            yield self.seen(api, {}, row)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        return replace(super().seen(api, scope, row), tags=tags_in(row.get("Tags")))

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        return self.shown(row_of(api, self.identity, self.reads, sighting))


class NamedByTag(Described[R]):
    """A kind without names, whose resources may have the tag `Name`: a resource without a mark is found by it."""

    def aws_name(self, name: str, settings: Mapping[str, Any]) -> str | None:
        """Its tag `Name`, used as a name; None if the files do not set it."""
        del name
        tags = settings.get("tags")
        found = tags.get(NAME_TAG) if isinstance(tags, Mapping) else None
        return found if isinstance(found, str) and not has_reference(found) else None

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        seen = super().seen(api, scope, row)
        return replace(seen, name=(seen.tags or {}).get(NAME_TAG) or seen.name)


class InVpc(Described[R]):
    """A kind whose resources are in a VPC, and in the default VPC if the files name none."""

    listed_after = "ec2.vpc"

    def _described(self, api: Api, **filters: Any) -> Iterator[Sighting]:
        default = default_vpc(api)
        for row in api.pages(self.reads.list, **filters, MaxResults=self.reads.page):
            seen = self.seen(api, {}, row)
            yield replace(seen, settings={**seen.settings, IN_DEFAULT_VPC: row.get("VpcId") == default})

    def not_written(self, sighting: Sighting) -> Collection[str]:
        # Without a VPC in the files, the default VPC is meant.
        return {"vpc_id"} if sighting.settings.get(IN_DEFAULT_VPC) else ()

    def same_place(self, settings: Settings, sighting: Sighting) -> bool:
        # Without a VPC in the files, the default VPC is meant.
        written = settings.get("vpc_id")
        if written is None:
            return bool(sighting.settings.get(IN_DEFAULT_VPC))
        return bool(written == sighting.settings.get("VpcId"))
