"""Replicas of an instance in other Regions; the content of a replica is not emulated."""

from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import conflict, not_allowed, quota_reached
from reconciler.sandbox.connect.traffic.traffic_state import REPLICAS, add_group
from reconciler.sandbox.sandbox_error import SandboxError

REPLICA_NOUN = "ReplicaInstance"
MOST_REPLICAS = 5
DEFAULT_GROUP = "Default"

operations = Operations()


@operations.on_instance
def replicate_instance(instance: Instance, ReplicaRegion: str, ReplicaAlias: str | None = None) -> Reply:
    """Start to replicate an instance; this also creates its default traffic distribution group."""
    plane = instance.plane
    if instance.status != "ACTIVE":
        raise _not_ready(f"Instance {instance.id} is not active.")
    if ReplicaRegion == plane.region_name:
        raise not_allowed("An instance cannot be replicated in its own region.")
    if instance.lists.get(REPLICAS):
        raise conflict(f"Instance {instance.id} is already replicated.")
    everywhere = [each for other in plane.every_plane() for each in other.centres.values()]
    if ReplicaAlias and ReplicaAlias in {each.alias for each in everywhere}:
        raise conflict(f"Instance with alias {ReplicaAlias} already exists.")
    own = [each for each in everywhere if each.plane.account_id == plane.account_id]
    most = plane.quotas.get(REPLICA_NOUN, MOST_REPLICAS)
    if sum(len(each.lists.get(REPLICAS, {})) for each in own) >= most:
        raise quota_reached(REPLICA_NOUN, most)
    ready = instance.now() + plane.replication_seconds
    instance.lists[REPLICAS] = {ReplicaRegion: {"ReadyAt": ready}}
    add_group(instance, DEFAULT_GROUP, {}, default=True)
    return {"Id": instance.id, "Arn": instance.arn.replace(plane.region_name, ReplicaRegion, 1)}


def configuration(instance: Instance) -> dict[str, Any]:
    """Return the state of the replication for DescribeInstance; empty if there is none."""
    replicas = instance.lists.get(REPLICAS)
    if not replicas:
        return {}
    done, busy = "INSTANCE_REPLICATION_COMPLETE", "INSTANCE_REPLICATION_IN_PROGRESS"
    summaries = [
        {"Region": region, "ReplicationStatus": busy if instance.now() < replica["ReadyAt"] else done}
        for region, replica in replicas.items()
    ]
    source = instance.plane.region_name
    return {"ReplicationConfiguration": {"SourceRegion": source, "ReplicationStatusSummaryList": summaries}}


def require_replicated(instance: Instance) -> None:
    """Refuse an instance without a complete replica."""
    replicas = instance.lists.get(REPLICAS)
    if not replicas:
        raise not_allowed(f"Instance {instance.id} is not replicated.")
    if any(instance.now() < replica["ReadyAt"] for replica in replicas.values()):
        raise _not_ready(f"The replication of instance {instance.id} is not complete.")


def _not_ready(text: str) -> SandboxError:
    return SandboxError("ResourceNotReadyException", text)
