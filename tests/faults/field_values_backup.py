"""Values of the fields of AWS Backup that AWS accepts only together with others."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.contract.samples.backup_vault import policy
from tests.faults.field_places import FieldValues, KindValues
from tests.faults.generated_fields import kind_values_of


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


VALUES_BY_KIND: Mapping[str, KindValues] = {"backup.vault": vault()}
