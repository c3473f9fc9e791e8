"""IAM grants that the caller needs because of the key that a table is encrypted with.

Source: "DynamoDB encryption at rest usage notes" (Amazon DynamoDB Developer Guide).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.permissions import Grant, Location

ACTIONS = ("CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey*", "ReEncrypt*")


def for_key(sse: Mapping[str, Any], location: Location) -> Iterator[Grant]:
    """The grants to use a key of the account through DynamoDB."""
    if sse.get("kms_master_key_id"):
        key, via = location.key(sse["kms_master_key_id"]), location.via("dynamodb")
        yield from (Grant(f"kms:{each}", key, via) for each in ACTIONS)
