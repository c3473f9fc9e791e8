"""The kinds that other kinds seldom name: views, templates, forms, rules, integrations, addresses, groups."""

from reconciler.sandbox.connect.kind import Kind

VIEW = Kind(
    noun="View",
    word="view",
    asked="ViewId",
    created=("Id", "Arn"),
    shown=("Id", "Arn", "Name"),
    hidden=frozenset({"Contents"}),
)

TASK_TEMPLATE = Kind(
    noun="TaskTemplate",
    word="task-template",
    asked="TaskTemplateId",
    created=("Id", "Arn"),
    shown=("Id", "Arn", "Name"),
    refers={
        "ContactFlowId": "ContactFlow",
        "SelfAssignFlowId": "ContactFlow",
        "ContactHooks.WrapUpFlowId": "ContactFlow",
    },
    most=50,
)

EVALUATION_FORM = Kind(
    noun="EvaluationForm",
    word="evaluation-form",
    asked="EvaluationFormId",
    created=("EvaluationFormId", "EvaluationFormArn"),
    shown=("EvaluationFormId", "EvaluationFormArn", "Title"),
    hidden=frozenset({"History"}),
    most=50,
)

RULE = Kind(
    noun="Rule",
    word="rule",
    asked="RuleId",
    created=("RuleId", "RuleArn"),
    shown=("RuleId", "RuleArn", "Name"),
    refers={
        "TriggerEventSource.IntegrationAssociationId": "IntegrationAssociation",
        "Actions[].TaskAction.ContactFlowId": "ContactFlow",
        "Actions[].SubmitAutoEvaluationAction.EvaluationFormId": "EvaluationForm",
        "Actions[].SendNotificationAction.Recipient.UserIds[]": "User",
        "Actions[].SendNotificationAction.Exclusion.UserIds[]": "User",
        "Actions[].SendInAppNotificationAction.Recipient.UserIds[]": "User",
        "Actions[].SendInAppNotificationAction.Exclusion.UserIds[]": "User",
    },
)

INTEGRATION = Kind(
    noun="IntegrationAssociation",
    word="integration-association",
    asked="IntegrationAssociationId",
    created=("IntegrationAssociationId", "IntegrationAssociationArn"),
    shown=("IntegrationAssociationId", "IntegrationAssociationArn", "Key"),
)

USE_CASE = Kind(
    noun="UseCase",
    word="use-case",
    asked="UseCaseId",
    created=("UseCaseId", "UseCaseArn"),
    shown=("UseCaseId", "UseCaseArn", "UseCaseType"),
    refers={"IntegrationAssociationId": "IntegrationAssociation"},
)

VOCABULARY = Kind(
    noun="Vocabulary",
    word="vocabulary",
    asked="VocabularyId",
    created=("VocabularyId", "VocabularyArn"),
    shown=("Id", "Arn", "Name"),
)

EMAIL_ADDRESS = Kind(
    noun="EmailAddress",
    word="email-address",
    asked="EmailAddressId",
    created=("EmailAddressId", "EmailAddressArn"),
    shown=("EmailAddressId", "EmailAddressArn", "EmailAddress"),
)

TRAFFIC_GROUP = Kind(
    noun="TrafficDistributionGroup",
    word="traffic-distribution-group",
    asked="TrafficDistributionGroupId",
    created=("Id", "Arn"),
    shown=("Id", "Arn", "Name"),
    of_account=True,
)

FURTHER_KINDS: tuple[Kind, ...] = (
    VIEW,
    TASK_TEMPLATE,
    EVALUATION_FORM,
    RULE,
    INTEGRATION,
    USE_CASE,
    VOCABULARY,
    EMAIL_ADDRESS,
    TRAFFIC_GROUP,
)
