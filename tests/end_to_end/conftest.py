"""A sandbox over HTTP, and the command line."""

import subprocess
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from reconciler.sandbox.server import RunningServer, serve
from tests.end_to_end.typed import ENVIRONMENT, ROOT, Client, Run
from tests.fork_server import ForkServer, fork_server


@pytest.fixture
def server() -> Iterator[RunningServer]:
    with serve(0) as running:
        yield running


@pytest.fixture(scope="session")
def loaded() -> Iterator[ForkServer]:
    with fork_server(ENVIRONMENT, ROOT) as server:
        yield server


@pytest.fixture
def run(loaded: ForkServer) -> Run:
    """Run the command line to its end, in a process of its own."""

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        return loaded.run(words)

    return run


@pytest.fixture
def client(server: RunningServer) -> Client:
    """A plain boto3 client of the sandbox."""

    def client(service: str, region: str = "eu-west-2") -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=server.url,
            aws_access_key_id="sandbox",
            aws_secret_access_key="sandbox",
        )

    return client
