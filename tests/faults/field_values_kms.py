"""Two values for every field of a key, from its sample, each with settings with which AWS accepts them."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.contract.samples.kms_key import key_policy
from tests.faults.field_places import FieldValues, KindValues
from tests.faults.generated_fields import kind_values_of

ROTATED = {"key_rotation_enabled": True}
SIGNING = {"key_spec": "ECC_NIST_P256"}


def key() -> KindValues:
    """A symmetric key; other fields have their own settings."""
    found = kind_values_of(known_kinds()["kms.key"])
    by_path = {
        **found.by_path,
        "key_policy": FieldValues(key_policy("kms:Decrypt"), key_policy("kms:Encrypt")),
        "enabled": FieldValues(False, True),
        "key_rotation_enabled": FieldValues(True, False),
        "rotation_period_in_days": FieldValues(180, 90, beside=ROTATED, edges=(2560,)),
        "aliases": FieldValues(["orders"], ["orders", "tills"]),
        "pending_window_in_days": FieldValues(14, 20),
        "key_spec": FieldValues(
            "ECC_NIST_P256", "ECC_NIST_P384", beside={"key_usage": "SIGN_VERIFY"}, edges=()
        ),
        "key_usage": FieldValues("SIGN_VERIFY", "KEY_AGREEMENT", beside=SIGNING, edges=()),
        "origin": FieldValues("EXTERNAL", "AWS_KMS", edges=()),
        "multi_region": FieldValues(True, False),
    }
    also = {
        "pending_window_in_days": ("tags",),
        "key_rotation_enabled": ("rotation_period_in_days",),
    }
    needed = frozenset({"key_usage"})
    return replace(found, base={"policy": {"protect": False}}, by_path=by_path, also=also, needed=needed)


VALUES_BY_KIND: Mapping[str, KindValues] = {"kms.key": key()}
