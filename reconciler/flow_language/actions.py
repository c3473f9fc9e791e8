"""Every action type of the Flow language.

Sources: https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html and the page of each action; if
CreateContactFlow answers differently, its answer is used. The branches that a contact can take are those of
the action's block in https://docs.aws.amazon.com/connect/latest/adminguide/contact-block-definitions.html.
"""

from collections.abc import Mapping
from typing import Any

from reconciler.flow_language.action import (
    CALLS,
    HOLDS,
    INBOUND,
    MODULE,
    NO_CONDITION,
    NO_MATCH,
    OUTBOUND,
    PROMPT,
    QUEUE_OR_AGENT,
    QUEUED,
    SPOKEN,
    TIME_OUT,
    TRANSFERS,
    WHISPERS,
    Action,
)
from reconciler.flow_language.further import FURTHER
from reconciler.flow_language.settings import SETTINGS

STORED = "GetParticipantInput(store)"
"""GetParticipantInput with `StoreInput: "True"`, which has other rules than a menu."""

PARTICIPANT: Mapping[str, Action] = {
    "MessageParticipant": Action(
        "Play prompt",
        known=f"{SPOKEN} SkipWhenDTMFBufferEnabled",
        exactly_one=(SPOKEN,),
        errors=(),
        optional_errors=(NO_MATCH,),
        flow_types=CALLS | WHISPERS,
        tells=(*PROMPT, "SkipWhenDTMFBufferEnabled=Skipped after early keys: {}"),
    ),
    "MessageParticipantIteratively": Action(
        "Loop prompts",
        known="Messages InterruptFrequencySeconds ContinueMessagingDuringInterrupt",
        required="Messages",
        values={"InterruptFrequencySeconds": "1..604800"},
        errors=(),
        optional_errors=(NO_MATCH,),
        conditions="interrupt",
        way_on="waits",
        flow_types=QUEUED | HOLDS | MODULE,
        tells=("Messages", "InterruptFrequencySeconds=Interrupted after {} s"),
    ),
    "GetParticipantInput": Action(
        "Get customer input",
        known=f"StoreInput InputTimeLimitSeconds DTMFConfiguration {SPOKEN}",
        required="StoreInput InputTimeLimitSeconds",
        exclusive="Text SSML PromptId",
        values={"InputTimeLimitSeconds": "1..180"},
        unsure=frozenset({"InputTimeLimitSeconds"}),
        errors=(TIME_OUT, NO_CONDITION, NO_MATCH),
        conditions="keys",
        way_on="branches",
        flow_types=CALLS,
        tells=(*PROMPT, "InputTimeLimitSeconds=Timeout after {} s"),
    ),
    STORED: Action(
        "Store customer input",
        known=f"StoreInput InputTimeLimitSeconds InputValidation InputEncryption DTMFConfiguration {SPOKEN}",
        required="InputTimeLimitSeconds InputValidation",
        exclusive="Text SSML PromptId",
        values={"InputTimeLimitSeconds": "1..180"},
        unsure=frozenset({"InputTimeLimitSeconds"}),
        flow_types=CALLS,
        tells=(
            *PROMPT,
            "InputValidation.CustomValidation.MaximumLength=Up to {} digits",
            "InputValidation.PhoneNumberValidation.NumberFormat=Phone number, {}",
            "InputTimeLimitSeconds=Waits {} s",
            "InputEncryption.EncryptionKeyId=Encrypted with key {}",
        ),
    ),
    "ConnectParticipantWithLexBot": Action(
        "Talk to Lex bot",
        known=f"LexV2Bot LexBot LexInitializationData LexSessionAttributes LexTimeoutSeconds {SPOKEN}",
        exactly_one=("LexV2Bot LexBot",),
        exclusive="Text SSML PromptId",
        at_least_one="Text SSML PromptId Media LexInitializationData",
        errors=(NO_MATCH, NO_CONDITION),
        optional_errors=(TIME_OUT,),
        unsure=frozenset({NO_CONDITION}),
        conditions="any",
        way_on="branches",
        flow_types=CALLS,
        tells=(
            *PROMPT,
            "LexInitializationData.InitialMessage",
            "LexV2Bot.AliasArn=Bot: {}",
            "LexBot.Name=Bot: {}",
            "LexBot.Alias=Alias: {}",
            "LexTimeoutSeconds.Text=Timeout after {} s",
            "LexSessionAttributes=Session: {}",
        ),
    ),
    "ShowView": Action(
        "Show view",
        known="ViewResource InvocationTimeLimitSeconds ViewData SensitiveDataConfiguration",
        required="ViewResource InvocationTimeLimitSeconds",
        values={"InvocationTimeLimitSeconds": "1..604800"},
        errors=(NO_CONDITION, NO_MATCH, "TimeLimitExceeded"),
        conditions="any",
        way_on="branches",
        flow_types=INBOUND | QUEUED | MODULE,
        tells=(
            "ViewResource.Id",
            "ViewResource.Version=Version {}",
            "InvocationTimeLimitSeconds=Timeout after {} s",
            "SensitiveDataConfiguration.HideResponseOn=Answer hidden on: {}",
        ),
    ),
    "DisconnectParticipant": Action("Disconnect", way_on="ends"),
    "TransferParticipantToThirdParty": Action(
        "Transfer to phone number",
        known="ThirdPartyPhoneNumber ThirdPartyConnectionTimeLimitSeconds ContinueFlowExecution"
        " ThirdPartyDTMFDigits CallerId",
        required="ThirdPartyPhoneNumber",
        values={"ThirdPartyConnectionTimeLimitSeconds": "$0..600", "ContinueFlowExecution": "True|False"},
        optional_errors=("CallFailed", "ConnectionTimeLimitExceeded"),
        stays_when=("ContinueFlowExecution", "False"),
        flow_types=INBOUND | TRANSFERS | QUEUED,
        tells=(
            "ThirdPartyPhoneNumber",
            "ThirdPartyConnectionTimeLimitSeconds=Rings {} s",
            "ThirdPartyDTMFDigits=Keys: {}",
            "CallerId.Number=Caller id: {}",
        ),
    ),
}
"""Actions that a contact hears, speaks to or sees."""

ROUTING: Mapping[str, Action] = {
    "UpdateContactTargetQueue": Action(
        "Set working queue",
        known=QUEUE_OR_AGENT,
        exclusive=QUEUE_OR_AGENT,
        flow_types=INBOUND | TRANSFERS | MODULE,
        tells=("QueueId", "AgentId=Agent: {}"),
    ),
    "TransferContactToQueue": Action(
        "Transfer to queue",
        errors=("QueueAtCapacity", NO_MATCH),
        way_on="branches",
        flow_types=INBOUND | TRANSFERS | MODULE,
    ),
    "DequeueContactAndTransferToQueue": Action(
        "Move to queue",
        known=QUEUE_OR_AGENT,
        exclusive=QUEUE_OR_AGENT,
        errors=("QueueAtCapacity", NO_MATCH),
        way_on="branches",
        flow_types=QUEUED | MODULE,
        tells=("QueueId", "AgentId=Agent: {}"),
    ),
    "TransferContactToAgent": Action("Transfer to agent", way_on="ends", flow_types=TRANSFERS | MODULE),
    "TransferToFlow": Action(
        "Transfer to flow",
        known="ContactFlowId",
        required="ContactFlowId",
        way_on="branches",
        flow_types=INBOUND | TRANSFERS | MODULE,
        tells=("ContactFlowId",),
    ),
    # The form of a module's own branches is not documented: they are accepted as they are.
    "InvokeFlowModule": Action(
        "Run module",
        known="FlowModuleId",
        required="FlowModuleId",
        conditions="any",
        free_parameters=True,
        tells=("FlowModuleId",),
    ),
    "EndFlowModuleExecution": Action(
        "End of module", way_on="ends", flow_types=MODULE, free_parameters=True, tells=("Result",)
    ),
    "EndFlowExecution": Action("End of flow", way_on="ends", flow_types=WHISPERS | QUEUED | MODULE),
    "InvokeLambdaFunction": Action(
        "Run Lambda function",
        known="LambdaFunctionARN InvocationTimeLimitSeconds InvocationType LambdaInvocationAttributes"
        " ResponseValidation",
        required="LambdaFunctionARN InvocationTimeLimitSeconds",
        values={
            "InvocationTimeLimitSeconds": "1..8",
            "InvocationType": "SYNCHRONOUS|ASYNCHRONOUS",
            "ResponseValidation.ResponseType": "STRING_MAP|JSON",
        },
        tells=(
            "LambdaFunctionARN",
            "InvocationType={}",
            "InvocationTimeLimitSeconds=Timeout after {} s",
            "LambdaInvocationAttributes=Sends: {}",
        ),
    ),
    "CreateCallbackContact": Action(
        "Call back",
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
        tells=(
            "QueueId",
            "AgentId=Agent: {}",
            "InitialCallDelaySeconds=First call after {} s",
            "MaximumConnectionAttempts=Attempts: {}",
            "RetryDelaySeconds={} s between attempts",
            "ContactFlowId=Flow: {}",
            "CallerId=Caller id: {}",
        ),
    ),
}
"""Actions that route a contact."""

CHECKS: Mapping[str, Action] = {
    "CheckHoursOfOperation": Action(
        "Check hours",
        known="HoursOfOperationId",
        conditions="True False",
        way_on="branches",
        flow_types=CALLS,
        tells=("HoursOfOperationId",),
    ),
    "CheckMetricData": Action(
        "Check queue",
        known=f"MetricType {QUEUE_OR_AGENT}",
        required="MetricType",
        exclusive=QUEUE_OR_AGENT,
        values={
            "MetricType": "NumberOfAgentsAvailable|NumberOfAgentsStaffed|NumberOfAgentsOnline"
            "|OldestContactInQueueAgeSeconds|NumberOfContactsInQueue"
        },
        errors=(NO_MATCH, NO_CONDITION),
        conditions="some",
        way_on="branches",
        flow_types=CALLS,
        tells=("MetricType", "QueueId=Queue: {}", "AgentId=Agent: {}"),
    ),
    "GetMetricData": Action(
        "Get queue metrics",
        known=f"QueueChannel {QUEUE_OR_AGENT}",
        exclusive=QUEUE_OR_AGENT,
        values={"QueueChannel": "$Voice|Chat"},
        tells=("QueueId", "AgentId=Agent: {}", "QueueChannel=Channel: {}"),
    ),
    "Compare": Action(
        "Check attribute",
        known="ComparisonValue",
        required="ComparisonValue",
        errors=(NO_CONDITION,),
        conditions="any",
        way_on="branches",
        tells=("ComparisonValue",),
    ),
    "DistributeByPercentage": Action(
        "Split by percentage",
        errors=(NO_CONDITION,),
        conditions="percentages",
        way_on="branches",
        flow_types=CALLS | OUTBOUND,
    ),
    "Loop": Action(
        "Loop",
        known="LoopCount",
        required="LoopCount",
        values={"LoopCount": "$0..100"},
        errors=(),
        optional_errors=(NO_MATCH,),
        conditions="ContinueLooping DoneLooping",
        way_on="branches",
        tells=("LoopCount=Rounds: {}",),
    ),
    "Wait": Action(
        "Wait",
        known="TimeLimitSeconds Events",
        required="TimeLimitSeconds",
        values={"TimeLimitSeconds": "$1..604800"},
        optional_errors=("ParticipantNotFound",),
        conditions="waiting",
        way_on="branches",
        tells=("TimeLimitSeconds=At most {} s", "Events=Or until: {}"),
    ),
}
"""Actions that check a condition and branch."""

ACTIONS: Mapping[str, Action] = {**PARTICIPANT, **ROUTING, **CHECKS, **SETTINGS, **FURTHER}
TYPES = frozenset(ACTIONS) - {STORED}
"""The allowed values of an action's Type."""

LIKE: Mapping[str, str] = {
    "PlayPrompt": "MessageParticipant",
    "GetUserInput": "GetParticipantInput",
    "StoreUserInput": "GetParticipantInput",
    "StoreCustomerInput": "GetParticipantInput",
    "GetCustomerInput": "GetParticipantInput",
    "GetParticipantWithLexV2Bot": "ConnectParticipantWithLexBot",
    "SetQueue": "UpdateContactTargetQueue",
    "SetWorkingQueue": "UpdateContactTargetQueue",
    "TransferToQueue": "TransferContactToQueue",
    "TransferToAgent": "TransferContactToAgent",
    "TransferToPhoneNumber": "TransferParticipantToThirdParty",
    "TransferToThirdParty": "TransferParticipantToThirdParty",
    "SetAttributes": "UpdateContactAttributes",
    "SetContactAttributes": "UpdateContactAttributes",
    "CheckAttribute": "Compare",
    "CheckContactAttributes": "Compare",
    "CheckCondition": "Compare",
    "InvokeExternalResource": "InvokeLambdaFunction",
    "InvokeAPI": "InvokeLambdaFunction",
    "SetContactFlow": "UpdateContactEventHooks",
    "SetEventHook": "UpdateContactEventHooks",
    "SetRecordingBehavior": "UpdateContactRecordingBehavior",
    "SetLoggingBehavior": "UpdateFlowLoggingBehavior",
    "SetVoice": "UpdateContactTextToSpeechVoice",
    "CheckQueueStatus": "CheckMetricData",
    "CheckStaffing": "CheckMetricData",
    "GetQueueMetrics": "GetMetricData",
    "PercentileBranching": "DistributeByPercentage",
    "Distribute": "DistributeByPercentage",
    "StartMediaStreaming": "UpdateContactMediaStreamingBehavior",
    "Disconnect": "DisconnectParticipant",
    "EndFlow": "EndFlowExecution",
    "ReturnFromFlowModule": "EndFlowModuleExecution",
}
"""Names of blocks in the designer, and of types in exports before 2021, which are often written as a Type."""

RENAMED: Mapping[str, str] = {"UpdateRoutingCriteria": "UpdateContactRoutingCriteria"}
"""Types by the title of their page, if deployed flows use another one."""


def rules_for(action: Mapping[str, Any]) -> Action | None:
    """The entry for an action of a flow; None if the table does not have its type."""
    kind, parameters = action.get("Type"), action.get("Parameters")
    if not isinstance(kind, str) or kind == STORED:
        return None
    stored = isinstance(parameters, Mapping) and parameters.get("StoreInput") == "True"
    return ACTIONS.get(STORED if kind == "GetParticipantInput" and stored else kind)
