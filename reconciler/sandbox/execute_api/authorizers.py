"""Authorizers of methods: user pools of Amazon Cognito, Lambda functions, and signatures of AWS.

Nothing is cached. A signature of AWS only has to be there.

Sources: "Control access to REST APIs using Amazon Cognito user pools as an authorizer", "Use API Gateway Lambda authorizers" (API
Gateway Developer Guide).
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from reconciler.sandbox.execute_api.answers import (
    RefusedError,
    broken_authorizer,
    denied,
    no_such_route,
    unauthorized,
)
from reconciler.sandbox.execute_api.exchange import Exchange
from reconciler.sandbox.execute_api.functions import invoke
from reconciler.sandbox.execute_api.proxy import request_context, request_members
from reconciler.sandbox.execute_api.variables import mapped
from reconciler.sandbox.moto_patches.apigateway.parts import Item
from reconciler.sandbox.moto_patches.policies import listed
from reconciler.sandbox.service_invocations import CannotInvokeError, TooSlowError

SECONDS = 29.0
DATES = frozenset({"exp", "iat"})
SIGNATURE = re.compile(r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/.*Signature=.+")
EXPIRED = "The incoming token has expired"
HEADER = "method.request.header."


def authorize(exchange: Exchange) -> str | None:
    """Authorize a request as its method asks, and put who sends it into the context.

    Returns the API key that a Lambda authorizer has named, if it has.

    Raises:
        RefusedError: the request is not authorized.
        NotServedError: the sandbox cannot run the authorizer.
    """
    method = exchange.taken.method
    sort = method.get("authorizationType", "NONE")
    if sort == "AWS_IAM":
        _check_signature(exchange)
    if sort not in {"COGNITO_USER_POOLS", "CUSTOM"}:
        return None
    authorizer = exchange.parts.authorizers.get(method.get("authorizerId") or "")
    if authorizer is None:
        raise broken_authorizer("the authorizer of the method does not exist")
    if sort == "COGNITO_USER_POOLS":
        _check_token(exchange, authorizer, method.get("authorizationScopes") or ())
        return None
    return _ask_function(exchange, authorizer)


def _check_signature(exchange: Exchange) -> None:
    found = SIGNATURE.match(exchange.incoming.header("authorization"))
    if found is None:
        raise no_such_route()  # AWS gives the same answer
    account = exchange.backend.account_id
    exchange.context["identity"] |= {"accessKey": found["key"], "accountId": account, "caller": found["key"]}


def _identity(exchange: Exchange, authorizer: Item) -> str:
    """The token in the header that the authorizer names.

    Raises:
        RefusedError: it is missing, or does not match the expression for tokens.
    """
    source = authorizer.get("identitySource") or f"{HEADER}Authorization"
    token = mapped(source.strip(), exchange) or ""
    expression = authorizer.get("identityValidationExpression")
    if not token or (expression and not re.fullmatch(expression, token)):
        raise unauthorized()
    return token


def _check_token(exchange: Exchange, authorizer: Item, scopes: Collection[str]) -> None:
    from reconciler.sandbox.moto_patches.cognito.verification import verify  # noqa: PLC0415  it takes long

    token = _identity(exchange, authorizer)
    found = verify(token.removeprefix("Bearer ").strip(), authorizer.get("providerARNs") or (), scopes)
    if not found.valid:
        exchange.context["authorizer"] = {"error": found.reason}
        raise unauthorized(EXPIRED) if found.reason == "expired" else unauthorized()
    exchange.context["authorizer"] = {"claims": {n: _claim(n, v) for n, v in found.claims.items()}}


def _claim(name: str, value: Any) -> str:
    """A claim as API Gateway passes it on: as text; times of issue and expiry as dates, lists with commas."""
    if name in DATES and isinstance(value, int):
        return f"{datetime.fromtimestamp(value, UTC):%a %b %d %H:%M:%S UTC %Y}"
    if isinstance(value, list) and not any(isinstance(each, dict) for each in value):
        return ",".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


# -- Lambda authorizers ----------------------------------------------------------------------------------------------------


def _ask_function(exchange: Exchange, authorizer: Item) -> str | None:
    """Let a function authorize the request; return the API key that it names."""
    arn = exchange.arn(exchange.incoming.path)
    event = _event(exchange, authorizer, arn)
    source = f"{exchange.arn('').partition('/')[0]}/authorizers/{authorizer['id']}"
    role, before = authorizer.get("authorizerCredentials"), exchange.milliseconds()
    try:
        outcome = invoke(
            exchange, authorizer["authorizerUri"], event, source=source, role=role, seconds=SECONDS
        )
    except CannotInvokeError as reason:
        raise broken_authorizer(str(reason)) from None
    except TooSlowError:
        raise broken_authorizer("timeout") from None
    if outcome.error_type is not None:
        raise _refusal_of(outcome.payload)
    said = _read(outcome.payload)
    if said is None:
        raise broken_authorizer("the answer of the function is no policy")
    allowed, explicitly = _decision(said["policyDocument"], arn)
    if not allowed:
        raise denied(explicitly=explicitly)
    own = {name: _of_context(value) for name, value in (said.get("context") or {}).items()}
    latency = exchange.milliseconds() - before
    exchange.context["authorizer"] = {
        **own,
        "principalId": said["principalId"],
        "integrationLatency": latency,
    }
    key = said.get("usageIdentifierKey")
    return str(key) if key is not None else None


def _event(exchange: Exchange, authorizer: Item, arn: str) -> Item:
    if authorizer["type"] == "TOKEN":
        token = _identity(exchange, authorizer)
        return {"type": "TOKEN", "authorizationToken": token, "methodArn": arn}
    sources = [each.strip() for each in (authorizer.get("identitySource") or "").split(",") if each.strip()]
    if any(not mapped(each, exchange) for each in sources):
        raise unauthorized()
    members = {"type": "REQUEST", "methodArn": arn, **request_members(exchange)}
    return {**members, "requestContext": request_context(exchange)}


def _refusal_of(payload: str) -> RefusedError:
    """The refusal for an authorizer that has raised: one that raises `Unauthorized` refuses the token."""
    try:
        message = json.loads(payload).get("errorMessage")
    except (ValueError, AttributeError):
        message = None
    return unauthorized() if message == "Unauthorized" else broken_authorizer(str(message))


def _read(payload: str) -> dict[str, Any] | None:
    """What an authorizer has returned; None if AWS could not use it."""
    said = json.loads(payload)
    if not isinstance(said, dict) or not isinstance(said.get("policyDocument"), dict):
        return None
    context = said.get("context") or {}
    fits = isinstance(context, dict) and all(
        isinstance(each, str | int | float) or each is None for each in context.values()
    )
    return said if fits and isinstance(said.get("principalId"), str) else None


def _of_context(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _decision(policy: Mapping[str, Any], arn: str) -> tuple[bool, bool]:
    """Whether a policy allows to call a method, and whether it says so itself; conditions are not evaluated."""
    effects = {each.get("Effect") for each in _statements_for(policy, arn)}
    return effects == {"Allow"}, bool(effects)


def _statements_for(policy: Mapping[str, Any], arn: str) -> Iterator[Mapping[str, Any]]:
    for statement in listed(policy.get("Statement")):
        actions = (str(each).lower() for each in listed(statement.get("Action")))
        resources = (str(each) for each in listed(statement.get("Resource")))
        if any(fnmatchcase("execute-api:invoke", each) for each in actions) and any(
            fnmatchcase(arn, each) for each in resources
        ):
            yield statement
