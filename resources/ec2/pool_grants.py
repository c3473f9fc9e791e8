"""IAM grants that the caller needs because addresses are allocated from a pool."""

from collections.abc import Iterator, Sequence

from reconciler.model import Settings
from reconciler.permissions import Grant, GrantedFor, Location

POOL = "arn:{partition}:ec2::{account}:ipam-pool/"
PUBLIC_POOL_V4 = "arn:{partition}:ec2:{region}:{account}:ipv4pool-ec2/"
PUBLIC_POOL = "arn:{partition}:ec2:{region}:{account}:ipv6pool-ec2/"


def for_pool(action: str) -> GrantedFor:
    """The grant of an action on a pool ("Actions ... for Amazon EC2", Service Authorization Reference)."""

    def grants(pool: str, location: Location) -> Iterator[Grant]:
        yield Grant(action, location.filled(POOL) + pool)

    return grants


def for_public_pool(action: str) -> GrantedFor:
    """The grant of an action on a pool of the author's own IPv4 addresses."""

    def grants(pool: str, location: Location) -> Iterator[Grant]:
        if pool != "amazon":
            yield Grant(action, location.filled(PUBLIC_POOL_V4) + pool)

    return grants


def for_pools_of_rows(action: str) -> GrantedFor:
    """The grants of an action on the pools of blocks: of IPAM, or of the author's own addresses."""

    def grants(rows: Sequence[Settings], location: Location) -> Iterator[Grant]:
        for row in rows:
            for member in ("ipv4_ipam_pool_id", "ipv6_ipam_pool_id"):
                if row.get(member):
                    yield Grant(action, location.filled(POOL) + row[member])
            if row.get("ipv6_pool"):
                yield Grant(action, location.filled(PUBLIC_POOL) + row["ipv6_pool"])

    return grants
