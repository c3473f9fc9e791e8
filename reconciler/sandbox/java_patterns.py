r"""Compiles the regular expressions of AWS's service models: they are written for Java and sometimes escaped twice."""

from functools import cache
from typing import Any, Protocol

import regex

# Patterns that AWS publishes and cannot mean: they refuse what its own replies contain.
UNENFORCEABLE = frozenset({"^[a-zA-Z0-9]$"})  # connect ViewContentSha256, in truth 64 characters

# Java writes a code point beyond the first plane as two surrogates.
SURROGATE_RANGE = r"\uD800\uDC00-\uDBFF\uDFFF"
ASTRAL_RANGE = r"\U00010000-\U0010FFFF"

# In Java these mean ASCII only; `regex` takes a set within a set, as Java does. The flag ASCII would also limit `\p{L}`.
ASCII_ONLY = {
    r"\p{Print}": r"[\x20-\x7e]",
    r"\p{Graph}": r"[\x21-\x7e]",
    r"\p{ASCII}": r"[\x00-\x7f]",
    r"\p{Alnum}": "[0-9A-Za-z]",
    r"\d": "[0-9]",
    r"\D": "[^0-9]",
    r"\w": "[0-9A-Z_a-z]",
    r"\W": "[^0-9A-Z_a-z]",
    r"\s": r"[\t-\r\x20]",
    r"\S": r"[^\t-\r\x20]",
}


class Pattern(Protocol):
    """What is needed of a compiled pattern."""

    def fullmatch(self, text: str, /) -> Any:
        """A match of the whole text, or None."""


@cache
def java_pattern(pattern: str) -> Pattern | None:
    """Return the pattern for `fullmatch`, as AWS applies it, or None when it cannot be applied at all.

    The syntax is that of Java (https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/regex/Pattern.html), with one
    exception: `.` also matches a line break, as with Java's flag DOTALL, because the models do not tell which flags a service sets.
    """
    if pattern in UNENFORCEABLE:
        return None
    if pattern.startswith("/") and pattern.endswith("/"):
        pattern = pattern[1:-1]
    pattern = pattern.replace("\\\\", "\\").replace(SURROGATE_RANGE, ASTRAL_RANGE)
    for name, characters in ASCII_ONLY.items():
        pattern = pattern.replace(name, characters)
    try:
        compiled: Pattern = regex.compile(pattern, regex.DOTALL | regex.VERSION1)
    except regex.error:
        return None
    return compiled
