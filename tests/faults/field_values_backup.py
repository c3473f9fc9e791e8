"""Values of the fields of AWS Backup that AWS accepts only together with others."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.contract.samples.backup_plan import CONTINUOUS
from tests.contract.samples.backup_selection import TABLE, tagged
from tests.contract.samples.backup_vault import policy
from tests.faults.field_places import FieldValues, KindValues
from tests.faults.generated_fields import kind_values_of

DAYS = {
    "move_to_cold_storage_after_days": FieldValues(31, 30, edges=(1, 310)),
    "delete_after_days": FieldValues(401, 400, edges=(120, 36_500)),
}
"""A backup stays in cold storage for at least 90 days."""


def vault() -> KindValues:
    """A vault; its days until the lock is final are also in a tag."""
    found = kind_values_of(known_kinds()["backup.vault"])
    by_path = {
        **found.by_path,
        "lock_configuration.min_retention_days": FieldValues(8, 7, edges=(1, 365)),
        "lock_configuration.max_retention_days": FieldValues(366, 365, edges=(7, 36_500)),
        "access_policy": FieldValues(policy("DeleteRecoveryPoint"), policy("StartRestoreJob")),
    }
    also = {"lock_configuration": ("tags",)}
    return replace(found, base={"policy": {"protect": False}}, by_path=by_path, also=also)


def plan() -> KindValues:
    """A plan; its vaults and roles exist, and its windows and days fit together."""
    found = kind_values_of(known_kinds()["backup.plan"])
    by_path = {
        **found.by_path,
        "rules[].target_backup_vault_name": FieldValues("weekly", "nightly", edges=()),
        "rules[].schedule_expression": FieldValues("cron(0 4 ? * * *)", "cron(0 3 ? * MON *)", edges=()),
        "rules[].rule_name": FieldValues("hourly", "daily", edges=()),
        "rules[].enable_continuous_backup": FieldValues(True, False, beside={"rules": [CONTINUOUS]}),
        "rules[].start_window_minutes": FieldValues(90, 60, edges=(60, 540)),
        "rules[].completion_window_minutes": FieldValues(660, 600, edges=(120, 52_560_000)),
        **{
            f"rules[].{place}lifecycle.{name}": values
            for place in ("", "copy_actions[].")
            for name, values in DAYS.items()
        },
    }
    return replace(found, by_path=by_path)


def selection() -> KindValues:
    """A selection, which needs resources or tags; a change means another selection."""
    found = kind_values_of(known_kinds()["backup.selection"])
    values = FieldValues(["*"], [TABLE], beside={"list_of_tags": [tagged("daily")]}, edges=())
    base = {**found.base, "resources": [TABLE]}
    return replace(found, base=base, by_path={**found.by_path, "resources": values})


VALUES_BY_KIND: Mapping[str, KindValues] = {
    "backup.vault": vault(),
    "backup.plan": plan(),
    "backup.selection": selection(),
}
