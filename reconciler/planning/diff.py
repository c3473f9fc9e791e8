"""What differs between desired and observed, field by field, looking only at what the author wrote."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.model import Document
from reconciler.shapes import Shape
from reconciler.wire import Decoder


@dataclass(frozen=True, slots=True)
class Difference:
    """One field whose two values disagree. `field` is a path: `queues[CustomerService/VOICE].priority`."""

    field: str
    observed: Any
    desired: Any

    @property
    def top(self) -> str:
        """The settings' own field that the path begins with."""
        return self.field.partition(".")[0].partition("[")[0]


def differences(
    path: str, shape: Shape, desired: Any, observed: Any, *, whole: bool = False
) -> Iterator[Difference]:
    """Every difference between two values of one shape.

    Members that `desired` leaves out are not looked at, except in a structure that is always sent whole, and in what
    is within it: it would lose them.
    """
    if desired == observed and isinstance(desired, str | list | dict) and not shape.document:
        return iter(())  # by far the most common case, compared in one go
    return _differences(path, shape, desired, observed, whole=whole or shape.whole)


def _differences(
    path: str, shape: Shape, desired: Any, observed: Any, *, whole: bool
) -> Iterator[Difference]:
    if desired is None or (is_empty(desired) and not shape.part):
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
    elif shape.rows and shape.items:
        yield from _rows(path, shape, desired, observed, whole=whole)
    elif shape.unordered:
        if Counter(map(str, desired)) != Counter(map(str, observed)):
            yield Difference(path, sorted(observed, key=str), sorted(desired, key=str))
    elif shape.items:
        yield from _items(path, shape.items, desired, observed, whole=whole)
    elif desired != observed or isinstance(desired, bool) != isinstance(observed, bool):
        yield Difference(path, observed, desired)


def is_empty(value: Any) -> bool:
    """Whether a value says "nothing here": null, or an empty text, list or map."""
    return value is None or (isinstance(value, str | list | Mapping) and not value)


def _asks_nothing(shape: Shape, desired: Any) -> bool:
    """Whether a structure that is missing altogether is just what is desired: nothing, or a part of nothing but that."""
    if shape.part and desired is not None:
        return all(_asks_nothing(shape.fields[name], value) for name, value in desired.items())
    return is_empty(desired)


def _cleared(path: str, shape: Shape, desired: Any, observed: Any) -> Iterator[Difference]:
    """A difference unless AWS shows nothing, or what it shows for a field that was cleared."""
    if is_empty(observed):
        return
    nothing = shape.cleared and Decoder(lambda _kind, _identity: None).decode(shape, shape.cleared.value)
    if observed != nothing:
        yield Difference(path, observed, desired)


def _items(
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
    wanted, found = ({_row_key(row, by): row for row in rows} for rows in (desired, observed))
    for key, row in wanted.items():
        if key in found:
            yield from differences(_row_path(path, key), item, row, found[key], whole=whole)
        else:
            yield Difference(_row_path(path, key), None, row)
    for key, row in found.items():
        if key not in wanted:
            yield Difference(_row_path(path, key), row, None)


def _row_key(row: Mapping[str, Any], by: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(row.get(name)) for name in by)


def _row_path(path: str, key: tuple[str, ...]) -> str:
    return f"{path}[{'/'.join(key)}]"


def _documents(path: str, document: Document, desired: Any, observed: Any) -> Iterator[Difference]:
    if isinstance(observed, str) or is_empty(observed):
        yield Difference(path, observed, desired)
        return
    yield from _trees(path, document.canonical(desired), document.canonical(observed))


def _trees(path: str, desired: Any, observed: Any) -> Iterator[Difference]:
    """Differences of two plain JSON trees, as deep as both are maps."""
    if isinstance(desired, Mapping) and isinstance(observed, Mapping):
        for key in [*desired, *(key for key in observed if key not in desired)]:
            yield from _trees(f"{path}.{key}", desired.get(key), observed.get(key))
    elif desired != observed:
        yield Difference(path, observed, desired)
