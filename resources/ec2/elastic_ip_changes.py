"""The requests that change and release an elastic IP address."""

from collections.abc import Iterator
from typing import Any

from reconciler.contract import Api, Calls, Change, FieldRead, Request, Sighting, Wired
from reconciler.errors import InUse
from reconciler.resources.ec2.common import described

DESCRIBE, RECORD = "describe_addresses", "describe_addresses_attribute"
MODIFY, RESET = "modify_address_attribute", "reset_address_attribute"
ASSOCIATE, END = "associate_address", "disassociate_address"
DOMAIN = {"Attribute": "domain-name"}
TARGETS = {"instance_id": "InstanceId", "network_interface_id": "NetworkInterfaceId"}


def set_domain_name(change: Change) -> Iterator[Request]:
    """Set the reverse DNS record, or remove it."""
    wanted = change.desired.get("DomainName")
    if wanted:
        yield Request(MODIFY, {**change.address, "DomainName": wanted})
    else:
        yield Request(RESET, {**change.address, **DOMAIN})


def set_association(change: Change) -> Iterator[Request]:
    """Associate the address with what the files name, or end its association."""
    named = {member: change.desired.get(member) for name, member in TARGETS.items() if name in change.written}
    target = {member: value for member, value in named.items() if value}
    ip = change.desired.get("PrivateIpAddress") if "private_ip_address" in change.written else None
    association = change.reported.get("AssociationId")
    if target:
        yield Request(ASSOCIATE, {**change.address, **target, **({"PrivateIpAddress": ip} if ip else {})})
    elif association:
        yield Request(END, {"AssociationId": association})


def recorded(api: Api, sighting: Sighting) -> str | None:
    """The name of the reverse DNS record of an address; if it is being changed, the one that it will have."""
    rows = api.call(RECORD, AllocationIds=[sighting.id], **DOMAIN)["Addresses"]
    row: Wired = rows[0] if rows else {}
    update = row.get("PtrRecordUpdate") or {}
    name = update.get("Value") if update.get("Status") == "PENDING" else row.get("PtrRecord")
    return str(name).removesuffix(".") if name else None


def before_release(api: Api, sighting: Sighting) -> Iterator[Request]:
    """Remove the reverse DNS record, with which AWS releases no address.

    Raises:
        InUse: something uses the address. In a default VPC, AWS would release it all the same.
    """
    row = described(api, DESCRIBE, "Addresses", AllocationIds=[sighting.id])
    if row.get("AssociationId"):
        user = row.get("InstanceId") or row.get("NetworkInterfaceId") or "something"
        why = f"{row.get('PublicIp') or sighting.id} is associated with {user}; end this association first"
        raise InUse("release_address", "InvalidIPAddress.InUse", why)
    if recorded(api, sighting):
        yield Request(RESET, {**sighting.address, **DOMAIN})


def place(sighting: Sighting) -> dict[str, Any]:
    """The parameters of ReleaseAddress; AWS asks for the network border group outside the Region's own."""
    group = sighting.settings.get("NetworkBorderGroup")
    return {**sighting.address, **({"NetworkBorderGroup": group} if group else {})}


RECORD_READ = FieldRead(lambda api, sighting: {"DomainName": recorded(api, sighting)}, (RECORD,))
GROUPS = (
    Calls(set_domain_name, ("domain_name",), (MODIFY, RESET)),
    Calls(set_association, (*TARGETS, "private_ip_address"), (ASSOCIATE, END)),
)
