"""What each field of a model means, worked out once from its annotation: references, rows, parts, secrets."""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from reconciler.model import (
    AtLeast,
    Cleared,
    Codec,
    Document,
    Part,
    Ref,
    Rows,
    Secret,
    Supplied,
    Unordered,
    Whole,
    Wire,
    wire_name,
)


@dataclass(frozen=True)
class Shape:
    """The meaning of one value: at most one of `part`, `items`, `values`, `ref`, `document` and `secret` is set."""

    part: type[Part] | None = None
    items: "Shape | None" = None
    """Of each item of a list."""
    values: "Shape | None" = None
    """Of each value of a map with free keys."""
    ref: Ref | None = None
    document: Document | None = None
    secret: bool = False
    rows: Rows | None = None
    unordered: bool = False
    cleared: Cleared | None = None
    codec: Codec | None = None
    whole: bool = False
    at_least: bool = False
    supplied: Supplied | None = None
    wire: str | None = None

    @property
    def fields(self) -> Mapping[str, "Shape"]:
        """The shapes of a part's fields, by name; none for anything else."""
        return fields_of(self.part) if self.part else {}


@cache
def fields_of(model: type[Part]) -> Mapping[str, Shape]:
    """The shape of each field of a model, by the field's name; `wire` is always set."""
    hints = {name: _with_marks(info.annotation, info.metadata) for name, info in model.model_fields.items()}
    return {name: _shape(hint, wire_name(name)) for name, hint in hints.items()}


def _with_marks(annotation: Any, metadata: list[Any]) -> Any:
    # pydantic takes the outermost Annotated apart; put it together again so that one walk reads every level.
    return Annotated[(annotation, *metadata)] if metadata else annotation


def _shape(annotation: Any, wire: str | None = None) -> Shape:
    """Read one annotation, marks first, then what they mark."""
    marks: list[Any] = []
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *more = get_args(annotation)
            marks += more
        elif origin in (Union, types.UnionType):
            (annotation,) = [option for option in get_args(annotation) if option is not type(None)][:1]
        else:
            break
    known: dict[str, Any] = {"wire": wire}
    for mark in marks:
        known |= _meaning(mark)
    arguments = get_args(annotation)
    if known.get("document") or known.get("ref"):
        pass
    elif origin is list:
        known["items"] = _shape(arguments[0])
    elif origin is dict:
        known["values"] = _shape(arguments[1])
    elif annotation is Secret:
        known["secret"] = True
    elif isinstance(annotation, type) and issubclass(annotation, Part):
        known["part"] = annotation
    return Shape(**known)


def _meaning(mark: Any) -> dict[str, Any]:
    """What one mark of `reconciler.model` says; other libraries' marks say nothing here."""
    match mark:
        case Wire(name):
            return {"wire": name}
        case Ref():
            return {"ref": mark}
        case Rows():
            return {"rows": mark}
        case Unordered():
            return {"unordered": True}
        case Cleared():
            return {"cleared": mark}
        case Codec():
            return {"codec": mark}
        case Whole():
            return {"whole": True}
        case AtLeast():
            return {"at_least": True}
        case Supplied():
            return {"supplied": mark}
        case Document():
            return {"document": mark}
    return {}


def references_in(shape: Shape, value: Any) -> Iterator[tuple[Ref, str]]:
    """Every reference that a value in the words of desired state holds, documents' tokens included."""
    if value is None:
        return
    if shape.ref:
        yield shape.ref, value
    elif shape.document:
        for kind, name in tokens_in(value):
            if kind in shape.document.tokens:
                yield shape.document.tokens[kind], name
    elif shape.part:
        for name, inner in shape.fields.items():
            yield from references_in(inner, value.get(name))
    elif shape.items:
        for item in value:
            yield from references_in(shape.items, item)
    elif shape.values:
        for item in value.values():
            yield from references_in(shape.values, item)


@cache
def refers_to(model: type[Part]) -> frozenset[str]:
    """The kinds that the fields of a model may refer to, documents' tokens included."""
    return frozenset(ref.kind for shape in fields_of(model).values() for ref in _refs(shape))


def _refs(shape: Shape) -> Iterator[Ref]:
    if shape.ref:
        yield shape.ref
    elif shape.document:
        yield from shape.document.tokens.values()
    for inner in (shape.items, shape.values, *shape.fields.values()):
        if inner is not None:
            yield from _refs(inner)


def tokens_in(document: Any) -> Iterator[tuple[str, str]]:
    """Every `${kind:name}` that is a whole value of a document, as (kind, name)."""
    for leaf in leaves(document):
        token = parse_token(leaf) if isinstance(leaf, str) else None
        if token:
            yield token


def leaves(value: Any) -> Iterator[Any]:
    """Everything in a value that is neither a map nor a list; the keys of maps are not."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def parse_token(text: str) -> tuple[str, str] | None:
    """`${queue:CustomerService}` as ("queue", "CustomerService"); None for any other text."""
    if not (text.startswith("${") and text.endswith("}")):
        return None
    kind, colon, name = text[2:-1].partition(":")
    return (kind, name) if colon and kind.isidentifier() and name and "}" not in name else None
