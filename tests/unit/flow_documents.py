"""Flows as documents, valid or with a mistake."""

from copy import deepcopy
from typing import Any

from reconciler.resources.connect.flow_language import VERSION

END: dict[str, Any] = {
    "Identifier": "end",
    "Type": "DisconnectParticipant",
    "Parameters": {},
    "Transitions": {},
}


def flow(*actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A flow with these actions and an end."""
    every = [*actions, END]
    return {
        "Version": VERSION,
        "StartAction": every[0]["Identifier"],
        "Metadata": {},
        "Actions": every,
        **more,
    }


def action(kind: str = "MessageParticipant", name: str = "a", **parts: Any) -> dict[str, Any]:
    """One action that leads to the end."""
    transitions = {"NextAction": "end", "Errors": [], "Conditions": [], **parts.pop("Transitions", {})}
    parameters = {"Text": "Hi"} if kind == "MessageParticipant" else {}
    return {"Identifier": name, "Type": kind, "Parameters": parameters, "Transitions": transitions, **parts}


def says(**parameters: Any) -> dict[str, Any]:
    return flow(action(Parameters=parameters))


def of(kind: str, **parameters: Any) -> dict[str, Any]:
    return flow(action(kind, Parameters=parameters))


def leads(**transitions: Any) -> dict[str, Any]:
    return flow(action(Transitions=transitions))


def when(operator: str, *operands: Any, to: str = "end") -> dict[str, Any]:
    return {"NextAction": to, "Condition": {"Operator": operator, "Operands": [*operands]}}


def error(name: str) -> dict[str, Any]:
    return {"ErrorType": name, "NextAction": "end"}


def without(document: dict[str, Any], *names: str) -> dict[str, Any]:
    """The flow, its first action without these members."""
    left = deepcopy(document)
    for name in names:
        del left["Actions"][0][name]
    return left


ONE, TWO = when("Equals", "1"), when("Equals", "2", to="a")
FIRST, SECOND = action(name="a"), action("Wait", name="b")
