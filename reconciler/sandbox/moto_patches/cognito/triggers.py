"""Runs the functions that a user pool names as its triggers, with AWS's events, and reads what they answer.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.cognitoidp.models import CognitoIdpUser, UserStatus

from reconciler.sandbox.lambda_runner import Outcome
from reconciler.sandbox.moto_patches.cognito.clients import AppClient
from reconciler.sandbox.moto_patches.cognito.pool import Pool
from reconciler.sandbox.sandbox_error import SandboxError
from reconciler.sandbox.service_invocations import CannotInvokeError, TooSlowError, invoke

Members = Mapping[str, Any]
PRINCIPAL = "cognito-idp.amazonaws.com"
SECONDS, TRIES = 5.0, 3
"""A function has so many seconds to answer, and is invoked so often if it does not."""
CALLER, NO_CLIENT = "aws-sdk-unknown-unknown", "CLIENT_ID_NOT_APPLICABLE"
CODE_PLACE = "{####}"


@dataclass(frozen=True)
class Actor:
    """Whom a trigger is about: a user of a pool, and the client, which requests of administrators do not name."""

    pool: Pool
    client: AppClient | None
    user: CognitoIdpUser


@dataclass(frozen=True)
class Event:
    """What a trigger is told: `trigger` is its member of LambdaConfig; `response` has the members that it may set."""

    trigger: str
    source: str
    """Such as `SignUp`: the second half of `triggerSource`."""
    username: str
    request: Members
    response: Members = field(default_factory=dict)
    version: str = "1"
    prefix: str = ""
    """The first half of `triggerSource`, if it is not the name of the trigger."""


def has(pool: Pool, trigger: str) -> bool:
    """Whether a pool has a trigger."""
    return bool(pool.extended_config["LambdaConfig"].get(trigger))


def answer_of(pool: Pool, client: AppClient | None, event: Event) -> dict[str, Any] | None:
    """The response of a trigger; None if the pool does not have it.

    Raises:
        SandboxError: the function refuses, cannot be invoked, or answers something else than an event.
    """
    arn = pool.extended_config["LambdaConfig"].get(event.trigger)
    if not arn:
        return None
    outcome = _invoke(pool, arn, event.trigger, _told(pool, client, event))
    if outcome.error_type is not None:
        text = f"{event.trigger} failed with error {_message_in(outcome.payload)}."
        raise SandboxError("UserLambdaValidationException", text)
    try:
        response = json.loads(outcome.payload)["response"]
    except (ValueError, TypeError, KeyError):
        response = None
    if not isinstance(response, dict):
        raise unrecognizable()
    return response


def unrecognizable() -> SandboxError:
    """The error for a response that Cognito cannot use."""
    return SandboxError("InvalidLambdaResponseException", "Unrecognizable lambda output")


def attributes_of(user: CognitoIdpUser) -> dict[str, str]:
    """The attributes of a user, as triggers see them."""
    status = {"cognito:user_status": UserStatus(user.status).value}
    return {"sub": user.id, **status, **user.attribute_lookup}


def of_client(metadata: Members | None) -> dict[str, Any]:
    """The metadata that a client has sent for functions, as a member of the request of a trigger; none without any."""
    return {"clientMetadata": dict(metadata)} if metadata else {}


def about(
    actor: Actor, trigger: str, source: str, metadata: Members | None = None, **more: Any
) -> dict[str, Any] | None:
    """Run a trigger whose request has the attributes of a user and the metadata of the client; returns its response.

    Raises:
        SandboxError: as for `answer_of`.
    """
    request = {"userAttributes": attributes_of(actor.user), **more, **of_client(metadata)}
    return answer_of(actor.pool, actor.client, Event(trigger, source, actor.user.username, request))


def message(actor: Actor, source: str, metadata: Members | None = None) -> None:
    """Let the trigger write a message. None is sent, so that only its refusals are seen.

    Raises:
        SandboxError: as for `answer_of`.
    """
    name = "{username}" if source == "AdminCreateUser" else None
    places = {"codeParameter": CODE_PLACE, "linkParameter": "{##Click Here##}", "usernameParameter": name}
    request = {"userAttributes": attributes_of(actor.user), **places, **of_client(metadata)}
    may_set: Members = dict.fromkeys(("smsMessage", "emailMessage", "emailSubject"))
    event = Event("CustomMessage", source, actor.user.username, request, may_set)
    answer_of(actor.pool, actor.client, event)


def _told(pool: Pool, client: AppClient | None, event: Event) -> dict[str, Any]:
    return {
        "version": event.version,
        "region": pool.region,
        "userPoolId": pool.id,
        "userName": event.username,
        "callerContext": {"awsSdkVersion": CALLER, "clientId": client.id if client else NO_CLIENT},
        "triggerSource": f"{event.prefix or event.trigger}_{event.source}",
        "request": event.request,
        "response": event.response,
    }


def _invoke(pool: Pool, arn: str, trigger: str, event: Members) -> Outcome:
    for _ in range(TRIES):
        try:
            return invoke(arn, event, lambda functions: functions.allows(arn, PRINCIPAL, pool.arn), SECONDS)
        except CannotInvokeError as refused:
            raise _not_invoked(trigger, refused.code) from None
        except TooSlowError:
            continue
    raise _not_invoked(trigger, "Socket timeout while invoking Lambda function")


def _not_invoked(trigger: str, why: str) -> SandboxError:
    return SandboxError("UnexpectedLambdaException", f"{trigger} invocation failed due to error {why}.")


def _message_in(payload: str) -> str:
    """The message of the error that a function has raised."""
    try:
        return str(json.loads(payload)["errorMessage"])
    except (ValueError, TypeError, KeyError):
        return payload
