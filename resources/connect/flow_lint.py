"""Checks a flow, as far as its document, its type and the stack's account and Region allow it.

If AWS would refuse a flow, that is an error. If AWS may accept it, or if the files cannot decide it, that is a warning.
Source: https://docs.aws.amazon.com/connect/latest/devguide/flow-language.html and its pages of actions.
"""

import difflib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reconciler.flow_language.action import Action
from reconciler.flow_language.actions import ACTIONS, LIKE, RENAMED, TYPES, rules_for
from reconciler.flow_language.conditions import condition_of, fit
from reconciler.model import DocumentContext, Finding
from reconciler.resources.connect.flow_language import VERSION, well_formed
from reconciler.resources.connect.flow_references import reference_findings

MOST_ACTIONS = 250
LONGEST_CONTENT = 256_000
LONGEST_IDENTIFIER = 50
FORBIDDEN = frozenset("%:(\\/)=$,;[]{}")
RESERVED = frozenset(
    {"__proto__", "constructor", "__defineGetter__", "__defineSetter__", "toString", "hasOwnProperty"}
    | {"isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "valueOf"}
)
LEGACY = (
    "this is the old console export (top-level `modules`), not Flow language 2019-10-30; import it once in the flow "
    "designer, save, and fetch it with DescribeContactFlow"
)
ERRORS = frozenset(
    {error for rules in ACTIONS.values() for error in (*rules.errors, *rules.optional_errors)}
    | {"InvalidPhoneNumber"}
)
CONDITIONS: Mapping[str, str] = {
    "keys": "each key is one of 0 to 9, * and #, and occurs once",
    "some": "a check of agents needs NumberGreaterThan 0, and every check needs at least one condition",
    "percentages": "each is NumberLessThan with a number from 2 to 100, in ascending order",
    "interrupt": "MessagesInterrupted is needed with InterruptFrequencySeconds, and only then",
    "waiting": "one for WaitCompleted and one for each of Events",
}


def check(document: Any, context: DocumentContext) -> list[Finding]:
    """The problems of a flow, each with its place in it."""
    if not isinstance(document, Mapping):
        return [Finding("a flow must be a JSON object")]
    if isinstance(document.get("modules"), list) and "Actions" not in document:
        return [Finding(LEGACY)]
    return list(_document(document, context))


def _document(document: Mapping[str, Any], context: DocumentContext) -> Iterator[Finding]:
    if document.get("Version") != VERSION:
        yield Finding(f'Version must be "{VERSION}"', ("Version",))
    actions = document.get("Actions")
    if not isinstance(actions, list) or not actions:
        yield Finding("Actions must be a list with at least one action", ("Actions",))
        return
    odd = [number for number, action in enumerate(actions) if not isinstance(action, Mapping)]
    if odd:
        yield Finding("every action must be a JSON object", ("Actions", odd[0]))
        return
    if len(actions) > MOST_ACTIONS:
        yield Finding(f"{len(actions)} actions; AWS accepts {MOST_ACTIONS}", ("Actions",))
    if len(json.dumps(document, ensure_ascii=False, separators=(",", ":"))) > LONGEST_CONTENT:
        yield Finding(f"longer than {LONGEST_CONTENT} characters")
        return
    identifiers, near = [action.get("Identifier") for action in actions], Nearest()
    yield from _identifiers(identifiers)
    start = document.get("StartAction")
    if "StartAction" not in document:
        yield Finding("StartAction is missing: write the Identifier of the first action", ("StartAction",))
    elif start not in identifiers:
        said = f'StartAction "{start}" is not the Identifier of any action{near(start, identifiers)}'
        yield Finding(said, ("StartAction",))
    for number, action in enumerate(actions):
        yield from Linted(action, identifiers, context, near).findings(("Actions", number))
    if start in identifiers:
        yield from _unreachable(start, actions)


def _identifiers(identifiers: list[Any]) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, identifier in enumerate(identifiers):
        path = ("Actions", number, "Identifier")
        if not isinstance(identifier, str) or not identifier:
            yield Finding("every action needs an Identifier", path)
            continue
        if identifier in seen:
            yield Finding(f'two actions have the Identifier "{identifier}"', path)
        seen.add(identifier)
        if len(identifier) > LONGEST_IDENTIFIER or FORBIDDEN & set(identifier):
            allowed = f"1 to {LONGEST_IDENTIFIER} characters, none of {''.join(sorted(FORBIDDEN))}"
            yield Finding(f'Identifier "{identifier}": {allowed}', path)
        elif identifier in RESERVED:
            yield Finding(f'Identifier "{identifier}": AWS reserves this word; choose another', path)


def _unreachable(start: Any, actions: list[Mapping[str, Any]]) -> Iterator[Finding]:
    """Actions that no branch leads to, counting also NextActions that no contact takes."""
    ways = {
        str(each.get("Identifier")): [target for _, target, _ in _targets(each)]
        for each in actions
        if well_formed(each)
    }
    reached: set[str] = set()
    todo = [str(start)]
    while todo:
        at = todo.pop()
        if at not in reached:
            reached.add(at)
            todo += [target for target in ways.get(at, ()) if isinstance(target, str)]
    for number, action in enumerate(actions):
        name = action.get("Identifier")
        if isinstance(name, str) and name and name not in reached:
            yield Finding(
                f'action "{name}" cannot be reached from StartAction', ("Actions", number), warning=True
            )


def _targets(action: Mapping[str, Any]) -> Iterator[tuple[str, Any, tuple[str | int, ...]]]:
    """Each target of an action, with its name and its path. A missing NextAction is left out."""
    transitions = action.get("Transitions") or {}
    if "NextAction" in transitions:
        yield "NextAction", transitions["NextAction"], ("Transitions", "NextAction")
    for name in ("Errors", "Conditions"):
        for number, row in enumerate(transitions.get(name) or []):
            test = row.get("Condition") or {}
            operands = " ".join(map(str, test.get("Operands") or []))
            label = row.get("ErrorType") if name == "Errors" else f"{test.get('Operator')} {operands}".strip()
            yield str(label), row.get("NextAction"), ("Transitions", name, number, "NextAction")


class Nearest:
    """Finds similar words for suggestions. The number of searches is limited, because a hostile file would take minutes."""

    def __init__(self, left: int = 100) -> None:
        self.left = left

    def __call__(self, word: Any, candidates: Collection[Any]) -> str:
        """`; did you mean "x"?` for the nearest candidate, or an empty text."""
        if not isinstance(word, str) or len(word) > LONGEST_IDENTIFIER or len(candidates) > MOST_ACTIONS:
            return ""
        self.left -= 1
        by_folded = {name.casefold(): name for name in candidates if isinstance(name, str)}
        close = difflib.get_close_matches(word.casefold(), by_folded, n=1) if self.left >= 0 else []
        return f'; did you mean "{by_folded[close[0]]}"?' if close else ""


@dataclass(frozen=True)
class Linted:
    """One action, the identifiers of its flow, and the resource of the flow."""

    action: Mapping[str, Any]
    identifiers: Collection[Any]
    context: DocumentContext
    near: Nearest

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Its parameters; empty if they are not a JSON object."""
        parameters = self.action.get("Parameters")
        return parameters if isinstance(parameters, Mapping) else {}

    def findings(self, path: tuple[str | int, ...]) -> Iterator[Finding]:
        """The problems of the action, each beginning with the action's name."""
        name, kind = self.action.get("Identifier"), self.action.get("Type")
        known = isinstance(kind, str) and kind in TYPES
        about = f'action "{name}" ({kind})' if known else f'action "{name}"'
        for found in self._findings():
            yield replace(found, message=f"{about}: {found.message}", path=(*path, *found.path))

    def _findings(self) -> Iterator[Finding]:
        kind, rules = self.action.get("Type"), rules_for(self.action)
        if not isinstance(kind, str):
            yield Finding("needs a Type", ("Type",))
            return
        if rules is None:
            yield self._unknown(kind)
        if not isinstance(self.action.get("Parameters") or {}, Mapping):
            yield Finding("Parameters must be a JSON object", ("Parameters",))
        if not well_formed(self.action):
            said = "Transitions must be a JSON object, and its Errors and Conditions lists of JSON objects"
            yield Finding(said, ("Transitions",))
            return
        if rules and rules.terminal:
            if any((self.action.get("Transitions") or {}).values()):
                yield Finding("it ends the flow and takes no Transitions", ("Transitions",))
        else:
            yield from self._ways(rules)
        if rules:
            yield from self._softened(self._by_the_table(kind, rules))
        yield from self._softened(reference_findings(self.parameters, self.context))

    def _unknown(self, kind: str) -> Finding:
        if kind in RENAMED:
            said = f'deployed flows write the type "{RENAMED[kind]}" instead of "{kind}"'
            return Finding(said, ("Type",), warning=True)
        meant = f'; did you mean "{LIKE[kind]}"?' if kind in LIKE else self.near(kind, TYPES)
        return Finding(f'there is no action type "{kind}"{meant}', ("Type",))

    def _softened(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Turn errors into warnings for a draft: AWS checks these only when it publishes a flow."""
        draft = self.context.settings.get("status") == "SAVED"
        return (replace(each, warning=True) if draft else each for each in findings)

    def _ways(self, rules: Action | None) -> Iterator[Finding]:
        for label, target, path in _targets(self.action):
            if target in (None, ""):
                if label != "NextAction":
                    yield Finding(f"{label} needs a NextAction, the action that it leads to", path)
            elif target not in self.identifiers:
                near = self.near(target, self.identifiers)
                said = f'{label} leads to "{target}", which is not the Identifier of any action{near}'
                yield Finding(said, path)
        if (rules is None or rules.needs_next) and not (self.action.get("Transitions") or {}).get(
            "NextAction"
        ):
            yield Finding(self._no_next(rules), ("Transitions", "NextAction"))

    @staticmethod
    def _no_next(rules: Action | None) -> str:
        if rules is None or rules.way_on == "next":
            return "NextAction is missing: write the Identifier of the next action"
        return (
            "NextAction is missing: no contact takes it, but AWS requires it; "
            "repeat the target of a condition or an error, as the flow designer does"
        )

    def _by_the_table(self, kind: str, rules: Action) -> Iterator[Finding]:
        known = rules.known.split()
        for name in self.parameters:
            if known and name not in known and not rules.free_parameters and rules.charted:
                said = f'parameter "{name}" is not known for this type{self.near(name, known)}'
                yield Finding(said, ("Parameters", name), warning=True)
            elif not known and rules.charted and not rules.free_parameters:
                yield Finding(
                    f'parameter "{name}": this type has no parameters', ("Parameters", name), warning=True
                )
        flow_type = self.context.settings.get("type")
        if isinstance(flow_type, str) and flow_type not in (*rules.flow_types, "CAMPAIGN"):
            yield Finding(f"AWS documents it for other flow types than {flow_type}", ("Type",), warning=True)
        if rules.refused:
            yield Finding("AWS accepts this type only if its feature is enabled", ("Type",), warning=True)
        if not rules.charted:
            return
        yield from self._groups(rules)
        yield from self._values(rules)
        if not rules.terminal:
            yield from self._errors(kind, rules)
            yield from self._conditions(rules)

    def _groups(self, rules: Action) -> Iterator[Finding]:
        """Parameters that are missing, or exclude each other."""
        path = ("Parameters",)
        for name in rules.required.split():
            if self.parameters.get(name) is None:
                yield Finding(f"parameter {name} is missing", (*path, name))
        for group in (*rules.exactly_one, rules.exclusive):
            given = [name for name in group.split() if name in self.parameters]
            if len(given) > 1:
                yield Finding(f"only one of {' and '.join(given)} is allowed", (*path, given[1]))
        for group in (*rules.exactly_one, rules.at_least_one):
            if group and not any(name in self.parameters for name in group.split()):
                yield Finding(f"one of {', '.join(group.split())} is missing", path)

    def _values(self, rules: Action) -> Iterator[Finding]:
        for name, wanted in rules.values.items():
            value: Any = self.parameters
            for step in name.split("."):
                value = value.get(step) if isinstance(value, Mapping) else None
            if value is None or (isinstance(value, str) and value.startswith(("$.", "${"))):
                continue
            low, dots, high = wanted.removeprefix("$").partition("..")
            path = ("Parameters", *name.split("."))
            if not dots and value not in wanted.removeprefix("$").split("|"):
                expected = wanted.removeprefix("$").replace("|", ", ")
                yield Finding(f"{name} is {json.dumps(value)}; AWS accepts {expected}", path)
            elif dots:
                yield from _in_range(name, value, (int(low), int(high)), unsure=name in rules.unsure)

    def _errors(self, kind: str, rules: Action) -> Iterator[Finding]:
        rows = (self.action.get("Transitions") or {}).get("Errors") or []
        wired = [row.get("ErrorType") for row in rows]
        required = rules.errors_for(self.parameters)
        for error in required:
            if error not in wired:
                said = f"the error branch {error} is missing; AWS requires it"
                yield Finding(said, ("Transitions", "Errors"), warning=error in rules.unsure)
        for number, error in enumerate(wired):
            path = ("Transitions", "Errors", number, "ErrorType")
            if error in wired[:number]:
                yield Finding(f"the error {error} occurs twice", path, warning=True)
            elif error not in (*required, *rules.optional_errors):
                said = f"{kind} has no error {error}{self.near(error, (*required, *rules.optional_errors))}"
                yield Finding(said, path, warning=not isinstance(error, str) or error not in ERRORS)

    def _conditions(self, rules: Action) -> Iterator[Finding]:
        rows = (self.action.get("Transitions") or {}).get("Conditions") or []
        path = ("Transitions", "Conditions")
        if rules.conditions == "none":
            if rows:
                yield Finding("it cannot have Conditions", path)
            return
        tests = []
        for number, row in enumerate(rows):
            test = condition_of(row)
            if test is None:
                said = "a condition needs one of AWS's operators, such as Equals, and one operand in Operands"
                yield Finding(said, (*path, number))
            else:
                tests.append(test)
        if len(tests) == len(rows) and not fit(rules.conditions, tests, self.parameters):
            wanted = f"one Equals for each of {' and '.join(rules.conditions.split())}"
            said = f"AWS requires other conditions: {CONDITIONS.get(rules.conditions, wanted)}"
            yield Finding(said, path, warning=True)


def _in_range(name: str, value: Any, bounds: tuple[int, int], *, unsure: bool) -> Iterator[Finding]:
    text = str(value)
    whole = not isinstance(value, bool) and text.isascii() and text.isdecimal()
    low, high = bounds
    if whole and low <= int(text[:20]) <= high:
        return
    upward = whole and int(text[:20]) > high
    said = f"{name} is {json.dumps(value)}; AWS documents {low} to {high}"
    yield Finding(said, ("Parameters", *name.split(".")), warning=unsure and upward)
