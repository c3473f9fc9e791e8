"""Elastic IP addresses: their associations, reverse DNS, and AWS's checks when they are released.

Known-lossy: no pools of addresses except Amazon's; nothing checks that the domain name of a reverse DNS record leads to
the address.
"""

from collections.abc import Mapping
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_ip_addresses import ElasticAddress
from moto.ec2.models.elastic_network_interfaces import NetworkInterface

from reconciler.sandbox.moto_patches.ec2 import internet_gateways
from reconciler.sandbox.moto_patches.ec2.requests import (
    Params,
    Reply,
    Values,
    found_by,
    invalid,
    page,
    refuse_dry_run,
    refused,
    shown_tags,
    tags_for,
    value_of,
)
from reconciler.sandbox.moto_patches.transitions import Transition
from reconciler.sandbox.sandbox_error import SandboxError, not_in_sandbox

OF_AMAZON = "amazon"
"""What AWS shows as the pool of addresses that Amazon provides."""
NOT_YOURS = "You do not have permission to access the specified resource."
"""AWS's message if a service manages the association of an address.

Source: https://github.com/kubernetes/kops/issues/1604
"""


def allocate(ec2: EC2Backend, params: Params) -> Reply:
    """AllocateAddress. An address that the request names is one that the account has released.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html
    """
    tags = tags_for("elastic-ip", params)
    _refuse_pools(params)
    group, wanted = params.get("NetworkBorderGroup") or ec2.region_name, params.get("Address")
    if not group.startswith(ec2.region_name):
        raise invalid(f"Value ({group}) for parameter networkBorderGroup is invalid.")
    if wanted and wanted not in _released(ec2):
        raise refused("InvalidAddress.NotFound", f"Address '{wanted}' not found.")
    refuse_dry_run(params)
    made = ec2.allocate_address("vpc", wanted, tags)
    vars(made)["sandbox_group"] = group
    _released(ec2).discard(made.public_ip)
    shown = show(ec2, made)
    names = ("AllocationId", "Domain", "NetworkBorderGroup", "PublicIp", "PublicIpv4Pool")
    return {name: shown[name] for name in names}


def describe(ec2: EC2Backend, params: Params) -> Reply:
    """DescribeAddresses; AWS has no pages of it."""
    refuse_dry_run(params)
    ids, ips = params.get("AllocationIds"), params.get("PublicIps")
    chosen = [address_of(ec2, each) for each in ids] if ids else [*ec2.addresses]
    for each in ips or ():
        if each not in {address.public_ip for address in ec2.addresses}:
            raise refused("InvalidAddress.NotFound", f"Address '{each}' not found.")
    shown = [show(ec2, each) for each in chosen if not ips or each.public_ip in ips]
    return {"Addresses": found_by(params, shown, FILTERS, lambda row: ec2.tags.get(row["AllocationId"], {}))}


def release(ec2: EC2Backend, params: Params) -> Reply:
    """ReleaseAddress; refused while the address is in use outside the default VPC, and while it has a reverse DNS record.

    Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html;
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Elastic_Addressing_Reverse_DNS.html
    """
    address = _named(ec2, params)
    group = params.get("NetworkBorderGroup")
    if group and group != group_of(address):
        raise refused("InvalidAddress.NotFound", f"Address '{address.public_ip}' not found.")
    _refuse_managed(ec2, address)
    if address.eni and address.eni.subnet.vpc_id != ec2.default_vpc.id:
        raise refused("InvalidIPAddress.InUse", f"Address {address.public_ip} is in use.")
    if record_of(address)[0]:
        text = (
            f"The address with allocation id [{address.allocation_id}] cannot be released because it is locked to "
            "your account. Please contact AWS Support to unlock it."
        )
        raise refused("InvalidAddress.Locked", text)
    refuse_dry_run(params)
    ec2.tags.pop(str(address.allocation_id), None)
    _released(ec2).add(address.public_ip)
    ec2.release_address(address=address.public_ip)
    return {}


def associate(ec2: EC2Backend, params: Params) -> Reply:
    """AssociateAddress with an instance or a network interface; it may take the address from another one.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html
    """
    address, interface, ip = _named(ec2, params), *_target(ec2, params)
    _refuse_managed(ec2, address)
    if internet_gateways.gateway_of(ec2, interface.subnet.vpc_id) is None:
        text = f"Network {interface.subnet.vpc_id} is not attached to any internet gateway"
        raise refused("Gateway.NotAttached", text)
    if address.eni is interface and private_ip(address) == ip:
        return {"AssociationId": address.association_id}
    if address.eni and params.get("AllowReassociation") is False:
        text = f"resource {address.allocation_id} is already associated with associate-id {address.association_id}"
        raise refused("Resource.AlreadyAssociated", text)
    others = [each for each in ec2.addresses if each.eni is interface and private_ip(each) == ip]
    if others and not params.get("InstanceId"):
        text = f"resource {interface.id} is already associated with associate-id {others[0].association_id}"
        raise refused("Resource.AlreadyAssociated", text)
    refuse_dry_run(params)
    for each in (address, *others):
        ec2.disassociate_address(address=each.public_ip)
    bind(ec2, address, interface, ip)
    return {"AssociationId": address.association_id}


def disassociate(ec2: EC2Backend, params: Params) -> Reply:
    """DisassociateAddress.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateAddress.html
    """
    id_, ip = params.get("AssociationId"), params.get("PublicIp")
    if not id_ and not ip:
        raise refused("MissingParameter", "The request must contain the parameter AssociationId")
    found = next((each for each in ec2.addresses if id_ == each.association_id or ip == each.public_ip), None)
    if found is None:
        text = f"The association ID '{id_}' does not exist" if id_ else f"Address '{ip}' not found."
        raise refused("InvalidAssociationID.NotFound" if id_ else "InvalidAddress.NotFound", text)
    _refuse_managed(ec2, found)
    refuse_dry_run(params)
    ec2.disassociate_address(address=found.public_ip)
    return {}


def modify_attribute(ec2: EC2Backend, params: Params) -> Reply:
    """ModifyAddressAttribute: sets the reverse DNS record, which takes some time.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyAddressAttribute.html
    """
    address, domain = _named(ec2, params), params.get("DomainName")
    if not domain:
        raise refused("MissingParameter", "The request must contain the parameter domainName")
    return _change_record(address, f"{domain.rstrip('.')}.", params)


def reset_attribute(ec2: EC2Backend, params: Params) -> Reply:
    """ResetAddressAttribute: removes the reverse DNS record.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetAddressAttribute.html
    """
    return _change_record(_named(ec2, params), "", params)


def describe_attribute(ec2: EC2Backend, params: Params) -> Reply:
    """DescribeAddressesAttribute.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddressesAttribute.html
    """
    refuse_dry_run(params)
    ids = params.get("AllocationIds")
    chosen = [address_of(ec2, each) for each in ids] if ids else ec2.addresses
    return page("Addresses", [_show_record(each) for each in chosen], params)


def address_of(ec2: EC2Backend, allocation_id: str) -> ElasticAddress:
    """Return the address with an allocation id."""
    for each in ec2.addresses:
        if each.allocation_id == allocation_id:
            return each
    text = f"The allocation ID '{allocation_id}' does not exist"
    raise refused("InvalidAllocationID.NotFound", text)


def is_managed(ec2: EC2Backend, allocation_id: str) -> bool:
    """Return whether a NAT gateway has an address."""
    gateways: Mapping[str, Any] = ec2.nat_gateways
    return any(allocation_id in each.allocations for each in gateways.values())


def bind(ec2: EC2Backend, address: ElasticAddress, interface: NetworkInterface, ip: str) -> None:
    """Associate an address with a private address of an interface."""
    ec2.associate_address(
        instance=interface.instance, eni=interface, address=address.public_ip, reassociate=True
    )
    vars(address)["sandbox_private_ip"] = ip


def private_ip(address: ElasticAddress) -> str:
    """Return the private address that an address is associated with."""
    return str(vars(address).get("sandbox_private_ip") or address.private_ip_address or "")


def group_of(address: ElasticAddress) -> str:
    """Return the network border group of an address."""
    return str(vars(address).get("sandbox_group") or address.ec2_backend.region_name)


def show(ec2: EC2Backend, address: ElasticAddress) -> Reply:
    """Return an address in the form of replies."""
    eni, instance = address.eni, address.instance_id
    return {
        "AllocationId": address.allocation_id,
        "PublicIp": address.public_ip,
        "Domain": "vpc",
        "PublicIpv4Pool": OF_AMAZON,
        "NetworkBorderGroup": group_of(address),
        "Tags": shown_tags(ec2, str(address.allocation_id)),
        **(
            {
                "AssociationId": address.association_id,
                "NetworkInterfaceId": eni.id,
                "NetworkInterfaceOwnerId": ec2.account_id,
                "PrivateIpAddress": private_ip(address),
                **({"InstanceId": instance} if instance else {}),
            }
            if eni
            else {}
        ),
    }


def record_of(address: ElasticAddress) -> tuple[str, str | None]:
    """Return the reverse DNS record of an address, and the one that it is about to get; None if it stays."""
    before, after, change = vars(address).get("sandbox_record") or ("", "", Transition("", 0.0))
    return (after, None) if change.passed else (before, after)


def _change_record(address: ElasticAddress, record: str, params: Params) -> Reply:
    refuse_dry_run(params)
    before, _ = record_of(address)
    vars(address)["sandbox_record"] = (before, record, Transition.begin("PENDING"))
    pending = {"PtrRecordUpdate": {"Value": record, "Status": "PENDING"}}
    return {"Address": {**_show_record(address), **pending}}


def _show_record(address: ElasticAddress) -> Reply:
    record, wanted = record_of(address)
    return {
        "AllocationId": address.allocation_id,
        "PublicIp": address.public_ip,
        **({"PtrRecord": record} if record else {}),
        **({"PtrRecordUpdate": {"Value": wanted, "Status": "PENDING"}} if wanted is not None else {}),
    }


def _released(ec2: EC2Backend) -> set[str]:
    """Return the addresses that the account has released and that nobody has got since."""
    found: set[str] = vars(ec2).setdefault("sandbox_released", set())
    return found


def _named(ec2: EC2Backend, params: Params) -> ElasticAddress:
    if params.get("AllocationId"):
        return address_of(ec2, params["AllocationId"])
    ip = params.get("PublicIp")
    if not ip:
        raise refused("MissingParameter", "The request must contain the parameter AllocationId")
    found = next((each for each in ec2.addresses if each.public_ip == ip), None)
    if found is None:
        raise refused("InvalidAddress.NotFound", f"Address '{ip}' not found.")
    return found


def _target(ec2: EC2Backend, params: Params) -> tuple[NetworkInterface, str]:
    """Return the interface in a request, and the private address on it."""
    instance_id, interface_id = params.get("InstanceId"), params.get("NetworkInterfaceId")
    if bool(instance_id) is bool(interface_id):
        code = "InvalidParameterCombination" if instance_id else "MissingParameter"
        raise refused(code, "Either 'InstanceId' or 'NetworkInterfaceId' must be specified")
    if instance_id:
        instance: Any = ec2.get_instance_by_id(instance_id)
        if instance is None:
            text = f"The instance ID '{instance_id}' does not exist"
            raise refused("InvalidInstanceID.NotFound", text)
        if len(instance.nics) != 1:
            text = f"There are multiple interfaces attached to instance '{instance_id}'. Please specify an interface ID for the operation instead."
            raise refused("InvalidInstanceID", text)
        interface: NetworkInterface = next(iter(instance.nics.values()))
    else:
        interface = ec2.get_network_interface(str(interface_id))
    held = [each["PrivateIpAddress"] for each in interface.private_ip_addresses]
    ip = params.get("PrivateIpAddress") or interface.private_ip_address
    if ip not in held:
        raise invalid(f"The private IP address '{ip}' is not assigned to interface {interface.id}")
    return interface, str(ip)


def _refuse_managed(ec2: EC2Backend, address: ElasticAddress) -> None:
    """Refuse to change the association of an address that a NAT gateway has."""
    if is_managed(ec2, str(address.allocation_id)):
        raise SandboxError("AuthFailure", NOT_YOURS)


def _refuse_pools(params: Params) -> None:
    if params.get("IpamPoolId"):
        text = f"The ipam-pool ID '{params['IpamPoolId']}' does not exist"
        raise refused("InvalidIpamPoolId.NotFound", text)
    if params.get("PublicIpv4Pool") not in (None, OF_AMAZON):
        text = f"The pool ID '{params['PublicIpv4Pool']}' does not exist"
        raise refused("InvalidPublicIpv4PoolID.NotFound", text)
    if params.get("CustomerOwnedIpv4Pool"):
        raise not_in_sandbox("ec2", "AllocateAddress with CustomerOwnedIpv4Pool")


# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html
FILTERS: Mapping[str, Values] = {
    "allocation-id": value_of("AllocationId"),
    "association-id": value_of("AssociationId"),
    "instance-id": value_of("InstanceId"),
    "network-border-group": value_of("NetworkBorderGroup"),
    "network-interface-id": value_of("NetworkInterfaceId"),
    "network-interface-owner-id": value_of("NetworkInterfaceOwnerId"),
    "private-ip-address": value_of("PrivateIpAddress"),
    "public-ip": value_of("PublicIp"),
}
