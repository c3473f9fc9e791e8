"""AWS Secrets Manager: keeps rotation, replicas and policies, deletes secrets after their recovery window, and refuses what AWS refuses.

Known-lossy: no rotation function is called, so a rotation makes no new value; it is not checked that keys exist; managed external
secrets are not known.
"""

from collections.abc import Mapping
from functools import partial

from moto.secretsmanager.responses import SecretsManagerResponse

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.secretsmanager.settings import Settings


def install() -> None:
    """Replace moto's operations on secrets; values and their versions stay moto's."""
    extension.extend("secretsmanager", Secrets, "moto.secretsmanager", SecretsManagerResponse.dispatch)


class Secrets(Settings):
    """The control plane of secrets."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        changing: Mapping[str, extension.Operation] = {
            "UpdateSecret": self.change,
            "DeleteSecret": self.drop,
            "RestoreSecret": self.bring_back,
            "RotateSecret": self.rotate,
            "CancelRotateSecret": self.stop_rotation,
            "PutResourcePolicy": self.put_policy,
            "DeleteResourcePolicy": self.drop_policy,
            "ReplicateSecretToRegions": self.replicate,
            "RemoveRegionsFromReplication": self.remove_replicas,
            "TagResource": self.tag,
            "UntagResource": self.untag,
        }
        self.operations: Mapping[str, extension.Operation] = {
            "CreateSecret": self.make,
            "DescribeSecret": self.show,
            "GetResourcePolicy": self.show_policy,
            **{name: partial(self.dated, operation) for name, operation in changing.items()},
        }
