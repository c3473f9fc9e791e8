"""ec2.internet_gateway: an internet gateway, attached to a VPC."""

from collections.abc import Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    FREE,
    Attribute,
    Calls,
    Create,
    Delete,
    Marked,
    Reads,
    Wired,
)
from reconciler.model import Means, Resource
from reconciler.resources.ec2 import unused
from reconciler.resources.ec2.common import NamedByTag, tagging_of
from reconciler.resources.ec2.internet_gateway_changes import (
    ATTACH,
    DESCRIBE,
    DETACH,
    attached,
    detached,
    move,
)
from reconciler.resources.identifiers import VpcId


class InternetGateway(Resource):
    """An internet gateway. It has no name in AWS: our mark identifies it, or its tag `Name` if it has no mark yet.

    Source: CreateInternetGateway, AttachInternetGateway, DetachInternetGateway (Amazon EC2 API Reference).
    """

    vpc_id: VpcId | None = None
    """The VPC that it is attached to; a VPC has one internet gateway."""


class InternetGatewayAdapter(NamedByTag[InternetGateway]):
    """CreateInternetGateway; AttachInternetGateway and DetachInternetGateway for its VPC."""

    kind = "ec2.internet_gateway"
    cloudformation = CloudFormation(type="AWS::EC2::InternetGateway")
    appearance = Appearance(sort="network", column=2)
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "vpc_id": Attribute(
            "the id of the VPC that it is attached to", "VpcId", ("vpc_id",), means=Means("ec2.vpc", "id")
        )
    }
    model = InternetGateway
    costs = FREE
    summary = "an internet gateway of a VPC"
    console = "https://{region}.console.aws.amazon.com/vpcconsole/home?region={region}#InternetGateway:internetGatewayId={id}"
    identity = Marked(
        address="InternetGatewayId",
        id_in="InternetGateway.InternetGatewayId",
        arns=("arn:{partition}:ec2:{region}:{account}:internet-gateway/{id}",),
        shares_names=True,
        chosen_by=frozenset({"id", "name", "tags", "vpc_id"}),
    )
    create = Create("create_internet_gateway")
    updates = (Calls(move, ("vpc_id",), (DETACH, ATTACH)),)
    reads = Reads(
        list=DESCRIBE,
        get=DESCRIBE,
        shown_in="InternetGateways",
        listed=frozenset({"vpc_id"}),
        page=1000,
    )
    delete = Delete("delete_internet_gateway", before=detached, calls=(DETACH, DESCRIBE))
    tagging_api_type = "ec2:internet-gateway"
    unused = unused.INTERNET_GATEWAY
    tagging = tagging_of("internet-gateway", identity, reads)

    def shown(self, row: Any) -> Wired:
        """A gateway with its VPC in the member that requests use."""
        shown: Wired = row | {"VpcId": attached(row)}
        return shown
