"""The operations that change the addresses of a NAT gateway."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from moto.ec2.models import EC2Backend

from reconciler.sandbox.moto_patches.ec2 import nat_addresses
from reconciler.sandbox.moto_patches.ec2.nat_addresses import Held
from reconciler.sandbox.moto_patches.ec2.nat_gateways import Gateway, gateway_of, settle
from reconciler.sandbox.moto_patches.ec2.requests import Params, Reply, invalid, refuse_dry_run, refused


def associate(ec2: EC2Backend, params: Params) -> Reply:
    """AssociateNatGatewayAddress: further elastic IP addresses of a public gateway.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateNatGatewayAddress.html
    """
    gateway = _changeable(ec2, params, "public")
    ids, ips = params["AllocationIds"], params.get("PrivateIpAddresses") or []
    used = nat_addresses.use_of(ec2, ids)
    if used:
        raise refused("Resource.AlreadyAssociated", used)
    if ips and len(ips) != len(ids):
        raise invalid("The number of private IP addresses must match the number of allocation IDs")
    if gateway.regional:
        zone = nat_addresses.zone_of(ec2, params)
        refuse_dry_run(params)
        gateway.by_zone = True
        return _add(gateway, [nat_addresses.held(ec2, None, each, None, zone) for each in ids])
    return _add(gateway, _made(ec2, gateway, ips, ids, params))


def disassociate(ec2: EC2Backend, params: Params) -> Reply:
    """DisassociateNatGatewayAddress: the first address stays.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateNatGatewayAddress.html
    """
    gateway = _changeable(ec2, params, "public")
    by_id = {each.association_id: each for each in gateway.held}
    for each in params["AssociationIds"]:
        if each not in by_id:
            text = f"The association ID '{each}' does not exist"
            raise refused("InvalidAssociationID.NotFound", text)
    return _remove(ec2, gateway, [by_id[each] for each in params["AssociationIds"]], params)


def assign(ec2: EC2Backend, params: Params) -> Reply:
    """AssignPrivateNatGatewayAddress: further private addresses of a private gateway.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignPrivateNatGatewayAddress.html
    """
    gateway = _changeable(ec2, params, "private")
    ips, number = params.get("PrivateIpAddresses") or [], params.get("PrivateIpAddressCount") or 0
    if bool(ips) is bool(number):
        code = "InvalidParameterCombination" if ips else "MissingParameter"
        raise refused(code, "Either PrivateIpAddresses or PrivateIpAddressCount must be specified")
    return _add(gateway, _made(ec2, gateway, ips, [None] * (len(ips) or number), params))


def unassign(ec2: EC2Backend, params: Params) -> Reply:
    """UnassignPrivateNatGatewayAddress: the first address stays.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnassignPrivateNatGatewayAddress.html
    """
    gateway = _changeable(ec2, params, "private")
    by_ip = {each.ip: each for each in gateway.held}
    for each in params["PrivateIpAddresses"]:
        if each not in by_ip:
            raise invalid(f"The private IP address '{each}' is not assigned to {gateway.id}")
    return _remove(ec2, gateway, [by_ip[each] for each in params["PrivateIpAddresses"]], params)


def _made(
    ec2: EC2Backend, gateway: Gateway, ips: Sequence[str], ids: Sequence[str | None], params: Params
) -> list[Held]:
    """Return new addresses on the interface of a zonal gateway."""
    subnet = ec2.get_subnet(gateway.subnet_id)
    private = nat_addresses.chosen_ips(ec2, subnet, ips, len(ids))
    refuse_dry_run(params)
    interface = str(gateway.held[0].interface_id)
    ec2.assign_private_ip_addresses(interface, private)
    return [nat_addresses.held(ec2, ip, id_, interface, None) for ip, id_ in zip(private, ids, strict=True)]


def _add(gateway: Gateway, made: Sequence[Held]) -> Reply:
    gateway.held = [*gateway.held, *made]
    return _changed(gateway, made)


def _remove(ec2: EC2Backend, gateway: Gateway, gone: Sequence[Held], params: Params) -> Reply:
    if any(each.is_primary for each in gone):
        raise invalid(f"The primary address of {gateway.id} cannot be removed")
    refuse_dry_run(params)
    for each in gone:
        each.leave()
    shown = _changed(gateway, gone)
    settle(ec2)
    return shown


def _changed(gateway: Gateway, some: Iterable[Held]) -> Reply:
    shown = [nat_addresses.show(gateway.ec2_backend, each) for each in some]
    return {"NatGatewayId": gateway.id, "NatGatewayAddresses": shown}


def _changeable(ec2: EC2Backend, params: Params, kind: str) -> Any:
    """Return the gateway in a request that changes its addresses."""
    gateway = gateway_of(ec2, params["NatGatewayId"])
    if gateway.connectivity_type != kind:
        raise invalid(f"NAT gateway {gateway.id} is not {kind}")
    busy = next(_busy(gateway), None)
    if busy:
        raise refused("IncorrectState", f"NAT gateway {gateway.id} {busy}")
    return gateway


def _busy(gateway: Gateway) -> Iterator[str]:
    """Yield why the addresses of a gateway cannot change now."""
    if gateway.state != "available":
        yield f"is {gateway.state}"
    yield from (f"has an address that is {each.status}" for each in gateway.held if each.leaving)
