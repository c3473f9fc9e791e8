"""What the conditions of an action may be."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from reconciler.flow_language.action import Action, events_of

OPERATORS = frozenset(
    [
        "Equals",
        "TextStartsWith",
        "TextEndsWith",
        "TextContains",
        "NumberGreaterThan",
        "NumberGreaterOrEqualTo",
        "NumberLessThan",
        "NumberLessOrEqualTo",
    ]
)
KEYS = frozenset("0123456789*#")


def condition_problems(rules: Action, action: Mapping[str, Any], path: str) -> Iterator[str]:
    """Yield what is wrong with an action's conditions."""
    rows = action.get("Transitions", {}).get("Conditions") or []
    place = f"{path}.Transitions.Conditions"
    if rules.conditions == "none":
        if rows:
            yield f"Action does not support conditions. Path: {path}"
        return
    pairs = []
    for number, row in enumerate(rows):
        pair = _pair(row)
        if pair is None:
            yield f"Invalid Action property value. Path: {place}[{number}]"
            return
        pairs.append(pair)
    if not _fit(rules.conditions, pairs, action.get("Parameters", {})):
        yield f"Invalid Action property value. Path: {place}"


def _pair(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """Read one condition: a known operator and its only operand."""
    condition = row.get("Condition") or {}
    operands = condition.get("Operands")
    if (
        str(condition.get("Operator")) not in OPERATORS
        or not isinstance(operands, list)
        or len(operands) != 1
    ):
        return None
    return condition["Operator"], str(operands[0])


def _fit(wanted: str, pairs: list[tuple[str, str]], parameters: Mapping[str, Any]) -> bool:
    operands = [operand for _, operand in pairs]
    only_equals = all(operator == "Equals" for operator, _ in pairs)
    if wanted == "any":
        return True
    if wanted == "some":
        staffing = str(parameters.get("MetricType", "")).startswith("NumberOfAgents")
        return bool(pairs) and (not staffing or set(pairs) == {("NumberGreaterThan", "0")})
    if wanted == "keys":
        return only_equals and len(set(operands)) == len(operands) and KEYS.issuperset(operands)
    if wanted == "percentages":
        return _rising(pairs)
    if wanted == "interrupt":
        expected = ["MessagesInterrupted"] if "InterruptFrequencySeconds" in parameters else []
    elif wanted == "waiting":
        expected = ["WaitCompleted", *events_of(parameters)]
    else:
        expected = wanted.split()
    return only_equals and sorted(operands) == sorted(expected)


def _rising(pairs: list[tuple[str, str]]) -> bool:
    numbers = [int(operand) if operand.isdecimal() else 0 for _, operand in pairs]
    return (
        bool(pairs)
        and all(operator == "NumberLessThan" for operator, _ in pairs)
        and all(2 <= number <= 100 for number in numbers)
        and all(low < high for low, high in pairwise(numbers))
    )
