"""A pass as data, and as JSON for other programs."""

from datetime import UTC, datetime

from reconciler.aws.redaction import SECRETS
from reconciler.pass_report import PassReport
from reconciler.planning.diff import Difference
from reconciler.planning.plan import Action
from reconciler.reports.extra_text import extra_data
from reconciler.reports.report_schema import VERSION, ActionData, DifferenceData, ReportData
from reconciler.reports.unmanaged_contents import others_data
from reconciler.reports.value_format import plain_data
from reconciler.runtime.printable import json_text


def as_json(data: ReportData) -> str:
    """The whole pass as the JSON that `reconciler schema --report` describes."""
    return json_text(data) + "\n"


def as_data(report: PassReport) -> ReportData:
    """The whole pass as data. `seconds` is the time of the clock; `calls` counts each `service:operation`."""
    stack = report.stack
    data: ReportData = {
        "report": VERSION,
        "started": datetime.fromtimestamp(int(report.started), UTC).isoformat().replace("+00:00", "Z"),
        "stack": stack.name,
        "environment": stack.environment,
        "account": stack.account,
        "region": stack.region,
        "dry_run": report.options.dry_run,
        "only": list(report.options.only),
        "excepted": list(report.options.but),
        "outcome": report.outcome,
        "resources": len(stack.resources),
        "compared": _compared(report),
        "actions": [_action(report, action) for action in report.plan.actions.values()],
        "refusals": list(report.refusals),
        "notes": [*report.hints, *report.notes],
        "blind": list(report.blind),
        "estimated_calls": report.estimated_calls,
        "estimated_seconds": round(report.estimated_seconds, 1),
        "calls": dict(report.calls),
        "mutating_calls": report.mutating_calls,
        "throttled_calls": report.throttled_calls,
        "seconds": round(report.seconds, 3),
        "files_hash": stack.files_hash,
    }
    if report.extra is not None:
        data["extra"] = extra_data(report.extra)
    safe: ReportData = SECRETS.data(data)
    return safe


def _compared(report: PassReport) -> int:
    """How many desired resources were read: 0 if the pass was refused before."""
    if report.refusals and not report.plan.actions:
        return 0
    return sum(report.options.selects(key) for key in report.stack.resources)


def _action(report: PassReport, action: Action) -> ActionData:
    result = report.results[action.key]
    data: ActionData = {
        "kind": action.key.kind,
        "name": action.key.name,
        "action": action.verb,
        "outcome": result.outcome,
        "message": result.message,
        "begun": result.begun,
        "differences": [_difference(each) for each in (*action.differences, *action.held)],
        "contents": [
            {"kind": each.key.kind, "name": each.key.name, "owner": each.owner.value}
            for each in action.contents
        ],
    }
    desired = report.stack.resources.get(action.key)
    if desired is not None and desired.fed is not None:
        data["place"] = str(desired.place)
    if action.others:
        data["others"] = [others_data(each) for each in action.others]
    return data


def _difference(difference: Difference) -> DifferenceData:
    data: DifferenceData = {
        "field": difference.field,
        "observed": plain_data(difference.observed),
        "desired": plain_data(difference.desired),
    }
    if difference.deletes:
        data["deletes"] = difference.deletes
    if difference.note:
        data["note"] = difference.note
    return data
