"""Reads a VPC endpoint from the reply of DescribeVpcEndpoints, and the addresses of its network interfaces."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import Api, Attribute, Check, FieldRead, Sighting, Wired, state_check, tags_in
from reconciler.errors import Absent, Refused
from reconciler.model import Means, Settings
from reconciler.resources.ec2.common import GOING, NAME_TAG, by, described
from reconciler.resources.ec2.vpc_endpoint_model import BALANCER, FULL_ACCESS, GATEWAY
from reconciler.resources.policy_document import canonical

DESCRIBE, INTERFACES, LISTS = (
    "describe_vpc_endpoints",
    "describe_network_interfaces",
    "describe_managed_prefix_lists",
)
INBOUND = "PrivateDnsOnlyForInboundResolverEndpoint"
MANAGED = "RequesterManaged"
"""The member of an endpoint that tells whether a service manages it."""
WAITS = "pendingAcceptance"
ENDED: Mapping[str, str] = {
    WAITS: "it waits until the owner of the service accepts it",
    "rejected": "the owner of the service has rejected it",
    "expired": "the owner of the service did not accept it in time; delete it, and it is created again",
    "failed": "AWS could not make it; delete it, and it is created again",
    "partial": "AWS could make only a part of it",
}
"""By state that AWS does not leave by itself: what it means."""


def shown(row: Any) -> Wired:
    """An endpoint with its security groups and its first DNS name in plain members, and its state in AWS's usual spelling."""
    state, names = str(row.get("State") or ""), row.get("DnsEntries") or [{}]
    found: Wired = row | {
        "State": state[:1].lower() + state[1:],
        "SecurityGroupIds": [each["GroupId"] for each in row.get("Groups") or ()],
        "DnsName": names[0].get("DnsName"),
        "HostedZoneId": names[0].get("HostedZoneId"),
    }
    return found


def named_ones_of_services(api: Api) -> Iterator[tuple[str, str]]:
    """The endpoints that services of AWS manage: the name of each, and why nobody else does."""
    for row in api.pages(DESCRIBE, MaxResults=1000):
        if row.get(MANAGED) and not is_going(row):
            yield (
                tags_in(row.get("Tags")).get(NAME_TAG) or row["VpcEndpointId"],
                "a service of AWS manages it",
            )


def is_going(row: Wired) -> bool:
    """Whether an endpoint is deleted, or is being deleted."""
    return str(row.get("State")).lower() in GOING


def is_manageable(row: Wired) -> bool:
    """Whether an endpoint exists, and no service manages it."""
    return not is_going(row) and not row.get(MANAGED)


def _addresses(api: Api, sighting: Sighting) -> Wired:
    """The addresses of its network interfaces, by subnet."""
    rows = api.call(DESCRIBE, VpcEndpointIds=[sighting.id])["VpcEndpoints"]
    if not rows or is_going(rows[0]):
        raise Absent(DESCRIBE, "NotDescribed", f"AWS has no {sighting.id}")
    ids = rows[0].get("NetworkInterfaceIds") or []
    filters = [{"Name": "network-interface-id", "Values": ids}]
    interfaces = api.pages(INTERFACES, Filters=filters) if ids else ()
    return {"SubnetConfigurations": [_placed(each) for each in interfaces]}


def _placed(interface: Wired) -> Wired:
    v6 = [each["Ipv6Address"] for each in interface.get("Ipv6Addresses") or ()]
    found = {"Ipv4": interface.get("PrivateIpAddress"), "Ipv6": v6[0] if v6 else None}
    return {"SubnetId": interface["SubnetId"], **{name: each for name, each in found.items() if each}}


ADDRESSES = FieldRead(_addresses, (DESCRIBE, INTERFACES))


def of_written_subnets(live: Any, written: Settings, reported: Wired) -> Any:
    """The addresses in the subnets that the files write."""
    del reported
    wanted = {row.get("subnet_id") for row in written.get("subnet_configurations") or ()}
    return None if live is None else [row for row in live if row.get("subnet_id") in wanted]


def without_default(live: Any, written: Settings, reported: Wired) -> Any:
    """The policy; none if the files write null, and AWS's default one is live."""
    del reported
    return None if written.get("policy_document") is None and is_default(live) else live


def is_default(policy: Any) -> bool:
    """Whether a policy allows everything, as AWS's default one does, in whatever version and with an empty Sid."""
    if not isinstance(policy, Mapping):
        return False
    statements = [
        {key: value for key, value in each.items() if key != "Sid"} for each in policy.get("Statement") or ()
    ]
    alike = {"Version": FULL_ACCESS["Version"], "Statement": statements}
    return bool(canonical(alike) == canonical(FULL_ACCESS))


def at_work(row: Wired) -> str | None:
    """The work of AWS on an endpoint that has not ended; None if there is none.

    Raises:
        Refused: AWS could not make it.
    """
    if row["State"] == "failed":
        error = row.get("LastError") or {}
        why = error.get("Message") or row.get("FailureReason") or ENDED["failed"]
        raise Refused("create_vpc_endpoint", error.get("Code") or "failed", why)
    return "VPC endpoint is pending" if row["State"] == "pending" else None


def deletion(api: Api, asked: Wired) -> str | None:
    """What AWS is still doing to delete an endpoint; None once it is deleted."""
    try:
        rows = api.call(DESCRIBE, VpcEndpointIds=asked["VpcEndpointIds"])["VpcEndpoints"]
    except Absent:
        return None
    states = [shown(row)["State"] for row in rows]
    return next((f"VPC endpoint is {each}" for each in states if each != "deleted"), None)


def why(reported: Wired) -> str:
    """Why an endpoint does not work, in AWS's words or in ours."""
    told = (reported.get("LastError") or {}).get("Message") or reported.get("FailureReason")
    return str(told or ENDED.get(str(reported.get("State")), ""))


def remarks(written: Settings, reported: Wired) -> Iterator[str]:
    """That an endpoint does not work, or only in part."""
    del written
    state = str(reported.get("State"))
    if state in ENDED:
        told = why(reported)
        yield ENDED[state] if told == ENDED[state] else f"{ENDED[state]}: {told}"


def left_out(row: Wired, region: str) -> Iterator[str]:
    """The fields that AWS computes for a new endpoint like this one."""
    yield "subnet_configurations"
    type_, options = row.get("VpcEndpointType"), row.get("DnsOptions") or {}
    if row.get("ServiceRegion") == region:
        yield "service_region"
    if type_ in (GATEWAY, BALANCER):
        yield from ("private_dns_enabled", "security_group_ids")
    usual = options.get("DnsRecordIpType") in (None, "service-defined", row.get("IpAddressType"))
    if usual and not any(value for name, value in options.items() if name != "DnsRecordIpType"):
        yield "dns_options"


def prefix_list_of(api: Api, sighting: Sighting) -> str | None:
    """The id of AWS's list of the addresses of the service of a gateway endpoint; None if AWS has none."""
    name = sighting.settings.get("ServiceName")
    if not name:
        row = described(api, DESCRIBE, "VpcEndpoints", VpcEndpointIds=[sighting.id])
        name = row.get("ServiceName")
    found = api.pages(LISTS, **by("prefix-list-name", str(name)))
    return next((each["PrefixListId"] for each in found), None)


ATTRIBUTES: Mapping[str, Attribute] = {
    "dns_name": Attribute("the first of the DNS names of an interface endpoint", "DnsName"),
    "hosted_zone_id": Attribute("the id of the hosted zone of this name, for an alias", "HostedZoneId"),
    "prefix_list_id": Attribute(
        "the id of AWS's prefix list of the service of a gateway endpoint",
        prefix_list_of,
        means=Means("ec2.managed_prefix_list", "id"),
    ),
}
CHECKS: Mapping[str, Check] = {"state": state_check("State", ("available",), DESCRIBE, why=why)}
