"""AWS's checks of the conditions of an action."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.flow_language.action import Action
from reconciler.flow_language.conditions import condition_of, fit


def condition_problems(rules: Action, action: Mapping[str, Any], path: str) -> Iterator[str]:
    """Yield the mistakes in an action's conditions."""
    rows = action.get("Transitions", {}).get("Conditions") or []
    place = f"{path}.Transitions.Conditions"
    if rules.conditions == "none":
        if rows:
            yield f"Action does not support conditions. Path: {path}"
        return
    pairs = []
    for number, row in enumerate(rows):
        pair = condition_of(row)
        if pair is None:
            yield f"Invalid Action property value. Path: {place}[{number}]"
            return
        pairs.append(pair)
    if not fit(rules.conditions, pairs, action.get("Parameters", {})):
        yield f"Invalid Action property value. Path: {place}"
