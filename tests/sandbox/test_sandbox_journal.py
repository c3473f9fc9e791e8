"""The journal of calls: its queries, and its lines without secrets."""

import boto3
import pytest
from botocore.exceptions import ClientError

from reconciler.sandbox import Call, Journal, Sandbox
from reconciler.sandbox.account import START, sandboxed
from tests.sandbox.plain_clients import REGION, client_in, make_hours, make_instance


def test_the_journal_answers_questions() -> None:
    with sandboxed() as (box, clock):
        connect = client_in(box)
        instance = make_instance(connect)
        clock.sleep(5)
        make_hours(connect, instance)
        with pytest.raises(ClientError):
            make_hours(connect, instance)
        connect.list_queues(InstanceId=instance)
        client_in(box, "sts").get_caller_identity()
        journal = box.journal
    assert journal.counts() == {
        "connect:CreateInstance": 1,
        "connect:CreateHoursOfOperation": 2,
        "connect:ListQueues": 1,
        "sts:GetCallerIdentity": 1,
    }
    assert [call.outcome for call in journal.of("connect", "CreateHoursOfOperation")] == [
        "ok",
        "DuplicateResourceException",
    ]
    assert [call.time - START for call in journal] == [0, 5, 5, 5, 5]
    assert [call.operation for call in journal.mutating()] == [
        "CreateInstance",
        "CreateHoursOfOperation",
        "CreateHoursOfOperation",
    ]
    assert journal.faulty() == []


def test_a_call_is_one_line_without_secrets() -> None:
    lines: list[str] = []
    with sandboxed() as (box, _):
        box.journal.watch(lambda call: lines.append(call.line()))
        client_in(box, "ssm").put_parameter(Name="/mine", Value="hunter2\n", Type="SecureString")
    (line,) = lines
    assert line.startswith("2027-01-15T08:00:00.000+00:00 ssm:PutParameter ok ")
    assert line.endswith('{"Name": "/mine", "Value": "***", "Type": "SecureString"}')


def test_a_fault_stands_in_the_line() -> None:
    call = Call("connect", "CreateUser", {}, "ReadTimeoutError", 0.0, "timeout-after")
    assert (
        call.line() == "1970-01-01T00:00:00.000+00:00 connect:CreateUser ReadTimeoutError [timeout-after] {}"
    )


def test_calls_of_every_session_are_written_down() -> None:
    with Sandbox() as box:
        boto3.Session(region_name=REGION).client("sts").get_caller_identity()
        boto3.client("s3", region_name=REGION).list_buckets()
    assert list(box.journal.counts()) == ["sts:GetCallerIdentity", "s3:ListBuckets"]


def test_buckets_in_host_names_are_read_like_any_other(sandbox: Sandbox) -> None:
    s3 = client_in(sandbox, "s3", "us-east-1")
    s3.create_bucket(Bucket="kept")
    s3.put_object(Bucket="kept", Key="a", Body=b"xyz")
    assert [(call.operation, call.params["Bucket"]) for call in sandbox.journal] == [
        ("CreateBucket", "kept"),
        ("PutObject", "kept"),
    ]
    assert sandbox.journal[1].params["Body"] == "<stream>"


def test_a_request_that_botocore_refuses_never_reaches_the_sandbox(sandbox: Sandbox) -> None:
    with pytest.raises(Exception, match="Parameter validation failed"):
        client_in(sandbox).describe_instance()
    assert sandbox.journal == Journal()


def test_a_fault_of_the_sandbox_itself_is_written_down(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moto.sts.responses import TokenResponse

    def broken(_self: TokenResponse) -> None:
        raise KeyError("surprise")

    monkeypatch.setattr(TokenResponse, "get_caller_identity", broken)
    with pytest.raises(KeyError):
        client_in(sandbox, "sts").get_caller_identity()
    assert [call.outcome for call in sandbox.journal] == ["InternalFailure"]
