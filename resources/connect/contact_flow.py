"""connect.contact_flow: what happens to a contact, step by step."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from reconciler.appearance import Appearance, Helper, Names
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Address,
    Api,
    Assigned,
    Calls,
    Change,
    Create,
    Delete,
    Request,
    Sends,
    Sighting,
    Wired,
)
from reconciler.errors import Refused
from reconciler.resources.connect.common import (
    IN_INSTANCE,
    KEPT,
    ConnectAdapter,
    ConnectReads,
)
from reconciler.resources.connect.contact_flow_model import ContactFlow
from reconciler.resources.connect.flow_language import shell
from reconciler.resources.connect.flow_problems import explain
from reconciler.resources.connect.helpers import function, function_arn
from reconciler.shapes import leaves


def set_content(change: Change) -> Iterable[Request]:
    """Without a qualifier AWS checks and publishes at once; `$SAVED` keeps a draft (UpdateContactFlowContent)."""
    draft = change.desired.get("Status") == "SAVED"
    if draft and change.observed.get("Status") == "PUBLISHED":
        raise Refused(
            "update_contact_flow_content", "Published", "a published flow cannot go back to a draft"
        )
    flow = change.address["ContactFlowId"]
    address = {**change.address, "ContactFlowId": f"{flow}:$SAVED" if draft else flow}
    yield Request("update_contact_flow_content", {**address, "Content": change.desired["Content"]})


def _renamed(row: Wired) -> dict[str, Any]:
    """Replies say `State` where requests say `ContactFlowState`."""
    return {**row, **({"ContactFlowState": row["State"]} if "State" in row else {})}


DEFAULT_FLOWS = frozenset(
    {
        "Default agent hold",
        "Default agent transfer",
        "Default agent whisper",
        "Default customer hold",
        "Default customer queue",
        "Default customer whisper",
        "Default outbound",
        "Default queue transfer",
        "Sample AB test",
        "Sample customer queue priority",
        "Sample disconnect flow",
        "Sample inbound flow (first contact experience)",
        "Sample interruptible queue flow with callback",
        "Sample Lambda integration",
        "Sample note for screenpop",
        "Sample queue configurations",
        "Sample queue customer",
        "Sample queued callback",
        "Sample recording behavior",
        "Sample secure input with agent",
        "Sample secure input with no agent",
    }
)
"""The flows of a new instance (Amazon Connect Administrator Guide, "Default flows" and "Sample flows")."""


def _shown(settings: Mapping[str, Any], names: Names) -> Iterable[str]:
    del names
    if settings.get("type") not in (None, "CONTACT_FLOW"):
        yield str(settings["type"]).replace("_", " ").lower()


def _functions(settings: Mapping[str, Any]) -> Iterable[Helper]:
    texts = (each for each in leaves(settings.get("content")) if isinstance(each, str))
    return map(function, sorted({arn for text in texts if (arn := function_arn(text))}))


class ContactFlowAdapter(ConnectAdapter[ContactFlow]):
    """CreateContactFlow, UpdateContactFlowContent, UpdateContactFlowMetadata."""

    kind = "connect.contact_flow"
    cloudformation = CloudFormation(type="AWS::Connect::ContactFlow")
    appearance = Appearance(
        sort="flow",
        column=1,
        details=_shown,
        helpers=_functions,
        leads_to=frozenset({"connect.contact_flow", "connect.queue"}),
        flow_in="content",
    )
    model = ContactFlow
    summary = "what happens to a contact, step by step"
    identity = Assigned(
        address="ContactFlowId",
        arn_in="ContactFlowArn",
        arns=(IN_INSTANCE,),
    )
    # Flows name each other, and queues name flows that name queues: an empty shell is made first.
    create = Create(
        "create_contact_flow",
        ("type", "description", "content", "status"),
        needed=frozenset({"type", "content"}),
        fixed=frozenset({"type"}),
        deferrable={"content": lambda members: shell(members.get("Type", "CONTACT_FLOW"))},
    )
    updates = (
        Sends("update_contact_flow_metadata", ("name", "description")),
        Sends("update_contact_flow_metadata", ("state",)),
        Calls(set_content, ("content", "status"), ("update_contact_flow_content",)),
    )
    delete = Delete("delete_contact_flow", keeps_defaults=KEPT)
    # ListContactFlows has no time of the last change
    # whether there is a draft to describe only the bulk read tells
    reads = ConnectReads(
        search="search_contact_flows",
        list="list_contact_flows",
        describe="describe_contact_flow",
        shown_as="ContactFlow",
        versioned=False,
        gets_one=False,
        listed=frozenset({"type", "description", "state", "status"}),
    )
    made_with_instance = DEFAULT_FLOWS

    def list_tagged(self, api: Api, scope: Address, tag: str, value: str) -> Iterable[Sighting] | None:
        # Every instance comes with dozens of flows of AWS's own.
        only = {"TagFilter": {"TagCondition": {"TagKey": tag, "TagValue": value}}}
        rows = api.pages(self.reads.search, **scope, SearchFilter=only, MaxResults=self.reads.page)
        return (self.seen(row, scope) for row in rows)

    def seen(self, row: Wired, scope: Address) -> Sighting:
        return replace(super().seen(row, scope), settings=_renamed(row))

    def explain(self, problem: str, parameters: Wired) -> str:
        return explain(problem, parameters.get("Content"))

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        flow = sighting.id
        if sighting.settings.get("Status") == "SAVED":
            flow += ":$SAVED"  # without it, AWS knows of no flow that was never published
        address = {**sighting.address, "ContactFlowId": flow}
        return _renamed(api.call("describe_contact_flow", **address)["ContactFlow"])
