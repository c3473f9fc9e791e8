"""DynamoDB's checks of keys, attribute definitions and projections.

Sources: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html and, for the keys of global
indexes of up to four and four attributes,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reconciler.sandbox.moto_patches.dynamodb.refusal import INVALID, invalid

Params = Mapping[str, Any]

MOST_OF_A_SORT = 4
MOST_LOCAL = 5
MOST_PROJECTED = 100


def check_table_key(schema: Sequence[Params]) -> None:
    """Refuse a key other than a partition key, optionally followed by a sort key."""
    kinds = [element["KeyType"] for element in schema]
    if len(kinds) > 2:
        raise invalid(
            f"1 validation error detected: Value '{_written(schema)}' at 'keySchema' failed to satisfy constraint: "
            "Member must have length less than or equal to 2"
        )
    if kinds[:1] != ["HASH"]:
        raise invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    if kinds[1:] not in ([], ["RANGE"]):
        raise invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
    if len(set(_names(schema))) < len(schema):
        raise invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name")


def check_definitions(definitions: Sequence[Params]) -> None:
    """Refuse an attribute that is defined twice."""
    names = _names(definitions)
    for name in names:
        if names.count(name) > 1:
            raise invalid(f"{INVALID}Duplicate AttributeName in AttributeDefinitions: {name}")


def check_unused(schemas: Iterable[Sequence[Params]], definitions: Sequence[Params]) -> None:
    """Refuse a definition that no key uses."""
    used = {name for schema in schemas for name in _names(schema)}
    if set(_names(definitions)) - used:
        raise invalid(
            f"{INVALID}Some AttributeDefinitions are not used. AttributeDefinitions: "
            f"[{', '.join(_names(definitions))}], keys used: [{', '.join(sorted(used))}]"
        )


def check_types_stay(
    schemas: Iterable[Sequence[Params]], before: Iterable[Params], after: Iterable[Params]
) -> None:
    """Refuse another type for an attribute that a key uses."""
    used = {name for schema in schemas for name in _names(schema)}
    types = {each["AttributeName"]: each["AttributeType"] for each in before}
    for each in after:
        name = each["AttributeName"]
        if name in used and types.get(name, each["AttributeType"]) != each["AttributeType"]:
            raise invalid(f"{INVALID}The type of attribute {name} cannot be changed: it is used by a key")


def check_global_key(index: Params) -> None:
    """Refuse a key other than one to four partition keys, followed by at most four sort keys."""
    schema, name = index["KeySchema"], index["IndexName"]
    kinds = [element["KeyType"] for element in schema]
    if kinds[:1] != ["HASH"]:
        raise invalid(f"{INVALID}Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    if kinds != sorted(kinds):
        raise invalid(
            f"{INVALID}Invalid KeySchema: HASH keys must come before RANGE keys in the KeySchema of index: {name}"
        )
    for kind, what in (("HASH", "partition"), ("RANGE", "sort")):
        if kinds.count(kind) > MOST_OF_A_SORT:
            raise invalid(
                f"{INVALID}Invalid KeySchema: at most {MOST_OF_A_SORT} {what} key attributes are allowed for index: "
                f"{name}"
            )
    if len(set(_names(schema))) < len(schema):
        raise invalid(f"{INVALID}Duplicate attribute in the KeySchema of index: {name}")


def check_local(indexes: Sequence[Params], table_schema: Sequence[Params]) -> None:
    """Refuse local indexes without the partition key of the table."""
    if len(indexes) > MOST_LOCAL:
        raise invalid(f"{INVALID}Number of LocalSecondaryIndexes exceeds per-table limit of {MOST_LOCAL}")
    if indexes and len(table_schema) == 1:
        raise invalid(
            f"{INVALID}Table KeySchema does not have a range key, which is required when specifying a "
            "LocalSecondaryIndex"
        )
    for index in indexes:
        schema, name = index["KeySchema"], index["IndexName"]
        check_table_key(schema)
        if len(schema) == 1:
            raise invalid(f"{INVALID}Index KeySchema does not have a range key for index: {name}")
        first, of_table = schema[0]["AttributeName"], table_schema[0]["AttributeName"]
        if first != of_table:
            raise invalid(
                f"{INVALID}Index KeySchema does not have the same leading hash key as table KeySchema for index: "
                f"{name}. index hash key: {first}, table hash key: {of_table}"
            )


def check_projections(indexes: Iterable[Params]) -> None:
    """Refuse missing or needless attributes of projections, and more than a hundred in all."""
    named = 0
    for index in indexes:
        projection = index["Projection"]
        kind, attributes = projection.get("ProjectionType"), projection.get("NonKeyAttributes")
        if kind is None:
            raise invalid(f"{INVALID}Unknown ProjectionType: null")
        if kind == "INCLUDE" and not attributes:
            raise invalid(f"{INVALID}ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
        if kind != "INCLUDE" and attributes is not None:
            raise invalid(f"{INVALID}ProjectionType is {kind}, but NonKeyAttributes is specified")
        named += len(attributes or ())
    if named > MOST_PROJECTED:
        raise invalid(
            f"{INVALID}NonKeyAttributes of all indexes together exceed the per-table limit of {MOST_PROJECTED}"
        )


def _names(elements: Iterable[Params]) -> list[str]:
    return [element["AttributeName"] for element in elements]


def _written(schema: Iterable[Params]) -> str:
    elements = (
        f"KeySchemaElement(attributeName={element['AttributeName']}, keyType={element['KeyType']})"
        for element in schema
    )
    return f"[{', '.join(elements)}]"
