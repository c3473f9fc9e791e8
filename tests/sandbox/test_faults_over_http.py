"""Quotas, latency, lag and faults over HTTP."""

import http.client
from collections.abc import Callable
from typing import Any
from urllib.parse import urlparse

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox.fault_injection import FaultKind, Lag, Rules, SandboxSettings
from reconciler.sandbox.fault_injection.faults import IN_PROCESS_ONLY
from reconciler.sandbox.process_state import ProcessState
from reconciler.sandbox.server import serve
from tests.sandbox.plain_clients import answer_to, make_hours, make_instance, names_of_hours

Clients = Callable[[str], Callable[[str], Any]]

ANSWERS = {
    "throttle": ("ThrottlingException", 429),
    "500": ("InternalServiceException", 500),
    "503-after": ("ServiceUnavailableException", 503),
    "access-denied": ("AccessDeniedException", 403),
    "expired-token": ("ExpiredTokenException", 403),
    "limit-exceeded": ("LimitExceededException", 429),
    "quota-exceeded": ("ServiceQuotaExceededException", 402),
    "in-use": ("ResourceInUseException", 409),
    "conflict": ("ResourceConflictException", 409),
}


def world_of(*rules: str, clock: VirtualClock | None = None, **settings: Any) -> ProcessState:
    clock = clock or VirtualClock(1_800_000_000)
    chosen = SandboxSettings(faults=Rules(rules), **settings)
    return ProcessState(clock=clock.now, sleep=clock.sleep, settings=chosen)


def status_of(call: Callable[..., Any], **members: Any) -> int:
    try:
        reply = call(**members)
    except ClientError as error:
        return answer_to(error)[1]
    found: int = reply["ResponseMetadata"]["HTTPStatusCode"]
    return found


def test_errors_look_alike_over_http(over_http: Clients) -> None:
    rules = [f"connect:CreateHoursOfOperation:{turn}:{fault}" for turn, fault in enumerate(ANSWERS, start=1)]
    with serve(0, world=world_of(*rules)) as server:
        connect = over_http(server.url)("connect")
        instance = make_instance(connect)
        for fault, answer in ANSWERS.items():
            with pytest.raises(ClientError) as refused:
                make_hours(connect, instance, fault)
            assert answer_to(refused.value) == answer
        assert names_of_hours(connect, instance) == {"Basic Hours", "503-after"}
        assert [call.fault for call in server.journal.faulty()] == list(ANSWERS)


def test_a_lost_reply_is_a_closed_connection(over_http: Clients) -> None:
    faults = ["timeout", "timeout-after", "timeout-late:1"]
    rules = [f"connect:CreateHoursOfOperation:{turn}:{fault}" for turn, fault in enumerate(faults, start=1)]
    with serve(0, world=world_of(*rules)) as server:
        connect = over_http(server.url)("connect")
        instance = make_instance(connect)
        for fault in faults:
            with pytest.raises(ConnectionClosedError):
                make_hours(connect, instance, fault.replace(":", " "))
        assert names_of_hours(connect, instance) == {"Basic Hours", "timeout-after"}
        assert names_of_hours(connect, instance) == {"Basic Hours", "timeout-after", "timeout-late 1"}


def test_empty_replies_and_spoilt_pages_look_alike_over_http(over_http: Clients) -> None:
    rules = ("connect:CreateHoursOfOperation:1:empty-reply", "connect:ListPrompts:2:page-empty")
    with serve(0, world=world_of(*rules)) as server:
        connect = over_http(server.url)("connect")
        instance = make_instance(connect)
        reply = connect.create_hours_of_operation(InstanceId=instance, Name="Days", TimeZone="UTC", Config=[])
        assert set(reply) == {"ResponseMetadata"}
        found = connect.get_paginator("list_prompts").paginate(
            InstanceId=instance, PaginationConfig={"PageSize": 4}
        )
        assert [len(page["PromptSummaryList"]) for page in found] == [4, 0, 3]


@pytest.mark.parametrize("kind", sorted(IN_PROCESS_ONLY))
def test_what_no_server_can_do_to_a_client_is_refused(kind: FaultKind) -> None:
    with pytest.raises(ValueError, match=f"{kind} works in process only"):
        serve(0, world=world_of(f"connect:*:1:{kind}"))


def test_a_plan_that_kills_its_caller_closes_the_connection(over_http: Clients) -> None:
    clock = VirtualClock()
    world = ProcessState(
        clock=clock.now, settings=SandboxSettings(faults=lambda _attempt: FaultKind.CRASH_BEFORE)
    )
    with serve(0, world=world) as server, pytest.raises(ConnectionClosedError):
        over_http(server.url)("connect").list_instances()


def test_quotas_latency_and_lag_hold_over_http(over_http: Clients) -> None:
    clock = VirtualClock(1_800_000_000)
    world = world_of(clock=clock, quotas="default", latency=0.125, lag=Lag.everywhere(10))
    with serve(0, world=world) as server:
        connect = over_http(server.url)("connect")
        instance = make_instance(connect)
        assert clock.now() == 1_800_000_000.125
        clock.sleep(60)
        hours = make_hours(connect, instance)
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            connect.describe_hours_of_operation(InstanceId=instance, HoursOfOperationId=hours)
        clock.sleep(10)
        connect.describe_hours_of_operation(InstanceId=instance, HoursOfOperationId=hours)
        outcomes = [status_of(connect.describe_instance, InstanceId=instance) for _ in range(7)]
        assert outcomes == [200, 200, 200, 200, 200, 200, 429]  # 0.125 s each: 1.5 tokens are added meanwhile


def test_requests_for_no_operation_are_troubled_by_nobody() -> None:
    with serve(0, world=world_of("*:*:*:timeout")) as server:
        connection = http.client.HTTPConnection(urlparse(server.url).netloc)
        signature = "AWS4-HMAC-SHA256 Credential=AKIASANDBOXSANDBOX00/20260101/eu-west-2/connect/aws4_request"
        connection.request("GET", "/no/such/thing", headers={"Authorization": signature})
        assert connection.getresponse().status == 501
        assert server.journal == []
