"""The storage of an instance for recordings, transcripts, reports and streams."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, Rows
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import absent, conflict, invalid

STORAGE = "storage_configs"
MEMBER_OF = {
    "S3": "S3Config",
    "KINESIS_VIDEO_STREAM": "KinesisVideoStreamConfig",
    "KINESIS_STREAM": "KinesisStreamConfig",
    "KINESIS_FIREHOSE": "KinesisFirehoseConfig",
}

operations = Operations()


def _held(instance: Instance, resource_type: str) -> dict[str, dict[str, Any]]:
    """The storage of one type of data, without changing the instance."""
    return instance.lists.get(f"{STORAGE} {resource_type}", {})


def _get(instance: Instance, resource_type: str, association: str) -> dict[str, Any]:
    config = _held(instance, resource_type).get(association)
    if config is None:
        raise absent("Storage configuration", association)
    return config


def _require_fitting(config: Mapping[str, Any]) -> None:
    wanted = MEMBER_OF[config["StorageType"]]
    if {member for member in MEMBER_OF.values() if config.get(member)} != {wanted}:
        raise invalid(f"Storage of type {config['StorageType']} needs {wanted} and nothing else.")


def _as_kept(instance: Instance, config: Mapping[str, Any]) -> dict[str, Any]:
    """A storage as Connect stores it: the prefix of a video stream becomes `<prefix>-connect-<alias>-contact-`.

    Source: the Terraform provider (aws_connect_instance_storage_config).
    """
    video = config.get("KinesisVideoStreamConfig")
    if not video:
        return {**config}
    prefix = f"{video['Prefix']}-connect-{instance.alias or instance.id}-contact-"
    return {**config, "KinesisVideoStreamConfig": {**video, "Prefix": prefix}}


@operations.on_instance
def associate_instance_storage_config(
    instance: Instance, ResourceType: str, StorageConfig: Mapping[str, Any]
) -> Reply:
    """Set the storage of one type of data; at most one for each type."""
    _require_fitting(StorageConfig)
    held = instance.lists.setdefault(f"{STORAGE} {ResourceType}", {})
    if any(config["StorageType"] == StorageConfig["StorageType"] for config in held.values()):
        raise conflict(f"{ResourceType} already has a store of type {StorageConfig['StorageType']}.")
    association = instance.plane.new_id()
    held[association] = {**_as_kept(instance, StorageConfig), "AssociationId": association}
    return {"AssociationId": association}


@operations.on_instance
def describe_instance_storage_config(instance: Instance, AssociationId: str, ResourceType: str) -> Reply:
    """Describe a storage."""
    return {"StorageConfig": _get(instance, ResourceType, AssociationId)}


@operations.pages("StorageConfigs", most=10)
def list_instance_storage_configs(instance: Instance, ResourceType: str) -> Rows:
    """List the storage of one type of data with all members."""
    return list(_held(instance, ResourceType).values())


@operations.on_instance
def update_instance_storage_config(
    instance: Instance, AssociationId: str, ResourceType: str, StorageConfig: Mapping[str, Any]
) -> Reply:
    """Replace a storage."""
    _get(instance, ResourceType, AssociationId)
    _require_fitting(StorageConfig)
    _held(instance, ResourceType)[AssociationId] = {
        **_as_kept(instance, StorageConfig),
        "AssociationId": AssociationId,
    }
    return None


@operations.on_instance
def disassociate_instance_storage_config(instance: Instance, AssociationId: str, ResourceType: str) -> Reply:
    """Remove a storage."""
    _get(instance, ResourceType, AssociationId)
    del _held(instance, ResourceType)[AssociationId]
    return None
