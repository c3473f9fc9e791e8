"""The six reasons of a failed call, derived from AWS's code and status."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from reconciler.aws.failures import understood
from reconciler.errors import (
    Absent,
    Busy,
    CallError,
    InUse,
    Refused,
    Taken,
    Unreadable,
    Unsure,
    Waiting,
    first_row,
    sort,
)
from reconciler.service import Service
from tests.unit.aws_toys import FakeClient, Listening, api_of, refusal

REASONS = {
    # It does not exist.
    ("ResourceNotFoundException", 404): Absent,
    ("NoSuchBucket", 404): Absent,
    ("NoSuchTagSet", 404): Absent,
    ("404", 404): Absent,
    ("ParameterNotFound", 400): Absent,
    # Throttled: nothing happened.
    ("ThrottlingException", 400): Busy,
    ("TooManyRequestsException", 429): Busy,
    ("SlowDown", 503): Busy,
    ("RequestLimitExceeded", 503): Busy,
    ("SomethingNew", 429): Busy,
    # A quota of resources, not of requests, in spite of the status.
    ("LimitExceededException", 429): Refused,
    ("ServiceQuotaExceededException", 402): Refused,
    ("TooManyBuckets", 400): Refused,
    # It is in use.
    ("ResourceInUseException", 409): InUse,
    ("ResourceNotReadyException", 409): Waiting,
    ("OperationAborted", 409): Waiting,
    ("BucketNotEmpty", 409): InUse,
    # The name is in use.
    ("DuplicateResourceException", 409): Taken,
    ("ResourceConflictException", 409): Taken,
    ("BucketAlreadyOwnedByYou", 409): Taken,
    # The request may have been carried out.
    ("InternalServiceException", 500): Unsure,
    ("ServiceUnavailable", 503): Unsure,
    ("Unknown", 599): Unsure,
    # AWS refuses this.
    ("NotImplemented", 501): Refused,
    ("AccessDeniedException", 403): Refused,
    ("InvalidParameterException", 400): Refused,
    ("ExpiredTokenException", 400): Refused,
    ("BucketAlreadyExists", 409): Refused,
    ("SomethingNew", 400): Refused,
    ("Unknown", 0): Refused,
}


@pytest.mark.parametrize(
    ("reply", "reason"),
    REASONS.items(),
    ids=lambda it: " ".join(map(str, it)) if isinstance(it, tuple) else it.__name__,
)
def test_the_reason_behind_a_reply(reply: Any, reason: Any) -> None:
    assert sort(*reply) is reason


SAID = {
    "a message": (
        Refused("create_queue", "Invalid", "no such hours"),
        "create_queue: Invalid: no such hours",
    ),
    "none": (Refused("create_queue", "Invalid", ""), "create_queue: Invalid"),
    "a list of problems": (
        Refused("create_contact_flow", "InvalidContactFlow", "", ("no StartAction", "no Type")),
        "create_contact_flow: InvalidContactFlow: no StartAction; no Type",
    ),
    "both": (Refused("create", "Invalid", "see problems", ("no Type",)), "create: Invalid: no Type"),
}


@pytest.mark.parametrize(("error", "text"), SAID.values(), ids=SAID.keys())
def test_what_a_failed_call_says(error: CallError, text: str) -> None:
    assert str(error) == text


def test_two_failures_alike_are_two() -> None:
    """Errors are compared by identity, like exceptions: tracebacks and chains rely on it."""
    one, other = (Busy("list_queues", "Throttling", "") for _ in range(2))
    assert one != other
    assert len({one, other}) == 2


ROLES = Service(
    name="roles",
    errors={"DeleteConflict": InUse},
    errors_by_message={"cannot be assumed": Waiting},
)


@pytest.mark.parametrize(
    ("code", "message", "reason"),
    [
        ("DeleteConflict", "a policy is attached", InUse),
        ("InvalidParameterValueException", "The role cannot be assumed by Lambda.", Waiting),
        ("InvalidParameterValueException", "no such runtime", Refused),
        ("ThrottlingException", "Rate exceeded", Busy),
    ],
)
def test_what_a_service_declares_goes_before_what_is_usual(
    code: str, message: str, reason: type[CallError]
) -> None:
    reply: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": 400},
    }
    failure = understood("create_it", ClientError(reply, "CreateIt"), lambda text: text, ROLES)
    assert (type(failure), failure.message) == (reason, message)


def test_a_call_is_judged_by_its_own_service() -> None:
    api = api_of(FakeClient(refusal("DeleteConflict")), Listening())
    api.pacer.services = {"connect": replace(ROLES, name="connect")}
    with pytest.raises(InUse):
        api.call("delete_queue", InstanceId="i", QueueId="q")


def test_an_empty_list_proves_no_absence() -> None:
    assert first_row("describe_vpcs", {"Vpcs": [{"VpcId": "vpc-1"}]}, "Vpcs") == {"VpcId": "vpc-1"}
    with pytest.raises(Unreadable, match='"Vpcs" of the reply is empty'):
        first_row("describe_vpcs", {"Vpcs": []}, "Vpcs")
