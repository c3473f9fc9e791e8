"""Reads the fields of a Connect instance that DescribeInstance does not show."""

from collections.abc import Mapping
from typing import Any

from reconciler.contract import Api, FieldRead, Sighting, Wired, from_reply, from_rows
from reconciler.resources.connect.instance_model import STORAGE_TYPES


def _attributes(api: Api, sighting: Sighting) -> Wired:
    rows = api.pages("list_instance_attributes", **sighting.address)
    return {"Attributes": {row["AttributeType"]: row["Value"] for row in rows}}


def _security_keys(api: Api, sighting: Sighting) -> Wired:
    rows = list(api.pages("list_security_keys", **sighting.address))
    return {"SecurityKeyRows": rows, "SecurityKeys": [row["Key"] for row in rows]}


def _storage(api: Api, sighting: Sighting) -> Wired:
    configs: list[dict[str, Any]] = []
    for kind in STORAGE_TYPES:
        for row in api.pages("list_instance_storage_configs", **sighting.address, ResourceType=kind):
            configs += [row | {"ResourceType": kind}]
    return {"StorageConfigs": configs, "InstanceAlias": sighting.name}  # AWS makes prefixes of the alias


def _structure(reply: Wired) -> Wired:
    levels = reply.get("HierarchyStructure") or {}
    return {"HierarchyStructure": {level: {"Name": each["Name"]} for level, each in levels.items()}}


ALONE: Mapping[str, FieldRead] = {
    "attributes": FieldRead(_attributes, ("list_instance_attributes",)),
    "approved_origins": from_rows("list_approved_origins", "ApprovedOrigins"),
    "lambda_functions": from_rows("list_lambda_functions", "LambdaFunctions"),
    "lex_bots": from_rows("list_bots", "LexBots", lambda row: row["LexBot"], LexVersion="V1"),
    "lex_v2_bots": from_rows(
        "list_bots", "LexV2Bots", lambda row: row["LexV2Bot"]["AliasArn"], LexVersion="V2"
    ),
    "security_keys": FieldRead(_security_keys, ("list_security_keys",)),
    "storage_configs": FieldRead(_storage, ("list_instance_storage_configs",)),
    "hierarchy_structure": from_reply("describe_user_hierarchy_structure", _structure),
}
"""By field."""
