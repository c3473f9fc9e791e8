"""Flow modules: parts of flows that other flows invoke."""

import json
from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, created, described, lacking
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import absent, invalid, invalid_module
from reconciler.sandbox.connect.core.resource_types import FLOW_MODULE
from reconciler.sandbox.connect.core.stored_records import Record
from reconciler.sandbox.connect.flows.flow_check import problems_of
from reconciler.sandbox.connect.flows.flow_contents import (
    LATEST,
    SAVED,
    Contents,
    checksum,
    contents,
    split_reference,
)

# Only DescribeContactFlowModule returns the status in lower case: the enumeration of the model is in upper case, and
# every client that reads the status compares it with "published".
SPELLED = {"PUBLISHED": "published", "SAVED": "saved"}

operations = Operations()


def get_module(instance: Instance, reference: str) -> tuple[Record, str]:
    """Return a module by its id or ARN, and the qualifier at its end."""
    base, qualifier = split_reference(reference)
    return instance.get(FLOW_MODULE, base), qualifier


def _require_publishable(instance: Instance, content: Mapping[str, Any]) -> None:
    problems = problems_of(content["Content"], "MODULE", instance)
    if problems:
        raise invalid_module(problems)
    try:
        json.loads(content.get("Settings", "{}"))
    except ValueError:
        raise invalid("Settings is not valid JSON.") from None


def _view(instance: Instance, record: Record, content: Mapping[str, Any], status: str) -> dict[str, Any]:
    view = {**described(instance, record), **content, "Status": status}
    view["FlowModuleContentSha256"] = checksum((contents(record).published or content)["Content"])
    # The shape of a module has no time of change.
    return lacking(view, ("LastModifiedTime", "LastModifiedRegion"))


def _shown(instance: Instance, record: Record, content: Mapping[str, Any], status: str) -> dict[str, Any]:
    return {**_view(instance, record, content, status), "Status": SPELLED[status]}


def as_searched(instance: Instance, record: Record) -> dict[str, Any]:
    """Describe the published content of a module."""
    view = _view(instance, record, contents(record).published or {}, contents(record).status)
    return view if instance.plane.search_shows_flow_content else lacking(view, ("Content", "Settings"))


def as_listed(_instance: Instance, record: Record) -> dict[str, Any]:
    """Summarize a module; AWS does not show the time of change here."""
    return {"Id": record.id, "Arn": record.arn, "Name": record.name, "State": record.settings["State"]}


operations.list_all(
    "ListContactFlowModules",
    FLOW_MODULE,
    "ContactFlowModulesSummaryList",
    view=as_listed,
    keep={"ContactFlowModuleState": lambda record, wanted: bool(record.settings["State"] == wanted)},
)
operations.search(
    "SearchContactFlowModules",
    FLOW_MODULE,
    "ContactFlowModules",
    view=as_searched,
    conditions={
        "StateCondition": lambda _instance, record, wanted: bool(record.settings["State"] == wanted),
        "StatusCondition": lambda _instance, record, wanted: bool(contents(record).status == wanted),
    },
)


@operations.on_instance
def create_contact_flow_module(
    instance: Instance, Name: str, Content: str, Tags: Mapping[str, str] | None = None, **settings: Any
) -> Reply:
    """Create a module; it is published at once."""
    content = {"Content": Content}
    if "Settings" in settings:
        content["Settings"] = settings.pop("Settings")
    _require_publishable(instance, content)
    held = Contents(published=content)
    record = instance.add(FLOW_MODULE, Name, {"State": "ACTIVE", **settings, "Contents": held}, tags=Tags)
    return created(record)


@operations.on_instance
def describe_contact_flow_module(instance: Instance, ContactFlowModuleId: str) -> Reply:
    """Describe the published content; with a qualifier, the draft or a version."""
    record, qualifier = get_module(instance, ContactFlowModuleId)
    held = contents(record)
    if qualifier == SAVED and held.draft:
        return {"ContactFlowModule": _shown(instance, record, held.draft, "SAVED")}
    if qualifier in {"", SAVED, LATEST}:
        return {"ContactFlowModule": _shown(instance, record, held.published or {}, "PUBLISHED")}
    version = held.version(qualifier)
    if version is None:
        raise absent("ContactFlowModule", ContactFlowModuleId)
    view = _shown(instance, record, version.content, "PUBLISHED") | {"Version": version.number}
    if version.description:
        view["VersionDescription"] = version.description
    return {"ContactFlowModule": view}


@operations.on_instance
def update_contact_flow_module_content(instance: Instance, ContactFlowModuleId: str, **changes: str) -> Reply:
    """Publish content, or save a draft if the id ends in $SAVED; members that the request omits do not change."""
    record, qualifier = get_module(instance, ContactFlowModuleId)
    held = contents(record)
    if qualifier == SAVED:
        held.draft = {**(held.draft or held.published or {}), **changes}
    elif qualifier:
        raise invalid(f"The content of {ContactFlowModuleId} cannot be changed.")
    else:
        content = {**(held.published or {}), **changes}
        _require_publishable(instance, content)
        held.publish(content)
    instance.change(record, {})
    return {}


@operations.on_instance
def update_contact_flow_module_metadata(
    instance: Instance, ContactFlowModuleId: str, Name: str | None = None, **changes: str
) -> Reply:
    """Change the name, description and state that the request contains."""
    record, _ = get_module(instance, ContactFlowModuleId)
    instance.change(record, changes, Name)
    return {}


@operations.on_instance
def delete_contact_flow_module(instance: Instance, ContactFlowModuleId: str) -> Reply:
    """Delete a module, unless a security profile uses it."""
    record, _ = get_module(instance, ContactFlowModuleId)
    instance.remove(record)
    return {}
