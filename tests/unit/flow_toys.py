"""Small flows to draw and to compare."""

import copy
from collections.abc import Mapping
from typing import Any

Content = dict[str, Any]


def action(name: str, kind: str, onward: str | None = None, **more: Any) -> Content:
    """An action; `errors` and `press` are the targets of its errors and keys, everything else are parameters."""
    errors: Mapping[str, str] = more.pop("errors", {})
    press: Mapping[str, str] = more.pop("press", {})
    transitions: Content = {"NextAction": onward} if onward else {}
    if errors:
        transitions["Errors"] = [{"ErrorType": each, "NextAction": to} for each, to in errors.items()]
    if press:
        transitions["Conditions"] = [
            {"NextAction": to, "Condition": {"Operator": "Equals", "Operands": [key]}}
            for key, to in press.items()
        ]
    return {"Identifier": name, "Type": kind, "Parameters": more, "Transitions": transitions}


def flow(*actions: Content) -> Content:
    """A flow that starts with the first of its actions."""
    return {"Version": "2019-10-30", "StartAction": actions[0]["Identifier"], "Actions": list(actions)}


def menu() -> Content:
    """Hello; press 1 for sales, 2 for billing; goodbye."""
    return flow(
        action("Hello", "MessageParticipant", "Menu", Text="Hi"),
        action(
            "Menu",
            "GetParticipantInput",
            "Bye",
            Text="Press 1 or 2",
            StoreInput="False",
            InputTimeLimitSeconds="5",
            press={"1": "Sales", "2": "Billing"},
            errors={"InputTimeLimitExceeded": "Bye", "NoMatchingCondition": "Bye", "NoMatchingError": "Bye"},
        ),
        action(
            "Sales",
            "UpdateContactTargetQueue",
            "Go",
            QueueId="${queue:Sales}",
            errors={"NoMatchingError": "Bye"},
        ),
        action(
            "Billing",
            "UpdateContactTargetQueue",
            "Go",
            QueueId="arn:aws:connect:eu-west-2:111111111111:instance/i/queue/Billing",
            errors={"NoMatchingError": "Bye"},
        ),
        action(
            "Go",
            "TransferContactToQueue",
            "Bye",
            errors={"QueueAtCapacity": "Bye", "NoMatchingError": "Bye"},
        ),
        action("Bye", "DisconnectParticipant"),
    )


def of(content: Content, name: str) -> Content:
    """One action of a flow."""
    found: Content = next(each for each in content["Actions"] if each["Identifier"] == name)
    return found


def renamed(content: Content, names: Mapping[str, str]) -> Content:
    """The flow with other identifiers, like those of the console."""

    def anew(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: anew(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [anew(inner) for inner in value]
        return names.get(value, value) if key in ("Identifier", "NextAction", "StartAction") else value

    found: Content = anew(copy.deepcopy(content))
    return found


def made_up(content: Content) -> dict[str, str]:
    """By action: a name like those that the console generates."""
    return {
        each["Identifier"]: f"00000000-0000-0000-0000-{number:012}"
        for number, each in enumerate(content["Actions"])
    }
