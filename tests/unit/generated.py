"""Strategies for property tests: generated models with valid values."""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from types import GenericAlias
from typing import Annotated, Any

from hypothesis import strategies as st
from pydantic import create_model

from reconciler.decoder import Decoder
from reconciler.encoder import Encoder
from reconciler.field_schema import Shape
from reconciler.model import Cleared, Codec, Document, Part, Ref, Rows, Unordered, Whole, Wire

PREFIX = "id!"
BY_ID = Ref("toy.queue")
BY_ARN = Ref("toy.flow", "arn")
MINUTES = Codec(lambda text: {"Minutes": int(text)}, lambda wired: str(wired["Minutes"]))
TREE = Document(lambda tree: tree, {"queue": BY_ID, "flow": BY_ARN})
LISTED = Document(lambda tree: tree, {}, text=False)

words = st.text(string.ascii_letters + " /é", min_size=1, max_size=6)
numbers = st.integers(-5, 5)
scalars = st.one_of(words, numbers, st.booleans())
tokens = st.builds("${{{}:{}}}".format, st.sampled_from(["queue", "flow", "lambda"]), words)
leaves = st.one_of(scalars, tokens, st.none())
trees = st.dictionaries(
    words,
    st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
        max_leaves=5,
    ),
    min_size=1,
    max_size=3,
)

PLAIN: Mapping[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "text": (str | None, words),
    "number": (int | None, numbers),
    "truth": (bool | None, st.booleans()),
    "clearable": (Annotated[str | None, Cleared("")], words),
    "reference": (Annotated[str | None, BY_ID], words),
    "reference by ARN": (Annotated[str, BY_ARN] | None, words),
    "coded": (Annotated[str | None, MINUTES], st.integers(0, 99).map(str)),
    "document": (Annotated[dict[str, Any] | None, TREE], trees),
    "document that is no text": (Annotated[dict[str, Any] | None, LISTED], trees),
    "map": (dict[str, str] | None, st.dictionaries(words, words, min_size=1, max_size=3)),
    "references": (list[Annotated[str, BY_ID]] | None, st.lists(words, min_size=1, max_size=3)),
    "unordered": (
        Annotated[list[str] | None, Unordered()],
        st.lists(words, min_size=1, max_size=3, unique=True),
    ),
}
"""Annotations without parts, each with a strategy for its values."""


@dataclass(frozen=True)
class Model:
    """A generated model, and a strategy for written values of it."""

    part: type[Part]
    written: st.SearchStrategy[dict[str, Any]]
    full: st.SearchStrategy[dict[str, Any]]
    """Values with every field, none of them null."""

    @property
    def shape(self) -> Shape:
        """The shape of a value of this model."""
        return Shape(part=self.part)


@st.composite
def models(draw: st.DrawFn, depth: int = 2) -> Model:
    """A part with fields of every type; some of its names are within a structure of AWS."""
    annotations: dict[str, Any] = {}
    full: dict[str, st.SearchStrategy[Any]] = {}
    written: dict[str, st.SearchStrategy[Any]] = {}
    sorts = [*PLAIN, *(("part", "whole", "items", "rows") if depth else ())]
    for index, sort in enumerate(draw(st.lists(st.sampled_from(sorts), min_size=1, max_size=4))):
        name = f"field_{index}"
        if sort in PLAIN:
            annotation, values = PLAIN[sort]
            some = values
        else:
            inner = draw(models(depth=depth - 1))
            annotation, values, some = _nested(sort, inner)
        if draw(st.booleans()):
            annotation = Annotated[annotation, Wire(f"Outer.Of{index}")]
        annotations[name] = (annotation, None)
        full[name] = values
        written[name] = st.none() | some
    part = create_model("Generated", __base__=Part, **annotations)
    return Model(part, st.fixed_dictionaries({}, optional=written), st.fixed_dictionaries(full))


def _nested(sort: str, inner: Model) -> tuple[Any, st.SearchStrategy[Any], st.SearchStrategy[Any]]:
    """A field of this type that contains the inner model, its full values, and its written values."""
    if sort in ("part", "whole"):
        marks = (Whole(),) if sort == "whole" else ()
        annotation = Annotated[(inner.part | None, *marks)] if marks else inner.part | None
        return annotation, inner.full, inner.written
    if sort == "items":
        return GenericAlias(list, inner.part) | None, _lists(inner.full), _lists(inner.full)
    row = create_model("Row", __base__=inner.part, key_1=(str, ...), key_2=(int, ...))
    keys = {"key_1": words, "key_2": numbers}
    full, written = (
        st.lists(
            st.builds(lambda key, rest: {**rest, **key}, st.fixed_dictionaries(keys), values),
            min_size=1,
            max_size=3,
            unique_by=lambda each: (each["key_1"], each["key_2"]),
        )
        for values in (inner.full, inner.written)
    )
    return Annotated[list[row] | None, Rows(("key_1", "key_2"))], full, written


def _lists(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, min_size=1, max_size=3)


ENCODER = Encoder(lambda ref, key: f"{PREFIX}{ref.kind}!{key.name}", lambda secret: f"revealed {secret.name}")


def name_of(kind: str, identity: str) -> str | None:
    """The name for an id that `ENCODER` resolved."""
    start = f"{PREFIX}{kind}!"
    return identity.removeprefix(start) if identity.startswith(start) else None


DECODER = Decoder(name_of)
