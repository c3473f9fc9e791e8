"""The versions of an evaluation form: at most one is active, and every version that was active stays locked."""

from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import absent
from reconciler.sandbox.connect.core.resource_types import EVALUATION_FORM
from reconciler.sandbox.connect.core.stored_records import Record, moment

OPTIONAL = (
    "Description",
    "ScoringStrategy",
    "AutoEvaluationConfiguration",
    "ReviewConfiguration",
    "TargetConfiguration",
    "LanguageConfiguration",
    "AIVersion",
)


@dataclass
class Version:
    """One version of a form: its content with the title, and the time of its last validation."""

    number: int
    content: dict[str, Any]
    created: float
    modified: float
    locked: bool = False
    validated: float | None = None


@dataclass
class History:
    """All versions of a form, by number; numbers of deleted versions are not used again."""

    versions: dict[int, Version] = field(default_factory=dict)
    last: int = 0
    active: int | None = None
    activated: float | None = None

    @property
    def latest(self) -> Version:
        """The version with the highest number."""
        return self.versions[max(self.versions)]

    def keep(self, content: dict[str, Any], when: float) -> Version:
        """Add a version."""
        self.last += 1
        self.versions[self.last] = Version(self.last, content, when, when)
        return self.versions[self.last]

    def status(self, version: Version) -> str:
        """Return the status of a version: ACTIVE or DRAFT."""
        return "ACTIVE" if version.number == self.active else "DRAFT"


def history(record: Record) -> History:
    """Return the versions of a form."""
    held: History = record.settings["History"]
    return held


def get_version(
    instance: Instance, reference: str, number: int | None = None
) -> tuple[Record, History, Version]:
    """Return a form and one of its versions, by default the latest."""
    record = instance.get(EVALUATION_FORM, reference)
    held = history(record)
    version = held.latest if number is None else held.versions.get(number)
    if version is None:
        raise absent("EvaluationForm version", f"{reference}:{number}")
    return record, held, version


def refresh(instance: Instance, record: Record) -> None:
    """Update the members of a form that Search shows: title and description of the latest version, and the status."""
    held = history(record)
    content = held.latest.content
    status = "ACTIVE" if held.active else "DRAFT"
    changes = {"Description": content.get("Description"), "Status": status}
    instance.change(record, changes, content["Title"])


def identity(record: Record) -> dict[str, str]:
    """Return the id and ARN of a form."""
    return {"EvaluationFormId": record.id, "EvaluationFormArn": record.arn}


def authors(instance: Instance, created: float, modified: float) -> dict[str, Any]:
    """Return who created and changed a form, and when."""
    caller = instance.plane.caller
    return {
        "CreatedTime": moment(created),
        "CreatedBy": caller,
        "LastModifiedTime": moment(modified),
        "LastModifiedBy": caller,
    }


def summary(instance: Instance, record: Record) -> dict[str, Any]:
    """Summarize a form."""
    held = history(record)
    active: dict[str, Any] = {"ActiveVersion": held.active} if held.active else {}
    if held.activated is not None:
        active |= {"LastActivatedTime": moment(held.activated), "LastActivatedBy": instance.plane.caller}
    return {
        **identity(record),
        "Title": record.name,
        **authors(instance, record.created, record.modified),
        "LatestVersion": held.latest.number,
        **active,
    }


def validation(instance: Instance, version: Version) -> dict[str, Any]:
    """Return the state of the validation of a version."""
    if version.validated is None:
        return {}
    busy = instance.now() < version.validated + instance.plane.form_validation_seconds
    return {
        "LatestValidationStatus": "IN_PROGRESS" if busy else "COMPLETED",
        "LastValidationTime": moment(version.validated),
    }
