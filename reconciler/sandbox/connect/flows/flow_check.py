"""AWS's checks of a flow before it is published, with AWS's messages if they are known."""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from reconciler.flow_language.action import Action
from reconciler.flow_language.actions import rules_for
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.flows.flow_conditions import condition_problems
from reconciler.sandbox.connect.flows.flow_references import lost_references
from reconciler.sandbox.connect.flows.flow_values import value_problems

MOST_PROBLEMS = 50
LONGEST_PROBLEM = 256
MOST_ACTIONS = 250
LONGEST_CONTENT = 256_000
LONGEST_IDENTIFIER = 50
FORBIDDEN_CHARACTERS = frozenset("%:(\\/)=$,;[]{}")
FORBIDDEN_IDENTIFIERS = frozenset(
    [
        "__proto__",
        "constructor",
        "__defineGetter__",
        "__defineSetter__",
        "toString",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "valueOf",
    ]
)


def problems_of(content: str, flow_type: str, instance: Instance) -> list[str]:
    """Return at most fifty problems; the flow type of a module is MODULE."""
    return [text[:LONGEST_PROBLEM] for text in islice(_problems(content, flow_type, instance), MOST_PROBLEMS)]


def _problems(content: str, flow_type: str, instance: Instance) -> Iterator[str]:
    if len(content) > LONGEST_CONTENT:
        yield f"Content is longer than {LONGEST_CONTENT} characters"
        return
    try:
        flow = json.loads(content)
    except ValueError:
        yield "Invalid JSON"
        return
    envelope = list(_envelope_problems(flow))
    yield from envelope
    if envelope:
        return
    identifiers = {action["Identifier"] for action in flow["Actions"]}
    if flow["StartAction"] not in identifiers:
        yield "Invalid Action property value. Path: StartAction"
    yield from _identifier_problems(flow["Actions"])
    for number, action in enumerate(flow["Actions"]):
        path = f"Actions[{number}]"
        yield from _action_problems(action, path, flow_type, instance)
        yield from _target_problems(action, path, identifiers)


def _envelope_problems(flow: Any) -> Iterator[str]:
    if not isinstance(flow, dict):
        yield "Invalid JSON"
        return
    for member in ("Version", "StartAction", "Actions"):
        if member not in flow:
            yield f"Action is missing required property. Path: {member}"
    if flow.get("Version", "2019-10-30") != "2019-10-30":
        yield "Invalid Action property value. Path: Version"
    actions = flow.get("Actions")
    if not isinstance(actions, list) or not 1 <= len(actions) <= MOST_ACTIONS:
        yield "Invalid Action property value. Path: Actions"
        return
    for number, action in enumerate(actions):
        yield from _shape_problems(action, f"Actions[{number}]")


def _shape_problems(action: Any, path: str) -> Iterator[str]:
    if not isinstance(action, dict):
        yield f"Invalid Action property value. Path: {path}"
        return
    for member in ("Identifier", "Type"):
        if not isinstance(action.get(member), str):
            yield f"Action is missing required property. Path: {path}.{member}"
    for member in ("Parameters", "Transitions"):
        if not isinstance(action.get(member, {}), dict):
            yield f"Invalid Action property value. Path: {path}.{member}"
            return
    transitions = action.get("Transitions", {})
    if not isinstance(transitions.get("NextAction", ""), str):
        yield f"Invalid Action property value. Path: {path}.Transitions.NextAction"
    for member in ("Errors", "Conditions"):
        rows = transitions.get(member, [])
        if not isinstance(rows, list) or not all(_is_branch(row) for row in rows):
            yield f"Invalid Action property value. Path: {path}.Transitions.{member}"


def _is_branch(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and isinstance(row.get("Condition", {}), dict)
        and isinstance(row.get("NextAction", ""), str)
    )


def _identifier_problems(actions: list[dict[str, Any]]) -> Iterator[str]:
    seen = set()
    for number, action in enumerate(actions):
        identifier = action["Identifier"]
        bad = (
            identifier in seen
            or identifier in FORBIDDEN_IDENTIFIERS
            or not 1 <= len(identifier) <= LONGEST_IDENTIFIER
            or FORBIDDEN_CHARACTERS.intersection(identifier)
        )
        if bad:
            yield f"Invalid Action property value. Path: Actions[{number}].Identifier"
        seen.add(identifier)


def _action_problems(
    action: Mapping[str, Any], path: str, flow_type: str, instance: Instance
) -> Iterator[str]:
    rules = rules_for(action)
    if rules is None or rules.refused:
        yield f"Invalid Action type. Type: {action['Type']}"
        return
    if not rules.charted:
        return
    if flow_type not in rules.flow_types and flow_type != "CAMPAIGN":
        yield f"Action is not supported in flow type. Type: {flow_type}, Path: {path}"
    parameters = action.get("Parameters", {})
    yield from _parameter_problems(rules, parameters, f"{path}.Parameters")
    yield from value_problems(action["Type"], rules, parameters, f"{path}.Parameters")
    for lost in lost_references(parameters, f"{path}.Parameters", instance):
        yield f"Invalid Action property value. Path: {lost}"
    yield from _transition_problems(rules, action, path)


def _parameter_problems(rules: Action, parameters: Mapping[str, Any], path: str) -> Iterator[str]:
    # A parameter that is not in the table is accepted: AWS adds parameters before they are documented.
    for name in rules.required.split():
        if parameters.get(name) is None:
            yield f"Action is missing required property. Path: {path}.{name}"
    for group in rules.exactly_one:
        given = [name for name in group.split() if name in parameters]
        if len(given) > 1:
            yield f"Only one of these properties may be defined. Properties: [{', '.join(given)}]"
        if not given:
            yield from _none_given(group, path)
    given = [name for name in rules.exclusive.split() if name in parameters]
    if len(given) > 1:
        yield f"Only one of these properties may be defined. Properties: [{', '.join(given)}]"
    wanted = rules.at_least_one.split()
    if wanted and not any(name in parameters for name in wanted):
        yield f"At least one of [{', '.join(wanted)}] must be set"


def _none_given(group: str, path: str) -> Iterator[str]:
    names = group.split()
    if "Text" in names:
        yield f"At least one of [{', '.join(names)}] must be set"
    elif "LexBot" in names:
        yield f"Action is missing required property. Path: {path}.LexBot"
    else:
        yield f"Invalid Action property value. Path: {path}"


def _transition_problems(rules: Action, action: Mapping[str, Any], path: str) -> Iterator[str]:
    transitions = action.get("Transitions", {})
    if rules.terminal:
        if any(transitions.values()):
            yield f"Action does not support transitions. Path: {path}.Transitions"
        return
    if not transitions.get("NextAction") and rules.needs_next:
        yield f"Action is missing required property. Path: {path}.Transitions.NextAction"
    wired = [error.get("ErrorType") for error in transitions.get("Errors") or ()]
    required = rules.errors_for(action.get("Parameters", {}))
    allowed = (*required, *rules.optional_errors)
    for error in required:
        if error not in wired:
            yield f"Action is missing required error. Error: {error}, Path: {path}"
    for error in wired:
        if error not in allowed:
            yield f"Invalid Action error. Error: {error}, Path: {path}"
    yield from condition_problems(rules, action, path)


def _target_problems(action: Mapping[str, Any], path: str, identifiers: set[str]) -> Iterator[str]:
    transitions = action.get("Transitions", {})
    branches = [(f"{path}.Transitions", transitions)]
    for member in ("Errors", "Conditions"):
        rows = transitions.get(member) or ()
        branches += [(f"{path}.Transitions.{member}[{number}]", row) for number, row in enumerate(rows)]
    for place, branch in branches:
        target = branch.get("NextAction")
        # The console writes "" if an action has no next action.
        if target and target not in identifiers:
            yield f"Invalid Action property value. Path: {place}.NextAction"
