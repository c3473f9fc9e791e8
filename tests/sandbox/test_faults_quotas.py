"""Request quotas: which calls are throttled, and with which error codes."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from reconciler.aws.pacing import Pacer
from reconciler.kinds import known_kinds
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import sandboxed
from reconciler.sandbox.fault_injection import QUOTAS, Quotas, Rate, SandboxSettings
from reconciler.sandbox.fault_injection.token_buckets import LISTED_IN_2024
from tests.sandbox.plain_clients import answer_to, client_in, make_instance, make_user

DAY = 24 * 3600.0


def outcome(call: Callable[..., Any], **members: Any) -> tuple[str, int] | None:
    try:
        call(**members)
    except ClientError as error:
        return answer_to(error)
    return None


def allowed_at_once(call: Callable[..., Any], **members: Any) -> int:
    for count in range(100):
        refused = outcome(call, **members)
        if refused:
            assert refused == ("ThrottlingException", 429)
            return count
    return 100


def test_500_calls_paced_by_our_own_pacer_take_what_the_published_quota_allows() -> None:
    with sandboxed(settings=SandboxSettings(quotas="default")) as (box, clock):
        connect = client_in(box)
        instance = make_instance(connect)
        user = make_user(connect, instance)
        pacer, start = (
            Pacer(clock, share=1.0, services={"connect": known_kinds()["connect.user"].service}),
            clock.now(),
        )
        for _ in range(500):
            pacer.pace(box.account, "eu-west-2", "connect", "describe_user")
            connect.describe_user(InstanceId=instance, UserId=user)
        assert clock.now() - start == 247.5
        assert {call.outcome for call in box.journal} == {"ok"}


def test_the_sixth_call_in_the_first_instant_is_throttled_and_costs_nothing() -> None:
    with sandboxed(settings=SandboxSettings(quotas="default")) as (box, clock):
        connect = client_in(box)
        instance = make_instance(connect)
        assert allowed_at_once(connect.describe_instance, InstanceId=instance) == 5
        assert allowed_at_once(connect.describe_instance, InstanceId=instance) == 0
        clock.sleep(0.5)
        assert allowed_at_once(connect.describe_instance, InstanceId=instance) == 1
        clock.sleep(DAY)
        assert allowed_at_once(connect.describe_instance, InstanceId=instance) == 5
        assert box.journal[-1].outcome == "ThrottlingException"
        assert box.journal[-1].fault is None


def test_every_operation_and_every_region_has_a_bucket_of_its_own() -> None:
    with sandboxed(settings=SandboxSettings(quotas="default")) as (box, _):
        for region in ("eu-west-2", "us-east-1"):
            connect = client_in(box, region=region)
            instance = make_instance(connect, f"acme-{region}")
            assert allowed_at_once(connect.list_queues, InstanceId=instance) == 5
            assert allowed_at_once(connect.list_prompts, InstanceId=instance) == 5


def test_the_shared_bucket_serves_all_operations_of_connect_and_no_other_service() -> None:
    with sandboxed(settings=SandboxSettings(quotas="shared")) as (box, _):
        connect = client_in(box)
        instance = make_instance(connect)
        assert allowed_at_once(connect.list_queues, InstanceId=instance) == 4
        assert allowed_at_once(connect.list_prompts, InstanceId=instance) == 0
        client_in(box, "sts").get_caller_identity()


def test_without_quotas_nothing_is_throttled() -> None:
    with sandboxed() as (box, _):
        connect = client_in(box)
        assert allowed_at_once(connect.list_instances) == 100


def test_view_operations_say_it_with_another_code() -> None:
    quotas = Quotas({"connect": {"*View*": Rate(1, 0.5)}})
    with sandboxed(settings=SandboxSettings(quotas=quotas)) as (box, _):
        with pytest.raises(ClientError) as refused:
            client_in(box).list_views(InstanceId="11111111-1111-1111-1111-111111111111")
        assert answer_to(refused.value) == ("TooManyRequestsException", 429)


@pytest.mark.parametrize(
    ("service", "operation", "answer"),
    [
        ("s3", "list_buckets", ("SlowDown", 503)),
        ("dynamodb", "list_tables", ("ThrottlingException", 400)),
        ("ssm", "describe_parameters", ("ThrottlingException", 400)),
        ("lambda", "list_functions", ("TooManyRequestsException", 429)),
        ("iam", "list_users", ("Throttling", 400)),
        ("sts", "get_caller_identity", ("Throttling", 400)),
    ],
)
def test_each_service_throttles_in_its_own_words(
    service: str, operation: str, answer: tuple[str, int]
) -> None:
    quotas = Quotas({service: {"*": Rate(1, 1)}})
    with sandboxed(settings=SandboxSettings(quotas=quotas)) as (box, _):
        client = client_in(box, service)
        getattr(client, operation)()
        with pytest.raises(ClientError) as refused:
            getattr(client, operation)()
        assert answer_to(refused.value) == answer


def test_the_defaults_of_2024_are_those_that_were_listed() -> None:
    per_second = Counter(rate.per_second for rate in LISTED_IN_2024.values())
    assert per_second == {10: 30, 5: 7, 20: 2, 50: 1, 0.1: 2, 2: 1}
    listed = QUOTAS["2024"]
    assert listed.rate("connect", "DescribeUser") == Rate(10, 10)
    assert listed.rate("connect", "SearchUsers") == Rate(2, 5)
    assert listed.rate("s3", "ListBuckets") is None


@pytest.mark.parametrize(
    ("operation", "rate"),
    [
        ("ListIntegrationAssociations", (25, 50)),
        ("CreateEvaluationForm", (3, 5)),
        ("SearchContacts", (0.5, 1)),
        ("CreateUser", (2, 5)),
    ],
)
def test_published_rates_have_their_exceptions(operation: str, rate: tuple[float, float]) -> None:
    assert QUOTAS["default"].rate("connect", operation) == rate


def test_latency_passes_on_the_clock_with_every_call() -> None:
    with sandboxed(settings=SandboxSettings(latency=0.25)) as (box, clock):
        connect, start = client_in(box), clock.now()
        for _ in range(4):
            connect.list_instances()
        assert clock.now() - start == 1.0
        assert [call.time - start for call in box.journal] == [0.25, 0.5, 0.75, 1.0]


def test_latency_on_a_clock_that_nobody_can_move_is_refused() -> None:
    with pytest.raises(ValueError, match="sleep"):
        Sandbox(clock=lambda: 0.0, settings=SandboxSettings(latency=1))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"quotas": "some"}, "no quotas 'some'; there are none, default, 2024, shared"),
        ({"limits": "some"}, "no limits 'some'; there are none, default"),
        ({"latency": -1}, "0 or more"),
        ({"timeout": float("nan")}, "0 or more"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SandboxSettings(**settings)


def test_numbers_of_resources_are_limited_only_where_that_is_asked_for() -> None:
    with sandboxed(settings=SandboxSettings(limits="default")) as (box, _):
        connect = client_in(box)
        for alias in ("acme-1", "acme-2"):
            make_instance(connect, alias)
        with pytest.raises(ClientError) as refused:
            make_instance(connect, "acme-3")
        assert answer_to(refused.value) == ("ServiceQuotaExceededException", 402)
    with sandboxed(settings=SandboxSettings(limits={"Queue": 1})) as (box, _):
        connect = client_in(box)
        instance = make_instance(connect)
        hours = connect.list_hours_of_operations(InstanceId=instance)["HoursOfOperationSummaryList"][0]["Id"]
        with pytest.raises(ClientError) as refused:
            connect.create_queue(InstanceId=instance, Name="Sales", HoursOfOperationId=hours)
        assert answer_to(refused.value) == ("LimitExceededException", 429)
    with sandboxed() as (box, _):
        connect = client_in(box)
        for alias in ("acme-1", "acme-2", "acme-3"):
            make_instance(connect, alias)
