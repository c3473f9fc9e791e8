"""Writes values as YAML: block style, short structures on one line, and quotes only where they are needed."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./@+-]*(?: [A-Za-z0-9_./@+(&-][A-Za-z0-9_./@+()&-]*)*")
"""Matches texts that need no quotes, if they are not words of YAML."""
WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off"})
LONGEST = 110
"""The longest line of a structure that is written on one line."""


def yaml_text(value: Mapping[str, Any]) -> str:
    """A mapping as YAML."""
    return "\n".join(_mapping(value, "")) + "\n"


def _mapping(value: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, item in value.items():
        yield from _entry(f"{indent}{scalar(key)}:", item, indent + "  ")


def entry_lines(name: str, item: Any, indent: str, *, is_written: bool = False) -> list[str]:
    """The lines of one member of a block mapping; a name that `is_written` is one with its quotes."""
    return list(_entry(f"{indent}{name if is_written else scalar(name)}:", item, indent + "  "))


def item_lines(item: Any, indent: str) -> list[str]:
    """The lines of one item of a list in a block."""
    return list(_item(item, indent))


def _entry(start: str, item: Any, indent: str) -> Iterator[str]:
    if not isinstance(item, Mapping | list):
        yield f"{start} {scalar(item)}"
    elif not item or (indent and _is_short(start, item)):
        yield f"{start} {inline(item)}"
    elif isinstance(item, Mapping):
        yield start
        yield from _mapping(item, indent)
    else:
        yield start
        for each in item:
            yield from _item(each, indent)


def _item(each: Any, indent: str) -> Iterator[str]:
    if isinstance(each, Mapping) and each and not _is_short(f"{indent}-", each):
        first, *rest = _mapping(each, indent + "  ")
        yield f"{indent}- {first[len(indent) + 2 :]}"
        yield from rest
    else:
        yield f"{indent}- {inline(each)}"


def _is_short(start: str, item: Any) -> bool:
    """Whether a structure of plain values fits on the line."""
    values = item.values() if isinstance(item, Mapping) else item
    flat = not any(isinstance(each, Mapping | list) and each for each in values)
    return isinstance(item, Mapping) and flat and len(item) <= 4 and len(f"{start} {inline(item)}") <= LONGEST


def inline(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {inline(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return scalar(value)


def scalar(value: Any, style: str = "") -> str:
    """A plain value; a text keeps the quotes of `style`, if it can."""
    if isinstance(value, str):
        if style == "'" and value.isprintable():
            return "'" + value.replace("'", "''") + "'"
        if not style and PLAIN.fullmatch(value) and value.lower() not in WORDS:
            return value
    return json.dumps(value, ensure_ascii=False)
