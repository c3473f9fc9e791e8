"""What `reconciler smoke` checks of a function: its state, and its answers to the events of `smoke.yaml`.

Source: Invoke, FunctionConfiguration (AWS Lambda API Reference).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from reconciler.contract import Check, Look, Seen, Wired
from reconciler.model import Document, DocumentContext, Finding, Part
from reconciler.plain_secrets import HIDDEN, looks_secret, masked

LONGEST = 100
"""Characters that are shown of a value."""
READY = "is Active, its last update Successful"


def _state(look: Look) -> Seen:
    shown: Wired = look.describe()
    state, update = shown.get("State", "Active"), shown.get("LastUpdateStatus", "Successful")
    # An idle function becomes Inactive; the next event makes it Active.
    right = state in ("Active", "Inactive") and update == "Successful"
    reason = shown.get("StateReason") or shown.get("LastUpdateStatusReason") or ""
    what = f"{state}, its last update {update}"
    return Seen(right, f"{what}: {reason}" if reason and not right else what, READY)


def _bad_patterns(patterns: Any, _context: DocumentContext) -> Iterable[Finding]:
    """The patterns that are no regular expressions."""
    for path, pattern in _leaves(patterns, ()):
        try:
            re.compile(pattern)
        except re.error as error:
            yield Finding(f"this is not a regular expression: {error}", path)
        except TypeError:
            yield Finding("expected a regular expression as text", path)


def _leaves(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name))
    else:
        yield path, value


class Invocation(Part):
    """One event for a function, and what its answer must contain."""

    event: Annotated[Any, Document()] = None
    """The event, inline or as `{file: PATH}`; without it `{}`."""
    answer: Annotated[Any, Document()] = None
    """Values of the answer; members that are not written may have any value."""
    answer_patterns: Annotated[dict[str, Any] | None, Document(check=_bad_patterns)] = None
    """Regular expressions that whole texts of the answer match, by member."""
    qualifier: Annotated[str | None, Field(min_length=1, max_length=128)] = None
    """The alias or the version that is invoked; without it the latest code."""


def _invoke(look: Look) -> Seen:
    event = json.dumps(look.asked.get("event", {}))
    # Never sent twice: the function may have done its work although no answer came.
    alias = {"Qualifier": look.asked["qualifier"]} if look.asked.get("qualifier") else {}
    reply = look.api.once().call("invoke", **look.sighting.address, **alias, Payload=event.encode())
    text = reply["Payload"].read().decode("utf-8", "replace")
    try:
        answer = json.loads(text) if text else None
    except ValueError:
        return Seen(False, f"text that is no JSON: {_shown('', text)}", "an answer")
    if reply.get("FunctionError"):
        return Seen(False, _error(answer), "an answer")
    asked = look.asked
    pairs = [*_differences("", asked["answer"], answer)] if "answer" in asked else []
    pairs += _unmatched("", asked.get("answer_patterns") or {}, answer)
    if not pairs:
        return Seen(True, "an answer", "an answer")
    expected, seen = (", ".join(each) for each in zip(*pairs, strict=True))
    return Seen(False, seen, expected)


def _error(answer: Any) -> str:
    """The error of a function in one line, without its traceback."""
    told = answer if isinstance(answer, dict) else {}
    message = str(told.get("errorMessage", "it gave no reason"))
    return f"the error {told.get('errorType', 'without a type')}: {_text('', message)}"


def _differences(path: str, expected: Any, seen: Any) -> Iterator[tuple[str, str]]:
    """What differs between the expected and the live value: both, with the path."""
    if isinstance(expected, dict) and isinstance(seen, dict):
        for name, inner in expected.items():
            yield from _differences(_below(path, name), inner, seen.get(name, ABSENT))
    elif isinstance(expected, list) and isinstance(seen, list) and len(expected) == len(seen):
        for number, (one, other) in enumerate(zip(expected, seen, strict=True)):
            yield from _differences(f"{path}[{number}]", one, other)
    elif (type(expected) is not type(seen) and not _numbers(expected, seen)) or expected != seen:
        yield _told(path, expected), _told(path, seen)


def _numbers(*values: Any) -> bool:
    return all(type(each) in (int, float) for each in values)


def _unmatched(path: str, patterns: Any, seen: Any) -> Iterator[tuple[str, str]]:
    """The values that do not match their patterns."""
    if isinstance(patterns, dict):
        for name, inner in patterns.items():
            found = seen.get(name, ABSENT) if isinstance(seen, dict) else ABSENT
            yield from _unmatched(_below(path, name), inner, found)
        return
    text = seen if isinstance(seen, str) else None if seen is ABSENT else json.dumps(seen)
    if text is None or not re.fullmatch(patterns, text):
        yield _told(path, patterns, "text like "), _told(path, seen)


ABSENT = object()
"""Stands for a member that an answer does not have."""


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _told(path: str, value: Any, before: str = "") -> str:
    shown = "nothing" if value is ABSENT else f"{before}{_shown(path.rpartition('.')[2], value)}"
    return f"{path}: {shown}" if path else shown


def _shown(name: str, value: Any) -> str:
    """A value on one line, hidden where it looks like a secret."""
    if isinstance(value, str):
        return json.dumps(_text(name, value), ensure_ascii=False)
    return _cut(json.dumps(masked(value, name), ensure_ascii=False))


def _text(name: str, text: str) -> str:
    return HIDDEN if looks_secret(name.partition("[")[0], text) else _cut(text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


CHECKS: Mapping[str, Check] = {
    "state": Check(READY, _state, ("get_function",)),
    "invoke": Check("answers an event", _invoke, ("invoke",), settings=Invocation, only_asked=True),
}
