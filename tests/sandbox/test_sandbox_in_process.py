"""The sandbox in process: accounts, passwords, and an empty initial state."""

import os
import string

import boto3
import pytest

from reconciler.sandbox import Sandbox

REGION = "eu-west-2"


def passwords(session: boto3.Session) -> tuple[str, str]:
    parameter = session.client("ssm").get_parameter(Name="/sandbox/password", WithDecryption=True)[
        "Parameter"
    ]
    assert parameter["Type"] == "SecureString"
    return parameter["Value"], session.client("secretsmanager").get_secret_value(SecretId="sandbox/password")[
        "SecretString"
    ]


def test_the_account_is_the_one_asked_for() -> None:
    with Sandbox(account="222222222222") as on:
        assert on.session(REGION).client("sts").get_caller_identity()["Account"] == "222222222222"


@pytest.mark.parametrize("account", ["", "12345", "12345678901x"])
def test_an_impossible_account_is_refused(account: str) -> None:
    with pytest.raises(ValueError, match="12 digits"):
        Sandbox(account=account)


def test_a_password_valid_for_connect_waits_in_every_region(sandbox: Sandbox) -> None:
    drawn = {password for region in (REGION, "us-east-1") for password in passwords(sandbox.session(region))}
    assert len(drawn) == 1
    (password,) = drawn
    assert 8 <= len(password) <= 64
    for letters in (string.ascii_lowercase, string.ascii_uppercase, string.digits):
        assert set(letters) & set(password)
    assert password not in repr(sandbox.world)


def test_each_sandbox_draws_its_own_password() -> None:
    assert Sandbox().world.password != Sandbox().world.password


def test_each_sandbox_starts_empty() -> None:
    for _ in range(2):
        with Sandbox() as on:
            sqs = on.session(REGION).client("sqs")
            assert "QueueUrls" not in sqs.list_queues()
            sqs.create_queue(QueueName="left")


def test_only_one_is_on_at_a_time(sandbox: Sandbox) -> None:
    with pytest.raises(RuntimeError, match="already on"), Sandbox():
        pass
    assert sandbox.session(REGION).client("sts").get_caller_identity()["Account"] == sandbox.account


def test_connect_lives_by_the_clock_that_is_handed_in() -> None:
    moment = 1_800_000_000.0
    with Sandbox(clock=lambda: moment) as on:
        connect = on.session(REGION).client("connect")
        kind = {"IdentityManagementType": "CONNECT_MANAGED", "InstanceAlias": "acme-clock"}
        made = connect.create_instance(**kind, InboundCallsEnabled=True, OutboundCallsEnabled=True)
        created = connect.describe_instance(InstanceId=made["Id"])["Instance"]["CreatedTime"]
    assert created.timestamp() == pytest.approx(moment, abs=5)


def test_the_environment_is_the_sandboxs_while_on_and_put_back_after(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = {
        "AWS_PROFILE": "mine",
        "AWS_ACCESS_KEY_ID": "MINE",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "MOTO_ACCOUNT_ID": "1",
    }
    for name, value in mine.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    with Sandbox(account="222222222222"):
        assert "AWS_PROFILE" not in os.environ
        assert boto3.client("sts", region_name=REGION).get_caller_identity()["Account"] == "222222222222"
    assert {name: os.environ.get(name) for name in mine} == mine
    assert "AWS_SECRET_ACCESS_KEY" not in os.environ


def test_the_journal_holds_calls_with_outcome_and_without_secrets(sandbox: Sandbox, tiny_plane: None) -> None:
    session = sandbox.session(REGION)
    session.client("ssm").put_parameter(Name="/mine", Value="hunter2", Type="SecureString")
    session.client("connect").create_user(
        InstanceId="i",
        Username="ada",
        Password="Secr3tSecr3t",
        PhoneConfig={"PhoneType": "SOFT_PHONE"},
        SecurityProfileIds=["s"],
        RoutingProfileId="r",
    )
    sqs = session.client("sqs")
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName="none")
    assert [(call.service, call.operation) for call in sandbox.journal] == [
        ("ssm", "PutParameter"),
        ("connect", "CreateUser"),
        ("sqs", "GetQueueUrl"),
    ]
    assert sandbox.journal[0].outcome == "ok"
    assert sandbox.journal[2].outcome.endswith("NonExistentQueue")
    assert sandbox.journal.of("ssm")[0].params == {"Name": "/mine", "Value": "***", "Type": "SecureString"}
    assert sandbox.journal.of("connect", "CreateUser")[0].params["Username"] == "ada"
    assert "hunter2" not in repr(sandbox.journal)
    assert "Secr3t" not in repr(sandbox.journal)
