"""The settings of a key: its policy, rotation, aliases and tags."""

import re
from datetime import UTC, datetime
from typing import Any

from moto.kms.models import Alias, Key
from moto.kms.utils import RESERVED_ALIASES

from reconciler.sandbox.moto_patches.kms.keys import (
    DAY,
    LEAVING,
    Keys,
    Reply,
    marked,
    not_found,
    wrong_marker,
)
from reconciler.sandbox.moto_patches.kms.rules import check_tags, invalid, refuse_state, unsupported
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

PAGE = 50
DEFAULT_PERIOD = 365  # days between two rotations
RESERVED = "alias/aws/"


class Settings(Keys):
    """The operations on settings of keys."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.rotation: dict[str, tuple[int, float]] = {}  # by key: days between rotations, start
        self.alias_times: dict[
            str, tuple[float, float]
        ] = {}  # by alias: the times of its creation and last change

    def put_policy(self, KeyId: str, PolicyName: str = "default", **params: Any) -> None:
        """PutKeyPolicy."""
        key = self.key(KeyId)
        _check_name(PolicyName)
        self._check_policy(params)
        key.policy = params["Policy"]

    def show_policy(self, KeyId: str, PolicyName: str = "default") -> Reply:
        """GetKeyPolicy."""
        key = self.key(KeyId)
        _check_name(PolicyName)
        return {"Policy": key.policy, "PolicyName": PolicyName}

    def show_policies(self, KeyId: str, **_: Any) -> Reply:
        """ListKeyPolicies; a key has exactly one."""
        self.key(KeyId)
        return {"PolicyNames": ["default"], "Truncated": False}

    def rotate_each(self, KeyId: str, RotationPeriodInDays: int = DEFAULT_PERIOD) -> None:
        """EnableKeyRotation.

        Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
        """
        key = self._rotatable(KeyId)
        key.key_rotation_status = True
        self.rotation[key.id] = (RotationPeriodInDays, current().clock())

    def rotate_no_more(self, KeyId: str) -> None:
        """DisableKeyRotation."""
        key = self._rotatable(KeyId)
        key.key_rotation_status = False
        self.rotation.pop(key.id, None)

    def show_rotation(self, KeyId: str) -> Reply:
        """GetKeyRotationStatus; a key that waits for its deletion is not rotated.

        Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html
        """
        key = self.key(KeyId)
        if not key.key_rotation_status or key.key_state in LEAVING:
            return {"KeyId": key.id, "KeyRotationEnabled": False}
        days, since = self.rotation.get(key.id, (DEFAULT_PERIOD, key.creation_date))
        passed = (current().clock() - since) // (days * DAY)
        following = since + (passed + 1) * days * DAY
        return {
            "KeyId": key.id,
            "KeyRotationEnabled": True,
            "RotationPeriodInDays": days,
            "NextRotationDate": datetime.fromtimestamp(following, UTC),
        }

    def rotate_now(self, KeyId: str) -> Reply:
        """RotateKeyOnDemand."""
        key = self._rotatable(KeyId)
        self.rotate_key_on_demand(key.id)
        return {"KeyId": key.id}

    def make_alias(self, AliasName: str, TargetKeyId: str) -> None:
        """CreateAlias.

        Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
        """
        _check_alias(AliasName)
        key = self._target(TargetKeyId)
        refuse_state(key, *LEAVING)
        if self.alias_exists(AliasName):
            text = f"An alias with the name {self._arn_of(AliasName)} already exists"
            raise SandboxError("AlreadyExistsException", text)
        self.create_alias(key.id, AliasName)
        self.alias_times[AliasName] = (current().clock(), current().clock())

    def move_alias(self, AliasName: str, TargetKeyId: str) -> None:
        """UpdateAlias; only to a key of the same type and usage.

        Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html
        """
        _check_alias(AliasName)
        key = self._target(TargetKeyId)
        before = self._of_alias(AliasName)
        refuse_state(key, *LEAVING)
        if (before.key_usage, _type(before)) != (key.key_usage, _type(key)):
            raise invalid(f"The keys {before.arn} and {key.arn} differ in their type or their usage")
        self.update_alias(key.id, AliasName)
        born = self.alias_times.get(AliasName, (current().clock(), 0))[0]
        self.alias_times[AliasName] = (born, current().clock())

    def drop_alias(self, AliasName: str) -> None:
        """DeleteAlias."""
        _check_alias(AliasName)
        self._of_alias(AliasName)
        self.delete_alias(AliasName)
        self.alias_times.pop(AliasName, None)

    def show_aliases(self, KeyId: str | None = None, Limit: int = PAGE, Marker: str | None = None) -> Reply:
        """ListAliases, including those of AWS that have no key until they are used.

        Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html
        """
        wanted = None if KeyId is None else self.key(KeyId).id
        self.settle()
        rows = [self._shown_alias(alias) for alias in self.list_aliases(wanted)]
        if wanted is None:
            unused = set(RESERVED_ALIASES) - {row["AliasName"] for row in rows}
            rows += [{"AliasName": name, "AliasArn": self._arn_of(name)} for name in unused]
        return marked("Aliases", cut(rows, lambda row: str(row["AliasName"]), Limit, Marker, wrong_marker()))

    def tag(self, KeyId: str, Tags: list[dict[str, str]]) -> None:
        """TagResource; an existing key gets the new value."""
        key = self.key(KeyId)
        refuse_state(key, *LEAVING)
        check_tags(Tags, self.tagger.get_tag_dict_for_resource(key.id))
        self.tagger.tag_resource(key.id, Tags)

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        """Change tags for the Resource Groups Tagging API, with the same checks."""
        self.tag(arn, [{"TagKey": key, "TagValue": value} for key, value in tags.items()])

    def untag(self, KeyId: str, TagKeys: list[str]) -> None:
        """UntagResource; missing keys are accepted."""
        key = self.key(KeyId)
        refuse_state(key, *LEAVING)
        self.tagger.untag_resource_using_names(key.id, TagKeys)

    def untag_resource(self, arn: str, tag_keys: list[str]) -> None:
        """Change tags for the Resource Groups Tagging API, with the same checks."""
        self.untag(arn, tag_keys)

    def tags_of(self, KeyId: str, Limit: int = PAGE, Marker: str | None = None) -> Reply:
        """ListResourceTags."""
        tags = self.tagger.get_tag_dict_for_resource(self.key(KeyId).id)
        rows = [{"TagKey": key, "TagValue": value} for key, value in tags.items()]
        return marked("Tags", cut(rows, lambda row: row["TagKey"], Limit, Marker, wrong_marker()))

    def _rotatable(self, key_id: str) -> Key:
        key = self.key(key_id)
        if key.key_spec != "SYMMETRIC_DEFAULT" or key.origin != "AWS_KMS":
            raise unsupported(f"{key.arn} is not a symmetric encryption key with material of AWS KMS.")
        if key.multi_region and key.multi_region_configuration["PrimaryKey"]["Arn"] != key.arn:
            raise unsupported(f"{key.arn} is a replica key; its primary key is rotated.")
        refuse_state(key, "Disabled", *LEAVING)
        return key

    def _target(self, key_id: str) -> Key:
        if self.get_alias_name(key_id).startswith("alias/"):
            raise invalid("Aliases must refer to keys. Not aliases")
        return self.key(key_id)

    def _of_alias(self, name: str) -> Key:
        self.settle()
        for key in self.keys.values():
            if name in key.aliases:
                return key
        raise not_found(f"Alias {self._arn_of(name)} is not found.")

    def _shown_alias(self, alias: Alias) -> dict[str, Any]:
        made, changed = self.alias_times.get(alias.alias_name, (None, None))
        return {
            "AliasName": alias.alias_name,
            "AliasArn": alias.alias_arn,
            "TargetKeyId": alias.target_key_id,
            "CreationDate": made,
            "LastUpdatedDate": changed,
        }


def _type(key: Key) -> str:
    """Return the type of a key: symmetric, HMAC or asymmetric."""
    family = key.key_spec.partition("_")[0]
    return family if family in {"SYMMETRIC", "HMAC"} else "asymmetric"


def _check_name(policy: str) -> None:
    if policy != "default":
        raise not_found("No such policy exists")


def _check_alias(name: str) -> None:
    if not re.fullmatch(r"alias/[a-zA-Z0-9/_-]+", name):
        raise invalid(
            "Invalid identifier" if ":" not in name else f"{name} contains invalid characters for an alias"
        )
    if name.startswith(RESERVED):
        raise SandboxError("NotAuthorizedException", f"The prefix {RESERVED} is reserved for AWS.")
