"""Generated requests, valid and invalid, for every operation of the control plane.

There are a few fixed examples for each operation; SANDBOX_EXAMPLES=200 generates more, and others each time.
"""

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reconciler.sandbox.connect.backend import OPERATIONS
from reconciler.sandbox.connect.core.operations import MODEL
from reconciler.sandbox.fault_injection import FaultKind
from tests.sandbox.connect.populated import Populated, populated
from tests.sandbox.connect.replies import misfits
from tests.sandbox.connect.requests_by_model import Break, breaks, broken, valid
from tests.sandbox.fault_plans import always

EXAMPLES = int(os.environ.get("SANDBOX_EXAMPLES", "0"))
NAMES = sorted(OPERATIONS.handlers)
# AWS's errors for invalid requests; each operation declares one of the first two.
INVALID = ("InvalidParameterException", "InvalidRequestException")
# Not declared for every operation that can return them; AWS's lists are incomplete.
NOT_ALWAYS_DECLARED = {"ResourceNotFoundException", "ResourceInUseException"}
INJECTED = {
    FaultKind.THROTTLE: ("ThrottlingException", "TooManyRequestsException"),
    FaultKind.ERROR_500: ("InternalServiceException", "InternalFailure"),
    FaultKind.ACCESS_DENIED: ("AccessDeniedException",),
}
READS = ("BatchGet", "Describe", "Get", "List", "Search")
UNREADABLE = "SerializationException"


@pytest.fixture(scope="module")
def there() -> Iterator[Populated]:
    with populated() as there:
        yield there


def examples(usual: int) -> Callable[[Any], Any]:
    return settings(
        max_examples=EXAMPLES or usual,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )


def declared(operation: str) -> set[str]:
    return {shape.name for shape in MODEL.operation_model(operation).error_shapes}


def minimal(shape: Any) -> dict[str, Any]:
    """The smallest request that reaches the sandbox: with values for the path of the URL."""
    return (
        {}
        if shape is None
        else {name: "x" for name in shape.required_members if shape.members[name].serialization}
    )


def ask(there: Populated, operation: str, request: dict[str, Any], by: Break | None = None) -> str | None:
    """Send one request, and return the error code; check a reply with the model.

    Resources are restored after a request that may have changed them.
    """
    raw: dict[str, Any] = {}

    def spoil(params: dict[str, Any], **_: Any) -> None:
        body = json.loads(params["body"])
        params["body"] = json.dumps(broken(body, by)).encode() if by else params["body"]

    def keep(response_dict: dict[str, Any], **_: Any) -> None:
        raw.update(response_dict)

    events = there.client.meta.events
    events.register("before-parse.connect", keep, unique_id="keep")
    if by and by.written:
        events.register("before-call.connect", spoil, unique_id="spoil")
    try:
        getattr(there.client, xform_name(operation))(**request)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    finally:
        if not operation.startswith(READS):
            there.put_back()
        events.unregister("before-parse.connect", unique_id="keep")
        events.unregister("before-call.connect", unique_id="spoil")
    shape = MODEL.operation_model(operation).output_shape
    reply = json.loads(raw["body"] or b"{}")
    assert not (list(misfits(shape, reply, operation)) if shape else reply)
    return None


@pytest.mark.parametrize("operation", NAMES)
def test_a_valid_request_is_answered_by_the_model(there: Populated, operation: str) -> None:
    @examples(4)
    @given(valid(MODEL.operation_model(operation).input_shape, there.known))
    def send(request: dict[str, Any]) -> None:
        code = ask(there, operation, request)
        assert code is None or code in (declared(operation) | NOT_ALWAYS_DECLARED) - {
            "InternalServiceException"
        }

    send()


@pytest.mark.parametrize("operation", NAMES)
def test_a_broken_request_is_refused_with_the_documented_code(there: Populated, operation: str) -> None:
    shape = MODEL.operation_model(operation).input_shape
    code = next((each for each in INVALID if each in declared(operation)), "ValidationException")

    @examples(5)
    @given(st.data())
    def send(data: st.DataObject) -> None:
        request = data.draw(valid(shape, there.known))
        ways = breaks(shape, request)
        if not ways:
            return
        by = data.draw(st.sampled_from(ways))
        sent = request if by.written else broken(request, by)
        answered = ask(there, operation, sent, by)
        assert answered == code or (answered == UNREADABLE and by.what == "wrong type"), (by, answered)

    send()


@pytest.mark.parametrize("operation", NAMES)
def test_an_injected_fault_is_answered_with_the_declared_code(there: Populated, operation: str) -> None:
    for kind, codes in INJECTED.items():
        there.sandbox.inject(always(kind))
        try:
            request = minimal(MODEL.operation_model(operation).input_shape)
            code = ask(there, operation, request)
        finally:
            there.sandbox.end_faults()
        known = [each for each in codes if each in declared(operation)]
        assert code == (known or codes)[0]
