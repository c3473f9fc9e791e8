"""The further kinds as a plain boto3 client sees them: paths, qualifiers, errors with members, tokens."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.sandbox import Sandbox


@pytest.fixture
def client() -> Iterator[Any]:
    with Sandbox() as sandbox:
        yield sandbox.session("eu-west-2").client("connect")


@pytest.fixture
def instance(client: Any) -> str:
    made = client.create_instance(
        IdentityManagementType="SAML",
        InstanceAlias="acme",
        InboundCallsEnabled=True,
        OutboundCallsEnabled=True,
    )
    found: str = made["Id"]
    return found


def test_views(client: Any, instance: str) -> None:
    content = {"Template": "{}", "Actions": ["Next"]}
    view = client.create_view(InstanceId=instance, Name="Order", Status="SAVED", Content=content)["View"]
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_view(InstanceId=instance, ViewId=view["Arn"])
    draft = client.describe_view(InstanceId=instance, ViewId=f"{view['Arn']}:$SAVED")["View"]
    assert draft["Content"]["Template"] == "{}"
    view = client.update_view_content(
        InstanceId=instance, ViewId=view["Id"], Status="PUBLISHED", Content=content
    )["View"]
    token = view["ViewContentSha256"]
    version = client.create_view_version(InstanceId=instance, ViewId=view["Id"], ViewContentSha256=token)
    assert version["View"]["Version"] == 1
    client.delete_view_version(InstanceId=instance, ViewId=view["Id"], ViewVersion=1)
    client.delete_view(InstanceId=instance, ViewId=view["Id"])
    listed = client.get_paginator("list_views").paginate(InstanceId=instance).build_full_result()
    assert {row["Type"] for row in listed["ViewsSummaryList"]} == {"AWS_MANAGED"}


def test_a_property_error_carries_its_list(client: Any, instance: str) -> None:
    with pytest.raises(client.exceptions.PropertyValidationException) as error:
        client.create_task_template(InstanceId=instance, Name="T", Fields=[])
    [problem] = error.value.response["PropertyList"]
    assert problem["Reason"] == "REQUIRED_PROPERTY_MISSING"


def test_forms_rules_and_integrations(client: Any, instance: str) -> None:
    question = {"Question": {"Title": "q", "RefId": "q", "QuestionType": "TEXT"}}
    items = [{"Section": {"Title": "s", "RefId": "s", "Items": [question]}}]
    form = client.create_evaluation_form(InstanceId=instance, Title="Quality", Items=items)[
        "EvaluationFormId"
    ]
    client.activate_evaluation_form(InstanceId=instance, EvaluationFormId=form, EvaluationFormVersion=1)
    described = client.describe_evaluation_form(
        InstanceId=instance, EvaluationFormId=form, EvaluationFormVersion=1
    )
    assert described["EvaluationForm"]["Items"] == items
    with pytest.raises(client.exceptions.ResourceConflictException):
        client.delete_evaluation_form(InstanceId=instance, EvaluationFormId=form)
    action = {"ActionType": "ASSIGN_CONTACT_CATEGORY", "AssignContactCategoryAction": {}}
    made = client.create_rule(
        InstanceId=instance,
        Name="Angry",
        TriggerEventSource={"EventSourceName": "OnPostCallAnalysisAvailable"},
        Function=json.dumps({"Version": "2022-11-25"}),
        Actions=[action],
        PublishStatus="DRAFT",
    )
    rule = client.describe_rule(InstanceId=instance, RuleId=made["RuleId"])["Rule"]
    assert rule["Actions"] == [action]
    association = client.create_integration_association(
        InstanceId=instance,
        IntegrationType="SES_IDENTITY",
        IntegrationArn="arn:aws:ses:eu-west-2:1:identity/x",
    )["IntegrationAssociationId"]
    use = client.create_use_case(
        InstanceId=instance, IntegrationAssociationId=association, UseCaseType="RULES_EVALUATION"
    )
    client.delete_use_case(
        InstanceId=instance, IntegrationAssociationId=association, UseCaseId=use["UseCaseId"]
    )
    client.delete_integration_association(InstanceId=instance, IntegrationAssociationId=association)


def test_vocabularies_and_addresses(client: Any, instance: str) -> None:
    made = client.create_vocabulary(
        InstanceId=instance, VocabularyName="Words", LanguageCode="en-GB", Content="Phrase\nOrder"
    )
    client.associate_default_vocabulary(
        InstanceId=instance, LanguageCode="en-GB", VocabularyId=made["VocabularyId"]
    )
    with pytest.raises(client.exceptions.ResourceInUseException):
        client.delete_vocabulary(InstanceId=instance, VocabularyId=made["VocabularyId"])
    pages = client.get_paginator("search_vocabularies").paginate(InstanceId=instance)
    assert pages.build_full_result()["VocabularySummaryList"][0]["State"] == "ACTIVE"
    address = client.create_email_address(InstanceId=instance, EmailAddress="help@example.com")
    described = client.describe_email_address(InstanceId=instance, EmailAddressId=address["EmailAddressId"])
    assert described["EmailAddress"] == "help@example.com"


def test_traffic(client: Any, instance: str) -> None:
    client.replicate_instance(InstanceId=instance, ReplicaRegion="eu-central-1")
    group = client.create_traffic_distribution_group(InstanceId=instance, Name="Even")
    described = client.describe_traffic_distribution_group(TrafficDistributionGroupId=group["Arn"])
    assert described["TrafficDistributionGroup"]["Status"] == "ACTIVE"
    client.delete_traffic_distribution_group(TrafficDistributionGroupId=group["Id"])
    hours = client.list_hours_of_operations(InstanceId=instance)["HoursOfOperationSummaryList"][0]["Id"]
    effective = client.get_effective_hours_of_operations(
        InstanceId=instance, HoursOfOperationId=hours, FromDate="2026-12-25", ToDate="2026-12-25"
    )
    assert len(effective["EffectiveHoursOfOperationList"]) == 1


def test_the_data_plane_is_still_not_there(client: Any, instance: str) -> None:
    with pytest.raises(client.exceptions.ClientError, match="sandbox does not have"):
        client.describe_contact(InstanceId=instance, ContactId="00000000-0000-0000-0000-000000000000")
