"""Finds mistakes in the rules of a backup plan that AWS would refuse.

Sources: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRuleInput.html,
https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles
from reconciler.model import Finding

IN_COLD_STORAGE = 90
CONTINUOUS_FOR = 35
WITHIN = 60
"""The least minutes from the end of the start window to the end of the completion window."""
START, END = 480, 10_080
"""The windows that AWS uses if a rule has none."""


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes of one plan."""
    for number, rule in enumerate(files.values.get("rules") or ()):
        for said, *place in _of_rule(rule):
            yield Finding(said, ("rules", number, *place))


def _of_rule(rule: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Each mistake, followed by its path."""
    start, end = rule.get("start_window_minutes") or START, rule.get("completion_window_minutes") or END
    if end < start + WITHIN:
        said = f"the backup must end at least {WITHIN} minutes after the start window of {start} minutes"
        yield said, "completion_window_minutes"
    yield from _of_lifecycle(rule.get("lifecycle") or {}, ())
    for number, copy in enumerate(rule.get("copy_actions") or ()):
        yield from _of_lifecycle(copy.get("lifecycle") or {}, ("copy_actions", number))
    kept = (rule.get("lifecycle") or {}).get("delete_after_days")
    if rule.get("enable_continuous_backup") and kept is not None and kept > CONTINUOUS_FOR:
        yield (
            f"AWS keeps a continuous backup for at most {CONTINUOUS_FOR} days",
            "lifecycle",
            "delete_after_days",
        )


def _of_lifecycle(lifecycle: Mapping[str, Any], within: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    cold, until = (lifecycle.get(name) for name in ("move_to_cold_storage_after_days", "delete_after_days"))
    if cold is not None and until is not None and until < cold + IN_COLD_STORAGE:
        said = f"AWS keeps a backup in cold storage for at least {IN_COLD_STORAGE} days: write {cold + IN_COLD_STORAGE} or more"
        yield said, *within, "lifecycle", "delete_after_days"
