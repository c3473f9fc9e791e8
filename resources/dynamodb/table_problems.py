"""Finds mistakes that DynamoDB would refuse and that depend on several fields of a table.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles
from reconciler.model import Finding, Settings

DEFINITIONS = "attribute_definitions"
LOCAL, GLOBAL = "local_secondary_indexes", "global_secondary_indexes"


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one table."""
    yield from _definitions(files)
    yield from _capacity(files)
    yield from _index_names(files.settings)
    yield from _local_keys(files.settings)


def without_stream(settings: Settings) -> str:
    """Why a table with these settings has no stream; empty if it may have one."""
    stream = settings.get("stream_specification", {"stream_enabled": True})
    off = stream is None or stream.get("stream_enabled") is False
    return "its stream is off; write stream_specification with stream_enabled: true" if off else ""


def _definitions(files: InFiles) -> Iterator[Finding]:
    """Definitions that no key uses. In a live table, an index outside the files may use them."""
    settings = files.settings
    if not files.new or not settings.get("key_schema"):
        return
    keys = [settings["key_schema"], *(index["key_schema"] for _, index in _indexes(settings))]
    used = {element["attribute_name"] for key in keys for element in key}
    for number, each in enumerate(settings.get(DEFINITIONS) or ()):
        name = each["attribute_name"]
        if name not in used:
            said = f"no key of the table or of its indexes uses {name}; remove the definition, or write the index"
            # If the files have no indexes, a live index outside the files may use it.
            yield Finding(
                said, (DEFINITIONS, number), warning=not (settings.get(LOCAL) or settings.get(GLOBAL))
            )


def _capacity(files: InFiles) -> Iterator[Finding]:
    """Missing capacity; a new table without billing_mode is PROVISIONED."""
    settings, field = files.settings, "provisioned_throughput"
    billing = settings.get("billing_mode")
    if not files.new or billing == "PAY_PER_REQUEST":
        return
    if settings.get(field) is None:
        written = "with billing_mode PROVISIONED" if billing else "without billing_mode"
        said = f"a table {written} takes {field}; write it, or billing_mode: PAY_PER_REQUEST"
        # If both are left out, a live table keeps its own.
        yield Finding(said, ("billing_mode",), warning=billing is None)
    for number, index in enumerate(settings.get(GLOBAL) or ()):
        if index.get(field) is None:
            said = f"each global index of a table with provisioned capacity takes {field}; write it"
            yield Finding(said, (GLOBAL, number), warning=billing is None)


def _index_names(settings: Settings) -> Iterator[Finding]:
    """Names that a local and a global index share. Duplicates within one list are found elsewhere."""
    local = {index["index_name"] for index in settings.get(LOCAL) or ()}
    for number, index in enumerate(settings.get(GLOBAL) or ()):
        if index["index_name"] in local:
            said = "a local index has the same name; give each index of a table its own name"
            yield Finding(said, (GLOBAL, number, "index_name"))


def _local_keys(settings: Settings) -> Iterator[Finding]:
    """Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html."""
    table = settings.get("key_schema")
    for number, index in enumerate(settings.get(LOCAL) or ()):
        path, key = (LOCAL, number, "key_schema"), index["key_schema"]
        if len(key) == 1:
            yield Finding("the key of a local index has a RANGE attribute, too; write one", path)
        if table and key[0]["attribute_name"] != table[0]["attribute_name"]:
            said = f"a local index has the partition key of its table; write {table[0]['attribute_name']} as HASH"
            yield Finding(said, path)
    if table and len(table) == 1 and settings.get(LOCAL):
        yield Finding(
            "a table with local indexes has a RANGE attribute in its key; write one", ("key_schema",)
        )


def _indexes(settings: Settings) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for field in (LOCAL, GLOBAL):
        for index in settings.get(field) or ():
            yield field, index
