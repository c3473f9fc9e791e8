"""The kinds of resources in an instance: their names in AWS, their references, and what prevents their deletion."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind, with the names of its members in requests and replies.

    `refers` maps a path in the settings ("QueueConfigs[].QueueReference.QueueId") to the noun of the kind that it refers to.
    `held_by` lists the nouns of kinds whose references prevent a deletion. `hidden` members are never shown. With
    `of_account` the ARN is not within an instance. `most` is a quota that AWS never raises.
    """

    noun: str
    word: str
    asked: str
    created: tuple[str, str]
    shown: tuple[str, str, str]
    listed_name: str = "Name"
    hidden: frozenset[str] = frozenset()
    refers: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    held_by: tuple[str, ...] = ()
    in_use_type: str | None = None
    of_account: bool = False
    most: int | None = None


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

HOURS = Kind(
    noun="HoursOfOperation",
    word="operating-hours",
    asked="HoursOfOperationId",
    created=("HoursOfOperationId", "HoursOfOperationArn"),
    shown=("HoursOfOperationId", "HoursOfOperationArn", "Name"),
    hidden=frozenset({"ParentHoursOfOperationConfigs"}),
    refers={"ParentHoursOfOperationConfigs[].HoursOfOperationId": "HoursOfOperation"},
    held_by=("Queue", "HoursOfOperation"),
)

OVERRIDE = Kind(
    noun="HoursOfOperationOverride",
    word="hours-of-operation-override",
    asked="HoursOfOperationOverrideId",
    created=("HoursOfOperationOverrideId", ""),
    shown=("HoursOfOperationOverrideId", "", "Name"),
    refers={"HoursOfOperationId": "HoursOfOperation"},
)

QUEUE = Kind(
    noun="Queue",
    word="queue",
    asked="QueueId",
    created=("QueueId", "QueueArn"),
    shown=("QueueId", "QueueArn", "Name"),
    hidden=frozenset({"QuickConnectIds", "EmailAddressesConfig"}),
    refers={
        "HoursOfOperationId": "HoursOfOperation",
        "OutboundCallerConfig.OutboundFlowId": "ContactFlow",
        "OutboundCallerConfig.OutboundCallerIdNumberId": "PhoneNumber",
        "QuickConnectIds[]": "QuickConnect",
    },
    held_by=("RoutingProfile", "QuickConnect"),
)

ROUTING_PROFILE = Kind(
    noun="RoutingProfile",
    word="routing-profile",
    asked="RoutingProfileId",
    created=("RoutingProfileId", "RoutingProfileArn"),
    shown=("RoutingProfileId", "RoutingProfileArn", "Name"),
    hidden=frozenset({"QueueConfigs", "ManualAssignmentQueueConfigs"}),
    refers={
        "DefaultOutboundQueueId": "Queue",
        "QueueConfigs[].QueueReference.QueueId": "Queue",
        "ManualAssignmentQueueConfigs[].QueueReference.QueueId": "Queue",
    },
    held_by=("User",),
)

SECURITY_PROFILE = Kind(
    noun="SecurityProfile",
    word="security-profile",
    asked="SecurityProfileId",
    created=("SecurityProfileId", "SecurityProfileArn"),
    shown=("Id", "Arn", "SecurityProfileName"),
    hidden=frozenset({"Permissions", "Applications", "AllowedFlowModules", "AllowedAIAgents"}),
    refers={
        "AllowedAccessControlHierarchyGroupId": "UserHierarchyGroup",
        "AllowedFlowModules[].FlowModuleId": "ContactFlowModule",
    },
    held_by=("User",),
)

QUICK_CONNECT = Kind(
    noun="QuickConnect",
    word="transfer-destination",
    asked="QuickConnectId",
    created=("QuickConnectId", "QuickConnectARN"),
    shown=("QuickConnectId", "QuickConnectARN", "Name"),
    refers={
        "QuickConnectConfig.UserConfig.UserId": "User",
        "QuickConnectConfig.UserConfig.ContactFlowId": "ContactFlow",
        "QuickConnectConfig.QueueConfig.QueueId": "Queue",
        "QuickConnectConfig.QueueConfig.ContactFlowId": "ContactFlow",
        "QuickConnectConfig.FlowConfig.ContactFlowId": "ContactFlow",
    },
)

HIERARCHY_GROUP = Kind(
    noun="UserHierarchyGroup",
    word="agent-group",
    asked="HierarchyGroupId",
    created=("HierarchyGroupId", "HierarchyGroupArn"),
    shown=("Id", "Arn", "Name"),
    hidden=frozenset({"ParentGroupId"}),
    refers={"ParentGroupId": "UserHierarchyGroup"},
    held_by=("UserHierarchyGroup", "User"),
    in_use_type="HIERARCHY_GROUP",
)

USER = Kind(
    noun="User",
    word="agent",
    asked="UserId",
    created=("UserId", "UserArn"),
    shown=("Id", "Arn", "Username"),
    listed_name="Username",
    hidden=frozenset({"UserProficiencies"}),
    refers={
        "RoutingProfileId": "RoutingProfile",
        "SecurityProfileIds[]": "SecurityProfile",
        "HierarchyGroupId": "UserHierarchyGroup",
        "UserProficiencies[].AttributeName": "PredefinedAttribute",
    },
    in_use_type="USER",
)

CONTACT_FLOW = Kind(
    noun="ContactFlow",
    word="contact-flow",
    asked="ContactFlowId",
    created=("ContactFlowId", "ContactFlowArn"),
    shown=("Id", "Arn", "Name"),
    hidden=frozenset({"Contents"}),
    held_by=("PhoneNumber", "Queue", "QuickConnect", "TaskTemplate", "Rule"),
    in_use_type="CONTACT_FLOW",
)

FLOW_MODULE = Kind(
    noun="ContactFlowModule",
    word="flow-module",
    asked="ContactFlowModuleId",
    created=("Id", "Arn"),
    shown=("Id", "Arn", "Name"),
    hidden=frozenset({"Contents"}),
    held_by=("SecurityProfile",),
)

AGENT_STATUS = Kind(
    noun="AgentStatus",
    word="agent-state",
    asked="AgentStatusId",
    created=("AgentStatusId", "AgentStatusARN"),
    shown=("AgentStatusId", "AgentStatusARN", "Name"),
)

PROMPT = Kind(
    noun="Prompt",
    word="prompt",
    asked="PromptId",
    created=("PromptId", "PromptARN"),
    shown=("PromptId", "PromptARN", "Name"),
    hidden=frozenset({"S3Uri"}),
)

PREDEFINED_ATTRIBUTE = Kind(
    noun="PredefinedAttribute",
    word="predefined-attribute",
    asked="Name",
    created=("", ""),
    shown=("", "", "Name"),
    held_by=("User",),
)

PHONE_NUMBER = Kind(
    noun="PhoneNumber",
    word="phone-number",
    asked="PhoneNumberId",
    created=("PhoneNumberId", "PhoneNumberArn"),
    shown=("PhoneNumberId", "PhoneNumberArn", "PhoneNumber"),
    hidden=frozenset({"ContactFlowId", "BusyUntil"}),
    refers={"ContactFlowId": "ContactFlow"},
    in_use_type="PHONE_NUMBER",
)

KINDS: tuple[Kind, ...] = (
    HOURS,
    OVERRIDE,
    QUEUE,
    ROUTING_PROFILE,
    SECURITY_PROFILE,
    QUICK_CONNECT,
    HIERARCHY_GROUP,
    USER,
    CONTACT_FLOW,
    FLOW_MODULE,
    AGENT_STATUS,
    PROMPT,
    PREDEFINED_ATTRIBUTE,
    PHONE_NUMBER,
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
BY_NOUN: Mapping[str, Kind] = {kind.noun: kind for kind in KINDS}
BY_WORD: Mapping[str, Kind] = {kind.word: kind for kind in KINDS}
