"""IAM grants that the caller needs because of the settings of a secret.

Sources: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html,
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.permissions import Grant, GrantedFor, Location


def for_key(key: str, location: Location) -> Iterator[Grant]:
    """The grants to encrypt a value through Secrets Manager, and to encrypt it again with another key."""
    via = location.via("secretsmanager")
    yield from (Grant(f"kms:{each}", location.key(key), via) for each in ("Decrypt", "GenerateDataKey"))


def for_rotation(rotation: Mapping[str, Any], location: Location) -> Iterator[Grant]:
    """The grant to let Secrets Manager invoke the function."""
    del location
    if rotation.get("rotation_lambda_arn"):
        yield Grant("lambda:InvokeFunction", rotation["rotation_lambda_arn"])


GRANTED_FOR: Mapping[str, GrantedFor] = {"kms_key_id": for_key, "rotation": for_rotation}
