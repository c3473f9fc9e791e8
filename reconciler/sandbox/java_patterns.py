r"""Compiles the regular expressions of AWS's service models: they are written for Java and sometimes escaped twice."""

import re
import sys
import unicodedata
from functools import cache
from itertools import groupby

# Patterns that AWS publishes and cannot mean: they refuse what its own replies contain.
UNENFORCEABLE = frozenset({"^[a-zA-Z0-9]$"})  # connect ViewContentSha256, in truth 64 characters

POSIX = {"Print": r"\x20-\x7e", "Graph": r"\x21-\x7e", "ASCII": r"\x00-\x7f", "Alnum": "0-9A-Za-z"}

# Java writes a code point beyond the first plane as two surrogates.
SURROGATE_RANGE = r"\uD800\uDC00-\uDBFF\uDFFF"
ASTRAL_RANGE = r"\U00010000-\U0010FFFF"

PROPERTY = re.compile(r"\\([pP])\{(\w+)\}")


@cache
def java_pattern(pattern: str) -> re.Pattern[str] | None:
    """Return the pattern for `fullmatch`, as AWS applies it, or None when it cannot be applied at all."""
    if pattern in UNENFORCEABLE:
        return None
    if pattern.startswith("/") and pattern.endswith("/"):
        pattern = pattern[1:-1]
    pattern = pattern.replace("\\\\", "\\").replace(SURROGATE_RANGE, ASTRAL_RANGE)
    try:
        return re.compile(_with_ranges(pattern), re.DOTALL)
    except (re.error, KeyError):
        return None


def _with_ranges(pattern: str) -> str:
    r"""Replace every `\p{..}` and `\P{..}` by the ranges that it stands for."""
    written: list[str] = []
    in_class = False
    position = 0
    while position < len(pattern):
        found = PROPERTY.match(pattern, position)
        if found:
            ranges = _ranges(found[2], inverted=found[1] == "P")
            written.append(ranges if in_class else f"[{ranges}]")
            position = found.end()
            continue
        step = 2 if pattern[position] == "\\" else 1
        piece = pattern[position : position + step]
        if piece in {"[", "]"}:
            in_class = piece == "["
        written.append(piece)
        position += step
    return "".join(written)


@cache
def _ranges(name: str, *, inverted: bool) -> str:
    if name in POSIX and not inverted:
        return POSIX[name]
    known = {category for category, _, _ in _categories()}
    wanted = {category for category in known if category.startswith(name.removeprefix("Is"))}
    if not wanted:
        raise KeyError(name)
    return "".join(
        rf"\U{first:08x}-\U{last:08x}"
        for category, first, last in _categories()
        if (category in wanted) is not inverted
    )


@cache
def _categories() -> list[tuple[str, int, int]]:
    """Return the general category of every run of code points (0.1 s, once, and only if a pattern asks)."""
    runs: list[tuple[str, int, int]] = []
    first = 0
    for category, run in groupby(map(unicodedata.category, map(chr, range(sys.maxunicode + 1)))):
        size = sum(1 for _ in run)
        runs.append((category, first, first + size - 1))
        first += size
    return runs
