"""Computes the meaning of each field of a model from its annotation: references, rows, parts, secrets."""

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from inspect import get_annotations
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

from pydantic import AfterValidator

from reconciler.archives import Archive
from reconciler.interpolation import Token, tokens_in_text
from reconciler.model import (
    AtLeast,
    Cleared,
    Codec,
    Document,
    InFile,
    LockFile,
    Means,
    Mentions,
    NoReferences,
    Part,
    Ref,
    Rows,
    Secret,
    Supplied,
    Unique,
    Unordered,
    Whole,
    Wire,
)

Path: TypeAlias = tuple[str | int, ...]
"""The path to a value: names of members and numbers of items."""


@dataclass(frozen=True)
class Shape:
    """The meaning of one value: at most one of `part`, `items`, `values`, `ref`, `document`, `secret` and `archive` is set."""

    part: type[Part] | None = None
    items: "Shape | None" = None
    """The shape of each item of a list."""
    values: "Shape | None" = None
    """The shape of each value of a map with free keys."""
    ref: Ref | None = None
    document: Document | None = None
    secret: bool = False
    archive: bool = False
    lock_file: bool = False
    """Whether an archive is a lock file of packages, and not a folder."""
    rows: Rows | None = None
    unordered: bool = False
    cleared: Cleared | None = None
    codec: Codec | None = None
    whole: bool = False
    at_least: bool = False
    supplied: Supplied | None = None
    no_references: bool = False
    in_file: bool = False
    """Whether a text may be in a file of its own."""
    unique: bool = False
    moves: bool = False
    means: tuple[Means, ...] = ()
    """The meanings that a reference as the whole text may have; empty if it may have any."""
    mentions: Mentions | None = None
    rules: tuple[Callable[[Any], object], ...] = ()
    """What a value as a whole has to fulfil; each raises ValueError."""
    nullable: bool = field(default=False, compare=False)
    """Whether null is allowed."""
    scalar: type | None = field(default=None, compare=False)
    """bool, int or float if the value is one of them; None for text and all else."""
    wire: str | None = None

    @cached_property
    def is_plain(self) -> bool:
        """Whether a value of this shape is the same in AWS, except for its name; its texts hold no references then."""
        parts = (self.part, self.items, self.values, self.ref, self.document, self.codec)
        return not (any(parts) or self.archive)

    @cached_property
    def fields(self) -> Mapping[str, "Shape"]:
        """The shapes of a part's fields, by name; empty for other shapes."""
        return fields_of(self.part) if self.part else {}

    @property
    def tokens(self) -> Mapping[str, Ref]:
        """The short forms of references that its texts may hold, besides kinds."""
        return self.document.tokens if self.document else {}


@cache
def fields_of(model: type[Part]) -> Mapping[str, Shape]:
    """The shape of each field of a model, by the field's name; `wire` is always set."""
    hints = {name: _with_marks(info.annotation, info.metadata) for name, info in model.model_fields.items()}
    return {name: _named(model, name, _shape(hint)) for name, hint in hints.items()}


def _named(model: type[Part], name: str, shape: Shape) -> Shape:
    """A shape with AWS's name of its field; for a reference that is sent as an id, the name of the id's member."""
    item = shape.items or shape
    if shape.wire is None and item.ref and item.ref.by == "id" and not item.ref.outside:
        name = f"{name.removesuffix('s')}_ids" if shape.items else f"{name}_id"
    return shape if shape.wire else replace(shape, wire=model.wire_name(name))


def own_fields(model: type[Part], *but: str) -> tuple[str, ...]:
    """The fields of a kind itself, without tags, its parent, and the given ones."""
    return tuple(name for name in get_annotations(model) if name in model.model_fields and name not in but)


def _with_marks(annotation: Any, metadata: list[Any]) -> Any:
    # pydantic takes the outermost Annotated apart; put it together again so that one walk reads every level.
    return Annotated[(annotation, *metadata)] if metadata else annotation


def _shape(annotation: Any) -> Shape:
    """Read one annotation: first the marks, then the marked type."""
    marks: list[Any] = []
    nullable = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *more = get_args(annotation)
            marks += more
        elif origin in (Union, types.UnionType):
            options = [option for option in get_args(annotation) if option is not type(None)]
            nullable = nullable or len(options) < len(get_args(annotation))
            annotation = options[0]
        else:
            break
    known: dict[str, Any] = {"nullable": nullable}
    for mark in marks:
        known |= _meaning(mark)
    known["means"] = tuple(mark for mark in marks if isinstance(mark, Means))
    known["rules"] = tuple(mark.func for mark in marks if isinstance(mark, AfterValidator))
    arguments = get_args(annotation)
    if known.get("document") or known.get("ref"):
        pass
    elif origin is list:
        known["items"] = _shape(arguments[0])
    elif origin is dict:
        known["values"] = _shape(arguments[1])
    else:
        known |= _of_type(annotation)
    return Shape(**known)


def _of_type(annotation: Any) -> dict[str, Any]:
    """The meaning of a type that is neither a list nor a map."""
    if annotation in (bool, int, float):
        return {"scalar": annotation}
    if annotation is Secret:
        return {"secret": True}
    if annotation is Archive:
        return {"archive": True}
    return {"part": annotation} if isinstance(annotation, type) and issubclass(annotation, Part) else {}


FLAGS: Mapping[type, str] = {
    AtLeast: "at_least",
    InFile: "in_file",
    LockFile: "lock_file",
    NoReferences: "no_references",
    Unordered: "unordered",
    Whole: "whole",
}
"""The marks without arguments."""


def _meaning(mark: Any) -> dict[str, Any]:
    """The meaning of one mark of `reconciler.model`; marks of other libraries have none here."""
    flag = FLAGS.get(type(mark))
    if flag:
        return {flag: True}
    match mark:
        case Wire(name):
            return {"wire": name}
        case Ref():
            return {"ref": mark}
        case Rows():
            return {"rows": mark}
        case Cleared():
            return {"cleared": mark}
        case Codec():
            return {"codec": mark}
        case Unique(moves=moves):
            return {"unique": True, "moves": moves}
        case Supplied():
            return {"supplied": mark}
        case Document():
            return {"document": mark}
        case Mentions():
            return {"mentions": mark}
    return {}


def holds_archive(shape: Shape) -> bool:
    """Whether a value of this shape may hold an archive, of which AWS shows only the digest."""
    inner = (*shape.fields.values(), *filter(None, (shape.items, shape.values)))
    return shape.archive or any(map(holds_archive, inner))


def references_in(shape: Shape, value: Any) -> Iterator[tuple[Ref, str]]:
    """Every reference in a value of desired state, including those in texts and documents."""
    if value is None:
        return
    if shape.ref:
        yield shape.ref, value
        return
    for inner, text in texts_in(shape, value):
        if inner.ref:
            yield inner.ref, text
        else:
            for token in tokens_in_text(text, inner.tokens):
                yield referred(inner.tokens, token), token.name


def referred(words: Mapping[str, Ref], token: Token) -> Ref:
    """The kind and attribute of a reference in a text; `words` are the short forms. Without an attribute it is the ARN."""
    short = words.get(token.word) or Ref(token.word, "arn")
    return replace(short, by=token.attribute) if token.attribute else short


def texts_in(shape: Shape, value: Any) -> Iterator[tuple[Shape, str]]:
    """Every text in a value, with its own shape; without keys of maps and texts that take no references."""
    if isinstance(value, str):
        if not shape.no_references:
            yield shape, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from texts_in(_member(shape, name), item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(_item(shape), item)


@cache
def moving_fields(model: type[Part]) -> Mapping[str, Shape]:
    """The fields of a model whose texts AWS moves from one resource to another."""
    return {name: shape for name, shape in fields_of(model).items() if (shape.items or shape).moves}


def unique_texts(shape: Shape, value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text in a value that no other resource of the kind can have, with its path."""
    if isinstance(value, str):
        if shape.unique:
            yield path, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            inner = _member(shape, name)
            if inner.unique or not isinstance(item, str):
                yield from unique_texts(inner, item, (*path, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from unique_texts(_item(shape), item, (*path, number))


def with_texts(shape: Shape, value: Any, change: Callable[[Shape, str], str]) -> Any:
    """A value in which `change` replaces each text of `texts_in`."""
    if isinstance(value, str):
        return value if shape.no_references else change(shape, value)
    if isinstance(value, Mapping):
        return {name: with_texts(_member(shape, name), item, change) for name, item in value.items()}
    if isinstance(value, list):
        return [with_texts(_item(shape), item, change) for item in value]
    return value


def _member(shape: Shape, name: str) -> Shape:
    """The shape of one member of a mapping; members of a document have the document's shape."""
    return shape if shape.document else shape.fields.get(name) or shape.values or PLAIN


def _item(shape: Shape) -> Shape:
    return shape if shape.document else shape.items or PLAIN


PLAIN = Shape()
"""The shape of a value without declarations."""


@cache
def text_fields(model: type[Part]) -> frozenset[str]:
    """The fields of a model with texts that may hold references."""
    return frozenset(name for name, shape in fields_of(model).items() if _may_hold_text(shape))


def _may_hold_text(shape: Shape) -> bool:
    if shape.ref or shape.secret or shape.no_references:
        return False
    inner = (*shape.fields.values(), *filter(None, (shape.items, shape.values)))
    return not inner or any(map(_may_hold_text, inner))


@cache
def refers_to(model: type[Part]) -> frozenset[str]:
    """The kinds that the fields of a model are declared to refer to; any text may refer to others."""
    return frozenset(ref.kind for shape in fields_of(model).values() for ref in _refs(shape))


def _refs(shape: Shape) -> Iterator[Ref]:
    if shape.ref:
        yield shape.ref
    elif shape.document:
        yield from shape.document.tokens.values()
    for inner in (shape.items, shape.values, *shape.fields.values()):
        if inner is not None:
            yield from _refs(inner)


def lacks_content(value: Any) -> bool:
    """Whether a value holds an archive without its content."""
    return any(isinstance(leaf, Archive) and leaf.content is None for leaf in leaves(value))


def is_empty(value: Any) -> bool:
    """Whether a value is null, or an empty text, list or map."""
    return value is None or (isinstance(value, str | list | Mapping) and not value)


def meant(shape: Shape) -> frozenset[str]:
    """The kinds whose id, ARN or name a value of this shape may hold as a text."""
    inner = (*shape.fields.values(), *filter(None, (shape.items, shape.values)))
    mentioned = shape.mentions.kinds if shape.mentions else ()
    return frozenset(each.kind for each in shape.means if each.kind).union(mentioned, *map(meant, inner))


def mentioned(model: type[Part], members: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Each kind with a name or an ARN of it that a text of a live resource may mention; `members` is AWS's reply."""
    found: set[tuple[str, str]] = set()
    for shape in fields_of(model).values():
        text = members.get(shape.wire or "") if shape.mentions else None
        if shape.mentions and isinstance(text, str):
            names = [text[start:end] for start, end in shape.mentions.places(text)]
            found.update((kind, name) for kind in shape.mentions.kinds for name in names)
    return frozenset(found)


def leaves(value: Any) -> Iterator[Any]:
    """All values within a value that are neither maps nor lists; without the keys of maps."""
    if not isinstance(value, Mapping | list | tuple):
        yield value
        return
    for item in value.values() if isinstance(value, Mapping) else value:
        if isinstance(item, Mapping | list | tuple):
            yield from leaves(item)
        else:
            yield item
