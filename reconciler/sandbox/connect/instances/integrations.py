"""Integrations with other AWS services, and their use cases."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, Rows, created
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import absent, not_allowed
from reconciler.sandbox.connect.core.resource_types import INTEGRATION, RULE, USE_CASE
from reconciler.sandbox.connect.core.stored_records import Record

# By integration type: the services in its ARNs. For EVENT, the model does not restrict the service.
SERVICES = {
    "APPLICATION": "app-integrations",
    "VOICE_ID": "voiceid",
    "WISDOM_ASSISTANT": "wisdom",
    "WISDOM_KNOWLEDGE_BASE": "wisdom",
    "WISDOM_QUICK_RESPONSES": "wisdom",
    "CASES_DOMAIN": "cases",
    "SES_IDENTITY": "ses",
    "COGNITO_USER_POOL": "cognito-idp",
}
SOURCE = ("SourceApplicationUrl", "SourceApplicationName", "SourceType")

operations = Operations()


def as_listed(instance: Instance, record: Record) -> dict[str, Any]:
    """Show an integration with all members; there is no Describe operation."""
    return {
        "IntegrationAssociationId": record.id,
        "IntegrationAssociationArn": record.arn,
        "InstanceId": instance.id,
        **record.settings,
        **record.stamp(),
    }


operations.list_all(
    "ListIntegrationAssociations",
    INTEGRATION,
    "IntegrationAssociationSummaryList",
    view=as_listed,
    most=100,
    keep={
        "IntegrationType": lambda record, wanted: bool(record.settings["IntegrationType"] == wanted),
        "IntegrationArn": lambda record, wanted: bool(record.settings["IntegrationArn"] == wanted),
    },
)


@operations.on_instance
def create_integration_association(
    instance: Instance, Tags: Mapping[str, str] | None = None, **settings: str
) -> Reply:
    """Associate a resource once for each type; it need not exist in the sandbox."""
    kind, arn = settings["IntegrationType"], settings["IntegrationArn"]
    service = SERVICES.get(kind)
    if not arn.startswith("arn:aws") or (service and arn.split(":")[2] != service):
        raise not_allowed(f"IntegrationArn {arn} does not fit the integration type {kind}.")
    missing = [member for member in SOURCE if member not in settings]
    if kind == "EVENT" and missing:
        raise not_allowed(f"{missing[0]} is required for the integration type EVENT.")
    return created(instance.add(INTEGRATION, f"{kind} {arn}", settings, tags=Tags))


@operations.on_instance
def delete_integration_association(instance: Instance, IntegrationAssociationId: str) -> Reply:
    """Delete an integration, unless it has a use case or a rule."""
    record = instance.get(INTEGRATION, IntegrationAssociationId)
    for noun in (USE_CASE.noun, RULE.noun):
        if instance.holders(record, noun):
            raise not_allowed(f"Integration association {record.id} is in use by a {noun}.")
    instance.remove(record)
    return None


@operations.on_instance
def create_use_case(
    instance: Instance,
    IntegrationAssociationId: str,
    UseCaseType: str,
    Tags: Mapping[str, str] | None = None,
) -> Reply:
    """Create a use case of an integration, once for each type."""
    integration = instance.get(INTEGRATION, IntegrationAssociationId)
    settings = {"IntegrationAssociationId": integration.id}
    return created(instance.add(USE_CASE, UseCaseType, settings, tags=Tags, scope=integration.id))


@operations.pages("UseCaseSummaryList", most=100)
def list_use_cases(instance: Instance, IntegrationAssociationId: str) -> Rows:
    """List the use cases of an integration."""
    integration = instance.get(INTEGRATION, IntegrationAssociationId)
    return [
        {**created(record), "UseCaseType": record.name}
        for record in instance.rows(USE_CASE)
        if record.scope == integration.id
    ]


@operations.on_instance
def delete_use_case(instance: Instance, IntegrationAssociationId: str, UseCaseId: str) -> Reply:
    """Delete a use case."""
    integration = instance.get(INTEGRATION, IntegrationAssociationId)
    record = instance.get(USE_CASE, UseCaseId)
    if record.scope != integration.id:
        raise absent(USE_CASE.noun, UseCaseId)
    instance.remove(record)
    return None
