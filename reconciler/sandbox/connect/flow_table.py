"""The action types of the flow language, as far as the service's answers to them are known."""

from collections.abc import Mapping
from dataclasses import dataclass, field

NO_MATCH, NO_CONDITION = "NoMatchingError", "NoMatchingCondition"
TIME_OUT = "InputTimeLimitExceeded"

INBOUND = frozenset({"CONTACT_FLOW"})
TRANSFERS = frozenset({"AGENT_TRANSFER", "QUEUE_TRANSFER"})
WHISPERS = frozenset({"CUSTOMER_WHISPER", "AGENT_WHISPER", "OUTBOUND_WHISPER"})
OUTBOUND = frozenset({"OUTBOUND_WHISPER"})
QUEUED = frozenset({"CUSTOMER_QUEUE"})
HOLDS = frozenset({"CUSTOMER_HOLD", "AGENT_HOLD"})
MODULE = frozenset({"MODULE"})
# Nobody has written down what a campaign's flow may hold.
ANYWHERE = INBOUND | TRANSFERS | WHISPERS | QUEUED | HOLDS | MODULE
CALLS = INBOUND | TRANSFERS | QUEUED | MODULE


@dataclass(frozen=True)
class Action:
    """What one type demands.

    `values` gives a parameter its "low..high" or its "one|or|another"; a leading "$" allows a JSONPath.
    `conditions` is "none", "any", or the operands that each must be equalled once ("True False").
    """

    known: str = ""
    required: str = ""
    exactly_one: tuple[str, ...] = ()
    exclusive: str = ""
    at_least_one: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[str, ...] = (NO_MATCH,)
    optional_errors: tuple[str, ...] = ()
    conditions: str = "none"
    next_action: str = "required"
    terminal: bool = False
    flow_types: frozenset[str] = ANYWHERE
    free_parameters: bool = False


SPOKEN = "Text SSML PromptId Media"
QUEUE_OR_AGENT = "QueueId AgentId"

ACTIONS: Mapping[str, Action] = {
    "MessageParticipant": Action(
        known=SPOKEN,
        exactly_one=(SPOKEN,),
        errors=(),
        optional_errors=(NO_MATCH,),
        flow_types=CALLS | WHISPERS,
    ),
    "MessageParticipantIteratively": Action(
        known="Messages InterruptFrequencySeconds ContinueMessagingDuringInterrupt",
        required="Messages",
        values={"InterruptFrequencySeconds": "1..604800"},
        errors=(),
        optional_errors=(NO_MATCH,),
        conditions="interrupt",
        next_action="optional",
        flow_types=QUEUED | HOLDS | MODULE,
    ),
    "GetParticipantInput": Action(
        known=f"StoreInput InputTimeLimitSeconds DTMFConfiguration {SPOKEN}",
        required="StoreInput InputTimeLimitSeconds",
        exclusive="Text SSML PromptId",
        values={"InputTimeLimitSeconds": "1..180"},
        errors=(TIME_OUT, NO_CONDITION, NO_MATCH),
        conditions="keys",
        flow_types=CALLS,
    ),
    "GetParticipantInput(store)": Action(
        known=f"StoreInput InputTimeLimitSeconds InputValidation InputEncryption DTMFConfiguration {SPOKEN}",
        required="InputTimeLimitSeconds InputValidation",
        exclusive="Text SSML PromptId",
        values={"InputTimeLimitSeconds": "1..180"},
        flow_types=CALLS,
    ),
    "ConnectParticipantWithLexBot": Action(
        known=f"LexV2Bot LexBot LexInitializationData LexSessionAttributes LexTimeoutSeconds {SPOKEN}",
        exactly_one=("LexV2Bot LexBot",),
        exclusive="Text SSML PromptId",
        at_least_one="Text SSML PromptId Media LexInitializationData",
        errors=(NO_MATCH, NO_CONDITION),
        optional_errors=(TIME_OUT,),
        conditions="any",
        flow_types=CALLS,
    ),
    "ShowView": Action(
        known="ViewResource InvocationTimeLimitSeconds ViewData SensitiveDataConfiguration",
        required="ViewResource InvocationTimeLimitSeconds",
        values={"InvocationTimeLimitSeconds": "1..604800"},
        errors=(NO_CONDITION, NO_MATCH, "TimeLimitExceeded"),
        conditions="any",
        flow_types=INBOUND | QUEUED | MODULE,
    ),
    "DisconnectParticipant": Action(terminal=True),
    "TransferParticipantToThirdParty": Action(
        known="ThirdPartyPhoneNumber ThirdPartyConnectionTimeLimitSeconds ContinueFlowExecution"
        " ThirdPartyDTMFDigits CallerId",
        required="ThirdPartyPhoneNumber",
        values={
            "ThirdPartyConnectionTimeLimitSeconds": "$0..600",
            "ContinueFlowExecution": "True|False",
        },
        optional_errors=("CallFailed", "ConnectionTimeLimitExceeded"),
        flow_types=INBOUND | TRANSFERS | QUEUED,
    ),
    "UpdateContactTargetQueue": Action(
        known=QUEUE_OR_AGENT, exclusive=QUEUE_OR_AGENT, flow_types=INBOUND | TRANSFERS | MODULE
    ),
    "TransferContactToQueue": Action(
        errors=("QueueAtCapacity", NO_MATCH), flow_types=INBOUND | TRANSFERS | MODULE
    ),
    "DequeueContactAndTransferToQueue": Action(
        known=QUEUE_OR_AGENT,
        exclusive=QUEUE_OR_AGENT,
        errors=("QueueAtCapacity", NO_MATCH),
        flow_types=QUEUED | MODULE,
    ),
    "TransferContactToAgent": Action(terminal=True, flow_types=TRANSFERS | MODULE),
    "TransferToFlow": Action(
        known="ContactFlowId", required="ContactFlowId", flow_types=INBOUND | TRANSFERS | MODULE
    ),
    "InvokeFlowModule": Action(
        known="FlowModuleId", required="FlowModuleId", conditions="any", free_parameters=True
    ),
    "EndFlowModuleExecution": Action(terminal=True, flow_types=MODULE),
    "EndFlowExecution": Action(terminal=True, flow_types=WHISPERS | QUEUED | MODULE),
    "InvokeLambdaFunction": Action(
        known="LambdaFunctionARN InvocationTimeLimitSeconds InvocationType LambdaInvocationAttributes"
        " ResponseValidation",
        required="LambdaFunctionARN InvocationTimeLimitSeconds",
        values={
            "InvocationTimeLimitSeconds": "1..8",
            "InvocationType": "SYNCHRONOUS|ASYNCHRONOUS",
            "ResponseValidation.ResponseType": "STRING_MAP|JSON",
        },
    ),
    "CheckHoursOfOperation": Action(known="HoursOfOperationId", conditions="True False", flow_types=CALLS),
    "CheckMetricData": Action(
        known=f"MetricType {QUEUE_OR_AGENT}",
        required="MetricType",
        exclusive=QUEUE_OR_AGENT,
        values={
            "MetricType": "NumberOfAgentsAvailable|NumberOfAgentsStaffed|NumberOfAgentsOnline"
            "|OldestContactInQueueAgeSeconds|NumberOfContactsInQueue"
        },
        errors=(NO_MATCH, NO_CONDITION),
        conditions="some",
        flow_types=CALLS,
    ),
    "GetMetricData": Action(
        known=f"QueueChannel {QUEUE_OR_AGENT}",
        exclusive=QUEUE_OR_AGENT,
        values={"QueueChannel": "$Voice|Chat"},
    ),
    "Compare": Action(
        known="ComparisonValue", required="ComparisonValue", errors=(NO_CONDITION,), conditions="any"
    ),
    "DistributeByPercentage": Action(
        errors=(NO_CONDITION,), conditions="percentages", flow_types=CALLS | OUTBOUND
    ),
    "Loop": Action(
        known="LoopCount",
        required="LoopCount",
        values={"LoopCount": "$0..100"},
        errors=(),
        optional_errors=(NO_MATCH,),
        conditions="ContinueLooping DoneLooping",
    ),
    "Wait": Action(
        known="TimeLimitSeconds Events",
        required="TimeLimitSeconds",
        values={"TimeLimitSeconds": "$1..604800"},
        optional_errors=("ParticipantNotFound",),
        conditions="waiting",
    ),
    "UpdateContactAttributes": Action(
        known="Attributes TargetContact", required="Attributes", values={"TargetContact": "Current|Related"}
    ),
    "UpdateFlowAttributes": Action(known="FlowAttributes", required="FlowAttributes"),
    "UpdateContactData": Action(
        known="Name Description LanguageCode CustomerId References IsVoiceIdStreamingEnabled"
        " IsVoiceAuthenticationEnabled IsFraudDetectionEnabled VoiceAuthenticationThreshold"
        " VoiceAuthenticationResponseTime FraudDetectionThreshold WatchlistId WisdomSessionArn TargetContact",
        values={"TargetContact": "Current|Related"},
    ),
    # Two sources contradict each other about EventHooksConfiguration; AWS itself deploys it.
    "UpdateContactEventHooks": Action(known="EventHooks EventHooksConfiguration", required="EventHooks"),
    "UpdateContactRoutingBehavior": Action(
        known="QueuePriority QueueTimeAdjustmentSeconds RoutingProficiencies",
        exclusive="QueuePriority QueueTimeAdjustmentSeconds",
        values={"QueuePriority": "1..9223372036854775807"},
        errors=(),
        optional_errors=(NO_MATCH,),
    ),
    "UpdateContactRoutingCriteria": Action(known="RoutingCriteria", required="RoutingCriteria"),
    "UpdateContactCallbackNumber": Action(
        known="CallbackNumber",
        required="CallbackNumber",
        errors=("InvalidCallbackNumber", "CallbackNumberNotDialable"),
        flow_types=CALLS,
    ),
    "CreateCallbackContact": Action(
        known="InitialCallDelaySeconds MaximumConnectionAttempts RetryDelaySeconds ContactFlowId CallerId"
        f" {QUEUE_OR_AGENT}",
        required="InitialCallDelaySeconds MaximumConnectionAttempts RetryDelaySeconds",
        exclusive=QUEUE_OR_AGENT,
        values={
            "InitialCallDelaySeconds": "1..259200",
            "MaximumConnectionAttempts": "1..9223372036854775807",
            "RetryDelaySeconds": "1..259200",
        },
        flow_types=CALLS,
    ),
    "UpdateContactRecordingBehavior": Action(
        known="RecordingBehavior AnalyticsBehavior",
        required="RecordingBehavior",
        errors=(),
        flow_types=CALLS | OUTBOUND,
    ),
    "UpdateContactRecordingAndAnalyticsBehavior": Action(
        known="VoiceBehavior ChatBehavior ScreenRecordingBehavior",
        exactly_one=("VoiceBehavior ChatBehavior ScreenRecordingBehavior",),
        errors=(NO_MATCH, "ChannelMismatch"),
        optional_errors=("InFlightRedactionConfigurationFailed",),
    ),
    "UpdateContactTextToSpeechVoice": Action(
        known="TextToSpeechVoice TextToSpeechEngine TextToSpeechStyle",
        required="TextToSpeechVoice",
        errors=(),
        optional_errors=(NO_MATCH,),
    ),
    "UpdateFlowLoggingBehavior": Action(
        known="FlowLoggingBehavior",
        required="FlowLoggingBehavior",
        values={"FlowLoggingBehavior": "Enabled|Disabled"},
        errors=(),
    ),
    "UpdateContactMediaStreamingBehavior": Action(
        known="MediaStreamingState Participants MediaStreamType",
        required="MediaStreamingState",
        values={"MediaStreamingState": "Enabled|Disabled", "MediaStreamType": "Audio"},
        flow_types=ANYWHERE - HOLDS,
    ),
    "UpdatePreviousContactParticipantState": Action(
        known="PreviousContactParticipantState",
        required="PreviousContactParticipantState",
        values={"PreviousContactParticipantState": "AgentOnHold|CustomerOnHold|OffHold"},
        flow_types=INBOUND | TRANSFERS | OUTBOUND | MODULE,
    ),
    "TagContact": Action(known="Tags", required="Tags"),
    "UntagContact": Action(known="TagKeys", required="TagKeys"),
    "CreateTask": Action(
        known="ContactFlowId Name Attributes Description References DelaySeconds ScheduledTime"
        " TaskTemplateId",
        required="Name",
        exclusive="DelaySeconds ScheduledTime",
        values={"DelaySeconds": "$1..518400"},
    ),
}

# Known to exist, their answers are not: only the graph around them is checked.
UNCHARTED = frozenset(
    {
        "AssociateContactToCustomerProfile",
        "AuthenticateParticipant",
        "CheckOutboundCallStatus",
        "CheckVoiceId",
        "CompleteOutboundCall",
        "CreateCase",
        "CreateContact",
        "CreateCustomerProfile",
        "CreatePersistentContactAssociation",
        "CreateWisdomSession",
        "EvaluateDataTableValues",
        "GetCalculatedAttributesForCustomerProfile",
        "GetCase",
        "GetCustomerProfile",
        "GetCustomerProfileObject",
        "LoadContactContent",
        "ResumeContact",
        "StartOutboundChatContact",
        "StartOutboundEmailContact",
        "StartVoiceIdStream",
        "UpdateCase",
        "UpdateContactMediaProcessing",
        "UpdateCustomerProfile",
    }
)
