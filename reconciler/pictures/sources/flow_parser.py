"""Reads the actions of a flow from its content: their names, and where they lead."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from reconciler.flow_language.action import NO_CONDITION, Action
from reconciler.flow_language.actions import ACTIONS, rules_for
from reconciler.pictures.sources.flow_vocabulary import (
    ANSWERS,
    ERRORS,
    HEARD,
    OPERATORS,
    SETS_OFF,
    TELLING,
    Told,
    deciding_parameters,
    shown,
    spaced,
)

MADE_UP = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
"""Matches the identifier that the console gives to an action without a name."""
SPLIT, AGE = "DistributeByPercentage", "OldestContactInQueueAgeSeconds"
_ERRORS = frozenset(
    {error for rules in ACTIONS.values() for error in (*rules.errors, *rules.optional_errors)}
    | {"InvalidPhoneNumber"}
)
"""Every error that some type has."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch of an action. `sort` is a condition, an error, or the plain next action."""

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
    """Its identifier, if `id` is that of the action which it is compared with."""

    @property
    def identifier(self) -> str:
        """Its identifier in the flow."""
        return self.called or self.id

    @property
    def unnamed(self) -> bool:
        """Whether the console generated its identifier."""
        return MADE_UP.fullmatch(self.identifier) is not None

    @property
    def words(self) -> str:
        """Its type in plain words."""
        return self.rules.title if self.rules else spaced(self.type)

    @property
    def name(self) -> str:
        """Its own name; its type if the console generated the name."""
        return self.words if self.unnamed else self.identifier

    @cached_property
    def rules(self) -> Action | None:
        """The rules of its type."""
        return rules_for({"Type": self.type, "Parameters": self.parameters})

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """The values that decide what it does, the most important first."""
        if self.rules:
            return tuple(deciding_parameters(self.rules, self.parameters))
        known = ((name, self.parameters.get(name)) for name in (*HEARD, *TELLING))
        plain = (
            (name, value) for name, value in known if isinstance(value, str | int | float) and value != ""
        )
        return tuple(Told(name, shown(value, name), alone=True) for name, value in plain)[:1]

    @property
    def gist(self) -> str:
        """What a caller gets here, in few words: the queue, the prompt, or the type."""
        if not self.told:
            return self.words
        first = self.told[0]
        return first.text if first.alone else f"{self.words} ({first.text})"


@dataclass(frozen=True)
class Flow:
    """A flow's actions by identifier."""

    start: str
    steps: Mapping[str, Step]


def read(content: Any) -> Flow:
    """The actions of a flow's content; invalid ones are left out, since AWS stores drafts unchecked."""
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


def _step(action: Mapping[str, Any]) -> Step:
    parameters = action.get("Parameters")
    parameters = parameters if isinstance(parameters, Mapping) else {}
    kind = str(action.get("Type"))
    branches = tuple(_Branches(kind, parameters).read(action.get("Transitions")))
    return Step(str(action.get("Identifier")), kind, parameters, branches)


class _Branches:
    """The branches of one action that a contact can take: only those that its type has."""

    def __init__(self, kind: str, parameters: Mapping[str, Any]) -> None:
        self.kind, self.parameters = kind, parameters
        self.rules = rules_for({"Type": kind, "Parameters": parameters})

    def read(self, transitions: Any) -> Iterator[Branch]:
        """The branches: conditions first, then the plain next action, then errors."""
        if not isinstance(transitions, Mapping) or (self.rules and self.rules.terminal):
            return
        conditions = [*self._conditions(_maps(transitions.get("Conditions")))]
        errors = [*self._errors(_maps(transitions.get("Errors")))]
        shares = self._shares(conditions, errors) if self.kind == SPLIT else None
        if shares is not None:
            yield from shares
            return
        yield from (branch for _, branch in conditions)
        onward = transitions.get("NextAction")
        if onward and (self.rules is None or self.rules.goes_on(self.parameters)):
            goes_wrong = any(branch.target != onward for branch in errors)
            label = "Otherwise" if conditions else "Success" if self.kind in SETS_OFF and goes_wrong else ""
            yield Branch(label, str(onward))
        yield from errors

    def _conditions(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[tuple[str, str], Branch]]:
        """Each condition once, by its operator and operand: the first true one wins, so a duplicate never does."""
        wanted = self.rules.conditions if self.rules and self.rules.charted else "any"
        seen = set()
        for row in rows:
            test = _test(row)
            interrupted = wanted != "interrupt" or "InterruptFrequencySeconds" in self.parameters
            if wanted != "none" and interrupted and test not in seen:
                seen.add(test)
                yield test, Branch(self._said(*test), str(row.get("NextAction")), "condition")

    def _said(self, operator: str, operand: str) -> str:
        if self.kind == "GetParticipantInput" and operator == "Equals":
            return f"Press {operand}"
        if self.parameters.get("MetricType") == AGE and operand.isdecimal():
            operand = f"{int(operand) / 1000:g} s"  # AWS compares milliseconds
        said = ANSWERS.get(self.kind, {}).get(operand, operand)
        return OPERATORS.get(operator, f"{spaced(operator)} ") + said

    def _errors(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Branch]:
        for row in rows:
            name = str(row.get("ErrorType"))
            if row.get("NextAction") and self._may_fail_with(name):
                yield Branch(ERRORS.get(name) or spaced(name), str(row["NextAction"]), "error")

    def _may_fail_with(self, name: str) -> bool:
        """Whether this error can happen here; an error that no type has may be newer than the table."""
        if self.rules is None or not self.rules.charted or name not in _ERRORS:
            return True
        return name in (*self.rules.errors_for(self.parameters), *self.rules.optional_errors)

    def _shares(
        self, conditions: Iterable[tuple[tuple[str, str], Branch]], errors: Iterable[Branch]
    ) -> list[Branch] | None:
        """The branches of a split, in percent; None if its bounds are not rising numbers.

        Each bound is the sum of the percentages up to it plus one, and the rest goes to "no match".
        """
        below, shares = 0, []
        for (operator, operand), branch in conditions:
            if operator != "NumberLessThan" or not (operand.isdecimal() and operand.isascii()):
                return None
            bound = min(int(operand[:9]) - 1, 100)
            if bound > below:
                shares.append(replace(branch, label=f"{bound - below}%"))
                below = bound
        for branch in errors:
            left = branch.label == ERRORS[NO_CONDITION]
            if not left or below < 100:
                shares.append(Branch(f"{100 - below}%", branch.target, "condition") if left else branch)
        return shares


def _maps(value: Any) -> Iterator[Mapping[str, Any]]:
    return (each for each in (value if isinstance(value, list) else ()) if isinstance(each, Mapping))


def _test(row: Mapping[str, Any]) -> tuple[str, str]:
    """The operator and the operand of a condition."""
    condition = row.get("Condition")
    condition = condition if isinstance(condition, Mapping) else {}
    operands = condition.get("Operands")
    operand = " ".join(map(str, operands)) if isinstance(operands, list) else ""
    return str(condition.get("Operator")), operand
