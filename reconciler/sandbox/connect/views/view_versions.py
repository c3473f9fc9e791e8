"""Numbered versions of views."""

from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, Rows
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import absent, not_allowed
from reconciler.sandbox.connect.core.stored_records import Record
from reconciler.sandbox.connect.flows.flow_contents import Version, contents
from reconciler.sandbox.connect.views.views import as_shown, get_own_view, get_view, require_unshown, token_of

operations = Operations()


@operations.on_instance
def create_view_version(
    instance: Instance,
    ViewId: str,
    VersionDescription: str | None = None,
    ViewContentSha256: str | None = None,
) -> Reply:
    """Store the published content as the next version; for unchanged content, return the highest version."""
    record = get_own_view(instance, ViewId)
    held = contents(record)
    if held.published is None:
        raise not_allowed(f"View {record.name} has not been published.")
    if ViewContentSha256 not in {None, token_of(held.published)}:
        raise not_allowed("ViewContentSha256 is not that of the published content.")
    highest = held.versions.get(max(held.versions, default=0))
    if highest is None or highest.content != held.published:
        highest = held.keep_version(VersionDescription, instance.plane.tick())
        record.settings["ContentModified"] = highest.created
    text = highest.description or ""
    return {"View": as_shown(record, highest.content, "PUBLISHED", version=highest.number, text=text)}


@operations.on_instance
def delete_view_version(instance: Instance, ViewId: str, ViewVersion: int) -> Reply:
    """Delete a version, unless a published flow shows it."""
    record = get_own_view(instance, ViewId)
    if ViewVersion not in contents(record).versions:
        raise absent("View version", f"{ViewId}:{ViewVersion}")
    require_unshown(instance, record, (f'{record.arn}:{ViewVersion}"', f'"{record.id}:{ViewVersion}"'))
    del contents(record).versions[ViewVersion]
    return {}


@operations.pages("ViewVersionSummaryList", most=100)
def list_view_versions(instance: Instance, ViewId: str) -> Rows:
    """List versions, the highest first."""
    record, _ = get_view(instance, ViewId)
    versions = sorted(contents(record).versions.values(), key=lambda version: -version.number)
    return [_row(record, version) for version in versions]


def _row(record: Record, version: Version) -> dict[str, Any]:
    row = as_shown(
        record, version.content, "PUBLISHED", version=version.number, text=version.description or ""
    )
    wanted = ("Id", "Arn", "Name", "Type", "Description", "Version", "VersionDescription")
    return {member: row[member] for member in wanted if member in row}
