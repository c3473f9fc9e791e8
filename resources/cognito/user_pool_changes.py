"""The requests that change and delete a user pool.

Sources: UpdateUserPool, SetUserPoolMfaConfig, AddCustomAttributes, DeleteUserPool (Amazon Cognito User Pools API Reference).
"""

import re
from collections.abc import Iterator

from reconciler.contract import Api, Calls, Change, Request, Sends, Sighting, Wired, chunks, own_fields
from reconciler.errors import Refused
from reconciler.model import Settings
from reconciler.resources.cognito.user_pool_model import UserPool
from reconciler.resources.cognito.user_pool_reading import DESCRIBE, MFA, SMS_MFA, plain_name
from reconciler.resources.cognito.user_pool_triggers import (
    BEFORE_DELETE as OF_TRIGGERS,
)
from reconciler.resources.cognito.user_pool_triggers import (
    GROUP as TRIGGERS,
)
from reconciler.resources.cognito.user_pool_triggers import (
    UPDATE,
    permissions_of,
)

SET_MFA, READ_MFA, ADD = "set_user_pool_mfa_config", "get_user_pool_mfa_config", "add_custom_attributes"
FIXED = ("alias_attributes", "username_attributes", "username_configuration")
SCHEMA, MODE = "schema_attributes", "mfa_configuration"
AT_ONCE = 25
NOW = "FactorsNow"
MEMBERS = {
    "sms_mfa_enabled": "SmsMfaEnabled",
    "software_token_mfa_configuration": "SoftwareTokenMfaConfiguration",
    "email_mfa_configuration": "EmailMfaConfiguration",
    "web_authn_configuration": "WebAuthnConfiguration",
    MODE: "MfaConfiguration",
}
OF_MFA = (SMS_MFA, "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration")
"""What AWS refuses while MFA is off."""
OF_UPDATE = own_fields(UserPool, *MEMBERS, *FIXED, SCHEMA, "lambda_config")
PART_OF_ATTRIBUTE = re.compile(rf"{SCHEMA}\[.*\]\.")


def _factors_now(api: Api, change: Change) -> Wired:
    """The factors and the SMS configuration right before: an update of the pool may have changed it."""
    found = api.call(READ_MFA, **change.address)
    pool = api.call(DESCRIBE, **change.address)["UserPool"]
    sms = {each: pool[each] for each in ("SmsConfiguration", "SmsAuthenticationMessage") if each in pool}
    return {NOW: api.taken(SET_MFA, found), SMS_MFA: sms}


def _set_mfa(change: Change) -> Iterator[Request]:
    """Send all factors: AWS turns off those that are left out."""
    wanted = dict(change.reported[NOW])
    for field, member in MEMBERS.items():
        if field in change.written and change.differs(member):
            wanted[member] = change.desired.get(member)
    by_sms = wanted.pop("SmsMfaEnabled", SMS_MFA in wanted)
    wanted[SMS_MFA] = change.reported[SMS_MFA] if by_sms else None
    if wanted.get("MfaConfiguration", "OFF") == "OFF":
        wanted = {name: value for name, value in wanted.items() if name not in OF_MFA}
    given = {name: value for name, value in wanted.items() if value is not None}
    yield Request(SET_MFA, {**given, **change.address})


def _add_attributes(change: Change) -> Iterator[Request]:
    """Add new attributes; the others are those of the pool."""
    there = {plain_name(row) for row in change.reported.get("SchemaAttributes") or ()}
    new = [row for row in change.desired.get("Schema") or () if row["Name"] not in there]
    for some in chunks(new, AT_ONCE):
        yield Request(ADD, {**change.address, "CustomAttributes": some})


def replaces(field: str, written: Settings, reported: Wired) -> bool:
    """Whether a change is one of an existing attribute, which AWS never changes."""
    del written, reported
    return PART_OF_ATTRIBUTE.match(field) is not None


def before_delete(api: Api, sighting: Sighting) -> Iterator[Request]:
    """The requests that delete the domains of a pool, and the permissions of its triggers.

    Raises:
        Refused: deletion protection is on.
    """
    pool = api.call(DESCRIBE, **sighting.address)["UserPool"]
    if pool.get("DeletionProtection") == "ACTIVE":
        why = "its deletion_protection is ACTIVE; write INACTIVE, or turn it off in the console, and delete it in the next pass"
        raise Refused("delete_user_pool", "DeletionProtection", why)
    for domain in filter(None, (pool.get("Domain"), pool.get("CustomDomain"))):
        yield Request("delete_user_pool_domain", {**sighting.address, "Domain": domain})
    yield from permissions_of(api, sighting, pool)


BEFORE_DELETE = (DESCRIBE, "delete_user_pool_domain", *OF_TRIGGERS)
UPDATES = (
    Sends(UPDATE, (*OF_UPDATE, "name"), whole=True),
    Calls(_set_mfa, (MODE, *MFA), (SET_MFA,), looks=_factors_now),
    Calls(_add_attributes, (SCHEMA,), (ADD,)),
    TRIGGERS,
)
