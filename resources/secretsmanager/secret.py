"""secretsmanager.secret: a secret, whose value nobody sees."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    PAIR,
    Adapter,
    Address,
    Api,
    Assigned,
    Create,
    Reads,
    Sighting,
    TagOperations,
    Wired,
    day,
    tagging,
    tags_in,
)
from reconciler.errors import Absent
from reconciler.permissions import GrantedFor
from reconciler.resources.secretsmanager import costs, secret_changes, secret_problems, unused
from reconciler.resources.secretsmanager.secret_cloudformation import CLOUDFORMATION
from reconciler.resources.secretsmanager.secret_grants import GRANTED_FOR
from reconciler.resources.secretsmanager.secret_model import NAMES, ManagedSecret
from reconciler.resources.secretsmanager.secret_reading import POLICY
from reconciler.resources.secretsmanager.secret_value import CHECKS, with_value
from reconciler.resources.secretsmanager.service import SECRETS_MANAGER

VALUES = ("secret_value", "generated")
TAGGING = replace(
    tagging(TagOperations(read="describe_secret", at=None, pair=PAIR)),
    read=lambda api, secret: tags_in(api.call("describe_secret", **secret.address).get("Tags")),
)


class SecretAdapter(Adapter[ManagedSecret]):
    """CreateSecret, and an operation for each setting."""

    kind = "secretsmanager.secret"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="access", column=3)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = GRANTED_FOR
    service = SECRETS_MANAGER
    model = ManagedSecret
    costs = costs.SECRET
    summary = "a secret with its policy, rotation and replicas; nobody sees its value"
    console = "https://{region}.console.aws.amazon.com/secretsmanager/secret?name={name}&region={region}"
    identity = Assigned(
        address="SecretId",
        id_in="ARN",
        arn_in="ARN",
        arns=("arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-??????",),
        forms=NAMES,
    )
    create = Create(
        "create_secret", ("description", "kms_key_id", *VALUES, "replicas"), write_only=frozenset(VALUES)
    )
    updates = secret_changes.GROUPS
    delete = secret_changes.DELETE
    reads = Reads(
        list="list_secrets",
        list_with={"IncludePlannedDeletion": True, "MaxResults": 100},
        get="describe_secret",
        alone={"resource_policy": POLICY},
        remembered=frozenset({"resource_policy"}),
        changed_in="LastChangedDate",
        called=("get_random_password",),
        listed=frozenset({"description", "kms_key_id", "rotation", "recovery_window_in_days"}),
    )
    compared: ClassVar[Mapping[str, Callable[..., Any]]] = {"rotation": secret_changes.compared_rotation}
    tagging = TAGGING
    tagging_api_type = "secretsmanager:secret"
    checks = CHECKS
    unused = unused.SECRET
    problems = staticmethod(secret_problems.problems)

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        for seen in super().list(api, scope):
            if seen.settings.get("PrimaryRegion") in (None, api.region):  # others are replicas
                yield seen

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        return replace(super().seen(api, scope, row), tags=tags_in(row.get("Tags")))

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        try:
            return self.seen(api, scope, api.call("describe_secret", SecretId=name))
        except Absent:
            return None

    def shown(self, row: Any) -> Wired:
        # With the member names of requests.
        replicas = [
            {name: each.get(name) for name in ("Region", "KmsKeyId")}
            for each in row.get("ReplicationStatus") or ()
        ]
        window = secret_changes.window_in(tags_in(row.get("Tags")))
        shown: Wired = row | {
            "AddReplicaRegions": replicas,
            "Rotation": secret_changes.rotation_in(row),
            "RecoveryWindowInDays": window.get("RecoveryWindowInDays"),
        }
        return shown

    def scheduled(self, api: Api, sighting: Sighting) -> Sighting:
        found = self.describe(api, sighting)
        when = f"AWS deletes it on {day(found['DeletedDate'])}" if found.get("DeletedDate") else None
        return replace(sighting, settings={**sighting.settings, **found}, deletion=when)

    def prepare(self, api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
        return with_value(api, parameters)
