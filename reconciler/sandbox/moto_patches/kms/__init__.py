"""AWS KMS: keeps every setting of a key, simulates states and waiting periods, and refuses what AWS refuses.

Known-lossy: custom key stores and imported material (a key of that origin stays in PendingImport); keys of the ML
families and of Edwards curves can be managed, but not used.
"""

from collections.abc import Mapping

from moto.kms.responses import KmsResponse

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.kms import private_keys
from reconciler.sandbox.moto_patches.kms.settings import Settings


def install() -> None:
    """Replace moto's operations on keys; cryptography and grants stay moto's."""
    private_keys.install()
    extension.extend("kms", Kms, "moto.kms", KmsResponse.dispatch)


class Kms(Settings):
    """The control plane of keys and aliases."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.operations: Mapping[str, extension.Operation] = {
            "CreateKey": self.make,
            "DescribeKey": self.show,
            "ListKeys": self.names,
            "UpdateKeyDescription": self.describe,
            "EnableKey": self.switch_on,
            "DisableKey": self.switch_off,
            "ScheduleKeyDeletion": self.let_go,
            "CancelKeyDeletion": self.keep,
            "ReplicateKey": self.replicate,
            "PutKeyPolicy": self.put_policy,
            "GetKeyPolicy": self.show_policy,
            "ListKeyPolicies": self.show_policies,
            "EnableKeyRotation": self.rotate_each,
            "DisableKeyRotation": self.rotate_no_more,
            "GetKeyRotationStatus": self.show_rotation,
            "RotateKeyOnDemand": self.rotate_now,
            "CreateAlias": self.make_alias,
            "UpdateAlias": self.move_alias,
            "DeleteAlias": self.drop_alias,
            "ListAliases": self.show_aliases,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListResourceTags": self.tags_of,
        }
