"""The terms of the Flow language in plain words: types, branches, and the parameters that decide what an action does."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from reconciler.flow_language.action import Action
from reconciler.interpolation import parse_token

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
"""Names of some parameters; the others have their own names, with spaces."""

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
"""Names of some values."""

SETS_OFF = frozenset(
    {"InvokeLambdaFunction", "InvokeFlowModule", "CreateTask", "CreateCase", "UpdateCase", "GetCase"}
    | {"GetCustomerProfile", "CreateCustomerProfile", "UpdateCustomerProfile", "CreateCallbackContact"}
    | {"AssociateContactToCustomerProfile", "GetCustomerProfileObject", "StartOutboundChatContact"}
    | {"GetCalculatedAttributesForCustomerProfile", "GetParticipantInput", "AuthenticateParticipant"}
    | {"TransferParticipantToThirdParty", "CreateContact", "StartOutboundEmailContact"}
    | {"CreateWisdomSession", "EvaluateDataTableValues", "LoadContactContent"}
)
"""Actions whose plain next branch is labelled "success"."""

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
"""Names of the answers of some types."""

_TAG = re.compile(r"<[^<>]*>")


class Told(NamedTuple):
    """One deciding value: its path, its text, and whether the text describes the whole action."""

    path: str
    text: str
    alone: bool
    """Whether it is enough without the action's type: a queue, a prompt, a function."""


def deciding_parameters(rules: Action, parameters: Mapping[str, Any]) -> Iterator[Told]:
    """The values that distinguish an action from others of its type, the most important first."""
    for tell in rules.tells:
        path, _, words = tell.partition("=")
        value = member(parameters, path)
        if value is None or value in ("", {}):
            continue
        text = shown(value, path)
        yield Told(path, words.replace("{}", text) if words else text, not words)
    if "HoursOfOperationId" in rules.tells and parameters.get("HoursOfOperationId") is None:
        yield Told("HoursOfOperationId", "Hours of the queue", alone=True)


def member(parameters: Mapping[str, Any], path: str) -> Any:
    """A parameter by its path; None if it is missing."""
    value: Any = parameters
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def shown(value: Any, path: str = "") -> str:
    """A value in readable form."""
    name = path.rpartition(".")[2]
    if name in HEARD:
        return f"“{spoken(value)}”"
    if path == "RoutingCriteria.Steps":
        return ", then ".join(map(_step, value)) if isinstance(value, list) else named(value)
    if isinstance(value, list):
        return _list(value, name)
    if isinstance(value, Mapping):
        return _mapping(value, name)
    return VALUES.get(str(value)) or named(value)


def spoken(value: Any) -> str:
    """The spoken part of a text or of SSML, without tags; the whole text if there is nothing else."""
    text = str(value)
    if "<" not in text:
        return text
    plain = " ".join(html.unescape(_TAG.sub(" ", text)).split())
    return plain or " ".join(text.split())


def named(value: Any) -> str:
    """A value in readable form: the name in a reference or an ARN."""
    text = str(value)
    token = parse_token(text)
    if token:
        return token.name
    if ":bot-alias/" in text:
        return text.partition(":bot-alias/")[2]
    if text.startswith("arn:"):
        return text.rpartition("/")[2] if "/" in text else text.split(":", 6)[-1]
    return text


def _list(value: list[Any], name: str) -> str:
    if not value:
        return "nobody" if name.endswith("Participants") else "nothing"
    if any(isinstance(each, Mapping) for each in value):
        return ", then ".join(shown(each) for each in value)
    return " and ".join(shown(each) for each in value)


def _mapping(value: Mapping[str, Any], name: str) -> str:
    if set(value) == {"Value"}:
        return shown(value["Value"])
    for key in ("Text", "SSML"):
        if key in value:
            return spoken(value[key])
    if set(value) in ({"PromptId"}, {"Media"}):
        return shown(*value.values())
    if name in ("EventHooks", "EventHooksConfiguration"):
        return ", ".join(f"{spaced(str(hook))}: {shown(flow)}" for hook, flow in value.items())
    return ", ".join(f"{key} = {shown(each)}" for key, each in value.items())


def _step(value: Any) -> str:
    """One step of routing criteria: the required agents, and for how long."""
    if not isinstance(value, Mapping):
        return named(value)
    seconds = member(value, "Expiry.DurationInSeconds")
    wanted = _expression(value.get("Expression"))
    return f"{wanted} for {seconds} s" if seconds is not None else wanted


def _expression(value: Any) -> str:
    if not isinstance(value, Mapping):
        return named(value)
    for key, word in (("AndExpression", " and "), ("OrExpression", " or ")):
        if isinstance(value.get(key), list):
            return word.join(map(_expression, value[key]))
    attribute = value.get("AttributeCondition")
    if not isinstance(attribute, Mapping):
        return shown(value)
    agents = member(attribute, "MatchCriteria.AgentsCriteria.AgentIds")
    if agents is not None:
        return f"agent {shown(agents)}"
    level = attribute.get("ProficiencyLevel")
    asked = f"{attribute.get('Name')} {attribute.get('Value')}"
    return asked if level is None else f"{asked} ≥ {level}"


def spaced(name: str) -> str:
    """`InputTimeLimitSeconds` as `Input time limit seconds`; capitals stay capitals."""
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
