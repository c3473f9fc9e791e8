"""Amazon Cognito's checks of the settings of a user pool.

Sources: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html and the types that it
names; https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.sandbox.moto_patches.cognito.refusals import invalid, not_in_tier
from reconciler.sandbox.moto_patches.policies import is_there
from reconciler.sandbox.sandbox_error import SandboxError

Settings = Mapping[str, Any]

MOST_TAGS = 50
PASSWORD_POLICY: Settings = {
    "MinimumLength": 8,
    "RequireUppercase": True,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
    "TemporaryPasswordValidityDays": 7,
}
"""The policy of a pool whose author writes none."""
LENIENT: Settings = {
    **PASSWORD_POLICY,
    **dict.fromkeys(("RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols"), False),
}
"""The members that a written policy leaves out."""
FACTORS = ("SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration")
SENDERS = ("CustomSMSSender", "CustomEmailSender")


def check_pool(settings: Settings, account: str) -> None:
    """Refuse settings that exclude each other, that lack others, or that name a missing role."""
    for error in _errors(settings, account):
        raise error


def _errors(settings: Settings, account: str) -> Iterator[SandboxError]:
    if settings.get("AliasAttributes") and settings.get("UsernameAttributes"):
        yield invalid("Only one of the aliasAttributes or usernameAttributes can be set in a user pool.")
    yield from _of_passwords(settings)
    yield from _of_messages(settings, account)
    yield from _of_triggers(settings.get("LambdaConfig") or {})
    yield from _of_tier(settings)
    recovery = (settings.get("AccountRecoverySetting") or {}).get("RecoveryMechanisms") or []
    names, priorities = ([each[key] for each in recovery] for key in ("Name", "Priority"))
    if "admin_only" in names and len(names) > 1:
        yield invalid(
            "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms."
        )
    if len(set(priorities)) < len(priorities) or len(set(names)) < len(names):
        yield invalid("Account Recovery Setting cannot have duplicate names or priorities.")
    key = settings.get("KeyConfiguration") or {}
    if (key.get("KeyType") == "CUSTOMER_MANAGED_KEY") != bool(key.get("KmsKeyArn")):
        yield invalid("KmsKeyArn is required for CUSTOMER_MANAGED_KEY, and not allowed otherwise.")


def _of_passwords(settings: Settings) -> Iterator[SandboxError]:
    policy = (settings.get("Policies") or {}).get("PasswordPolicy") or {}
    unused = (settings.get("AdminCreateUserConfig") or {}).get("UnusedAccountValidityDays")
    if unused is not None and "TemporaryPasswordValidityDays" in policy:
        yield invalid(
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays"
        )


def _of_messages(settings: Settings, account: str) -> Iterator[SandboxError]:
    template = settings.get("VerificationMessageTemplate") or {}
    pairs = (
        ("EmailVerificationMessage", "EmailMessage"),
        ("EmailVerificationSubject", "EmailSubject"),
        ("SmsVerificationMessage", "SmsMessage"),
    )
    for old, new in pairs:
        if old in settings and new in template and settings[old] != template[new]:
            yield invalid(f"{old} and VerificationMessageTemplate.{new} cannot both be set.")
    email = settings.get("EmailConfiguration") or {}
    if email.get("EmailSendingAccount") == "DEVELOPER" and not email.get("SourceArn"):
        yield invalid("Source ARN is required for the DEVELOPER email sending account.")
    yield from _of_sms(settings.get("SmsConfiguration"), account)
    asked = settings.get("UserAttributeUpdateSettings") or {}
    before = set(asked.get("AttributesRequireVerificationBeforeUpdate") or ())
    if before - set(settings.get("AutoVerifiedAttributes") or ()):
        yield invalid("AttributesRequireVerificationBeforeUpdate must be among AutoVerifiedAttributes.")


def _of_sms(sms: Settings | None, account: str) -> Iterator[SandboxError]:
    if sms is None:
        return
    caller = sms.get("SnsCallerArn") or (sms.get("EumsSms") or {}).get("CallerArn")
    if not caller:
        yield invalid("SnsCallerArn is required in SmsConfiguration.")
    elif not is_there(caller, account):
        text = "Role does not have a trust relationship allowing Cognito to assume the role"
        yield SandboxError("InvalidSmsRoleTrustRelationshipException", text)


def _of_triggers(triggers: Settings) -> Iterator[SandboxError]:
    config, plain = triggers.get("PreTokenGenerationConfig"), triggers.get("PreTokenGeneration")
    if config and plain and config["LambdaArn"] != plain:
        yield invalid("PreTokenGeneration and PreTokenGenerationConfig must have the same ARN.")
    senders = [each for each in SENDERS if each in triggers]
    if senders and not triggers.get("KMSKeyID"):
        yield invalid(f"KMSKeyID is required for {senders[0]}.")


def _of_tier(settings: Settings) -> Iterator[SandboxError]:
    tier = settings.get("UserPoolTier", "ESSENTIALS")
    security = (settings.get("UserPoolAddOns") or {}).get("AdvancedSecurityMode", "OFF")
    if security != "OFF" and tier != "PLUS":
        yield not_in_tier(f"Threat protection is not available in the {tier} tier.")
    policies = settings.get("Policies") or {}
    factors = set((policies.get("SignInPolicy") or {}).get("AllowedFirstAuthFactors") or ())
    if tier == "LITE" and factors - {"PASSWORD"}:
        yield not_in_tier("Choice-based sign-in is not available in the LITE tier.")
    if tier == "LITE" and (policies.get("PasswordPolicy") or {}).get("PasswordHistorySize"):
        yield not_in_tier("Password history is not available in the LITE tier.")


def check_mfa(mode: str, factors: Settings, settings: Settings, account: str) -> None:
    """Refuse MFA without a factor, and factors without what they need.

    Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolMfaConfig.html
    """
    there = [each for each in FACTORS if _is_on(factors.get(each))]
    if mode == "OFF" and there:
        raise invalid("Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")
    if mode != "OFF" and not there:
        raise invalid(
            "Invalid MFA configuration given, can't turn on MFA: no factor is configured for the user pool."
        )
    sms = (factors.get("SmsMfaConfiguration") or {}).get("SmsConfiguration")
    if "SmsMfaConfiguration" in there and not (sms or settings.get("SmsConfiguration")):
        raise invalid("SmsConfiguration is required for SMS MFA.")
    for error in _of_sms(sms, account):
        raise error
    if "EmailMfaConfiguration" in there:
        if (settings.get("EmailConfiguration") or {}).get("EmailSendingAccount") != "DEVELOPER":
            raise invalid("Email MFA requires the DEVELOPER email sending account.")
        if settings.get("UserPoolTier") == "LITE":
            raise not_in_tier("Email MFA is not available in the LITE tier.")


def _is_on(factor: Settings | None) -> bool:
    return factor is not None and factor.get("Enabled", True) is True


def check_tags(keys: Iterable[str]) -> None:
    """Refuse too many tags, and keys that AWS keeps."""
    there = set(keys)
    if len(there) > MOST_TAGS:
        raise invalid(f"A resource can have at most {MOST_TAGS} tags.")
    if any(each.lower().startswith("aws:") for each in there):
        raise invalid("Tag keys cannot start with aws:")
