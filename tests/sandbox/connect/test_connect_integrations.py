"""Integration associations and their use cases."""

from typing import Any

import pytest

from reconciler.sandbox.connect import ConnectPlane
from tests.sandbox.connect.contact_centre import Centre, Refused

ARN = "arn:aws:app-integrations:eu-west-2:111111111111:event-integration/tickets"
EVENT = {
    "IntegrationType": "EVENT",
    "IntegrationArn": ARN,
    "SourceApplicationUrl": "https://example.com",
    "SourceApplicationName": "Tickets",
    "SourceType": "ZENDESK",
}


def make(centre: Centre, **settings: Any) -> str:
    made: str = centre("CreateIntegrationAssociation", **(settings or EVENT))["IntegrationAssociationId"]
    return made


def rows(centre: Centre, **asked: Any) -> list[Any]:
    return centre.rows("ListIntegrationAssociations", "IntegrationAssociationSummaryList", **asked)


def test_an_integration_lives(centre: Centre, refused: Refused) -> None:
    made = make(centre)
    make(centre, IntegrationType="CASES_DOMAIN", IntegrationArn="arn:aws:cases:eu-west-2:1:domain/x")
    [row] = rows(centre, IntegrationType="EVENT")
    assert row.items() >= {**EVENT, "IntegrationAssociationId": made, "InstanceId": centre.id}.items()
    assert row["IntegrationAssociationArn"] == f"{centre.arn}/integration-association/{made}"
    assert rows(centre, IntegrationArn=ARN) == [row]
    assert len(rows(centre)) == 2
    centre.plain("TagResource", resourceArn=row["IntegrationAssociationArn"], tags={"a": "b"})
    with refused("DuplicateResourceException"):
        make(centre)
    centre("DeleteIntegrationAssociation", IntegrationAssociationId=made)
    with refused("ResourceNotFoundException"):
        centre("DeleteIntegrationAssociation", IntegrationAssociationId=made)


@pytest.mark.parametrize(
    "settings",
    [
        {"IntegrationType": "EVENT", "IntegrationArn": ARN},
        {"IntegrationType": "APPLICATION", "IntegrationArn": "tickets"},
        {"IntegrationType": "CASES_DOMAIN", "IntegrationArn": ARN},
    ],
)
def test_bad_integrations(centre: Centre, refused: Refused, settings: Any) -> None:
    with refused("InvalidRequestException"):
        make(centre, **settings)


def test_a_quota(centre: Centre, plane: ConnectPlane, refused: Refused) -> None:
    plane.quotas["IntegrationAssociation"] = 0
    with refused("InvalidRequestException"):
        make(centre)


def test_use_cases(centre: Centre, refused: Refused) -> None:
    made = make(centre)
    other = make(centre, IntegrationType="CASES_DOMAIN", IntegrationArn="arn:aws:cases:eu-west-2:1:domain/x")
    here = {"IntegrationAssociationId": made}
    use = centre("CreateUseCase", **here, UseCaseType="RULES_EVALUATION", Tags={"a": "b"})
    assert use["UseCaseArn"] == f"{centre.arn}/use-case/{use['UseCaseId']}"
    assert centre.plain("ListTagsForResource", resourceArn=use["UseCaseArn"])["tags"] == {"a": "b"}
    with refused("DuplicateResourceException"):
        centre("CreateUseCase", **here, UseCaseType="RULES_EVALUATION")
    centre("CreateUseCase", IntegrationAssociationId=other, UseCaseType="RULES_EVALUATION")
    found = centre.rows("ListUseCases", "UseCaseSummaryList", **here)
    assert found == [{**use, "UseCaseType": "RULES_EVALUATION"}]
    with refused("InvalidRequestException"):
        centre("DeleteIntegrationAssociation", **here)
    with refused("ResourceNotFoundException"):
        centre("DeleteUseCase", IntegrationAssociationId=other, UseCaseId=use["UseCaseId"])
    centre("DeleteUseCase", **here, UseCaseId=use["UseCaseId"])
    centre("DeleteIntegrationAssociation", **here)


def test_a_rule_holds_its_integration(centre: Centre, refused: Refused) -> None:
    made = make(centre)
    source = {"EventSourceName": "OnZendeskTicketCreate", "IntegrationAssociationId": made}
    action = {"ActionType": "ASSIGN_CONTACT_CATEGORY", "AssignContactCategoryAction": {}}
    rule = {"Name": "R", "Function": "{}", "Actions": [action], "PublishStatus": "DRAFT"}
    with refused("ResourceNotFoundException"):
        centre("CreateRule", **rule, TriggerEventSource={**source, "IntegrationAssociationId": "lost"})
    rule_id = centre("CreateRule", **rule, TriggerEventSource=source)["RuleId"]
    with refused("InvalidRequestException"):
        centre("DeleteIntegrationAssociation", IntegrationAssociationId=made)
    centre("DeleteRule", RuleId=rule_id)
    centre("DeleteIntegrationAssociation", IntegrationAssociationId=made)
