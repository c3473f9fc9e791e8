"""Hides secrets, and values that AWS's own models mark as sensitive, in all texts that leave the program.

There are three sorts of values:

* **Secrets** are the values that `Account.reveal` fetched, or that a kind read and hid (`Api.hide`). From then on they
  are shown as `***` in all error texts, logs and reports. A field for a secret cannot hold plain text; a plan shows
  where the secret is kept.
* **Sensitive members** have the sensitive trait in botocore's model of a request
  (https://smithy.io/2.0/spec/documentation-traits.html#sensitive-trait): names, e-mail addresses, phone numbers, KMS
  keys, and others that AWS may add. The author wrote them, and a plan would be useless without them. So plans, the
  differences of a report, and the caches show them; only their owner can read the caches. Logs and error texts never
  show them, although AWS and botocore often repeat a parameter there.
* **The name of a resource** is shown everywhere, as in `connect.instance/acme`, even if the model marks it as sensitive:
  every line needs it.

No member is listed here by hand.
"""

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock
from typing import Any, TypeAlias
from urllib.parse import quote, quote_plus

MASKED = "***"
HEAD = 4
"""How many first characters index the hidden values: so the time for a text does not depend on the number of values."""
WORD = 6
"""Shorter values are hidden as whole words only: `Al` must not make `***ready` of `Already`."""
TOKEN = re.compile(
    r"""(x-amz-security-token[\\"']*\s*[:=]\s*(?:b(?='))?[\\"']*)[^\s&,;"'\\]+""", re.IGNORECASE
)
"""Matches session tokens: the answer to a wrong signature repeats the request with its token (SignatureDoesNotMatch)."""

Index: TypeAlias = Mapping[str, Iterable[str]]


class Redactor:
    """Keeps secrets, only in memory, and removes them from texts."""

    def __init__(self) -> None:
        self._kept: dict[str, None] = {}
        self._index: dict[str, list[str]] = {}
        self._lock = Lock()

    def keep(self, *values: str) -> None:
        """Hide these values from now on, also in the spellings of other formats."""
        with self._lock:
            for value in values:
                if value not in self._kept:
                    self._kept[value] = None
                    _add(self._index, value)

    def forget(self) -> None:
        """Stop hiding all values."""
        with self._lock:
            self._kept, self._index = {}, {}

    def text(self, text: str, also: Iterable[str] = ()) -> str:
        """The text with `***` in place of every secret and of these other values."""
        more: dict[str, list[str]] = {}
        for value in also:
            _add(more, value)
        text = TOKEN.sub(rf"\g<1>{MASKED}", text)
        spans = [*_spans(text, self._index), *_spans(text, more)]
        return _without(text, sorted(spans)) if spans else text

    def data(self, value: Any) -> Any:
        """Plain data with `***` in place of every secret in its texts; other objects become text if they show a secret."""
        if isinstance(value, str):
            return self.text(value)
        if not self._kept or value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {self.data(key): self.data(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.data(item) for item in value]
        told = str(value)
        safe = self.text(told)
        return value if safe == told else safe


SECRETS = Redactor()
"""The secrets that this process has fetched and never shows."""


def sensitive_values(shape: Any, value: Any) -> Iterator[str]:
    """Every value that a request carries in a member with the sensitive trait of botocore's `shape`.

    Values that do not fit the model count as sensitive too: their meaning is not known.
    """
    if value is None:
        return
    inner = None if shape is None or shape.metadata.get("sensitive") else _parts(shape, value)
    if inner is None:
        yield from _texts(value)
        return
    for each, item in inner:
        yield from sensitive_values(each, item)


def _parts(shape: Any, value: Any) -> list[tuple[Any, Any]] | None:
    """The values within a value that is not sensitive as a whole; None if it does not fit its shape."""
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, Mapping):
            return None
        return [(shape.members.get(name), item) for name, item in value.items()]
    if kind == "map":
        if not isinstance(value, Mapping):
            return None
        return [pair for key, item in value.items() for pair in ((shape.key, key), (shape.value, item))]
    if kind == "list":
        return [(shape.member, item) for item in value] if isinstance(value, list | tuple) else None
    return [] if not isinstance(value, Mapping | list | tuple) else None


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value, as an error message would spell it."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, bytes | bytearray):
        yield value.decode("utf-8", "replace")
        yield base64.b64encode(value).decode()
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _spellings(value: str) -> set[str]:
    """The spellings of the value within a text in JSON, Python, a URL, XML and base64."""
    found = {
        value,
        value.strip(),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        repr(value)[1:-1],
        repr(value.encode())[2:-1],
        quote(value),
        quote(value, safe=""),
        quote_plus(value),
        html.escape(value),
        html.escape(value, quote=False),
        base64.b64encode(value.encode()).decode(),
    }
    return found | {json.dumps(each)[1:-1] for each in found}


def _add(index: dict[str, list[str]], value: str) -> None:
    if value.strip():
        for spelling in _spellings(value):
            index.setdefault(spelling[:HEAD], []).append(spelling)


def _spans(text: str, index: Index) -> Iterator[tuple[int, int]]:
    """The positions of hidden values in a text."""
    if not index or (len(index) < 64 and not any(head in text for head in index)):
        return
    for at in range(len(text)):
        for length in range(1, HEAD + 1):
            for value in index.get(text[at : at + length], ()):
                end = at + len(value)
                if text.startswith(value, at) and (len(value) >= WORD or _alone(text, at, end)):
                    yield at, end


def _alone(text: str, at: int, end: int) -> bool:
    """Whether this part of a text is a whole word."""
    return not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum())


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with one `***` in place of each run of overlapping spans, which are given in order."""
    kept, done = [], 0
    for start, end in spans:
        if start >= done:
            kept += [text[done:start], MASKED]
        done = max(done, end)
    return "".join((*kept, text[done:]))
