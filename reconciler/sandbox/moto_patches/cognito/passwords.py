"""Amazon Cognito's checks of passwords, user attributes and secret hashes."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.sandbox.moto_patches.cognito.clients import AppClient
from reconciler.sandbox.moto_patches.cognito.pool import Pool
from reconciler.sandbox.moto_patches.cognito.refusals import invalid, not_authorized
from reconciler.sandbox.sandbox_error import SandboxError

SYMBOLS = frozenset("^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- ")
"""https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-policies.html"""
LONGEST = 256


def check_password(pool: Pool, password: str) -> None:
    """Refuse a password that breaks the policy of the pool."""
    policy = pool.extended_config["Policies"]["PasswordPolicy"]
    for text in _problems(policy, password):
        raise SandboxError("InvalidPasswordException", f"Password did not conform with policy: {text}")


def _problems(policy: Mapping[str, Any], password: str) -> Iterator[str]:
    if len(password) < policy["MinimumLength"]:
        yield "Password not long enough"
    if len(password) > LONGEST:
        yield "Password too long"
    if policy["RequireUppercase"] and not re.search(r"[A-Z]", password):
        yield "Password must have uppercase characters"
    if policy["RequireLowercase"] and not re.search(r"[a-z]", password):
        yield "Password must have lowercase characters"
    if policy["RequireNumbers"] and not re.search(r"\d", password):
        yield "Password must have numeric characters"
    if policy["RequireSymbols"] and SYMBOLS.isdisjoint(password.strip(" ")):
        yield "Password must have symbol characters"


def check_attributes(pool: Pool, attributes: Mapping[str, str]) -> None:
    """Refuse attributes that the schema of the pool does not have, that are too long, and missing ones."""
    for name, value in attributes.items():
        known = pool.schema_attributes.get(name)
        if known is None:
            raise invalid(
                f"Attributes did not conform to the schema: {name}: Attribute does not exist in the schema."
            )
        limits = known.string_constraints or {}
        if not int(limits.get("MinLength") or 0) <= len(value) <= int(limits.get("MaxLength") or 2048):
            raise invalid(
                f"Attributes did not conform to the schema: {name}: String must be of another length"
            )
    for name, each in pool.schema_attributes.items():
        if each.required and name != "sub" and name not in attributes:
            raise invalid(
                f"Attributes did not conform to the schema: {name}: The attribute {name} is required"
            )


def check_secret_hash(client: AppClient, username: str, given: str | None) -> None:
    """Refuse a missing or wrong secret hash of a client with a secret.

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash
    """
    if not client.generate_secret:
        return
    if given is None:
        raise not_authorized(f"Client {client.id} is configured with secret but SECRET_HASH was not received")
    digest = hmac.new(client.secret.encode(), f"{username}{client.id}".encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(base64.b64encode(digest).decode(), given):
        raise not_authorized(f"SecretHash does not match for the client: {client.id}")
