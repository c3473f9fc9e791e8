"""Finds mistakes that AWS KMS would refuse and that depend on several fields of a key.

Sources: CreateKey, EnableKeyRotation (AWS KMS API Reference).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.contract import InFiles
from reconciler.model import Finding

USES: Mapping[str, Sequence[str]] = {
    "SYMMETRIC_DEFAULT": ("ENCRYPT_DECRYPT",),
    "RSA_": ("ENCRYPT_DECRYPT", "SIGN_VERIFY"),
    "ECC_NIST_P": ("SIGN_VERIFY", "KEY_AGREEMENT"),
    "ECC_": ("SIGN_VERIFY",),
    "HMAC_": ("GENERATE_VERIFY_MAC",),
    "SM2": ("ENCRYPT_DECRYPT", "SIGN_VERIFY", "KEY_AGREEMENT"),
    "ML_DSA_": ("SIGN_VERIFY",),
    "ML_KEM_": ("ENCAPSULATE_DECAPSULATE",),
}
"""By prefix of a key spec, longer prefixes first: the possible uses of such a key."""
OF_STORES = ("AWS_CLOUDHSM", "EXTERNAL_KEY_STORE")


def problems(files: InFiles) -> Iterator[Finding]:
    """Every mistake, each with its field."""
    written = files.values
    yield from _usage(files, written)
    yield from _origin(files, written)
    yield from _rotation(written)


def _usage(files: InFiles, written: Mapping[str, Any]) -> Iterator[Finding]:
    spec, usage = written.get("key_spec"), written.get("key_usage")
    if spec is None and not (files.new and usage):
        return
    spec = spec or "SYMMETRIC_DEFAULT"
    uses = next((uses for start, uses in USES.items() if spec.startswith(start)), None)
    if uses is None:
        return  # a reference
    if usage is None and files.new and spec != "SYMMETRIC_DEFAULT":
        yield Finding(f"a new {spec} key needs key_usage: {' or '.join(uses)}")
    elif usage is not None and usage not in uses:
        yield Finding(f"a {spec} key is for {' or '.join(uses)}", ("key_usage",))


def _origin(files: InFiles, written: Mapping[str, Any]) -> Iterator[Finding]:
    origin = written.get("origin")
    if files.new and origin in OF_STORES and "custom_key_store_id" not in written:
        yield Finding(f"a new key of origin {origin} needs custom_key_store_id")
    if files.new and origin == "EXTERNAL_KEY_STORE" and "xks_key_id" not in written:
        yield Finding(f"a new key of origin {origin} needs xks_key_id")
    if origin in OF_STORES and written.get("multi_region"):
        yield Finding(f"AWS has no multi-Region keys of origin {origin}", ("multi_region",))


def _rotation(written: Mapping[str, Any]) -> Iterator[Finding]:
    rotates = written.get("key_rotation_enabled")
    if "rotation_period_in_days" in written and rotates is False:
        yield Finding(
            "write key_rotation_enabled: true as well, or leave it out", ("rotation_period_in_days",)
        )
    spec, origin = written.get("key_spec", "SYMMETRIC_DEFAULT"), written.get("origin", "AWS_KMS")
    if rotates and (spec != "SYMMETRIC_DEFAULT" or origin != "AWS_KMS"):
        yield Finding(
            "AWS rotates only symmetric encryption keys of origin AWS_KMS", ("key_rotation_enabled",)
        )
