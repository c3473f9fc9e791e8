"""NAT gateways: their states by the sandbox's clock, create tokens, and AWS's checks.

Known-lossy: a regional gateway gets no addresses and no route table by itself; the number of addresses of a gateway has no
limit.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from moto.ec2.models import EC2Backend
from moto.ec2.models.nat_gateways import NatGateway
from moto.ec2.utils import random_nat_gateway_id

from reconciler.sandbox.moto_patches.ec2 import internet_gateways, nat_addresses
from reconciler.sandbox.moto_patches.ec2.nat_addresses import Held
from reconciler.sandbox.moto_patches.ec2.requests import (
    Params,
    Reply,
    Values,
    found_by,
    made_before,
    page,
    refuse_dry_run,
    refused,
    shown_tags,
    tags_for,
    value_of,
)
from reconciler.sandbox.moto_patches.transitions import Transition
from reconciler.sandbox.process_state import current

VISIBLE = 3600.0
"""Seconds for which AWS shows a deleted or failed gateway.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html
"""
OF_ZONAL = (
    *("AllocationId", "PrivateIpAddress", "SecondaryAllocationIds"),
    *("SecondaryPrivateIpAddressCount", "SecondaryPrivateIpAddresses"),
)
"""Members that only a zonal gateway takes."""


class Gateway(NatGateway):
    """A NAT gateway whose state follows the sandbox's clock."""

    def __init__(self, ec2: EC2Backend, params: Params) -> None:  # moto's makes an interface in any case
        self.id = random_nat_gateway_id()
        self.ec2_backend = ec2
        self.subnet_id = params.get("SubnetId") or ""
        self.vpc_id = str(params.get("VpcId") or ec2.get_subnet(self.subnet_id).vpc_id)
        self.connectivity_type = params.get("ConnectivityType") or "public"
        self.regional = params.get("AvailabilityMode") == "regional"
        self.by_zone = bool(params.get("AvailabilityZoneAddresses"))
        self.held: list[Held] = []
        self.failure: tuple[str, str] | None = None
        self.deleting = False
        self.life = Transition.begin("pending")
        self.born = current().clock()
        self.ended: float | None = None

    @property
    def state(self) -> str:
        """The state that AWS shows."""
        if self.deleting:
            return "deleted" if self.life.passed else "deleting"
        if not self.life.passed:
            return "pending"
        return "failed" if self.failure else "available"

    @state.setter
    def state(self, _state: str) -> None:
        """Take no state: moto's class declares an attribute."""

    @property
    def allocations(self) -> set[str]:
        """The elastic IP addresses that it has; those of a deleted one are only shown."""
        over = self.ended is not None or self.failure
        return set() if over else {each.allocation_id for each in self.held if each.allocation_id}


MAKE = cast("Callable[..., Gateway]", Gateway)  # to mypy, the classes of moto's resources are abstract


def create(ec2: EC2Backend, params: Params) -> Reply:
    """CreateNatGateway. What a public gateway lacks is found only later: then its state is `failed`.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html
    """
    tags, token = tags_for("natgateway", params), params.get("ClientToken")
    gateway = made_before(params, ec2.nat_gateways.values())
    refuse_dry_run(params)
    if gateway:
        return {"ClientToken": token, "NatGateway": show(ec2, gateway)}
    _check(ec2, params)
    gateway = MAKE(ec2, params)
    vars(gateway)["sandbox_asked"] = params
    gateway.failure = _failure(ec2, gateway, params)
    gateway.held = [*_regional(ec2, params)] if gateway.regional else _zonal(ec2, gateway, params)
    ec2.nat_gateways[gateway.id] = gateway
    gateway.add_tags(tags)
    return {"ClientToken": token, "NatGateway": {**show(ec2, gateway), "State": "pending"}}


def describe(ec2: EC2Backend, params: Params) -> Reply:
    """DescribeNatGateways; deleted and failed gateways are shown for an hour."""
    refuse_dry_run(params)
    wanted = [gateway_of(ec2, each) for each in params.get("NatGatewayIds") or ec2.nat_gateways]
    shown = [show(ec2, each) for each in wanted]
    asked = {"Filters": params.get("Filter")}
    found = found_by(asked, shown, FILTERS, lambda row: ec2.tags.get(row["NatGatewayId"], {}))
    return page("NatGateways", found, params)


def delete(ec2: EC2Backend, params: Params) -> Reply:
    """DeleteNatGateway: routes to it stay, and lead nowhere.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNatGateway.html
    """
    gateway = gateway_of(ec2, params["NatGatewayId"])
    if gateway.state == "deleted":
        raise _unknown(gateway.id)
    refuse_dry_run(params)
    if not gateway.deleting:
        gateway.deleting, gateway.life = True, Transition.begin("deleting")
        settle(ec2)
    return {"NatGatewayId": gateway.id}


def settle(ec2: EC2Backend) -> None:
    """Let gateways and addresses go whose time has passed; called before each operation."""
    gateways: list[Any] = [*ec2.nat_gateways.values()]
    for gateway in gateways:
        if gateway.state in ("deleted", "failed") and gateway.ended is None:
            gateway.ended = gateway.life.until
            nat_addresses.release(ec2, gateway.held)
        leaving = [each for each in gateway.held if each.gone]
        if leaving:
            nat_addresses.release(ec2, leaving)
            gateway.held = [each for each in gateway.held if not each.gone]
        if gateway.ended is not None and current().clock() >= gateway.ended + VISIBLE:
            del ec2.nat_gateways[gateway.id]
            ec2.tags.pop(gateway.id, None)


def show(ec2: EC2Backend, gateway: Any) -> Reply:
    """Return a gateway in the form of replies."""
    code, text = gateway.failure or ("", "")
    failed = {"FailureCode": code, "FailureMessage": text} if gateway.state == "failed" else {}
    deleted = {"DeleteTime": _time(gateway.ended)} if gateway.ended is not None else {}
    zones = "disabled" if gateway.by_zone else "enabled"
    regional = {"AutoProvisionZones": zones, "AutoScalingIps": zones}
    return {
        "NatGatewayId": gateway.id,
        "VpcId": gateway.vpc_id,
        "State": gateway.state,
        "ConnectivityType": gateway.connectivity_type,
        "AvailabilityMode": "regional" if gateway.regional else "zonal",
        "CreateTime": _time(gateway.born),
        "NatGatewayAddresses": [nat_addresses.show(ec2, each) for each in gateway.held],
        "Tags": shown_tags(ec2, gateway.id),
        **(regional if gateway.regional else {"SubnetId": gateway.subnet_id}),
        **failed,
        **deleted,
    }


def gateway_of(ec2: EC2Backend, id_: str) -> Any:
    """Return the gateway with an id."""
    if id_ not in ec2.nat_gateways:
        raise _unknown(id_)
    return ec2.nat_gateways[id_]


def in_vpc(ec2: EC2Backend, vpc_id: str) -> bool:
    """Return whether a VPC has a gateway that is not deleted."""
    gateways: Mapping[str, Any] = ec2.nat_gateways
    return any(each.vpc_id == vpc_id and each.ended is None for each in gateways.values())


def _unknown(id_: str) -> Exception:
    return refused("NatGatewayNotFound", f"NAT gateway {id_} was not found")


def _check(ec2: EC2Backend, params: Params) -> None:
    """Refuse what AWS refuses at once."""
    private = params.get("ConnectivityType") == "private"
    regional = params.get("AvailabilityMode") == "regional"
    for member, wanted in (("VpcId", regional), ("SubnetId", not regional)):
        if bool(params.get(member)) is not wanted:
            code = "MissingParameter" if wanted else "InvalidParameterCombination"
            mode = "regional" if regional else "zonal"
            raise refused(code, f"A {mode} NAT gateway {'needs' if wanted else 'takes no'} {member}")
    if regional:
        ec2.get_vpc(params["VpcId"])
    else:
        ec2.get_subnet(params["SubnetId"])
    public = ("AllocationId", "SecondaryAllocationIds", "AvailabilityZoneAddresses")
    if private and any(params.get(each) for each in public):
        raise refused("InvalidParameterCombination", "A private NAT gateway takes no elastic IP addresses")
    if regional and (private or any(params.get(each) for each in OF_ZONAL)):
        raise refused("InvalidParameterCombination", "A regional NAT gateway takes AvailabilityZoneAddresses")
    if not (private or regional or params.get("AllocationId")):
        text = "The request must include the AllocationId parameter. Add the required parameter and retry the request."
        raise refused("MissingParameter", text)
    number, ips = params.get("SecondaryPrivateIpAddressCount"), params.get("SecondaryPrivateIpAddresses")
    if number and (ips or not private):
        text = (
            "SecondaryPrivateIpAddressCount is for private NAT gateways without SecondaryPrivateIpAddresses"
        )
        raise refused("InvalidParameterCombination", text)


def _failure(ec2: EC2Backend, gateway: Gateway, params: Params) -> tuple[str, str] | None:
    """Return why a gateway will fail, as AWS shows it; None if it will not.

    Source: NatGateway (Amazon EC2 API Reference)
    """
    zones = params.get("AvailabilityZoneAddresses") or ()
    wanted = [*_ids(params), *(id_ for each in zones for id_ in each.get("AllocationIds") or ())]
    used = nat_addresses.use_of(ec2, wanted)
    if gateway.connectivity_type == "public" and not internet_gateways.gateway_of(ec2, gateway.vpc_id):
        return "Gateway.NotAttached", f"Network {gateway.vpc_id} has no Internet gateway attached"
    return ("Resource.AlreadyAssociated", used) if used else None


def _ids(params: Params) -> list[str]:
    """Return the elastic IP addresses of a zonal gateway, the first one first."""
    first = [params["AllocationId"]] if params.get("AllocationId") else []
    return [*first, *(params.get("SecondaryAllocationIds") or ())]


def _regional(ec2: EC2Backend, params: Params) -> list[Held]:
    rows = params.get("AvailabilityZoneAddresses") or ()
    found = [(nat_addresses.zone_of(ec2, row), row.get("AllocationIds") or ()) for row in rows]
    return [nat_addresses.held(ec2, None, id_, None, zone) for zone, ids in found for id_ in ids]


def _zonal(ec2: EC2Backend, gateway: Gateway, params: Params) -> list[Held]:
    """Make the interface of a gateway; return its addresses."""
    subnet, ids = ec2.get_subnet(gateway.subnet_id), _ids(params)
    ips = params.get("SecondaryPrivateIpAddresses") or []
    number = len(ids) or 1 + max(len(ips), params.get("SecondaryPrivateIpAddressCount") or 0)
    first = [params["PrivateIpAddress"]] if params.get("PrivateIpAddress") else []
    chosen = nat_addresses.chosen_ips(ec2, subnet, [*first, *ips], number)
    if not first:
        chosen = [*chosen[len(ips) :][:1], *ips, *chosen[len(ips) + 1 :]]
    interface = ec2.create_network_interface(subnet, chosen[0])
    ec2.assign_private_ip_addresses(interface.id, chosen[1:])
    wanted = [*ids, *[None] * number][:number]
    failed = gateway.failure is not None
    made = [
        Held(ip=ip, allocation_id=id_, interface_id=interface.id)
        if failed
        else nat_addresses.held(ec2, ip, id_, interface.id, None)
        for ip, id_ in zip(chosen, wanted, strict=True)
    ]
    made[0].is_primary = True
    return made


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html
FILTERS: Mapping[str, Values] = {
    "nat-gateway-id": lambda row: [row["NatGatewayId"]],
    "state": lambda row: [row["State"]],
    "subnet-id": value_of("SubnetId"),
    "vpc-id": lambda row: [row["VpcId"]],
}
