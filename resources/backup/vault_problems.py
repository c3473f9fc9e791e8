"""Finds mistakes in the settings of a backup vault that AWS would refuse."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles
from reconciler.model import Finding

DEPRECATED: Mapping[str, str] = {
    "BACKUP_JOB_SUCCESSFUL": "BACKUP_JOB_COMPLETED",
    "BACKUP_JOB_FAILED": "BACKUP_JOB_COMPLETED",
    "BACKUP_JOB_EXPIRED": "BACKUP_JOB_COMPLETED",
    "RESTORE_JOB_SUCCESSFUL": "RESTORE_JOB_COMPLETED",
    "RESTORE_JOB_FAILED": "RESTORE_JOB_COMPLETED",
    "BACKUP_PLAN_CREATED": "",
    "BACKUP_PLAN_MODIFIED": "",
}
"""Events that the model has and AWS refuses, with those that replace them.

Source: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1188
"""


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes of one vault, and a warning about a lock that becomes final."""
    notifications: Mapping[str, Any] = files.settings.get("notifications") or {}
    for number, event in enumerate(notifications.get("backup_vault_events") or ()):
        if event in DEPRECATED:
            instead = f"write {DEPRECATED[event]}" if DEPRECATED[event] else "leave it out"
            yield Finding(
                f"AWS no longer takes the event {event}; {instead}",
                ("notifications", "backup_vault_events", number),
            )
    lock: Mapping[str, Any] = files.settings.get("lock_configuration") or {}
    least, most = (lock.get(name) for name in ("min_retention_days", "max_retention_days"))
    if least is not None and most is not None and least > most:
        yield Finding(
            "the maximum must not be less than min_retention_days",
            ("lock_configuration", "max_retention_days"),
        )
    if lock.get("changeable_for_days") is not None:
        said = (
            f"the lock becomes final {lock['changeable_for_days']} days after a pass has set it: then nobody can change or remove "
            "it, not even AWS, and backups stay until their retention has passed; leave this out for a lock that can be removed"
        )
        yield Finding(said, ("lock_configuration", "changeable_for_days"), warning=True)
