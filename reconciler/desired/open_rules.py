"""Runs the rules of a model on values with references, and reports what is wrong whatever the references stand for."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NoReturn, TypeAlias

from pydantic_core import ErrorDetails

from reconciler.field_schema import PLAIN, Shape, fields_of, leaves
from reconciler.interpolation import has_reference
from reconciler.model import Part

Location: TypeAlias = tuple[int | str, ...]


class Asked(Exception):
    """A rule asks for the value of a reference, which is not in the files."""


ASKED = (Asked, TypeError, AttributeError)
"""What a rule raises when it asks; functions written in C, such as `str.join`, raise a TypeError."""


class Unknown:
    """Replaces a text with a reference. Only `is None` can be asked of it; every other question raises `Asked`."""

    def _ask(self, *_: object) -> NoReturn:
        raise Asked

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = __bool__ = __len__ = __iter__ = _ask
    __contains__ = __getitem__ = __getattr__ = __add__ = __radd__ = __mod__ = __int__ = __float__ = _ask
    __index__ = __str__ = __repr__ = __format__ = _ask
    __class__ = property(_ask)


UNKNOWN = Unknown()


def refers(value: Any) -> bool:
    """Whether a value is, or holds, a text with a reference."""
    return any(isinstance(leaf, str) and "${" in leaf and has_reference(leaf) for leaf in leaves(value))


def rule_errors(
    model: type[Part], values: Mapping[str, Any], broken: Collection[Location], at: Location = ()
) -> Iterator[ErrorDetails]:
    """The errors of rules over several values, of a part and of the parts in it, that do not depend on any reference.

    `at` is the place of the part. No rule is run on a part with an error of its own; `broken` are the places of errors.
    """
    for name, value in values.items():
        if name in model.model_fields and refers(value):
            yield from _inner_errors(fields_of(model)[name], value, broken, (*at, name))
    if _is_sound(at, broken):
        part = _built(Shape(part=model), values)
        for rule in model.__pydantic_decorators__.model_validators.values():
            if rule.info.mode == "after":
                yield from _errors(getattr(part, rule.cls_var_name), (), at)


def with_unknown(value: Any) -> Any:
    """A value with `UNKNOWN` in the place of each text with a reference."""
    return _built(Shape(), value)


def _inner_errors(
    shape: Shape, value: Any, broken: Collection[Location], at: Location
) -> Iterator[ErrorDetails]:
    if isinstance(value, Mapping) and shape.part:
        yield from rule_errors(shape.part, value, broken, at)
    elif isinstance(value, Mapping | list):
        members = value.items() if isinstance(value, Mapping) else enumerate(value)
        for step, member in members:
            inner = shape.items or shape.values
            if inner and refers(member):
                yield from _inner_errors(inner, member, broken, (*at, step))
    if _is_sound(at, broken) and not isinstance(value, str):
        for rule in shape.rules:
            yield from _errors(rule, (_built(shape, value),), at)


def _is_sound(at: Location, broken: Collection[Location]) -> bool:
    return not any(each[: len(at)] == at for each in broken)


def _built(shape: Shape, value: Any) -> Any:
    """A value as rules see it: parts as instances of their models."""
    if isinstance(value, str):
        return UNKNOWN if refers(value) else value
    if isinstance(value, Mapping):
        inner = {
            name: _built(shape.fields.get(name) or shape.values or PLAIN, item)
            for name, item in value.items()
        }
        return shape.part.model_construct(**inner) if shape.part else inner
    if isinstance(value, list):
        return [_built(shape.items or PLAIN, item) for item in value]
    return value


def _errors(rule: Callable[..., object], given: tuple[Any, ...], at: Location) -> Iterator[ErrorDetails]:
    """The error that a rule raises, if it does not ask for a reference first."""
    try:
        rule(*given)
    except ASKED:
        return
    except ValueError as error:
        yield ErrorDetails(type="value_error", loc=at, msg=str(error), input=None, ctx={"error": error})
