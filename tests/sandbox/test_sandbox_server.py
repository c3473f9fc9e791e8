"""The sandbox over HTTP: its port, its account, and its internal errors."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import boto3
import pytest
from moto.sqs.responses import SQSResponse

from reconciler.sandbox.server import serve

REGION = "eu-west-2"
Clients = Callable[[str], Callable[[str], Any]]


def test_account_and_preloaded_password(over_http: Clients) -> None:
    with serve(0, account="333333333333") as server:
        client = over_http(server.url)
        assert client("sts").get_caller_identity()["Account"] == "333333333333"
        value = client("ssm").get_parameter(Name="/sandbox/password", WithDecryption=True)["Parameter"][
            "Value"
        ]
        assert client("secretsmanager").get_secret_value(SecretId="sandbox/password")["SecretString"] == value
        assert value not in repr(server.journal)


def assumed(sts: Any, url: str, **more: str) -> Callable[[str], Any]:
    """Clients with the credentials of a role in another account."""
    arn = "arn:aws:iam::222222222222:role/reconciler"
    found = sts.assume_role(RoleArn=arn, RoleSessionName="test", **more)["Credentials"]
    session = boto3.Session(
        found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"], region_name=REGION
    )
    return lambda service: session.client(service, endpoint_url=url)


def test_a_role_of_another_account_works_there(over_http: Clients) -> None:
    with serve(0) as server:
        own = over_http(server.url)
        other = assumed(own("sts"), server.url)
        assert other("sts").get_caller_identity()["Account"] == "222222222222"
        topic = other("sns").create_topic(Name="there")["TopicArn"]
        assert topic.split(":")[4] == "222222222222"
        assert own("sns").list_topics()["Topics"] == []
        instance = other("connect").create_instance(
            IdentityManagementType="CONNECT_MANAGED",
            InboundCallsEnabled=True,
            OutboundCallsEnabled=True,
            InstanceAlias="there",
        )
        assert instance["Arn"].split(":")[4] == "222222222222"
        assert own("connect").list_instances()["InstanceSummaryList"] == []
        assert (
            other("ssm").get_parameter(Name="/sandbox/password")["Parameter"]["Name"] == "/sandbox/password"
        )
        assert own("sts").get_caller_identity()["Account"] == server.world.account


def test_the_external_id_of_a_trust_policy_is_checked(over_http: Clients) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html."""
    allow = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
    trust = {
        "Version": "2012-10-17",
        "Statement": [{**allow, "Condition": {"StringEquals": {"sts:ExternalId": "acme"}}}],
    }
    with serve(0) as server:
        sts = over_http(server.url)("sts")
        iam = assumed(sts, server.url)("iam")
        iam.create_role(RoleName="reconciler", AssumeRolePolicyDocument=json.dumps(trust))
        for more in ({}, {"ExternalId": "other"}):
            with pytest.raises(sts.exceptions.ClientError, match="not authorized to perform: sts:AssumeRole"):
                assumed(sts, server.url, **more)
        assert (
            assumed(sts, server.url, ExternalId="acme")("sts").get_caller_identity()["Account"]
            == "222222222222"
        )


def test_each_server_starts_empty_and_frees_its_port(over_http: Clients) -> None:
    for _ in range(2):
        with serve(0) as server:
            sqs = over_http(server.url)("sqs")
            assert "QueueUrls" not in sqs.list_queues()
            sqs.create_queue(QueueName="left")
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection(urlparse(server.url).netloc).request("GET", "/")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1"])
def test_it_listens_on_loopback_only(host: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        serve(0, host=host)


def test_a_fault_of_the_sandbox_is_a_typed_500(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, over_http: Clients
) -> None:
    def broken(_self: SQSResponse) -> None:
        raise KeyError("surprise")

    monkeypatch.setattr(SQSResponse, "list_queues", broken)
    with serve(0) as server:
        sqs = over_http(server.url)("sqs")
        with pytest.raises(sqs.exceptions.ClientError, match="surprise") as fault:
            sqs.list_queues()
    assert fault.value.response["Error"]["Code"] == "InternalFailure"
    assert fault.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert caplog.messages == ["sandbox_fault"]


def test_a_body_that_is_no_json_is_refused(tiny_plane: None) -> None:
    with serve(0) as server:
        connection = http.client.HTTPConnection(urlparse(server.url).netloc)
        signature = f"AWS4-HMAC-SHA256 Credential=AKIASANDBOXSANDBOX00/20260101/{REGION}/connect/aws4_request"
        connection.request("PUT", "/queues/i", body="not json", headers={"Authorization": signature})
        reply = connection.getresponse()
        assert reply.status == 400
        assert json.loads(reply.read())["__type"] == "InvalidParameterException"


def test_objects_keep_length_and_content(over_http: Clients) -> None:
    with serve(0) as server:
        s3 = over_http(server.url)("s3")
        s3.create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_object(Bucket="kept", Key="a/b c.html", Body=b"<html>" * 100, ContentType="text/html")
        assert s3.head_object(Bucket="kept", Key="a/b c.html")["ContentLength"] == 600
        assert s3.get_object(Bucket="kept", Key="a/b c.html")["Body"].read() == b"<html>" * 100


def test_many_clients_at_once_lose_nothing(over_http: Clients) -> None:
    with serve(0) as server:
        client = over_http(server.url)
        sqs = client("sqs")
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: sqs.create_queue(QueueName=f"q{number}"), range(40)))
        assert len(sqs.list_queues(MaxResults=100)["QueueUrls"]) == 40
        assert len(server.journal.of("sqs", "CreateQueue")) == 40


def test_it_stops_cleanly_on_sigterm() -> None:
    code = "from reconciler.sandbox.server import serve; s = serve(0); print(s.url, flush=True); s.wait()"
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdout
    url = child.stdout.readline().strip()
    session = boto3.Session(aws_access_key_id="A" * 20, aws_secret_access_key="x", region_name=REGION)
    assert session.client("sts", endpoint_url=url).get_caller_identity()["Account"] == "123456789012"
    child.send_signal(signal.SIGTERM)
    out, err = child.communicate(timeout=300)
    assert (child.returncode, out, err) == (0, "", "")


def test_a_port_that_is_taken_is_named_in_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            OSError, match=f"cannot listen on port {port}: address already in use; choose another"
        ):
            serve(port)
    assert capfd.readouterr().err == ""


def test_a_state_that_is_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="pipe: this is not a regular file"):
        serve(0, state=tmp_path / "pipe")


def test_a_state_that_could_not_be_saved_is_refused_before_the_sandbox_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(ValueError, match="nothing can be saved in the directory"):
        serve(0, state=tmp_path / "a.state")
