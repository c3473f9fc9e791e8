"""What the types and branches of the Flow language are called by people."""

from collections.abc import Mapping

TYPES: Mapping[str, str] = {
    "MessageParticipant": "Play prompt",
    "MessageParticipantIteratively": "Loop prompts",
    "GetParticipantInput": "Get customer input",
    "ConnectParticipantWithLexBot": "Talk to Lex bot",
    "ShowView": "Show view",
    "DisconnectParticipant": "Disconnect",
    "UpdateContactTargetQueue": "Set working queue",
    "TransferContactToQueue": "Transfer to queue",
    "DequeueContactAndTransferToQueue": "Move to queue",
    "TransferContactToAgent": "Transfer to agent",
    "TransferToFlow": "Transfer to flow",
    "TransferParticipantToThirdParty": "Transfer to phone number",
    "InvokeFlowModule": "Run module",
    "EndFlowModuleExecution": "End of module",
    "EndFlowExecution": "End of flow",
    "InvokeLambdaFunction": "Run Lambda function",
    "CheckHoursOfOperation": "Check hours",
    "CheckMetricData": "Check queue",
    "GetMetricData": "Get queue metrics",
    "Compare": "Check attribute",
    "DistributeByPercentage": "Split by percentage",
    "Loop": "Loop",
    "Wait": "Wait",
    "UpdateContactAttributes": "Set attributes",
    "UpdateFlowAttributes": "Set flow attributes",
    "UpdateContactData": "Set contact data",
    "UpdateContactEventHooks": "Set event flow",
    "UpdateContactRoutingBehavior": "Change priority or age",
    "UpdateContactRoutingCriteria": "Set routing criteria",
    "UpdateContactCallbackNumber": "Set callback number",
    "CreateCallbackContact": "Call back",
    "UpdateContactRecordingBehavior": "Set recording",
    "UpdateContactRecordingAndAnalyticsBehavior": "Set recording and analytics",
    "UpdateContactTextToSpeechVoice": "Set voice",
    "UpdateFlowLoggingBehavior": "Set logging",
    "UpdateContactMediaStreamingBehavior": "Set media streaming",
    "UpdatePreviousContactParticipantState": "Hold or resume",
    "TagContact": "Tag contact",
    "UntagContact": "Untag contact",
    "CreateTask": "Create task",
    "CreateCase": "Create case",
    "UpdateCase": "Update case",
    "GetCase": "Get case",
    "GetCustomerProfile": "Get customer profile",
}

TELLING: Mapping[str, str] = {
    "QueueId": "Queue",
    "AgentId": "Agent",
    "ContactFlowId": "Flow",
    "FlowModuleId": "Module",
    "LambdaFunctionARN": "Lambda function",
    "HoursOfOperationId": "Hours",
    "Text": "Prompt",
    "SSML": "Prompt",
    "PromptId": "Prompt",
    "ThirdPartyPhoneNumber": "Phone number",
    "ComparisonValue": "Attribute",
    "TextToSpeechVoice": "Voice",
    "FlowLoggingBehavior": "Logging",
    "LoopCount": "Rounds",
    "TimeLimitSeconds": "Seconds",
    "MetricType": "Metric",
    "CallbackNumber": "Number",
}
"""Parameters that tell most of an action, the most telling first, and what each is called."""

PROMPTS = frozenset({"Text", "SSML"})
"""Parameters that a customer hears word by word."""

SETS_OFF = frozenset(
    {"InvokeLambdaFunction", "InvokeFlowModule", "CreateTask", "CreateCase", "UpdateCase", "GetCase"}
    | {"GetCustomerProfile", "CreateCallbackContact", "GetParticipantInput"}
)
"""Actions whose plain way on is worth the word success."""

COPIES = frozenset(
    {"Compare", "GetParticipantInput", "ConnectParticipantWithLexBot", "DistributeByPercentage"}
    | {"CheckHoursOfOperation", "Loop", "CheckMetricData", "Wait", "ShowView"}
)
"""Actions without a plain way on of their own: NextAction repeats another branch."""

ERRORS: Mapping[str, str] = {
    "NoMatchingError": "Error",
    "NoMatchingCondition": "No match",
    "InputTimeLimitExceeded": "Timeout",
    "TimeLimitExceeded": "Timeout",
    "ConnectionTimeLimitExceeded": "Not answered",
    "CallFailed": "Call failed",
    "QueueAtCapacity": "Queue full",
    "InvalidPhoneNumber": "Invalid number",
    "InvalidCallbackNumber": "Invalid number",
    "CallbackNumberNotDialable": "Not dialable",
    "MultipleFoundError": "Several found",
    "NoneFoundError": "None found",
    "ContactNotLinked": "Not linked",
    "ChannelMismatch": "Other channel",
    "ParticipantNotFound": "Nobody there",
}

OPERATORS: Mapping[str, str] = {
    "Equals": "",
    "TextStartsWith": "Starts with ",
    "TextEndsWith": "Ends with ",
    "TextContains": "Contains ",
    "NumberGreaterThan": "> ",
    "NumberGreaterOrEqualTo": "≥ ",
    "NumberLessThan": "< ",
    "NumberLessOrEqualTo": "≤ ",
}

ANSWERS: Mapping[str, Mapping[str, str]] = {
    "CheckHoursOfOperation": {"True": "Open", "False": "Closed"},
    "Loop": {"ContinueLooping": "Again", "DoneLooping": "Done"},
    "Wait": {"WaitCompleted": "Waited", "CustomerReturned": "Customer is back"},
    "MessageParticipantIteratively": {"MessagesInterrupted": "Interrupted"},
}
"""What the answers of some types are called."""


def spaced(name: str) -> str:
    """`InputTimeLimitSeconds` as `Input time limit seconds`; what is in capitals stays so."""
    words: list[str] = []
    for at, char in enumerate(name):
        begins = char.isupper() and (
            at == 0 or not name[at - 1].isupper() or (at + 1 < len(name) and name[at + 1].islower())
        )
        if begins or not words:
            words.append("")
        words[-1] += char
    plain = [word if len(word) > 1 and word.isupper() else word.lower() for word in words]
    text = " ".join(plain)
    return text[:1].upper() + text[1:]
