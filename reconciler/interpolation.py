"""Finds and replaces references in text: `${kind:name}` and `${kind:name#attribute}`.

In the words of desired state a text holds its references as its author wrote them. A literal text that looks like a
reference has one more `$`: `$${kind:name}`. Any other `${` means itself.
"""

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
"""Matches the name of a kind: `service.kind`."""
ALWAYS = ("arn", "id", "name")
"""The attributes that every resource has."""
# In time that grows as the text does: no search begins within a run of `$`, and a name ends before the next `${`, unless that is a
# variable, which may not have its value yet.
_TOKEN = re.compile(
    r"(?<!\$)(?P<dollars>\$+)\{(?P<word>[A-Za-z_][\w.]*):"
    r'(?:"(?P<quoted>(?:[^"]|"")+)"|(?P<plain>(?:\$\{\w+\}|(?!\$\{)[^}])+?))'
    r"(?:#(?P<attribute>[a-z][a-z0-9_]*))?\}"
)
_ESCAPED = re.compile(r"(?<!\$)\$(\$+\{)")


class Token(NamedTuple):
    """One reference in a text: a kind or a short form, a name, and the attribute if one is written."""

    word: str
    name: str
    attribute: str | None = None

    def __str__(self) -> str:
        """The reference as an author writes it; the name is in quotes if it is ambiguous."""
        plain = f"${{{self.word}:{self.name}{f'#{self.attribute}' if self.attribute else ''}}}"
        if not {'"', "}"} & {*self.name} and _token(_TOKEN.fullmatch(plain)) == self:
            return plain
        name = self.name.replace('"', '""')
        return f'${{{self.word}:"{name}"{f"#{self.attribute}" if self.attribute else ""}}}'

    @property
    def filled(self) -> "Token":
        """The reference once its variables are filled in: `$${` in its name means `${`."""
        return self._replace(name=_ESCAPED.sub(r"\1", self.name))


def _token(found: re.Match[str] | None) -> Token | None:
    if found is None:
        return None
    quoted = found["quoted"]
    name = found["plain"] if quoted is None else quoted.replace('""', '"')
    return Token(found["word"], name, found["attribute"])


def parse_token(text: str) -> Token | None:
    """The reference if it is the whole text, whatever its first word is; None for any other text."""
    found = _TOKEN.fullmatch(text) if text.startswith("${") else None
    return _token(found)


def tokens_in_text(text: str, words: Collection[str] | None = ()) -> Iterator[Token]:
    """Every reference in a text: to a kind, or with a short form in `words`; None: with any first word."""
    if "${" in text:
        for found in _TOKEN.finditer(text):
            token = _token(found)
            if token and found["dollars"] == "$" and (words is None or _refers(token, words)):
                yield token


def has_reference(text: Any, words: Collection[str] = ()) -> bool:
    """Whether a value is a text with a reference in it."""
    return isinstance(text, str) and any(True for _ in tokens_in_text(text, words))


def replaced(text: str, words: Collection[str], value_of: Callable[[Token], str]) -> str:
    """A text of desired state as AWS has it: references resolved, escaped literals without their escape."""

    def of(found: re.Match[str]) -> str:
        token = _token(found)
        if token is None or not _refers(token, words):
            return found[0]
        return value_of(token) if found["dollars"] == "$" else found[0][1:]

    return _TOKEN.sub(of, text) if "${" in text else text


def literal(text: str, words: Collection[str] = ()) -> str:
    """A text of AWS in the words of desired state: texts that look like references are escaped."""

    def of(found: re.Match[str]) -> str:
        token = _token(found)
        return f"${found[0]}" if token and _refers(token, words) else found[0]

    return _TOKEN.sub(of, text) if "${" in text else text


def unescaped(text: str, words: Collection[str] = ()) -> str:
    """A text of an author in the words of desired state: only texts that look like references keep their escape."""
    parts, end = [], 0
    for found in _TOKEN.finditer(text):
        token = _token(found)
        if token and _refers(token, words):
            kept = _ESCAPED.sub(r"\1", found[0]) if found["dollars"] == "$" else found[0]
            parts += [_ESCAPED.sub(r"\1", text[end : found.start()]), kept]
            end = found.end()
    return "".join((*parts, _ESCAPED.sub(r"\1", text[end:])))


def bare(text: str) -> str | None:
    """The first part of a text that begins like a variable or a reference but is not one; None if there is none."""
    found = re.search(r"(?<!\$)\$\{([A-Za-z_][\w.]*:\})?", _TOKEN.sub("", text))
    return found[0] if found else None


def without_references(text: str) -> str:
    """A text without its references to kinds."""
    return replaced(text, (), lambda _token: "")


def _refers(token: Token, words: Collection[str]) -> bool:
    return token.word in words or KIND.fullmatch(token.word) is not None
