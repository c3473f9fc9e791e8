"""KMS keys: create, describe, replicate, schedule deletion, delete."""

from collections.abc import Iterator, Mapping
from copy import copy
from datetime import UTC, datetime
from typing import Any, cast

from moto.core.resource_tagging import TaggedResource
from moto.kms.models import Key, KmsBackend, kms_backends
from moto.kms.policy_validator import validate_policy
from moto.kms.utils import KeySpec

from reconciler.sandbox.moto_patches.kms.rules import (
    algorithms,
    check_policy,
    check_tags,
    invalid,
    refuse_state,
    unsupported,
    usage_of,
)
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

Reply = Mapping[str, Any]
Params = Mapping[str, Any]

DAY = 86_400
LEAVING = ("PendingDeletion", "PendingReplicaDeletion")
SHORTEST_WAIT, LONGEST_WAIT = 7, 30
PAGE_OF_KEYS = 100


def not_found(text: str) -> SandboxError:
    """Return KMS's error for a missing resource."""
    return SandboxError("NotFoundException", text)


def wrong_marker() -> SandboxError:
    """Return KMS's error for an invalid marker."""
    return SandboxError("InvalidMarkerException", "The marker is not valid.")


def marked(name: str, page: tuple[list[Any], str | None]) -> Reply:
    """Return a page in the form of KMS's replies."""
    rows, marker = page
    return {name: rows, "NextMarker": marker, "Truncated": marker is not None}


class Keys(KmsBackend):
    """The operations on keys."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.windows: dict[str, int] = {}  # days, for keys that wait for their deletion

    def key(self, key_id: str, *, alias: bool = False) -> Key:
        """Return a key by its ID or ARN, or by an alias as well.

        Raises:
            SandboxError: there is none, or its waiting period is over.
        """
        self.settle()
        if ":alias/" in key_id or key_id.startswith("alias/"):
            if not alias:
                raise not_found(f"Invalid keyId {key_id}")
            name = self.get_alias_name(key_id)
            found = self.get_key_id_from_alias(name)
            if found is None:
                raise not_found(f"Alias {self._arn_of(name)} is not found.")
            return self.keys[found]
        arn = key_id if key_id.startswith("arn:") else self._arn_of(f"key/{key_id}")
        key: Key | None = self.keys.get(self.get_key_id(key_id))
        if key is None or key.arn != arn:
            raise not_found(f"Key '{arn}' does not exist")
        return key

    def settle(self) -> None:
        """Delete keys whose waiting period is over, with aliases and tags; primary keys after their replicas."""
        now = current().clock()
        for key in list(self.keys.values()):
            if key.key_state == "PendingReplicaDeletion" and not self._replicas(key):
                self._wait(key)
            if key.key_state == "PendingDeletion" and self.shown(key)["DeletionDate"] <= now:
                self.delete_key(key.id)
                self.windows.pop(key.id, None)

    def any_id_to_key_id(self, key_id: str) -> str:
        """Return the ID of a key; moto's own operations and other services call it."""
        self.settle()
        return super().any_id_to_key_id(key_id)

    def encrypt(self, key_id: str, plaintext: bytes, encryption_context: dict[str, str]) -> tuple[bytes, str]:
        """Encrypt with a usable key; operations for data keys call it too."""
        refuse_state(self.key(key_id, alias=True), "Disabled", *LEAVING, "PendingImport")
        return super().encrypt(key_id, plaintext, encryption_context)

    def decrypt(
        self, ciphertext_blob: bytes, encryption_context: dict[str, str], key_id: str | None = None
    ) -> tuple[bytes, str]:
        """Decrypt with a usable key."""
        self.settle()
        plaintext, arn = super().decrypt(ciphertext_blob, encryption_context, key_id)
        refuse_state(self.key(arn), "Disabled", *LEAVING, "PendingImport")
        return plaintext, arn

    def get_public_key(self, key_id: str) -> tuple[Key, bytes]:
        """Return the public key of an asymmetric key.

        Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
        """
        key = self.key(key_id, alias=True)
        if key.key_spec.startswith(("SYMMETRIC", "HMAC")):
            raise unsupported(f"{key.arn} is a symmetric key and has no public key.")
        return super().get_public_key(key_id)

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """Yield the keys that are not deleted for the Resource Groups Tagging API."""
        self.settle()
        return super().iter_tagged_resources()

    def _generate_default_keys(self, alias_name: str) -> str | None:
        made = super()._generate_default_keys(alias_name)
        if made is not None:
            self.keys[made].key_manager = "AWS"
        return made

    def make(self, **params: Any) -> Reply:
        """CreateKey.

        Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
        """
        spec, usage = usage_of(params)
        check_tags(params.get("Tags", ()))
        origin = params.get("Origin", "AWS_KMS")
        if origin in {"AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"} or "CustomKeyStoreId" in params:
            raise SandboxError("CustomKeyStoreNotFoundException", "The custom key store does not exist.")
        if "Policy" in params:
            self._check_policy(params)
        known = spec if spec in KeySpec.key_specs() else "SYMMETRIC_DEFAULT"
        key = self.create_key(
            params.get("Policy"),
            usage,
            known,
            params.get("Description", ""),
            params.get("Tags"),
            params.get("MultiRegion", False),
            origin,
        )
        key.key_spec = spec
        key.creation_date = current().clock()
        if origin == "EXTERNAL":
            key.enabled, key.key_state = False, "PendingImport"
        return {"KeyMetadata": self.shown(key)}

    def show(self, KeyId: str, **_: Any) -> Reply:
        """DescribeKey."""
        key = self.key(KeyId, alias=True)
        validate_policy(key, "kms:DescribeKey")
        return {"KeyMetadata": self.shown(key)}

    def shown(self, key: Key) -> Params:
        """Return a key in the form of replies.

        Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html
        """
        shown = {**key.to_dict()["KeyMetadata"], "EncryptionAlgorithms": None, "SigningAlgorithms": None}
        member, names = algorithms(key.key_spec, key.key_usage)
        shown[member] = names
        if key.multi_region:
            kept = key.multi_region_configuration
            kind = "PRIMARY" if kept["PrimaryKey"]["Arn"] == key.arn else "REPLICA"
            shown["MultiRegionConfiguration"] = {**kept, "MultiRegionKeyType": kind}
        if key.key_state == "PendingReplicaDeletion":
            shown["PendingDeletionWindowInDays"] = self.windows[key.id]
        return shown

    def names(self, Limit: int = PAGE_OF_KEYS, Marker: str | None = None, **_: Any) -> Reply:
        """ListKeys, including AWS managed keys."""
        self.settle()
        rows = [{"KeyId": key.id, "KeyArn": key.arn} for key in self.keys.values()]
        return marked("Keys", cut(rows, lambda row: row["KeyId"], Limit, Marker, wrong_marker()))

    def describe(self, KeyId: str, Description: str) -> None:
        """UpdateKeyDescription."""
        key = self.key(KeyId)
        refuse_state(key, *LEAVING)
        key.description = Description

    def switch_on(self, KeyId: str) -> None:
        """EnableKey."""
        key = self.key(KeyId)
        refuse_state(key, *LEAVING, "PendingImport")
        key.enabled, key.key_state = True, "Enabled"

    def switch_off(self, KeyId: str) -> None:
        """DisableKey."""
        key = self.key(KeyId)
        refuse_state(key, *LEAVING, "PendingImport")
        key.enabled, key.key_state = False, "Disabled"

    def let_go(self, KeyId: str, PendingWindowInDays: int = LONGEST_WAIT) -> Reply:
        """ScheduleKeyDeletion; a primary key waits for the deletion of its replicas first.

        Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
        """
        key = self.key(KeyId)
        refuse_state(key, *LEAVING)
        if not SHORTEST_WAIT <= PendingWindowInDays <= LONGEST_WAIT:
            raise invalid(
                f"PendingWindowInDays must be between {SHORTEST_WAIT} and {LONGEST_WAIT} (inclusive)"
            )
        self.windows[key.id] = PendingWindowInDays
        key.enabled, key.key_state = False, "PendingReplicaDeletion"
        if not self._replicas(key):
            self._wait(key)
        return {
            "KeyId": key.arn,
            "DeletionDate": self.shown(key).get("DeletionDate"),
            "KeyState": key.key_state,
            "PendingWindowInDays": PendingWindowInDays,
        }

    def keep(self, KeyId: str) -> Reply:
        """CancelKeyDeletion; the key is disabled afterwards.

        Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html
        """
        key = self.key(KeyId)
        if key.key_state not in LEAVING:
            raise SandboxError("KMSInvalidStateException", f"{key.arn} is not pending deletion.")
        self.windows.pop(key.id, None)
        key.key_state, key.deletion_date = "Disabled", None
        return {"KeyId": key.arn}

    def replicate(self, KeyId: str, ReplicaRegion: str, **params: Any) -> Reply:
        """ReplicateKey.

        Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html
        """
        key = self.key(KeyId)
        refuse_state(key, "Disabled", *LEAVING, "PendingImport")
        if not key.multi_region or key.multi_region_configuration["PrimaryKey"]["Arn"] != key.arn:
            raise unsupported(f"{key.arn} is not a multi-Region primary key.")
        there = self._in(ReplicaRegion)
        if key.id in there.keys:
            raise SandboxError("AlreadyExistsException", f"{key.id} already exists in {ReplicaRegion}.")
        check_tags(params.get("Tags", ()))
        if "Policy" in params:
            self._check_policy(params)
        replica = copy(key)
        replica.region, replica.arn = ReplicaRegion, key.arn.replace(self.region_name, ReplicaRegion)
        replica.policy = params.get("Policy") or key.generate_default_policy()
        replica.description, replica.creation_date = params.get("Description", ""), current().clock()
        replica.aliases, replica.grants, replica.rotations = {}, {}, []
        key.multi_region_configuration["ReplicaKeys"].append({"Arn": replica.arn, "Region": ReplicaRegion})
        there.keys[replica.id] = replica
        there.tagger.tag_resource(replica.id, list(params.get("Tags", ())))
        return {
            "ReplicaKeyMetadata": there.shown(replica),
            "ReplicaPolicy": replica.policy,
            "ReplicaTags": params.get("Tags"),
        }

    def _replicas(self, key: Key) -> list[Mapping[str, str]]:
        """Return the replicas of a primary key that still exist."""
        if not key.multi_region or key.multi_region_configuration["PrimaryKey"]["Arn"] != key.arn:
            return []
        rows = key.multi_region_configuration["ReplicaKeys"]
        for row in rows:
            self._in(row["Region"]).settle()
        rows[:] = [row for row in rows if key.id in self._in(row["Region"]).keys]
        return list(rows)

    def _in(self, region: str) -> "Keys":
        return cast("Keys", kms_backends[self.account_id][region])

    def _wait(self, key: Key) -> None:
        """Start the waiting period of a key."""
        until = current().clock() + self.windows[key.id] * DAY
        key.key_state, key.deletion_date = (
            "PendingDeletion",
            datetime.fromtimestamp(until, UTC).replace(tzinfo=None),
        )

    def _check_policy(self, params: Params) -> None:
        bypass = params.get("BypassPolicyLockoutSafetyCheck", False)
        check_policy(params["Policy"], self.account_id, bypass=bypass)

    def _arn_of(self, name: str) -> str:
        return f"arn:{self.partition}:kms:{self.region_name}:{self.account_id}:{name}"
