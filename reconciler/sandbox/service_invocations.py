"""Invokes Lambda functions for other services: with permission only, and for a limited time by the sandbox's clock."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from moto.awslambda.models import lambda_backends
from werkzeug.exceptions import HTTPException

from reconciler.sandbox.lambda_runner import Outcome
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

NOT_ALLOWED = "AccessDeniedException"


class CannotInvokeError(Exception):
    """Raised where a function cannot be invoked; the text says why. `code` is Lambda's code."""

    def __init__(self, reason: str, code: str) -> None:
        super().__init__(reason)
        self.code = code


class TooSlowError(Exception):
    """Raised where a function does not answer in time. It goes on running."""


def invoke(arn: str, event: Mapping[str, Any], is_allowed: Callable[[Any], bool], seconds: float) -> Outcome:
    """Invoke a function; `is_allowed` gets Lambda's backend in the function's account and Region.

    Raises:
        CannotInvokeError: the function is missing, may not be invoked, or is throttled.
        TooSlowError: it takes longer than `seconds`.
        SandboxError: with status 501, the sandbox does not run it.
    """
    region, account = arn.split(":")[3:5]
    backend: Any = lambda_backends[account][region]
    deadline = current().clock() + seconds
    try:
        if not is_allowed(backend):
            raise CannotInvokeError("Invalid permissions on Lambda function", NOT_ALLOWED)
        outcome: Outcome = backend.invoke_from_service(
            arn,
            json.dumps(event, ensure_ascii=False).encode(),
            lambda: current().clock() >= deadline,
        )
    except SandboxError as refused:
        if refused.http_status == 501:
            raise
        raise CannotInvokeError(refused.message, refused.code) from None
    except HTTPException as refused:
        raise CannotInvokeError(str(refused.description), str(getattr(refused, "error_type", ""))) from None
    except TimeoutError:
        raise TooSlowError from None
    return outcome
