"""When vaults and plans of backups are candidates for removal.

Sources: BackupVaultListMember, ListBackupSelections (AWS Backup API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Unused, day


def _empty(look: Considered) -> Iterator[Evidence]:
    shown = look.sighting.settings
    if not shown.get("NumberOfRecoveryPoints"):
        yield Evidence(f"0 recovery points; created {day(shown.get('CreationDate'))}")


def _without_selection(look: Considered) -> Iterator[Evidence]:
    if not list(look.api.pages("list_backup_selections", BackupPlanId=look.sighting.address["BackupPlanId"])):
        yield Evidence("0 selections: it backs up nothing")


VAULT = Unused("it has no recovery points", _empty)
PLAN = Unused("it has no selections", _without_selection, ("list_backup_selections",))
