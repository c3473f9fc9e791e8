"""Amazon Connect's Flow language: compares the meaning of flows, and creates the smallest flow of each type.

Source: https://docs.aws.amazon.com/connect/latest/devguide/flow-language.html and its pages of actions.
"""

import json
from collections.abc import Mapping
from typing import Any

VERSION = "2019-10-30"
# Parameters with a number: the console writes a text, and the service accepts both.
NUMBERS = frozenset(
    {
        "InputTimeLimitSeconds",
        "InterdigitTimeLimitSeconds",
        "InvocationTimeLimitSeconds",
        "InterruptFrequencySeconds",
        "LoopCount",
        "TimeLimitSeconds",
        "InitialCallDelaySeconds",
        "MaximumConnectionAttempts",
        "RetryDelaySeconds",
        "ThirdPartyConnectionTimeLimitSeconds",
        "QueuePriority",
        "QueueTimeAdjustmentSeconds",
        "MaximumLength",
        "DelaySeconds",
        "DurationInSeconds",
    }
)
SETS = frozenset(
    {
        "RecordedParticipants",
        "ScreenRecordedParticipants",
        "Events",
        "MediaDirections",
        "TagKeys",
        "CaseResponseFields",
        "HideResponseOn",
    }
)
DEFAULTS = {"TargetContact": "Current", "StoreInput": "False", "InvocationType": "SYNCHRONOUS"}
FREE = frozenset(
    {"Attributes", "FlowAttributes", "LambdaInvocationAttributes", "LexSessionAttributes", "ViewData", "Tags"}
)
"""Maps with free keys: nothing in them is normalised."""


def canonical(document: Any) -> Any:
    """The flow in a normal form, without layout, order of actions, numbers as text, and empty lists.

    Content that is not a flow is compared as it is: AWS stores drafts unchecked.
    """
    if not isinstance(document, Mapping) or not isinstance(document.get("Actions"), list):
        return document
    if not all(map(well_formed, document["Actions"])):
        return document
    known = {name: value for name, value in document.items() if name not in ("Metadata", "Actions")}
    actions = {str(action.get("Identifier")): _action(action) for action in document["Actions"]}
    return {**known, "Actions": actions}


def well_formed(action: Any) -> bool:
    """Whether an action has the structure that the rest of this module relies on."""
    transitions = (action.get("Transitions") or {}) if isinstance(action, Mapping) else None
    if not isinstance(transitions, Mapping):
        return False
    errors, conditions = (transitions.get(name) or [] for name in ("Errors", "Conditions"))
    if not (isinstance(errors, list) and isinstance(conditions, list)):
        return False
    if not all(isinstance(each, Mapping) for each in (*errors, *conditions)):
        return False
    tests = [each.get("Condition") or {} for each in conditions]
    return all(isinstance(each, Mapping) and isinstance(each.get("Operands") or [], list) for each in tests)


def _action(action: Mapping[str, Any]) -> dict[str, Any]:
    transitions = action.get("Transitions") or {}
    plain: dict[str, Any] = {"Type": action.get("Type")}
    parameters = _parameters(action.get("Parameters") or {})
    if parameters:
        plain["Parameters"] = parameters
    if transitions.get("NextAction"):
        plain["NextAction"] = transitions["NextAction"]
    conditions = [_condition(each) for each in transitions.get("Conditions") or []]
    if conditions:
        # Conditions are evaluated in order. For equality with different operands the order has no meaning.
        plain["Conditions"] = dict(conditions) if len(dict(conditions)) == len(conditions) else conditions
        if any(not name.startswith("Equals ") for name, _ in conditions):
            plain["Conditions in order"] = [name for name, _ in conditions]
    errors = {str(each.get("ErrorType")): each.get("NextAction") for each in transitions.get("Errors") or []}
    if errors:
        plain["Errors"] = errors
    return plain


def _condition(each: Mapping[str, Any]) -> tuple[str, Any]:
    condition = each.get("Condition") or {}
    operands = " ".join(map(str, condition.get("Operands") or []))
    return f"{condition.get('Operator')} {operands}", each.get("NextAction")


def _parameters(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {
            key: inner if key in FREE else _parameters(inner, key)
            for key, inner in value.items()
            if DEFAULTS.get(key) != inner or inner is None
        }
    if isinstance(value, list):
        plain = [_parameters(item, name) for item in value]
        return sorted(plain, key=str) if name in SETS else plain
    if name in NUMBERS and isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    return value


END = {"Identifier": "end", "Type": "EndFlowExecution", "Parameters": {}, "Transitions": {}}
DISCONNECT = {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
WAIT = {
    "Identifier": "wait",
    "Type": "MessageParticipantIteratively",
    "Parameters": {"Messages": [{"Text": "One moment, please."}]},
    "Transitions": {},
}
SHELLS = {
    "CUSTOMER_QUEUE": WAIT,
    "CUSTOMER_HOLD": WAIT,
    "AGENT_HOLD": WAIT,
    "CUSTOMER_WHISPER": END,
    "AGENT_WHISPER": END,
    "OUTBOUND_WHISPER": END,
}


def shell(flow_type: str) -> str:
    """The smallest flow of a type that AWS publishes. It is used until the resources exist that the real flow refers to."""
    action = SHELLS.get(flow_type, DISCONNECT)
    return json.dumps(
        {"Version": VERSION, "StartAction": action["Identifier"], "Metadata": {}, "Actions": [action]}
    )
