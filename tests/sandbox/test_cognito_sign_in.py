"""People sign up and sign in to a user pool over HTTP, and their tokens are as AWS makes them.

Sources: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html,
https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
"""

import base64
import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from joserfc import jwt
from joserfc.jwk import KeySet

from reconciler.sandbox.moto_patches.cognito.one_time_codes import code_at
from reconciler.sandbox.moto_patches.cognito.srp import G, N, padded
from reconciler.sandbox.moto_patches.cognito.users import CODE
from reconciler.sandbox.moto_patches.cognito.verification import unverified, verify
from reconciler.sandbox.process_state import ProcessState
from reconciler.sandbox.server import serve
from tests.sandbox.held_clock import HeldClock
from tests.sandbox.refusals import refusal, refused

REGION, NAME, PASSWORD = "eu-west-2", "ada@example.com", "Passw0rd!"
FLOWS = ["USER_PASSWORD_AUTH", "USER_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH"]
MINE = {"USERNAME": NAME, "PASSWORD": PASSWORD}
DENIED = "NotAuthorizedException"
ONE_TRY = {"total_max_attempts": 1}


@dataclass
class Rally:
    """A pool with a client, an administrator, and an app whose requests are not signed."""

    url: str
    clock: HeldClock
    admin: Any
    app: Any
    pool: dict[str, Any] = field(default_factory=dict)
    client: str = ""

    def make(self, client: dict[str, Any] | None = None, **settings: Any) -> "Rally":
        made = {"AutoVerifiedAttributes": ["email"], "UsernameAttributes": ["email"], **settings}
        self.pool = self.admin.create_user_pool(PoolName="rally", **made)["UserPool"]
        flows = [f"ALLOW_{each}" for each in FLOWS]
        found = self.admin.create_user_pool_client(
            UserPoolId=self.pool["Id"], ClientName="app", **{"ExplicitAuthFlows": flows, **(client or {})}
        )
        self.client = found["UserPoolClient"]["ClientId"]
        return self

    def join(self) -> str:
        """Sign up, and confirm."""
        sub = self.app.sign_up(ClientId=self.client, Username=NAME, Password=PASSWORD)["UserSub"]
        self.app.confirm_sign_up(ClientId=self.client, Username=NAME, ConfirmationCode=CODE)
        return str(sub)

    def sign_in(self, flow: str = "USER_PASSWORD_AUTH", **parameters: str) -> dict[str, Any]:
        found = self.app.initiate_auth(ClientId=self.client, AuthFlow=flow, AuthParameters=parameters or MINE)
        return dict(found.get("AuthenticationResult") or found)

    def denied(self, operation: str, **parameters: Any) -> str:
        return refused(self.app, operation, **parameters)


@pytest.fixture
def empty() -> Iterator[Rally]:
    clock = HeldClock()
    with serve(0, world=ProcessState(clock=clock)) as server:
        shared = {"region_name": REGION, "endpoint_url": server.url}
        keys = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "secret"}
        admin = boto3.client("cognito-idp", **shared, **keys, config=Config(retries=ONE_TRY))
        unsigned = Config(signature_version=UNSIGNED, retries=ONE_TRY)
        yield Rally(server.url, clock, admin, boto3.client("cognito-idp", **shared, config=unsigned))


@pytest.fixture
def rally(empty: Rally) -> Rally:
    return empty.make()


def test_sign_up_and_confirmation(rally: Rally) -> None:
    weak = {"ClientId": rally.client, "Username": NAME, "Password": "weak"}
    assert rally.denied("sign_up", **weak) == "InvalidPasswordException"
    made = rally.app.sign_up(ClientId=rally.client, Username=NAME, Password=PASSWORD)
    assert made["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
    again = {"ClientId": rally.client, "Username": NAME, "Password": PASSWORD}
    assert rally.denied("sign_up", **again) == "UsernameExistsException"
    sign_in = {"ClientId": rally.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": MINE}
    assert rally.denied("initiate_auth", **sign_in) == "UserNotConfirmedException"
    confirm = {"ClientId": rally.client, "Username": NAME}
    assert rally.denied("confirm_sign_up", **confirm, ConfirmationCode="000000") == "CodeMismatchException"
    rally.clock.now += 24 * 3600
    assert rally.denied("confirm_sign_up", **confirm, ConfirmationCode=CODE) == "ExpiredCodeException"
    rally.app.resend_confirmation_code(**confirm)
    rally.app.confirm_sign_up(**confirm, ConfirmationCode=CODE)
    assert rally.denied("confirm_sign_up", **confirm, ConfirmationCode=CODE) == DENIED
    shown = rally.app.get_user(AccessToken=rally.sign_in()["AccessToken"])
    attributes = {each["Name"]: each["Value"] for each in shown["UserAttributes"]}
    assert attributes == {"sub": made["UserSub"], "email": NAME, "email_verified": "true"}


def test_the_claims_of_tokens(rally: Rally) -> None:
    sub, at = rally.join(), int(rally.clock.now)
    for name, rank in (("users", 5), ("admins", 1)):
        rally.admin.create_group(UserPoolId=rally.pool["Id"], GroupName=name, Precedence=rank)
        rally.admin.admin_add_user_to_group(UserPoolId=rally.pool["Id"], GroupName=name, Username=NAME)
    found = rally.sign_in()
    identity, access = (unverified(found[f"{each}Token"]) or {} for each in ("Id", "Access"))
    shared = {
        "sub": sub,
        "iss": f"https://cognito-idp.{REGION}.amazonaws.com/{rally.pool['Id']}",
        "cognito:groups": ["admins", "users"],
        "auth_time": at,
        "iat": at,
        "exp": at + 3600,
    }
    assert shared.items() <= access.items()
    assert shared.items() <= identity.items()
    assert (access["token_use"], access["client_id"], access["username"]) == ("access", rally.client, sub)
    assert access["scope"] == "aws.cognito.signin.user.admin"
    assert (identity["token_use"], identity["aud"], identity["cognito:username"]) == ("id", rally.client, sub)
    assert (identity["email"], identity["email_verified"]) == (NAME, True)
    assert found["ExpiresIn"] == 3600
    assert identity["origin_jti"] == access["origin_jti"] != identity["jti"]


def test_each_pool_has_a_key_of_its_own_and_serves_it(rally: Rally) -> None:
    rally.join()
    token, mine = rally.sign_in()["IdToken"], rally.pool["Id"]
    (other,) = [rally.admin.create_user_pool(PoolName="other")["UserPool"]["Id"]]

    def keys(pool: str) -> Any:
        with urllib.request.urlopen(f"{rally.url}/{pool}/.well-known/jwks.json") as reply:
            return json.load(reply)

    assert jwt.decode(token, KeySet.import_key_set(keys(mine))).claims["token_use"] == "id"
    assert keys(mine)["keys"][0]["kid"] != keys(other)["keys"][0]["kid"]
    with urllib.request.urlopen(f"{rally.url}/{mine}/.well-known/openid-configuration") as reply:
        assert json.load(reply)["jwks_uri"].endswith(f"{mine}/.well-known/jwks.json")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        keys(f"{REGION}_Nobody123")


def test_verify_says_why_a_token_is_refused(rally: Rally) -> None:
    rally.join()
    found, mine = rally.sign_in(), [rally.pool["Arn"]]
    identity, access = found["IdToken"], found["AccessToken"]
    other = rally.admin.create_user_pool(PoolName="other")["UserPool"]["Arn"]
    scope = ["aws.cognito.signin.user.admin"]
    assert verify(identity, mine).claims["email"] == NAME
    assert verify(access, [other, *mine], scope).claims["client_id"] == rally.client
    head, claims, signature = identity.split(".")
    forged = base64.urlsafe_b64encode(json.dumps({**(unverified(identity) or {}), "sub": "x"}).encode())
    reasons = {
        "malformed": verify("Bearer", mine),
        "unknown issuer": verify(identity, [other]),
        "invalid signature": verify(f"{head}.{forged.decode().rstrip('=')}.{signature}", mine),
        "wrong token use": verify(access, mine),
        "missing scope": verify(access, mine, ["api/read"]),
        "wrong audience": verify(identity, mine, audience=["another"]),
    }
    assert {name: each.reason for name, each in reasons.items()} == {name: name for name in reasons}
    assert verify(identity, mine, scope).reason == "wrong token use"
    assert verify(f"{head}.{claims}.AAAA", mine).reason == "invalid signature"
    rally.clock.now += 3600
    assert verify(identity, mine).reason == "expired"


def test_refresh_until_it_expires_or_is_revoked(rally: Rally) -> None:
    rally.join()
    first = rally.sign_in()
    rally.clock.now += 3600
    assert rally.denied("get_user", AccessToken=first["AccessToken"]) == DENIED
    fresh = rally.sign_in("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=first["RefreshToken"])
    before, after = (unverified(each["IdToken"]) or {} for each in (first, fresh))
    assert (after["auth_time"], after["iat"]) == (before["auth_time"], before["iat"] + 3600)
    assert "RefreshToken" not in fresh
    rally.app.revoke_token(Token=first["RefreshToken"], ClientId=rally.client)
    assert rally.denied("get_user", AccessToken=fresh["AccessToken"]) == DENIED
    again = rally.sign_in()
    rally.clock.now += 30 * 24 * 3600
    refresh = {"ClientId": rally.client, "AuthFlow": "REFRESH_TOKEN_AUTH"}
    late = {"AuthParameters": {"REFRESH_TOKEN": again["RefreshToken"]}}
    assert "expired" in refusal(rally.app, "initiate_auth", **refresh, **late)[1]


def test_rotation_of_refresh_tokens(empty: Rally) -> None:
    flows = [f"ALLOW_{each}" for each in FLOWS if not each.startswith("REFRESH")]
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
    rally = empty.make({"ExplicitAuthFlows": flows, "RefreshTokenRotation": rotation})
    rally.join()
    token = rally.sign_in()["RefreshToken"]
    fresh = rally.app.get_tokens_from_refresh_token(RefreshToken=token, ClientId=rally.client)
    assert fresh["AuthenticationResult"]["RefreshToken"] != token
    once = {"RefreshToken": token, "ClientId": rally.client}
    assert rally.denied("get_tokens_from_refresh_token", **once) == DENIED


def test_a_client_allows_only_its_own_flows(empty: Rally) -> None:
    rally = empty.make({"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]})
    rally.join()
    ask = {"ClientId": rally.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": MINE}
    assert "not enabled for this client" in refusal(rally.app, "initiate_auth", **ask)[1]
    as_admin = {**ask, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "UserPoolId": rally.pool["Id"]}
    assert refused(rally.admin, "admin_initiate_auth", **as_admin) == "InvalidParameterException"


def test_a_secret_is_required_and_who_is_missing_is_hidden(empty: Rally) -> None:
    flows = [f"ALLOW_{each}" for each in FLOWS]
    client = {"GenerateSecret": True, "PreventUserExistenceErrors": "ENABLED", "ExplicitAuthFlows": flows}
    rally = empty.make(client)
    at = {"UserPoolId": rally.pool["Id"], "ClientId": rally.client}
    secret = rally.admin.describe_user_pool_client(**at)["UserPoolClient"]["ClientSecret"]
    digest = hmac.new(secret.encode(), f"{NAME}{rally.client}".encode(), hashlib.sha256).digest()
    hashed = base64.b64encode(digest).decode()
    join = {"ClientId": rally.client, "Username": NAME, "Password": PASSWORD}
    assert rally.denied("sign_up", **join) == DENIED
    assert rally.denied("sign_up", **join, SecretHash="wrong") == DENIED
    ask = {"ClientId": rally.client, "AuthFlow": "USER_PASSWORD_AUTH"}
    known = {"AuthParameters": {**MINE, "SECRET_HASH": hashed}}
    assert rally.denied("initiate_auth", **ask, **known) == DENIED
    rally.app.sign_up(**join, SecretHash=hashed)
    rally.app.confirm_sign_up(ClientId=rally.client, Username=NAME, ConfirmationCode=CODE, SecretHash=hashed)
    assert rally.app.initiate_auth(**ask, **known)["AuthenticationResult"]["TokenType"] == "Bearer"


def proof(challenge: dict[str, str], pool: str, password: str, secret: int) -> dict[str, str]:
    """What a client answers to the challenge of SRP; its own value is `secret`."""
    mine, theirs = pow(G, secret, N), int(challenge["SRP_B"], 16)
    user, short = challenge["USER_ID_FOR_SRP"], pool.partition("_")[2]

    def number(data: bytes) -> int:
        return int.from_bytes(hashlib.sha256(data).digest(), "big")

    inner = hashlib.sha256(f"{short}{user}:{password}".encode()).digest()
    x = number(padded(int(challenge["SALT"], 16)) + inner)
    u, k = number(padded(mine) + padded(theirs)), number(padded(N) + padded(G))
    shared = pow(theirs - k * pow(G, x, N), secret + u * x, N)
    first = hmac.new(padded(u), padded(shared), hashlib.sha256).digest()
    key = hmac.new(first, b"Caldera Derived Key\x01", hashlib.sha256).digest()[:16]
    stamp = "Mon Nov 30 12:00:00 UTC 2026"
    said = f"{short}{user}".encode() + base64.b64decode(challenge["SECRET_BLOCK"]) + stamp.encode()
    signed = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return {
        "USERNAME": challenge["USERNAME"],
        "TIMESTAMP": stamp,
        "PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"],
        "PASSWORD_CLAIM_SIGNATURE": signed,
    }


@pytest.mark.parametrize("password", [PASSWORD, "Wrong0rd!"])
def test_srp_never_sends_the_password(rally: Rally, password: str) -> None:
    rally.join()
    secret = int.from_bytes(hashlib.sha512(b"a client's own").digest(), "big")
    asked = rally.sign_in("USER_SRP_AUTH", USERNAME=NAME, SRP_A=f"{pow(G, secret, N):x}")
    answer = proof(asked["ChallengeParameters"], rally.pool["Id"], password, secret)
    parameters = {
        "ClientId": rally.client,
        "ChallengeName": "PASSWORD_VERIFIER",
        "ChallengeResponses": answer,
    }
    if password == PASSWORD:
        found = rally.app.respond_to_auth_challenge(**parameters)["AuthenticationResult"]
        assert verify(found["IdToken"], [rally.pool["Arn"]]).valid
    assert rally.denied("respond_to_auth_challenge", **parameters) == DENIED


def test_a_user_of_an_administrator_chooses_a_password_first(rally: Rally) -> None:
    at = {"UserPoolId": rally.pool["Id"]}
    rally.admin.admin_create_user(**at, Username=NAME, TemporaryPassword=PASSWORD)
    asked = rally.admin.admin_initiate_auth(
        **at, ClientId=rally.client, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=MINE
    )
    assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    answer = {"ClientId": rally.client, "ChallengeName": asked["ChallengeName"], "Session": asked["Session"]}
    rally.clock.now += 60
    found = rally.admin.admin_respond_to_auth_challenge(
        **at, **answer, ChallengeResponses={"USERNAME": NAME, "NEW_PASSWORD": "An0ther!!"}
    )
    assert found["AuthenticationResult"]["TokenType"] == "Bearer"
    rally.admin.admin_set_user_password(**at, Username=NAME, Password=PASSWORD, Permanent=True)
    token = rally.sign_in()["AccessToken"]
    rally.app.global_sign_out(AccessToken=token)
    assert rally.denied("get_user", AccessToken=token) == DENIED
    rally.admin.admin_disable_user(**at, Username=NAME)
    ask = {"ClientId": rally.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": MINE}
    assert "disabled" in refusal(rally.app, "initiate_auth", **ask)[1]


def test_a_forgotten_password(rally: Rally) -> None:
    rally.join()
    at = {"ClientId": rally.client, "Username": NAME}
    rally.app.forgot_password(**at)
    rally.app.confirm_forgot_password(**at, ConfirmationCode=CODE, Password="An0ther!!")
    token = rally.sign_in(USERNAME=NAME, PASSWORD="An0ther!!")["AccessToken"]
    rally.app.change_password(AccessToken=token, PreviousPassword="An0ther!!", ProposedPassword=PASSWORD)
    assert rally.sign_in()["TokenType"] == "Bearer"


def test_an_authenticator_app(rally: Rally) -> None:
    rally.join()
    rally.admin.set_user_pool_mfa_config(
        UserPoolId=rally.pool["Id"],
        MfaConfiguration="ON",
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    asked = rally.sign_in()
    assert asked["ChallengeName"] == "MFA_SETUP"
    begun = rally.app.associate_software_token(Session=asked["Session"])
    code = code_at(begun["SecretCode"], rally.clock.now)
    done = rally.app.verify_software_token(Session=begun["Session"], UserCode=code)
    answer = {"ClientId": rally.client, "ChallengeName": "MFA_SETUP", "Session": done["Session"]}
    found = rally.app.respond_to_auth_challenge(**answer, ChallengeResponses={"USERNAME": NAME})
    assert found["AuthenticationResult"]["TokenType"] == "Bearer"
    asked = rally.sign_in()
    answer = {"ClientId": rally.client, "ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": asked["Session"]}
    given = {"USERNAME": NAME, "SOFTWARE_TOKEN_MFA_CODE": code}
    rally.clock.now += 90
    wrong = rally.denied("respond_to_auth_challenge", **answer, ChallengeResponses=given)
    assert wrong == "CodeMismatchException"
