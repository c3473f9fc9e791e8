"""Operations on versions of evaluation forms: activate, deactivate, validate."""

from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, Rows
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import absent, conflict
from reconciler.sandbox.connect.core.resource_types import EVALUATION_FORM
from reconciler.sandbox.connect.core.stored_records import Record, moment
from reconciler.sandbox.connect.evaluation.evaluation_rules import problems, require_fitting
from reconciler.sandbox.connect.evaluation.evaluation_state import (
    Version,
    authors,
    get_version,
    history,
    identity,
    refresh,
    validation,
)

AI_VERSION = "2026-01"
AI_BORN = 1_767_225_600.0  # 2026-01-01

operations = Operations()


def _named(record: Record, version: Version) -> dict[str, Any]:
    return {**identity(record), "EvaluationFormVersion": version.number}


@operations.on_instance
def activate_evaluation_form(instance: Instance, EvaluationFormId: str, EvaluationFormVersion: int) -> Reply:
    """Activate a version instead of the active one, and lock it."""
    record, held, version = get_version(instance, EvaluationFormId, EvaluationFormVersion)
    require_fitting(instance, version.content, draft=False)
    version.locked = True
    held.active, held.activated = version.number, instance.now()
    refresh(instance, record)
    return _named(record, version)


@operations.on_instance
def deactivate_evaluation_form(
    instance: Instance, EvaluationFormId: str, EvaluationFormVersion: int
) -> Reply:
    """Deactivate the active version."""
    record, held, version = get_version(instance, EvaluationFormId, EvaluationFormVersion)
    if held.active != version.number:
        raise conflict(f"Version {version.number} of form {record.name} is not active.")
    held.active = None
    refresh(instance, record)
    return _named(record, version)


@operations.pages("EvaluationFormVersionSummaryList", most=100)
def list_evaluation_form_versions(instance: Instance, EvaluationFormId: str) -> Rows:
    """List versions, the latest first."""
    record = instance.get(EVALUATION_FORM, EvaluationFormId)
    held = history(record)
    return [
        {
            **_named(record, version),
            "Locked": version.locked,
            "Status": held.status(version),
            **authors(instance, version.created, version.modified),
        }
        for _, version in sorted(held.versions.items(), reverse=True)
    ]


@operations.on_instance
def start_evaluation_form_validation(
    instance: Instance, EvaluationFormId: str, EvaluationFormVersion: int
) -> Reply:
    """Start the validation of a version, unless one is running."""
    record, _, version = get_version(instance, EvaluationFormId, EvaluationFormVersion)
    if validation(instance, version).get("LatestValidationStatus") == "IN_PROGRESS":
        raise conflict(f"Version {version.number} of form {record.name} is already being validated.")
    version.validated = instance.now()
    return _named(record, version)


@operations.on_instance
def get_evaluation_form_validation(
    instance: Instance, EvaluationFormId: str, EvaluationFormVersion: int | None = None
) -> Reply:
    """Return the result of a validation. The sandbox checks the structure, not the wording of questions."""
    record, _, version = get_version(instance, EvaluationFormId, EvaluationFormVersion)
    if version.validated is None:
        raise absent("Validation of form", EvaluationFormId)
    status = validation(instance, version)["LatestValidationStatus"]
    found = problems(version.content["Items"], draft=False) if status == "COMPLETED" else ()
    return {
        "Status": status,
        "EvaluationFormId": record.id,
        "EvaluationFormVersion": version.number,
        "StartedTime": moment(version.validated),
        "Findings": [
            {"IssueCode": "INVALID_STRUCTURE", "Description": text, "Severity": "ERROR"} for text in found
        ],
    }


@operations.pages("AIVersionSummaries", most=100)
def list_evaluation_form_ai_versions(_instance: Instance, **_asked: str) -> Rows:
    """List the models that can answer questions: the sandbox has one."""
    lifecycle = {"Status": "LATEST", "StartOfLifeTime": moment(AI_BORN)}
    return [{"AIVersionName": AI_VERSION, "AIVersionLifecycle": lifecycle}]
