"""Finds mistakes that Cognito would refuse and that depend on several fields of a user pool.

Sources: CreateUserPool, SetUserPoolMfaConfig (API Reference); "User pool feature plans", "Adding MFA to a user pool", "Custom sender
Lambda triggers" (Amazon Cognito Developer Guide).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles
from reconciler.interpolation import has_reference
from reconciler.model import Finding
from reconciler.resources.cognito.user_pool_reading import STANDARD

Values = Mapping[str, Any]

SENDERS = ("custom_sms_sender", "custom_email_sender")
FACTORS = ("sms_mfa_enabled", "software_token_mfa_configuration", "email_mfa_configuration")


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one user pool."""
    values = files.values
    written = _or_unset(files)
    if values.get("alias_attributes") and values.get("username_attributes"):
        said = "a pool has alias_attributes or username_attributes; leave out one of them"
        yield Finding(said, ("alias_attributes",))
    yield from _attributes(files)
    yield from _mfa(files, written)
    yield from _messages(written)
    yield from _tier(written)
    yield from _recovery(values)
    triggers = values.get("lambda_config") or {}
    senders = [each for each in SENDERS if triggers.get(each)]
    if files.new and senders and not triggers.get("kms_key_id"):
        said = f"{senders[0]} needs kms_key_id, the key with which Cognito encrypts codes"
        yield Finding(said, ("lambda_config", senders[0]))
    key = values.get("key_configuration") or {}
    if key and (key.get("key_type") == "CUSTOMER_MANAGED_KEY") != bool(key.get("kms_key_arn")):
        said = "kms_key_arn belongs to CUSTOMER_MANAGED_KEY, and only to it"
        yield Finding(said, ("key_configuration",))


def _or_unset(files: InFiles) -> dict[str, Any]:
    """The written values, with those that AWS sets where the files write null, or nothing for a new pool."""
    unset = {
        "mfa_configuration": "OFF",
        "user_pool_tier": "ESSENTIALS",
        "email_configuration": {"email_sending_account": "COGNITO_DEFAULT"},
        "auto_verified_attributes": [],
    }
    known = {name: value for name, value in unset.items() if files.new or name in files.settings}
    return {**{name: value for name, value in known.items() if name not in files.wrong}, **files.values}


def _attributes(files: InFiles) -> Iterator[Finding]:
    for number, row in enumerate(files.values.get("schema_attributes") or ()):
        name, path = row["name"], ("schema_attributes", number)
        if has_reference(name):
            continue
        kind = row.get("attribute_data_type")
        if name.startswith(("custom:", "dev:")):
            said = "AWS puts custom: before the name of a custom attribute itself; leave it out"
            yield Finding(said, (*path, "name"))
        elif name in STANDARD:
            if kind not in (None, STANDARD[name]):
                said = f"{name} is a standard attribute of type {STANDARD[name]}; leave the type out"
                yield Finding(said, (*path, "attribute_data_type"))
        else:
            if kind is None:
                yield Finding("a custom attribute needs attribute_data_type", (*path, "name"))
            if row.get("required"):
                said = "AWS requires no custom attribute of users; leave it out"
                yield Finding(said, (*path, "required"))
        for field, needed in (("string", "String"), ("number", "Number")):
            constraints = f"{field}_attribute_constraints"
            if row.get(constraints) and STANDARD.get(name, kind) not in (None, needed):
                yield Finding(f"{constraints} is for attributes of type {needed}", (*path, constraints))


def _is_on(factor: Any) -> bool:
    return bool(factor.get("enabled", True)) if isinstance(factor, Mapping) else bool(factor)


def _mfa(files: InFiles, values: Values) -> Iterator[Finding]:
    mode = values.get("mfa_configuration")
    on = [each for each in FACTORS if _is_on(values.get(each))]
    if mode == "OFF" and on:
        said = f"MFA is off, so AWS takes no {on[0]}; write mfa_configuration: OPTIONAL or ON"
        yield Finding(said, (on[0],))
    if mode in ("ON", "OPTIONAL") and files.lacks(*FACTORS):
        said = f"a pool with MFA needs a second factor; write {', '.join(FACTORS[:-1])} or {FACTORS[-1]}"
        yield Finding(said, ("mfa_configuration",))
    email = values.get("email_configuration") or {}
    if values.get("email_mfa_configuration") and email.get("email_sending_account") == "COGNITO_DEFAULT":
        said = "codes by e-mail need email_configuration with email_sending_account: DEVELOPER and its source_arn"
        yield Finding(said, ("email_mfa_configuration",))
    if (
        values.get("sms_mfa_enabled")
        and (files.new or "sms_configuration" in files.settings)
        and not values.get("sms_configuration")
    ):
        yield Finding("codes by SMS need sms_configuration; write it as well", ("sms_mfa_enabled",))


def _messages(values: Values) -> Iterator[Finding]:
    email = values.get("email_configuration") or {}
    if email.get("email_sending_account") == "DEVELOPER" and not email.get("source_arn"):
        said = "DEVELOPER needs source_arn, a verified identity of Amazon SES"
        yield Finding(said, ("email_configuration", "email_sending_account"))
    sms = values.get("sms_configuration")
    if sms is not None and not (sms.get("sns_caller_arn") or sms.get("eums_sms")):
        yield Finding(
            "it needs sns_caller_arn, the role with which Cognito sends messages", ("sms_configuration",)
        )
    settings = values.get("user_attribute_update_settings") or {}
    asked = settings.get("attributes_require_verification_before_update") or ()
    verified = values.get("auto_verified_attributes")
    for each in asked:
        if verified is not None and each not in verified:
            said = f"AWS verifies only auto_verified_attributes; write {each} there as well"
            yield Finding(said, ("user_attribute_update_settings",))


def _tier(values: Values) -> Iterator[Finding]:
    tier = values.get("user_pool_tier")
    security = (values.get("user_pool_add_ons") or {}).get("advanced_security_mode", "OFF")
    if tier in ("LITE", "ESSENTIALS") and security in ("AUDIT", "ENFORCED"):
        said = f"threat protection needs user_pool_tier: PLUS, not {tier}"
        yield Finding(said, ("user_pool_add_ons", "advanced_security_mode"))
    policies = values.get("policies") or {}
    factors = (policies.get("sign_in_policy") or {}).get("allowed_first_auth_factors") or ()
    if tier == "LITE" and set(factors) - {"PASSWORD"}:
        said = "user_pool_tier: LITE has sign-in by PASSWORD alone; write ESSENTIALS or PLUS"
        yield Finding(said, ("policies", "sign_in_policy", "allowed_first_auth_factors"))
    if tier == "LITE" and (policies.get("password_policy") or {}).get("password_history_size"):
        said = "user_pool_tier: LITE keeps no history of passwords; write ESSENTIALS or PLUS"
        yield Finding(said, ("policies", "password_policy", "password_history_size"))


def _recovery(values: Values) -> Iterator[Finding]:
    rows = (values.get("account_recovery_setting") or {}).get("recovery_mechanisms") or ()
    path = ("account_recovery_setting", "recovery_mechanisms")
    if len(rows) > 1 and any(each["name"] == "admin_only" for each in rows):
        yield Finding("admin_only takes no other mechanism; leave the others out", path)
    if len({each["priority"] for each in rows}) < len(rows):
        yield Finding("two mechanisms have the same priority; give each its own", path)
