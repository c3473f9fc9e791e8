"""Passes over user pools: what an update would reset, attributes, factors, triggers, deletes, mistakes in the files."""

import json
from typing import Any

import pytest

from reconciler.desired import InvalidStack
from tests.resources.live_harness import LiveHarness, fields, messages

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
LEVEL = {"name": "level", "attribute_data_type": "Number", "mutable": True}
FREE = {"policy": {"protect": False}}


def pool(**settings: Any) -> dict[str, Any]:
    return {"cognito.user_pool": {"rally": settings}}


def live(harness: LiveHarness) -> dict[str, Any]:
    cognito = harness.client("cognito-idp")
    (row,) = cognito.list_user_pools(MaxResults=60)["UserPools"]
    return dict(cognito.describe_user_pool(UserPoolId=row["Id"])["UserPool"])


def greeting(harness: LiveHarness) -> dict[str, Any]:
    code = harness.directory / "code"
    code.mkdir(exist_ok=True)
    (code / "app.py").write_text("def handler(event, context): return event\n", encoding="utf-8")
    function = {"role": "${iam.role:greeting}", "runtime": "python3.13", "handler": "app.handler"}
    return {
        "iam.role": {"greeting": {"assume_role_policy_document": TRUST}},
        "lambda.function": {"greeting": {**function, "code": {"folder": "code"}}},
    }


def test_a_change_sends_everything_else_as_it_lives(harness: LiveHarness) -> None:
    """https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html"""
    harness.settle(pool(auto_verified_attributes=["email"]))
    cognito, made = harness.client("cognito-idp"), live(harness)
    by_hand = {
        "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True},
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
        "VerificationMessageTemplate": {"EmailMessage": "Code: {####}"},
    }
    cognito.update_user_pool(UserPoolId=made["Id"], **by_hand, UserPoolTags=made["UserPoolTags"])
    token = {"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": True}}
    cognito.set_user_pool_mfa_config(UserPoolId=made["Id"], **token)
    assert fields(harness.settle(pool(auto_verified_attributes=["email"]))) == ["auto_verified_attributes"]
    shown = live(harness)
    assert shown["DeviceConfiguration"] == by_hand["DeviceConfiguration"]
    assert shown["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"]
    assert shown["VerificationMessageTemplate"]["EmailMessage"] == "Code: {####}"
    assert shown["MfaConfiguration"] == "ON"
    passkeys = {"relying_party_id": "example.com"}
    harness.settle(pool(web_authn_configuration=passkeys))
    assert token.items() <= cognito.get_user_pool_mfa_config(UserPoolId=made["Id"]).items()


def test_attributes_are_added_and_nothing_else(harness: LiveHarness) -> None:
    harness.settle(pool(schema_attributes=[{"name": "email", "required": True, "mutable": True}]))
    before = live(harness)["Id"]
    harness.settle(pool(schema_attributes=[LEVEL]))
    assert [each[0] for each in harness.calls] == []
    harness.require_quiet(pool(schema_attributes=[]))
    changed = pool(schema_attributes=[{**LEVEL, "mutable": False}], **FREE)
    said = messages(harness.run(changed))
    assert "AWS cannot change schema_attributes; `policy: {replace: true}` deletes it" in said[0]
    changed["cognito.user_pool"]["rally"]["policy"] = {"protect": False, "replace": True}
    harness.settle(changed, guard={"max_deletes": 1})
    assert live(harness)["Id"] != before


def test_a_trigger_comes_with_its_permission(harness: LiveHarness) -> None:
    """https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-identity-pools-working-with-aws-lambda-triggers.html"""
    around = greeting(harness)
    wanted = {**around, **pool(lambda_config={"pre_sign_up": "greeting"}, **FREE)}
    harness.settle(wanted)
    functions, made = harness.client("lambda"), live(harness)
    arn = functions.get_function(FunctionName="greeting")["Configuration"]["FunctionArn"]
    assert made["LambdaConfig"] == {"PreSignUp": arn}

    def statements() -> list[dict[str, Any]]:
        return list(json.loads(functions.get_policy(FunctionName="greeting")["Policy"])["Statement"])

    (statement,) = statements()
    assert statement["Principal"] == {"Service": "cognito-idp.amazonaws.com"}
    assert statement["Condition"]["ArnLike"]["AWS:SourceArn"] == made["Arn"]
    functions.remove_permission(FunctionName="greeting", StatementId=statement["Sid"])
    assert fields(harness.settle(wanted)) == ["lambda_config.pre_sign_up"]
    assert [each["Sid"] for each in statements()] == [statement["Sid"]]
    harness.settle({**around, **pool(lambda_config={"pre_sign_up": None}, **FREE)})
    assert live(harness)["LambdaConfig"] == {}
    harness.settle(wanted)
    harness.settle(around, prune=True, guard={"max_deletes": 1})
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        statements()


def test_a_pool_is_deleted_with_its_domain_and_never_while_it_is_protected(harness: LiveHarness) -> None:
    harness.settle(pool(deletion_protection="ACTIVE", **FREE))
    cognito, made = harness.client("cognito-idp"), live(harness)
    cognito.create_user_pool_domain(UserPoolId=made["Id"], Domain="rally")
    pruned: dict[str, Any] = {"prune": True, "guard": {"max_deletes": 9, "max_percent": 100}}
    assert "deletion_protection is ACTIVE" in messages(harness.run({}, **pruned))[0]
    assert live(harness)["Domain"] == "rally"
    cognito.update_user_pool(UserPoolId=made["Id"], UserPoolTags=made["UserPoolTags"])
    assert harness.run({}, **pruned).outcome == "settled"
    assert cognito.list_user_pools(MaxResults=60)["UserPools"] == []


def test_another_pool_of_the_same_name_is_not_ours(harness: LiveHarness) -> None:
    cognito, plain = harness.client("cognito-idp"), pool(auto_verified_attributes=["email"])
    theirs = cognito.create_user_pool(PoolName="rally", UserPoolTags={"reconciler:stack": "other/dev"})
    harness.settle(plain)
    ids = {each["Id"] for each in cognito.list_user_pools(MaxResults=60)["UserPools"]}
    assert len(ids) == 2
    shown = cognito.describe_user_pool(UserPoolId=theirs["UserPool"]["Id"])["UserPool"]
    assert "AutoVerifiedAttributes" not in shown


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"policies": {"password_policy": {"minimum_length": 5}}},
            "expected 6 or more",
        ),
        ({"alias_attributes": ["email"], "username_attributes": ["email"]}, "leave out one of them"),
        ({"schema_attributes": [{**LEVEL, "required": True}]}, "requires no custom attribute"),
        ({"schema_attributes": [{"name": "level"}]}, "needs attribute_data_type"),
        ({"schema_attributes": [{**LEVEL, "name": "custom:level"}]}, "AWS puts custom:"),
        ({"mfa_configuration": "ON"}, "needs a second factor"),
        ({"software_token_mfa_configuration": {"enabled": True}}, "write mfa_configuration: OPTIONAL or ON"),
        ({"email_configuration": {"email_sending_account": "DEVELOPER"}}, "needs source_arn"),
        ({"user_pool_add_ons": {"advanced_security_mode": "AUDIT"}}, "needs user_pool_tier: PLUS"),
        (
            {"lambda_config": {"custom_sms_sender": {"lambda_version": "V1_0", "lambda_arn": "x"}}},
            "x",
        ),
        ({"verification_message_template": {"sms_message": "Your code"}}, "a text with {####}"),
    ],
)
def test_mistakes_are_found_before_any_call(
    harness: LiveHarness, settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidStack, match=r"resources.yaml:\d+:\d+: ") as invalid:
        harness.run(pool(**settings))
    assert said in str(invalid.value)
    assert harness.calls == []
