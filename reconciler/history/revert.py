"""Computes the values that undo the changes of later passes on one resource; pure."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from reconciler.contract import Adapter
from reconciler.desired.resource_builder import scope_field
from reconciler.desired.validation import known_errors
from reconciler.field_schema import Shape, fields_of, is_empty
from reconciler.model import Part
from reconciler.planning.diff import differences
from reconciler.stack import Key

Tell = Callable[[str], None]
"""Called with the path of a field that AWS cannot clear, and that had no value before."""


def reverted_values(
    part: type[Part],
    wanted: Mapping[str, Any],
    written: Mapping[str, Any],
    found: Mapping[str, Any],
    tell: Tell,
) -> dict[str, Any]:
    """`wanted`, plus the former values of all other fields that a later pass changed.

    `written` has the values that the later pass wrote, and `found` the values before it. A field of `wanted` keeps its
    value; in a structure, and in rows that both have, this applies member by member.
    """
    after = dict(wanted)
    for name, shape in fields_of(part).items():
        if name not in written:
            continue
        before = found.get(name)
        if name in wanted:
            after[name] = _beside(shape, wanted[name], written[name], before, _within(tell, name))
        elif any(differences(name, shape, written[name], before)):
            after |= _former(part, name, written[name], before, tell)
    return after


def _beside(shape: Shape, wanted: Any, written: Any, found: Any, tell: Tell) -> Any:
    """A wanted value, plus the former values within its structures and rows."""
    if wanted is None or shape.whole:
        return wanted
    if shape.part:
        found = found or {}
        # Null took every member away.
        return reverted_values(
            shape.part, wanted, dict.fromkeys(found) if written is None else written, found, tell
        )
    if shape.values:
        return _entries_back(wanted, written, found)
    if shape.items and shape.items.part and not shape.items.whole:
        twins = _twins(shape, wanted, (written or [], found or []))
        return [
            row if before is None and after is None else _beside(shape.items, row, after, before, tell)
            for row, (after, before) in zip(wanted, twins, strict=True)
        ]
    return wanted


def _entries_back(wanted: Any, written: Any, found: Any) -> dict[str, Any]:
    """A wanted map, plus the former values of all entries that a later pass changed."""
    before: Mapping[str, Any] = found or {}
    after: Mapping[str, Any] = dict.fromkeys(before) if written is None else written
    changed = {key: before.get(key) for key, value in after.items() if before.get(key) != value}
    return {**changed, **wanted}


def _twins(shape: Shape, wanted: list[Any], others: tuple[list[Any], list[Any]]) -> Iterator[tuple[Any, Any]]:
    """For each wanted row, the same row of two other lists; None if there is none."""
    for index, row in enumerate(wanted):
        if shape.rows:
            by = shape.rows.by
            after, before = (
                next((each for each in rows if all(each.get(name) == row.get(name) for name in by)), None)
                for rows in others
            )
        else:
            # Rows without a key are matched by their position, if the lists have the same length.
            after, before = (rows[index] if len(rows) == len(wanted) else None for rows in others)
        yield after, before


def _former(part: type[Part], name: str, written: Any, found: Any, tell: Tell) -> dict[str, Any]:
    """The former value of a field that was changed and that `wanted` does not have."""
    shape = fields_of(part)[name]
    if shape.values and not shape.whole:
        return {name: _entries_back({}, written, found)}
    if not is_empty(found):
        if shape.part and not shape.whole and written is not None:
            return {name: reverted_values(shape.part, {}, written, found, _within(tell, name))}
        # A row does not show the members that it lacked: these have to be cleared by name.
        return {name: _beside(shape, found, written, found, _within(tell, name))}
    if takes_null(part, name):
        return {name: None}
    members = (
        reverted_values(shape.part, {}, written, {}, _within(tell, name)) if shape.part and written else {}
    )
    if not members and not shape.part:
        tell(name)
    return {name: members} if members else {}


@cache
def takes_null(part: type[Part], name: str) -> bool:
    """Whether a field of a model may be cleared."""
    field = part.model_fields[name]
    annotation: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    try:
        TypeAdapter(annotation).validate_python(None)
    except ValidationError:
        return False
    return True


def misfits(adapter: Adapter[Any], settings: Mapping[str, Any], scope: Key | None) -> frozenset[str]:
    """The fields of these settings that files cannot hold: AWS has values that this release does not know."""
    field = scope_field(adapter)
    within = {field: scope.name if scope else "-"} if field and field in adapter.model.model_fields else {}
    try:
        adapter.model.model_validate({**settings, **within})
    except ValidationError as error:
        return frozenset(str(each["loc"][0]) for each in known_errors(error, settings) if each["loc"])
    return frozenset()


def _within(tell: Tell, outer: str) -> Tell:
    return lambda inner: tell(f"{outer}.{inner}")
