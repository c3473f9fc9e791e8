"""The settings of a KMS key.

Sources: CreateKey, PutKeyPolicy, EnableKeyRotation, CreateAlias, ScheduleKeyDeletion (AWS KMS API Reference).
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Cleared, Means, Resource, Settings, Unique, Unordered, Wire
from reconciler.resources.lasting import LASTS, lasts
from reconciler.resources.policy_document import KEY_POLICY

Alias = Annotated[
    str,
    Form(r".{1,250}", "1 to 250 characters"),
    Form(r"(?!alias/).*", "an alias without alias/ before it"),
    Form(r"(?!aws/).*", "an alias that does not begin with aws/, which AWS reserves"),
    Form(r"[a-zA-Z0-9/_-]*", "a-z, A-Z, 0-9, /, _ and - alone"),
]
SHORTEST, LONGEST = 7, 30
"""The limits of the waiting time before a deletion, in days (ScheduleKeyDeletion)."""
FIXED = ("key_spec", "key_usage", "origin", "multi_region", "custom_key_store_id", "xks_key_id")
"""The fields that only create can set."""


class KmsKey(Resource):
    """A key of AWS KMS with its policy, rotation and aliases."""

    key_policy: Annotated[dict[str, Any] | None, KEY_POLICY, Wire("Policy"), LASTS] = None
    description: Annotated[str | None, Field(max_length=8192), Cleared("")] = None
    enabled: Annotated[bool | None, lasts("enabled: true")] = None
    key_rotation_enabled: Annotated[bool | None, lasts("key_rotation_enabled: false")] = None
    rotation_period_in_days: Annotated[
        Annotated[int, Field(ge=90, le=2560)] | None, lasts("rotation_period_in_days: 365")
    ] = None
    aliases: Annotated[list[Annotated[Alias, Unique()]] | None, Unordered(), Field(max_length=50)] = None
    pending_window_in_days: Annotated[int, Field(ge=SHORTEST, le=LONGEST)] | None = None
    key_spec: Annotated[
        Literal[
            "SYMMETRIC_DEFAULT", "RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384",
            "ECC_NIST_P521", "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519", "HMAC_224", "HMAC_256", "HMAC_384",
            "HMAC_512", "SM2", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87", "ML_KEM_512", "ML_KEM_768", "ML_KEM_1024",
        ] | None, LASTS,
    ] = None  # fmt: skip
    key_usage: Annotated[
        Literal[
            "ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT", "ENCAPSULATE_DECAPSULATE",
        ] | None, LASTS,
    ] = None  # fmt: skip
    origin: Annotated[Literal["AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"] | None, LASTS] = (
        None
    )
    multi_region: Annotated[bool | None, lasts("multi_region: false")] = None
    custom_key_store_id: Annotated[
        Annotated[str, Field(min_length=1, max_length=64), Means("kms.custom_key_store", "id")] | None, LASTS
    ] = None
    xks_key_id: Annotated[
        Annotated[
            str, Field(max_length=128), Form(r"[a-zA-Z0-9\-_.]+", "a-z, A-Z, 0-9, -, _ and . alone")
        ] | None,
        LASTS,
    ] = None  # fmt: skip


DEFAULTS: Settings = {
    "enabled": True,
    "key_rotation_enabled": False,
    "rotation_period_in_days": 365,
    "key_spec": "SYMMETRIC_DEFAULT",
    "key_usage": "ENCRYPT_DECRYPT",
    "origin": "AWS_KMS",
    "multi_region": False,
}
"""What KMS gives a new key.

Source: CreateKey, EnableKeyRotation (AWS KMS API Reference).
"""
