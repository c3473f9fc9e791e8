"""A function of a sandbox within the process runs, and reaches that sandbox."""

import json
import socket
from urllib.parse import urlsplit

import pytest

from reconciler.sandbox import Sandbox
from reconciler.sandbox.process_state import ProcessState
from reconciler.sandbox.server import serve
from tests.sandbox.conftest import client_of
from tests.sandbox.lambda_programs import zipped
from tests.sandbox.refusals import client_of as client_in
from tests.sandbox.refusals import refusal
from tests.sandbox.test_lambda_invocations import NAME, TRUST
from tests.sandbox.test_moto_lambda import ROLE, with_role

CODE = """
import boto3
def handler(event, context):
    boto3.client("sns").create_topic(Name=event["name"])
    return boto3.client("sts").get_caller_identity()["Account"]
"""


def test_a_function_reaches_the_sandbox_within_the_process() -> None:
    with Sandbox() as box:
        lambda_ = with_role(box)
        made = {"Role": ROLE, "Runtime": "python3.13", "Handler": "app.handler", "Timeout": 300}
        lambda_.create_function(**NAME, **made, Code={"ZipFile": zipped(app=CODE)})
        reply = client_in(box, "lambda").invoke(**NAME, Payload=json.dumps({"name": "one"}))
        assert json.loads(reply["Payload"].read()) == box.account
        frozen = box.snapshot()
        client_in(box, "lambda").invoke(**NAME, Payload=json.dumps({"name": "two"}))
        assert topics(box) == ["one", "two"]
        box.restore(frozen)
        assert topics(box) == ["one"]
        assert (
            client_in(box, "lambda").invoke(**NAME, Payload=json.dumps({"name": "two"}))["StatusCode"] == 200
        )
        assert box.world.runner.processes == 1
        port = urlsplit(box.world.url_for_functions()).port
    assert box.world.runner.processes == 0
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", port))


def topics(box: Sandbox) -> list[str]:
    return sorted(
        each["TopicArn"].rpartition(":")[2] for each in client_in(box, "sns").list_topics()["Topics"]
    )


def test_a_function_that_is_pending_is_refused() -> None:
    world = ProcessState(clock=lambda: 0.0, settling_seconds=60)
    with serve(0, world=world) as server:
        client = client_of(server.url)
        client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))
        made = {"Role": ROLE, "Runtime": "python3.13", "Handler": "app.handler", "Timeout": 300}
        client("lambda").create_function(**NAME, **made, Code={"ZipFile": zipped(app="")})
        assert refusal(client("lambda"), "invoke", **NAME)[0] == "ResourceConflictException"
