"""ec2.nat_gateway: a NAT gateway with its addresses."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    Address,
    Api,
    Attribute,
    Create,
    Delete,
    Marked,
    Reads,
    Sighting,
    Wired,
    own_fields,
)
from reconciler.model import Settings
from reconciler.resources.ec2 import costs, unused
from reconciler.resources.ec2.common import NamedByTag, tagging_of
from reconciler.resources.ec2.nat_gateway_changes import CREATE, GROUPS, anew, created
from reconciler.resources.ec2.nat_gateway_cloudformation import CLOUDFORMATION
from reconciler.resources.ec2.nat_gateway_model import DEFAULTS, NatGateway
from reconciler.resources.ec2.nat_gateway_problems import problems
from reconciler.resources.ec2.nat_gateway_reading import (
    ATTRIBUTES,
    CHECKS,
    DESCRIBE,
    LIVE,
    at_work,
    deletion,
    in_written_words,
    is_regional,
    shown,
)

ROWS, DRAIN = "availability_zone_addresses", "max_drain_duration_seconds"
FIXED = (
    *("availability_mode", "connectivity_type", "subnet_id", "vpc_id"),
    *("allocation_id", "private_ip_address"),
)
FURTHER = (
    *("secondary_allocation_ids", "secondary_private_ip_addresses", "secondary_private_ip_address_count"),
    ROWS,
)


class NatGatewayAdapter(NamedByTag[NatGateway]):
    """CreateNatGateway, and operations for its addresses; a deleted gateway that AWS still shows is none."""

    kind = "ec2.nat_gateway"
    relies_on: ClassVar[frozenset[str]] = frozenset({"ec2.internet_gateway"})
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="network", column=2)
    attributes: ClassVar[Mapping[str, Attribute]] = ATTRIBUTES
    model = NatGateway
    costs = costs.NAT_GATEWAY
    summary = "a NAT gateway with its elastic IP addresses and private addresses"
    console = "https://{region}.console.aws.amazon.com/vpcconsole/home?region={region}#NatGatewayDetails:natGatewayId={id}"
    defaults: ClassVar[Settings] = DEFAULTS
    identity = Marked(
        address="NatGatewayId",
        id_in="NatGateway.NatGatewayId",
        arns=("arn:{partition}:ec2:{region}:{account}:natgateway/{id}",),
        shares_names=True,
        chosen_by=frozenset({"id", "name", "tags", "subnet_id", "vpc_id"}),
    )
    create = Create(
        CREATE,
        (*FIXED, *FURTHER),
        fixed=frozenset(FIXED),
        write_only=frozenset({DRAIN}),
        token="ClientToken",  # noqa: S106 -- the name of a member
    )
    updates = GROUPS
    delete = Delete("delete_nat_gateway", progress=deletion, calls=(DESCRIBE,))
    reads = Reads(
        list=DESCRIBE,
        get=DESCRIBE,
        shown_in="NatGateways",
        listed=frozenset(own_fields(NatGateway, DRAIN)),
        page=1000,
    )
    tagging_api_type = "ec2:natgateway"
    tagging = tagging_of("natgateway", identity, reads)
    compared: ClassVar[Mapping[str, Callable[[Any, Settings, Wired], Any]]] = {ROWS: in_written_words}
    checks = CHECKS
    unused = unused.NAT_GATEWAY
    problems = staticmethod(problems)
    prepare = staticmethod(anew)
    shown = staticmethod(shown)

    def _described(self, api: Api, **filters: Any) -> Iterator[Sighting]:
        asked = [{"Name": "state", "Values": [*LIVE]}, *filters.get("Filters", ())]
        for row in api.pages(self.reads.list, Filter=asked, MaxResults=self.reads.page):
            yield self.seen(api, {}, row)

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        return super().created(api, scope, created(api, reply, parameters), parameters)

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        return at_work(api, sighting)

    def not_written(self, sighting: Sighting) -> Collection[str]:
        # AWS chooses private addresses, and in the automatic mode of a regional gateway all addresses.
        row, private = sighting.settings, sighting.settings.get("ConnectivityType") == "private"
        counted = "secondary_private_ip_addresses" if private else "secondary_private_ip_address_count"
        automatic = row.get("AutoProvisionZones") == "enabled"
        return {
            "private_ip_address",
            "secondary_private_ip_addresses",
            counted,
            *(() if is_regional(row) else ("vpc_id",)),
            *((ROWS,) if automatic else ()),
        }
