"""Invokes Lambda functions as Amazon API Gateway does: with permission only, and for a limited time by the sandbox's clock.

Source: "Set up Lambda integrations in API Gateway" (API Gateway Developer Guide).
"""

import re
from collections.abc import Mapping
from typing import Any

from moto.iam.models import iam_backends

from reconciler.sandbox import service_invocations
from reconciler.sandbox.execute_api.answers import NotServedError
from reconciler.sandbox.execute_api.exchange import Exchange
from reconciler.sandbox.lambda_runner import Outcome
from reconciler.sandbox.sandbox_error import SandboxError

URI = re.compile(
    r"arn:[^:]+:apigateway:[^:]+:lambda:path/[^/]+/functions/"
    r"(?P<arn>arn:[^:]+:lambda:[^:]+:\d{12}:function:[^/]+)/invocations"
)
PRINCIPAL = "apigateway.amazonaws.com"


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

    def is_allowed(backend: Any) -> bool:
        return _role_exists(role) if role else bool(backend.allows(found["arn"], PRINCIPAL, source))

    try:
        return service_invocations.invoke(found["arn"], event, is_allowed, seconds)
    except SandboxError as refused:
        raise NotServedError(refused.message) from None


def _role_exists(arn: str) -> bool:
    account = arn.split(":")[4]
    return any(
        each.arn == arn for backend in iam_backends[account].values() for each in backend.roles.values()
    )
