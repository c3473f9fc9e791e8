"""Evaluation forms: questions about the work of an agent. An update replaces a whole version."""

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, created
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import conflict, quota_reached
from reconciler.sandbox.connect.core.resource_types import EVALUATION_FORM, RULE
from reconciler.sandbox.connect.core.stored_records import Record
from reconciler.sandbox.connect.evaluation.evaluation_rules import require_fitting
from reconciler.sandbox.connect.evaluation.evaluation_state import (
    History,
    authors,
    get_version,
    history,
    identity,
    refresh,
    summary,
    validation,
)

MOST_VERSIONS = 50
COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "GREATER_OR_EQUAL": ge,
    "GREATER_THAN_OR_EQUAL_TO": ge,
    "GREATER": gt,
    "GREATER_THAN": gt,
    "LESSER_OR_EQUAL": le,
    "LESS_THAN_OR_EQUAL_TO": le,
    "LESSER": lt,
    "LESS_THAN": lt,
    "EQUAL": eq,
    "EQUAL_TO": eq,
    "NOT_EQUAL": ne,
}

operations = Operations()


def as_searched(instance: Instance, record: Record) -> dict[str, Any]:
    """Describe a form as Search does: without questions and without members of a version."""
    content = history(record).latest.content
    automatic = content.get("AutoEvaluationConfiguration", {}).get("Enabled", False)
    more = {
        "Description": content.get("Description"),
        "EvaluationFormLanguage": content.get("LanguageConfiguration", {}).get("FormLanguage"),
        "ContactInteractionType": content.get("TargetConfiguration", {}).get("ContactInteractionType"),
        "AIVersion": content.get("AIVersion"),
    }
    return {
        **summary(instance, record),
        **{member: value for member, value in more.items() if value is not None},
        "Status": record.settings["Status"],
        "AutoEvaluationEnabled": automatic,
        "Tags": dict(record.tags),
    }


def _field(instance: Instance, record: Record, condition: Mapping[str, Any]) -> Any:
    by_name = {member.lower(): value for member, value in as_searched(instance, record).items()}
    return by_name.get(condition.get("FieldName", "").lower())


def _within(found: Any, condition: Mapping[str, Any]) -> bool:
    low, high = condition.get("MinValue"), condition.get("MaxValue")
    if found is None:
        return False
    if condition.get("ComparisonType", "RANGE") == "RANGE":
        return bool((low is None or low <= found) and (high is None or found <= high))
    return COMPARISONS[condition["ComparisonType"]](found, high if low is None else low)


def _numbered(instance: Instance, record: Record, condition: Mapping[str, Any]) -> bool:
    return _within(_field(instance, record, condition), condition)


def _timed(instance: Instance, record: Record, condition: Mapping[str, Any]) -> bool:
    found = _field(instance, record, condition)
    # Times are compared with the precision of the request: seconds or milliseconds.
    text = found.strftime("%Y-%m-%dT%H:%M:%S") if found else None
    bounds = {
        member: value[: len("2026-01-01T00:00:00")] if member.endswith("Value") else value
        for member, value in condition.items()
    }
    return _within(text, bounds)


def _true(instance: Instance, record: Record, condition: Mapping[str, Any]) -> bool:
    wanted = condition.get("ComparisonType", "IS_TRUE") == "IS_TRUE"
    return bool(_field(instance, record, condition)) is wanted


operations.list_all(
    "ListEvaluationForms", EVALUATION_FORM, "EvaluationFormSummaryList", view=summary, most=100
)
operations.search(
    "SearchEvaluationForms",
    EVALUATION_FORM,
    "EvaluationFormSearchSummaryList",
    view=as_searched,
    conditions={
        "NumberCondition": _numbered,
        "BooleanCondition": _true,
        "DateTimeCondition": _timed,
    },
)


@operations.on_instance
def create_evaluation_form(
    instance: Instance, AsDraft: bool = False, Tags: Mapping[str, str] | None = None, **content: Any
) -> Reply:
    """Create a form; its first version cannot be used until it is activated."""
    require_fitting(instance, content, draft=AsDraft)
    held = History()
    held.keep(content, instance.now())
    settings = {"History": held, "Status": "DRAFT"}
    record = instance.add(EVALUATION_FORM, content["Title"], settings, tags=Tags)
    refresh(instance, record)
    return created(record)


@operations.on_instance
def describe_evaluation_form(
    instance: Instance, EvaluationFormId: str, EvaluationFormVersion: int | None = None
) -> Reply:
    """Describe a version, by default the latest."""
    record, held, version = get_version(instance, EvaluationFormId, EvaluationFormVersion)
    return {
        "EvaluationForm": {
            **identity(record),
            **version.content,
            "EvaluationFormVersion": version.number,
            "Status": held.status(version),
            "Locked": version.locked,
            **authors(instance, version.created, version.modified),
            **validation(instance, version),
            "Tags": dict(record.tags),
        }
    }


@operations.on_instance
def update_evaluation_form(
    instance: Instance,
    *,
    EvaluationFormId: str,
    EvaluationFormVersion: int,
    CreateNewVersion: bool = False,
    AsDraft: bool = False,
    **content: Any,
) -> Reply:
    """Replace the content of a version, or create a new version; a locked version cannot be changed."""
    record, held, version = get_version(instance, EvaluationFormId, EvaluationFormVersion)
    require_fitting(instance, content, draft=AsDraft)
    if content["Title"] != record.name:
        instance.store(EVALUATION_FORM).require_free(EVALUATION_FORM, content["Title"])
    if CreateNewVersion:
        if len(held.versions) >= MOST_VERSIONS:
            raise quota_reached("versions of an evaluation form", MOST_VERSIONS)
        version = held.keep(content, instance.now())
    elif version.locked:
        raise conflict(f"Version {version.number} of form {record.name} is locked.")
    else:
        version.content, version.modified = content, instance.now()
    refresh(instance, record)
    return {**identity(record), "EvaluationFormVersion": version.number}


@operations.on_instance
def delete_evaluation_form(
    instance: Instance, EvaluationFormId: str, EvaluationFormVersion: int | None = None
) -> Reply:
    """Delete a form or one of its versions; an active version must be deactivated first."""
    record, held, version = get_version(instance, EvaluationFormId, EvaluationFormVersion)
    if held.active and EvaluationFormVersion in {None, held.active}:
        raise conflict(f"Version {held.active} of form {record.name} is active.")
    if EvaluationFormVersion is not None and len(held.versions) > 1:
        del held.versions[version.number]
        refresh(instance, record)
        return None
    if instance.holders(record, RULE.noun):
        raise conflict(f"Form {record.name} is in use by a rule.")
    instance.remove(record)
    return None
