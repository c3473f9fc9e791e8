"""Vocabularies: words for the analysis of contacts. They are created and deleted in the background."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, Rows, created
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import in_use, not_allowed
from reconciler.sandbox.connect.core.resource_types import VOCABULARY
from reconciler.sandbox.connect.core.stored_records import Record, moment

LARGEST_CONTENT = 50_000
COLUMNS = {"Phrase", "IPA", "SoundsLike", "DisplayAs"}
DEFAULTS = "default_vocabularies"
CREATING, DELETING = "CREATION_IN_PROGRESS", "DELETE_IN_PROGRESS"

operations = Operations()


def _drop_deleted(instance: Instance) -> None:
    for record in list(instance.store(VOCABULARY)):
        if record.settings.get("GoneAt", instance.now() + 1) <= instance.now():
            instance.forget(record)


def _get(instance: Instance, reference: str) -> Record:
    _drop_deleted(instance)
    return instance.get(VOCABULARY, reference)


def _state(instance: Instance, record: Record) -> dict[str, str]:
    if "GoneAt" in record.settings:
        return {"State": DELETING}
    if instance.now() < record.created + instance.plane.vocabulary_seconds:
        return {"State": CREATING}
    header = record.settings["Content"].splitlines()[0].split("\t")
    if "Phrase" not in header or not COLUMNS.issuperset(header):
        reason = "The first line of Content must name the columns Phrase, IPA, SoundsLike and DisplayAs."
        return {"State": "CREATION_FAILED", "FailureReason": reason}
    return {"State": "ACTIVE"}


def _summary(instance: Instance, record: Record) -> dict[str, Any]:
    return {
        "Name": record.name,
        "Id": record.id,
        "Arn": record.arn,
        "LanguageCode": record.settings["LanguageCode"],
        **_state(instance, record),
        "LastModifiedTime": moment(record.modified),
    }


@operations.on_instance
def create_vocabulary(
    instance: Instance, VocabularyName: str, Tags: Mapping[str, str] | None = None, **settings: str
) -> Reply:
    """Start to create a vocabulary; its content is checked later."""
    _drop_deleted(instance)
    if len(settings["Content"].encode()) > LARGEST_CONTENT:
        raise not_allowed("Content is larger than 50 KB.")
    record = instance.add(VOCABULARY, VocabularyName, settings, tags=Tags)
    return {**created(record), "State": CREATING}


@operations.on_instance
def describe_vocabulary(instance: Instance, VocabularyId: str) -> Reply:
    """Describe a vocabulary: the only operation that shows its words."""
    record = _get(instance, VocabularyId)
    more = {"Content": record.settings["Content"], "Tags": dict(record.tags)}
    return {"Vocabulary": {**_summary(instance, record), **more}}


@operations.on_instance
def delete_vocabulary(instance: Instance, VocabularyId: str) -> Reply:
    """Start to delete a vocabulary, unless it is the default of its language."""
    record = _get(instance, VocabularyId)
    state = _state(instance, record)["State"]
    if state == CREATING:
        raise not_allowed(f"Vocabulary {record.name} is still being created.")
    if record.id in instance.lists.get(DEFAULTS, {}):
        raise in_use(f"Vocabulary {record.name} is the default of its language.", record.id)
    record.settings.setdefault("GoneAt", instance.now() + instance.plane.vocabulary_seconds)
    return {**created(record), "State": DELETING}


@operations.pages("VocabularySummaryList", most=100, view=_summary)
def search_vocabularies(
    instance: Instance,
    State: str | None = None,
    NameStartsWith: str = "",
    LanguageCode: str | None = None,
) -> Rows:
    """Find vocabularies by state, language and prefix of the name."""
    _drop_deleted(instance)
    lag = max(instance.plane.search_lag, instance.plane.visibility_lag)
    return [
        record
        for record in instance.rows(VOCABULARY, lag)
        if record.name.startswith(NameStartsWith)
        and LanguageCode in {None, record.settings["LanguageCode"]}
        and State in {None, _state(instance, record)["State"]}
    ]


@operations.on_instance
def associate_default_vocabulary(
    instance: Instance, LanguageCode: str, VocabularyId: str | None = None
) -> Reply:
    """Set or clear the default vocabulary of a language."""
    chosen = instance.lists.setdefault(DEFAULTS, {})
    record = _get(instance, VocabularyId) if VocabularyId else None
    if record and record.settings["LanguageCode"] != LanguageCode:
        raise not_allowed(f"Vocabulary {record.name} is not in {LanguageCode}.")
    if record and _state(instance, record)["State"] != "ACTIVE":
        raise not_allowed(f"Vocabulary {record.name} is not active.")
    for row in list(chosen.values()):
        if row["LanguageCode"] == LanguageCode:
            del chosen[row["VocabularyId"]]
    if record:
        chosen[record.id] = {
            "InstanceId": instance.id,
            "LanguageCode": LanguageCode,
            "VocabularyId": record.id,
            "VocabularyName": record.name,
        }
    return {}


@operations.pages("DefaultVocabularyList", most=100)
def list_default_vocabularies(instance: Instance, LanguageCode: str | None = None) -> Rows:
    """List the default vocabularies of languages."""
    rows = instance.lists.get(DEFAULTS, {}).values()
    return [row for row in rows if LanguageCode in {None, row["LanguageCode"]}]
