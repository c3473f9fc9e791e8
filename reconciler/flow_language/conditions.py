"""Checks which conditions an action of each type can have."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from reconciler.flow_language.action import events_of

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


def condition_of(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """The operator of a condition and its only operand; None if it has another form."""
    condition = row.get("Condition")
    if not isinstance(condition, Mapping):
        return None
    operands = condition.get("Operands")
    if (
        str(condition.get("Operator")) not in OPERATORS
        or not isinstance(operands, list)
        or len(operands) != 1
    ):
        return None
    return condition["Operator"], str(operands[0])


def fit(wanted: str, pairs: Sequence[tuple[str, str]], parameters: Mapping[str, Any]) -> bool:
    """Whether these conditions fit an action type's `conditions`."""
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


def _rising(pairs: Sequence[tuple[str, str]]) -> bool:
    numbers = [int(operand) if operand.isdecimal() else 0 for _, operand in pairs]
    return (
        bool(pairs)
        and all(operator == "NumberLessThan" for operator, _ in pairs)
        and all(2 <= number <= 100 for number in numbers)
        and all(low < high for low, high in pairwise(numbers))
    )
