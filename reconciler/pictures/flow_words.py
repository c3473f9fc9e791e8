"""What the types and branches of the Flow language are called by people."""

from collections.abc import Mapping

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
"""What some parameters are called; the others by their own names, spaced."""

HEARD = frozenset({"Text", "SSML", "InitialMessage", "InitialSystemMessage"})
"""Parameters that a customer hears or reads word by word."""

VALUES: Mapping[str, str] = {
    "NumberOfAgentsAvailable": "Agents available",
    "NumberOfAgentsStaffed": "Agents staffed",
    "NumberOfAgentsOnline": "Agents online",
    "OldestContactInQueueAgeSeconds": "Age of the oldest contact",
    "NumberOfContactsInQueue": "Contacts in queue",
    "AgentOnHold": "Agent on hold",
    "CustomerOnHold": "Customer on hold",
    "OffHold": "Nobody on hold",
    "SYNCHRONOUS": "Synchronous",
    "ASYNCHRONOUS": "Asynchronous",
    "BotParticipantDisconnected": "the bot is gone",
    "CustomerReturned": "the customer is back",
}
"""What some values are called."""

SETS_OFF = frozenset(
    {"InvokeLambdaFunction", "InvokeFlowModule", "CreateTask", "CreateCase", "UpdateCase", "GetCase"}
    | {"GetCustomerProfile", "CreateCustomerProfile", "UpdateCustomerProfile", "CreateCallbackContact"}
    | {"AssociateContactToCustomerProfile", "GetCustomerProfileObject", "StartOutboundChatContact"}
    | {"GetCalculatedAttributesForCustomerProfile", "GetParticipantInput", "AuthenticateParticipant"}
    | {"TransferParticipantToThirdParty", "CreateContact", "StartOutboundEmailContact"}
    | {"CreateWisdomSession", "EvaluateDataTableValues", "LoadContactContent"}
)
"""Actions whose plain way on is worth the word success."""

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
    "InFlightRedactionConfigurationFailed": "Redaction failed",
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
    "Wait": {
        "WaitCompleted": "Waited",
        "CustomerReturned": "Customer is back",
        "BotParticipantDisconnected": "Bot is gone",
    },
    "CheckOutboundCallStatus": {
        "CallAnswered": "Answered",
        "VoicemailBeep": "Voicemail, beep",
        "VoicemailNoBeep": "Voicemail, no beep",
        "NotDetected": "Not detected",
    },
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
