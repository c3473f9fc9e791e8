"""Compares desired and observed settings field by field; only fields that the author wrote are compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.encoder import as_sent
from reconciler.field_schema import Shape, is_empty
from reconciler.list_matching import pair
from reconciler.members import row_key
from reconciler.model import Document

LOST = "replaced as a whole, including members that the files do not set"
ORDER = "in another order"
SUPPLIED = "the files do not set it; AWS requires it in the request"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field whose two values disagree. `field` is a path: `queues[CustomerService/VOICE].priority`.

    `deletes` names what AWS deletes when it is applied; `note` gives an effect that the two values do not show.
    """

    field: str
    observed: Any
    desired: Any
    deletes: str = ""
    note: str = ""

    @property
    def top(self) -> str:
        """The top-level field that the path begins with."""
        return self.field.partition(".")[0].partition("[")[0]

    @property
    def deleted(self) -> int:
        """How many parts AWS deletes when it is applied: for a cleared value, each row of its lists."""
        cleared = self.deletes == self.field and not self.field.endswith("]") and not self.desired
        return rows_of(self.observed) if cleared else int(bool(self.deletes))


def differences(
    path: str, shape: Shape, desired: Any, observed: Any, *, whole: bool = False
) -> Iterator[Difference]:
    """Every difference between two values of one shape.

    Members and entries that `desired` leaves out are not compared. The exception is a structure or a map that is always
    sent whole, with all within it: it would lose them.
    """
    if desired is observed and desired is not None:
        return iter(())
    if desired == observed and isinstance(desired, str | list | dict) and not shape.document:
        return iter(())  # by far the most common case, compared in one go
    return _differences(path, shape, desired, observed, whole=whole or shape.whole)


def _differences(
    path: str, shape: Shape, desired: Any, observed: Any, *, whole: bool
) -> Iterator[Difference]:
    if desired is None or (is_empty(desired) and not shape.part and (whole or not shape.values)):
        yield from _cleared(path, shape, desired, observed)
    elif shape.document:
        yield from _documents(path, shape.document, desired, observed)
    elif is_empty(observed):
        if not _asks_nothing(shape, desired):
            yield Difference(path, None, desired)
    elif shape.part:
        for name in {**desired, **observed} if whole else desired:
            inner = (shape.fields[name], desired.get(name), observed.get(name))
            yield from differences(f"{path}.{name}", *inner, whole=whole)
    elif shape.values:
        yield from _entries(path, shape.values, desired, observed, whole=whole)
    elif shape.items:
        yield from _lists(path, shape, desired, observed, whole=whole)
    elif not _agree(shape, desired, observed):
        yield Difference(path, observed, desired)


def _agree(shape: Shape, desired: Any, observed: Any) -> bool:
    """Whether two plain values are equal, or the live one is above its minimum."""
    if shape.at_least and isinstance(observed, int | float):
        return bool(observed >= desired)
    return bool(desired == observed) and isinstance(desired, bool) == isinstance(observed, bool)


def _asks_nothing(shape: Shape, desired: Any) -> bool:
    """Whether a missing structure matches the desired one, because that one is empty at every level."""
    if shape.part and desired is not None:
        return all(_asks_nothing(shape.fields[name], value) for name, value in desired.items())
    if shape.values and desired is not None:
        return all(value is None for value in desired.values())
    return is_empty(desired) or bool(shape.rows and not _told(shape, desired))


def _cleared(path: str, shape: Shape, desired: Any, observed: Any) -> Iterator[Difference]:
    """A difference, unless AWS shows nothing or the value that it shows for a cleared field."""
    if is_empty(observed):
        return
    if shape.rows and not _told(shape, observed):
        return
    if not shape.cleared or as_sent(shape, observed) != shape.cleared.value:
        if shape.values and is_child(shape.values):
            yield from _entries(path, shape.values, {}, observed, whole=True)
            return
        lost = not shape.document and rows_of(observed)
        yield Difference(path, observed, desired, deletes=path if lost else "")


def is_child(entry: Shape) -> bool:
    """Whether an entry of a map is a part of its own, which AWS deletes when it is removed, and not only a text."""
    return bool(entry.part or entry.document)


def _entries(
    path: str, item: Shape, desired: Mapping[str, Any], observed: Mapping[str, Any], *, whole: bool
) -> Iterator[Difference]:
    """The differences of a map, entry by entry; null removes an entry, and so does leaving it out of a whole map."""
    for key, wanted in desired.items():
        if wanted is not None and key in observed:
            yield from differences(_row_path(path, (key,)), item, wanted, observed[key], whole=whole)
        elif wanted is not None:
            yield Difference(_row_path(path, (key,)), None, wanted)
    for key, found in observed.items():
        if desired.get(key) is None and (whole or key in desired):
            place = _row_path(path, (key,))
            yield Difference(place, found, None, deletes=place if is_child(item) else "")


def rows_of(value: Any) -> int:
    """How many structures the lists of a value hold, not counting those within other such structures."""
    if isinstance(value, Mapping):
        return sum(map(rows_of, value.values()))
    return sum(isinstance(each, Mapping) for each in value) if isinstance(value, list) else 0


def _lists(
    path: str, shape: Shape, desired: list[Any], observed: list[Any], *, whole: bool
) -> Iterator[Difference]:
    if shape.rows:
        yield from _rows(path, shape, desired, observed, whole=whole)
    elif shape.unordered:
        # Twice the same in two spellings is once the same to AWS.
        if {*map(str, desired)} != {*map(str, observed)}:
            yield Difference(path, sorted(observed, key=str), sorted(desired, key=str))
    elif shape.items:
        yield from _items(path, shape.items, desired, observed, whole=whole)


def _items(
    path: str, item: Shape, desired: list[Any], observed: list[Any], *, whole: bool
) -> Iterator[Difference]:
    if not item.part:
        yield from _plain_items(path, item, desired, observed, whole=whole)
        return
    pairs = pair_items(item, desired, observed)
    gone = [at for at in range(len(observed)) if at not in pairs.values()]
    for at, wanted in enumerate(desired):
        place = f"{path}[{at}]"
        if at in pairs:
            yield from differences(place, item, wanted, observed[pairs[at]], whole=whole)
        elif at in gone:
            yield Difference(place, observed[at], wanted, note=LOST)
        else:
            yield Difference(place, None, wanted)
    replaced = any(at not in pairs for at in range(len(desired)))
    for at in gone:
        if at >= len(desired) or at in pairs:
            lost = f"{path}[{at}]" if at >= len(desired) else f"{path}[live {at}]"
            yield Difference(lost, observed[at], None, deletes=lost, note=LOST if replaced else "")
    if list(pairs.values()) != sorted(pairs.values()):
        yield Difference(path, observed, desired, note=ORDER)


def pair_items(item: Shape, desired: list[Any], observed: list[Any]) -> dict[int, int]:
    """For each written structure of a list without row keys, the position of the live structure that it matches."""
    return pair(
        item,
        desired,
        observed,
        lambda live, name, _: live.get(name),
        lambda shape, one, other: not any(differences("", shape, one, other)),
    )


def _plain_items(
    path: str, item: Shape, desired: list[Any], observed: list[Any], *, whole: bool
) -> Iterator[Difference]:
    if len(desired) != len(observed):
        yield Difference(path, observed, desired)
        return
    for index, (wanted, found) in enumerate(zip(desired, observed, strict=True)):
        yield from differences(f"{path}[{index}]", item, wanted, found, whole=whole)


def _rows(
    path: str, shape: Shape, desired: list[Any], observed: list[Any], *, whole: bool
) -> Iterator[Difference]:
    by = shape.rows.by if shape.rows else ()
    item = shape.items or Shape()
    wanted, found = ({row_key(row, by): row for row in _told(shape, rows)} for rows in (desired, observed))
    for key, row in wanted.items():
        if key in found:
            yield from differences(_row_path(path, key), item, row, found[key], whole=whole)
        else:
            yield Difference(_row_path(path, key), None, row)
    for key, row in found.items():
        if key not in wanted:
            yield Difference(_row_path(path, key), row, None, deletes=_row_path(path, key))


def _told(shape: Shape, rows: list[Any]) -> list[Any]:
    """The rows that have an effect: not those that mean the same as no row."""
    nothing = shape.rows.nothing if shape.rows else None
    return [row for row in rows if not nothing(row)] if nothing else rows


def supplied(path: str, shape: Shape, desired: Any, observed: Any) -> Iterator[Difference]:
    """What is sent together with a value: the members that the files do not set and that AWS requires."""
    if shape.part and desired is not None:
        live = observed if isinstance(observed, Mapping) else {}
        for name, inner in shape.fields.items():
            if name in desired:
                yield from supplied(f"{path}.{name}", inner, desired[name], live.get(name))
            elif inner.supplied and live.get(name) is None:
                yield Difference(f"{path}.{name}", None, inner.supplied.value, note=SUPPLIED)
    elif shape.items and shape.items.part and desired:
        found = observed if isinstance(observed, list) else []
        for place, wanted, live in _side_by_side(path, shape, desired, found):
            yield from supplied(place, shape.items, wanted, live)


def _side_by_side(
    path: str, shape: Shape, desired: list[Any], observed: list[Any]
) -> Iterator[tuple[str, Any, Any]]:
    """The path of each written row or structure, the row itself, and the live one that it matches."""
    if shape.rows:
        found = {row_key(row, shape.rows.by): row for row in observed}
        for row in desired:
            key = row_key(row, shape.rows.by)
            yield _row_path(path, key), row, found.get(key)
    elif shape.items:
        pairs = pair_items(shape.items, desired, observed)
        for at, row in enumerate(desired):
            yield f"{path}[{at}]", row, observed[pairs[at]] if at in pairs else None


def _row_path(path: str, key: tuple[str, ...]) -> str:
    return f"{path}[{'/'.join(filter(None, key))}]"


def _documents(path: str, document: Document, desired: Any, observed: Any) -> Iterator[Difference]:
    if isinstance(observed, str) or is_empty(observed):
        # A document that is only a text: some services take JSON, or any other text.
        same = isinstance(desired, str) and document.canonical(desired) == document.canonical(observed)
        if not same:
            yield Difference(path, observed, desired)
        return
    yield from _trees(path, document.canonical(desired), document.canonical(observed))


def _trees(path: str, desired: Any, observed: Any) -> Iterator[Difference]:
    """Differences of two plain JSON trees, down to where both are maps."""
    if isinstance(desired, Mapping) and isinstance(observed, Mapping):
        for key in [*desired, *(key for key in observed if key not in desired)]:
            yield from _trees(f"{path}.{key}", desired.get(key), observed.get(key))
    elif desired != observed:
        yield Difference(path, observed, desired)
