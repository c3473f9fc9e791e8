"""The single layer of retries: which calls are repeated, when, and the messages of failures."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
    UnknownServiceError,
)

from reconciler.aws.api import RetryLimits, is_read
from reconciler.aws.pacing import Pacer
from reconciler.errors import Absent, Busy, CallError, InUse, Refused, Taken, Unsure, Waiting
from reconciler.kinds import known_kinds
from reconciler.runtime.retrying import CALL
from reconciler.service import Service
from tests.unit.aws_toys import SENTINEL, FakeClient, Listening, account, api_of, refusal

ATTEMPTS = RetryLimits().attempts
URL = "https://connect.eu-west-2.amazonaws.com"
THROTTLED = refusal("ThrottlingException", 429)
TIMEOUT = ReadTimeoutError(endpoint_url=URL)


@pytest.fixture
def clock() -> Listening:
    return Listening()


# -- what is tried again ------------------------------------------------------------------------------------------------

TOKEN = {"ClientToken": "t"}
# Operation, parameters, the first reply, whether there is a second call.
AGAIN = {
    "a throttled read": ("list_queues", {}, THROTTLED, True),
    "a throttled create: nothing happened": ("create_queue", {}, THROTTLED, True),
    "a connection that never came about": ("create_queue", {}, ConnectTimeoutError(endpoint_url=URL), True),
    "a host that is not there": ("create_queue", {}, EndpointConnectionError(endpoint_url=URL), True),
    "a read whose reply is lost": ("describe_queue", {}, TIMEOUT, True),
    "an update whose reply is lost: twice is as good as once": ("update_queue_name", {}, TIMEOUT, True),
    "a delete whose reply is lost": ("delete_queue", {}, ConnectionClosedError(endpoint_url=URL), True),
    "an association whose reply is lost": ("associate_queue_quick_connects", {}, TIMEOUT, True),
    "a create whose reply is lost: it may be there": ("create_queue", {}, TIMEOUT, False),
    "a claim whose reply is lost": ("claim_phone_number", {}, TIMEOUT, False),
    "an import whose reply is lost": ("import_phone_number", {}, TIMEOUT, False),
    "a start whose reply is lost": ("start_chat_contact", {}, TIMEOUT, False),
    "a create with a token whose reply is lost: it is the same try": (
        "create_instance",
        TOKEN,
        TIMEOUT,
        True,
    ),
    "a create that failed within AWS": ("create_queue", {}, refusal("InternalServiceException", 500), False),
    "a read that failed within AWS": ("list_queues", {}, refusal("InternalServiceException", 500), True),
    "a quota of resources, although it answers 429": (
        "create_queue",
        {},
        refusal("LimitExceededException", 429),
        False,
    ),
    "what AWS will not do": ("update_queue_name", {}, refusal("InvalidParameterException"), False),
    "what is not there": ("describe_queue", {}, refusal("ResourceNotFoundException", 404), False),
    "what is in use": ("delete_queue", {}, refusal("ResourceInUseException", 409), False),
    "a name that is taken": ("create_queue", {}, refusal("DuplicateResourceException", 409), False),
}


@pytest.mark.parametrize(("operation", "parameters", "failure", "again"), AGAIN.values(), ids=AGAIN.keys())
def test_what_is_tried_again(
    clock: Listening, operation: str, parameters: dict[str, Any], failure: Any, again: bool
) -> None:
    client = FakeClient(failure, {"done": True})
    api = api_of(client, clock)
    if again:
        assert api.call(operation, **parameters) == {"done": True}
        assert client.calls == [(operation, parameters)] * 2
    else:
        with pytest.raises(CallError):
            api.call(operation, **parameters)
        assert len(client.calls) == 1
        assert clock.slept == []


NAT = {"NatGatewayId": "nat-0123456789abcdef0", "PrivateIpAddressCount": 1}


@pytest.mark.parametrize(
    ("operation", "parameters"), [("allocate_address", {}), ("assign_private_nat_gateway_address", NAT)]
)
def test_what_gives_another_address_each_time_is_not_tried_again(
    operation: str, parameters: dict[str, Any]
) -> None:
    asked = list[str]()

    def fails(request: Any) -> tuple[int, bytes]:
        asked.append(request.url)
        return 500, b"<Response><Errors><Error><Code>InternalError</Code></Error></Errors></Response>"

    with pytest.raises(Unsure):
        account(fails).api("ec2").call(operation, **parameters)
    assert len(asked) == 1


def test_a_storm_ends_after_six_attempts(clock: Listening) -> None:
    client = FakeClient(THROTTLED, repeat=True)
    api = api_of(client, clock)
    with pytest.raises(Busy, match=r"list_queues: ThrottlingException"):
        api.call("list_queues")
    assert len(client.calls) == ATTEMPTS
    assert api.tally.calls == {"connect:ListQueues": ATTEMPTS}
    assert api.tally.throttled == {"connect:ListQueues": ATTEMPTS}


UNREACHED = EndpointConnectionError(endpoint_url=URL)


@pytest.mark.parametrize(
    ("failures", "tries"),
    [
        ([UNREACHED] * 6, 3),
        ([THROTTLED] * 6, ATTEMPTS),
        ([UNREACHED, UNREACHED, THROTTLED, *[UNREACHED] * 3], ATTEMPTS),
    ],
    ids=["nothing is reached", "AWS puts it off", "AWS was reached once"],
)
def test_an_address_that_no_try_reaches_may_have_a_shorter_patience(
    clock: Listening, failures: list[Any], tries: int
) -> None:
    client = FakeClient(*failures)
    api = replace(api_of(client, clock), patience=RetryLimits(unreached=3))
    with pytest.raises(Busy):
        api.call("list_queues")
    assert len(client.calls) == tries


@pytest.mark.parametrize("seed", range(20))
def test_pauses_are_random_and_bounded(seed: int) -> None:
    """Full jitter: from nothing up to 1, 2, 4, 8, 16 seconds."""
    clock = Listening()
    api = api_of(FakeClient(THROTTLED, repeat=True), clock, Random(seed))
    with pytest.raises(Busy):
        api.call("list_queues")
    caps = [min(CALL.longest, 2.0**n) for n in range(ATTEMPTS - 1)]
    assert len(clock.slept) == len(caps)
    assert all(0 <= slept <= cap for slept, cap in zip(clock.slept, caps, strict=True))


def test_pauses_differ_from_one_copy_of_us_to_another() -> None:
    slept = []
    for seed in (1, 2):
        clock = Listening()
        with pytest.raises(Busy):
            api_of(FakeClient(THROTTLED, repeat=True), clock, Random(seed)).call("list_queues")
        slept.append(clock.slept)
    assert slept[0] != slept[1]


def test_every_attempt_is_paced(clock: Listening) -> None:
    """A retry takes a token as well; otherwise throttling would cause more calls."""
    api = api_of(FakeClient(*[THROTTLED] * 5, {}), clock, share=0.2)
    api.pacer.services = {"connect": known_kinds()["connect.queue"].service}
    api.call("create_queue")
    assert api.pacer.waited > 0


def test_each_account_has_its_own_quota(clock: Listening) -> None:
    first = api_of(FakeClient({}, repeat=True), clock, share=0.2)
    first.pacer.services = {"connect": known_kinds()["connect.queue"].service}
    replace(first, account="222222222222").call("create_queue")
    first.call("create_queue")
    assert clock.slept == []
    first.call("create_queue")
    assert len(clock.slept) == 1


# -- what a failure says --------------------------------------------------------------------------------------------------

FAILURES = {
    "absent": (
        refusal("ResourceNotFoundException", 404, "no queue"),
        Absent,
        "ResourceNotFoundException: no queue",
    ),
    "in use": (refusal("ResourceInUseException", 409, "used"), InUse, "ResourceInUseException: used"),
    "waiting": (
        refusal("ResourceNotReadyException", 409, "soon"),
        Waiting,
        "ResourceNotReadyException: soon",
    ),
    "taken": (refusal("DuplicateResourceException", 409), Taken, "DuplicateResourceException"),
    "refused": (refusal("InvalidRequestException", 400, "no"), Refused, "InvalidRequestException: no"),
    "quota": (
        refusal("LimitExceededException", 429, "50 queues"),
        Refused,
        "LimitExceededException: 50 queues",
    ),
    "no reply": (TIMEOUT, Unsure, "ReadTimeoutError: no complete reply came in time"),
    "no credentials": (NoCredentialsError(), Refused, "NoCredentials: no AWS credentials were found"),
    "an error reply without a code": (ClientError({}, "CreateQueue"), Refused, "Unknown"),
    "another error of botocore's": (
        UnknownServiceError(service_name="x", known_service_names="y"),
        Refused,
        "UnknownServiceError: Unknown service: 'x'. Valid service names are: y",
    ),
    "problems": (
        refusal(
            "InvalidContactFlowException", problems=[{"message": "no StartAction"}, {"message": "no Type"}]
        ),
        Refused,
        "InvalidContactFlowException: no StartAction; no Type",
    ),
    "problems of a module": (
        refusal("InvalidContactFlowModuleException", Problems=[{"message": "no Type"}]),
        Refused,
        "InvalidContactFlowModuleException: no Type",
    ),
}


@pytest.mark.parametrize(("failure", "reason", "said"), FAILURES.values(), ids=FAILURES.keys())
def test_what_a_failure_says(clock: Listening, failure: Any, reason: Any, said: Any) -> None:
    with pytest.raises(CallError) as raised:
        api_of(FakeClient(failure), clock).call("create_queue")
    assert type(raised.value) is reason
    assert str(raised.value) == f"create_queue: {said}"


WRONG = {
    "a wrong type": {"Password": [SENTINEL]},
    "another": {"PhoneConfig": SENTINEL},
    "a value of several lines": {"PhoneConfig": f"first\n{SENTINEL}\nInstanceId"},
    "too short": {"InstanceId": ""},
    "an unknown member": {"Pasword": SENTINEL},
    "within a structure": {"IdentityInfo": {"Email": {"inner": SENTINEL}}},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_request_that_botocore_refuses_names_the_field_and_never_its_value(wrong: Any) -> None:
    api = account(lambda request: pytest.fail("nothing is sent")).api("connect")
    good = {"Username": "ada", "SecurityProfileIds": ["s"], "RoutingProfileId": "r", "InstanceId": "i"}
    with pytest.raises(Refused) as raised:
        api.call("create_user", **{**good, **wrong})
    error = raised.value
    assert error.code == "ParamValidation"
    assert next(iter(wrong)) in str(error)
    assert (
        SENTINEL not in f"{error!s} {error!r} {error.__dict__} {error.__cause__} {error.__suppress_context__}"
    )


def test_every_problem_of_a_request_is_named() -> None:
    report = (
        'Missing required parameter in input: "Username"\n'
        "Invalid type for parameter PhoneConfig, value: x, type: <class 'str'>, valid types: <class 'dict'>"
    )
    with pytest.raises(Refused) as raised:
        api_of(FakeClient(ParamValidationError(report=report)), Listening()).call("create_user")
    assert raised.value.message == (
        'Missing required parameter in input: "Username"; Invalid type for parameter PhoneConfig'
    )


SINKS = {
    "throttled": (429, {"__type": "ThrottlingException", "Message": "Rate exceeded"}),
    "refused": (400, {"__type": "InvalidRequestException", "Message": "no"}),
    "broken": (500, {"__type": "InternalServiceException", "Message": "oops"}),
    "not JSON": (400, b"<html>"),
}


@pytest.mark.parametrize("reply", SINKS.values(), ids=SINKS.keys())
def test_a_password_goes_to_aws_and_nowhere_else(
    reply: tuple[int, Any], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    bodies: list[bytes] = []

    def answer(request: Any) -> tuple[int, Any]:
        bodies.append(request.body)
        return reply

    with caplog.at_level("DEBUG"), pytest.raises(CallError) as raised:
        account(answer).api("connect").call(
            "create_user",
            Username="ada",
            Password=SENTINEL,
            SecurityProfileIds=["s"],
            RoutingProfileId="r",
            InstanceId="i",
        )
    assert all(SENTINEL.encode() in body for body in bodies)
    assert bodies
    printed = capfd.readouterr()
    sinks = (str(raised.value), repr(raised.value), caplog.text, printed.out, printed.err)
    assert [sink for sink in sinks if SENTINEL in sink] == []


def test_botocore_itself_never_tries_again() -> None:
    """Two layers of retries would multiply; and botocore treats LimitExceededException as throttling, although it is not."""
    requests = []

    def answer(request: Any) -> tuple[int, Any]:
        requests.append(request.url)
        return 429, {"__type": "LimitExceededException", "Message": "50 queues"}

    with pytest.raises(Refused, match="LimitExceededException: 50 queues"):
        account(answer).api("connect").call(
            "create_queue", InstanceId="i", Name="Sales", HoursOfOperationId="h"
        )
    assert len(requests) == 1


# -- counting and paging ------------------------------------------------------------------------------------------------

READS = [
    "describe_queue",
    "list_queues",
    "get_caller_identity",
    "search_users",
    "head_bucket",
    "batch_get_item",
]
WRITES = [
    "create_queue",
    "update_queue_name",
    "delete_queue",
    "associate_bot",
    "put_bucket_policy",
    "tag_resource",
]


@pytest.mark.parametrize("operation", READS)
def test_what_only_looks(operation: str) -> None:
    assert is_read(operation)


@pytest.mark.parametrize("operation", WRITES)
def test_what_changes_something(operation: str) -> None:
    assert not is_read(operation)


def test_calls_are_counted_as_aws_spells_them(clock: Listening) -> None:
    api = api_of(FakeClient({}, {}, {}), clock)
    for operation in ("list_queues", "create_queue", "list_queues"):
        api.call(operation)
    assert api.tally.calls == {"connect:ListQueues": 2, "connect:CreateQueue": 1}
    assert (api.tally.mutating, api.tally.throttled.total()) == (1, 0)


def test_pages_are_read_to_the_end(clock: Listening) -> None:
    client = FakeClient(
        {"QueueSummaryList": [{"Id": "1"}], "NextToken": "a"},
        {"QueueSummaryList": [], "NextToken": "b"},
        THROTTLED,
        {"QueueSummaryList": [{"Id": "2"}, {"Id": "3"}]},
    )
    rows = list(api_of(client, clock).pages("list_queues", InstanceId="i", MaxResults=2))
    assert [row["Id"] for row in rows] == ["1", "2", "3"]
    assert [parameters.get("NextToken") for _, parameters in client.calls] == [None, "a", "b", "b"]
    assert all(parameters["MaxResults"] == 2 for _, parameters in client.calls)


def test_a_page_that_fails_fails_the_list(clock: Listening) -> None:
    """An incomplete list would mean that the rest is absent."""
    client = FakeClient(
        {"QueueSummaryList": [{"Id": "1"}], "NextToken": "a"}, refusal("AccessDeniedException", 403)
    )
    with pytest.raises(Refused):
        list(api_of(client, clock).pages("list_queues", InstanceId="i"))


def test_an_operation_that_botocore_does_not_know_to_be_paged(clock: Listening) -> None:
    client = FakeClient(
        {"EmailAddressMetadataList": [{"EmailAddressId": "1"}], "NextToken": "a"},
        {"EmailAddressMetadataList": [{"EmailAddressId": "2"}]},
    )
    rows = list(api_of(client, clock).pages("list_queue_email_addresses", InstanceId="i", QueueId="q"))
    assert [row["EmailAddressId"] for row in rows] == ["1", "2"]


# -- replies without a body ----------------------------------------------------------------------------------------

BUCKET = {"Bucket": "stamps"}
EMPTY = b'<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("connect", "list_instances", {}),
        ("dynamodb", "list_tables", {}),
        ("s3", "get_bucket_tagging", BUCKET),
        ("s3", "get_bucket_versioning", BUCKET),
        ("s3", "list_buckets", {}),
    ],
)
def test_a_read_that_says_nothing_is_not_believed(
    service: str, operation: str, parameters: dict[str, str]
) -> None:
    """Missing tags would make it a bucket of others, and be cached."""
    api = account(lambda _request: (200, b"")).api(service)
    with pytest.raises(Unsure, match="AWS answered with an empty body"):
        api.call(operation, **parameters)


def test_nothing_to_tell_is_something_else_than_to_say_nothing() -> None:
    api = account(lambda _request: (200, EMPTY)).api("s3")
    assert api.call("get_bucket_versioning", **BUCKET).keys() == {"ResponseMetadata"}


def test_a_head_has_no_body() -> None:
    api = account(lambda _request: (200, b"")).api("s3")
    assert api.call("head_bucket", **BUCKET).keys() == {"ResponseMetadata"}


def test_a_call_that_is_made_once_is_not_repeated_where_nobody_knows_what_became_of_it(
    clock: Listening,
) -> None:
    client = FakeClient(ReadTimeoutError(endpoint_url="https://aws"), {})
    with pytest.raises(Unsure):
        api_of(client, clock).once().call("update_queue_name", InstanceId="i", QueueId="q")
    assert len(client.calls) == 1


def test_a_call_that_is_made_once_waits_for_its_quota_all_the_same(clock: Listening) -> None:
    client = FakeClient(refusal("ThrottlingException", 429), {})
    api_of(client, clock).once().call("update_queue_name", InstanceId="i", QueueId="q")
    assert len(client.calls) == 2


def test_of_a_reply_only_what_the_request_takes_is_left(clock: Listening) -> None:
    shown = {
        "QueueId": "q",
        "QueueArn": "arn",
        "OutboundCallerConfig": {"OutboundCallerIdName": "Acme", "Unheard": 1, "OutboundFlowId": None},
        "LastModifiedTime": 1,
    }
    left = api_of(FakeClient(), clock).taken("update_queue_outbound_caller_config", shown)
    assert left == {"QueueId": "q", "OutboundCallerConfig": {"OutboundCallerIdName": "Acme"}}


# -- a reply that lists failed parts ---------------------------------------------------------------------------------------

PARTLY = Service(
    name="connect",
    failed_in={"UpdateQueueName": "FailedEntries"},
    errors={"ConcurrentModificationException": Busy},
)


def failed(*parts: tuple[str, str, str]) -> dict[str, Any]:
    rows = [dict(zip(("TargetId", "ErrorCode", "ErrorMessage"), part, strict=True)) for part in parts]
    return {"FailedEntryCount": len(rows), "FailedEntries": rows}


def partly(clock: Listening, *replies: Any) -> tuple[Any, FakeClient]:
    client = FakeClient(*replies)
    return replace(api_of(client, clock), pacer=Pacer(clock, 1000.0, services={"connect": PARTLY})), client


def test_a_reply_with_failed_parts_is_an_error_that_names_them(clock: Listening) -> None:
    api, _ = partly(clock, failed(("a", "InternalFailure", "no luck"), ("b", "Other", "")))
    with pytest.raises(Refused) as refused:
        api.call("update_queue_name", Name="x")
    assert str(refused.value) == "update_queue_name: InternalFailure: a: no luck; b: Other"


def test_a_part_may_have_its_error_in_a_structure(clock: Listening) -> None:
    error = {"Code": "ConcurrentModificationException", "Message": "too many requests"}
    unlucky = {"FailedEntries": [{"Error": error, "ResourceId": "a"}]}
    api, client = partly(
        clock, unlucky, {"FailedEntries": [{"Error": {"Code": "NoLuck"}, "ResourceId": "a"}]}
    )
    with pytest.raises(Refused) as refused:
        api.call("update_queue_name", Name="x")
    assert str(refused.value) == "update_queue_name: NoLuck: a: NoLuck"
    assert len(client.calls) == 2


def test_a_part_that_is_busy_is_tried_again(clock: Listening) -> None:
    busy = failed(("a", "ConcurrentModificationException", "too many requests"))
    api, client = partly(clock, busy, failed())
    assert api.call("update_queue_name", Name="x")["FailedEntryCount"] == 0
    assert len(client.calls) == 2


def test_only_declared_operations_list_failed_parts(clock: Listening) -> None:
    api, _ = partly(clock, failed(("a", "InternalFailure", "no luck")))
    assert api.call("describe_queue")["FailedEntryCount"] == 1
