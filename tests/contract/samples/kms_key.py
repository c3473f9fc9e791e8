"""kms.key."""

from typing import Any

from reconciler.testing import Change, Drift, Sample, Settings

ACCOUNT = "123456789012"
STORES = "the sandbox has no custom key stores"


def key_policy(*actions: str) -> Settings:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "account",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                "Sid": "connect",
                "Effect": "Allow",
                "Principal": {"Service": "connect.amazonaws.com"},
                "Action": list(actions),
                "Resource": "*",
            },
        ],
    }


def signing(**more: Any) -> Settings:
    return {"key_spec": "ECC_NIST_P256", "key_usage": "SIGN_VERIFY", **more}


ROTATE = ("EnableKeyRotation",)

SAMPLE = Sample(
    name="orders",
    base={
        "key_policy": key_policy("kms:Decrypt"),
        "description": "for orders",
        "enabled": True,
        "key_rotation_enabled": True,
        "rotation_period_in_days": 180,
        "aliases": ["orders-${serial}", "shop/orders-${serial}"],
        "pending_window_in_days": 14,
        "key_spec": "SYMMETRIC_DEFAULT",
        "key_usage": "ENCRYPT_DECRYPT",
        "origin": "AWS_KMS",
        "multi_region": False,
        "tags": {"Team": "shop"},
    },
    forms={
        "for signatures": signing(description="of receipts", enabled=False),
        "of several Regions": {"multi_region": True, "key_rotation_enabled": True},
        "of material from elsewhere": {"origin": "EXTERNAL"},
    },
    changes=(
        Change("key_policy", key_policy("kms:Decrypt", "kms:GenerateDataKey"), ("PutKeyPolicy",)),
        Change("description", "for all orders", ("UpdateKeyDescription",)),
        Change("description", None, ("UpdateKeyDescription",), "taken away"),
        Change("enabled", False, ("DisableKey",)),
        Change("key_rotation_enabled", False, ("DisableKeyRotation",), drops=("rotation_period_in_days",)),
        Change("rotation_period_in_days", 365, ROTATE),
        Change("aliases", ["orders-${serial}"], ("DeleteAlias",), "one fewer"),
        Change(
            "aliases",
            ["orders-${serial}", "tills-${serial}"],
            ("CreateAlias", "DeleteAlias"),
            "another",
        ),
        Change("aliases", [], ("DeleteAlias", "DeleteAlias"), "none"),
        Change("pending_window_in_days", 7, ("TagResource",)),
        Change("pending_window_in_days", None, ("UntagResource",), "taken away"),
        Change("key_spec", "ECC_NIST_P384", form="for signatures", refused="AWS cannot change key_spec"),
        Change("key_usage", "KEY_AGREEMENT", form="for signatures", refused="AWS cannot change key_usage"),
        Change(
            "origin",
            "EXTERNAL",
            refused="AWS cannot change origin",
            drops=("key_rotation_enabled", "rotation_period_in_days"),
        ),
        Change("multi_region", True, refused="AWS cannot change multi_region"),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift("enabled", "disable_key", {}),
        Drift("description", "update_key_description", {"Description": "by hand"}),
        Drift("rotation_period_in_days", "enable_key_rotation", {"RotationPeriodInDays": 90}),
    ),
    exempt={"custom_key_store_id": STORES, "xks_key_id": STORES},
    no_meaning={"xks_key_id": "of a key store outside AWS"},
)
