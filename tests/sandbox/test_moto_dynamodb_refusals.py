"""Errors of DynamoDB for tables, and checks that a refused request changes nothing; with a plain client."""

from typing import Any

import pytest
from botocore.config import Config

from reconciler.sandbox import Sandbox

REGION = "eu-west-2"
NAME = {"TableName": "orders"}
FIVE = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}


def key(*names: str, sorted_by: tuple[str, ...] = ()) -> list[dict[str, str]]:
    kinds = [*((name, "HASH") for name in names), *((name, "RANGE") for name in sorted_by)]
    return [{"AttributeName": name, "KeyType": kind} for name, kind in kinds]


def defined(*names: str, kind: str = "S") -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": kind} for name in names]


def index(schema: list[dict[str, str]], name: str = "by_mail", **more: Any) -> dict[str, Any]:
    return {"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}, **more}


@pytest.fixture
def dynamodb(sandbox: Sandbox) -> Any:
    return sandbox.session(REGION).client("dynamodb", config=Config(retries={"total_max_attempts": 1}))


def wanted(**settings: Any) -> dict[str, Any]:
    plain = {"KeySchema": key("id"), "AttributeDefinitions": defined("id"), "BillingMode": "PAY_PER_REQUEST"}
    return {**NAME, **plain, **settings}


def refusal(dynamodb: Any, call: str, **params: Any) -> tuple[str, str]:
    with pytest.raises(dynamodb.exceptions.ClientError) as refused:
        getattr(dynamodb, call)(**params)
    error = refused.value.response["Error"]
    return str(error["Code"]), str(error["Message"])


def table_of(dynamodb: Any) -> dict[str, Any]:
    table: dict[str, Any] = dynamodb.describe_table(**NAME)["Table"]
    return table


ab, FIVES = defined("id", "a", "b"), [f"p{n}" for n in range(5)]

REFUSED_TABLES: dict[str, tuple[dict[str, Any], str]] = {
    "two sort keys": (
        {
            "KeySchema": key(sorted_by=("id", "a")),
            "AttributeDefinitions": defined("id", "a"),
        },
        "The first KeySchemaElement is not a HASH key type",
    ),
    "two partition keys": (
        {"KeySchema": key("id", "a"), "AttributeDefinitions": defined("id", "a")},
        "The second KeySchemaElement is not a RANGE key type",
    ),
    "the sort key first": (
        {
            "KeySchema": [*key(sorted_by=("a",)), *key("id")],
            "AttributeDefinitions": defined("id", "a"),
        },
        "The first KeySchemaElement is not a HASH key type",
    ),
    "three keys": (
        {"KeySchema": key("id", sorted_by=("a", "b")), "AttributeDefinitions": ab},
        "Member must have length less than or equal to 2",
    ),
    "one attribute twice": (
        {"KeySchema": key("id", sorted_by=("id",))},
        "Both the Hash Key and the Range Key element in the KeySchema have the same name",
    ),
    "a definition without use": ({"AttributeDefinitions": defined("id", "a")}, "AttributeDefinitions"),
    "a key without definition": ({"AttributeDefinitions": defined("a")}, "AttributeDefinitions"),
    "a definition twice": (
        {"AttributeDefinitions": [*defined("id"), *defined("id", kind="N")]},
        "Duplicate AttributeName",
    ),
    "provisioned without units": ({"BillingMode": "PROVISIONED"}, "must both be specified"),
    "on demand with units": (
        {"ProvisionedThroughput": FIVE},
        "cannot be specified when BillingMode is PAY_PER",
    ),
    "an index on nothing defined": (
        {"GlobalSecondaryIndexes": [index(key("a"))]},
        "Some index key attributes are not defined",
    ),
    "an index that begins with its sort key": (
        {"AttributeDefinitions": ab, "GlobalSecondaryIndexes": [index([*key(sorted_by=("a",)), *key("b")])]},
        "The first KeySchemaElement is not a HASH key type",
    ),
    "an index with its partition keys apart": (
        {
            "AttributeDefinitions": ab,
            "GlobalSecondaryIndexes": [index([*key("id", sorted_by=("a",)), *key("b")])],
        },
        "HASH keys must come before RANGE keys",
    ),
    "an index of five partition keys": (
        {"AttributeDefinitions": defined("id", *FIVES), "GlobalSecondaryIndexes": [index(key(*FIVES))]},
        "at most 4 partition key attributes",
    ),
    "an index of five sort keys": (
        {
            "AttributeDefinitions": defined("id", *FIVES),
            "GlobalSecondaryIndexes": [index(key("id", sorted_by=tuple(FIVES)))],
        },
        "at most 4 sort key attributes",
    ),
    "an index with an attribute twice": (
        {"GlobalSecondaryIndexes": [index(key("id", sorted_by=("id",)))]},
        "Duplicate attribute",
    ),
    "a local index without a sort key": (
        {
            "KeySchema": key("id", sorted_by=("a",)),
            "AttributeDefinitions": defined("id", "a"),
            "LocalSecondaryIndexes": [index(key("id"))],
        },
        "does not have a range key for index",
    ),
    "a local index of another partition": (
        {
            "KeySchema": key("id", sorted_by=("a",)),
            "AttributeDefinitions": ab,
            "LocalSecondaryIndexes": [index(key("b", sorted_by=("a",)))],
        },
        "does not have the same leading hash key",
    ),
    "a local index on a table without a sort key": (
        {
            "AttributeDefinitions": defined("id", "a"),
            "LocalSecondaryIndexes": [index(key("id", sorted_by=("a",)))],
        },
        "Table KeySchema does not have a range key",
    ),
    "a global and a local index of one name": (
        {
            "KeySchema": key("id", sorted_by=("a",)),
            "AttributeDefinitions": ab,
            "LocalSecondaryIndexes": [index(key("id", sorted_by=("b",)))],
            "GlobalSecondaryIndexes": [index(key("b"))],
        },
        "Duplicate index name",
    ),
    "all attributes, and some by name": (
        {
            "AttributeDefinitions": defined("id", "a"),
            "GlobalSecondaryIndexes": [
                index(key("a"), Projection={"ProjectionType": "ALL", "NonKeyAttributes": ["x"]})
            ],
        },
        "ProjectionType is ALL, but NonKeyAttributes is specified",
    ),
    "some attributes, and none by name": (
        {
            "AttributeDefinitions": defined("id", "a"),
            "GlobalSecondaryIndexes": [index(key("a"), Projection={"ProjectionType": "INCLUDE"})],
        },
        "ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
    ),
    "a tag with a character that tags cannot have": (
        {"Tags": [{"Key": "a", "Value": "<b>"}]},
        "has characters other than",
    ),
    "a key for a table that is not encrypted with it": (
        {"SSESpecification": {"Enabled": False, "KMSMasterKeyId": "alias/mine"}},
        "KMSMasterKeyId",
    ),
    "a kind of encryption that is none": (
        {"SSESpecification": {"Enabled": True, "SSEType": "AES256"}},
        "SSEType AES256",
    ),
    "warm throughput below what on-demand tables begin with": (
        {"WarmThroughput": {"ReadUnitsPerSecond": 11_999, "WriteUnitsPerSecond": 4_000}},
        "is lower than",
    ),
}


@pytest.mark.parametrize("case", REFUSED_TABLES)
def test_a_refused_table_is_not_made(dynamodb: Any, case: str) -> None:
    settings, text = REFUSED_TABLES[case]
    code, told = refusal(dynamodb, "create_table", **wanted(**settings))
    assert code == "ValidationException"
    assert text in told
    assert dynamodb.list_tables()["TableNames"] == []


def test_an_index_has_up_to_four_partition_and_four_sort_keys(dynamodb: Any) -> None:
    partitions, sorts = ("p1", "p2", "p3", "p4"), ("s1", "s2", "s3", "s4")
    wide = index(key(*partitions, sorted_by=sorts))
    dynamodb.create_table(
        **wanted(
            AttributeDefinitions=defined("id", *partitions, *sorts),
            GlobalSecondaryIndexes=[wide, index(key("p1", "p2"), "narrow")],
        )
    )
    shown = {each["IndexName"]: each["KeySchema"] for each in table_of(dynamodb)["GlobalSecondaryIndexes"]}
    assert shown == {"by_mail": wide["KeySchema"], "narrow": key("p1", "p2")}
    dynamodb.put_item(**NAME, Item={"id": {"S": "1"}, "p1": {"S": "x"}})
    dynamodb.update_table(
        **NAME,
        GlobalSecondaryIndexUpdates=[{"Create": index(key("p1", sorted_by=("s1", "s2")), "later")}],
    )
    assert len(table_of(dynamodb)["GlobalSecondaryIndexes"]) == 3


def test_warm_throughput_rises_and_never_falls(dynamodb: Any) -> None:
    dynamodb.create_table(
        **wanted(AttributeDefinitions=defined("id", "a"), GlobalSecondaryIndexes=[index(key("a"))])
    )
    high = {"ReadUnitsPerSecond": 15_000, "WriteUnitsPerSecond": 5_000}
    dynamodb.update_table(**NAME, WarmThroughput=high)
    dynamodb.update_table(
        **NAME, GlobalSecondaryIndexUpdates=[{"Update": {"IndexName": "by_mail", "WarmThroughput": high}}]
    )
    before = table_of(dynamodb)
    assert before["WarmThroughput"] == {**high, "Status": "ACTIVE"}
    lower = {"ReadUnitsPerSecond": 14_999}
    change = {"Update": {"IndexName": "by_mail", "WarmThroughput": lower}}
    for params in ({"WarmThroughput": lower}, {"GlobalSecondaryIndexUpdates": [change]}):
        code, told = refusal(dynamodb, "update_table", **NAME, DeletionProtectionEnabled=True, **params)
        assert code == "ValidationException"
        assert "decreasing WarmThroughput is not supported" in told
    assert table_of(dynamodb) == before


def test_warm_throughput_follows_provisioned_units_upwards_only(dynamodb: Any) -> None:
    dynamodb.create_table(**wanted(BillingMode="PROVISIONED", ProvisionedThroughput=FIVE))
    for units, warm in ((50, 50), (7, 50)):
        dynamodb.update_table(
            **NAME, ProvisionedThroughput={"ReadCapacityUnits": units, "WriteCapacityUnits": units}
        )
        assert table_of(dynamodb)["WarmThroughput"] == {
            "ReadUnitsPerSecond": warm,
            "WriteUnitsPerSecond": warm,
            "Status": "ACTIVE",
        }


REFUSED_UPDATES: dict[str, dict[str, Any]] = {
    "a class that it has": {"TableClass": "STANDARD"},
    "no stream to disable": {"StreamSpecification": {"StreamEnabled": False}},
    "an unknown key": {"SSESpecification": {"Enabled": True, "KMSMasterKeyId": "alias/none"}},
    "an index that is not there": {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "none"}}]},
    "an index that begins with its sort key": {
        "AttributeDefinitions": defined("a"),
        "GlobalSecondaryIndexUpdates": [{"Create": index(key(sorted_by=("a",)))}],
    },
    "a definition without use": {
        "AttributeDefinitions": defined("a", "b"),
        "GlobalSecondaryIndexUpdates": [{"Create": index(key("a"))}],
    },
    "another type for the key": {"AttributeDefinitions": defined("id", kind="N")},
    "units on demand": {"ProvisionedThroughput": FIVE},
    "provisioned without units": {"BillingMode": "PROVISIONED"},
}


@pytest.mark.parametrize("case", REFUSED_UPDATES)
def test_a_refused_update_changes_nothing_else_either(dynamodb: Any, case: str) -> None:
    dynamodb.create_table(**wanted())
    before = table_of(dynamodb)
    refusal(dynamodb, "update_table", **NAME, DeletionProtectionEnabled=True, **REFUSED_UPDATES[case])
    assert table_of(dynamodb) == before


def test_the_policy_of_a_table_goes_with_it(dynamodb: Any) -> None:
    dynamodb.create_table(**wanted())
    arn = table_of(dynamodb)["TableArn"]
    dynamodb.put_resource_policy(ResourceArn=arn, Policy="{}")
    dynamodb.delete_table(**NAME)
    dynamodb.create_table(**wanted())
    assert refusal(dynamodb, "get_resource_policy", ResourceArn=arn)[0] == "PolicyNotFoundException"


def test_going_back_to_the_keys_of_aws(sandbox: Sandbox, dynamodb: Any) -> None:
    mine = sandbox.session(REGION).client("kms").create_key()["KeyMetadata"]["Arn"]
    dynamodb.create_table(**wanted(SSESpecification={"Enabled": True, "KMSMasterKeyId": mine}))
    assert table_of(dynamodb)["SSEDescription"]["KMSMasterKeyArn"] == mine
    dynamodb.update_table(**NAME, SSESpecification={"Enabled": True})
    managed = table_of(dynamodb)["SSEDescription"]
    assert (managed["Status"], managed["SSEType"]) == ("ENABLED", "KMS")
    assert managed["KMSMasterKeyArn"] != mine
    refusal(dynamodb, "update_table", **NAME, SSESpecification={"Enabled": True})
    dynamodb.update_table(**NAME, SSESpecification={"Enabled": False})
    assert "SSEDescription" not in table_of(dynamodb)


@pytest.mark.parametrize("limit", [1, 2])
def test_tables_are_listed_in_pages(dynamodb: Any, limit: int) -> None:
    for name in ("one", "two", "six"):
        dynamodb.create_table(**wanted(TableName=name))
    pages = dynamodb.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": limit})
    sizes = [page["TableNames"] for page in pages]
    assert [name for page in sizes for name in page] == ["one", "six", "two"]
    assert max(map(len, sizes)) == limit
    refusal(dynamodb, "list_tables", Limit=101)
