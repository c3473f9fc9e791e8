"""Finds KMS keys for other services."""

import json

from moto.kms.models import Key, kms_backends

from reconciler.sandbox.moto_patches.policies import listed, principals_of


def find_key(account: str, region: str, key_id: str) -> Key | None:
    """Return the key with this ID, ARN or alias, or None if the Region has none."""
    backend = kms_backends[account][region]
    found: Key | None = backend.keys.get(backend.any_id_to_key_id(key_id) or "")
    return found if found is not None and (":key/" not in key_id or found.arn == key_id) else None


def lets_in(key: Key, service: str) -> bool:
    """Return whether the policy of a key allows a service such as `logs.amazonaws.com`.

    The policy may also have the name for the key's Region (`logs.eu-west-2.amazonaws.com`). Conditions are ignored.
    """
    names = {service, f"{service.partition('.')[0]}.{key.region}.{service.partition('.')[2]}"}
    return any(
        each.get("Effect") == "Allow"
        and (each.get("Principal") == "*" or names.intersection(principals_of(each, "Service")))
        for each in listed(json.loads(key.policy)["Statement"])
    )
