"""A pass as JSON, for other programs."""

from typing import Any

from reconciler.aws.redaction import SECRETS
from reconciler.one_pass import PassReport
from reconciler.planning.plan import Action
from reconciler.reports.values import plain_data


def as_data(report: PassReport) -> dict[str, Any]:
    """The whole pass. `seconds` are the clock's; `calls` counts each `service:operation`."""
    stack = report.stack
    data: dict[str, Any] = {
        "stack": stack.name,
        "environment": stack.environment,
        "account": stack.account,
        "region": stack.region,
        "dry_run": report.options.dry_run,
        "outcome": report.outcome,
        "resources": len(stack.resources),
        "actions": [_action(report, action) for action in report.plan.actions.values()],
        "refusals": list(report.refusals),
        "notes": list(report.notes),
        "blind": list(report.blind),
        "estimated_calls": report.estimated_calls,
        "estimated_seconds": round(report.estimated_seconds, 1),
        "calls": dict(report.calls),
        "mutating_calls": report.mutating_calls,
        "throttled_calls": report.throttled_calls,
        "seconds": round(report.seconds, 3),
        "files_hash": stack.files_hash,
    }
    safe: dict[str, Any] = SECRETS.data(data)
    return safe


def _action(report: PassReport, action: Action) -> dict[str, Any]:
    result = report.results[action.key]
    return {
        "kind": action.key.kind,
        "name": action.key.name,
        "action": action.verb,
        "outcome": result.outcome,
        "message": result.message,
        "differences": [
            {"field": each.field, "observed": plain_data(each.observed), "desired": plain_data(each.desired)}
            for each in action.differences
        ],
    }
