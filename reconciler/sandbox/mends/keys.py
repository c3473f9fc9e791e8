"""KMS keys as other services look at them."""

import json
from typing import Any

from moto.kms.models import Key, kms_backends


def find_key(account: str, region: str, key_id: str) -> Key | None:
    """Return the key with this ID, ARN or alias, or None where the Region has none."""
    backend = kms_backends[account][region]
    found: Key | None = backend.keys.get(backend.any_id_to_key_id(key_id) or "")
    return found if found is not None and (":key/" not in key_id or found.arn == key_id) else None


def lets_in(key: Key, service: str) -> bool:
    """Whether the policy of a key allows something to a service, named as in `logs.amazonaws.com`.

    The service may be named for the key's Region as well (`logs.eu-west-2.amazonaws.com`). Conditions are not looked at.
    """
    names = {service, f"{service.partition('.')[0]}.{key.region}.{service.partition('.')[2]}"}
    statements = json.loads(key.policy)["Statement"]
    for each in statements if isinstance(statements, list) else [statements]:
        principal = each.get("Principal")
        if each.get("Effect") == "Allow" and (principal == "*" or names & _services(principal)):
            return True
    return False


def _services(principal: Any) -> set[str]:
    named = principal.get("Service", []) if isinstance(principal, dict) else []
    return {named} if isinstance(named, str) else set(named)
