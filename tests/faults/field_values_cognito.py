"""Values of the fields of Amazon Cognito that AWS accepts only together with others."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.kinds import known_kinds
from tests.contract.samples.cognito_identity_pool import CLIENT, PROVIDER
from tests.contract.samples.cognito_user_pool import EMAIL_SENDER, OTHER_ROLE, ROLE, SENDER, TRIGGER, sms
from tests.contract.samples.cognito_user_pool_client import PAGES
from tests.faults.field_places import FieldValues, KindValues, Settings
from tests.faults.generated_fields import kind_values_of

FREE: Settings = {"policy": {"protect": False}}
TOKEN: Settings = {"software_token_mfa_configuration": {"enabled": True}}
SMS: Settings = {"sms_configuration": sms(ROLE), "sms_mfa_enabled": True}
BY_SMS: Settings = {**FREE, **SMS, "mfa_configuration": "OPTIONAL"}
BY_TOKEN: Settings = {**FREE, **TOKEN, "mfa_configuration": "OPTIONAL"}
BOTH = ["email", "phone_number"]
KEYS = "${one_key}", "${another_key}"


def pair(first: Any, second: Any, without: str) -> FieldValues:
    """Two values of a whole top-level field, which is removed as a whole."""
    return FieldValues(first, second, tops=True, edges=(), without=without)


def sender(name: str) -> FieldValues:
    """Two functions of a sender of messages, with the key that it needs."""
    first, second = (
        {"kms_key_id": key, name: {"lambda_version": "V1_0", "lambda_arn": TRIGGER}} for key in KEYS
    )
    return pair(first, second, "lambda_config")


def user_pool() -> KindValues:
    """A pool in the tier that has every feature."""
    found = kind_values_of(known_kinds()["cognito.user_pool"])
    keys: list[Any] = [{"key_type": "CUSTOMER_MANAGED_KEY", "kms_key_arn": each} for each in KEYS]
    senders = [
        {"source_arn": SENDER, "email_sending_account": each} for each in ("DEVELOPER", "COGNITO_DEFAULT")
    ]
    by_mail = {"email_configuration": EMAIL_SENDER}
    templates = "verification_message_template"
    of_keys = pair(keys[0], keys[1], "key_configuration")
    of_senders = pair(senders[0], senders[1], "email_configuration")
    asked = "user_attribute_update_settings"
    first, second = ({"attributes_require_verification_before_update": each} for each in (["email"], BOTH))
    questions = FieldValues(first, second, edges=(), beside={"auto_verified_attributes": BOTH})
    by_path = {
        **found.by_path,
        "mfa_configuration": FieldValues("ON", "OPTIONAL", base=FREE, turns=(TOKEN, TOKEN, TOKEN), edges=()),
        "software_token_mfa_configuration": FieldValues({"enabled": True}, {"enabled": False}, base=BY_SMS),
        "software_token_mfa_configuration.enabled": FieldValues(True, False, base=BY_SMS),
        "sms_mfa_enabled": FieldValues(True, False, base={**BY_TOKEN, "sms_configuration": sms(ROLE)}),
        "sms_configuration.sns_caller_arn": FieldValues(
            {"sns_caller_arn": ROLE}, {"sns_caller_arn": OTHER_ROLE}, tops=True, without="sms_configuration"
        ),
        **{
            f"policies.password_policy.require_{each}": FieldValues(False, True)
            for each in ("uppercase", "lowercase", "numbers", "symbols")
        },
        "user_pool_tier": FieldValues("PLUS", "ESSENTIALS", base=FREE, edges=("LITE",)),
        "auto_verified_attributes": FieldValues(["email"], BOTH),
        asked: questions,
        f"{asked}.attributes_require_verification_before_update": FieldValues(
            ["email"], BOTH, beside={"auto_verified_attributes": BOTH}, edges=()
        ),
        "email_configuration.email_sending_account": of_senders,
        "email_configuration": FieldValues(EMAIL_SENDER, {**EMAIL_SENDER, "from_address": "a@example.com"}),
        "email_configuration.source_arn": FieldValues(
            EMAIL_SENDER,
            {**EMAIL_SENDER, "source_arn": f"{SENDER}.uk"},
            tops=True,
            edges=(),
            without="email_configuration",
        ),
        **{
            path: replace(found.field_values(path), beside=by_mail)
            for path in found.by_path
            if path.startswith("email_mfa_configuration")
        },
        "key_configuration.key_type": of_keys,
        "key_configuration.kms_key_arn": of_keys,
        **{
            f"lambda_config.{name}{member}": sender(name)
            for name in ("custom_sms_sender", "custom_email_sender")
            for member in ("", ".lambda_version", ".lambda_arn")
        },
        f"{templates}.default_email_option": FieldValues("CONFIRM_WITH_LINK", "CONFIRM_WITH_CODE", edges=()),
    }
    base = {**BY_TOKEN, "user_pool_tier": "PLUS", "auto_verified_attributes": BOTH}
    return replace(found, base=base, by_path=by_path)


def client() -> KindValues:
    """A client whose validities are in hours and days."""
    found = kind_values_of(known_kinds()["cognito.user_pool_client"])
    units = ("access_token", "id_token", "refresh_token")
    by_path = {
        **found.by_path,
        "access_token_validity": FieldValues(2, 3, edges=(1, 24)),
        "id_token_validity": FieldValues(2, 3, edges=(1, 24)),
        "refresh_token_validity": FieldValues(7, 14, edges=(2, 3650)),
        **{f"token_validity_units.{each}": FieldValues("days", "hours", edges=()) for each in units},
        "token_validity_units": FieldValues({"refresh_token": "hours"}, {"refresh_token": "days"}, edges=()),
        "logout_urls": FieldValues(["https://a.example"], ["https://b.example"]),
        "default_redirect_uri": FieldValues(PAGES[0], PAGES[1], beside={"callback_urls": PAGES}, edges=()),
        "enable_propagate_additional_user_context_data": FieldValues(True, False),
        "enable_token_revocation": FieldValues(False, True),
    }
    return replace(found, base={}, by_path=by_path)


def with_values(kind: str, **values: FieldValues) -> KindValues:
    """The values of the sample, except for these fields."""
    found = kind_values_of(known_kinds()[kind])
    return replace(found, by_path={**found.by_path, **values})


def identity_pool() -> KindValues:
    """A pool that has the provider whose principal tags are set."""
    found = kind_values_of(known_kinds()["cognito.identity_pool"])
    of_provider: Settings = {"cognito_identity_providers": [CLIENT]}
    first, second = ({PROVIDER: {"tags": {"level": claim}}} for claim in ("custom:level", "custom:grade"))
    by_path = {
        **found.by_path,
        "principal_tags": FieldValues(first, second, beside=of_provider, edges=()),
    }
    return replace(found, by_path=by_path)


VALUES_BY_KIND: Mapping[str, KindValues] = {
    "cognito.identity_pool": identity_pool(),
    "cognito.user_pool": user_pool(),
    "cognito.user_pool_client": client(),
    "cognito.user_pool_domain": with_values(
        "cognito.user_pool_domain", managed_login_version=FieldValues(2, 1, edges=())
    ),
    "cognito.user_pool_group": with_values(
        "cognito.user_pool_group", description=FieldValues("Admins", "Masters", edges=())
    ),
}
