"""Applies patch operations, as every Update operation of Amazon API Gateway takes them.

Source: https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.moto_patches.apigateway.parts import Item, bad

ADD, REPLACE, REMOVE = "add", "replace", "remove"


def boolean(text: str) -> bool:
    """Return the value of a text that is `true` or `false`.

    Raises:
        ValueError: it is neither.
    """
    if text.lower() not in {"true", "false"}:
        raise ValueError(text)
    return text.lower() == "true"


@dataclass(frozen=True)
class Rule:
    """What may be done at a path. In a pattern, `{}` stands for one step of any name."""

    pattern: str
    takes: Callable[[str], Any] = str
    operations: tuple[str, ...] = (REPLACE,)
    members: bool = False
    """Whether the path is a list, of which `add` and `remove` take a member: the value, or the last step of the path."""
    place: Callable[[tuple[str, ...]], tuple[str, ...]] = tuple
    """Returns where the value is in the reply, from the steps of the path."""

    def steps(self, path: str) -> tuple[str, ...] | None:
        """Return the steps of a path if the rule is about it."""
        wanted, steps = self.pattern.strip("/").split("/"), steps_of(path)
        if self.members and len(steps) == len(wanted) + 1:
            wanted = [*wanted, "{}"]
        fits = len(wanted) == len(steps) and all(w in ("{}", s) for w, s in zip(wanted, steps, strict=True))
        return steps if fits else None


def steps_of(path: str) -> tuple[str, ...]:
    """Return the steps of a path, with `~1` as the slash and `~0` as the tilde that they stand for."""
    return tuple(each.replace("~1", "/").replace("~0", "~") for each in path.strip("/").split("/"))


def settings(*names: str, takes: Callable[[str], Any] = str) -> list[Rule]:
    """Return the rules of settings that can be replaced."""
    return [Rule(f"/{name}", takes) for name in names]


def patched(target: Item, operations: Sequence[Mapping[str, str]] | None, rules: Sequence[Rule]) -> Item:
    """Return a copy to which every operation is applied.

    Raises:
        SandboxError: a path or an operation is not supported, or a value is invalid.
    """
    changed = deepcopy(target)
    for each in operations or ():
        _change(each, rules)(changed)
    return changed


def _change(operation: Mapping[str, str], rules: Sequence[Rule]) -> Callable[[Item], None]:
    op, path = operation["op"], operation["path"]
    found = next(((rule, steps) for rule in rules if (steps := rule.steps(path))), None)
    if found is None:
        known = ", ".join(rule.pattern for rule in rules)
        raise bad(f"Invalid patch path '{path}' specified for op '{op}'. Must be one of: [{known}]")
    rule, steps = found
    if op not in rule.operations:
        raise bad(f"Invalid patch operation '{op}' for path '{path}'")
    if rule.members:
        return _member(rule, op, steps, operation.get("value"))
    if op == REMOVE:
        return lambda target: _drop(target, rule.place(steps))
    try:
        value = rule.takes(operation.get("value", ""))
    except ValueError:
        raise bad(f"Invalid value specified for path {path}") from None
    return lambda target: _put(target, rule.place(steps), value)


def _member(rule: Rule, op: str, steps: tuple[str, ...], value: str | None) -> Callable[[Item], None]:
    """Add a member to a list, take one out, or exchange one for another."""
    depth = len(rule.pattern.strip("/").split("/"))
    at, named = rule.place(steps[:depth]), steps[depth:]

    def change(target: Item) -> None:
        rows = list(_get(target, at) or ())
        if op == REPLACE and named:
            rows = [rule.takes(value or "") if each == named[0] else each for each in rows]
        elif op == ADD:
            added = rule.takes(named[0] if named else value or "")
            rows = [*rows, added] if added not in rows else rows
        elif op == REMOVE:
            gone = named[0] if named else value
            if gone is not None and gone not in rows:
                raise bad(f"Invalid patch: {gone} is not among the members")
            rows = [each for each in rows if gone is not None and each != gone]
        _put(target, at, rows)

    return change


def _get(target: Item, place: tuple[str, ...]) -> Any:
    found: Any = target
    for step in place:
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _put(target: Item, place: tuple[str, ...], value: Any) -> None:
    for step in place[:-1]:
        if target.get(step) is None:
            target[step] = {}
        target = target[step]
    target[place[-1]] = value


def _drop(target: Item, place: tuple[str, ...]) -> None:
    for step in place[:-1]:
        target = target.get(step) or {}
    target.pop(place[-1], None)


def at_least(least: float, most: float, takes: Callable[[str], Any] = int) -> Callable[[str], Any]:
    """Return a function that takes a number within limits."""

    def taken(text: str) -> Any:
        value = takes(text)
        if not least <= value <= most:
            raise ValueError(text)
        return value

    return taken
