"""The peering of Lightsail with the default VPC of the account. Known-lossy: the sandbox's EC2 shows no peering connection.

Source: https://docs.aws.amazon.com/lightsail/latest/userguide/lightsail-how-to-set-up-vpc-peering-with-aws-resources.html
"""

from hashlib import sha256

from moto.ec2.models import ec2_backends

from reconciler.sandbox.lightsail.core.operations import Operations, Reply
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.refusals import failed

PEERED = "PeeredVpc"

operations = Operations()


@operations.answers
def peer_vpc(plane: Plane) -> Reply:
    """Peer with the default VPC; once more changes nothing."""
    default = _default_vpc(plane)
    if default is None:
        raise failed(f"The account has no default VPC in {plane.region_name}.")
    plane.peered_vpc = default
    return _done(plane, "PeeredVpc", default)


@operations.answers
def unpeer_vpc(plane: Plane) -> Reply:
    """End the peering."""
    vpc = plane.peered_vpc
    if vpc is None:
        raise failed(f"The default VPC in {plane.region_name} is not peered.")
    plane.peered_vpc = None
    return _done(plane, "UnpeeredVpc", vpc)


@operations.answers
def is_vpc_peered(plane: Plane) -> Reply:
    """Whether there is a peering; there is none with a VPC that was deleted."""
    return {"isPeered": plane.peered_vpc is not None and plane.peered_vpc == _default_vpc(plane)}


def _default_vpc(plane: Plane) -> str | None:
    """The id of the default VPC of the Region."""
    vpcs = ec2_backends[plane.account_id][plane.region_name].vpcs.values()
    return next((str(each.id) for each in vpcs if each.is_default), None)


def _done(plane: Plane, operation: str, vpc: str) -> Reply:
    """The operation on Lightsail's own VPC."""
    own = sha256(f"{plane.account_id} {plane.region_name}".encode()).hexdigest()
    return {"operation": plane.note(operation, plane.new_record(PEERED, f"vpc-{own[:17]}", {}), vpc)}
