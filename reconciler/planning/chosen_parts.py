"""Limits a pass to parts of resources: `KIND/NAME#FIELD`, or one row of a list, `KIND/NAME#FIELD[ROW]`."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias

from reconciler.contract import Adapter
from reconciler.declarations import NAME
from reconciler.field_schema import Shape, fields_of
from reconciler.interpolation import literal, parse_token
from reconciler.planning.action import TAGS
from reconciler.planning.held_edits import without_held, written_parts
from reconciler.planning.plan import Plan
from reconciler.planning.text_references import Resolver
from reconciler.planning.world import World
from reconciler.stack import Desired, Key, Stack

_FORM = re.compile(r"(?P<resource>.+)#(?P<field>[a-z][a-z0-9_]*)(?:\[(?P<row>.+)\])?")


class ChosenPart(NamedTuple):
    """One field of the resources that a pattern names, or one row of it."""

    pattern: str
    resource: str
    """The pattern of the resources."""
    field: str
    row: str | None


Chosen: TypeAlias = Mapping[Key, Sequence[ChosenPart]]
"""By resource: the parts that the pass is limited to; a resource that is not in it is not limited."""


def chosen_part(pattern: str) -> ChosenPart | None:
    """The part that a pattern names; None if it names whole resources."""
    found = _FORM.fullmatch(pattern)
    return ChosenPart(pattern, found["resource"], found["field"], found["row"]) if found else None


def chosen_in(stack: Stack, patterns: Iterable[str], matches: Callable[[Key, str], bool]) -> Chosen:
    """The parts that these patterns name; a resource that one of them names as a whole is not limited."""
    patterns = [*patterns]
    parts = [part for each in patterns if (part := chosen_part(each))]
    found: dict[Key, list[ChosenPart]] = {}
    for key in stack.resources if parts else ():
        if not any(matches(key, each) for each in patterns):
            found[key] = [each for each in parts if matches(key, each.resource)]
    return {key: each for key, each in found.items() if each}


def field_problem(part: ChosenPart, desired: Desired, adapter: Adapter[Any], near: Callable[..., str]) -> str:
    """Why a part of a resource cannot be chosen; empty if it can. `near` suggests a similar word."""
    shapes = fields_of(adapter.model)
    if part.field not in shapes:
        return f'{desired.key.kind} has no field "{part.field}"{near(part.field, shapes)}'
    if part.field not in desired.settings or part.field == TAGS:
        return f"the files do not write this field of {desired.key}"
    if part.row is not None and not _has_rows(shapes[part.field]):
        return f"{part.field} has no rows that can be chosen; leave out [{part.row}]"
    return ""


def only_chosen_fields(stack: Stack, chosen: Chosen) -> Stack:
    """The stack in which the other fields of these resources are neither read nor compared."""
    limited = {key: _with_fields(stack.resources[key], parts) for key, parts in chosen.items()}
    return replace(stack, resources={**stack.resources, **limited}) if limited else stack


def _with_fields(desired: Desired, parts: Iterable[ChosenPart]) -> Desired:
    kept = {each.field for each in parts}
    others = (name for name in desired.settings if name not in kept and name != TAGS)
    return replace(
        desired, policy=replace(desired.policy, ignore=(*dict.fromkeys((*desired.policy.ignore, *others)),))
    )


def as_chosen(
    stack: Stack, world: World, kinds: Mapping[str, Adapter[Any]], chosen: Chosen
) -> tuple[Stack, tuple[str, ...]]:
    """The stack in which everything else about these resources is as AWS shows it, and the patterns that name no row."""
    seen = {key: parts for key, parts in chosen.items() if key in world.observed}
    others = {
        key: {
            part: ""
            for part in written_parts(stack, stack.resources[key], kinds[key.kind])
            if part == NAME or part.startswith(f"{TAGS}.")
        }
        for key in seen
    }
    stack = without_held(stack, world, others)
    limited, idle = dict(stack.resources), list[str]()
    for key, parts in seen.items():
        settings = dict(limited[key].settings)
        for field in dict.fromkeys(each.field for each in parts if each.row is not None):
            if any(each.field == field and each.row is None for each in parts):
                continue
            rows = [each for each in parts if each.field == field]
            settings[field], unknown = _rows(stack, world, kinds, limited[key], rows)
            idle += unknown
        limited[key] = replace(limited[key], settings=settings)
    return replace(stack, resources=limited), tuple(idle)


def _rows(
    stack: Stack,
    world: World,
    kinds: Mapping[str, Adapter[Any]],
    desired: Desired,
    parts: Sequence[ChosenPart],
) -> tuple[list[Any], list[str]]:
    """The live rows of a field with the chosen ones as the files write them, and the patterns that name no row."""
    field, adapter, observed = parts[0].field, kinds[desired.key.kind], world.observed[desired.key]
    shape = fields_of(adapter.model)[field]
    written, live = desired.settings.get(field) or [], observed.settings.get(field) or []
    shown = live
    if field in adapter.compared:
        resolved = Resolver(stack, world, kinds).resolved(desired, adapter)
        shown = adapter.compared[field](live, resolved, observed.members)
    names = [str(each.row) for each in parts]
    wanted = [row for row in written if any(_is_called(shape, row, name) for name in names)]
    kept = [
        literal(each) if isinstance(each, str) else each
        for row, each in zip(live, shown, strict=True)
        if not any(_is_called(shape, row, name) for name in names)
    ]
    idle = [
        each.pattern
        for each, name in zip(parts, names, strict=True)
        if not any(_is_called(shape, row, name) for row in (*written, *live))
    ]
    return [*kept, *wanted], idle


def _has_rows(shape: Shape) -> bool:
    return bool(shape.rows) or (shape.unordered and bool(shape.items) and not (shape.items or shape).part)


def _is_called(shape: Shape, row: Any, name: str) -> bool:
    """Whether a row has this name: the fields that identify it, or the end of an ARN or of a reference."""
    if shape.rows and isinstance(row, Mapping):
        return name == "/".join(str(row[each]) for each in shape.rows.by if row.get(each) is not None)
    token = parse_token(row) if isinstance(row, str) else None
    if token is not None:
        return token.name in (name, name.rpartition(":")[2])
    return str(row) == name or str(row).endswith((f":{name}", f"/{name}"))


def other_changes(plan: Plan, chosen: Chosen) -> Iterator[str]:
    """A refusal for each chosen resource that would be more than updated."""
    for key in chosen:
        action = plan.actions.get(key)
        if action and action.pending and action.verb != "update":
            yield (
                f"{key}: the plan would {action.verb} it, and a part is changed only of a live resource of this stack; name "
                "the whole resource with --only"
            )
