"""Computes what the files have to say so that they agree with what lives; members that nobody wrote stay unwritten."""

from collections.abc import Mapping
from typing import Any

from reconciler.field_schema import Shape, is_empty
from reconciler.members import row_key
from reconciler.planning.diff import differences, pair_items

_ABSENT = object()


def accepted(shape: Shape, wanted: Any, live: Any) -> Any:
    """The written value with what differs replaced by the live one; both are in the words of desired state."""
    found = _accepted(shape, wanted, live, whole=False)
    return None if found is _ABSENT else found


def _accepted(shape: Shape, wanted: Any, live: Any, *, whole: bool) -> Any:
    whole = whole or shape.whole
    if not any(differences("", shape, wanted, live, whole=whole)):
        return wanted
    if is_empty(live):
        return [] if shape.items else {} if shape.values else _ABSENT if live is None else live
    if shape.document:
        return live
    if wanted is None:
        return without_nulls(live)
    if shape.part and isinstance(wanted, Mapping):
        return _members(shape, wanted, live, whole=whole)
    if shape.values and isinstance(wanted, Mapping):
        return _entries(shape.values, wanted, live, whole=whole)
    if shape.items and isinstance(wanted, list):
        return _items(shape, shape.items, wanted, live, whole=whole)
    return without_nulls(live)


def _members(shape: Shape, wanted: Mapping[str, Any], live: Mapping[str, Any], *, whole: bool) -> Any:
    names = {**wanted, **live} if whole else wanted
    found = {
        name: _accepted(shape.fields[name], wanted.get(name), live.get(name), whole=whole) for name in names
    }
    return _present(found, wanted)


def _entries(item: Shape, wanted: Mapping[str, Any], live: Mapping[str, Any], *, whole: bool) -> Any:
    names = {**wanted, **live} if whole else wanted
    found = {name: _accepted(item, wanted.get(name), live.get(name), whole=whole) for name in names}
    return _present(found, wanted)


def _present(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in found.items()
        if value is not _ABSENT and (value is not None or name in wanted)
    }


def _items(shape: Shape, item: Shape, wanted: list[Any], live: list[Any], *, whole: bool) -> list[Any]:
    if shape.rows:
        by, nothing = shape.rows.by, shape.rows.nothing
        idle = [row for row in wanted if nothing and nothing(row)]
        rows = [row for row in live if not (nothing and nothing(row))]
        there = {row_key(row, by): row for row in idle} | {row_key(row, by): row for row in rows}
        return _by_key(item, {row_key(row, by): row for row in wanted}, there)
    if shape.unordered:
        found, kept = [str(each) for each in live], [each for each in wanted if str(each) in map(str, live)]
        told = {str(each) for each in kept}
        return kept + [
            without_nulls(each) for each, text in zip(live, found, strict=True) if text not in told
        ]
    if item.part:
        at = {there: number for number, there in pair_items(item, wanted, live).items()}
        return [
            _accepted(item, wanted[at[number]], each, whole=whole) if number in at else without_nulls(each)
            for number, each in enumerate(live)
        ]
    return [without_nulls(each) for each in live]


def _by_key(item: Shape, wanted: Mapping[Any, Any], live: Mapping[Any, Any]) -> list[Any]:
    """The rows that stay in the order of the files, then those that are new."""
    kept = [_accepted(item, row, live[key], whole=False) for key, row in wanted.items() if key in live]
    return kept + [without_nulls(row) for key, row in live.items() if key not in wanted]


def completed(shape: Shape, written: Any, live: Any) -> Any:
    """The written value with the members that only live; both are in the words of files.

    Nothing that is written changes. What AWS replaces as a whole, documents, and rows that only live are not completed: a
    difference shows them.
    """
    if shape.whole or shape.document or written is None or live is None:
        return written
    if isinstance(written, Mapping) and isinstance(live, Mapping) and (shape.part or shape.values):
        inner = {
            name: completed(shape.values or shape.fields[name], value, live.get(name))
            for name, value in written.items()
        }
        return inner | {
            name: without_nulls(value)
            for name, value in live.items()
            if name not in written and not is_empty(value)
        }
    if shape.items and shape.items.part and isinstance(written, list) and isinstance(live, list):
        item, at = shape.items, _matched(shape, shape.items, written, live)
        return [
            completed(item, row, live[at[number]]) if number in at else row
            for number, row in enumerate(written)
        ]
    return written


def _matched(shape: Shape, item: Shape, written: list[Any], live: list[Any]) -> Mapping[int, int]:
    """For each written structure of a list, the position of the live one."""
    if not shape.rows:
        return pair_items(item, written, live)
    there = {row_key(row, shape.rows.by): number for number, row in enumerate(live)}
    keys = {number: row_key(row, shape.rows.by) for number, row in enumerate(written)}
    return {number: there[key] for number, key in keys.items() if key in there}


def without_nulls(value: Any) -> Any:
    """A live value as it is written: without members that are null."""
    if isinstance(value, Mapping):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value
