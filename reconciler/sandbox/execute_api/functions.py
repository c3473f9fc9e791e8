"""Invokes Lambda functions as Amazon API Gateway does: with permission only, and for a limited time by the sandbox's clock.

Source: "Set up Lambda integrations in API Gateway" (API Gateway Developer Guide).
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.iam.models import iam_backends
from werkzeug.exceptions import HTTPException

from reconciler.sandbox.execute_api.answers import NotServedError
from reconciler.sandbox.execute_api.exchange import Exchange
from reconciler.sandbox.lambda_runner import Outcome
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

URI = re.compile(
    r"arn:[^:]+:apigateway:[^:]+:lambda:path/[^/]+/functions/"
    r"(?P<arn>arn:[^:]+:lambda:(?P<region>[^:]+):(?P<account>\d{12}):function:[^/]+)/invocations"
)
PRINCIPAL = "apigateway.amazonaws.com"


class CannotInvokeError(Exception):
    """Raised where a function cannot be invoked; the text says why. `code` is Lambda's code, if Lambda has refused."""

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__(reason)
        self.code = code


class TooSlowError(Exception):
    """Raised where a function does not answer in time. It goes on running."""


def invoke(
    exchange: Exchange, uri: str, event: Mapping[str, Any], *, source: str, role: str | None, seconds: float
) -> Outcome:
    """Invoke the function of an address, for the API or with a role; `source` is the ARN that the function must allow.

    Raises:
        NotServedError: it is no function that the sandbox runs.
        CannotInvokeError: the function is missing, may not be invoked, or is throttled.
        TooSlowError: it takes longer than `seconds`.
    """
    found = URI.fullmatch(exchange.with_variables(uri))
    if found is None:
        raise NotServedError(f"it invokes functions alone, not {exchange.with_variables(uri)}")
    if role is not None and role.endswith(":user/*"):
        raise NotServedError("it knows no caller whose credentials it could pass on to a function")
    backend: Any = lambda_backends[found["account"]][found["region"]]
    deadline = current().clock() + seconds
    try:
        allowed = _role_exists(role) if role else backend.allows(found["arn"], PRINCIPAL, source)
        if not allowed:
            raise CannotInvokeError("Invalid permissions on Lambda function")
        outcome: Outcome = backend.invoke_from_service(
            found["arn"],
            json.dumps(event, ensure_ascii=False).encode(),
            lambda: current().clock() >= deadline,
        )
    except SandboxError as refused:
        if refused.http_status == 501:
            raise NotServedError(refused.message) from None
        raise CannotInvokeError(refused.message, refused.code) from None
    except HTTPException as refused:
        raise CannotInvokeError(str(refused.description)) from None
    except TimeoutError:
        raise TooSlowError from None
    return outcome


def _role_exists(arn: str) -> bool:
    account = arn.split(":")[4]
    return any(
        each.arn == arn for backend in iam_backends[account].values() for each in backend.roles.values()
    )
