"""The requests that create a NAT gateway and change its addresses."""

from collections.abc import Iterator, Sequence
from typing import Any

from reconciler.contract import Api, Calls, Change, Request, Wired
from reconciler.errors import Waiting
from reconciler.resources.ec2.create_tokens import Remembered, after, made_by_us
from reconciler.resources.ec2.nat_gateway_reading import (
    ZONE,
    ZONE_ID,
    addresses,
    further,
    gone,
    is_regional,
)

CREATE = "create_nat_gateway"
ADD, REMOVE = "associate_nat_gateway_address", "disassociate_nat_gateway_address"
ASSIGN, UNASSIGN = "assign_private_nat_gateway_address", "unassign_private_nat_gateway_address"
IDS, IPS, COUNT = "SecondaryAllocationIds", "SecondaryPrivateIpAddresses", "SecondaryPrivateIpAddressCount"
DRAIN = "MaxDrainDurationSeconds"
GATEWAYS = Remembered("NatGateway", "NatGatewayId", gone=("deleting", "deleted", "failed"))


def anew(api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of create, with another token if an earlier gateway was made with the first one.

    Raises:
        Waiting: a gateway that is being deleted still has one of the addresses.
    """
    rows = [*gone(api)]
    zones = parameters.get("AvailabilityZoneAddresses") or ()
    wanted = {parameters.get("AllocationId"), *(parameters.get(IDS) or ())}
    wanted |= {id_ for row in zones for id_ in row["AllocationIds"]}
    for row in (each for each in rows if each["State"] == "deleting"):
        held = {each.get("AllocationId") for each in addresses(row)} & wanted - {None}
        if held:
            why = f"{row['NatGatewayId']} is being deleted, and still has {min(map(str, held))}"
            raise Waiting(CREATE, "NotYet", why)
    return after(parameters, [row["NatGatewayId"] for row in made_by_us(parameters, rows)])


def created(api: Api, reply: Wired, parameters: Wired) -> Wired:
    """The reply to create for a gateway that exists."""
    return GATEWAYS.living(api, CREATE, parameters, reply)


def set_addresses(change: Change) -> Iterator[Request]:
    """Add addresses, then remove others; an address whose place another one takes is removed first."""
    if is_regional(change.reported):
        yield from _by_zone(change)
    elif change.reported.get("ConnectivityType") == "private":
        yield from _private(change)
    else:
        yield from _public(change)


def _public(change: Change) -> Iterator[Request]:
    live = {each["AllocationId"]: each for each in further(change.reported) if each.get("AllocationId")}
    wanted = change.desired.get(IDS) or ()
    ips = (change.desired.get(IPS) or ()) if "secondary_private_ip_addresses" in change.written else None
    moving = (
        [] if ips is None else [id_ for id_ in wanted if id_ in live and live[id_]["PrivateIp"] not in ips]
    )
    going = [id_ for id_ in live if id_ not in wanted]
    new = [*(id_ for id_ in wanted if id_ not in live), *moving]
    first = [*moving, *(id_ for id_ in going if ips and live[id_]["PrivateIp"] in ips)]
    kept = {live[id_]["PrivateIp"] for id_ in wanted if id_ in live and id_ not in moving}
    free = {} if ips is None else {"PrivateIpAddresses": [ip for ip in ips if ip not in kept]}
    yield from _removed(change, [live[id_] for id_ in first])
    if new:
        yield Request(ADD, {**change.address, "AllocationIds": new, **free})
    yield from _removed(change, [live[id_] for id_ in going if id_ not in first])


def _private(change: Change) -> Iterator[Request]:
    live = [each["PrivateIp"] for each in further(change.reported)]
    if "secondary_private_ip_address_count" in change.written and change.differs(COUNT):
        count = change.desired.get(COUNT) or 0
        new: dict[str, Any] = {"PrivateIpAddressCount": max(0, count - len(live))}
        going = live[count:]
    else:
        wanted = change.desired.get(IPS) or ()
        new = {"PrivateIpAddresses": [ip for ip in wanted if ip not in live]}
        going = [ip for ip in live if ip not in wanted]
    if any(new.values()):
        yield Request(ASSIGN, {**change.address, **new})
    if going:
        yield Request(UNASSIGN, {**change.address, "PrivateIpAddresses": going, **_drain(change)})


def _by_zone(change: Change) -> Iterator[Request]:
    live = {each["AllocationId"]: each for each in addresses(change.reported) if each.get("AllocationId")}
    rows = change.desired.get("AvailabilityZoneAddresses") or ()
    zone_of = {id_: row for row in rows for id_ in row["AllocationIds"]}
    stays = {id_ for id_, row in zone_of.items() if id_ in live and _is_in(live[id_], row)}
    yield from _removed(change, [each for id_, each in live.items() if id_ in zone_of and id_ not in stays])
    for row in rows:
        new = [id_ for id_ in row["AllocationIds"] if id_ not in stays]
        zone = {name: row[name] for name in (ZONE, ZONE_ID) if row.get(name)}
        if new:
            yield Request(ADD, {**change.address, "AllocationIds": new, **zone})
    yield from _removed(change, [each for id_, each in live.items() if id_ not in zone_of])


def _is_in(held: Wired, row: Wired) -> bool:
    """Whether an address is in the Zone of a row, which has its name or its id."""
    return any(row.get(name) and row[name] == held.get(name) for name in (ZONE, ZONE_ID))


def _removed(change: Change, some: Sequence[Wired]) -> Iterator[Request]:
    if some:
        ids = [each["AssociationId"] for each in some]
        yield Request(REMOVE, {**change.address, "AssociationIds": ids, **_drain(change)})


def _drain(change: Change) -> dict[str, Any]:
    seconds = change.desired.get(DRAIN)
    return {DRAIN: seconds} if seconds else {}


GROUPS = (
    Calls(
        set_addresses,
        (
            "secondary_allocation_ids",
            "secondary_private_ip_addresses",
            "secondary_private_ip_address_count",
            "availability_zone_addresses",
            "max_drain_duration_seconds",
        ),
        (ADD, REMOVE, ASSIGN, UNASSIGN),
    ),
)
