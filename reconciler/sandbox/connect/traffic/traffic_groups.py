"""Traffic distribution groups: they distribute the contacts of a replicated instance over Regions."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, Rows, created
from reconciler.sandbox.connect.core.plane import Instance, Plane
from reconciler.sandbox.connect.core.refusals import absent, conflict, in_use, not_allowed
from reconciler.sandbox.connect.core.resource_types import PHONE_NUMBER, TRAFFIC_GROUP, USER
from reconciler.sandbox.connect.core.stored_records import Record
from reconciler.sandbox.connect.instances.replication import require_replicated
from reconciler.sandbox.connect.traffic.traffic_state import (
    DELETING,
    USERS,
    add_group,
    begin,
    get_group,
    groups_of,
    status_of,
)

operations = Operations()


def _summary(instance: Instance, record: Record) -> dict[str, Any]:
    return {
        "Id": record.id,
        "Arn": record.arn,
        "Name": record.name,
        "InstanceArn": instance.arn,
        "Status": status_of(instance, record),
        "IsDefault": record.aws_owned,
    }


@operations.on_instance
def create_traffic_distribution_group(
    instance: Instance, Name: str, Tags: Mapping[str, str] | None = None, **settings: str
) -> Reply:
    """Start to create a group for a replicated instance."""
    require_replicated(instance)
    groups_of(instance)
    return created(add_group(instance, Name, settings, tags=Tags))


@operations.on_plane
def describe_traffic_distribution_group(plane: Plane, TrafficDistributionGroupId: str) -> Reply:
    """Describe a group of any Region."""
    instance, record = get_group(plane, TrafficDistributionGroupId, anywhere=True)
    more = {"Description": record.settings["Description"]} if "Description" in record.settings else {}
    view = {**_summary(instance, record), **more, "Tags": dict(record.tags)}
    return {"TrafficDistributionGroup": view}


@operations.on_plane
def delete_traffic_distribution_group(plane: Plane, TrafficDistributionGroupId: str) -> Reply:
    """Start to delete a group without numbers; the default group is deleted only with the replica."""
    instance, record = get_group(plane, TrafficDistributionGroupId)
    if record.aws_owned:
        raise not_allowed(f"Traffic distribution group {record.name} is the default and cannot be deleted.")
    if status_of(instance, record) != "ACTIVE":
        raise not_allowed(f"Traffic distribution group {record.name} is being changed.")
    if any(number.settings["TargetArn"] == record.arn for number in instance.store(PHONE_NUMBER)):
        raise in_use(
            f"Traffic distribution group {record.name} has phone numbers.", record.id, "PHONE_NUMBER"
        )
    begin(instance, record, DELETING)
    return {}


@operations.pages("TrafficDistributionGroupSummaryList", most=10, on_plane=True)
def list_traffic_distribution_groups(plane: Plane, InstanceId: str | None = None) -> Rows:
    """List the groups of all instances, or of one instance."""
    instances = [plane.instance(InstanceId)] if InstanceId else plane.centres.values()
    return [_summary(instance, record) for instance in instances for record in groups_of(instance)]


def _of(instance: Instance, reference: str) -> Record:
    owner, record = get_group(instance.plane, reference)
    if owner is not instance:
        raise absent(TRAFFIC_GROUP.noun, reference)
    return record


@operations.on_instance
def associate_traffic_distribution_group_user(
    instance: Instance, TrafficDistributionGroupId: str, UserId: str
) -> Reply:
    """Add a user to a group."""
    record, user = _of(instance, TrafficDistributionGroupId), instance.get(USER, UserId)
    if user.id in record.settings[USERS]:
        raise conflict(f"User {user.name} is already associated with the group.")
    instance.change(record, {USERS: [*record.settings[USERS], user.id]})
    return {}


@operations.on_instance
def disassociate_traffic_distribution_group_user(
    instance: Instance, TrafficDistributionGroupId: str, UserId: str
) -> Reply:
    """Remove a user from a group."""
    record, user = _of(instance, TrafficDistributionGroupId), instance.get(USER, UserId)
    if user.id not in record.settings[USERS]:
        raise absent("User of the traffic distribution group", UserId)
    instance.change(record, {USERS: [each for each in record.settings[USERS] if each != user.id]})
    return {}


@operations.pages("TrafficDistributionGroupUserSummaryList", most=10, on_plane=True)
def list_traffic_distribution_group_users(plane: Plane, TrafficDistributionGroupId: str) -> Rows:
    """List the users of a group that still exist."""
    instance, record = get_group(plane, TrafficDistributionGroupId)
    return [{"UserId": each} for each in record.settings[USERS] if instance.find(USER, each)]
