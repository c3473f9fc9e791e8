"""One user pool of Amazon Cognito: its settings, schema, and what it shows."""

import secrets
import string
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moto.cognitoidp.models import CognitoIdpUser, CognitoIdpUserPool, CognitoIdpUserPoolAttribute

from reconciler.sandbox.moto_patches.cognito.pool_rules import LENIENT, PASSWORD_POLICY
from reconciler.sandbox.moto_patches.cognito.refusals import invalid, now

Settings = Mapping[str, Any]

LETTERS = string.ascii_letters + string.digits
KEPT = ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration")
"""The settings that no update can change."""
DEFAULTS: Settings = {
    "DeletionProtection": "INACTIVE",
    "LambdaConfig": {},
    "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
    "MfaConfiguration": "OFF",
    "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": 7},
    "UserPoolTier": "ESSENTIALS",
}
"""The values of settings that a request leaves out."""
OLD_MESSAGES = {
    "EmailVerificationMessage": "EmailMessage",
    "EmailVerificationSubject": "EmailSubject",
    "SmsVerificationMessage": "SmsMessage",
}


class Pool(CognitoIdpUserPool):
    """A user pool. moto's operations on users read `extended_config` and `mfa_config`."""

    def __init__(self, place: tuple[str, str, str], name: str, settings: Mapping[str, Any]) -> None:
        # Without moto's own __init__: it drops defaults, and gives all pools one key.
        self.partition, self.region, self.account_id = place
        self.id = f"{self.region}_{''.join(secrets.choice(LETTERS) for _ in range(9))}"
        self.arn = f"arn:{self.partition}:cognito-idp:{self.region}:{self.account_id}:userpool/{self.id}"
        self.name, self.status = name, None
        self.creation_date = self.last_modified_date = now()
        self.fixed = {each: settings[each] for each in KEPT if each in settings}
        self.tags: dict[str, str] = dict(settings.get("UserPoolTags") or {})
        self.schema_attributes = {each.name: each for each in _schema(settings.get("Schema") or [])}
        self.factors: dict[str, Any] = {}
        """What SetUserPoolMfaConfig has set, without the SMS configuration, which is a setting of the pool."""
        self.set(settings)
        for kind in ("clients", "identity_providers", "groups", "users", "resource_servers"):
            setattr(self, kind, {})
        for kind in ("refresh_tokens", "access_tokens", "id_tokens"):
            setattr(self, kind, {})
        self.asked: dict[str, int] = {}
        """By id of a user: when it asked for a code."""
        self.challenges: dict[str, Any] = {}
        """By session: what clients have to answer."""
        self.sign_ins: dict[str, Any] = {}
        """By refresh token: the sign-in."""
        self.apps: dict[str, str] = {}
        """By id of a user: the secret of its authenticator app."""
        self.revoked: set[str] = set()
        """The sign-ins whose access tokens are no longer accepted."""
        self.private_key: str | None = None
        """Its RSA key in PEM; made when the first token is."""

    def set(self, settings: Mapping[str, Any]) -> None:
        """Replace all settings that an update can change; what is left out gets AWS's default."""
        taken = {name: value for name, value in settings.items() if name not in ("Schema", "UserPoolTags")}
        policies = taken.pop("Policies", None) or {}
        passwords = policies.get("PasswordPolicy")
        sign_in = {"AllowedFirstAuthFactors": ["PASSWORD"], **(policies.get("SignInPolicy") or {})}
        taken["Policies"] = {
            "PasswordPolicy": {**LENIENT, **passwords} if passwords else dict(PASSWORD_POLICY),
            "SignInPolicy": sign_in,
        }
        whole = {**DEFAULTS, **self.fixed, **taken}
        whole["LambdaConfig"] = with_both_forms(whole["LambdaConfig"])
        template = {"DefaultEmailOption": "CONFIRM_WITH_CODE", **whole["VerificationMessageTemplate"]}
        template |= {new: whole[old] for old, new in OLD_MESSAGES.items() if old in whole}
        whole |= {old: template[new] for old, new in OLD_MESSAGES.items() if new in template}
        whole["VerificationMessageTemplate"] = template
        days = whole["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"]
        whole["AdminCreateUserConfig"] = {
            "AllowAdminCreateUserOnly": False,
            "UnusedAccountValidityDays": days,
            **whole["AdminCreateUserConfig"],
        }
        self.extended_config = whole
        if self.mfa_config == "OFF":
            kept = ("WebAuthnConfiguration",)
            self.factors = {name: value for name, value in self.factors.items() if name in kept}

    @property
    def mfa_config(self) -> str:  # type: ignore[override]
        """Whether MFA is off, on or optional; moto reads it too."""
        return str(self.extended_config["MfaConfiguration"]) if hasattr(self, "extended_config") else "OFF"

    @property
    def token_mfa_config(self) -> dict[str, bool] | None:  # type: ignore[override]
        """The configuration of software tokens, under moto's name."""
        found: dict[str, bool] | None = self.factors.get("SoftwareTokenMfaConfiguration")
        return found

    @property
    def sms_mfa_config(self) -> dict[str, Any] | None:  # type: ignore[override]
        """The configuration of SMS messages, under moto's name."""
        return self.shown_factors().get("SmsMfaConfiguration")

    def shown_factors(self) -> dict[str, Any]:
        """GetUserPoolMfaConfig's reply."""
        found = {name: value for name, value in self.factors.items() if name != "SmsMfa" and value}
        if self.factors.get("SmsMfa"):
            members = ("SmsAuthenticationMessage", "SmsConfiguration")
            found["SmsMfaConfiguration"] = {
                each: self.extended_config[each] for each in members if each in self.extended_config
            }
        return {**found, "MfaConfiguration": self.mfa_config}

    def shown(self) -> dict[str, Any]:
        """DescribeUserPool's reply."""
        domains = {("CustomDomain" if each.custom else "Domain"): each.name for each in self.domains()}
        return {
            **self._base_json(),
            **self.extended_config,
            "SchemaAttributes": [_shown(each) for each in self.schema_attributes.values()],
            "UserPoolTags": dict(self.tags),
            **domains,
        }

    def domains(self) -> list[Any]:
        """Its domains."""
        return [each for each in self.backend.user_pool_domains.values() if each.user_pool_id == self.id]

    def _get_user(self, username: str) -> CognitoIdpUser | None:  # type: ignore[override]
        """Find a user by name, by its sub, or by an attribute that serves as a name."""
        if username in self.users:
            return self.users[username]
        ways = [*(self.extended_config.get("UsernameAttributes") or ())]
        ways += self.extended_config.get("AliasAttributes") or ()
        insensitive = not (self.fixed.get("UsernameConfiguration") or {}).get("CaseSensitive", True)
        for user in self.users.values():
            names = [user.username, user.id, *(user.attribute_lookup.get(each) for each in ways)]
            if username in names:
                return user
            if insensitive and username.lower() in {str(each).lower() for each in names if each}:
                return user
        return None


def with_both_forms(triggers: Mapping[str, Any]) -> dict[str, Any]:
    """The triggers with both settings of the trigger for tokens, of which a request needs only one."""
    found = dict(triggers)
    config, plain = found.get("PreTokenGenerationConfig"), found.get("PreTokenGeneration")
    if config:
        found["PreTokenGeneration"] = config["LambdaArn"]
    elif plain:
        found["PreTokenGenerationConfig"] = {"LambdaVersion": "V1_0", "LambdaArn": plain}
    return found


def _schema(written: Sequence[Mapping[str, Any]]) -> Iterator[CognitoIdpUserPoolAttribute]:
    """The standard attributes, as far as they are written as written, and the custom ones."""
    standard = CognitoIdpUserPoolAttribute.STANDARD_SCHEMA
    given = {each["Name"]: each for each in written}
    if len(given) < len(written):
        raise invalid("Attribute names in the schema must be unique.")
    for name, plain in standard.items():
        yield CognitoIdpUserPoolAttribute(name, False, {**plain, **given.get(name, {})})
    for name, each in given.items():
        if name not in standard:
            yield CognitoIdpUserPoolAttribute(name, True, dict(each))


def _shown(attribute: CognitoIdpUserPoolAttribute) -> dict[str, Any]:
    return {name: value for name, value in attribute.to_json().items() if value is not None}
