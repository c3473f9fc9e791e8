"""The requests that change a DynamoDB table: one type of change, and one index, at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from reconciler.contract import Calls, Change, Request, Sighting
from reconciler.errors import Refused
from reconciler.field_schema import fields_of
from reconciler.resources.dynamodb import table_changes
from reconciler.resources.dynamodb.table import TAGGING, TableAdapter
from reconciler.resources.dynamodb.table_model import Table
from tests.resources.table_members import define, index, units
from tests.resources.wire_members import operations_of, valid

OPERATIONS = operations_of("dynamodb")
ADDRESS = {"TableName": "stamps"}
ARN = "arn:aws:dynamodb:eu-west-2:123456789012:table/stamps"
ADAPTER = TableAdapter()

ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": define(u="S")}
PAID = {
    "BillingMode": "PROVISIONED",
    "ProvisionedThroughput": units(5),
    "AttributeDefinitions": define(u="S"),
}

CAPACITY_AND_INDEXES: Mapping[str, tuple[str, dict[str, Any], dict[str, Any], list[dict[str, Any]]]] = {
    "two new indexes": (
        "AWS creates one index per request; each travels with the definitions that exist by then",
        ON_DEMAND,
        {
            "AttributeDefinitions": define(u="S", a="S", b="N"),
            "GlobalSecondaryIndexes": [index("by-a", "a"), index("by-b", "b", "u")],
        },
        [
            {
                "AttributeDefinitions": define(u="S", a="S"),
                "GlobalSecondaryIndexUpdates": [{"Create": index("by-a", "a")}],
            },
            {
                "AttributeDefinitions": define(u="S", a="S", b="N"),
                "GlobalSecondaryIndexUpdates": [{"Create": index("by-b", "b", "u")}],
            },
        ],
    ),
    "one index for another": (
        "readers find the new index before the old one goes",
        {
            **ON_DEMAND,
            "AttributeDefinitions": define(u="S", a="S"),
            "GlobalSecondaryIndexes": [index("by-a", "a")],
        },
        {
            "AttributeDefinitions": define(u="S", b="S"),
            "GlobalSecondaryIndexes": [index("by-b", "b")],
        },
        [
            {
                "AttributeDefinitions": define(u="S", a="S", b="S"),
                "GlobalSecondaryIndexUpdates": [{"Create": index("by-b", "b")}],
            },
            {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-a"}}]},
        ],
    ),
    "another key": (
        "a name can be had twice only one after the other; AWS's own warmth is not carried over",
        {
            **ON_DEMAND,
            "AttributeDefinitions": define(u="S", a="S"),
            "GlobalSecondaryIndexes": [
                index("idx", "a", WarmThroughput={"ReadUnitsPerSecond": 1, "WriteUnitsPerSecond": 1})
            ],
        },
        {
            "AttributeDefinitions": define(u="S", b="S"),
            "GlobalSecondaryIndexes": [
                index("idx", "b", WarmThroughput={"ReadUnitsPerSecond": 1, "WriteUnitsPerSecond": 1})
            ],
        },
        [
            {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "idx"}}]},
            {
                "AttributeDefinitions": define(u="S", b="S"),
                "GlobalSecondaryIndexUpdates": [{"Create": index("idx", "b")}],
            },
        ],
    ),
    "another type of the same key": (
        "the index looks the same, but its values are others",
        {
            **ON_DEMAND,
            "AttributeDefinitions": define(u="S", a="S"),
            "GlobalSecondaryIndexes": [index("idx", "a")],
        },
        {"AttributeDefinitions": define(u="S", a="N")},
        [
            {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "idx"}}]},
            {
                "AttributeDefinitions": define(u="S", a="N"),
                "GlobalSecondaryIndexUpdates": [{"Create": index("idx", "a")}],
            },
        ],
    ),
    "projected attributes in another order": (
        "their order means nothing",
        {
            **ON_DEMAND,
            "GlobalSecondaryIndexes": [
                index("idx", "u", Projection={"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "b"]})
            ],
        },
        {
            "GlobalSecondaryIndexes": [
                index("idx", "u", Projection={"ProjectionType": "INCLUDE", "NonKeyAttributes": ["b", "a"]})
            ]
        },
        [],
    ),
    "no index any more": (
        "a cleared list is left out of desired",
        {**ON_DEMAND, "GlobalSecondaryIndexes": [index("idx", "u")]},
        {"GlobalSecondaryIndexes": None},
        [{"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "idx"}}]}],
    ),
    "to on demand": (
        "throughput goes by itself",
        {**PAID, "GlobalSecondaryIndexes": [index("idx", "u", ProvisionedThroughput=units(5))]},
        {"BillingMode": "PAY_PER_REQUEST"},
        [{"BillingMode": "PAY_PER_REQUEST"}],
    ),
    "to provisioned": (
        "AWS wants the throughput of table and indexes in one request; an index without its own gets the table's",
        {**ON_DEMAND, "GlobalSecondaryIndexes": [index("one", "u"), index("two", "u")]},
        {
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": units(7),
            "GlobalSecondaryIndexes": [index("one", "u", ProvisionedThroughput=units(3)), index("two", "u")],
        },
        [
            {
                "BillingMode": "PROVISIONED",
                "ProvisionedThroughput": units(7),
                "GlobalSecondaryIndexUpdates": [
                    {"Update": {"IndexName": "one", "ProvisionedThroughput": units(3)}},
                    {"Update": {"IndexName": "two", "ProvisionedThroughput": units(7)}},
                ],
            }
        ],
    ),
    "more throughput of the table": (
        "AWS refuses a throughput that does not change, so only what changes is sent",
        {**PAID, "GlobalSecondaryIndexes": [index("idx", "u", ProvisionedThroughput=units(1))]},
        {"ProvisionedThroughput": units(6)},
        [{"ProvisionedThroughput": units(6)}],
    ),
    "a new index of a provisioned table": (
        "it gets the table's throughput unless it has its own",
        PAID,
        {"GlobalSecondaryIndexes": [index("idx", "u")]},
        [
            {
                "AttributeDefinitions": define(u="S"),
                "GlobalSecondaryIndexUpdates": [
                    {"Create": index("idx", "u", ProvisionedThroughput=units(5))}
                ],
            }
        ],
    ),
    "a ceiling taken away": (
        "AWS takes a ceiling away when told -1",
        {**ON_DEMAND, "OnDemandThroughput": {"MaxReadRequestUnits": 9, "MaxWriteRequestUnits": 9}},
        {"OnDemandThroughput": {"MaxReadRequestUnits": 9, "MaxWriteRequestUnits": -1}},
        [{"OnDemandThroughput": {"MaxReadRequestUnits": 9, "MaxWriteRequestUnits": -1}}],
    ),
    "warmer": (
        "table and index are warmed one by one",
        {**ON_DEMAND, "GlobalSecondaryIndexes": [index("idx", "u")]},
        {
            "WarmThroughput": {"ReadUnitsPerSecond": 13000},
            "GlobalSecondaryIndexes": [index("idx", "u", WarmThroughput={"ReadUnitsPerSecond": 14000})],
        },
        [
            {"WarmThroughput": {"ReadUnitsPerSecond": 13000}},
            {
                "GlobalSecondaryIndexUpdates": [
                    {"Update": {"IndexName": "idx", "WarmThroughput": {"ReadUnitsPerSecond": 14000}}}
                ]
            },
        ],
    ),
    "another type of the table's key": (
        "AWS cannot do it, and its message says so; silence would not",
        ON_DEMAND,
        {"AttributeDefinitions": define(u="N")},
        [{"AttributeDefinitions": define(u="N")}],
    ),
    "nothing": ("what agrees is not sent", ON_DEMAND, {}, []),
}


def change(observed: Mapping[str, Any], desired: Mapping[str, Any]) -> Change:
    after = {member: value for member, value in {**observed, **desired}.items() if value is not None}
    written = frozenset({*Table.model_fields})
    return Change(ADDRESS, ARN, observed, after, reported=observed, written=written)


def requests(made: Iterable[Request]) -> list[tuple[str, dict[str, Any]]]:
    return valid(made, OPERATIONS, {**ADDRESS, "ResourceArn": ARN})


@pytest.mark.parametrize("name", CAPACITY_AND_INDEXES)
def test_capacity_and_indexes(name: str) -> None:
    reason, observed, desired, expected = CAPACITY_AND_INDEXES[name]
    made = requests(table_changes.capacity_and_indexes(change(observed, desired)))
    assert made == [("update_table", parameters) for parameters in expected], reason


STREAM, TTL, SSE = "StreamSpecification", "TimeToLiveSpecification", "SSESpecification"
PITR = "PointInTimeRecoverySpecification"
NEW = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
KEYS = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}

SWITCHES: Mapping[str, tuple[str, str, dict[str, Any], dict[str, Any], list[dict[str, Any]]]] = {
    "stream on": ("", STREAM, {"StreamEnabled": False}, NEW, [NEW]),
    "stream off": (
        "the view that the engine fills in from what it saw is no part of it",
        STREAM,
        NEW,
        {**NEW, "StreamEnabled": False},
        [{"StreamEnabled": False}],
    ),
    "another view": ("AWS changes no view", STREAM, NEW, KEYS, [{"StreamEnabled": False}, KEYS]),
    "expiry on": (
        "",
        TTL,
        {"Enabled": False},
        {"Enabled": True, "AttributeName": "t"},
        [{"Enabled": True, "AttributeName": "t"}],
    ),
    "expiry off": (
        "AWS wants to hear which attribute it was",
        TTL,
        {"Enabled": True, "AttributeName": "t"},
        {"Enabled": False},
        [{"Enabled": False, "AttributeName": "t"}],
    ),
    "expiry by another attribute": (
        "AWS knows one attribute at a time",
        TTL,
        {"Enabled": True, "AttributeName": "t"},
        {"Enabled": True, "AttributeName": "u"},
        [{"Enabled": False, "AttributeName": "t"}, {"Enabled": True, "AttributeName": "u"}],
    ),
    "expiry off already": ("AWS refuses what is so already", TTL, {"Enabled": False}, {"Enabled": False}, []),
    "AWS's own key again": (
        "AWS refuses a type without encryption",
        SSE,
        {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "arn"},
        {"Enabled": False, "SSEType": "KMS", "KMSMasterKeyId": "arn"},
        [{"Enabled": False}],
    ),
    "a longer recovery": (
        "",
        PITR,
        {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7},
        {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35},
        [{"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}],
    ),
    "no recovery": (
        "a period belongs to what is on",
        PITR,
        {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7},
        {"PointInTimeRecoveryEnabled": False, "RecoveryPeriodInDays": 7},
        [{"PointInTimeRecoveryEnabled": False}],
    ),
}


@pytest.mark.parametrize("name", SWITCHES)
def test_switches(name: str) -> None:
    reason, member, observed, desired, expected = SWITCHES[name]
    field = next(field for field, shape in fields_of(Table).items() if shape.wire == member)
    group = next(group for group in ADAPTER.updates if field in group.fields)
    assert isinstance(group, Calls)
    made = requests(group.requests(change({member: observed}, {member: desired})))
    assert [parameters[member] for _, parameters in made] == expected, reason


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("{}", ("put_resource_policy", {"Policy": "{}"})), (None, ("delete_resource_policy", {}))],
)
def test_resource_policy(policy: str | None, expected: tuple[str, dict[str, Any]]) -> None:
    made = requests(table_changes.resource_policy(change({}, {"ResourcePolicy": policy})))
    assert made == [expected]


def test_tags_are_added_before_others_are_removed() -> None:
    sighting = Sighting("stamps", ADDRESS, ARN)
    made = TAGGING.change(sighting, {"a": "1", "b": "2", "c": "3"}, {"b": "2", "c": "4", "d": "5"})
    assert requests(made) == [
        ("tag_resource", {"Tags": [{"Key": "c", "Value": "4"}, {"Key": "d", "Value": "5"}]}),
        ("untag_resource", {"TagKeys": ["a"]}),
    ]


# -- settings outside the files -------------------------------------------------------------------------------------

BY_CUSTOMER = index("by-customer", "customer")
FOREIGN = {
    **ON_DEMAND,
    "AttributeDefinitions": define(u="S", customer="S"),
    "GlobalSecondaryIndexes": [BY_CUSTOMER],
}


def unwritten_indexes(observed: Mapping[str, Any], desired: Mapping[str, Any]) -> Change:
    """A change with files without global indexes."""
    return replace(change(observed, desired), written=frozenset({"attribute_definitions", "billing_mode"}))


@pytest.mark.parametrize(
    "desired",
    [
        {"AttributeDefinitions": define(u="S")},
        {"AttributeDefinitions": define(u="S", customer="S")},
        {"AttributeDefinitions": define(u="S"), "OnDemandThroughput": {"MaxReadRequestUnits": 9}},
    ],
    ids=["its definition is not written", "its definition is written", "something else changes"],
)
def test_an_index_that_nobody_wrote_is_left_alone(desired: dict[str, Any]) -> None:
    made = requests(table_changes.capacity_and_indexes(unwritten_indexes(FOREIGN, desired)))
    assert [update for _, sent in made for update in sent.get("GlobalSecondaryIndexUpdates", ())] == []


def test_another_type_for_the_key_of_an_index_that_nobody_wrote_is_refused() -> None:
    changed = unwritten_indexes(FOREIGN, {"AttributeDefinitions": define(u="S", customer="N")})
    with pytest.raises(Refused, match="index by-customer, which is not in the files"):
        list(table_changes.capacity_and_indexes(changed))


def test_a_new_index_carries_the_definitions_that_other_indexes_need() -> None:
    """AWS refuses a request without an attribute that a live index uses."""
    wanted = [BY_CUSTOMER, index("by-a", "a")]
    changed = change(
        FOREIGN, {"AttributeDefinitions": define(u="S", a="S"), "GlobalSecondaryIndexes": wanted}
    )
    ((_, sent),) = requests(table_changes.capacity_and_indexes(changed))
    assert sent["AttributeDefinitions"] == define(u="S", customer="S", a="S")


WRITTEN = {"global_secondary_indexes": [{"index_name": "by-customer"}]}
REBUILT: Mapping[str, tuple[str, dict[str, Any], str]] = {
    "another key": (
        "global_secondary_indexes[by-customer].key_schema[0].attribute_name",
        WRITTEN,
        "index by-customer",
    ),
    "another projection": (
        "global_secondary_indexes[by-customer].projection.projection_type",
        WRITTEN,
        "index by-customer",
    ),
    "another capacity": (
        "global_secondary_indexes[by-customer].provisioned_throughput.read_capacity_units",
        WRITTEN,
        "",
    ),
    "another type of its key": (
        "attribute_definitions[customer].attribute_type",
        WRITTEN,
        "index by-customer",
    ),
    "another type of the table's key": ("attribute_definitions[u].attribute_type", WRITTEN, ""),
    "another type, and nobody wrote the index": ("attribute_definitions[customer].attribute_type", {}, ""),
    "another billing mode": ("billing_mode", WRITTEN, ""),
}


@pytest.mark.parametrize("name", REBUILT)
def test_what_is_deleted_and_built_anew_is_told(name: str) -> None:
    field, written, expected = REBUILT[name]
    assert ADAPTER.deletes(field, written, FOREIGN) == expected
