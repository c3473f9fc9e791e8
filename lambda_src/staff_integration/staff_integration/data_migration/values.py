"""What a field of a CSV file may have, and the value that it becomes."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

from staff_integration.api.shapes import ID, PLAIN

Parse = Callable[[str], Any]
SCORE = re.compile(r"\d{1,3}(\.\d{1,6})?")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""Control characters, without tab and the end of a line."""
TIMESTAMPS = (datetime(1970, 1, 2, tzinfo=UTC), datetime(2038, 1, 18, tzinfo=UTC))
"""What a TIMESTAMP of MySQL can have."""
EXAMPLE = "2025-04-01T09:30:00+09:00"


class ValueMistakeError(Exception):
    """Raised where a field is wrong; the message says what it must be, and never what it is."""


@dataclass(frozen=True)
class Column:
    """A column of a file.

    `refers` names the step in whose files, or in whose table, the value has to be. `unique` is for columns beside the key that the
    database has once.
    """

    name: str
    parse: Parse
    required: bool = True
    refers: str | None = None
    unique: bool = False

    def value(self, text: str) -> Any:
        """The value of a field; None if it is empty and may be.

        Raises:
            ValueMistakeError: it is not what the column has.
        """
        if not text:
            if self.required:
                raise ValueMistakeError("must not be empty")
            return None
        return self.parse(text)


def id_of(most: int) -> Parse:
    """An id of at most `most` characters."""
    pattern = re.compile(ID)

    def parse(text: str) -> str:
        if len(text) > most or not pattern.fullmatch(text):
            raise ValueMistakeError(
                f"must be an id: letters, digits, `.`, `_` and `-`, beginning with a letter or a digit, at most {most}"
            )
        return text

    return parse


def ids_of(most: int) -> Parse:
    """Several ids of at most `most` characters each, with blanks between; sorted, each once."""
    one = id_of(most)

    def parse(text: str) -> tuple[str, ...]:
        found = [one(each) for each in text.split()]
        if len({each.casefold() for each in found}) < len(found):
            raise ValueMistakeError("has the same id twice")
        return tuple(sorted(found))

    return parse


def words(most: int) -> Parse:
    """A line of text of at most `most` characters."""
    pattern = re.compile(PLAIN)

    def parse(text: str) -> str:
        if text != text.strip():
            raise ValueMistakeError("begins or ends with a blank")
        if len(text) > most:
            raise ValueMistakeError(f"has {len(text)} characters; there may be {most}")
        if not pattern.fullmatch(text):
            raise ValueMistakeError("has control characters")
        return text

    return parse


def long_text(text: str) -> str:
    """Text of several lines."""
    if len(text) > 20_000:
        raise ValueMistakeError(f"has {len(text)} characters; there may be 20000")
    if CONTROLS.search(text.replace("\r\n", "\n")):
        raise ValueMistakeError("has control characters")
    return text


def email(text: str) -> str:
    """An e-mail address."""
    if len(text) > 100 or not re.fullmatch(r"[!-?A-~]+@[!-?A-~]+", text):
        raise ValueMistakeError("must be an e-mail address of at most 100 characters")
    return text


def one_of(literal: Any) -> Parse:
    """One of the words of a `Literal`, or of other words."""
    known = tuple(get_args(literal) or literal)

    def parse(text: str) -> str:
        if text not in known:
            raise ValueMistakeError(f"must be one of {', '.join(known)}")
        return text

    return parse


def beds(text: str) -> int:
    """A number of beds."""
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text) or int(text) > 100_000:
        raise ValueMistakeError("must be a whole number from 1 to 100000")
    return int(text)


def score(text: str) -> float:
    """A score."""
    if not SCORE.fullmatch(text) or float(text) > 100 or not text.isascii():
        raise ValueMistakeError("must be a number from 0 to 100, with at most 6 decimals, such as 87.5")
    return float(text)


def moment(text: str) -> datetime:
    """A moment with its time zone, in UTC."""
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None and found.year > 1900:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueMistakeError(f"must be a moment with its time zone, such as {EXAMPLE}")


def past(text: str) -> datetime:
    """A moment in the past."""
    found = moment(text)
    if found > datetime.now(UTC):
        raise ValueMistakeError("must not be in the future")
    return found


def past_second(text: str) -> datetime:
    """A moment in the past, in whole seconds, as a TIMESTAMP of MySQL has it."""
    found = past(text).replace(microsecond=0)
    if not TIMESTAMPS[0] <= found <= TIMESTAMPS[1]:
        raise ValueMistakeError("must be between 1970 and 2038")
    return found


def wrong(values: Iterable[tuple[bool, str, str]]) -> list[tuple[str, str]]:
    """The columns and reasons of the rules that are broken."""
    return [(column, reason) for broken, column, reason in values if broken]
