"""Instances. A new instance has AWS's default content."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, Rows
from reconciler.sandbox.connect.core.plane import Instance, Plane
from reconciler.sandbox.connect.core.refusals import not_allowed, quota_reached, taken
from reconciler.sandbox.connect.core.resource_types import PHONE_NUMBER
from reconciler.sandbox.connect.instances.default_content import fill
from reconciler.sandbox.connect.instances.replication import configuration
from reconciler.sandbox.connect.numbers.number_state import release

ATTRIBUTES = (
    "INBOUND_CALLS",
    "OUTBOUND_CALLS",
    "CONTACTFLOW_LOGS",
    "CONTACT_LENS",
    "AUTO_RESOLVE_BEST_VOICES",
    "USE_CUSTOM_TTS_VOICES",
    "EARLY_MEDIA",
    "MULTI_PARTY_CONFERENCE",
    "AUTO_MUTE_AGENT_ON_HOLD",
    "HIGH_VOLUME_OUTBOUND",
    "ENHANCED_CONTACT_MONITORING",
    "ENHANCED_CHAT_MONITORING",
    "MULTI_PARTY_CHAT_CONFERENCE",
    "MESSAGE_STREAMING",
)
BORN_TRUE = frozenset({"AUTO_RESOLVE_BEST_VOICES", "EARLY_MEDIA"})
ALLOW_LISTED = "USE_CUSTOM_TTS_VOICES"

operations = Operations()


def _summary(instance: Instance) -> dict[str, Any]:
    host = instance.alias or instance.id
    alias = {"InstanceAlias": instance.alias} if instance.alias else {}
    account = instance.plane.account_id
    role = "aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect"
    return {
        "Id": instance.id,
        "Arn": instance.arn,
        "IdentityManagementType": instance.settings["IdentityManagementType"],
        **alias,
        "CreatedTime": instance.created_time,
        "ServiceRole": f"arn:aws:iam::{account}:role/{role}_{instance.id[:8]}",
        "InstanceStatus": instance.status,
        "InboundCallsEnabled": instance.attributes["INBOUND_CALLS"] == "true",
        "OutboundCallsEnabled": instance.attributes["OUTBOUND_CALLS"] == "true",
        "InstanceAccessUrl": f"https://{host}.my.connect.aws",
    }


@operations.on_plane
def create_instance(
    plane: Plane,
    *,
    IdentityManagementType: str,
    InboundCallsEnabled: bool,
    OutboundCallsEnabled: bool,
    InstanceAlias: str | None = None,
    DirectoryId: str | None = None,
    Tags: Mapping[str, str] | None = None,
) -> Reply:
    """Create an instance; its alias is unique in AWS, or is the alias of the directory."""
    in_directory = IdentityManagementType == "EXISTING_DIRECTORY"
    if in_directory != bool(DirectoryId):
        raise not_allowed("DirectoryId can only be given for EXISTING_DIRECTORY.")
    if not in_directory and not InstanceAlias:
        raise not_allowed(f"InstanceAlias is required for {IdentityManagementType}.")
    alias = InstanceAlias or f"directory-{DirectoryId}"
    if any(each.alias == alias for other in plane.every_plane() for each in other.centres.values()):
        raise taken("Instance", alias)
    most = plane.quotas.get("Instance")
    if most is not None and len(plane.centres) >= most:
        raise quota_reached("Instance", most)
    settings = {"IdentityManagementType": IdentityManagementType, "InstanceAlias": alias}
    instance = Instance(plane, settings, Tags or {})
    instance.attributes = {name: "true" if name in BORN_TRUE else "false" for name in ATTRIBUTES}
    instance.attributes["INBOUND_CALLS"] = str(InboundCallsEnabled).lower()
    instance.attributes["OUTBOUND_CALLS"] = str(OutboundCallsEnabled).lower()
    fill(instance)
    plane.centres[instance.id] = instance
    return {"Id": instance.id, "Arn": instance.arn}


@operations.on_instance
def describe_instance(instance: Instance) -> Reply:
    """Describe an instance with its tags."""
    return {"Instance": {**_summary(instance), "Tags": dict(instance.tags)}, **configuration(instance)}


@operations.pages("InstanceSummaryList", most=10, view=lambda _plane, each: _summary(each), on_plane=True)
def list_instances(plane: Plane) -> Rows:
    """List instances, ten a page."""
    return list(plane.centres.values())


@operations.on_instance
def delete_instance(instance: Instance) -> Reply:
    """Delete an instance with its content; its phone numbers are released."""
    release(instance.plane, instance.rows(PHONE_NUMBER, lag=0))
    del instance.plane.centres[instance.id]
    instance.plane.analytics_data_associations.pop(instance.id, None)
    return None


@operations.on_instance
def describe_instance_attribute(instance: Instance, AttributeType: str) -> Reply:
    """Show an attribute."""
    return {"Attribute": {"AttributeType": AttributeType, "Value": instance.attributes[AttributeType]}}


@operations.pages("Attributes", most=7)
def list_instance_attributes(instance: Instance) -> Rows:
    """List the attributes, seven a page."""
    return [{"AttributeType": name, "Value": value} for name, value in instance.attributes.items()]


@operations.on_instance
def update_instance_attribute(instance: Instance, AttributeType: str, Value: str) -> Reply:
    """Set an attribute to true or false."""
    if Value.lower() not in {"true", "false"}:
        raise not_allowed(f"Value {Value} of {AttributeType} is neither true nor false.")
    if AttributeType == ALLOW_LISTED and AttributeType not in instance.plane.allow_listed:
        raise not_allowed(f"This account is not allowed to change {AttributeType}.")
    instance.attributes[AttributeType] = Value.lower()
    return None
