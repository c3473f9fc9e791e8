"""Associations of flows with numbers, addresses and connectors."""

from collections.abc import Sequence

from reconciler.sandbox.connect.core.operations import Operations, Reply, Rows
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import absent
from reconciler.sandbox.connect.core.resource_types import CONTACT_FLOW, EMAIL_ADDRESS, PHONE_NUMBER
from reconciler.sandbox.connect.core.stored_records import Record

LINKS = "flow_associations"
VOICE = "VOICE_PHONE_NUMBER"
EMAIL = ("INBOUND_EMAIL", "OUTBOUND_EMAIL")

operations = Operations()


def unlink(instance: Instance, address: Record) -> None:
    """Remove the flows of an e-mail address that is being deleted."""
    links = instance.lists.get(LINKS, {})
    for reference in (address.id, address.arn):
        for resource_type in EMAIL:
            links.pop(_key(reference, resource_type), None)


def _key(resource: str, resource_type: str) -> str:
    return f"{resource_type} {resource}"


@operations.on_instance
def associate_flow(instance: Instance, ResourceId: str, FlowId: str, ResourceType: str) -> Reply:
    """Associate a resource, except a voice number, with a flow. The sandbox only checks that e-mail addresses exist."""
    flow = instance.get(CONTACT_FLOW, FlowId)
    if ResourceType in EMAIL:
        instance.get(EMAIL_ADDRESS, ResourceId)
    link = {"ResourceId": ResourceId, "FlowId": flow.arn, "ResourceType": ResourceType}
    instance.lists.setdefault(LINKS, {})[_key(ResourceId, ResourceType)] = link
    return {}


@operations.on_instance
def disassociate_flow(instance: Instance, ResourceId: str, ResourceType: str) -> Reply:
    """Remove an association."""
    if instance.lists.get(LINKS, {}).pop(_key(ResourceId, ResourceType), None) is None:
        raise absent("Flow association of", ResourceId)
    return {}


@operations.on_instance
def get_flow_association(instance: Instance, ResourceId: str, ResourceType: str) -> Reply:
    """Show an association."""
    link = instance.lists.get(LINKS, {}).get(_key(ResourceId, ResourceType))
    if link is None:
        raise absent("Flow association of", ResourceId)
    return link


@operations.pages("FlowAssociationSummaryList", most=1000)
def list_flow_associations(instance: Instance, ResourceType: str | None = None) -> Rows:
    """List associations; only this operation shows the flow of a voice number."""
    return _links(instance, ResourceType)


@operations.on_instance
def batch_get_flow_association(
    instance: Instance, ResourceIds: Sequence[str], ResourceType: str | None = None
) -> Reply:
    """Show the associations of some resources; resources without one are left out."""
    links = [link for link in _links(instance, ResourceType) if link["ResourceId"] in ResourceIds]
    return {"FlowAssociationSummaryList": links}


def _links(instance: Instance, resource_type: str | None) -> list[dict[str, str]]:
    voice = [
        {
            "ResourceId": record.arn,
            "FlowId": f"{instance.arn}/{CONTACT_FLOW.word}/{record.settings['ContactFlowId']}",
            "ResourceType": VOICE,
        }
        for record in instance.rows(PHONE_NUMBER)
        if "ContactFlowId" in record.settings
    ]
    links = [*voice, *instance.lists.get(LINKS, {}).values()]
    return [link for link in links if resource_type in {None, link["ResourceType"]}]
