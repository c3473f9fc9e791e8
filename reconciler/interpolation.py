"""References in text: `${kind:name}` and `${kind:name#attribute}`, found, replaced, and told from text that only looks like one.

In the words of desired state a text holds its references as its author wrote them. A literal text that looks like a
reference has one `$` more: `$${kind:name}`. Any other `${` stands for itself.
"""

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
"""How a kind is spelled: `service.kind`."""
ALWAYS = ("arn", "id", "name")
"""The attributes that every resource has."""
_TOKEN = re.compile(
    r"(?P<dollars>\$+)\{(?P<word>[A-Za-z_][\w.]*):"
    r'(?:"(?P<quoted>(?:[^"]|"")+)"|(?P<plain>[^}]+?))'
    r"(?:#(?P<attribute>[a-z][a-z0-9_]*))?\}"
)
_ESCAPED = re.compile(r"\$(\$+\{)")


class Token(NamedTuple):
    """One reference in a text: a kind or a short form for one, a name, and the attribute where one is written."""

    word: str
    name: str
    attribute: str | None = None

    def __str__(self) -> str:
        """As an author writes it; in quotes where the name could be read otherwise."""
        plain = f"${{{self.word}:{self.name}{f'#{self.attribute}' if self.attribute else ''}}}"
        if '"' not in self.name and _token(_TOKEN.fullmatch(plain)) == self:
            return plain
        name = self.name.replace('"', '""')
        return f'${{{self.word}:"{name}"{f"#{self.attribute}" if self.attribute else ""}}}'


def _token(found: re.Match[str] | None) -> Token | None:
    if found is None:
        return None
    quoted = found["quoted"]
    name = found["plain"] if quoted is None else quoted.replace('""', '"')
    return Token(found["word"], name, found["attribute"])


def parse_token(text: str) -> Token | None:
    """The reference that a text consists of, whatever its first word; None for any other text."""
    found = _TOKEN.fullmatch(text) if text.startswith("${") else None
    return _token(found)


def tokens_in_text(text: str, words: Collection[str] | None = ()) -> Iterator[Token]:
    """Every reference in a text: to a kind, or by one of the short forms in `words`; None: whatever it begins with."""
    if "${" in text:
        for found in _TOKEN.finditer(text):
            token = _token(found)
            if token and found["dollars"] == "$" and (words is None or _refers(token, words)):
                yield token


def has_reference(text: Any, words: Collection[str] = ()) -> bool:
    """Whether a value is a text with a reference in it."""
    return isinstance(text, str) and any(True for _ in tokens_in_text(text, words))


def replaced(text: str, words: Collection[str], value_of: Callable[[Token], str]) -> str:
    """A text of desired state as AWS has it: references replaced by what they stand for, literals as they are meant."""

    def of(found: re.Match[str]) -> str:
        token = _token(found)
        if token is None or not _refers(token, words):
            return found[0]
        return value_of(token) if found["dollars"] == "$" else found[0][1:]

    return _TOKEN.sub(of, text) if "${" in text else text


def literal(text: str, words: Collection[str] = ()) -> str:
    """A text of AWS's in the words of desired state: what looks like a reference in it is none."""

    def of(found: re.Match[str]) -> str:
        token = _token(found)
        return f"${found[0]}" if token and _refers(token, words) else found[0]

    return _TOKEN.sub(of, text) if "${" in text else text


def unescaped(text: str, words: Collection[str] = ()) -> str:
    """A text as an author wrote it in the words of desired state: only what looks like a reference keeps its escape."""
    parts, end = [], 0
    for found in _TOKEN.finditer(text):
        token = _token(found)
        if token and _refers(token, words):
            parts += [_ESCAPED.sub(r"\1", text[end : found.start()]), found[0]]
            end = found.end()
    return "".join((*parts, _ESCAPED.sub(r"\1", text[end:])))


def bare(text: str) -> str | None:
    """What begins in a text as a variable or a reference does, and is neither; None where all is well."""
    found = re.search(r"(?<!\$)\$\{([A-Za-z_][\w.]*:\})?", _TOKEN.sub("", text))
    return found[0] if found else None


def without_references(text: str) -> str:
    """What an author wrote beside the references to kinds."""
    return replaced(text, (), lambda _token: "")


def _refers(token: Token, words: Collection[str]) -> bool:
    return token.word in words or KIND.fullmatch(token.word) is not None
