"""The actions of a flow, read from its content: what each is called by people, and where it leads."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.pictures.flow_words import (
    ANSWERS,
    COPIES,
    ERRORS,
    OPERATORS,
    PROMPTS,
    SETS_OFF,
    TELLING,
    TYPES,
    spaced,
)
from reconciler.shapes import parse_token

MADE_UP = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
"""What the console calls an action that nobody named."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One way on from an action. `sort` says whether a condition, an error or nothing special leads there."""

    label: str
    target: str
    sort: str = "next"


@dataclass(frozen=True)
class Step:
    """One action of a flow."""

    id: str
    type: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    branches: tuple[Branch, ...] = ()
    called: str = ""
    """Its identifier, where `id` is that of the action which it is compared with."""

    @property
    def identifier(self) -> str:
        """What the flow calls it."""
        return self.called or self.id

    @property
    def unnamed(self) -> bool:
        """Whether the console made its identifier up."""
        return MADE_UP.fullmatch(self.identifier) is not None

    @property
    def words(self) -> str:
        """Its type, as people call it."""
        return TYPES.get(self.type) or spaced(self.type)

    @property
    def name(self) -> str:
        """Its own name; its type where the console made the name up."""
        return self.words if self.unnamed else self.identifier

    @property
    def telling(self) -> tuple[str, str] | None:
        """The parameter that says most about it, and its value as people read it."""
        for name in TELLING:
            value = self.parameters.get(name)
            if isinstance(value, str | int | float) and value != "":
                return name, named(value)
        return None

    @property
    def gist(self) -> str:
        """What a caller gets here, in as few words as possible: the queue, the prompt, or just the type."""
        told = self.telling
        if told is None:
            return self.words
        return f"“{told[1]}”" if told[0] in PROMPTS else told[1]


@dataclass(frozen=True)
class Flow:
    """A flow's actions by identifier."""

    start: str
    steps: Mapping[str, Step]


def read(content: Any) -> Flow:
    """The actions of a flow's content; what is no action is left out, since AWS keeps drafts unchecked."""
    if not isinstance(content, Mapping):
        return Flow("", {})
    actions = content.get("Actions")
    found = [
        _step(action)
        for action in (actions if isinstance(actions, list) else [])
        if isinstance(action, Mapping)
    ]
    steps = {step.id: step for step in found}
    return Flow(str(content.get("StartAction")), steps)


def named(value: Any) -> str:
    """A value as people read it: the name in a reference or an ARN."""
    text = str(value)
    token = parse_token(text)
    if token:
        return token[1]
    if text.startswith("arn:"):
        return text.rpartition("/")[2] if "/" in text else text.split(":", 6)[-1]
    return text


def _step(action: Mapping[str, Any]) -> Step:
    parameters = action.get("Parameters")
    parameters = parameters if isinstance(parameters, Mapping) else {}
    kind = str(action.get("Type"))
    branches = tuple(_branches(kind, action.get("Transitions")))
    return Step(str(action.get("Identifier")), kind, parameters, branches)


def _branches(kind: str, transitions: Any) -> Iterator[Branch]:
    """Conditions first, as a caller would tell them, then the plain way on, then what goes wrong."""
    if not isinstance(transitions, Mapping):
        return
    conditions = [_condition(kind, each) for each in _maps(transitions.get("Conditions"))]
    errors = [
        Branch(
            ERRORS.get(str(each.get("ErrorType"))) or spaced(str(each.get("ErrorType"))),
            str(each["NextAction"]),
            "error",
        )
        for each in _maps(transitions.get("Errors"))
        if each.get("NextAction")
    ]
    yield from conditions
    onward = transitions.get("NextAction")
    copies = kind in COPIES and (conditions or any(each.label == "No match" for each in errors))
    if onward and not (copies and any(each.target == onward for each in (*conditions, *errors))):
        goes_wrong = any(each.target != onward for each in errors)
        label = "Otherwise" if conditions else "Success" if kind in SETS_OFF and goes_wrong else ""
        yield Branch(label, str(onward))
    yield from errors


def _maps(value: Any) -> Iterator[Mapping[str, Any]]:
    return (each for each in (value if isinstance(value, list) else ()) if isinstance(each, Mapping))


def _condition(kind: str, each: Mapping[str, Any]) -> Branch:
    condition = each.get("Condition")
    condition = condition if isinstance(condition, Mapping) else {}
    operands = condition.get("Operands")
    operand = " ".join(map(str, operands)) if isinstance(operands, list) else ""
    operator = str(condition.get("Operator"))
    said = OPERATORS.get(operator, f"{spaced(operator)} ") + ANSWERS.get(kind, {}).get(operand, operand)
    label = f"Press {operand}" if kind == "GetParticipantInput" and operator == "Equals" else said
    return Branch(label, str(each.get("NextAction")), "condition")
