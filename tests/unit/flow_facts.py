"""Facts about each action type from AWS's pages and replies, written independently of the program's table.

Source: https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html, one page for each action, and the
blocks of https://docs.aws.amazon.com/connect/latest/adminguide/contact-block-definitions.html. If CreateContactFlow behaves
differently (for example, it refuses a missing QueueAtCapacity), its behaviour is used.
"""

from typing import NamedTuple

NME, NMC, TIMEOUT = "NoMatchingError", "NoMatchingCondition", "InputTimeLimitExceeded"


class Fact(NamedTuple):
    """One type: how a flow continues (next, branches, waits, ends), its errors, its conditions and its parameters."""

    way_on: str
    errors: str = NME
    may: str = ""
    """Optional errors."""
    conditions: str = "none"
    needs: str = ""
    takes: str = ""
    """Further parameters."""


VOICE = "Text SSML PromptId Media"
QUEUE = "QueueId AgentId"
DELAYS = "InitialCallDelaySeconds MaximumConnectionAttempts RetryDelaySeconds"
VOICE_ID = (
    "IsVoiceIdStreamingEnabled IsVoiceAuthenticationEnabled IsFraudDetectionEnabled VoiceAuthenticationThreshold"
    " VoiceAuthenticationResponseTime FraudDetectionThreshold WatchlistId"
)

FACTS = {
    "MessageParticipant": Fact("next", "", NME, takes=f"{VOICE} SkipWhenDTMFBufferEnabled"),
    "MessageParticipantIteratively": Fact(
        "waits",
        "",
        NME,
        "MessagesInterrupted",
        "Messages",
        "InterruptFrequencySeconds ContinueMessagingDuringInterrupt",
    ),
    "GetParticipantInput": Fact(
        "branches",
        f"{TIMEOUT} {NMC} {NME}",
        "",
        "keys",
        "StoreInput InputTimeLimitSeconds",
        f"DTMFConfiguration {VOICE}",
    ),
    "ConnectParticipantWithLexBot": Fact(
        "branches",
        f"{NME} {NMC}",
        TIMEOUT,
        "any",
        "",
        f"LexV2Bot LexBot LexInitializationData LexSessionAttributes LexTimeoutSeconds {VOICE}",
    ),
    "ShowView": Fact(
        "branches",
        f"{NMC} {NME} TimeLimitExceeded",
        "",
        "any",
        "ViewResource InvocationTimeLimitSeconds",
        "ViewData SensitiveDataConfiguration",
    ),
    "DisconnectParticipant": Fact("ends"),
    "UpdateContactTargetQueue": Fact("next", takes=QUEUE),
    "TransferContactToQueue": Fact("branches", f"QueueAtCapacity {NME}"),
    "DequeueContactAndTransferToQueue": Fact("branches", f"QueueAtCapacity {NME}", takes=QUEUE),
    "TransferContactToAgent": Fact("ends"),
    "TransferToFlow": Fact("branches", needs="ContactFlowId"),
    "InvokeFlowModule": Fact("next", conditions="any", needs="FlowModuleId"),
    "EndFlowModuleExecution": Fact("ends"),
    "EndFlowExecution": Fact("ends"),
    "InvokeLambdaFunction": Fact(
        "next",
        needs="LambdaFunctionARN InvocationTimeLimitSeconds",
        takes="InvocationType LambdaInvocationAttributes ResponseValidation",
    ),
    "CheckHoursOfOperation": Fact("branches", conditions="True False", takes="HoursOfOperationId"),
    "CheckMetricData": Fact("branches", f"{NME} {NMC}", "", "some", "MetricType", QUEUE),
    "GetMetricData": Fact("next", takes=f"QueueChannel {QUEUE}"),
    "Compare": Fact("branches", NMC, "", "any", "ComparisonValue"),
    "DistributeByPercentage": Fact("branches", NMC, "", "percentages"),
    "Loop": Fact("branches", "", NME, "ContinueLooping DoneLooping", "LoopCount"),
    "Wait": Fact("branches", NME, "ParticipantNotFound", "waiting", "TimeLimitSeconds", "Events"),
    "UpdateContactAttributes": Fact("next", needs="Attributes", takes="TargetContact"),
    "UpdateFlowAttributes": Fact("next", needs="FlowAttributes"),
    "UpdateContactData": Fact(
        "next",
        takes="Name Description LanguageCode CustomerId References WisdomSessionArn TargetContact "
        + VOICE_ID,
    ),
    "UpdateContactEventHooks": Fact("next", needs="EventHooks", takes="EventHooksConfiguration"),
    "UpdateContactRoutingBehavior": Fact(
        "next", "", NME, takes="QueuePriority QueueTimeAdjustmentSeconds RoutingProficiencies"
    ),
    "UpdateContactRoutingCriteria": Fact("next", needs="RoutingCriteria"),
    "UpdateContactCallbackNumber": Fact(
        "next", "InvalidCallbackNumber CallbackNumberNotDialable", needs="CallbackNumber"
    ),
    "CreateCallbackContact": Fact("next", needs=DELAYS, takes=f"ContactFlowId CallerId {QUEUE}"),
    "UpdateContactRecordingBehavior": Fact("next", "", needs="RecordingBehavior", takes="AnalyticsBehavior"),
    "UpdateContactRecordingAndAnalyticsBehavior": Fact(
        "next",
        f"{NME} ChannelMismatch",
        "InFlightRedactionConfigurationFailed",
        takes="VoiceBehavior ChatBehavior ScreenRecordingBehavior",
    ),
    "UpdateContactTextToSpeechVoice": Fact(
        "next", "", NME, needs="TextToSpeechVoice", takes="TextToSpeechEngine TextToSpeechStyle"
    ),
    "UpdateFlowLoggingBehavior": Fact("next", "", needs="FlowLoggingBehavior"),
    "TagContact": Fact("next", needs="Tags"),
    "UntagContact": Fact("next", needs="TagKeys"),
    "TransferParticipantToThirdParty": Fact(
        "next",
        NME,
        "CallFailed ConnectionTimeLimitExceeded",
        needs="ThirdPartyPhoneNumber",
        takes="ThirdPartyConnectionTimeLimitSeconds ContinueFlowExecution ThirdPartyDTMFDigits CallerId",
    ),
    "UpdateContactMediaStreamingBehavior": Fact(
        "next", needs="MediaStreamingState", takes="Participants MediaStreamType"
    ),
    "UpdatePreviousContactParticipantState": Fact("next", needs="PreviousContactParticipantState"),
    "CreateTask": Fact(
        "next",
        needs="Name",
        takes="ContactFlowId Attributes Description References DelaySeconds ScheduledTime TaskTemplateId",
    ),
    "CompleteOutboundCall": Fact("next", "", takes="CallerId"),
    "CheckOutboundCallStatus": Fact(
        "branches", conditions="CallAnswered VoicemailBeep VoicemailNoBeep NotDetected"
    ),
    "ResumeContact": Fact("next"),
    "CreateCase": Fact(
        "next", may="ContactNotLinked", takes="LinkContactToCase CaseTemplateId CaseRequestFields"
    ),
    "UpdateCase": Fact("next", may="ContactNotLinked", takes="LinkContactToCase CaseId CaseRequestFields"),
    "GetCase": Fact(
        "next",
        may="ContactNotLinked MultipleFoundError NoneFoundError",
        takes="LinkContactToCase GetLastUpdatedCase CustomerId CaseResponseFields",
    ),
    "CreateWisdomSession": Fact("next", takes="WisdomAssistantArn"),
    "StartOutboundChatContact": Fact(
        "next",
        takes="SourceEndpoint DestinationEndpoint ContactFlowArn ContactSubtype InitialSystemMessage RelatedContact",
    ),
    "UpdateContactMediaProcessing": Fact("next", takes="ChatProcessor"),
    "CreateCustomerProfile": Fact("next", takes="ProfileRequestData ProfileResponseData"),
    "UpdateCustomerProfile": Fact("next", takes="ProfileRequestData ProfileResponseData"),
    "AssociateContactToCustomerProfile": Fact("next", takes="ProfileRequestData ProfileResponseData"),
    "GetCustomerProfile": Fact(
        "next", f"MultipleFoundError NoneFoundError {NME}", takes="ProfileRequestData ProfileResponseData"
    ),
    "GetCustomerProfileObject": Fact(
        "next", f"NoneFoundError {NME}", takes="ProfileRequestData ProfileResponseData"
    ),
    "GetCalculatedAttributesForCustomerProfile": Fact(
        "next", f"NoneFoundError {NME}", takes="ProfileRequestData ProfileResponseData"
    ),
    "CheckVoiceId": Fact("branches", conditions="any", takes="CheckVoiceIdOption"),
    "StartVoiceIdStream": Fact("next"),
    "RouteContactToAgent": Fact("next"),
    "CheckSegmentMembership": Fact("next", conditions="any"),
    "AuthenticateParticipant": Fact("next", f"{NME} TimeLimitExceeded"),
    "LoadContactContent": Fact("next"),
    "CreatePersistentContactAssociation": Fact("next"),
    "EvaluateDataTableValues": Fact("next"),
    "CreateContact": Fact("next"),
    "StartOutboundEmailContact": Fact("next"),
}
STORE = Fact(
    "next",
    NME,
    needs="InputTimeLimitSeconds InputValidation",
    takes=f"StoreInput InputEncryption DTMFConfiguration {VOICE}",
)
"""GetParticipantInput that stores the customer's input."""
