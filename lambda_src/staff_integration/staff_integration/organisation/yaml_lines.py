"""Reads YAML files, and knows the line of every value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

Place = tuple[str | int, ...]
"""Where a value is: the keys and indexes that lead to it."""
LARGEST = 1_000_000
"""Characters of a file."""


class FileError(Exception):
    """Raised where a file cannot be used; the message has its name and the line."""


@dataclass(frozen=True)
class Read:
    """The content of a file, and the line of each value, from 1."""

    file: str
    values: Mapping[str, Any]
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int:
        """The line of a value, or of the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read(path: Path, name: str) -> Read:
    """Read a file whose content is a map; messages call it by a name.

    Raises:
        FileError: it cannot be read, is too large, is no YAML, has an alias, a key twice, or no map.
    """
    try:
        text = path.read_text(encoding="utf-8")
        if len(text) > LARGEST:
            raise FileError(f"{name}: the file is larger than {LARGEST:,} characters")
        if any(isinstance(each, yaml.AliasEvent) for each in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise FileError(f"{name}: aliases (*name) are not read here; write the value out")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        lines: dict[Place, int] = {}
        values = {} if root is None else _value(root, (), lines, name)
    except OSError as error:
        raise FileError(f"{name}: the file cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise FileError(f"{name}: the file is no text in UTF-8") from None
    except RecursionError:
        raise FileError(f"{name}: the file is nested too deeply") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}" if mark else ""
        raise FileError(
            f"{name}{where}: this is no YAML: {getattr(error, 'problem', None) or ' '.join(str(error).split())}"
        ) from None
    if not isinstance(values, dict):
        raise FileError(f"{name}:1: the file must be a map of keys")
    return Read(name, values, lines)


def _value(node: yaml.Node, place: Place, lines: dict[Place, int], name: str) -> Any:
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, line, value in _keys(node, name):
            if key in found:
                raise FileError(f"{name}:{line}: the key {key} is here a second time")
            found[key] = _value(value, (*place, key), lines, name)
            lines[*place, key] = line
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, (*place, index), lines, name) for index, each in enumerate(node.value)]
    try:
        return SafeConstructor().construct_object(node, deep=True)
    except ValueError as error:
        raise FileError(f"{name}:{lines[place]}: {error}") from None
    except (AttributeError, LookupError, TypeError):  # PyYAML's answers to a tag that does not fit
        word = node.tag.rpartition(":")[2]
        raise FileError(f"{name}:{lines[place]}: {str(node.value)[:50]!r} is no {word}") from None


def _keys(node: yaml.MappingNode, name: str) -> Iterator[tuple[str, int, yaml.Node]]:
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise FileError(f"{name}:{key.start_mark.line + 1}: a key must be text")
        yield key.value, key.start_mark.line + 1, value
