"""connect.contact_flow: a flow, the steps that a contact goes through."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from reconciler.appearance import Appearance, line_of
from reconciler.cloudformation import CloudFormation
from reconciler.contract import Address, Api, Assigned, Calls, Create, Delete, Sends, Sighting, Wired
from reconciler.resources.connect import checks, terraform
from reconciler.resources.connect.common import IN_INSTANCE, KEPT, ConnectAdapter, ConnectReads
from reconciler.resources.connect.contact_flow_changes import set_content
from reconciler.resources.connect.contact_flow_defaults import DEFAULT_FLOWS
from reconciler.resources.connect.contact_flow_model import ContactFlow
from reconciler.resources.connect.flow_language import shell
from reconciler.resources.connect.flow_problems import explain
from reconciler.resources.connect.helpers import of_flow, type_in_words


class ContactFlowAdapter(ConnectAdapter[ContactFlow]):
    """CreateContactFlow, UpdateContactFlowContent, UpdateContactFlowMetadata."""

    kind = "connect.contact_flow"
    cloudformation = CloudFormation(type="AWS::Connect::ContactFlow")
    appearance = Appearance(
        sort="flow",
        column=1,
        details=line_of("type", type_in_words),
        helpers=of_flow,
        leads_to=frozenset({"connect.contact_flow", "connect.queue"}),
        flow_in="content",
    )
    terraform = terraform.CONTACT_FLOW
    model = ContactFlow
    summary = "a flow: the steps that a contact goes through"
    console = "https://{parent}.my.connect.aws/contact-flows/edit?id={arn}"
    defaults = {"state": "ACTIVE", "status": "PUBLISHED"}
    identity = Assigned(address="ContactFlowId", arn_in="ContactFlowArn", arns=(IN_INSTANCE,))
    # Flows may refer to each other, and to queues that refer to flows. So each is created with a minimal content first.
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
    # only the bulk read shows whether there is a draft to describe
    reads = ConnectReads(
        list="search_contact_flows",
        list_versions="list_contact_flows",
        get="describe_contact_flow",
        shown_in="ContactFlow",
        versioned=False,
        gets_one=False,
        listed=frozenset({"type", "description", "state", "status"}),
    )
    checks = checks.FLOW
    made_with_instance = DEFAULT_FLOWS

    def list_tagged(self, api: Api, scope: Address, tag: str, value: str) -> Iterable[Sighting] | None:
        # AWS creates dozens of flows in every instance.
        only = {"TagFilter": {"TagCondition": {"TagKey": tag, "TagValue": value}}}
        rows = api.pages(self.reads.list, **scope, SearchFilter=only, MaxResults=self.reads.page)
        return (self.seen(api, scope, row) for row in rows)

    def shown(self, row: Any) -> Wired:
        """A flow in the form of requests: `State` in a reply is `ContactFlowState` in a request."""
        return {**row, **({"ContactFlowState": row["State"]} if "State" in row else {})}

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        if sighting.settings.get("Status") != "SAVED":
            return super().describe(api, sighting)
        # Without the qualifier, AWS does not find a flow that was never published.
        draft = {**sighting.address, "ContactFlowId": f"{sighting.id}:$SAVED"}
        return super().describe(api, replace(sighting, address=draft))

    def explain(self, problem: str, parameters: Wired) -> str:
        return explain(problem, parameters.get("Content"))
