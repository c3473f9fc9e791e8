"""cognito.user_pool."""

import json
from typing import Any

from reconciler.testing import Change, Given, Sample, Settings
from tests.contract.samples.lambda_function import TRUST

ACCOUNT = "123456789012"
SENDER = f"arn:aws:ses:eu-west-2:{ACCOUNT}:identity/example.com"
ROLE, OTHER_ROLE = (f"arn:aws:iam::{ACCOUNT}:role/{each}" for each in ("messages", "other-messages"))
UPDATE, MFA, ADD = ("UpdateUserPool",), ("SetUserPoolMfaConfig",), ("AddCustomAttributes",)
TRIGGER = "${lambda.function:greeting}"
FUNCTION = {
    "role": "${iam.role:greeting}",
    "runtime": "python3.13",
    "handler": "app.handler",
    "code": {"folder": "code/greeting"},
}
PERMIT, FORBID = ("AddPermission",), ("RemovePermission",)


def role(name: str) -> Given:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "cognito-idp.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    return Given("iam", "create_role", {"RoleName": name, "AssumeRolePolicyDocument": json.dumps(trust)})


def sms(role_arn: str) -> dict[str, Any]:
    return {"sns_caller_arn": role_arn, "external_id": "rally", "sns_region": "eu-west-2"}


def passwords(**more: object) -> Settings:
    return {
        "password_policy": {
            "minimum_length": 10,
            "require_uppercase": True,
            "require_lowercase": True,
            "require_numbers": True,
            "require_symbols": False,
            "password_history_size": 3,
            "temporary_password_validity_days": 3,
            **more,
        },
        "sign_in_policy": {"allowed_first_auth_factors": ["PASSWORD", "EMAIL_OTP"]},
    }


LEVEL = {
    "name": "level",
    "attribute_data_type": "Number",
    "developer_only_attribute": False,
    "mutable": True,
    "required": False,
    "number_attribute_constraints": {"min_value": 1, "max_value": 99},
}
NICK = {
    "name": "nick",
    "attribute_data_type": "String",
    "mutable": True,
    "string_attribute_constraints": {"min_length": 1, "max_length": 20},
}
EMAIL = {"name": "email", "required": True, "mutable": True}
MESSAGES = {
    "sms_message": "Your code: {####}",
    "email_message": "<p>Your code: {####}</p>",
    "email_subject": "Your code",
    "email_message_by_link": "<p>{##Confirm##}</p>",
    "email_subject_by_link": "Please confirm",
    "default_email_option": "CONFIRM_WITH_CODE",
}
TRIGGERS: dict[str, Any] = {
    "pre_sign_up": TRIGGER,
    "pre_token_generation_config": {"lambda_version": "V2_0", "lambda_arn": TRIGGER},
    "custom_sms_sender": {"lambda_version": "V1_0", "lambda_arn": TRIGGER},
    "kms_key_id": "${one_key}",
}
PLAIN = (
    *("custom_message", "post_confirmation", "pre_authentication", "post_authentication"),
    *("define_auth_challenge", "create_auth_challenge", "verify_auth_challenge_response", "user_migration"),
)
SENDERS = {
    each: {"lambda_version": "V1_0", "lambda_arn": TRIGGER}
    for each in ("custom_email_sender", "inbound_federation")
}
EUMS = {
    "caller_arn": ROLE,
    "external_id": "rally",
    "origination_identity": "RALLY",
    "configuration_set_name": "rally",
    "in_entity_id": "1",
    "in_template_id": "2",
    "region": "eu-west-2",
}
BY_EMAIL = "codes by e-mail"
EMAIL_SENDER = {
    "source_arn": SENDER,
    "reply_to_email_address": "help@example.com",
    "email_sending_account": "DEVELOPER",
    "from_address": "Rally <no-reply@example.com>",
    "configuration_set": "rally",
}
DCR = {
    "enable_status": "Enabled",
    "open_dcr_enabled": False,
    "authenticated_grant_types": ["code"],
    "open_dcr_grant_types": ["implicit"],
    "allowed_scopes": ["openid"],
}
RECOVERY = [{"priority": 1, "name": "verified_email"}, {"priority": 2, "name": "verified_phone_number"}]

SAMPLE = Sample(
    name="rally users",
    around={
        "iam.role": {"greeting": {"assume_role_policy_document": TRUST}},
        "lambda.function": {"greeting": FUNCTION},
    },
    given=(
        role("messages"),
        role("other-messages"),
        Given("kms", "create_key", {}, "one_key", "KeyMetadata.Arn"),
        Given("kms", "create_key", {}, "another_key", "KeyMetadata.Arn"),
    ),
    files={"code/greeting/app.py": "def handler(event, context): return event\n"},
    base={
        "policies": passwords(),
        "deletion_protection": "INACTIVE",
        "lambda_config": TRIGGERS,
        "auto_verified_attributes": ["email"],
        "username_attributes": ["email"],
        "username_configuration": {"case_sensitive": False},
        "verification_message_template": MESSAGES,
        "sms_authentication_message": "Your code is {####}",
        "mfa_configuration": "OPTIONAL",
        "sms_mfa_enabled": True,
        "software_token_mfa_configuration": {"enabled": True},
        "web_authn_configuration": {
            "relying_party_id": "example.com",
            "user_verification": "required",
            "factor_configuration": "SINGLE_FACTOR",
        },
        "user_attribute_update_settings": {"attributes_require_verification_before_update": ["email"]},
        "device_configuration": {
            "challenge_required_on_new_device": True,
            "device_only_remembered_on_user_prompt": True,
        },
        "email_configuration": EMAIL_SENDER,
        "sms_configuration": sms(ROLE),
        "admin_create_user_config": {
            "allow_admin_create_user_only": False,
            "invite_message_template": {
                "sms_message": "{username}: {####}",
                "email_message": "{username}: {####}",
                "email_subject": "Welcome",
            },
        },
        "schema_attributes": [EMAIL, LEVEL],
        "user_pool_add_ons": {
            "advanced_security_mode": "AUDIT",
            "advanced_security_additional_flows": {"custom_auth_mode": "AUDIT"},
        },
        "dcr_configuration": DCR,
        "account_recovery_setting": {"recovery_mechanisms": RECOVERY},
        "user_pool_tier": "PLUS",
        "key_configuration": {"key_type": "CUSTOMER_MANAGED_KEY", "kms_key_arn": "${one_key}"},
        "issuer_configuration": {"type": "ORIGINAL"},
        "acr_configuration": {"Level1": {"acr_value": "urn:one"}},
        "tags": {"Team": "rally"},
    },
    forms={
        "by alias": {
            "alias_attributes": ["email", "preferred_username"],
            "sms_configuration": {"eums_sms": EUMS},
            "mfa_configuration": "OPTIONAL",
            "sms_mfa_enabled": True,
        },
        "small": {},
        BY_EMAIL: {
            "email_configuration": EMAIL_SENDER,
            "mfa_configuration": "ON",
            "software_token_mfa_configuration": {"enabled": True},
            "email_mfa_configuration": {"message": "Your code is {####}", "subject": "Your code"},
        },
        "every trigger": {"lambda_config": {**dict.fromkeys(PLAIN, TRIGGER), **TRIGGERS, **SENDERS}},
    },
    changes=(
        Change("policies", passwords(minimum_length=12), UPDATE),
        Change("deletion_protection", "ACTIVE", UPDATE),
        Change("lambda_config", {**TRIGGERS, "post_confirmation": TRIGGER}, UPDATE, "one more"),
        Change("lambda_config", {**TRIGGERS, "pre_sign_up": None}, UPDATE, "one less"),
        Change("lambda_config", None, (*UPDATE, *FORBID), "none"),
        Change("auto_verified_attributes", ["email", "phone_number"], UPDATE),
        Change("alias_attributes", ["email"], form="by alias", refused="AWS cannot change alias_attributes"),
        Change(
            "username_attributes",
            ["email", "phone_number"],
            refused="AWS cannot change username_attributes",
        ),
        Change(
            "username_configuration",
            {"case_sensitive": True},
            refused="AWS cannot change username_configuration",
        ),
        Change("verification_message_template", {**MESSAGES, "email_subject": "Code"}, UPDATE),
        Change("verification_message_template", None, UPDATE, "taken away"),
        Change("sms_authentication_message", "Code: {####}", UPDATE),
        Change("mfa_configuration", "ON", MFA),
        Change("sms_mfa_enabled", False, MFA),
        Change("sms_mfa_enabled", None, MFA, "taken away"),
        Change("software_token_mfa_configuration", {"enabled": False}, MFA, form=BY_EMAIL),
        Change("software_token_mfa_configuration", None, MFA, "taken away", form=BY_EMAIL),
        Change("email_mfa_configuration", {"message": "Code: {####}"}, MFA, form=BY_EMAIL),
        Change("web_authn_configuration", {"user_verification": "preferred"}, MFA),
        Change(
            "user_attribute_update_settings",
            {"attributes_require_verification_before_update": []},
            UPDATE,
        ),
        Change("user_attribute_update_settings", None, UPDATE, "taken away"),
        Change("device_configuration", {"challenge_required_on_new_device": False}, UPDATE),
        Change("device_configuration", None, UPDATE, "taken away"),
        Change("email_configuration", {**EMAIL_SENDER, "from_address": "rally@example.com"}, UPDATE),
        Change("email_configuration", None, UPDATE, "taken away"),
        Change("sms_configuration", sms(OTHER_ROLE), UPDATE),
        Change("admin_create_user_config", {"allow_admin_create_user_only": True}, UPDATE),
        Change("admin_create_user_config", None, UPDATE, "taken away"),
        Change(
            "schema_attributes", [EMAIL, LEVEL, NICK], ADD, "one more", one_way="AWS removes no attribute"
        ),
        Change(
            "schema_attributes",
            [EMAIL, {**LEVEL, "mutable": False}],
            label="another",
            refused="AWS cannot change schema_attributes",
        ),
        Change("user_pool_add_ons", {"advanced_security_mode": "ENFORCED"}, UPDATE),
        Change("user_pool_add_ons", None, UPDATE, "taken away"),
        Change("dcr_configuration", {**DCR, "enable_status": "Disabled"}, UPDATE),
        Change("account_recovery_setting", {"recovery_mechanisms": RECOVERY[:1]}, UPDATE),
        Change("account_recovery_setting", None, UPDATE, "taken away"),
        Change("user_pool_tier", "PLUS", UPDATE, form="small"),
        Change(
            "key_configuration",
            {"key_type": "CUSTOMER_MANAGED_KEY", "kms_key_arn": "${another_key}"},
            UPDATE,
        ),
        Change("key_configuration", None, UPDATE, "taken away"),
        Change("issuer_configuration", {"type": "UPDATED"}, UPDATE),
        Change("acr_configuration", {"Level2": {"acr_value": "urn:two"}}, UPDATE),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    # Each operation resets what it leaves out: `test_live_user_pools` changes pools by hand.
    drifts=(),
    misfits={
        "lambda_config: AWS has PreTokenGeneration as well": "PreTokenGenerationConfig says the same, with a version",
        "admin_create_user_config: AWS has UnusedAccountValidityDays as well": "AWS replaced it by "
        "TemporaryPasswordValidityDays, and refuses both",
    },
    no_meaning={
        **{
            f"sms_configuration.{name}": "the author chooses it"
            for name in (
                *("external_id", "eums_sms.external_id"),
                *("eums_sms.in_entity_id", "eums_sms.in_template_id"),
            )
        },
        "web_authn_configuration.relying_party_id": "a domain of the author",
    },
)
