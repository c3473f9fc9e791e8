"""Makes text from AWS, from files and from users safe for one line of a terminal or a log.

The name of a queue, a file or a branch must not colour or move the text on a terminal, forge a line of a report or a log,
or give commands to a CI system that reads it.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

LINES = 1000
"""Lines of a JSON text that are put together at a time."""
INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Invisible characters that Unicode counts as letters, marks or symbols."""
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of controls, formats (direction of writing, zero width, tags), half characters, and line and
paragraph separators."""
COMMAND = re.compile(r"\s*::")
"""Matches the prefix of commands that GitHub runs at the beginning of a line
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands)."""
COMMAND_ANYWHERE = re.compile(r"##(?=\[|\w+\[)")
"""Matches commands anywhere in a line: GitHub's older form, Azure Pipelines' `##vso[` and TeamCity's `##teamcity[`."""
_SUSPECT = re.compile(r"^\s*::|##|[" + "".join(sorted(INVISIBLE)) + "]")


def one_line(text: str) -> str:
    r"""The text on one line, with an escape (`\n`, `\x1b`, `\u202e`) for each character that could do harm.

    Escaped are: controls, characters that change the direction of writing, invisible characters, half characters, and the
    first character of a CI system's command.
    """
    if text.isprintable() and not _SUSPECT.search(text):
        return text
    return "".join(pieces(text))


def are_lines(texts: Iterable[str]) -> bool:
    """Whether `one_line` would certainly change none of these texts; faster than to ask it about each."""
    joined = "".join(texts)
    return joined.isprintable() and "::" not in joined and not _SUSPECT.search(joined)


def plain_line(text: str) -> str:
    """Like `one_line`, but characters that only look like a space are also escaped."""
    safe = one_line(text)
    if safe.isprintable():
        return safe
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in safe)


def pieces(text: str) -> Iterator[str]:
    """The characters of a text as `one_line` writes them."""
    commands = {found.start() for found in COMMAND_ANYWHERE.finditer(text)}
    first = COMMAND.match(text)
    if first:
        commands.add(first.end() - 2)
    for at, char in enumerate(text):
        if at in commands:
            yield f"\\x{ord(char):02x}"
        elif is_unseen(char):
            yield char.encode("unicode_escape").decode()
        else:
            yield char


def is_unseen(char: str) -> bool:
    """Whether a character is invisible or controls the output."""
    category = unicodedata.category(char)
    return category in UNSEEN or char in INVISIBLE or (category == "Cn" and _is_for_ever_unseen(ord(char)))


def _is_for_ever_unseen(code: int) -> bool:
    """Whether a character that this Python's Unicode does not know cannot be a newer letter or picture.

    These are noncharacters (https://www.unicode.org/faq/private_use.html#nonchar1), of which XML refuses some, and
    ranges that are reserved for invisible characters.
    """
    reserved = code == 0x2065 or 0xFFF0 <= code <= 0xFFF8 or 0xE0000 <= code <= 0xE0FFF
    return reserved or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


def json_text(value: Any, indent: int | None = 2) -> str:
    """A value as JSON with JSON's escapes for each character that could do harm; the data stay the same."""
    lines = (
        line if line.isprintable() and not _SUSPECT.search(line) else _spelled(line)
        for line in _json_lines(value, indent)
    )
    # A list of all lines would take several times the memory of the text.
    return "\n".join("\n".join(block) for block in iter(lambda: [*islice(lines, LINES)], []))


def _json_lines(value: Any, indent: int | None) -> Iterator[str]:
    """The lines of a value as JSON. They come only from the indentation: within a text JSON escapes line breaks."""
    encoder = json.JSONEncoder(indent=indent, ensure_ascii=False)
    line: list[str] = []
    for piece in encoder.iterencode(value) if indent else (encoder.encode(value),):
        before, *others = piece.split("\n")
        line.append(before)
        for other in others:
            yield "".join(line)
            line = [other]
    yield "".join(line)


def _spelled(line: str) -> str:
    commands = {found.start() for found in COMMAND_ANYWHERE.finditer(line)}
    return "".join(
        char if at not in commands and not is_unseen(char) else escaped(char) for at, char in enumerate(line)
    )


def escaped(char: str) -> str:
    """The JSON escape of a character."""
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else json.dumps(char)[1:-1]
