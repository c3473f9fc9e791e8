"""The requests that change the settings of a Connect instance, and the names of its video streams."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from reconciler.contract import Calls, Change, Request, RowCall, Wired, by_rows, row_changes
from reconciler.contract.rows import Row, as_it_is
from reconciler.model import Settings
from reconciler.resources.connect.instance_model import STORES, Instance


def set_attributes(change: Change) -> Iterable[Request]:
    """One request for each attribute. Inbound and outbound calls are attributes, too."""
    calls = {"INBOUND_CALLS": "InboundCallsEnabled", "OUTBOUND_CALLS": "OutboundCallsEnabled"}
    wanted = {**(change.desired.get("Attributes") or {})}
    found = {**(change.observed.get("Attributes") or {})}
    for side, values in ((change.desired, wanted), (change.observed, found)):
        values |= {kind: str(side[member]).lower() for kind, member in calls.items() if member in side}
    for kind, value in wanted.items():
        if found.get(kind) != value:
            yield Request(
                "update_instance_attribute", {**change.address, "AttributeType": kind, "Value": value}
            )


def associated(field: str, noun: str, member: str, row: Callable[[Row, Wired], Any] = as_it_is) -> Calls:
    """The calls for a list whose rows are associated and disassociated one by one."""
    add, remove = (
        RowCall(f"{verb}_{noun}", one_in=member, row=row) for verb in ("associate", "disassociate")
    )
    return by_rows(Instance, field, add=add, remove=remove)


def set_security_keys(change: Change) -> Iterable[Request]:
    """Associate and disassociate security keys; a key is disassociated by the id of its association."""
    ids = {row["Key"]: row["AssociationId"] for row in change.reported.get("SecurityKeyRows") or []}
    keys = row_changes(change, "SecurityKeys")
    for key in keys.new:
        yield Request("associate_security_key", {**change.address, "Key": key})
    for key in keys.gone:
        yield Request("disassociate_security_key", {**change.address, "AssociationId": ids[key]})


def _store(row: Wired, shown: Wired) -> dict[str, Any]:
    """A storage in the form of requests: its type, and only the structure of this type."""
    belongs = {"StorageType", STORES[row["StorageType"]]}
    config = {name: value for name, value in row.items() if name in belongs}
    return {**_association(row, shown), "StorageConfig": config}


def _association(row: Wired, shown: Wired) -> dict[str, Any]:
    """The parameters that identify a storage: the type of its data, and the id of its association if it has one."""
    id_ = {"AssociationId": shown["AssociationId"]} if shown else {}
    return {"ResourceType": row["ResourceType"], **id_}


_STORES = by_rows(
    Instance,
    "storage_configs",
    add=RowCall("associate_instance_storage_config", row=_store),
    update=RowCall("update_instance_storage_config", row=_store),
    remove=RowCall("disassociate_instance_storage_config", row=_association),
)


def set_storage_configs(change: Change) -> Iterable[Request]:
    """Set one storage for each type of data."""
    alias = change.reported.get("InstanceAlias", "")
    desired, observed = (
        {"StorageConfigs": [_bare(row, alias) for row in side.get("StorageConfigs") or []]}
        for side in (change.desired, change.observed)
    )
    return _STORES.requests(replace(change, desired=desired, observed=observed))


def _bare(row: Wired, alias: str) -> dict[str, Any]:
    """A storage with the prefix of the request: for a video stream, AWS turns it into `<prefix>-connect-<alias>-contact-`.

    Source: the Terraform provider (aws_connect_instance_storage_config); it is missing in the API reference.
    """
    video = row.get("KinesisVideoStreamConfig")
    if not video:
        return {**row}
    prefix = video["Prefix"].removesuffix(_made_of("", alias)) or video["Prefix"]
    return {**row, "KinesisVideoStreamConfig": {**video, "Prefix": prefix}}


def _made_of(prefix: str, alias: str) -> str:
    """The prefix of a video stream as AWS changes it."""
    return f"{prefix}-connect-{alias}-contact-"


def as_asked(live: Any, written: Settings, reported: Wired) -> Any:
    """The live storages. A prefix that AWS made from the one in the files is shown as in the files."""
    asked = {row["resource_type"]: _prefix(row) for row in written.get("storage_configs") or []}
    alias = reported.get("InstanceAlias", "")
    return [_with_prefix(row, asked.get(row["resource_type"]), alias) for row in live or ()]


def _prefix(row: Mapping[str, Any]) -> str | None:
    return (row.get("kinesis_video_stream_config") or {}).get("prefix")


def _with_prefix(row: Mapping[str, Any], asked: str | None, alias: str) -> Mapping[str, Any]:
    if asked is None or _prefix(row) != _made_of(asked, alias):
        return row
    video = {**row["kinesis_video_stream_config"], "prefix": asked}
    return {**row, "kinesis_video_stream_config": video}


ATTRIBUTES = Calls(
    set_attributes,
    ("inbound_calls_enabled", "outbound_calls_enabled", "attributes"),
    ("update_instance_attribute",),
)
SECURITY_KEYS = Calls(
    set_security_keys, ("security_keys",), ("associate_security_key", "disassociate_security_key")
)
STORAGE = Calls(set_storage_configs, ("storage_configs",), _STORES.operations)
