"""Two values for every field of a key, from its sample, each with settings with which AWS accepts them."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.contract.samples.kms_key import key_policy
from tests.faults.field_places import Play, Scene
from tests.faults.generated_fields import scene_of

ROTATED = {"key_rotation_enabled": True}
SIGNING = {"key_spec": "ECC_NIST_P256"}


def key() -> Scene:
    """A symmetric key; other fields have their own settings."""
    found = scene_of(known_kinds()["kms.key"])
    plays = {
        **found.plays,
        "key_policy": Play(key_policy("kms:Decrypt"), key_policy("kms:Encrypt")),
        "enabled": Play(False, True),
        "key_rotation_enabled": Play(True, False),
        "rotation_period_in_days": Play(180, 90, beside=ROTATED, edges=(2560,)),
        "aliases": Play(["orders"], ["orders", "tills"]),
        "pending_window_in_days": Play(14, 20),
        "key_spec": Play("ECC_NIST_P256", "ECC_NIST_P384", beside={"key_usage": "SIGN_VERIFY"}, edges=()),
        "key_usage": Play("SIGN_VERIFY", "KEY_AGREEMENT", beside=SIGNING, edges=()),
        "origin": Play("EXTERNAL", "AWS_KMS", edges=()),
        "multi_region": Play(True, False),
    }
    also = {
        "pending_window_in_days": ("tags",),
        "key_rotation_enabled": ("rotation_period_in_days",),
    }
    needed = frozenset({"key_usage"})
    return replace(found, base={"policy": {"protect": False}}, plays=plays, also=also, needed=needed)


SCENES: Mapping[str, Scene] = {"kms.key": key()}
