"""Estimates the width of a text without its font, and wraps and shortens text."""

import unicodedata
from collections.abc import Iterator


def visible(text: str) -> str:
    """The text on one line; characters that are unsafe for a line, a terminal or XML become a space or a question mark."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " if char.isspace() else "?" for char in text)


NARROW = frozenset("iIjl.,:;'|!()[]{} ")
WIDE = frozenset("mwMW@%&#<>+=~^")
ELLIPSIS = "…"
NOT_FIRST = frozenset(
    "、。，．・：；？！‥…）］｝〕〉》」』】〙〗’”»ー〜々ゝゞヽヾ"  # noqa: RUF001 -- the characters of the rule
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.;:!?)]}%"
)
"""Characters that no line begins with (JIS X 4051, kinsoku shori), with those of other scripts."""
NOT_LAST = frozenset("（［｛〔〈《「『【〘〖‘“«([{")  # noqa: RUF001 -- the characters of the rule
"""Characters that no line ends with."""


def width_of(text: str, size: float) -> float:
    """An estimate of the width of a text in pixels, in a system font of this size; rather too large than too small."""
    return size * sum(map(_ems, text))


def _ems(char: str) -> float:
    if char in NARROW:
        return 0.33
    if char in WIDE:
        return 0.92
    if unicodedata.east_asian_width(char) in "WF":
        return 1.05
    if unicodedata.combining(char):
        return 0.0
    return 0.69 if char.isupper() or not char.isascii() else 0.57


def cut(text: str, size: float, room: float) -> str:
    """The text if it fits, otherwise its beginning and its end: names often differ only at the end."""
    if width_of(text, size) <= room:
        return text
    keep = len(text) - 1
    while keep > 1 and width_of(_around(text, keep), size) > room:
        keep -= 1
    return _around(text, keep)


def _around(text: str, keep: int) -> str:
    end = keep // 3
    return text[: keep - end].rstrip() + ELLIPSIS + (text[-end:].lstrip() if end else "")


def wrapped(text: str, size: float, room: float, lines: int) -> list[str]:
    """The text on a limited number of lines of a limited width; the last line is cut if needed."""
    found: list[str] = []
    most = int(lines * room / size * 4)  # no text of this many letters fits
    words = list(_words(" ".join(text[:most].split()), size, room))
    while words and len(found) < lines - 1:
        line = words.pop(0).lstrip()
        while words and width_of(f"{line}{words[0]}", size) <= room:
            line += words.pop(0)
        found.append(line)
    if words:
        found.append(_ended("".join(words).lstrip(), size, room))
    return found


def _words(text: str, size: float, room: float) -> Iterator[str]:
    """The words of a text, each with the space before it; a word that is wider than a line is broken."""
    for word in text.split():
        rest, blank = word, " "
        while width_of(rest, size) > room:
            at = _seam(rest, size, room)
            yield blank + rest[:at]
            rest, blank = rest[at:], ""
        yield blank + rest


def _seam(word: str, size: float, room: float) -> int:
    """The position at which a word that is wider than a line is broken: after - _ / . or : or where its script allows it."""
    fits = next(at for at in range(len(word) - 1, 0, -1) if width_of(word[:at], size) <= room or at == 1)
    seam = max(word.rfind(char, 0, fits) + 1 for char in "-_/.:")
    if seam > fits // 2:
        return seam
    allowed = fits
    while allowed > 1 and (word[allowed] in NOT_FIRST or word[allowed - 1] in NOT_LAST):
        allowed -= 1
    return allowed if allowed > fits // 2 else fits


def _ended(text: str, size: float, room: float) -> str:
    """The beginning of a text that may be too long."""
    if width_of(text, size) <= room:
        return text
    while text and width_of(text + ELLIPSIS, size) > room:
        text = text[:-1]
    return text.rstrip(" ,.;") + ELLIPSIS
