"""Writes a name as the value of a tag, which allows fewer characters than a name."""

import hashlib
import re
from unicodedata import category

from reconciler.stack import Key

PLAIN = frozenset("_.:/=+-@ ")
"""What the value of a tag may hold beside letters and digits of any script.

Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
"""
LONGEST = 256
"""Characters of the value of a tag."""
DIGEST = 32
"""How many characters of a hash stand in for what does not fit."""
BETWEEN = "-renaming-"
"""Part of the mark of a resource that gave its old mark away and cannot have its new one yet."""
ENCODED = re.compile(r"_x([0-9A-F]{2,6})_")
AS_IT_IS = re.compile(r"(?:(?!_x)[A-Za-z0-9_.:/=+\-@ ])*")
"""Matches a name that needs no encoding; names with letters of other scripts are checked separately."""
LIKE_CODES = re.compile(r"_(?=x)")


def to_mark(name: str) -> str:
    """The name as the value of a tag: a character that AWS refuses there becomes its code in hexadecimal, as `_x23_`.

    A name of plain characters stays as it is. A result that is too long for a tag is cut and ends with a hash.
    """
    if len(name) <= LONGEST and AS_IT_IS.fullmatch(name):
        return name
    encoded = _encoded(name)
    if from_mark(encoded) != name:
        encoded = _encoded(name, like_codes=True)
    if len(encoded) <= LONGEST:
        return encoded
    digest = hashlib.sha256(name.encode()).hexdigest()[:DIGEST]
    return f"{encoded[: LONGEST - DIGEST - 1]}-{digest}"


def marks_for(name: str) -> tuple[str, ...]:
    """Every mark that may mean a name: in today's encoding, and as it was before names were encoded."""
    return tuple(dict.fromkeys((to_mark(name), name)))


def name_in_between(pattern: str, stack: str, key: Key, name: str) -> str:
    """The temporary name of a resource while others exchange names with it: always the same, and unique.

    `pattern` is the kind's (`Adapter.name_in_between`), `stack` the mark of the stack, `name` what it will be called.
    """
    digest = hashlib.sha256("\0".join((stack, *key)).encode()).hexdigest()[:8]
    return pattern.format(name=name, digest=digest)


def mark_in_between(stack: str, key: Key) -> str:
    """The mark of a resource that gave its old mark away and cannot have its new one yet."""
    return to_mark(name_in_between(f"{{name:.40}}{BETWEEN}{{digest}}", stack, key, key.name))


def from_mark(value: str) -> str:
    """The name that the value of a tag means; a value without codes is the name itself."""
    return ENCODED.sub(_character, value)


def _encoded(name: str, *, like_codes: bool = False) -> str:
    """`like_codes`: an underscore that may begin a code is encoded as well."""
    parts = LIKE_CODES.split(name) if like_codes else [name]
    return "_x5F_".join(
        "".join(each if _is_plain(each) else f"_x{ord(each):02X}_" for each in part) for part in parts
    )


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    character = chr(code) if code <= 0x10FFFF else found[0]
    # Only what has to be encoded is: any other such text is part of a name.
    return found[0] if character != "_" and _is_plain(character) else character


def _is_plain(character: str) -> bool:
    return character in PLAIN or category(character)[0] in "LN"
