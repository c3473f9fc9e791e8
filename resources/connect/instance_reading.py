"""Reads the fields of a Connect instance that DescribeInstance does not show."""

from collections.abc import Mapping
from typing import Any

from reconciler.contract import Api, FieldRead, Sighting, Wired, from_reply, from_rows
from reconciler.errors import Refused
from reconciler.resources.connect import instance_functions
from reconciler.resources.connect.instance_model import STORAGE_TYPES

FAILED = "CREATION_FAILED"
USED_TYPES = "UsedStorageTypes"
"""A member that we add to replies."""


def _attributes(api: Api, sighting: Sighting) -> Wired:
    rows = api.pages("list_instance_attributes", **sighting.address)
    return {"Attributes": {row["AttributeType"]: row["Value"] for row in rows}}


def _security_keys(api: Api, sighting: Sighting) -> Wired:
    rows = list(api.pages("list_security_keys", **sighting.address))
    return {"SecurityKeyRows": rows, "SecurityKeys": [row["Key"] for row in rows]}


def _storage(api: Api, sighting: Sighting) -> Wired:
    """The storages of the instance; `USED_TYPES` are the types that had one at the last read of all types."""
    configs: list[dict[str, Any]] = []
    for kind in sighting.settings.get(USED_TYPES) or STORAGE_TYPES:
        for row in api.pages("list_instance_storage_configs", **sighting.address, ResourceType=kind):
            configs += [row | {"ResourceType": kind}]
    used = list(dict.fromkeys(each["ResourceType"] for each in configs))
    # AWS makes prefixes of the alias.
    return {"StorageConfigs": configs, "InstanceAlias": sighting.name, USED_TYPES: used}


def _structure(reply: Wired) -> Wired:
    levels = reply.get("HierarchyStructure") or {}
    return {"HierarchyStructure": {level: {"Name": each["Name"]} for level, each in levels.items()}}


def at_work(instance: Wired) -> str | None:
    """The work of AWS on an instance that has not ended; None if there is none.

    Raises:
        Refused: AWS could not create it.
    """
    if instance["InstanceStatus"] == FAILED:
        reason = (instance.get("StatusReason") or {}).get("Message", "no reason given")
        raise Refused("create_instance", FAILED, reason)
    return None if instance["InstanceStatus"] == "ACTIVE" else f"instance is {instance['InstanceStatus']}"


ALONE: Mapping[str, FieldRead] = {
    "attributes": FieldRead(_attributes, ("list_instance_attributes",)),
    "approved_origins": from_rows("list_approved_origins", "ApprovedOrigins"),
    "lambda_functions": instance_functions.READ,
    "lex_bots": from_rows("list_bots", "LexBots", lambda row: row["LexBot"], LexVersion="V1"),
    "lex_v2_bots": from_rows(
        "list_bots", "LexV2Bots", lambda row: row["LexV2Bot"]["AliasArn"], LexVersion="V2"
    ),
    "security_keys": FieldRead(_security_keys, ("list_security_keys",)),
    "storage_configs": FieldRead(_storage, ("list_instance_storage_configs",)),
    "hierarchy_structure": from_reply("describe_user_hierarchy_structure", _structure),
}
"""By field."""
