"""Passes over secrets: values that nobody sees, rotation, replicas, and deletions that can be cancelled."""

import json
from typing import Any

import pytest
from moto.iam.models import iam_backends

from reconciler.desired import InvalidStack
from tests.resources.live_harness import LiveHarness, fields, messages
from tests.sandbox.refusals import ANYBODY

DAY = 86_400
PASSWORD = {"secret": {"ssm": "/sandbox/password"}}
CAN_GO = {"policy": {"protect": False}}
FUNCTION = "arn:aws:lambda:eu-west-2:123456789012:function:rotate"


def secret(**settings: Any) -> dict[str, Any]:
    return {"secretsmanager.secret": {"shop/database": settings}}


@pytest.fixture
def secrets(harness: LiveHarness) -> Any:
    return harness.client("secretsmanager")


def value(secrets: Any) -> str:
    return str(secrets.get_secret_value(SecretId="shop/database")["SecretString"])


def shown(secrets: Any) -> dict[str, Any]:
    return dict(secrets.describe_secret(SecretId="shop/database"))


def calls_of(harness: LiveHarness, operation: str) -> int:
    return sum(each.operation == operation for each in harness.box.journal)


def rotating(harness: LiveHarness) -> None:
    """Create a function that Secrets Manager may invoke."""
    trust = json.dumps({"Version": "2012-10-17", "Statement": [ANYBODY]})
    role = iam_backends[harness.box.account]["aws"].create_role("r", trust, "/", None, "", [], "3600").arn
    lambda_ = harness.client("lambda")
    image = {"PackageType": "Image", "Code": {"ImageUri": "x:y"}}
    lambda_.create_function(FunctionName="rotate", **image, Role=role)
    who = {"Action": "lambda:InvokeFunction", "Principal": "secretsmanager.amazonaws.com"}
    lambda_.add_permission(FunctionName="rotate", StatementId="s", **who)


def test_a_value_is_sent_once_and_neither_read_nor_compared_nor_shown(
    harness: LiveHarness, secrets: Any
) -> None:
    report = harness.settle(secret(secret_value=PASSWORD, description="d"))
    assert value(secrets) not in repr(report)
    secrets.put_secret_value(SecretId="shop/database", SecretString="rotated")
    read = calls_of(harness, "GetSecretValue")
    harness.settle(secret(secret_value=PASSWORD, description="other"))
    assert (value(secrets), calls_of(harness, "GetSecretValue")) == ("rotated", read + 1)


def test_a_value_is_generated_once(harness: LiveHarness, secrets: Any) -> None:
    wanted = {
        "password_length": 20,
        "exclude_punctuation": True,
        "secret_string_template": '{"username": "admin"}',
        "generate_string_key": "password",
    }
    report = harness.settle(secret(generated=wanted))
    made = json.loads(value(secrets))
    assert (made["username"], len(made["password"]), made["password"].isalnum()) == ("admin", 20, True)
    assert made["password"] not in repr(report)
    harness.settle(secret(generated={**wanted, "password_length": 30}, description="d"))
    assert json.loads(value(secrets)) == made
    assert calls_of(harness, "GetRandomPassword") == 1


def test_a_dry_run_generates_nothing(harness: LiveHarness) -> None:
    harness.run(secret(generated={}), dry_run=True)
    assert calls_of(harness, "GetRandomPassword") == 0


def test_a_deleted_secret_is_restored_when_it_is_declared_again(harness: LiveHarness, secrets: Any) -> None:
    wanted = {"secret_value": PASSWORD, "recovery_window_in_days": 7}
    harness.settle({"secretsmanager.secret": {"shop/database": {**wanted, **CAN_GO}}})
    before = shown(secrets)["ARN"]
    harness.settle({"secretsmanager.secret": {}}, prune=True)
    wait = shown(secrets)["DeletedDate"].timestamp() - harness.clock.now()
    assert wait == pytest.approx(7 * DAY, abs=60)
    harness.clock.sleep(DAY)
    planned = harness.run(secret(**wanted, description="back"), dry_run=True)
    assert fields(planned)[0] == "scheduled_deletion"
    harness.settle(secret(**wanted, description="back"))
    assert (shown(secrets)["ARN"], "DeletedDate" in shown(secrets)) == (before, False)
    assert shown(secrets)["Description"] == "back"


def test_a_secret_is_protected_until_its_policy_says_otherwise(harness: LiveHarness, secrets: Any) -> None:
    harness.settle(secret(secret_value=PASSWORD))
    harness.run({"secretsmanager.secret": {}}, prune=True)
    assert (harness.calls, "DeletedDate" in shown(secrets)) == ([], False)


def test_replicas_are_removed_before_the_secret(harness: LiveHarness, secrets: Any) -> None:
    harness.settle(secret(secret_value=PASSWORD, replicas=[{"region": "eu-west-1"}]))
    harness.settle(secret(replicas=[{"region": "us-east-1", "kms_key_id": "alias/a"}], **CAN_GO))
    (found,) = shown(secrets)["ReplicationStatus"]
    assert (found["Region"], found["KmsKeyId"]) == ("us-east-1", "alias/a")
    harness.settle({"secretsmanager.secret": {}}, prune=True)
    assert "DeletedDate" in shown(secrets)


def test_a_rotation_is_set_and_switched_off(harness: LiveHarness, secrets: Any) -> None:
    rotating(harness)
    every = {
        "rotation_lambda_arn": FUNCTION,
        "schedule_expression": "rate(10 days)",
        "rotate_immediately": False,
    }
    harness.settle(secret(secret_value=PASSWORD, rotation=every))
    assert shown(secrets)["RotationRules"] == {"ScheduleExpression": "rate(10 days)"}
    secrets.cancel_rotate_secret(SecretId="shop/database")
    report = harness.settle(secret(rotation={**every, "duration": "2h"}))
    assert shown(secrets)["RotationEnabled"], messages(report)
    harness.settle(secret(rotation=None))
    assert not shown(secrets)["RotationEnabled"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"secret_value": "hunter2"}, "a secret is not written in these files"),
        ({"secret_value": PASSWORD, "generated": {}}, "a secret has one value"),
        ({"secret_value": {"secret": {"secretsmanager": "shop/database"}}}, "cannot get its value from itself"),
        ({"generated": {"password_length": 3}}, "4 types of characters are required"),
        ({"generated": {"secret_string_template": "{}"}}, "write both secret_string_template and generate_string_key"),
        ({"generated": {"secret_string_template": "x", "generate_string_key": "p"}}, "must be a JSON object as text"),
        ({"generated": {f"exclude_{each}": True for each in ("numbers", "punctuation", "uppercase", "lowercase")}}, "no characters are left"),
        ({"rotation": {"rotation_lambda_arn": FUNCTION}}, "write either automatically_after_days or schedule_expression"),
        ({"recovery_window_in_days": 6}, "7"),
        ({"resource_policy": {"Statement": [{"Effect": "Allow"}]}}, "write either Action or NotAction"),
    ],
)  # fmt: skip
def test_mistakes_are_told_before_the_first_call(
    harness: LiveHarness, settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidStack) as error:
        harness.run(secret(**settings))
    assert said in str(error.value)
    assert "hunter2" not in str(error.value)
