"""Turns unquoted YAML words into values: true, false, null and numbers; all others stay text."""

import math
import re

from reconciler.desired.mistakes import Refused
from reconciler.desired.nodes import Scalar

# YAML 1.2's core schema, except that `012` and `+44...` stay text: they are codes and telephone numbers.
_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_NUMBER = re.compile(r"-?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_FIRST = frozenset("-+.0123456789")


def resolve(text: str) -> Scalar:
    """The value of an unquoted word.

    Raises:
        Refused: a number that is not finite, or too large to keep.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _FIRST:
        return text
    if _WHOLE.fullmatch(text):
        return _whole(text)
    if _NUMBER.fullmatch(text):
        return _number(text)
    if _NOT_FINITE.fullmatch(text):
        raise Refused(
            "infinity and not-a-number cannot be sent to AWS; write a number, or put the text in quotes"
        )
    return text


def _whole(text: str) -> int:
    # 64 bits take 22 octal digits and a prefix; anything longer is not worth converting to find out.
    value = int(text, 0) if len(text) <= 24 else 2**63
    return within_64_bits(value)


def within_64_bits(value: int) -> int:
    """The number itself.

    Raises:
        Refused: the number needs more than 64 bits.
    """
    if not -(2**63) <= value < 2**63:
        raise Refused("the number needs more than 64 bits; if it is a code, put it in quotes")
    return value


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise Refused("the number is too large; if it is a code, put it in quotes")
    return value
