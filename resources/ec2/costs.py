"""What AWS charges for addresses, gateways, endpoints and flow logs; VPCs, subnets, groups, route tables and internet gateways cost nothing.

Sources: https://aws.amazon.com/vpc/pricing/, https://aws.amazon.com/privatelink/pricing/ and https://aws.amazon.com/cloudwatch/pricing/ ("Vended Logs")
"""

from reconciler.contract import HOURS, Charge, Costs, Volume, fixed, volume
from reconciler.model import Part, Settings


class FlowLogVolumes(Part):
    """The volumes of a flow log."""

    delivered_gb: Volume = None
    """GB delivered a month."""


def _usage(settings: Settings) -> str:
    return "S3-Egress-Bytes" if settings.get("log_destination_type") == "s3" else "VendedLog-Bytes"


FLOW_LOG = Costs(
    (Charge("delivered", "AmazonCloudWatch", _usage, "GB", volume("delivered_gb")),), FlowLogVolumes
)


class NatGatewayVolumes(Part):
    """The volumes of a NAT gateway."""

    processed_gb: Volume = None
    """GB that it processes a month."""


NAT_GATEWAY = Costs(
    (
        Charge("gateway", "AmazonEC2", "NatGateway-Hours", "hour", fixed(HOURS), fixed=True),
        Charge("processed", "AmazonEC2", "NatGateway-Bytes", "GB", volume("processed_gb")),
    ),
    NatGatewayVolumes,
)


class VpcEndpointVolumes(Part):
    """The volumes of an endpoint."""

    processed_gb: Volume = None
    """GB that it processes a month; gateway endpoints cost nothing."""


def _is_charged(settings: Settings) -> bool:
    return bool(settings.get("vpc_endpoint_type", "Gateway") != "Gateway")


def _hours(settings: Settings) -> float:
    """An endpoint has a network interface in each of its subnets."""
    return HOURS * max(1, len(settings.get("subnet_ids") or ()))


VPC_ENDPOINT = Costs(
    (
        Charge(
            "network interfaces",
            "AmazonVPC",
            "VpcEndpoint-Hours",
            "hour",
            fixed(_hours),
            _is_charged,
            fixed=True,
        ),
        Charge("processed", "AmazonVPC", "VpcEndpoint-Bytes", "GB", volume("processed_gb"), _is_charged),
    ),
    VpcEndpointVolumes,
)
# An address in use costs the same as one that is not.
ELASTIC_IP = Costs(
    (Charge("address", "AmazonVPC", "PublicIPv4:InUseAddress", "hour", fixed(HOURS), fixed=True),)
)
