"""kms.key: a key of AWS KMS."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Attribute,
    Create,
    Delete,
    Marked,
    Reads,
    Sends,
    Sighting,
    Wired,
)
from reconciler.forms import Form
from reconciler.model import Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.kms import costs, key_reading, unused
from reconciler.resources.kms.key_changes import ALIASES, RESTORE, STATE, WINDOW, deletion, free_aliases
from reconciler.resources.kms.key_cloudformation import CLOUDFORMATION
from reconciler.resources.kms.key_grants import for_multi_region
from reconciler.resources.kms.key_model import DEFAULTS, FIXED, KmsKey
from reconciler.resources.kms.key_problems import problems
from reconciler.resources.kms.service import KMS


class KeyAdapter(Adapter[KmsKey]):
    """CreateKey, and an operation for each setting."""

    kind = "kms.key"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="access", column=3)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"multi_region": for_multi_region}
    service = KMS
    model = KmsKey
    costs = costs.KEY
    summary = "a key with its policy, rotation, aliases and waiting time before its deletion"
    console = "https://{region}.console.aws.amazon.com/kms/home?region={region}#/kms/keys/{id}"
    defaults: ClassVar[Settings] = DEFAULTS
    identity = Marked(
        address="KeyId",
        id_in="KeyMetadata.KeyId",
        arn_in="KeyMetadata.Arn",
        chosen_by=frozenset({"id", "tags"}),
        # IAM checks operations on aliases against both.
        arns=(
            "arn:{partition}:kms:{region}:{account}:key/{id}",
            "arn:{partition}:kms:{region}:{account}:alias/*",
        ),
        forms=(Form(r"(?!aws/).*", "a name that does not begin with aws/, which AWS reserves"),),
    )
    create = Create("create_key", (*FIXED, "key_policy", "description"), fixed=frozenset(FIXED))
    updates = (
        Sends("update_key_description", ("description",)),
        Sends("put_key_policy", ("key_policy",)),
        *(STATE, ALIASES, WINDOW),
    )
    delete = Delete(
        "schedule_key_deletion", protected=True, parameters=deletion, restore=RESTORE, frees=free_aliases
    )
    reads = Reads(
        list="list_keys",
        get="describe_key",
        shown_in="KeyMetadata",
        alone=key_reading.ALONE,
        remembered=frozenset({"pending_window_in_days"}),  # our own tag
        listed=frozenset({"aliases"}),
        joined=frozenset({"list_aliases"}),
    )
    tagging = key_reading.TAGGING
    tagging_api_type = "kms:key"
    attributes: ClassVar[Mapping[str, Attribute]] = key_reading.ATTRIBUTES
    checks = key_reading.CHECKS
    unused = unused.KEY
    problems = staticmethod(problems)

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        return key_reading.with_aliases(api, super().list(api, scope))

    def listed_before(self, api: Api, known: Iterable[Sighting]) -> Iterable[Sighting]:
        return key_reading.with_aliases(api, known)

    def not_manageable(self, api: Api) -> Iterable[tuple[str, str]]:
        for id_, names in sorted(key_reading.all_aliases(api).items()):
            of_aws = (each for each in names if id_ and each.startswith(key_reading.OF_AWS))
            yield from ((f"alias/{each}", "AWS manages this key") for each in of_aws)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        return self.identity.seen(api, scope, row | {"Arn": row["KeyArn"]})

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        return next((each for each in self.list(api, scope) if name in each.also), None)

    def shown(self, row: Any) -> Wired:
        # With the member names of CreateKey.
        outside = row.get("XksKeyConfiguration") or {}
        shown: Wired = row | {"XksKeyId": outside.get("Id"), "KeyState": row["KeyState"]}
        return shown

    def scheduled(self, api: Api, sighting: Sighting) -> Sighting:
        found = self.describe(api, sighting)
        return replace(
            sighting, settings={**sighting.settings, **found}, deletion=key_reading.deletion_in_words(found)
        )

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        state = self.describe(api, sighting)["KeyState"]
        return f"key is {state}" if state in ("Creating", "Updating") else None
