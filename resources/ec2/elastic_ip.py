"""ec2.elastic_ip: a static public IPv4 address."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import Api, Attribute, Create, Delete, Marked, Reads, Sighting, Wired, own_fields
from reconciler.model import Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.ec2 import costs, unused
from reconciler.resources.ec2.common import NAME_TAG, NamedByTag, tagging_of
from reconciler.resources.ec2.elastic_ip_changes import (
    DESCRIBE,
    GROUPS,
    RECORD,
    RECORD_READ,
    RESET,
    before_release,
    place,
)
from reconciler.resources.ec2.elastic_ip_cloudformation import CLOUDFORMATION
from reconciler.resources.ec2.elastic_ip_model import DEFAULTS, ElasticIp
from reconciler.resources.ec2.elastic_ip_problems import problems
from reconciler.resources.ec2.pool_grants import for_pool, for_public_pool

FIXED = ("address", "public_ipv4_pool", "customer_owned_ipv4_pool", "network_border_group")
OF_ASSOCIATION = ("instance_id", "network_interface_id", "private_ip_address")
MANAGED = "ServiceManaged"
"""The member that names the service which manages an address."""


class ElasticIpAdapter(NamedByTag[ElasticIp]):
    """AllocateAddress; AssociateAddress for its target, ModifyAddressAttribute for its reverse DNS record."""

    kind = "ec2.elastic_ip"
    relies_on: ClassVar[frozenset[str]] = frozenset({"ec2.internet_gateway"})
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="network", column=2)
    attributes: ClassVar[Mapping[str, Attribute]] = {"public_ip": Attribute("the address itself", "PublicIp")}
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {
        "ipam_pool_id": for_pool("ec2:AllocateAddress"),
        "public_ipv4_pool": for_public_pool("ec2:AllocateAddress"),
    }
    model = ElasticIp
    costs = costs.ELASTIC_IP
    summary = "a static public IPv4 address, its target and its reverse DNS record"
    console = (
        "https://{region}.console.aws.amazon.com/ec2/home?region={region}#ElasticIpDetails:AllocationId={id}"
    )
    defaults: ClassVar[Settings] = DEFAULTS
    identity = Marked(
        address="AllocationId",
        arns=("arn:{partition}:ec2:{region}:{account}:elastic-ip/{id}",),
        shares_names=True,
        chosen_by=frozenset({"id", "name", "tags", "address"}),
    )
    create = Create(
        "allocate_address",
        (*FIXED, "ipam_pool_id"),
        fixed=frozenset(FIXED),
        write_only=frozenset({"ipam_pool_id"}),
    )
    updates = GROUPS
    # Another account may get a released address (ReleaseAddress, API Reference).
    delete = Delete(
        "release_address",
        protected=True,
        loses="its address may not be had again",
        parameters=place,
        before=before_release,
        calls=(DESCRIBE, RECORD, RESET),
    )
    reads = Reads(
        list=DESCRIBE,
        get=DESCRIBE,
        shown_in="Addresses",
        listed=frozenset(own_fields(ElasticIp, "ipam_pool_id", "domain_name")),
        alone={"domain_name": RECORD_READ},
        details=frozenset({"domain_name"}),
    )
    tagging_api_type = "ec2:elastic-ip"
    tagging = tagging_of("elastic-ip", identity, reads)
    unused = unused.ELASTIC_IP
    problems = staticmethod(problems)

    def _described(self, api: Api, **filters: Any) -> Iterator[Sighting]:
        rows = api.pages(self.reads.list, **filters)  # AWS shows all on one page
        return (self.seen(api, {}, row) for row in rows if not row.get(MANAGED))

    def not_manageable(self, api: Api) -> Iterator[tuple[str, str]]:
        for row in api.pages(self.reads.list):
            if row.get(MANAGED):
                names = [each["Value"] for each in row.get("Tags") or () if each["Key"] == NAME_TAG]
                yield (names or [row["AllocationId"]])[0], f"the service {row[MANAGED]} manages it"

    def not_written(self, sighting: Sighting) -> Collection[str]:
        # AWS chooses the address; NAT gateways and instances are associated by themselves.
        own = sighting.settings.get("NetworkBorderGroup") == sighting.arn.split(":")[3]
        return {"address", *OF_ASSOCIATION, *(("network_border_group",) if own else ())}

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        del api
        return {"Domain": "vpc", **parameters}

    def shown(self, row: Any) -> Wired:
        """An address with the member that AllocateAddress has for the address itself."""
        shown: Wired = row | {
            "Address": row.get("PublicIp") or row.get("CarrierIp") or row.get("CustomerOwnedIp")
        }
        return shown
