"""Amazon Connect's Flow language: when two flows mean the same, what is wrong with one, and the smallest of each type.

Source: https://docs.aws.amazon.com/connect/latest/devguide/flow-language.html and its pages of actions.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

VERSION = "2019-10-30"
MOST_ACTIONS = 250
LONGEST_CONTENT = 256_000
LONGEST_IDENTIFIER = 50
FORBIDDEN = frozenset("%:(\\/)=$,;[]{}")
LEGACY = (
    "this is the old console export (top-level `modules`), not Flow language 2019-10-30; import it once in the flow "
    "designer, save, and fetch it with DescribeContactFlow"
)
TERMINAL = frozenset(
    {"DisconnectParticipant", "EndFlowExecution", "EndFlowModuleExecution", "TransferContactToAgent"}
)

# Parameters that hold a number, which the console writes as text and the service takes as either.
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
"""Maps of the author's own: nothing in them is normalised."""


def canonical(document: Any) -> Any:
    """The flow without what only looks different: layout, order of actions, numbers as text, empty lists.

    What is no flow is compared as it stands: AWS keeps drafts unchecked.
    """
    if not isinstance(document, Mapping) or not isinstance(document.get("Actions"), list):
        return document
    if not all(map(_well_formed, document["Actions"])):
        return document
    known = {name: value for name, value in document.items() if name not in ("Metadata", "Actions")}
    actions = {str(action.get("Identifier")): _action(action) for action in document["Actions"]}
    return {**known, "Actions": actions}


def _well_formed(action: Any) -> bool:
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
        # Conditions are tried in order; for equality with different operands the order means nothing.
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


def check(document: Any) -> list[str]:
    """What is wrong with a flow, as far as the document alone can tell, a line each."""
    if not isinstance(document, Mapping):
        return ["a flow is a JSON object"]
    if isinstance(document.get("modules"), list) and "Actions" not in document:
        return [LEGACY]
    return list(_document_faults(document))


def _document_faults(document: Mapping[str, Any]) -> Iterator[str]:
    if document.get("Version") != VERSION:
        yield f'Version has to be "{VERSION}"'
    actions = document.get("Actions")
    if not isinstance(actions, list) or not actions:
        yield "Actions has to be a list with at least one action"
        return
    if not all(isinstance(action, Mapping) for action in actions):
        yield "every action has to be a JSON object"
        return
    if len(actions) > MOST_ACTIONS:
        yield f"{len(actions)} actions; AWS takes {MOST_ACTIONS}"
    if len(json.dumps(document, ensure_ascii=False, separators=(",", ":"))) > LONGEST_CONTENT:
        yield f"longer than {LONGEST_CONTENT} characters"
    identifiers = [action.get("Identifier") for action in actions]
    yield from _identifier_faults(identifiers)
    if document.get("StartAction") not in identifiers:
        yield f'StartAction "{document.get("StartAction")}" is not the Identifier of any action'
    for action in actions:
        yield from _action_faults(action, identifiers)


def _identifier_faults(identifiers: list[Any]) -> Iterator[str]:
    seen = set()
    for identifier in identifiers:
        if not isinstance(identifier, str) or not identifier:
            yield "every action needs an Identifier"
            continue
        if identifier in seen:
            yield f'two actions have the Identifier "{identifier}"'
        seen.add(identifier)
        if len(identifier) > LONGEST_IDENTIFIER or FORBIDDEN & set(identifier):
            yield f'Identifier "{identifier}": 1 to {LONGEST_IDENTIFIER} characters, none of {"".join(sorted(FORBIDDEN))}'


def _action_faults(action: Mapping[str, Any], identifiers: list[Any]) -> Iterator[str]:
    where, kind = f'action "{action.get("Identifier")}"', action.get("Type")
    if not isinstance(kind, str):
        yield f"{where}: needs a Type"
        return
    if not _well_formed(action):
        yield f"{where}: Transitions has to be a JSON object, its Errors and Conditions lists of JSON objects"
        return
    transitions = action.get("Transitions") or {}
    if kind in TERMINAL:
        if transitions:
            yield f"{where}: {kind} ends the flow and takes no Transitions"
        return
    targets = [("NextAction", transitions.get("NextAction"))]
    targets += [(each.get("ErrorType"), each.get("NextAction")) for each in transitions.get("Errors") or []]
    targets += [("Condition", each.get("NextAction")) for each in transitions.get("Conditions") or []]
    for label, target in targets:
        if target is None and label == "NextAction" and kind == "MessageParticipantIteratively":
            continue  # the one action that may wait for ever
        if target not in identifiers:
            yield f'{where}: {label} leads to "{target}", which is not the Identifier of any action'


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
    """The smallest flow of a type that AWS publishes: what stands in until those that it names exist."""
    action = SHELLS.get(flow_type, DISCONNECT)
    return json.dumps(
        {"Version": VERSION, "StartAction": action["Identifier"], "Metadata": {}, "Actions": [action]}
    )
