"""A sandbox over HTTP, and the command line as a user types it."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from reconciler.sandbox.server import RunningServer, serve
from tests.end_to_end.typed import ENVIRONMENT, ROOT, Client, Run


@pytest.fixture
def server() -> Iterator[RunningServer]:
    with serve(0) as running:
        yield running


@pytest.fixture
def run() -> Run:
    """Run the command line to its end."""

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "reconciler", *map(str, words)]
        return subprocess.run(command, env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, check=False)

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
