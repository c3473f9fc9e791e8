"""User pools run the functions that they name as triggers, with AWS's events, and do what these answer.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from reconciler.sandbox.moto_patches.cognito.srp import G, N
from reconciler.sandbox.moto_patches.cognito.users import CODE
from reconciler.sandbox.moto_patches.cognito.verification import unverified
from reconciler.sandbox.process_state import ProcessState
from reconciler.sandbox.server import serve
from tests.sandbox.conftest import client_of
from tests.sandbox.held_clock import HeldClock
from tests.sandbox.lambda_programs import zipped
from tests.sandbox.refusals import refusal
from tests.sandbox.stage_calls import LOGS_TRUST
from tests.sandbox.test_cognito_sign_in import MINE, NAME, ONE_TRY, PASSWORD, REGION, Rally, proof

ACCOUNT = "123456789012"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:"
FLOWS = [f"ALLOW_{each}_AUTH" for each in ("USER_PASSWORD", "ADMIN_USER_PASSWORD", "CUSTOM", "REFRESH_TOKEN")]
CALLER = {"awsSdkVersion": "aws-sdk-unknown-unknown"}
PROGRAM = """
import json, time

def handler(event, context):
    print("event " + json.dumps(event))
    request = event["request"]
    do = {**(request.get("validationData") or {}), **(request.get("clientMetadata") or {})}
    mine = do.get(event["triggerSource"], "")
    if mine == "raise":
        raise ValueError("not today")
    if mine == "nothing":
        return {}
    if mine == "sleep":
        time.sleep(3600)
    if mine:
        event["response"] = json.loads(mine)
    if event["triggerSource"] == "DefineAuthChallenge_Authentication":
        event["response"] = decided(request["session"])
    if event["triggerSource"] == "CreateAuthChallenge_Authentication":
        event["response"] = {
            "publicChallengeParameters": {"question": "2 + 2"}, "privateChallengeParameters": {"answer": "4"},
            "challengeMetadata": "SUM",
        }
    if event["triggerSource"] == "VerifyAuthChallengeResponse_Authentication":
        right = request["privateChallengeParameters"]["answer"]
        event["response"]["answerCorrect"] = request["challengeAnswer"] == right
    return event

def decided(session):
    if session and session[-1]["challengeName"] == "SRP_A":
        return {"challengeName": "PASSWORD_VERIFIER"}
    if session and session[-1]["challengeName"] == "CUSTOM_CHALLENGE" and session[-1]["challengeResult"]:
        return {"issueTokens": True, "failAuthentication": False}
    if len([each for each in session if not each["challengeResult"]]) > 1:
        return {"issueTokens": False, "failAuthentication": True}
    return {"challengeName": "CUSTOM_CHALLENGE"}
"""


@dataclass
class Place:
    """A sandbox with a function, a pool whose triggers are this function, and what the function was told."""

    rally: Rally
    clock: HeldClock
    logs: Any
    functions: Any
    seen: int = 0

    def make(self, *triggers: str, **settings: Any) -> "Place":
        """A new pool; the function may be invoked by it."""
        made = dict.fromkeys(triggers, f"{ARN}f")
        self.rally.make(
            LambdaConfig={**made, **settings},
            client={"ExplicitAuthFlows": FLOWS, "PreventUserExistenceErrors": "LEGACY"},
        )
        statement = self.rally.pool["Id"].partition("_")[2]
        self.functions.add_permission(
            FunctionName="f", StatementId=statement, Action="lambda:InvokeFunction",
            Principal="cognito-idp.amazonaws.com", SourceArn=self.rally.pool["Arn"],
        )  # fmt: skip
        self.told()
        return self

    def told(self) -> list[dict[str, Any]]:
        """The events since the last look."""
        found = self.logs.filter_log_events(logGroupName="/aws/lambda/f")["events"]
        events = [json.loads(each["message"][6:]) for each in found if each["message"].startswith("event ")]
        new, self.seen = events[self.seen :], len(events)
        return new

    def sources(self) -> list[str]:
        return [each["triggerSource"] for each in self.told()]

    def join(self, **do: str) -> dict[str, Any]:
        given = {"ClientId": self.rally.client, "Username": NAME, "Password": PASSWORD}
        found: dict[str, Any] = self.rally.app.sign_up(**given, ClientMetadata=do)
        return found

    def start(self, flow: str, do: Any = None, **given: str) -> dict[str, Any]:
        found: dict[str, Any] = self.rally.app.initiate_auth(
            ClientId=self.rally.client, AuthFlow=flow, AuthParameters=given or MINE, ClientMetadata=do or {}
        )
        return found

    def respond(self, asked: dict[str, Any], do: Any = None, **given: str) -> Any:
        return self.rally.app.respond_to_auth_challenge(
            ClientId=self.rally.client, ChallengeName=asked["ChallengeName"], Session=asked["Session"],
            ChallengeResponses={"USERNAME": NAME, **given}, ClientMetadata=do or {},
        )  # fmt: skip

    def refused(self, operation: str, **given: Any) -> tuple[str, str]:
        return refusal(self.rally.app, operation, ClientId=self.rally.client, **given)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    clock = HeldClock()
    with serve(0, world=ProcessState(clock=clock)) as server:
        make = client_of(server.url)
        functions, iam = make("lambda"), make("iam")
        role = iam.create_role(RoleName="f", AssumeRolePolicyDocument=json.dumps(LOGS_TRUST))["Role"]["Arn"]
        functions.create_function(
            FunctionName="f", Role=role, Runtime="python3.13", Handler="app.handler",
            Code={"ZipFile": zipped(app=PROGRAM)}, Timeout=300,
        )  # fmt: skip
        make("logs").create_log_group(logGroupName="/aws/lambda/f")
        unsigned = Config(signature_version=UNSIGNED, retries=ONE_TRY)
        app = boto3.client("cognito-idp", region_name=REGION, endpoint_url=server.url, config=unsigned)
        rally = Rally(server.url, clock, make("cognito-idp"), app)
        yield Place(rally, clock, make("logs"), functions)


def test_functions_around_a_sign_up(place: Place) -> None:
    rally = place.make("PreSignUp", "PostConfirmation", "CustomMessage").rally
    data = [{"Name": "PreSignUp_SignUp", "Value": "raise"}]
    join = {"Username": NAME, "Password": PASSWORD}
    refused = ("UserLambdaValidationException", "PreSignUp failed with error not today.")
    assert place.refused("sign_up", **join, ValidationData=data) == refused
    (event,) = place.told()
    assert event == {
        "version": "1",
        "region": REGION,
        "userPoolId": rally.pool["Id"],
        "userName": event["userName"],
        "callerContext": {**CALLER, "clientId": rally.client},
        "triggerSource": "PreSignUp_SignUp",
        "request": {"userAttributes": {"email": NAME}, "validationData": {"PreSignUp_SignUp": "raise"}},
        "response": {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False},
    }
    for answer in ("nothing", '{"autoVerifyPhone": true}'):
        wrong = place.refused("sign_up", **join, ClientMetadata={"PreSignUp_SignUp": answer})
        assert wrong == ("InvalidLambdaResponseException", "Unrecognizable lambda output")
    place.told()

    made = place.join()
    assert (made["UserConfirmed"], made["CodeDeliveryDetails"]["DeliveryMedium"]) == (False, "EMAIL")
    before, message = place.told()
    assert before["userName"] == message["userName"] == made["UserSub"]
    assert message["triggerSource"] == "CustomMessage_SignUp"
    assert message["request"] == {
        "userAttributes": {"sub": made["UserSub"], "cognito:user_status": "UNCONFIRMED", "email": NAME},
        "codeParameter": "{####}",
        "linkParameter": "{##Click Here##}",
        "usernameParameter": None,
    }
    assert message["response"] == {"smsMessage": None, "emailMessage": None, "emailSubject": None}
    at = {"ClientId": rally.client, "Username": NAME}
    rally.app.resend_confirmation_code(**at)
    rally.app.confirm_sign_up(**at, ConfirmationCode=CODE, ClientMetadata={"from": "app"})
    rally.app.forgot_password(**at)
    rally.app.confirm_forgot_password(**at, ConfirmationCode=CODE, Password=PASSWORD)
    again, confirmed, *forgotten = place.told()
    assert again["triggerSource"] == "CustomMessage_ResendCode"
    assert confirmed["triggerSource"] == "PostConfirmation_ConfirmSignUp"
    attributes = {"email": NAME, "email_verified": "true", "cognito:user_status": "CONFIRMED"}
    assert confirmed["request"] == {
        "userAttributes": {"sub": made["UserSub"], **attributes}, "clientMetadata": {"from": "app"},
    }  # fmt: skip
    assert [each["triggerSource"] for each in forgotten] == [
        "CustomMessage_ForgotPassword",
        "PostConfirmation_ConfirmForgotPassword",
    ]


def test_a_function_may_confirm_who_signs_up(place: Place) -> None:
    rally = place.make("PreSignUp", "PostConfirmation", "CustomMessage").rally
    made = place.join(PreSignUp_SignUp='{"autoConfirmUser": true, "autoVerifyEmail": true}')
    assert made["UserConfirmed"] is True
    assert place.sources() == ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]
    token = place.start("USER_PASSWORD_AUTH")["AuthenticationResult"]["AccessToken"]
    shown = {each["Name"]: each["Value"] for each in rally.app.get_user(AccessToken=token)["UserAttributes"]}
    assert shown["email_verified"] == "true"

    at = {"UserPoolId": rally.pool["Id"], "Username": "ops@example.com"}
    user = rally.admin.admin_create_user(**at, TemporaryPassword=PASSWORD)["User"]
    assert (user["UserStatus"], user["Enabled"]) == ("FORCE_CHANGE_PASSWORD", True)
    before, message = place.told()
    assert before["callerContext"]["clientId"] == "CLIENT_ID_NOT_APPLICABLE"
    assert before["triggerSource"] == "PreSignUp_AdminCreateUser"
    assert message["triggerSource"] == "CustomMessage_AdminCreateUser"
    assert message["request"]["usernameParameter"] == "{username}"
    rally.admin.admin_create_user(**at, MessageAction="RESEND")
    assert place.sources() == ["CustomMessage_AdminCreateUser"]
    other = {**at, "Username": "silent@example.com"}
    rally.admin.admin_create_user(**other, MessageAction="SUPPRESS")
    assert place.sources() == ["PreSignUp_AdminCreateUser"]
    resend = {**at, "Username": NAME, "MessageAction": "RESEND"}
    assert refusal(rally.admin, "admin_create_user", **resend)[0] == "UnsupportedUserStateException"


def test_functions_around_a_sign_in_change_tokens(place: Place) -> None:
    place.make("PreAuthentication", "PostAuthentication", "PreTokenGeneration")
    rally, sub = place.rally, place.rally.join()
    group = {"UserPoolId": rally.pool["Id"], "GroupName": "admins"}
    rally.admin.create_group(**group)
    rally.admin.admin_add_user_to_group(**group, Username=NAME)
    asked = {"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": MINE}
    refused = place.refused(
        "initiate_auth", **asked, ClientMetadata={"PreAuthentication_Authentication": "raise"}
    )
    assert refused == ("UserLambdaValidationException", "PreAuthentication failed with error not today.")
    place.told()
    found = place.start("USER_PASSWORD_AUTH", {"k": "v"})["AuthenticationResult"]
    before, after, tokens = place.told()
    attributes = {
        "sub": sub, "cognito:user_status": "CONFIRMED", "email": NAME, "email_verified": "true",
    }  # fmt: skip
    assert before["request"] == {"userAttributes": attributes, "validationData": {"k": "v"}}
    assert after["request"] == {"userAttributes": attributes, "newDeviceUsed": False}
    assert (tokens["version"], tokens["triggerSource"]) == ("1", "TokenGeneration_Authentication")
    groups = {"groupsToOverride": ["admins"], "iamRolesToOverride": [], "preferredRole": None}
    assert tokens["request"] == {"userAttributes": attributes, "groupConfiguration": groups}
    assert tokens["response"] == {"claimsOverrideDetails": None}
    changed = {
        "claimsToAddOrOverride": {"seat": "7", "sub": "another", "email": "x@example.com"},
        "claimsToSuppress": ["email_verified", "iss"],
        "groupOverrideDetails": {"groupsToOverride": ["staff"], "preferredRole": "arn:aws:iam::1:role/r"},
    }
    do = {"TokenGeneration_RefreshTokens": json.dumps({"claimsOverrideDetails": changed})}
    renewed = rally.app.get_tokens_from_refresh_token(
        ClientId=rally.client, RefreshToken=found["RefreshToken"], ClientMetadata=do
    )["AuthenticationResult"]
    plain, identity = (unverified(each["IdToken"]) or {} for each in (found, renewed))
    assert identity["iss"] == plain["iss"]
    assert (identity["seat"], identity["sub"], identity["email"]) == ("7", sub, "x@example.com")
    assert "email_verified" in plain.keys() - identity.keys()
    assert (identity["cognito:groups"], identity["cognito:preferred_role"]) == (
        ["staff"],
        "arn:aws:iam::1:role/r",
    )
    access = unverified(renewed["AccessToken"]) or {}
    assert (access["cognito:groups"], access.get("seat")) == (["staff"], None)


def test_later_versions_also_change_access_tokens(place: Place) -> None:
    place.make(PreTokenGenerationConfig={"LambdaVersion": "V2_0", "LambdaArn": f"{ARN}f"})
    place.rally.join()
    token = place.start("USER_PASSWORD_AUTH")["AuthenticationResult"]["RefreshToken"]
    (event,) = place.told()
    assert (event["version"], event["request"]["scopes"]) == ("2", ["aws.cognito.signin.user.admin"])
    change = {
        "accessTokenGeneration": {
            "claimsToAddOrOverride": {"level": 3, "scope": "all", "client_id": "another"},
            "claimsToSuppress": ["event_id", "username"],
            "scopesToAdd": ["rally/write"],
            "scopesToSuppress": ["aws.cognito.signin.user.admin"],
        },
        "idTokenGeneration": {"claimsToAddOrOverride": {"seat": {"row": 7}}},
        "groupOverrideDetails": None,
    }
    for answer, right in ((change, True), ({"idTokenGeneration": {"claimsToSuppress": "all"}}, False)):
        do = {"TokenGeneration_RefreshTokens": json.dumps({"claimsAndScopeOverrideDetails": answer})}
        given = {"RefreshToken": token, "ClientMetadata": do}
        if not right:
            refused = place.refused("get_tokens_from_refresh_token", **given)
            assert refused[0] == "InvalidLambdaResponseException"
            continue
        found = place.rally.app.get_tokens_from_refresh_token(ClientId=place.rally.client, **given)
        result = found["AuthenticationResult"]
        access, identity = (unverified(result[each]) or {} for each in ("AccessToken", "IdToken"))
        assert (access["level"], access["scope"], access["client_id"]) == (
            3,
            "rally/write",
            place.rally.client,
        )
        assert {"event_id", "username"} <= access.keys()
        assert (identity["seat"], "cognito:groups" in identity) == ({"row": 7}, False)


def test_a_function_brings_users_from_another_directory(place: Place) -> None:
    rally = place.make("UserMigration").rally
    source = "UserMigration_Authentication"
    unknown = {"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": MINE}
    for answer in ("", "raise", "nothing"):
        code, text = place.refused("initiate_auth", **unknown, ClientMetadata={source: answer})
        assert code == "UserNotFoundException"
        assert text == f"Exception migrating user in app client {rally.client}"
    place.told()
    moved = {
        "userAttributes": {"email": NAME, "email_verified": "true", "name": "Ada"},
        "messageAction": "SUPPRESS",
    }
    whole = json.dumps({**moved, "finalUserStatus": "CONFIRMED"})
    assert place.start("USER_PASSWORD_AUTH", {source: whole})["AuthenticationResult"]
    (event,) = place.told()
    assert event["userName"] == NAME
    assert event["request"] == {
        "password": PASSWORD,
        "validationData": {source: whole},
        "userAttributes": None,
    }
    assert place.start("USER_PASSWORD_AUTH")["AuthenticationResult"]
    assert place.told() == []

    other = {"ClientId": rally.client, "Username": "bob@example.com"}
    moved["userAttributes"] = {"email": "bob@example.com", "email_verified": "true"}
    rally.app.forgot_password(**other, ClientMetadata={"UserMigration_ForgotPassword": json.dumps(moved)})
    rally.app.confirm_forgot_password(**other, ConfirmationCode=CODE, Password=PASSWORD)
    bob = {"USERNAME": "bob@example.com", "PASSWORD": PASSWORD}
    assert place.start("USER_PASSWORD_AUTH", **bob)["AuthenticationResult"]


def test_functions_define_challenges(place: Place) -> None:
    place.make("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
    sub = place.rally.join()
    asked = place.start("CUSTOM_AUTH", USERNAME=NAME)
    assert asked["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert asked["ChallengeParameters"] == {"USERNAME": sub, "question": "2 + 2"}
    define, create = place.told()
    assert define["request"]["session"] == []
    assert define["response"] == dict.fromkeys(("challengeName", "issueTokens", "failAuthentication"))
    assert create["request"]["challengeName"] == "CUSTOM_CHALLENGE"
    again = place.respond(asked, {"k": "v"}, ANSWER="5")
    verify, define, _ = place.told()
    assert verify["request"]["privateChallengeParameters"] == {"answer": "4"}
    assert (verify["request"]["challengeAnswer"], verify["request"]["clientMetadata"]) == ("5", {"k": "v"})
    wrong = {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": False, "challengeMetadata": "SUM"}
    assert define["request"]["session"] == [wrong]
    assert place.respond(again, ANSWER="4")["AuthenticationResult"]["TokenType"] == "Bearer"

    # The password first, by SRP; then a question, which is answered wrongly twice.
    secret = 3
    begun = place.start("CUSTOM_AUTH", USERNAME=NAME, CHALLENGE_NAME="SRP_A", SRP_A=f"{pow(G, secret, N):x}")
    parameters, pool = begun["ChallengeParameters"], place.rally.pool["Id"]
    question = place.respond(begun, **proof(parameters, pool, PASSWORD, secret))
    assert question["ChallengeName"] == "CUSTOM_CHALLENGE"
    question = place.respond(question, ANSWER="5")
    last = {"ChallengeName": "CUSTOM_CHALLENGE", "Session": question["Session"]}
    answer = {"USERNAME": NAME, "ANSWER": "5"}
    assert place.refused("respond_to_auth_challenge", **last, ChallengeResponses=answer) == (
        "NotAuthorizedException",
        "Incorrect username or password.",
    )
    place.make()
    place.rally.join()
    text = "Custom auth lambda trigger is not configured for the user pool."
    none = {"AuthFlow": "CUSTOM_AUTH", "AuthParameters": {"USERNAME": NAME}}
    assert place.refused("initiate_auth", **none) == ("InvalidParameterException", text)


def test_a_function_that_cannot_be_invoked_is_an_error(place: Place) -> None:
    rally, unexpected = place.make("PreSignUp").rally, "UnexpectedLambdaException"
    join = {"Username": NAME, "Password": PASSWORD}
    place.clock.step = 1.0
    try:
        late = place.refused("sign_up", **join, ClientMetadata={"PreSignUp_SignUp": "sleep"})
    finally:
        place.clock.step = 0.0
    text = "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function."
    assert late == (unexpected, text)
    statement = rally.pool["Id"].partition("_")[2]
    place.functions.remove_permission(FunctionName="f", StatementId=statement)
    text = "PreSignUp invocation failed due to error AccessDeniedException."
    assert place.refused("sign_up", **join) == (unexpected, text)
    place.make(PreSignUp=f"{ARN}missing")
    text = "PreSignUp invocation failed due to error ResourceNotFoundException."
    assert place.refused("sign_up", **join) == (unexpected, text)
    rally.make(LambdaConfig={}, client={"PreventUserExistenceErrors": "ENABLED", "ExplicitAuthFlows": FLOWS})
    unknown = {"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": MINE}
    assert place.refused("initiate_auth", **unknown)[0] == "NotAuthorizedException"
