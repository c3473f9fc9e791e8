"""Text from AWS, from files and from users, made safe for one line of a terminal or a log.

Whoever names a queue, a file or a branch must not be able to colour or move what a terminal shows, to forge a line of a
report or a log, or to give commands to the CI that reads it.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""What Unicode counts as letters, marks or symbols although nothing is seen of it."""
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of controls, formats (direction of writing, zero width, tags), halves of characters, and line and
paragraph separators."""
COMMAND = re.compile(r"\s*::")
"""GitHub runs what follows at the beginning of a line
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands)."""
COMMAND_ANYWHERE = re.compile(r"##(?=\[|\w+\[)")
"""GitHub's older form, Azure Pipelines' `##vso[` and TeamCity's `##teamcity[` are found anywhere in a line."""
_SUSPECT = re.compile(r"^\s*::|##|[" + "".join(sorted(INVISIBLE)) + "]")


def one_line(text: str) -> str:
    r"""The text on one line, with a spelling (`\n`, `\x1b`, `\u202e`) in the place of each character that could do harm.

    Spelled are controls, what changes the direction of writing, what is not seen, halves of characters, and the first
    character of a CI system's command.
    """
    if text.isprintable() and not _SUSPECT.search(text):
        return text
    return "".join(pieces(text))


def plain_line(text: str) -> str:
    """As `one_line`; blanks of other widths, which look like a space and are none, are spelled as well."""
    safe = one_line(text)
    if safe.isprintable():
        return safe
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in safe)


def pieces(text: str) -> Iterator[str]:
    """What `one_line` makes of each character, one after another."""
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
    """Whether a character does something else than to be seen."""
    category = unicodedata.category(char)
    return category in UNSEEN or char in INVISIBLE or (category == "Cn" and _is_for_ever_unseen(ord(char)))


def _is_for_ever_unseen(code: int) -> bool:
    """Whether a character that this Python's Unicode does not know is no newer letter or picture either.

    No characters (https://www.unicode.org/faq/private_use.html#nonchar1), of which XML refuses some, and what is
    reserved for characters that are not seen.
    """
    reserved = code == 0x2065 or 0xFFF0 <= code <= 0xFFF8 or 0xE0000 <= code <= 0xE0FFF
    return reserved or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


def json_text(value: Any, indent: int | None = 2) -> str:
    """A value as JSON, in which each character that could do harm stands as an escape of JSON's: the data are exact."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    # Line breaks can only be the indentation's: inside of a text JSON spells them.
    lines = (
        line if line.isprintable() and not _SUSPECT.search(line) else _spelled(line)
        for line in text.split("\n")
    )
    return "\n".join(lines)


def _spelled(line: str) -> str:
    commands = {found.start() for found in COMMAND_ANYWHERE.finditer(line)}
    return "".join(
        char if at not in commands and not is_unseen(char) else escaped(char) for at, char in enumerate(line)
    )


def escaped(char: str) -> str:
    """A character as JSON spells it where it must not stand itself."""
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else json.dumps(char)[1:-1]
