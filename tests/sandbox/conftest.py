"""A sandbox in process and over HTTP, and a small Connect for tests of the plugin."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.connect.models import ConnectBackend, connect_backends

from reconciler.sandbox import Journal, Sandbox, extension, plugin
from reconciler.sandbox.sandbox_error import SandboxError
from reconciler.sandbox.server import serve

REGION = "eu-west-2"
ClientFactory = Callable[[str], Any]


class TinyPlane(ConnectBackend):
    """A minimal plane with queues and flows."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.queues: dict[str, dict[str, Any]] = {}
        self.operations: Mapping[str, extension.Operation] = {
            "CreateQueue": self.take_queue,
            "DescribeQueue": self.show_queue,
            "DeleteQueue": self.drop_queue,
            "ListQueues": self.show_queues,
            "CreateUser": lambda **_: {"UserId": "u"},
            "CreateContactFlow": self.refuse_flow,
        }

    def take_queue(self, **params: Any) -> Mapping[str, Any]:
        name = params["Name"]
        if name in {queue["Name"] for queue in self.queues.values()}:
            raise SandboxError("DuplicateResourceException", f"A queue named {name} exists")
        queue_id = f"q{len(self.queues)}"
        self.queues[queue_id] = {"QueueId": queue_id, **params}
        return {
            "QueueId": queue_id,
            "QueueArn": f"arn:aws:connect:{self.region_name}:{self.account_id}:{queue_id}",
        }

    def show_queue(self, **params: Any) -> Mapping[str, Any]:
        if params["QueueId"] not in self.queues:
            raise SandboxError("ResourceNotFoundException", "no such queue")
        return {"Queue": self.queues[params["QueueId"]]}

    def drop_queue(self, **params: Any) -> None:
        if self.queues[params["QueueId"]]["Name"] == "busy":
            raise SandboxError(
                "ResourceInUseException", "in use", ResourceType="QUEUE", ResourceId="arn:busy"
            )
        del self.queues[params["QueueId"]]

    def show_queues(self, **_: Any) -> Mapping[str, Any]:
        return {
            "QueueSummaryList": [
                {"Id": key, "Name": queue["Name"], "Odd": 1} for key, queue in self.queues.items()
            ]
        }

    def refuse_flow(self, **_: Any) -> Mapping[str, Any]:
        raise SandboxError(
            "InvalidContactFlowException", "bad flow", problems=[{"message": "Invalid Action type"}]
        )


@pytest.fixture
def tiny_plane() -> Iterator[None]:
    plugin.install()
    before = connect_backends.backend
    extension.extend("connect", TinyPlane, "moto.connect")
    yield
    connect_backends.backend = before
    connect_backends.clear()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as on:
        yield on


@pytest.fixture(params=["in process", "over http"])
def both_ways(request: pytest.FixtureRequest, tiny_plane: None) -> Iterator[tuple[ClientFactory, Journal]]:
    """A client factory and the journal, once in process and once over HTTP."""
    if request.param == "in process":
        with Sandbox() as on:
            session = on.session(REGION)
            yield session.client, on.journal
        return
    with serve(0) as server:
        yield client_of(server.url), server.journal


@pytest.fixture
def over_http() -> Callable[[str], ClientFactory]:
    """A function that returns a client factory for a sandbox at a URL."""
    return client_of


@cache
def outside() -> boto3.Session:
    return boto3.Session(
        aws_access_key_id="AKIASANDBOXSANDBOX00", aws_secret_access_key="x", region_name=REGION
    )


def client_of(url: str) -> ClientFactory:
    session = boto3.Session(
        aws_access_key_id="AKIASANDBOXSANDBOX00", aws_secret_access_key="x", region_name=REGION
    )
    once = Config(retries={"total_max_attempts": 1})
    return lambda service: session.client(service, endpoint_url=url, config=once)


@pytest.fixture(scope="module")
def ec2() -> Iterator[Any]:
    """One EC2 for all tests of a file; each has a VPC of its own."""
    with Sandbox() as box:
        yield box.session(REGION).client("ec2")
