"""Event patterns: compares their meaning, and finds mistakes before the first call.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from ipaddress import ip_network
from typing import Any, TypeAlias

from reconciler.interpolation import has_reference
from reconciler.model import Document, DocumentContext, Finding

Place: TypeAlias = tuple[str | int, ...]
LARGEST = 4096
"""In characters."""
OR = "$or"
COMPARISONS = ("=", "<", "<=", ">", ">=")
OF_RANGE = 4
"""The number of elements of `numeric` for a range."""
IGNORING_CASE = "equals-ignore-case"


def parsed(pattern: Any) -> Any:
    """A pattern as an object; unchanged if it is a text that is no JSON."""
    if isinstance(pattern, str):
        with suppress(ValueError):
            return json.loads(pattern)
    return pattern


def canonical(pattern: Any) -> Any:
    """The pattern in canonical form: two patterns with the same meaning are equal. The order of alternatives has no meaning."""
    pattern = parsed(pattern)
    if not isinstance(pattern, Mapping):
        return pattern
    return {key: _alternatives(key, value) for key, value in pattern.items()}


def _alternatives(key: str, value: Any) -> Any:
    if not isinstance(value, list):
        return canonical(value)
    each = map(canonical, value) if key == OR else map(_match, value)
    return [one for _, one in sorted({json.dumps(one, sort_keys=True): one for one in each}.items())]


def _match(match: Any) -> Any:
    """One alternative; the order of the values of `anything-but` has no meaning either."""
    others = match.get("anything-but") if isinstance(match, Mapping) else None
    if isinstance(others, list):
        return {"anything-but": sorted(others, key=json.dumps)}
    return match


def problems(pattern: Any, _context: DocumentContext | None = None) -> Iterator[Finding]:
    """The mistakes in a pattern that AWS would refuse."""
    size = len(json.dumps(pattern, ensure_ascii=False, separators=(",", ":")))
    if size > LARGEST:
        yield Finding(f"the pattern has {size} characters; AWS accepts {LARGEST}")
    yield from _of_fields(pattern, ())


PATTERN = Document(canonical, check=problems)
"""The mark of fields that hold a pattern."""


def _of_fields(pattern: Any, place: Place) -> Iterator[Finding]:
    if not isinstance(pattern, Mapping):
        yield Finding("expected a mapping of fields, such as source: [aws.ec2]", place)
        return
    if not pattern:
        yield Finding('a pattern cannot be empty; to match every event, write source: [{prefix: ""}]', place)
    for key, value in pattern.items():
        here = (*place, str(key))
        if isinstance(value, Mapping):
            yield from _of_fields(value, here)
        elif not isinstance(value, list):
            yield Finding(
                f"expected a list of values, such as [{json.dumps(value)}], or a mapping of fields", here
            )
        elif not value:
            yield Finding("expected at least one value", here)
        else:
            of_each = _of_fields if key == OR else _of_match
            for number, each in enumerate(value):
                yield from of_each(each, (*here, number))


def _of_match(match: Any, place: Place) -> Iterator[Finding]:
    if isinstance(match, list):
        yield Finding("expected a text, a number, true, false, null or an operator, not a list", place)
    if not isinstance(match, Mapping):
        return
    if len(match) != 1:
        yield Finding("expected exactly one operator, such as {prefix: eu-}", place)
        return
    (operator, value) = next(iter(match.items()))
    if operator not in OPERATORS:
        near = get_close_matches(str(operator), OPERATORS, 1)
        hint = f"did you mean {near[0]}?" if near else f"the operators are {', '.join(sorted(OPERATORS))}"
        yield Finding(f"there is no operator {operator}; {hint}", place)
    elif said := OPERATORS[operator](value):
        yield Finding(f"{operator}: {said}", place)


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else "expected a text"


def _end(value: Any) -> str:
    """The problem of a prefix or a suffix."""
    if isinstance(value, Mapping) and [*value] == [IGNORING_CASE]:
        value = value[IGNORING_CASE]
    return "" if isinstance(value, str) else f"expected a text, or {{{IGNORING_CASE}: TEXT}}"


def _wildcard(value: Any) -> str:
    return "two * in sequence are not allowed" if isinstance(value, str) and "**" in value else _text(value)


def _exists(value: Any) -> str:
    return "" if isinstance(value, bool) else "expected true or false"


def _cidr(value: Any) -> str:
    if isinstance(value, str) and has_reference(value):
        return ""
    try:
        ip_network(value, strict=False)
    except ValueError:
        return "expected a block of addresses, such as 10.0.0.0/24"
    return "" if isinstance(value, str) else _text(value)


def _numeric(value: Any) -> str:
    said = 'expected a comparison, such as [">", 0] or [">", 0, "<=", 5]'
    if not isinstance(value, list) or len(value) not in (2, OF_RANGE):
        return said
    words, numbers = value[::2], value[1::2]
    plain = all(isinstance(each, int | float) and not isinstance(each, bool) for each in numbers)
    return "" if plain and all(each in COMPARISONS for each in words) else said


def _others(value: Any) -> str:
    """The problem of `anything-but`."""
    if isinstance(value, Mapping):
        found = [*value.items()]
        operator, of = found[0] if len(found) == 1 else ("", None)
        if operator not in OF_OTHERS:
            return f"expected one of {', '.join(OF_OTHERS)}"
        texts = of if isinstance(of, list) else [of]
        return next(
            filter(None, map(OPERATORS[operator], texts)), "" if texts else "expected at least one value"
        )
    values = value if isinstance(value, list) else [value]
    plain = all(isinstance(each, str | int | float) and not isinstance(each, bool) for each in values)
    return "" if values and plain else "expected a text, a number, a list of these, or another operator"


OF_OTHERS = ("prefix", "suffix", IGNORING_CASE, "wildcard")
OPERATORS: Mapping[str, Callable[[Any], str]] = {
    "anything-but": _others,
    "cidr": _cidr,
    IGNORING_CASE: _text,
    "exists": _exists,
    "numeric": _numeric,
    "prefix": _end,
    "suffix": _end,
    "wildcard": _wildcard,
}
"""By operator: returns the problem of its value; empty if it has none."""
