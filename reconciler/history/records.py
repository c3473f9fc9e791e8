"""The record of one pass, as plain data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from reconciler.applying import Outcome
from reconciler.aws.redaction import SECRETS
from reconciler.pass_report import PassReport
from reconciler.reports.data import as_data
from reconciler.stack import Key, Stack
from reconciler.stack_json import stack_data, stack_from, value_data

RecordOutcome = Literal["settled", "pending", "failed", "refused", "stopped", "invalid"]

UNTOUCHED: frozenset[Outcome] = frozenset({"refused", "unchanged"})
"""The outcomes of actions that changed nothing, unless they had begun."""


@dataclass(frozen=True)
class Record:
    """The record of one pass; `started` is in seconds since 1970, `number` is 0 until it is stored."""

    started: float
    who: str
    trigger: str
    """What started it: `once`, `quick`, `audit`, `event`, `rollback 7`."""
    outcome: RecordOutcome
    number: int = 0
    seconds: float = 0.0
    stack: str = ""
    environment: str = ""
    account: str = ""
    region: str = ""
    dry_run: bool = False
    only: tuple[str, ...] = ()
    """The patterns that it was limited to."""
    whole: bool = True
    """Whether it covered every resource of its stack."""
    files_hash: str = ""
    changes: int = 0
    """The number of actions that were carried out."""
    drifted: int = 0
    """The number of actions that corrected drift: the files had not changed since the last settled pass."""
    note: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)
    """The report, in the form of `reports.data.as_data`."""
    before: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By `kind/name` and field: the value before this pass changed it."""
    desired: Mapping[str, Any] | None = None
    """The stack, as `stacktext.stack_data` says it."""

    @property
    def quiet(self) -> bool:
        """Whether it changed nothing and had no error: such a pass is deleted after a week."""
        return self.dry_run or (self.outcome == "settled" and not self.changes)

    @property
    def applied(self) -> bool:
        """Whether it reached its desired state, or began to apply it."""
        return not self.dry_run and self.outcome in ("settled", "pending", "failed")


def record_of(
    report: PassReport, *, who: str, trigger: str, settled_hash: str | None = None, note: str = ""
) -> Record:
    """The record of a pass, without secrets; `settled_hash` is the hash of the files of the last settled pass."""
    stack, options = report.stack, report.options
    touched = [key for key, each in report.results.items() if each.begun or each.outcome not in UNTOUCHED]
    desired, missing = _desired(stack)
    return Record(
        started=report.started,
        seconds=round(report.seconds, 3),
        who=SECRETS.text(who),
        trigger=trigger,
        outcome=report.outcome,
        stack=stack.name,
        environment=stack.environment,
        account=stack.account,
        region=stack.region,
        dry_run=options.dry_run,
        only=options.only or tuple(sorted(map(str, options.keys or ()))),
        whole=not options.only and not options.but and options.keys is None and not options.resting,
        files_hash=stack.files_hash,
        changes=report.count("done"),
        drifted=len(report.plan.actions) if stack.files_hash == settled_hash else 0,
        note=SECRETS.text("; ".join(filter(None, (note, missing)))),
        report=as_data(report),
        before={} if options.dry_run else _before(report, touched),
        desired=desired,
    )


def _desired(stack: Stack) -> tuple[dict[str, Any] | None, str]:
    """The stack as data, or the reason why it cannot be stored."""
    try:
        data = stack_data(stack)
    except ValueError as error:
        return None, f"its desired state is not kept: {error}"
    if SECRETS.data(data) != data:
        # With `***` instead of a value it would be another desired state.
        return None, "its desired state is not kept: it contains the value of a secret"
    return data, ""


def _before(report: PassReport, touched: list[Key]) -> dict[str, dict[str, Any]]:
    """The observed values of changed fields, without those that contain a secret."""
    found: dict[str, dict[str, Any]] = {}
    for key in touched:
        for name, value in report.before.get(key, {}).items():
            plain = json.loads(json.dumps(value_data(value), default=str))
            if SECRETS.data(plain) == plain:
                found.setdefault(str(key), {})[name] = plain
    return found


def stack_of(record: Record) -> Stack | None:
    """The desired state of a pass; None if it was not stored."""
    return None if record.desired is None else stack_from(json.dumps(record.desired))


def why_no_rollback(record: Record) -> str | None:
    """Why a rollback to a pass is not possible; empty if it is."""
    if record.dry_run:
        return "it was a dry run and changed nothing"
    if not record.applied:
        return f"it was {record.outcome}, and its desired state was never reached"
    if not record.whole:
        return (
            "it was limited to some resources, and the rest of its desired state may never have been reached"
        )
    return None if record.desired is not None else record.note or "its desired state was not kept"
