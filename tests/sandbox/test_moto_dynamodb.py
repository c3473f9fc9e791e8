"""Tables, with a plain client."""

from collections.abc import Sequence
from typing import Any

import pytest
from botocore.config import Config

from reconciler.sandbox import Sandbox
from tests.sandbox.held_clock import HeldClock

REGION = "eu-west-2"
ONCE = Config(retries={"total_max_attempts": 1})  # botocore would wait and retry a LimitExceededException
NAME = {"TableName": "orders"}
KEY = [{"AttributeName": "id", "KeyType": "HASH"}]
ID = {"AttributeName": "id", "AttributeType": "S"}
MAIL = {"AttributeName": "mail", "AttributeType": "S"}
FIVE = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}


def index(name: str = "by_mail", key: str = "mail", **more: Any) -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
        **more,
    }


@pytest.fixture
def dynamodb(sandbox: Sandbox) -> Any:
    return sandbox.session(REGION).client("dynamodb", config=ONCE)


def make(dynamodb: Any, *, definitions: Sequence[Any] = (ID,), **settings: Any) -> Any:
    wanted = {**NAME, "KeySchema": KEY, "AttributeDefinitions": list(definitions), **ON_DEMAND, **settings}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    return dynamodb.create_table(**wanted)["TableDescription"]


def make_provisioned(dynamodb: Any, **settings: Any) -> Any:
    return make(dynamodb, BillingMode="PROVISIONED", ProvisionedThroughput=FIVE, **settings)


def table_of(dynamodb: Any) -> dict[str, Any]:
    table: dict[str, Any] = dynamodb.describe_table(**NAME)["Table"]
    return table


def refusal(dynamodb: Any, code: str, call: str, **params: Any) -> str:
    with pytest.raises(dynamodb.exceptions.ClientError) as refused:
        getattr(dynamodb, call)(**params)
    assert refused.value.response["Error"]["Code"] == code
    return str(refused.value.response["Error"]["Message"])


def test_a_description_has_what_aws_shows_and_no_empty_lists(dynamodb: Any) -> None:
    make(dynamodb)
    table = table_of(dynamodb)
    assert len(table["TableId"]) == 36
    assert table["TableArn"] == "arn:aws:dynamodb:eu-west-2:123456789012:table/orders"
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert not {
        "GlobalSecondaryIndexes",
        "LocalSecondaryIndexes",
        "TableClassSummary",
        "OnDemandThroughput",
    } & set(table)


def test_a_table_that_always_was_provisioned_has_no_billing_summary(dynamodb: Any) -> None:
    make_provisioned(dynamodb)
    assert "BillingModeSummary" not in table_of(dynamodb)


def test_table_class_is_kept_and_changed(dynamodb: Any) -> None:
    make(dynamodb, TableClass="STANDARD_INFREQUENT_ACCESS")
    assert table_of(dynamodb)["TableClassSummary"] == {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    dynamodb.update_table(**NAME, TableClass="STANDARD")
    assert table_of(dynamodb)["TableClassSummary"]["TableClass"] == "STANDARD"
    refusal(dynamodb, "ValidationException", "update_table", **NAME, TableClass="STANDARD")


def test_on_demand_maxima_of_table_and_index(dynamodb: Any) -> None:
    most = {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 20}
    make(
        dynamodb,
        definitions=[ID, MAIL],
        OnDemandThroughput=most,
        GlobalSecondaryIndexes=[index(OnDemandThroughput=most)],
    )
    table = table_of(dynamodb)
    assert table["OnDemandThroughput"] == most
    assert table["GlobalSecondaryIndexes"][0]["OnDemandThroughput"] == most
    dynamodb.update_table(**NAME, OnDemandThroughput={"MaxReadRequestUnits": -1})
    assert table_of(dynamodb)["OnDemandThroughput"] == {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 20}
    change = {"IndexName": "by_mail", "OnDemandThroughput": {"MaxReadRequestUnits": 7}}
    dynamodb.update_table(**NAME, GlobalSecondaryIndexUpdates=[{"Update": change}])
    assert table_of(dynamodb)["GlobalSecondaryIndexes"][0]["OnDemandThroughput"]["MaxReadRequestUnits"] == 7


def test_encryption_can_be_changed_and_shows_the_keys_arn(sandbox: Sandbox, dynamodb: Any) -> None:
    kms = sandbox.session(REGION).client("kms")
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/mine", TargetKeyId=key["KeyId"])
    make(dynamodb)
    assert "SSEDescription" not in table_of(dynamodb)
    mine = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/mine"}
    dynamodb.update_table(**NAME, SSESpecification=mine)
    assert table_of(dynamodb)["SSEDescription"] == {
        "Status": "ENABLED",
        "SSEType": "KMS",
        "KMSMasterKeyArn": key["Arn"],
    }
    refusal(dynamodb, "ValidationException", "update_table", **NAME, SSESpecification=mine)
    dynamodb.update_table(**NAME, SSESpecification={"Enabled": True})
    assert table_of(dynamodb)["SSEDescription"]["KMSMasterKeyArn"] != key["Arn"]
    dynamodb.update_table(**NAME, SSESpecification={"Enabled": False})
    assert "SSEDescription" not in table_of(dynamodb)
    other = {"Enabled": True, "KMSMasterKeyId": "alias/none"}
    assert "KMS" in refusal(dynamodb, "ValidationException", "update_table", **NAME, SSESpecification=other)


def test_an_index_has_arn_and_counts(dynamodb: Any) -> None:
    make(dynamodb, definitions=[ID, MAIL], GlobalSecondaryIndexes=[index()])
    dynamodb.put_item(**NAME, Item={"id": {"S": "1"}, "mail": {"S": "a@b"}})
    dynamodb.put_item(**NAME, Item={"id": {"S": "2"}})
    (by_mail,) = table_of(dynamodb)["GlobalSecondaryIndexes"]
    assert by_mail["IndexArn"] == "arn:aws:dynamodb:eu-west-2:123456789012:table/orders/index/by_mail"
    assert (by_mail["ItemCount"], by_mail["IndexSizeBytes"]) == (1, 0)
    assert by_mail["IndexStatus"] == "ACTIVE"


def test_indexes_come_and_go_with_their_attributes(dynamodb: Any) -> None:
    make(dynamodb)
    dynamodb.update_table(
        **NAME, AttributeDefinitions=[MAIL], GlobalSecondaryIndexUpdates=[{"Create": index()}]
    )
    table = table_of(dynamodb)
    assert [each["IndexName"] for each in table["GlobalSecondaryIndexes"]] == ["by_mail"]
    assert table["AttributeDefinitions"] == [ID, MAIL]
    dynamodb.update_table(**NAME, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_mail"}}])
    table = table_of(dynamodb)
    assert "GlobalSecondaryIndexes" not in table
    assert table["AttributeDefinitions"] == [ID]


def test_switching_to_on_demand_shows_zero_units_and_back_needs_them(dynamodb: Any) -> None:
    make_provisioned(
        dynamodb, definitions=[ID, MAIL], GlobalSecondaryIndexes=[index(ProvisionedThroughput=dict(FIVE))]
    )
    dynamodb.update_table(**NAME, **ON_DEMAND)
    table = table_of(dynamodb)
    for part in (table, *table["GlobalSecondaryIndexes"]):
        assert (
            part["ProvisionedThroughput"]["ReadCapacityUnits"],
            part["ProvisionedThroughput"]["WriteCapacityUnits"],
        ) == (0, 0)
    assert table["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"]
    back = {"BillingMode": "PROVISIONED"}
    refusal(dynamodb, "ValidationException", "update_table", **NAME, **back)
    assert "by_mail" in refusal(
        dynamodb, "ValidationException", "update_table", **NAME, **back, ProvisionedThroughput=FIVE
    )
    updates = [{"Update": {"IndexName": "by_mail", "ProvisionedThroughput": FIVE}}]
    dynamodb.update_table(**NAME, **back, ProvisionedThroughput=FIVE, GlobalSecondaryIndexUpdates=updates)
    table = table_of(dynamodb)
    assert table["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    assert table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"] == 5


def test_a_stream_can_be_enabled_again(dynamodb: Any) -> None:
    make(dynamodb)
    enable = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    off = {"StreamEnabled": False}
    refusal(dynamodb, "ValidationException", "update_table", **NAME, StreamSpecification=off)
    for _ in range(2):
        dynamodb.update_table(**NAME, StreamSpecification=enable)
        assert table_of(dynamodb)["StreamSpecification"] == enable
        refusal(dynamodb, "ValidationException", "update_table", **NAME, StreamSpecification=enable)
        dynamodb.update_table(**NAME, StreamSpecification=off)
        assert "StreamSpecification" not in table_of(dynamodb)


def test_ttl_set_again_to_the_same_is_refused(dynamodb: Any) -> None:
    make(dynamodb)
    on, off = ({"Enabled": enabled, "AttributeName": "expires"} for enabled in (True, False))
    assert refusal(
        dynamodb, "ValidationException", "update_time_to_live", **NAME, TimeToLiveSpecification=off
    ) == ("TimeToLive is already disabled")
    dynamodb.update_time_to_live(**NAME, TimeToLiveSpecification=on)
    assert refusal(
        dynamodb, "ValidationException", "update_time_to_live", **NAME, TimeToLiveSpecification=on
    ) == ("TimeToLive is already enabled")
    shown = dynamodb.describe_time_to_live(**NAME)["TimeToLiveDescription"]
    assert shown == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    other = {"Enabled": False, "AttributeName": "other"}
    assert "expires" in refusal(
        dynamodb, "ValidationException", "update_time_to_live", **NAME, TimeToLiveSpecification=other
    )
    dynamodb.update_time_to_live(**NAME, TimeToLiveSpecification=off)
    assert dynamodb.describe_time_to_live(**NAME)["TimeToLiveDescription"] == {"TimeToLiveStatus": "DISABLED"}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"AttributeDefinitions": [ID]},
        {"ProvisionedThroughput": FIVE},
        {
            "GlobalSecondaryIndexUpdates": [
                {"Update": {"IndexName": "by_mail", "ProvisionedThroughput": FIVE}}
            ]
        },
        {"GlobalSecondaryIndexUpdates": [{"Create": index("by_phone", "phone", ProvisionedThroughput=FIVE)}]},
        {"GlobalSecondaryIndexUpdates": [{"Create": index("by_id", "id")}]},
        {"GlobalSecondaryIndexUpdates": [{"Create": index(ProvisionedThroughput=FIVE)}]},
        {"OnDemandThroughput": {"MaxReadRequestUnits": 1}},
        {"TableClass": "GOLD"},
    ],
    ids=lambda change: "+".join(change) or "nothing",
)
def test_updates_that_change_nothing_or_cannot_be_are_refused(dynamodb: Any, change: dict[str, Any]) -> None:
    make_provisioned(
        dynamodb, definitions=[ID, MAIL], GlobalSecondaryIndexes=[index(ProvisionedThroughput=FIVE)]
    )
    before = table_of(dynamodb)
    refusal(dynamodb, "ValidationException", "update_table", **NAME, **change)
    assert table_of(dynamodb) == before


def test_one_index_is_made_or_deleted_at_a_time(dynamodb: Any) -> None:
    make(dynamodb, definitions=[ID, MAIL], GlobalSecondaryIndexes=[index()])
    two = [{"Create": index("one", "id")}, {"Create": index("two", "id")}]
    one_each = [{"Create": index("abc", "id")}, {"Delete": {"IndexName": "by_mail"}}]
    for updates in (two, one_each):
        text = refusal(
            dynamodb, "LimitExceededException", "update_table", **NAME, GlobalSecondaryIndexUpdates=updates
        )
        assert "Only 1 online index" in text


def test_no_more_than_twenty_indexes(dynamodb: Any) -> None:
    many = [index(f"index{number}") for number in range(21)]
    wanted = {**NAME, "KeySchema": KEY, "AttributeDefinitions": [ID, MAIL], **ON_DEMAND}
    refusal(dynamodb, "ValidationException", "create_table", **wanted, GlobalSecondaryIndexes=many)
    make(dynamodb, definitions=[ID, MAIL], GlobalSecondaryIndexes=many[:20])
    updates = [{"Create": many[20]}]
    refusal(dynamodb, "LimitExceededException", "update_table", **NAME, GlobalSecondaryIndexUpdates=updates)


@pytest.mark.parametrize(
    "settings",
    [
        {"TableName": "ab"},
        {"TableName": "with space"},
        {"TableName": "slash/ed"},
        {"GlobalSecondaryIndexes": [index("a b c", "id")]},
        {"GlobalSecondaryIndexes": [index(key="phone")]},
        {"GlobalSecondaryIndexes": [index("twice", "id"), index("twice", "id")]},
        {"GlobalSecondaryIndexes": [index("by_id", "id", ProvisionedThroughput=FIVE)]},
        {"BillingMode": "PROVISIONED"},
        {
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": FIVE,
            "GlobalSecondaryIndexes": [index("by_id", "id")],
        },
        {
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": FIVE,
            "OnDemandThroughput": {"MaxReadRequestUnits": 1},
        },
        {"Tags": [{"Key": f"k{number}", "Value": ""} for number in range(51)]},
        {"Tags": [{"Key": "aws:x", "Value": ""}]},
        {"Tags": [{"Key": "a", "Value": ""}, {"Key": "a", "Value": ""}]},
        {"KeySchema": [{"AttributeName": "other", "KeyType": "HASH"}]},
    ],
    ids=str,
)
def test_tables_that_cannot_be_are_refused(dynamodb: Any, settings: dict[str, Any]) -> None:
    wanted = {**NAME, "KeySchema": KEY, "AttributeDefinitions": [ID], **ON_DEMAND, **settings}
    refusal(dynamodb, "ValidationException", "create_table", **wanted)
    assert dynamodb.list_tables()["TableNames"] == []


def test_global_tables_are_refused_aloud(dynamodb: Any) -> None:
    make(dynamodb)
    text = refusal(
        dynamodb,
        "NotImplemented",
        "update_table",
        **NAME,
        ReplicaUpdates=[{"Create": {"RegionName": "us-east-1"}}],
    )
    assert "ReplicaUpdates" in text


def test_tags(dynamodb: Any) -> None:
    arn = make(dynamodb, Tags=[{"Key": "a", "Value": "1"}])["TableArn"]
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "ä"}])
    dynamodb.untag_resource(ResourceArn=arn, TagKeys=["b", "never"])
    assert dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "2"}]
    many = [{"Key": f"k{number}", "Value": ""} for number in range(50)]
    refusal(dynamodb, "ValidationException", "tag_resource", ResourceArn=arn, Tags=many)
    dynamodb.tag_resource(ResourceArn=arn, Tags=many[:49])
    pages = dynamodb.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
    assert sum(len(page["Tags"]) for page in pages) == 50
    for call, params in (
        ("tag_resource", {"Tags": many[:1]}),
        ("untag_resource", {"TagKeys": ["a"]}),
        ("list_tags_of_resource", {}),
    ):
        refusal(dynamodb, "ResourceNotFoundException", call, ResourceArn=f"{arn}x", **params)


def test_tags_set_through_the_tagging_api_replace_too(sandbox: Sandbox, dynamodb: Any) -> None:
    arn = make(dynamodb, Tags=[{"Key": "a", "Value": "1"}])["TableArn"]
    tagging = sandbox.session(REGION).client("resourcegroupstaggingapi")
    tagging.tag_resources(ResourceARNList=[arn], Tags={"a": "2"})
    assert dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "2"}]
    (found,) = tagging.get_resources(ResourceTypeFilters=["dynamodb"])["ResourceTagMappingList"]
    assert found["Tags"] == [{"Key": "a", "Value": "2"}]


def test_deletion_protection(dynamodb: Any) -> None:
    make(dynamodb, DeletionProtectionEnabled=True)
    refusal(dynamodb, "ValidationException", "delete_table", **NAME)
    dynamodb.update_table(**NAME, DeletionProtectionEnabled=False)
    dynamodb.delete_table(**NAME)
    refusal(dynamodb, "ResourceNotFoundException", "describe_table", **NAME)


def test_without_settling_seconds_states_pass_at_once(dynamodb: Any) -> None:
    assert make(dynamodb)["TableStatus"] == "CREATING"
    assert table_of(dynamodb)["TableStatus"] == "ACTIVE"
    assert (
        dynamodb.update_table(**NAME, TableClass="STANDARD_INFREQUENT_ACCESS")["TableDescription"][
            "TableStatus"
        ]
        == "UPDATING"
    )
    assert table_of(dynamodb)["TableStatus"] == "ACTIVE"
    assert dynamodb.delete_table(**NAME)["TableDescription"]["TableStatus"] == "DELETING"
    make(dynamodb)


def test_tables_and_indexes_settle_by_the_clock() -> None:
    clock = HeldClock(1_000_000.0)
    with Sandbox(clock=clock, settling_seconds=30) as on:
        dynamodb = on.session(REGION).client("dynamodb", config=ONCE)
        make(dynamodb)
        assert table_of(dynamodb)["TableStatus"] == "CREATING"
        refusal(dynamodb, "ResourceInUseException", "delete_table", **NAME)
        clock.now += 30
        assert table_of(dynamodb)["TableStatus"] == "ACTIVE"

        dynamodb.update_table(
            **NAME, AttributeDefinitions=[ID, MAIL], GlobalSecondaryIndexUpdates=[{"Create": index()}]
        )
        refusal(
            dynamodb,
            "ResourceInUseException",
            "update_table",
            **NAME,
            TableClass="STANDARD_INFREQUENT_ACCESS",
        )
        (by_mail,) = table_of(dynamodb)["GlobalSecondaryIndexes"]
        assert (by_mail["IndexStatus"], by_mail["Backfilling"]) == ("CREATING", True)
        clock.now += 30
        (by_mail,) = table_of(dynamodb)["GlobalSecondaryIndexes"]
        assert by_mail["IndexStatus"] == "ACTIVE"
        assert "Backfilling" not in by_mail

        dynamodb.update_table(**NAME, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_mail"}}])
        assert table_of(dynamodb)["GlobalSecondaryIndexes"][0]["IndexStatus"] == "DELETING"
        clock.now += 30
        assert "GlobalSecondaryIndexes" not in table_of(dynamodb)

        dynamodb.delete_table(**NAME)
        assert table_of(dynamodb)["TableStatus"] == "DELETING"
        assert dynamodb.list_tables()["TableNames"] == ["orders"]
        with pytest.raises(dynamodb.exceptions.ResourceInUseException):
            make(dynamodb)
        clock.now += 30
        refusal(dynamodb, "ResourceNotFoundException", "describe_table", **NAME)
        make(dynamodb)
