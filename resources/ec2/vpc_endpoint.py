"""ec2.vpc_endpoint: an endpoint in a VPC through which a service is reached without the internet."""

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
from reconciler.permissions import GrantedFor
from reconciler.resources.ec2 import costs, unused
from reconciler.resources.ec2.common import NamedByTag, tagging_of
from reconciler.resources.ec2.vpc_endpoint_changes import CREATE, UPDATES, anew, created, replaces
from reconciler.resources.ec2.vpc_endpoint_cloudformation import CLOUDFORMATION
from reconciler.resources.ec2.vpc_endpoint_grants import GRANTED_FOR
from reconciler.resources.ec2.vpc_endpoint_model import DEFAULTS, FIXED, ROWS, VpcEndpoint
from reconciler.resources.ec2.vpc_endpoint_problems import problems
from reconciler.resources.ec2.vpc_endpoint_reading import (
    ADDRESSES,
    ATTRIBUTES,
    CHECKS,
    DESCRIBE,
    LISTS,
    at_work,
    deletion,
    is_manageable,
    left_out,
    named_ones_of_services,
    of_written_subnets,
    remarks,
    shown,
    without_default,
)


class VpcEndpointAdapter(NamedByTag[VpcEndpoint]):
    """CreateVpcEndpoint, ModifyVpcEndpoint; a deleted endpoint that AWS still shows is none."""

    kind = "ec2.vpc_endpoint"
    relies_on: ClassVar[frozenset[str]] = frozenset({kind})  # one for Amazon S3 may need another one
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="network", column=2)
    attributes: ClassVar[Mapping[str, Attribute]] = ATTRIBUTES
    granted_for: ClassVar[Mapping[str, GrantedFor]] = GRANTED_FOR
    costs = costs.VPC_ENDPOINT
    model = VpcEndpoint
    summary = "an endpoint in a VPC through which a service is reached without the internet"
    console = "https://{region}.console.aws.amazon.com/vpcconsole/home?region={region}#EndpointDetails:vpcEndpointId={id}"
    defaults: ClassVar[Settings] = DEFAULTS
    identity = Marked(
        address="VpcEndpointId",
        id_in="VpcEndpoint.VpcEndpointId",
        arns=("arn:{partition}:ec2:{region}:{account}:vpc-endpoint/{id}",),
        shares_names=True,
        chosen_by=frozenset({"id", "name", "tags", "vpc_id", "service_name", "vpc_endpoint_type"}),
    )
    create = Create(
        CREATE,
        own_fields(VpcEndpoint),
        needed=frozenset({"vpc_id"}),
        fixed=frozenset(FIXED),
        token="ClientToken",  # noqa: S106 -- the name of a member
    )
    updates = UPDATES
    delete = Delete(
        "delete_vpc_endpoints",
        parameters=lambda sighting: {"VpcEndpointIds": [sighting.id]},
        progress=deletion,
        calls=(DESCRIBE,),
    )
    reads = Reads(
        list=DESCRIBE,
        get=DESCRIBE,
        shown_in="VpcEndpoints",
        called=(LISTS,),
        listed=frozenset(own_fields(VpcEndpoint, ROWS)),
        alone={ROWS: ADDRESSES},
        details=frozenset({ROWS}),
        page=1000,
    )
    tagging_api_type = "ec2:vpc-endpoint"
    tagging = tagging_of("vpc-endpoint", identity, reads)
    compared: ClassVar[Mapping[str, Callable[[Any, Settings, Wired], Any]]] = {
        ROWS: of_written_subnets,
        "policy_document": without_default,
    }
    checks = CHECKS
    unused = unused.VPC_ENDPOINT
    problems = staticmethod(problems)
    prepare = staticmethod(anew)
    remarks = staticmethod(remarks)
    shown = staticmethod(shown)
    replaces = staticmethod(replaces)

    def _described(self, api: Api, **filters: Any) -> Iterator[Sighting]:
        rows = filter(is_manageable, api.pages(self.reads.list, **filters, MaxResults=self.reads.page))
        return (self.seen(api, {}, row) for row in rows)

    def not_manageable(self, api: Api) -> Iterator[tuple[str, str]]:
        return named_ones_of_services(api)

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        return super().created(api, scope, created(api, reply, parameters), parameters)

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        return at_work(self.describe(api, sighting))

    def not_written(self, sighting: Sighting) -> Collection[str]:
        return {*left_out(sighting.settings, sighting.arn.split(":")[3])}
