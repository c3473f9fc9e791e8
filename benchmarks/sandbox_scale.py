"""How the sandbox's Amazon Connect fares with 50,000 users: `python benchmarks/sandbox_scale.py`.

Prints every figure beside its goal, and fails where a goal is missed.
"""

import gc
import json
import os
import platform
import socket
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ConnectionError as NotListening

from reconciler.sandbox import Sandbox
from reconciler.sandbox.connect import ConnectPlane, plane_of

REGION = "eu-west-2"
USERS, QUEUES, FLOWS, CALLS = 50_000, 2_000, 1_000, 10_000
PAGE = 500
ROUNDS = 20  # how often a short thing is timed; the median counts
KIBIBYTE = 1024
EMPTY_FLOW = (
    '{"Version":"2019-10-30","StartAction":"end","Metadata":{},'
    '"Actions":[{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}'
)


@dataclass(frozen=True)
class Figure:
    """One measured number, and the most that it may be."""

    what: str
    measured: float
    most: float
    unit: str

    def line(self) -> str:
        """A row of a Markdown table."""
        verdict = "met" if self.measured <= self.most else "MISSED"
        return f"| {self.what} | {self.measured:.2f} {self.unit} | {self.most:g} {self.unit} | {verdict} |"


def seconds(work: Callable[[], Any]) -> float:
    """How long one run takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def typical(work: Callable[[], Any]) -> float:
    """The median of many runs, in seconds."""
    return sorted(seconds(work) for _ in range(ROUNDS))[ROUNDS // 2]


class Centre:
    """An instance, asked without the wire."""

    def __init__(self, plane: ConnectPlane, instance: str) -> None:
        self.plane, self.instance = plane, instance

    def __call__(self, operation: str, **members: Any) -> Any:
        """Carry out one operation."""
        return self.plane.operations[operation](InstanceId=self.instance, **members)

    def first(self, operation: str, key: str) -> str:
        """The id of the first row of a list."""
        return str(self(operation)[key][0]["Id"])


def user(number: int, profiles: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a user like any other."""
    return {
        "Username": f"agent-{number:05}",
        "Password": "Abcdefg1",
        "IdentityInfo": {
            "FirstName": "Ada",
            "LastName": f"Number {number}",
            "Email": f"agent-{number}@example.com",
        },
        "PhoneConfig": {"PhoneType": "SOFT_PHONE", "AutoAccept": True, "AfterContactWorkTimeLimit": 30},
        "Tags": {"Team": str(number % 50)},
        **profiles,
    }


def profiles_of(centre: Centre) -> dict[str, Any]:
    """The profiles that every user bears."""
    return {
        "RoutingProfileId": centre.first("ListRoutingProfiles", "RoutingProfileSummaryList"),
        "SecurityProfileIds": [centre.first("ListSecurityProfiles", "SecurityProfileSummaryList")],
    }


@contextmanager
def opened() -> Iterator[tuple[Any, Centre]]:
    """A client of a new sandbox with one instance, and the same instance without the wire."""
    with Sandbox() as sandbox:
        client = sandbox.session(REGION).client("connect")
        made = client.create_instance(
            IdentityManagementType="CONNECT_MANAGED",
            InstanceAlias="scale",
            InboundCallsEnabled=True,
            OutboundCallsEnabled=True,
        )
        yield client, Centre(plane_of(sandbox.account, REGION), made["Id"])


def own_size(members: Mapping[str, Any]) -> int:
    """A user's own data: the bytes that its settings take when written."""
    return len(json.dumps({name: value for name, value in members.items() if name != "Password"}))


def fill(centre: Centre) -> float:
    """Make the queues, the flows and the users; return the bytes a user takes beyond its own data."""
    hours = centre.first("ListHoursOfOperations", "HoursOfOperationSummaryList")
    for number in range(QUEUES):
        centre("CreateQueue", Name=f"queue {number}", HoursOfOperationId=hours)
    for number in range(FLOWS):
        centre("CreateContactFlow", Name=f"flow {number}", Type="CONTACT_FLOW", Content=EMPTY_FLOW)
    profiles = profiles_of(centre)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    own = 0
    for number in range(USERS):
        members = user(number, profiles)
        own += own_size(members)
        centre("CreateUser", **members)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return (grown - own) / USERS


def of_a_big_instance() -> Iterator[Figure]:
    """Memory and pages, with all users, queues and flows there."""
    with opened() as (client, centre):
        beyond = fill(centre)
        yield Figure("memory of a user beyond its own data", beyond / KIBIBYTE, 2, "KiB")
        asked = {"InstanceId": centre.instance, "MaxResults": PAGE}
        yield Figure(
            f"a page of {PAGE} users (ListUsers) in the control plane",
            1000 * typical(lambda: centre("ListUsers", MaxResults=PAGE)),
            20,
            "ms",
        )
        yield Figure(
            f"a page of {PAGE} users (SearchUsers) in the control plane",
            1000 * typical(lambda: centre("SearchUsers", MaxResults=PAGE)),
            20,
            "ms",
        )
        yield Figure(
            f"a page of {PAGE} users (ListUsers) through boto3",
            1000 * typical(lambda: client.list_users(**asked)),
            20,
            "ms",
        )
        yield Figure(
            f"a page of {PAGE} users (SearchUsers) through boto3",
            1000 * typical(lambda: client.search_users(**asked)),
            50,
            "ms",
        )


def of_many_calls() -> Iterator[Figure]:
    """Creating many users through boto3, and finding them all."""
    with opened() as (client, centre):
        profiles = profiles_of(centre)

        def create() -> None:
            for number in range(CALLS):
                client.create_user(InstanceId=centre.instance, **user(number, profiles))

        def search() -> None:
            pages = client.get_paginator("search_users").paginate(
                InstanceId=centre.instance, PaginationConfig={"PageSize": PAGE}
            )
            found = sum(len(page["Users"]) for page in pages)
            assert found == CALLS, found  # noqa: S101 -- a figure for less would be a lie

        yield Figure(f"{CALLS:,} CreateUser through boto3", seconds(create), 30, "s")
        yield Figure(f"SearchUsers over {CALLS:,}, all pages, through boto3", seconds(search), 1, "s")


def of_the_command() -> Iterator[Figure]:
    """From the start of the command until it has answered its first request."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    client = boto3.client(
        "connect",
        region_name=REGION,
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="AKIASANDBOXSANDBOX00",
        aws_secret_access_key="sandbox",  # noqa: S106 -- the sandbox checks none
        config=Config(retries={"total_max_attempts": 1}),
    )
    start = time.perf_counter()
    command = [sys.executable, "-m", "reconciler", "sandbox", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            answered = False
            while not answered:
                try:
                    client.list_instances()
                    answered = True
                except NotListening:
                    time.sleep(0.01)
            yield Figure("first request answered after the start", time.perf_counter() - start, 2, "s")
        finally:
            server.terminate()


def main() -> int:
    """Measure, print, and return how many goals were missed."""
    print(
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} CPUs ({platform.machine()}), "
        f"Python {platform.python_version()}; {USERS:,} users, {QUEUES:,} queues, {FLOWS:,} flows\n"
    )
    print("| What | Measured | Goal | |\n|---|---|---|---|")
    missed = 0
    for measure in (of_the_command, of_many_calls, of_a_big_instance):
        for figure in measure():
            print(figure.line(), flush=True)
            missed += figure.measured > figure.most
    return missed


if __name__ == "__main__":
    sys.exit(main())
