"""The requests that change a subnet: ModifySubnetAttribute takes one attribute at a time."""

from collections.abc import Iterator
from typing import Any

from reconciler.contract import Api, Calls, Change, Request, one_request_per_member
from reconciler.errors import Refused
from reconciler.resources.ec2.common import default_vpc
from reconciler.resources.ec2.subnet_reading import associations

MODIFY = "modify_subnet_attribute"
ASSIGNS = "AssignIpv6AddressOnCreation"


def flag(member: str) -> Any:
    """The parameters of ModifySubnetAttribute for an attribute that is on or off."""
    return lambda value: {member: {"Value": value}}


def set_ipv6(change: Change) -> Iterator[Request]:
    """Set the IPv6 block, and the attributes that need one. AWS removes the old block before it adds a new one.

    AWS does not remove a block while new interfaces get addresses from it (DisassociateSubnetCidrBlock, API Reference).
    """
    before = dict(change.observed)
    if change.differs("Ipv6CidrBlock"):
        for each in associations(change.reported):
            if before.get(ASSIGNS):
                yield Request(MODIFY, {**change.address, ASSIGNS: {"Value": False}})
                before[ASSIGNS] = False
            yield Request("disassociate_subnet_cidr_block", {"AssociationId": each["AssociationId"]})
        if change.desired.get("Ipv6CidrBlock"):
            block = {"Ipv6CidrBlock": change.desired["Ipv6CidrBlock"]}
            yield Request("associate_subnet_cidr_block", {**change.address, **block})
    for name in (ASSIGNS, "EnableDns64"):
        wanted = change.desired.get(name)
        # An attribute that is not in the files is not turned on again if there is no block any more.
        if wanted != before.get(name) and (
            change.desired.get("Ipv6CidrBlock") or change.observed.get(name) != wanted
        ):
            yield Request(MODIFY, {**change.address, name: {"Value": wanted}})


set_others = one_request_per_member(
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
    """Set two attributes that AWS requires in the same request."""
    pool = change.desired.get("CustomerOwnedIpv4Pool")
    told = {"MapCustomerOwnedIpOnLaunch": {"Value": change.desired.get("MapCustomerOwnedIpOnLaunch", False)}}
    yield Request(MODIFY, {**change.address, **told, **({"CustomerOwnedIpv4Pool": pool} if pool else {})})


def in_default_vpc(api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of create, with the default VPC if the files name no VPC.

    Raises:
        Refused: the files name no VPC, and the account has no default VPC.
    """
    if "VpcId" in parameters:
        return parameters
    vpc = default_vpc(api)
    if vpc is None:
        raise Refused("create_subnet", "NoDefaultVpc", "the account has no default VPC here; write vpc_id")
    return {**parameters, "VpcId": vpc}


IPV6 = Calls(
    set_ipv6,
    ("ipv6_cidr_block", "assign_ipv6_address_on_creation", "enable_dns64"),
    ("disassociate_subnet_cidr_block", "associate_subnet_cidr_block", MODIFY),
)
OTHERS = Calls(
    set_others,
    ("map_public_ip_on_launch", "private_dns_name_options_on_launch", "enable_lni_at_device_index"),
    (MODIFY,),
)
CUSTOMER_OWNED = Calls(
    set_customer_owned, ("map_customer_owned_ip_on_launch", "customer_owned_ipv4_pool"), (MODIFY,)
)
