"""The settings of a flow log. AWS changes none of them; only its tags change.

Source: CreateFlowLogs (Amazon EC2 API Reference).
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Means, Part, Resource, Rows, Settings
from reconciler.resources.identifiers import ACCOUNT, BUCKET_NAME, HEX, LogGroupName, arn_form
from reconciler.resources.lasting import LASTS

TYPES = {
    "vpc": "VPC",
    "subnet": "Subnet",
    "eni": "NetworkInterface",
    "tgw": "TransitGateway",
    "tgw-attach": "TransitGatewayAttachment",
    "nat": "RegionalNatGateway",
    "core-network": "CoreNetwork",
    "attachment": "CoreNetworkAttachment",
}
"""By the beginning of an id: the type of the resource. The ids of the edges of a core network begin as that of the network."""
KINDS = {
    "ec2.vpc": "VPC",
    "ec2.subnet": "Subnet",
    "ec2.network_interface": "NetworkInterface",
    "ec2.transit_gateway": "TransitGateway",
    "ec2.transit_gateway_attachment": "TransitGatewayAttachment",
    "ec2.nat_gateway": "RegionalNatGateway",
    "networkmanager.core_network": "CoreNetwork",
    "networkmanager.attachment": "CoreNetworkAttachment",
}
"""By kind: the type of the resource."""
GROUP, BUCKET, STREAM = "cloud-watch-logs", "s3", "kinesis-data-firehose"
"""The types of destinations."""
FORMAT = (
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} "
    "${start} ${end} ${action} ${log-status}"
)
"""The default format ("Flow log records", Amazon VPC User Guide)."""

LoggedId: TypeAlias = Annotated[
    str,
    Form(
        rf"(vpc|subnet|eni|tgw|tgw-attach|nat|attachment)-{HEX}|core-network-{HEX}\S*",
        "the id of a VPC, subnet, network interface, transit gateway or its attachment, regional NAT gateway or core network, "
        "such as ${ec2.vpc:NAME#id}",
    ),
    *(Means(kind, "id", settled=kind == "ec2.vpc") for kind in KINDS),
]
DeliveryRole: TypeAlias = Annotated[
    str,
    arn_form("iam", "role/.+", "the ARN of a role, as arn:aws:iam::ACCOUNT:role/NAME"),
    Means("iam.role", settled=True),
]
"""A role with its policies: AWS checks whether they let it deliver."""
Destination: TypeAlias = Annotated[
    str,
    Form(
        rf"arn:[^:\s]+:(logs:[^:\s]+:{ACCOUNT}:log-group:[^:*]+|s3:::{BUCKET_NAME}(/\S*)?|firehose:[^:\s]+:{ACCOUNT}:deliverystream/\S+)",
        "the ARN of a log group without :* at its end, of a bucket (with a folder after it if you like), or of a Firehose stream",
    ),
    Means("logs.log_group"),
    Means("s3.bucket", settled=True),
    Means("firehose.delivery_stream"),
]


class DestinationOptions(Part):
    """How the files in a bucket are written."""

    file_format: Annotated[Literal["plain-text", "parquet"] | None, LASTS] = None
    hive_compatible_partitions: Annotated[bool | None, LASTS] = None
    per_hour_partition: Annotated[bool | None, LASTS] = None


class TagFieldSpecification(Part):
    """The tags of one type of resources that the format may show."""

    resource_type: Literal["network-interface", "instance", "auto-scaling-group"]
    tag_keys: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=128)]], Field(min_length=1, max_length=2)
    ]


class FlowLog(Resource):
    """A flow log of one resource. The files need one destination: `log_group_name`, or `log_destination` with its type."""

    resource_id: Annotated[LoggedId | None, LASTS] = None
    """What it logs: `${ec2.vpc:main#id}`."""
    resource_type: Annotated[
        Literal[
            "VPC",
            "Subnet",
            "NetworkInterface",
            "TransitGateway",
            "TransitGatewayAttachment",
            "RegionalNatGateway",
            "CoreNetwork",
            "CoreNetworkEdge",
            "CoreNetworkAttachment",
        ]
        | None,
        LASTS,
    ] = None
    """May be left out, except for the edge of a core network: the id tells it."""
    traffic_type: Annotated[Literal["ACCEPT", "REJECT", "ALL"] | None, LASTS] = None
    log_destination_type: Annotated[
        Literal["cloud-watch-logs", "s3", "kinesis-data-firehose"] | None, LASTS
    ] = None
    log_destination: Annotated[Destination | None, LASTS] = None
    log_group_name: Annotated[LogGroupName | None, LASTS] = None
    """A log group by its name, which AWS creates if it does not exist and the role may do so."""
    deliver_logs_permission_arn: Annotated[DeliveryRole | None, LASTS] = None
    """The role with which the logs are written into a log group, or into a stream of another account."""
    deliver_cross_account_role: Annotated[DeliveryRole | None, LASTS] = None
    """The role in the other account."""
    log_format: Annotated[
        Annotated[
            str,
            Form(
                r"\$\{[^}\s]+\}( \$\{[^}\s]+\})*",
                "fields with one space between them, each written as $${srcaddr}",
            ),
        ]
        | None,
        LASTS,
    ] = None
    max_aggregation_interval: Annotated[Literal[60, 600] | None, LASTS] = None
    """In seconds."""
    destination_options: Annotated[DestinationOptions | None, LASTS] = None
    tag_field_specifications: Annotated[
        list[TagFieldSpecification] | None, Rows(("resource_type",)), Field(min_length=1, max_length=3), LASTS
    ] = None


DEFAULTS: Settings = {
    "log_destination_type": GROUP,
    "log_format": FORMAT,
    "max_aggregation_interval": 600,
    "destination_options": {
        "file_format": "plain-text",
        "hive_compatible_partitions": False,
        "per_hour_partition": False,
    },
}
"""Source: CreateFlowLogs, DestinationOptionsRequest (Amazon EC2 API Reference)."""
