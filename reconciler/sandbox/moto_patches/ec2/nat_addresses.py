"""The addresses of NAT gateways."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

from moto.ec2.models import EC2Backend
from moto.ec2.models.subnets import Subnet
from moto.ec2.utils import random_eip_association_id

from reconciler.sandbox.moto_patches.ec2 import addresses
from reconciler.sandbox.moto_patches.ec2.requests import Params, Reply, invalid, refused
from reconciler.sandbox.moto_patches.transitions import Transition

OF_AWS = 4
"""The first addresses of a subnet that AWS keeps: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html."""
DONE = "succeeded"
LEAVING = ("disassociating", "unassigning")


@dataclass(kw_only=True)
class Held:
    """One address of a NAT gateway: a private address, an elastic IP address, or both."""

    ip: str | None = None
    allocation_id: str | None = None
    public_ip: str | None = None
    association_id: str | None = None
    interface_id: str | None = None
    zone: str | None = None
    is_primary: bool = False
    life: Transition = field(default_factory=lambda: Transition(DONE, 0.0))

    @property
    def status(self) -> str:
        """The status that AWS shows."""
        return DONE if self.life.passed and not self.leaving else self.life.state

    @property
    def leaving(self) -> bool:
        """Whether it is being removed."""
        return self.life.state in LEAVING

    @property
    def gone(self) -> bool:
        """Whether it has been removed."""
        return self.leaving and self.life.passed

    def leave(self) -> None:
        """Begin to remove it."""
        self.life = Transition.begin("disassociating" if self.allocation_id else "unassigning")


def held(
    ec2: EC2Backend, ip: str | None, allocation_id: str | None, interface_id: str | None, zone: str | None
) -> Held:
    """Return a new address; an elastic IP address is associated with the interface, if there is one."""
    made = Held(ip=ip, allocation_id=allocation_id, interface_id=interface_id, zone=zone)
    made.life = Transition.begin("associating" if allocation_id else "assigning")
    if allocation_id is None:
        return made
    address, interface = addresses.address_of(ec2, allocation_id), ec2.enis.get(interface_id or "")
    if interface:
        addresses.bind(ec2, address, interface, str(ip))
    made.public_ip = address.public_ip
    made.association_id = address.association_id if interface else random_eip_association_id()
    return made


def release(ec2: EC2Backend, gone: Iterable[Held]) -> None:
    """Free addresses; the interface goes with the first one."""
    for each in gone:
        interface = ec2.enis.get(each.interface_id or "")
        for address in [one for one in ec2.addresses if one.allocation_id == each.allocation_id]:
            if interface is None or address.eni is interface:
                ec2.disassociate_address(address=address.public_ip)
        if interface:
            ec2.unassign_private_ip_addresses(interface.id, [str(each.ip)])
            if each.is_primary:
                del ec2.enis[interface.id]


def use_of(ec2: EC2Backend, allocation_ids: Iterable[str]) -> str | None:
    """Return AWS's message for the first address that something uses; None if all are free."""
    for id_ in allocation_ids:
        if addresses.address_of(ec2, id_).eni or addresses.is_managed(ec2, id_):
            return f"Elastic IP address [{id_}] is already associated"
    return None


def chosen_ips(ec2: EC2Backend, subnet: Subnet, wanted: Sequence[str], number: int) -> list[str]:
    """Return private addresses of a subnet: those that a request names, then the next free ones."""
    block = IPv4Network(subnet.cidr_block)
    used = {
        each["PrivateIpAddress"]
        for interface in ec2.enis.values()
        if interface.subnet.id == subnet.id
        for each in interface.private_ip_addresses
    }
    for each in wanted:
        if IPv4Address(each) not in block:
            raise invalid(f"Address {each} does not fall within the subnet's address range")
        if each in used:
            raise refused("InvalidIPAddress.InUse", f"Address {each} is in use.")
    free = (str(block[at]) for at in range(OF_AWS, block.num_addresses - 1))
    others = (each for each in free if each not in used and each not in wanted)
    return [*wanted, *(next(others) for _ in range(number - len(wanted)))]


def zone_of(ec2: EC2Backend, params: Params) -> str:
    """Return the name of the zone in a request, which has its name or its id."""
    zones = {zone.name: zone.zone_id for zone in ec2.describe_availability_zones()}
    name, id_ = params.get("AvailabilityZone"), params.get("AvailabilityZoneId")
    found = next((each for each, of in zones.items() if name == each or (not name and id_ == of)), None)
    if found is None:
        raise invalid(f"Value ({name or id_}) for parameter availabilityZone is invalid.")
    return found


def show(ec2: EC2Backend, each: Held) -> Reply:
    """Return an address of a gateway in the form of replies."""
    zones = {zone.name: zone.zone_id for zone in ec2.describe_availability_zones()} if each.zone else {}
    found = {
        "AllocationId": each.allocation_id,
        "AssociationId": each.association_id,
        "AvailabilityZone": each.zone,
        "AvailabilityZoneId": zones.get(each.zone or ""),
        "NetworkInterfaceId": each.interface_id,
        "PrivateIp": each.ip,
        "PublicIp": each.public_ip,
    }
    return {
        **{name: value for name, value in found.items() if value is not None},
        "IsPrimary": each.is_primary,
        "Status": each.status,
    }
