"""Attaches internet gateways to VPCs, and detaches them.

Source: AttachInternetGateway, DetachInternetGateway (Amazon EC2 API Reference).
"""

from collections.abc import Iterator
from typing import Any

from reconciler.contract import Api, Change, Request, Sighting
from reconciler.resources.ec2.common import described

DESCRIBE = "describe_internet_gateways"
ATTACH, DETACH = "attach_internet_gateway", "detach_internet_gateway"


def attached(row: Any) -> str | None:
    """The VPC of a gateway in a reply."""
    found = (each["VpcId"] for each in row.get("Attachments") or () if each.get("State") != "detached")
    return next(found, None)


def move(change: Change) -> Iterator[Request]:
    """Detach a gateway from its VPC, and attach it to another one."""
    before, after = change.observed.get("VpcId"), change.desired.get("VpcId")
    if before:
        yield Request(DETACH, {**change.address, "VpcId": before})
    if after:
        yield Request(ATTACH, {**change.address, "VpcId": after})


def detached(api: Api, sighting: Sighting) -> Iterator[Request]:
    """The request that detaches a gateway before it is deleted."""
    row = described(api, DESCRIBE, "InternetGateways", InternetGatewayIds=[sighting.id])
    if vpc_id := attached(row):
        yield Request(DETACH, {**sighting.address, "VpcId": vpc_id})
