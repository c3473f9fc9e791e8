"""Words and phrases for the messages about mistakes."""

import difflib
from collections.abc import Iterable
from typing import Any

SHOWN = 80
"""Characters of a name; longer names are cut, and get no suggestion."""


def shortened(text: str) -> str:
    """A name, cut if it is long."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def quoted(text: str) -> str:
    """A name in quotes, cut if it is long."""
    return f'"{shortened(text)}"'


def listed(names: Iterable[str], limit: int = 8) -> str:
    """`a, b, c`, with the number of the rest if there are many."""
    names = list(names)
    more = len(names) - limit
    return ", ".join(map(shortened, names[:limit])) + (f" and {more} more" if more > 0 else "")


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """`; did you mean "x"?` for the most similar candidate, or an empty text."""
    if len(word) > SHOWN:
        return ""
    by_folded = {name.casefold(): name for name in candidates if len(name) <= SHOWN}
    nearest = difflib.get_close_matches(word.casefold(), by_folded, n=1)
    return f"; did you mean {quoted(by_folded[nearest[0]])}?" if nearest else ""


def a_value(value: Any) -> str:
    """The type of a written value in words, never the value itself."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int():
            return "a whole number"
        case float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case dict():
            return "a mapping"
    return "a secret"
