"""Operations of DynamoDB that stay moto's, or that the sandbox lacks."""

from typing import Any

import pytest

from reconciler.sandbox import Sandbox

NAME = {"TableName": "orders"}


@pytest.fixture
def dynamodb(sandbox: Sandbox) -> Any:
    client = sandbox.session("eu-west-2").client("dynamodb")
    client.create_table(
        **NAME,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return client


def test_items_stay_with_moto(dynamodb: Any) -> None:
    dynamodb.put_item(**NAME, Item={"id": {"S": "1"}, "n": {"N": "2"}})
    assert dynamodb.get_item(**NAME, Key={"id": {"S": "1"}})["Item"]["n"] == {"N": "2"}
    assert dynamodb.scan(**NAME)["Count"] == 1
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.scan(TableName="none")


def test_point_in_time_recovery_stays_with_moto(dynamodb: Any) -> None:
    wanted = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7}
    dynamodb.update_continuous_backups(**NAME, PointInTimeRecoverySpecification=wanted)
    backups = dynamodb.describe_continuous_backups(**NAME)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["RecoveryPeriodInDays"] == 7


def test_contributor_insights(dynamodb: Any) -> None:
    assert dynamodb.describe_contributor_insights(**NAME)["ContributorInsightsStatus"] == "DISABLED"
    dynamodb.update_contributor_insights(**NAME, ContributorInsightsAction="ENABLE")
    assert dynamodb.describe_contributor_insights(**NAME)["ContributorInsightsStatus"] == "ENABLED"


def test_a_restored_table_is_described_in_full(dynamodb: Any) -> None:
    backup = dynamodb.create_backup(**NAME, BackupName="before")["BackupDetails"]["BackupArn"]
    dynamodb.restore_table_from_backup(TargetTableName="again", BackupArn=backup)
    again = dynamodb.describe_table(TableName="again")["Table"]
    assert again["TableStatus"] == "ACTIVE"
    assert again["TableId"] != dynamodb.describe_table(**NAME)["Table"]["TableId"]
