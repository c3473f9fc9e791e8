"""Views: the pages of an agent workspace, with published content and drafts."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, Rows
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import absent, in_use, invalid, not_allowed
from reconciler.sandbox.connect.core.resource_types import CONTACT_FLOW, FLOW_MODULE, VIEW
from reconciler.sandbox.connect.core.stored_records import Record, moment
from reconciler.sandbox.connect.flows.flow_contents import (
    LATEST,
    SAVED,
    Contents,
    checksum,
    contents,
    split_reference,
)

LARGEST_CONTENT = 400_000
# AWS computes the schema. It is not documented how, so the sandbox returns a fixed one.
SCHEMA = json.dumps({"type": "object", "properties": {}, "required": [], "$defs": {}})

operations = Operations()


def get_view(instance: Instance, reference: str) -> tuple[Record, str]:
    """Return a view by its id or ARN, and the qualifier at its end."""
    base, qualifier = split_reference(reference)
    return instance.get(VIEW, base), qualifier


def get_own_view(instance: Instance, reference: str) -> Record:
    """Return a view; refuse one of AWS."""
    record, _ = get_view(instance, reference)
    if record.shared:
        raise not_allowed(f"View {record.name} is managed by AWS.")
    return record


def token_of(content: Mapping[str, Any]) -> str:
    """Return the hash of a content."""
    return checksum(json.dumps(content, sort_keys=True))


def as_shown(
    record: Record, content: Mapping[str, Any], status: str, *, version: int | None = None, text: str = ""
) -> dict[str, Any]:
    """Describe a view with one of its contents."""
    settings, published = record.settings, contents(record).published
    if record.shared:
        version = 1
    return {
        "Id": record.id,
        "Arn": f"{record.arn}:{version}" if version else record.arn,
        "Name": record.name,
        "Status": status,
        "Type": settings["Type"],
        **({"Description": settings["Description"]} if "Description" in settings else {}),
        **({"Version": version} if version else {}),
        **({"VersionDescription": text} if text else {}),
        "Content": {"InputSchema": SCHEMA, **content},
        **({"ViewContentSha256": token_of(published)} if published else {}),
        "Tags": dict(record.tags),
        "CreatedTime": moment(record.created),
        # A change of name or description does not change this time.
        "LastModifiedTime": moment(settings["ContentModified"]),
    }


def _status(record: Record) -> str:
    return contents(record).status


def as_found(_instance: Instance, record: Record) -> dict[str, Any]:
    """Describe the published content of a view, or its draft if it was never published."""
    held = contents(record)
    return as_shown(record, held.published or held.draft or {}, held.status)


def as_listed(instance: Instance, record: Record) -> dict[str, Any]:
    """Summarize a view."""
    view = as_found(instance, record)
    wanted = ("Id", "Arn", "Name", "Type", "Status", "Description")
    return {member: view[member] for member in wanted if member in view}


operations.search(
    "SearchViews",
    VIEW,
    "Views",
    view=as_found,
    conditions={
        "ViewTypeCondition": lambda _instance, record, wanted: bool(record.settings["Type"] == wanted),
        "ViewStatusCondition": lambda _instance, record, wanted: bool(_status(record) == wanted),
    },
)


@operations.pages("ViewsSummaryList", most=100, view=as_listed)
def list_views(instance: Instance, Type: str | None = None) -> Rows:
    """List views by type, then by name."""
    rows = [record for record in instance.rows(VIEW) if Type in {None, record.settings["Type"]}]
    return sorted(rows, key=lambda record: (record.settings["Type"], record.name))


@operations.on_instance
def create_view(
    instance: Instance,
    *,
    Name: str,
    Status: str,
    Content: Mapping[str, Any],
    Tags: Mapping[str, str] | None = None,
    **settings: str,
) -> Reply:
    """Create a view, published or as a draft."""
    _require_fitting(Content, Status)
    content = dict(Content)
    held = Contents(published=content) if Status == "PUBLISHED" else Contents(draft=content)
    kept = {**settings, "Type": "CUSTOMER_MANAGED", "Contents": held, "ContentModified": instance.now()}
    record = instance.add(VIEW, Name, kept, tags=Tags)
    _touch(instance, record)
    return {"View": as_shown(record, content, Status)}


@operations.on_instance
def describe_view(instance: Instance, ViewId: str) -> Reply:
    """Describe the published content; with a qualifier, the draft or a version."""
    record, qualifier = get_view(instance, ViewId)
    held = contents(record)
    if qualifier == SAVED and held.draft is not None:
        return {"View": as_shown(record, held.draft, "SAVED")}
    if record.shared and qualifier == "1":
        qualifier = LATEST
    if qualifier in {"", SAVED, LATEST}:
        if held.published is None:
            raise absent("Published content of view", ViewId)
        return {"View": as_shown(record, held.published, "PUBLISHED")}
    version = held.version(qualifier)
    if version is None:
        raise absent("View", ViewId)
    text = version.description or ""
    return {"View": as_shown(record, version.content, "PUBLISHED", version=version.number, text=text)}


@operations.on_instance
def update_view_content(instance: Instance, ViewId: str, Status: str, Content: Mapping[str, Any]) -> Reply:
    """Publish content, or save it as the draft."""
    record = get_own_view(instance, ViewId)
    _require_fitting(Content, Status)
    if Status == "PUBLISHED":
        contents(record).publish(dict(Content))
    else:
        contents(record).draft = dict(Content)
    _touch(instance, record)
    return {"View": as_shown(record, Content, Status)}


@operations.on_instance
def update_view_metadata(
    instance: Instance, ViewId: str, Name: str | None = None, Description: str | None = None
) -> Reply:
    """Change the name or the description or both."""
    record = get_own_view(instance, ViewId)
    if Name is None and Description is None:
        raise invalid("Name or Description must be given.")
    instance.change(record, {} if Description is None else {"Description": Description}, Name)
    return {}


@operations.on_instance
def delete_view(instance: Instance, ViewId: str) -> Reply:
    """Delete a view and all its versions, unless a published flow shows it."""
    record = get_own_view(instance, ViewId)
    require_unshown(instance, record, (f"{record.arn}:", f'{record.arn}"', f'"{record.id}'))
    instance.remove(record)
    return {}


def require_unshown(instance: Instance, record: Record, spellings: tuple[str, ...]) -> None:
    """Refuse if a published flow or module refers to the view in one of these forms."""
    for holder in (*instance.store(CONTACT_FLOW), *instance.store(FLOW_MODULE)):
        published = (contents(holder).published or {}).get("Content", "")
        if any(spelling in published for spelling in spellings):
            text = f"View {record.name} is in use by {holder.kind.noun} {holder.name}."
            raise in_use(text, record.id, CONTACT_FLOW.in_use_type)


def _touch(instance: Instance, record: Record) -> None:
    instance.change(record, {})
    record.settings["ContentModified"] = record.modified


def _require_fitting(content: Mapping[str, Any], status: str) -> None:
    for problem in _problems(content, status):
        raise invalid(problem)


def _problems(content: Mapping[str, Any], status: str) -> Iterator[str]:
    template = content.get("Template", "")
    if len(json.dumps(content).encode()) > LARGEST_CONTENT:
        yield "Content is larger than 400 kB."
    if status == "PUBLISHED":
        try:
            if not isinstance(json.loads(template), dict):
                yield "Template is not a JSON object."
        except ValueError:
            yield "Template is not valid JSON."
        if "Actions" not in content:
            yield "Actions are required to publish a view."
