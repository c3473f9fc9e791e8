"""How a user pool is read: with the names of requests, and without what AWS shows twice.

Sources: DescribeUserPool, GetUserPoolMfaConfig (Amazon Cognito User Pools API Reference).
"""

from collections.abc import Mapping
from typing import Any

from reconciler.contract import Api, Attribute, Check, FieldRead, Look, Seen, Sighting, Wired, from_reply
from reconciler.field_schema import Shape, fields_of
from reconciler.model import Settings
from reconciler.resources.cognito.user_pool_parts import SchemaAttribute

DESCRIBE = "describe_user_pool"
OLD = ("EmailVerificationMessage", "EmailVerificationSubject", "SmsVerificationMessage")
"""AWS repeats here what VerificationMessageTemplate holds, and no longer uses these."""
CUSTOM = ("dev:custom:", "custom:", "dev:")
"""The beginnings of names of custom attributes in replies."""
STANDARD: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("sub", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username"),
            *("profile", "picture", "website", "email", "gender", "birthdate", "zoneinfo", "locale"),
            *("phone_number", "address", "identities"),
        ),
        "String",
    ),
    **dict.fromkeys(("email_verified", "phone_number_verified"), "Boolean"),
    "updated_at": "Number",
}
"""The standard attributes that each pool has, and their types.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html"""
_LENGTHS: tuple[Mapping[str, str] | None, ...] = (
    {"MinLength": "0", "MaxLength": "2048"},
    {"MinLength": "10", "MaxLength": "10"},
    {},
    None,
)


def plain_name(row: Wired) -> str:
    """The name of an attribute as requests have it."""
    name = str(row["Name"])
    start = next((each for each in CUSTOM if name.startswith(each)), "")
    short = name.removeprefix(start)
    return name if start and short in STANDARD else short


def _is_unchanged(row: Wired) -> bool:
    """Whether a row is a standard attribute as AWS makes it."""
    if row["Name"] == "sub":
        return True
    required, mutable = row.get("Required", False), row.get("Mutable", True)
    as_made = row.get("StringAttributeConstraints") in _LENGTHS
    return row["Name"] in STANDARD and as_made and mutable and not required


def shown(row: Any) -> Wired:
    """A pool in a reply, with the members of requests."""
    admin = {
        name: value
        for name, value in (row.get("AdminCreateUserConfig") or {}).items()
        if name != "UnusedAccountValidityDays"  # AWS repeats TemporaryPasswordValidityDays, and refuses both
    }
    schema = row.get("SchemaAttributes") or ()
    found: dict[str, Any] = row | {
        "PoolName": row.get("Name"),
        "LambdaConfig": one_form(row.get("LambdaConfig") or {}),
        "Schema": [{**each, "Name": plain_name(each)} for each in schema if not _is_unchanged(each)],
    }
    if admin:
        found["AdminCreateUserConfig"] = admin
    for name in OLD:
        found.pop(name, None)
    return found


def one_form(triggers: Wired) -> Wired:
    """The triggers with one setting of the trigger for tokens, of which AWS shows two."""
    plain = triggers.get("PreTokenGeneration")
    found = {name: value for name, value in triggers.items() if name != "PreTokenGeneration"}
    if plain and "PreTokenGenerationConfig" not in found:
        found["PreTokenGenerationConfig"] = {"LambdaVersion": "V1_0", "LambdaArn": plain}
    return found


def written_attributes(live: Any, written: Settings, reported: Wired) -> Any:
    """The live attributes that the files write; AWS removes none, so others are not compared."""
    names = {each["name"] for each in written.get("schema_attributes") or ()}
    found = {each["name"]: each for each in live or ()}
    for row in reported.get("SchemaAttributes") or ():
        found.setdefault(plain_name(row), _in_words(row))
    return [each for name, each in found.items() if name in names]


def _in_words(row: Wired) -> dict[str, Any]:
    """A standard attribute in the words of desired state."""
    return {
        name: {
            each: _plain(inner, value[inner.wire])
            for each, inner in shape.fields.items()
            if inner.wire in value
        }
        if shape.part
        else value
        for name, shape in fields_of(SchemaAttribute).items()
        for value in [row.get(str(shape.wire))]
        if value is not None
    }


def _plain(shape: Shape, value: Any) -> Any:
    return shape.codec.decode(value) if shape.codec else value


MFA = (
    "sms_mfa_enabled",
    "software_token_mfa_configuration",
    "email_mfa_configuration",
    "web_authn_configuration",
)
SMS_MFA = "SmsMfaConfiguration"
FACTORS: FieldRead = from_reply(
    "get_user_pool_mfa_config", lambda reply: {**reply, "SmsMfaEnabled": SMS_MFA in reply}
)


def _issuer(api: Api, sighting: Sighting) -> str:
    domain = "amazonaws.com.cn" if api.partition == "aws-cn" else "amazonaws.com"
    return f"cognito-idp.{api.region}.{domain}/{sighting.id}"


ATTRIBUTES: Mapping[str, Attribute] = {
    "provider_name": Attribute("its name as a provider of an identity pool", _issuer),
    "issuer": Attribute("the issuer of its tokens", lambda api, pool: f"https://{_issuer(api, pool)}"),
}


def _delivers(look: Look) -> Seen:
    pool = look.describe()
    failures = (pool.get(f"{each}ConfigurationFailure") for each in ("Email", "Sms"))
    said = "; ".join(str(each) for each in failures if each)
    return Seen(not said, said or "no failure", "no failure of e-mail and SMS")


CHECKS: Mapping[str, Check] = {"messages": Check("sends its messages", _delivers, (DESCRIBE,))}
