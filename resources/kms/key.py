"""kms.key: a key of AWS KMS."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Attribute,
    Calls,
    Create,
    Delete,
    InFiles,
    Marked,
    Reads,
    Restore,
    Sends,
    Sighting,
    TagWords,
    Wired,
    tagging,
)
from reconciler.forms import Form
from reconciler.interpolation import has_reference
from reconciler.model import Finding, Settings
from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.kms.key_changes import (
    deletion,
    free_aliases,
    put_aliases,
    put_state,
    put_window,
    restore,
    window_in,
)
from reconciler.resources.kms.key_model import KmsKey
from reconciler.resources.kms.key_problems import problems
from reconciler.resources.kms.service import KMS

FIXED = ("key_spec", "key_usage", "origin", "multi_region", "custom_key_store_id", "xks_key_id")
DESCRIBED = frozenset({*FIXED, "description", "enabled"})
ROTATION = frozenset({"key_rotation_enabled", "rotation_period_in_days"})
OF_AWS = "aws/"
BOTH_WAYS = "CloudFormation says nothing of it, and no operation changes it"
MRK = "mrk.kms.amazonaws.com"


def for_multi_region(wanted: bool, location: Location) -> Iterator[Grant]:
    """The service-linked role of multi-Region keys ("Controlling access to multi-Region keys", AWS KMS Developer Guide)."""
    if wanted:
        role = f"arn:{location.partition}:iam::{location.account}:role/aws-service-role/{MRK}/*"
        yield Grant("iam:CreateServiceLinkedRole", role, (("StringEquals", "iam:AWSServiceName", (MRK,)),))


def first_alias(api: Api, sighting: Sighting) -> str | None:
    """The first of its aliases by the alphabet, as KMS writes it."""
    names = _aliases(api, sighting.id)
    return f"alias/{names[0]}" if names else None


def written_alias(settings: Settings) -> str | None:
    """The first of the aliases that the files write."""
    names = sorted(settings.get("aliases") or ())
    return f"alias/{names[0]}" if names and not any(map(has_reference, names)) else None


def has_alias(api: Api, sighting: Sighting, alias: str) -> bool:
    """Whether an alias points to a key, and not to another one."""
    return alias.removeprefix("alias/") in _aliases(api, sighting.id)


def without_aliases(settings: Settings) -> str:
    """Why a key has no alias."""
    return "it has no alias; write one in aliases" if settings.get("aliases", ...) in (None, []) else ""


class KeyAdapter(Adapter[KmsKey]):
    """CreateKey, and an operation for each setting."""

    kind = "kms.key"
    cloudformation = CloudFormation(
        type="AWS::KMS::Key",
        called={"EnableKeyRotation": "key_rotation_enabled"},
        left_out={
            "BypassPolicyLockoutSafetyCheck": "AWS's check that a policy leaves somebody who can change it stays on"
        },
        fixed=dict.fromkeys(FIXED, BOTH_WAYS),
        write_only={
            "pending_window_in_days": "a tag of the key holds it",
            "rotation_period_in_days": "GetKeyRotationStatus shows it",
        },
    )
    appearance = Appearance(sort="storage", column=3)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"multi_region": for_multi_region}
    service = KMS
    model = KmsKey
    summary = "a key with its policy, rotation, aliases and waiting time before its deletion"
    identity = Marked(
        address="KeyId",
        id_in="KeyMetadata.KeyId",
        arn_in="KeyMetadata.Arn",
        chosen_by=frozenset({"id", "tags"}),
        # Operations on aliases want both.
        arns=(
            "arn:{partition}:kms:{region}:{account}:key/{id}",
            "arn:{partition}:kms:{region}:{account}:alias/*",
        ),
        forms=(Form(r"(?!aws/).*", "a name that does not begin with aws/, which AWS keeps"),),
    )
    create = Create("create_key", (*FIXED, "key_policy", "description"), fixed=frozenset(FIXED))
    updates = (
        Sends("update_key_description", ("description",)),
        Sends("put_key_policy", ("key_policy",)),
        Calls(
            put_state,
            ("enabled", "key_rotation_enabled", "rotation_period_in_days"),
            ("enable_key", "enable_key_rotation", "disable_key_rotation", "disable_key"),
        ),
        Calls(put_aliases, ("aliases",), ("create_alias", "delete_alias")),
        Calls(put_window, ("pending_window_in_days",), ("tag_resource", "untag_resource")),
    )
    delete = Delete(
        "schedule_key_deletion",
        protected=True,
        parameters=deletion,
        restore=Restore(restore, ("cancel_key_deletion", "enable_key")),
        frees=free_aliases,
    )
    reads = Reads(
        called=(
            "list_keys",
            "list_aliases",
            "describe_key",
            "get_key_policy",
            "get_key_rotation_status",
            "list_resource_tags",
        ),
        listed=frozenset({"aliases"}),
        joined=frozenset({"list_aliases"}),
    )
    tagging = tagging(
        TagWords(read="list_resource_tags", at="KeyId", pair=("TagKey", "TagValue"), paged=True)
    )
    tagging_api_type = "kms:key"
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "alias": Attribute(
            "its first alias by the alphabet, `alias/...`: of the written ones, where there are any",
            first_alias,
            ("aliases",),
            without_aliases,
            written=written_alias,
            has=has_alias,
        )
    }

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        names: dict[str, list[str]] = {}
        for row in api.pages("list_aliases"):
            name = row["AliasName"].removeprefix("alias/")
            # Aliases that AWS keeps for a service name no key until the service is used.
            names.setdefault(row.get("TargetKeyId", ""), []).append(name)
        for row in api.pages("list_keys"):
            aliases = sorted(names.get(row["KeyId"], ()))
            if not any(each.startswith(OF_AWS) for each in aliases):
                yield self._seen(scope, row["KeyId"], row["KeyArn"], aliases)

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        return next((each for each in self.list(api, scope) if name in each.also), None)

    def scheduled(self, api: Api, sighting: Sighting) -> Sighting:
        found = _described(api, sighting)
        words = {
            "PendingDeletion": f"AWS deletes it on {found.get('DeletionDate')}",
            "PendingReplicaDeletion": "AWS deletes it once its replicas in other Regions are gone",
        }
        settings = {**sighting.settings, **found}
        return replace(sighting, settings=settings, deletion=words.get(found["KeyState"]))

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        state = _described(api, sighting)["KeyState"]
        return f"key is {state}" if state in ("Creating", "Updating") else None

    def get_fields(self, api: Api, sighting: Sighting, fields: frozenset[str]) -> Wired:
        found: dict[str, Any] = {}
        if "aliases" in fields:
            found["Aliases"] = _aliases(api, sighting.id)
        if fields & DESCRIBED:
            found |= _described(api, sighting)
        if "key_policy" in fields:
            found["Policy"] = api.call("get_key_policy", KeyId=sighting.id)["Policy"]
        if fields & ROTATION:
            found |= api.call("get_key_rotation_status", KeyId=sighting.id)
        if "pending_window_in_days" in fields:
            found |= {"PendingWindowInDays": None, **window_in(self.tagging.read(api, sighting))}
        return found

    def problems(self, files: InFiles) -> Iterable[Finding]:
        return problems(files)

    def _seen(self, scope: Address, id_: str, arn: str, aliases: Sequence[str]) -> Sighting:
        return Sighting(
            id_, self.identity.at(scope, id_), arn, settings={"Aliases": [*aliases]}, also=tuple(aliases)
        )


def _aliases(api: Api, id_: str) -> list[str]:
    rows = api.pages("list_aliases", KeyId=id_)
    return sorted(row["AliasName"].removeprefix("alias/") for row in rows)


def _described(api: Api, sighting: Sighting) -> dict[str, Any]:
    """A key as DescribeKey shows it; what it calls otherwise than CreateKey is called as there."""
    found: dict[str, Any] = api.call("describe_key", KeyId=sighting.id)["KeyMetadata"]
    outside = found.get("XksKeyConfiguration") or {}
    return found | {"XksKeyId": outside.get("Id"), "KeyState": found["KeyState"]}
