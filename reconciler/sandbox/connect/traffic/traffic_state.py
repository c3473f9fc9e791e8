"""The state of traffic distribution groups."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.connect.core.plane import Instance, Plane
from reconciler.sandbox.connect.core.refusals import absent
from reconciler.sandbox.connect.core.resource_types import TRAFFIC_GROUP
from reconciler.sandbox.connect.core.stored_records import Record

CREATING, UPDATING, DELETING = "CREATION_IN_PROGRESS", "UPDATE_IN_PROGRESS", "PENDING_DELETION"
REPLICAS = "replicas"
USERS = "Users"


def add_group(
    instance: Instance,
    name: str,
    settings: Mapping[str, Any],
    *,
    tags: Mapping[str, str] | None = None,
    default: bool = False,
) -> Record:
    """Add a group to a replicated instance; all traffic goes to the Region of the instance."""
    source, replicas = instance.plane.region_name, list(instance.lists[REPLICAS])
    shares = [
        {"Region": region, "Percentage": 100 if region == source else 0} for region in (source, *replicas)
    ]
    sign_in = [{"Region": share["Region"], "Enabled": share["Percentage"] == 100} for share in shares]
    whole = {
        **settings,
        "TelephonyConfig": {"Distributions": shares},
        "AgentConfig": {"Distributions": shares},
        **({"SignInConfig": {"Distributions": sign_in}} if default else {}),
        USERS: [],
    }
    record = instance.add(TRAFFIC_GROUP, name, whole, tags=tags, aws_owned=default)
    begin(instance, record, CREATING)
    return record


def begin(instance: Instance, record: Record, doing: str) -> None:
    """Start a change that takes the plane's `traffic_group_seconds`."""
    until = instance.now() + instance.plane.traffic_group_seconds
    instance.change(record, {"Doing": doing, "Until": until})


def status_of(instance: Instance, record: Record) -> str:
    """Return the status of a group."""
    return str(record.settings["Doing"]) if instance.now() < record.settings["Until"] else "ACTIVE"


def groups_of(instance: Instance) -> list[Record]:
    """Return the groups of an instance, after removing those whose deletion is complete."""
    for record in list(instance.store(TRAFFIC_GROUP)):
        if record.settings["Doing"] == DELETING and status_of(instance, record) == "ACTIVE":
            instance.forget(record)
    return instance.rows(TRAFFIC_GROUP)


def get_group(plane: Plane, reference: str, *, anywhere: bool = False) -> tuple[Instance, Record]:
    """Return a group by its id or ARN; with `anywhere` also a group of another Region, by ARN only."""
    afar = anywhere and reference.startswith("arn:")
    planes = (
        [each for each in plane.every_plane() if each.account_id == plane.account_id] if afar else [plane]
    )
    for instance in (instance for each in planes for instance in each.centres.values()):
        groups_of(instance)
        record = instance.find(TRAFFIC_GROUP, reference)
        if record:
            return instance, record
    raise absent(TRAFFIC_GROUP.noun, reference)
