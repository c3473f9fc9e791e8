"""Sign-in by challenges that functions define, create and verify.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-challenge.html
"""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.moto_patches.cognito.pools import Reply
from reconciler.sandbox.moto_patches.cognito.refusals import invalid, not_authorized
from reconciler.sandbox.moto_patches.cognito.sign_in_checks import (
    CUSTOM,
    VERIFIER,
    WRONG,
    Challenge,
    Given,
    History,
    ask,
)
from reconciler.sandbox.moto_patches.cognito.tokens import seconds
from reconciler.sandbox.moto_patches.cognito.triggers import (
    Actor,
    Event,
    answer_of,
    attributes_of,
    has,
    of_client,
    unrecognizable,
)
from reconciler.sandbox.sandbox_error import not_in_sandbox

DEFINE, CREATE, VERIFY = "DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"
TOKENS = "tokens"
KNOWN = (CUSTOM, VERIFIER)


def begun(given: Given) -> History:
    """The history of a sign-in that begins: a client may begin with its public value of SRP."""
    return (passed("SRP_A"),) if given.get("CHALLENGE_NAME") == "SRP_A" else ()


def passed(name: str, *, rightly: bool = True, metadata: str | None = None) -> Mapping[str, Any]:
    """A challenge that is answered, as functions see it."""
    return {"challengeName": name, "challengeResult": rightly, "challengeMetadata": metadata}


def decided(actor: Actor, history: History, metadata: Given) -> str:
    """What follows: `TOKENS`, or the name of a challenge.

    Raises:
        SandboxError: the sign-in has failed, or there is no function that decides.
    """
    request = {"userAttributes": attributes_of(actor.user), "session": [*history], **of_client(metadata)}
    members = ("challengeName", "issueTokens", "failAuthentication")
    answer = _ask(actor, DEFINE, request, members)
    if answer.get("failAuthentication"):
        raise not_authorized(WRONG)
    if answer.get("issueTokens"):
        return TOKENS
    name = answer.get("challengeName")
    if not isinstance(name, str):
        raise unrecognizable()
    if name not in KNOWN:
        raise not_in_sandbox("cognito-idp", f"{name} after a custom challenge")
    return name


def asked(actor: Actor, history: History, metadata: Given) -> Reply:
    """A new challenge, as the reply that asks it."""
    request = {
        "userAttributes": attributes_of(actor.user),
        "challengeName": CUSTOM,
        "session": [*history],
        **of_client(metadata),
    }
    members = ("publicChallengeParameters", "privateChallengeParameters", "challengeMetadata")
    answer = _ask(actor, CREATE, request, members)
    public, private = (answer.get(each) or {} for each in members[:2])
    if not isinstance(public, dict) or not isinstance(private, dict):
        raise unrecognizable()
    kept = Challenge(
        CUSTOM,
        actor.client.id if actor.client else "",
        actor.user.username,
        seconds(),
        history=history,
        private=private,
        note=answer.get("challengeMetadata"),
    )
    parameters = {"USERNAME": actor.user.username, **public}
    return {"ChallengeName": CUSTOM, "ChallengeParameters": parameters, "Session": ask(actor.pool, kept)}


def answered(actor: Actor, challenge: Challenge, given: Given, metadata: Given) -> History:
    """The history after the answer to a challenge.

    Raises:
        SandboxError: there is no answer.
    """
    if "ANSWER" not in given:
        raise invalid("Missing required parameter ANSWER")
    request = {
        "userAttributes": attributes_of(actor.user),
        "privateChallengeParameters": challenge.private,
        "challengeAnswer": given["ANSWER"],
        **of_client(metadata),
    }
    right = _ask(actor, VERIFY, request, ("answerCorrect",)).get("answerCorrect")
    return (*(challenge.history or ()), passed(CUSTOM, rightly=right is True, metadata=challenge.note))


def _ask(actor: Actor, trigger: str, request: Mapping[str, Any], members: tuple[str, ...]) -> dict[str, Any]:
    if not has(actor.pool, trigger):
        raise invalid("Custom auth lambda trigger is not configured for the user pool.")
    event = Event(trigger, "Authentication", actor.user.username, request, dict.fromkeys(members))
    return answer_of(actor.pool, actor.client, event) or {}
