"""Injected faults: each has its documented effect."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from reconciler.errors import Busy, Refused, Taken, Unsure, Waiting
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.sandbox.fault_injection import (
    Attempt,
    Crash,
    Fault,
    FaultKind,
    Plan,
    SandboxSettings,
    at,
    cases,
    no_faults,
)
from tests.sandbox.fault_plans import always
from tests.sandbox.plain_clients import answer_to, client_in, make_hours, make_instance, names_of_hours

# By type of fault: the error of CreateHoursOfOperation, and whether the call took effect.
ANSWERS = {
    FaultKind.THROTTLE: ("ThrottlingException", 429),
    FaultKind.ERROR_500: ("InternalServiceException", 500),
    FaultKind.ERROR_500_AFTER: ("InternalServiceException", 500),
    FaultKind.ERROR_503: ("ServiceUnavailableException", 503),
    FaultKind.ERROR_503_AFTER: ("ServiceUnavailableException", 503),
    FaultKind.ACCESS_DENIED: ("AccessDeniedException", 403),
    FaultKind.EXPIRED_TOKEN: ("ExpiredTokenException", 403),
    FaultKind.LIMIT_EXCEEDED: ("LimitExceededException", 429),
    FaultKind.QUOTA_EXCEEDED: ("ServiceQuotaExceededException", 402),
    FaultKind.IN_USE: ("ResourceInUseException", 409),
    FaultKind.CONFLICT: ("ResourceConflictException", 409),
}
RAISES: dict[FaultKind, type[BaseException]] = {
    FaultKind.CRASH_BEFORE: Crash,
    FaultKind.CRASH_AFTER: Crash,
    FaultKind.NO_CONNECTION: EndpointConnectionError,
    FaultKind.CONNECT_TIMEOUT: ConnectTimeoutError,
    FaultKind.TIMEOUT: ReadTimeoutError,
    FaultKind.TIMEOUT_AFTER: ReadTimeoutError,
    FaultKind.TIMEOUT_LATE: ReadTimeoutError,
}
DONE = {
    FaultKind.CRASH_AFTER,
    FaultKind.TIMEOUT_AFTER,
    FaultKind.ERROR_500_AFTER,
    FaultKind.ERROR_503_AFTER,
}


@contextmanager
def struck(plan: Plan = no_faults) -> Iterator[tuple[Sandbox, Any, str, Any]]:
    """A contact centre with a fault plan for all further calls."""
    with sandboxed() as (box, clock):
        connect = client_in(box)
        instance = make_instance(connect)
        box.journal.clear()
        box.inject(plan)
        yield box, connect, instance, clock


@pytest.mark.parametrize("kind", [*ANSWERS, *RAISES])
def test_a_fault_strikes_once_with_or_without_effect(kind: FaultKind) -> None:
    with struck(at(1, kind)) as (box, connect, instance, _):
        with pytest.raises(RAISES.get(kind, ClientError)) as caught:
            make_hours(connect, instance)
        if kind in ANSWERS:
            assert answer_to(caught.value) == ANSWERS[kind]
        assert ("Days" in names_of_hours(connect, instance)) == (kind in DONE)
        (noted,) = box.journal.faulty()
        assert (noted.name, noted.fault) == ("connect:CreateHoursOfOperation", str(Fault(kind)))
        assert noted.outcome == (ANSWERS[kind][0] if kind in ANSWERS else RAISES[kind].__name__)


def test_every_kind_is_tried_in_these_tests() -> None:
    pages = {kind for kind in FaultKind if kind.startswith("page")}
    assert {*ANSWERS, *RAISES, *pages, FaultKind.EMPTY_REPLY} == set(FaultKind)


def test_an_empty_reply_comes_after_the_work() -> None:
    with struck(at(1, FaultKind.EMPTY_REPLY)) as (_, connect, instance, _clock):
        reply = connect.create_hours_of_operation(InstanceId=instance, Name="Days", TimeZone="UTC", Config=[])
        assert set(reply) == {"ResponseMetadata"}
        assert "Days" in names_of_hours(connect, instance)


def test_a_crash_is_stopped_by_no_handler_of_exceptions() -> None:
    with (
        struck(at(1, FaultKind.CRASH_BEFORE)) as (_, connect, instance, _clock),
        pytest.raises(Crash),
        suppress(Exception),
    ):
        make_hours(connect, instance)


@pytest.mark.parametrize("calls", [0, 1, 2])
def test_a_late_effect_lands_after_so_many_further_calls(calls: int) -> None:
    with struck(at(1, Fault(FaultKind.TIMEOUT_LATE, calls=calls))) as (box, connect, instance, _):
        with pytest.raises(ReadTimeoutError):
            make_hours(connect, instance)
        for _ in range(calls):
            assert "Days" not in names_of_hours(connect, instance)
        assert "Days" in names_of_hours(connect, instance)
        (landed,) = box.journal.landed
        assert (landed.name, landed.outcome) == ("connect:CreateHoursOfOperation", "ok")
        assert len(box.journal.of("connect", "CreateHoursOfOperation")) == 1


def test_a_late_effect_may_land_by_the_clock() -> None:
    with struck(at(1, Fault(FaultKind.TIMEOUT_LATE, seconds=30))) as (_, connect, instance, clock):
        with pytest.raises(ReadTimeoutError):
            make_hours(connect, instance)
        clock.sleep(29)
        assert "Days" not in names_of_hours(connect, instance)
        clock.sleep(1)
        assert "Days" in names_of_hours(connect, instance)


def test_a_late_effect_may_come_too_late() -> None:
    with struck(at(1, Fault(FaultKind.TIMEOUT_LATE, calls=1))) as (box, connect, instance, _):
        with pytest.raises(ReadTimeoutError):
            make_hours(connect, instance)
        make_hours(connect, instance)
        names_of_hours(connect, instance)
        assert [call.outcome for call in box.journal.landed] == ["DuplicateResourceException"]


def test_end_faults_stops_faults_and_applies_pending_effects() -> None:
    def always(attempt: Attempt) -> Fault | None:
        return Fault(FaultKind.TIMEOUT_LATE, seconds=1e6) if attempt.mutating else None

    with struck(always) as (box, connect, instance, _):
        with pytest.raises(ReadTimeoutError):
            make_hours(connect, instance)
        box.end_faults()
        make_hours(connect, instance, "Nights")
        assert {"Days", "Nights"} < names_of_hours(connect, instance)


def test_a_timeout_may_take_its_time() -> None:
    with sandboxed(settings=SandboxSettings(timeout=60, faults=at(1, FaultKind.TIMEOUT))) as (box, clock):
        connect, start = client_in(box), clock.now()
        with pytest.raises(ReadTimeoutError):
            connect.list_instances()
        connect.list_instances()
        assert clock.now() - start == 60


def test_a_plan_sees_the_call_with_secrets_masked_and_may_act_as_a_rival() -> None:
    seen: list[Attempt] = []

    def rival(attempt: Attempt) -> None:
        seen.append(attempt)
        if attempt.operation == "DeleteHoursOfOperation":
            connect.update_hours_of_operation(
                InstanceId=instance, HoursOfOperationId=attempt.params["HoursOfOperationId"], Name="Theirs"
            )

    with struck(rival) as (box, connect, instance, clock):
        hours = make_hours(connect, instance)
        client_in(box, "ssm").put_parameter(Name="/mine", Value="hunter2", Type="SecureString")
        connect.delete_hours_of_operation(InstanceId=instance, HoursOfOperationId=hours)
        assert [attempt.index for attempt in seen] == [1, 2, 3]
        assert [attempt.mutating for attempt in seen] == [True, True, True]
        assert seen[1].params["Value"] == "***"
        assert seen[0].time == clock.now()
        assert [call.operation for call in box.journal] == [
            "CreateHoursOfOperation",
            "PutParameter",
            "DeleteHoursOfOperation",
        ]


def test_our_own_layer_sorts_what_is_injected() -> None:
    reasons: dict[FaultKind, type[Exception]] = {
        FaultKind.TIMEOUT_AFTER: Unsure,
        FaultKind.ERROR_500: Unsure,
        FaultKind.LIMIT_EXCEEDED: Refused,
        FaultKind.QUOTA_EXCEEDED: Refused,
        FaultKind.IN_USE: Waiting,
        FaultKind.CONFLICT: Taken,
        FaultKind.EXPIRED_TOKEN: Refused,
        FaultKind.ACCESS_DENIED: Refused,
        FaultKind.NO_CONNECTION: Busy,
        FaultKind.THROTTLE: Busy,
    }
    for kind, reason in reasons.items():
        with sandboxed(settings=SandboxSettings(faults=always(kind))) as (box, clock):
            api = account_in(box, "eu-west-2", clock).api("connect")
            with pytest.raises(reason):
                api.call(
                    "create_instance",
                    IdentityManagementType="CONNECT_MANAGED",
                    InstanceAlias="acme",
                    InboundCallsEnabled=True,
                    OutboundCallsEnabled=True,
                )


def test_the_matrix_of_a_run_names_each_call_and_each_kind_that_matters_to_it() -> None:
    with struck() as (box, connect, instance, _):
        make_hours(connect, instance)
        connect.describe_instance(InstanceId=instance)
        token = connect.list_prompts(InstanceId=instance, MaxResults=2)["NextToken"]
        connect.list_prompts(InstanceId=instance, MaxResults=2, NextToken=token)
        matrix = list(cases(box.journal))
    of = {index: {kind for number, kind in matrix if number == index} for index in (1, 2, 3, 4)}
    pages = {FaultKind.PAGE_EXPIRED, FaultKind.PAGE_REPEATS, FaultKind.PAGE_SKIPS, FaultKind.PAGE_EMPTY}
    assert of[1] == set(FaultKind) - pages
    assert of[2] == of[1] - DONE - {FaultKind.TIMEOUT_LATE}
    assert of[3] == of[2] | {FaultKind.PAGE_EMPTY}
    assert of[4] == of[2] | pages


def test_every_case_of_a_matrix_strikes_where_it_says() -> None:
    def story(connect: Any, instance: str) -> None:
        make_hours(connect, instance)
        connect.describe_instance(InstanceId=instance)
        for _ in connect.get_paginator("list_prompts").paginate(
            InstanceId=instance, PaginationConfig={"PageSize": 3}
        ):
            pass

    with struck() as (box, connect, instance, _):
        story(connect, instance)
        matrix = list(cases(box.journal))
        story_length = len(box.journal)
    assert story_length == 5
    with struck() as (box, connect, instance, _):
        for index, kind in matrix:
            box.journal.clear()
            box.inject(at(index, kind))
            with suppress(ClientError, BotoCoreError, Crash, KeyError):  # an empty reply has no id
                story(connect, instance)
            assert [box.journal.index(call) + 1 for call in box.journal.faulty()] == [index], (index, kind)
            box.end_faults()
            for each in connect.list_hours_of_operations(InstanceId=instance)["HoursOfOperationSummaryList"]:
                if each["Name"] == "Days":
                    connect.delete_hours_of_operation(InstanceId=instance, HoursOfOperationId=each["Id"])
