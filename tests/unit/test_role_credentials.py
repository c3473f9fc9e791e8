"""The role of an environment: assumed before any other call, and renewed in time."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from reconciler.aws.redaction import SECRETS
from reconciler.aws.role_credentials import EARLY
from reconciler.errors import ASSUME, CallError, Refused
from reconciler.reconcile import wrong_account
from reconciler.stack import Role, Stack
from reconciler.stack_json import stack_data, stack_from, stack_text
from tests.unit.aws_toys import SENTINEL, account, answered_by

ROLE = Role("arn:aws:iam::111111111111:role/reconciler", "reconciler-shop-dev", "acme")
IDENTITY = (
    b"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111111111111</Account>"
    b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
)
DENIED = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>"


def credentials(number: int, end: str) -> bytes:
    """STS's reply with the credentials of this number."""
    return (
        "<AssumeRoleResponse><AssumeRoleResult><Credentials>"
        f"<AccessKeyId>ASIA{number}</AccessKeyId><SecretAccessKey>{SENTINEL}</SecretAccessKey>"
        f"<SessionToken>token{number}</SessionToken><Expiration>{end}</Expiration>"
        "</Credentials></AssumeRoleResult></AssumeRoleResponse>"
    ).encode()


class Sts:
    """An account that STS answers; it records the operations with the access key that signed them."""

    def __init__(self) -> None:
        self.end = "1970-01-01T01:00:00Z"
        self.calls: list[tuple[str, str]] = []
        self.asked: list[dict[str, Any]] = []
        self.denies = False
        self.account = account(self.answer)
        self.account.assume(ROLE)
        self.account.session.events.register("before-send.*", answered_by(self.answer))

    def answer(self, request: Any) -> tuple[int, bytes]:
        body = request.body.decode() if isinstance(request.body, bytes) else request.body
        asked = {name: values[0] for name, values in parse_qs(body).items()}
        signed = request.headers["Authorization"].decode().partition("Credential=")[2].partition("/")[0]
        self.calls.append((asked["Action"], signed))
        self.asked.append(asked)
        if asked["Action"] == "GetCallerIdentity":
            return 200, IDENTITY
        if self.denies:
            return 403, DENIED
        return 200, credentials(len(self.calls), self.end)


OWN = "AKIAIOSFODNN7EXAMPLE"


def test_the_role_is_assumed_once_before_any_other_call() -> None:
    at = Sts()
    assert at.account.identity() == "111111111111"
    assert at.account.identity() == "111111111111"
    assert at.calls == [
        ("AssumeRole", OWN),
        ("GetCallerIdentity", "ASIA1"),
        ("GetCallerIdentity", "ASIA1"),
    ]
    assert {
        "RoleArn": ROLE.arn,
        "RoleSessionName": ROLE.session_name,
        "ExternalId": "acme",
    }.items() <= at.asked[0].items()
    assert at.account.tally.calls == {"sts:AssumeRole": 1, "sts:GetCallerIdentity": 2}
    assert at.account.tally.mutating == 0


def test_it_is_renewed_before_it_ends() -> None:
    at = Sts()
    at.account.identity()
    at.account.clock.sleep(3600 - EARLY + 1)
    at.end = "1970-01-01T02:00:00Z"
    at.account.identity()
    assert [signed for _, signed in at.calls] == [OWN, "ASIA1", OWN, "ASIA3"]


def test_while_it_is_valid_it_is_used_though_it_cannot_be_renewed() -> None:
    at = Sts()
    at.account.identity()
    at.denies = True
    at.account.clock.sleep(3600 - EARLY + 1)
    assert at.account.identity() == "111111111111"
    at.account.clock.sleep(EARLY)
    with pytest.raises(Refused):
        at.account.identity()


def test_a_role_that_may_not_be_assumed_is_named() -> None:
    at = Sts()
    at.denies = True
    with pytest.raises(CallError) as told:
        at.account.identity()
    assert (told.value.operation, told.value.code) == (ASSUME, "AccessDenied")
    stack = Stack("shop", "dev", "111111111111", "eu-west-2", {}, role=ROLE)
    outcome, why = wrong_account(at.account, stack)
    assert (outcome, "\n" in why) == ("refused", False)
    assert why.startswith(
        "role arn:aws:iam::111111111111:role/reconciler cannot be assumed with these credentials: "
        "assume_role: AccessDenied: not authorized to perform: sts:AssumeRole"
    )
    assert {operation for operation, _ in at.calls} == {"AssumeRole"}


def test_a_stack_keeps_its_role_as_text() -> None:
    for role in (ROLE, None):
        stack = Stack("shop", "dev", "111111111111", "eu-west-2", {}, role=role)
        assert stack_from(stack_text(stack)).role == role
    former = stack_data(stack)
    del former["role"]  # of an earlier release
    assert stack_from(json.dumps(former)).role is None


def test_credentials_of_a_role_are_hidden() -> None:
    at = Sts()
    at.account.identity()
    hidden = SECRETS.text(f"sent {SENTINEL} with token1")
    assert SENTINEL not in hidden
    assert "token1" not in hidden
