"""A contact centre with at least one resource of every kind; its state is restored before each request."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any

from botocore.config import Config

from reconciler.sandbox import Sandbox
from reconciler.sandbox.connect import plane_of
from reconciler.sandbox.connect.core.resource_types import KINDS
from reconciler.sandbox.connect.core.snapshot import freeze, state_of, thaw

REGION = "eu-west-2"
NOW = 1_800_000_000.0
ONCE = Config(retries={"total_max_attempts": 1}, parameter_validation=False)


def flow(end: str = "DisconnectParticipant") -> str:
    action = {"Identifier": "end", "Type": end, "Parameters": {}, "Transitions": {}}
    return json.dumps({"Version": "2019-10-30", "StartAction": "end", "Actions": [action], "Settings": {}})


MODULE = flow("EndFlowModuleExecution")
FUNCTION = json.dumps({"Version": "2022-11-25", "RuleFunction": {"Operator": "OR", "Operands": []}})
QUESTION = {"Question": {"Title": "Polite?", "RefId": "q", "QuestionType": "TEXT"}}
SECTION = {"Section": {"Title": "Manners", "RefId": "s", "Items": [QUESTION]}}
CATEGORY = {"ActionType": "ASSIGN_CONTACT_CATEGORY", "AssignContactCategoryAction": {}}
TITLE: dict[str, Any] = {"Id": {"Name": "Title"}, "Type": "NAME"}
VIEW = {"Template": "{}", "Actions": ["Next"]}
ORIGIN, FUNCTION_ARN = "https://example.com", "arn:aws:lambda:eu-west-2:123456789012:function:lookup"
BOT = {"AliasArn": "arn:aws:lex:eu-west-2:123456789012:bot-alias/B/A"}
BUCKET = {"StorageType": "S3", "S3Config": {"BucketName": "calls", "BucketPrefix": "p"}}


class Populated:
    """A client without its own checks, the plane behind it, and ids and ARNs by the member that accepts them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.client = sandbox.session(REGION).client("connect", config=ONCE)
        self.plane = plane_of(sandbox.account, REGION)
        random = Random(1)
        self.plane.uuids = lambda: uuid.UUID(int=random.getrandbits(128), version=4)
        self.instance = self.client.create_instance(
            IdentityManagementType="SAML",
            InstanceAlias="acme",
            InboundCallsEnabled=True,
            OutboundCallsEnabled=True,
        )["Id"]
        self.known: dict[str, list[Any]] = {}
        self._populate()
        self._collect()
        self._frozen = freeze(dict(state_of(self.plane)), lambda _plane: ())
        self._random = random.getstate()
        self._dice = random

    def put_back(self) -> None:
        vars(self.plane).update(thaw(self._frozen, lambda _name: self.plane))
        vars(self.plane)["instances"] = self.plane.centres
        self._dice.setstate(self._random)

    def __call__(self, operation: str, **members: Any) -> Mapping[str, Any]:
        reply = self.plane.operations[operation](InstanceId=self.instance, **members)
        return reply or {}

    def _populate(self) -> None:
        self._staff()
        self._flows()
        self._contacts()
        self._associations()
        self._quality()

    def _staff(self) -> None:
        hours = self("CreateHoursOfOperation", Name="Days", TimeZone="Europe/London", Config=[])
        times = {
            "Day": "MONDAY",
            "StartTime": {"Hours": 9, "Minutes": 0},
            "EndTime": {"Hours": 12, "Minutes": 0},
        }
        self(
            "CreateHoursOfOperationOverride",
            HoursOfOperationId=hours["HoursOfOperationId"],
            Name="Holiday",
            Config=[times],
            EffectiveFrom="2027-12-24",
            EffectiveTill="2027-12-26",
        )
        queue = self("CreateQueue", Name="Sales", HoursOfOperationId=hours["HoursOfOperationId"])["QueueId"]
        self("CreateQueue", Name="Idle", HoursOfOperationId=hours["HoursOfOperationId"])
        profile = self(
            "CreateRoutingProfile",
            Name="Seller",
            Description="Sells",
            DefaultOutboundQueueId=queue,
            MediaConcurrencies=[{"Channel": "VOICE", "Concurrency": 1}],
            QueueConfigs=[
                {"QueueReference": {"QueueId": queue, "Channel": "VOICE"}, "Priority": 1, "Delay": 0}
            ],
        )["RoutingProfileId"]
        security = self(
            "CreateSecurityProfile", SecurityProfileName="Seller", Permissions=["BasicAgentAccess"]
        )
        levels = {"LevelOne": {"Name": "Site"}, "LevelTwo": {"Name": "Team"}}
        self("UpdateUserHierarchyStructure", HierarchyStructure=levels)
        site = self("CreateUserHierarchyGroup", Name="London")["HierarchyGroupId"]
        self("CreateUserHierarchyGroup", Name="Team 1", ParentGroupId=site)
        self("CreateAgentStatus", Name="Tea", State="ENABLED")
        self("CreatePredefinedAttribute", Name="Language", Values={"StringList": ["en", "de"]})
        user = self(
            "CreateUser",
            Username="ada@example.com",
            IdentityInfo={"FirstName": "Ada", "LastName": "Lovelace"},
            PhoneConfig={"PhoneType": "SOFT_PHONE"},
            SecurityProfileIds=[security["SecurityProfileId"]],
            RoutingProfileId=profile,
            Tags={"team": "a"},
        )["UserId"]
        skill = {"AttributeName": "Language", "AttributeValue": "en", "Level": 3}
        self("AssociateUserProficiencies", UserId=user, UserProficiencies=[skill])

    def _flows(self) -> None:
        made = self("CreateContactFlow", Name="Hello", Type="CONTACT_FLOW", Content=flow())["ContactFlowId"]
        self("CreateContactFlow", Name="Draft", Type="CONTACT_FLOW", Content="{}", Status="SAVED")
        version = self("CreateContactFlowVersion", ContactFlowId=made)["Version"]
        self("CreateContactFlowVersion", ContactFlowId=made)
        module = self("CreateContactFlowModule", Name="Greeting", Content=MODULE)["Id"]
        of_module = self("CreateContactFlowModuleVersion", ContactFlowModuleId=module)["Version"]
        alias = self(
            "CreateContactFlowModuleAlias",
            ContactFlowModuleId=module,
            ContactFlowModuleVersion=of_module,
            AliasName="live",
        )
        self.known["AliasId"] = [alias["Id"]]
        self.known["ContactFlowVersion"] = [version]
        self.known["ContactFlowModuleVersion"] = [of_module]
        view = self("CreateView", Name="Order", Status="PUBLISHED", Content=VIEW)["View"]
        self("CreateViewVersion", ViewId=view["Id"])
        self("CreateView", Name="Later", Status="SAVED", Content=VIEW)
        self("CreatePrompt", Name="Welcome", S3Uri="s3://sounds/welcome.wav")

    def _contacts(self) -> None:
        number = {"QuickConnectType": "PHONE_NUMBER", "PhoneConfig": {"PhoneNumber": "+442079460000"}}
        quick = self("CreateQuickConnect", Name="Help", QuickConnectConfig=number)["QuickConnectId"]
        queue = self._id("Queue", "Sales")
        self("AssociateQueueQuickConnects", QueueId=queue, QuickConnectIds=[quick])
        claimed = self("ClaimPhoneNumber", PhoneNumber="+442079460001")["PhoneNumberId"]
        hello = self._id("ContactFlow", "Hello")
        self("AssociatePhoneNumberContactFlow", PhoneNumberId=claimed, ContactFlowId=hello)
        self("CreateEmailAddress", EmailAddress="help@example.com")
        self(
            "CreateTaskTemplate",
            Name="Callback",
            Fields=[TITLE, {"Id": {"Name": "Who"}, "Type": "QUICK_CONNECT"}],
            Constraints={"RequiredFields": [{"Id": TITLE["Id"]}]},
            Status="ACTIVE",
        )
        self("CreateVocabulary", VocabularyName="Words", LanguageCode="en-GB", Content="Phrase\nOrder")

    def _associations(self) -> None:
        self("AssociateApprovedOrigin", Origin=ORIGIN)
        self("AssociateLambdaFunction", FunctionArn=FUNCTION_ARN)
        self("AssociateBot", LexV2Bot=BOT)
        kept = self("AssociateInstanceStorageConfig", ResourceType="CALL_RECORDINGS", StorageConfig=BUCKET)
        key = self("AssociateSecurityKey", Key="-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")
        self.known["AssociationId"] = [kept["AssociationId"], key["AssociationId"]]
        group = self._traffic()
        self.known["TrafficDistributionGroupId"] = [group["Id"], group["Arn"]]

    def _traffic(self) -> Mapping[str, Any]:
        self("ReplicateInstance", ReplicaRegion="eu-central-1", ReplicaAlias="acme-de")
        return self("CreateTrafficDistributionGroup", Name="Even")

    def _quality(self) -> None:
        form = self("CreateEvaluationForm", Title="Quality", Items=[SECTION])["EvaluationFormId"]
        self("ActivateEvaluationForm", EvaluationFormId=form, EvaluationFormVersion=1)
        self("CreateEvaluationForm", Title="Draft", Items=[SECTION])
        source = {"EventSourceName": "OnPostCallAnalysisAvailable"}
        made = {"Function": FUNCTION, "Actions": [CATEGORY], "PublishStatus": "DRAFT"}
        self("CreateRule", Name="Angry", TriggerEventSource=source, **made)
        association = self(
            "CreateIntegrationAssociation",
            IntegrationType="SES_IDENTITY",
            IntegrationArn="arn:aws:ses:eu-west-2:123456789012:identity/example.com",
        )["IntegrationAssociationId"]
        use = self("CreateUseCase", IntegrationAssociationId=association, UseCaseType="RULES_EVALUATION")
        self.known["UseCaseId"] = [use["UseCaseId"]]

    def _id(self, noun: str, name: str) -> str:
        centre = self.plane.centres[self.instance]
        return next(
            row.id for kind in KINDS if kind.noun == noun for row in centre.store(kind) if row.name == name
        )

    def _collect(self) -> None:
        centre = self.plane.centres[self.instance]
        for kind in KINDS:
            rows = list(centre.store(kind))[-6:]
            ids = [row.id for row in rows] if kind.created[0] else [row.name for row in rows]
            arns = [row.arn for row in rows] if kind.shown[1] else []
            self.known.setdefault(kind.asked, []).extend([*ids, *arns])
        self.known["InstanceId"] = [self.instance, centre.arn]
        arns = [each for ids in self.known.values() for each in ids if str(each).startswith("arn:")]
        self.known["ResourceArn"] = sorted(set(arns))


@contextmanager
def populated() -> Iterator[Populated]:
    with Sandbox(clock=lambda: NOW) as sandbox:
        yield Populated(sandbox)
