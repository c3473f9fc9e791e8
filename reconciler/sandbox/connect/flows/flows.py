"""Contact flows: published content and drafts."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, created, described
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import absent, invalid, invalid_flow
from reconciler.sandbox.connect.core.resource_types import CONTACT_FLOW
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
from reconciler.sandbox.sandbox_error import SandboxError

operations = Operations()


def get_flow(instance: Instance, reference: str) -> tuple[Record, str]:
    """Return a flow by its id or ARN, and the qualifier at its end."""
    base, qualifier = split_reference(reference)
    return instance.get(CONTACT_FLOW, base), qualifier


def add_flow(
    instance: Instance,
    name: str,
    settings: Mapping[str, Any],
    content: str,
    *,
    published: bool = True,
    tags: Mapping[str, str] | None = None,
    aws_owned: bool = False,
) -> Record:
    """Add a flow to an instance without a check of its content."""
    held = Contents(published={"Content": content}) if published else Contents(draft={"Content": content})
    settings = {"State": "ACTIVE", **settings, "Contents": held}
    return instance.add(CONTACT_FLOW, name, settings, tags=tags, aws_owned=aws_owned)


def require_publishable(instance: Instance, content: str, flow_type: str) -> None:
    """Refuse content that AWS would not publish."""
    problems = problems_of(content, flow_type, instance)
    if problems:
        raise invalid_flow(problems)


def _view(instance: Instance, record: Record, content: Mapping[str, Any], status: str) -> dict[str, Any]:
    published = contents(record).published
    token = {"FlowContentSha256": checksum(published["Content"])} if published else {}
    return {**described(instance, record), **content, "Status": status, **token}


def as_searched(instance: Instance, record: Record) -> dict[str, Any]:
    """Describe the published content of a flow, or its draft if it was never published."""
    held = contents(record)
    shown = (held.published or held.draft or {}) if instance.plane.search_shows_flow_content else {}
    return _view(instance, record, shown, held.status)


def as_listed(_instance: Instance, record: Record) -> dict[str, Any]:
    """Summarize a flow; AWS does not show the time of change here."""
    return {
        "Id": record.id,
        "Arn": record.arn,
        "Name": record.name,
        "ContactFlowType": record.settings["Type"],
        "ContactFlowState": record.settings["State"],
        "ContactFlowStatus": contents(record).status,
    }


operations.list_all(
    "ListContactFlows",
    CONTACT_FLOW,
    "ContactFlowSummaryList",
    view=as_listed,
    keep={"ContactFlowTypes": lambda record, wanted: not wanted or record.settings["Type"] in wanted},
)
operations.search(
    "SearchContactFlows",
    CONTACT_FLOW,
    "ContactFlows",
    view=as_searched,
    conditions={
        "TypeCondition": lambda _instance, record, wanted: bool(record.settings["Type"] == wanted),
        "StateCondition": lambda _instance, record, wanted: bool(record.settings["State"] == wanted),
        "StatusCondition": lambda _instance, record, wanted: bool(contents(record).status == wanted),
        "ContactFlowTypeCondition": lambda _instance, record, wanted: bool(
            record.settings["Type"] == wanted.get("ContactFlowType")
        ),
    },
)


@operations.on_instance
def create_contact_flow(
    instance: Instance,
    *,
    Name: str,
    Type: str,
    Content: str,
    Description: str | None = None,
    Status: str = "PUBLISHED",
    Tags: Mapping[str, str] | None = None,
) -> Reply:
    """Create a flow. It is published, unless its status is SAVED; then it is not checked."""
    settings = {"Type": Type, **({"Description": Description} if Description else {})}
    published = Status == "PUBLISHED"
    if published:
        require_publishable(instance, Content, Type)
    record = add_flow(instance, Name, settings, Content, published=published, tags=Tags)
    token = {"FlowContentSha256": checksum(Content)} if published else {}
    return {**created(record), **token}


@operations.on_instance
def describe_contact_flow(instance: Instance, ContactFlowId: str) -> Reply:
    """Describe the published content; with a qualifier, the draft or a version."""
    record, qualifier = get_flow(instance, ContactFlowId)
    held = contents(record)
    if qualifier == SAVED and held.draft:
        return {"ContactFlow": _view(instance, record, held.draft, "SAVED")}
    if qualifier in {"", SAVED, LATEST}:
        if held.published is None:
            text = f"Contact flow {record.name} has not been published."
            raise SandboxError("ContactFlowNotPublishedException", text)
        return {"ContactFlow": _view(instance, record, held.published, "PUBLISHED")}
    version = held.version(qualifier)
    if version is None:
        raise absent("ContactFlow", ContactFlowId)
    view = _view(instance, record, version.content, "PUBLISHED")
    view |= {"Version": version.number, "FlowContentSha256": checksum(version.content["Content"])}
    if version.description:
        view["VersionDescription"] = version.description
    return {"ContactFlow": view}


@operations.on_instance
def update_contact_flow_content(instance: Instance, ContactFlowId: str, Content: str) -> Reply:
    """Publish content, or save a draft if the id ends in $SAVED."""
    record, qualifier = get_flow(instance, ContactFlowId)
    if qualifier == SAVED:
        contents(record).draft = {"Content": Content}
    elif qualifier:
        raise invalid(f"The content of {ContactFlowId} cannot be changed.")
    else:
        require_publishable(instance, Content, record.settings["Type"])
        contents(record).publish({"Content": Content})
    instance.change(record, {})
    return {}


def _change(instance: Instance, reference: str, name: str | None, changes: Mapping[str, str]) -> Reply:
    record, _ = get_flow(instance, reference)
    instance.change(record, changes, name)
    return {}


@operations.on_instance
def update_contact_flow_metadata(
    instance: Instance,
    ContactFlowId: str,
    Name: str | None = None,
    ContactFlowState: str | None = None,
    **changes: str,
) -> Reply:
    """Change the name, description and state that the request contains."""
    if ContactFlowState:
        changes["State"] = ContactFlowState
    return _change(instance, ContactFlowId, Name, changes)


@operations.on_instance
def update_contact_flow_name(
    instance: Instance, ContactFlowId: str, Name: str | None = None, **changes: str
) -> Reply:
    """Change the name and description that the request contains."""
    return _change(instance, ContactFlowId, Name, changes)


@operations.on_instance
def delete_contact_flow(instance: Instance, ContactFlowId: str) -> Reply:
    """Delete a flow, unless a number, queue or quick connect uses it."""
    record, _ = get_flow(instance, ContactFlowId)
    instance.remove(record)
    return {}
