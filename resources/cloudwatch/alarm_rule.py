"""The rule of a composite alarm: finds the alarms that it names, and its mistakes.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

STATES = ("ALARM", "OK", "INSUFFICIENT_DATA")
MOST_ALARMS, MOST_ELEMENTS = 100, 500
"""An element is an alarm, TRUE, FALSE or a parenthesis."""
TOKEN = re.compile(r'\s*(?:(?P<mark>[(),])|(?P<quoted>"(?:\\.|[^"\\])*")|(?P<word>[^\s(),"]+)|(?P<wrong>\S))')
AT_LEAST = re.compile(r"[1-9]\d*|(100|[1-9]\d?)%")
OPERAND = f"{', '.join(STATES)}, AT_LEAST, TRUE, FALSE, NOT or ("


class WrongRule(ValueError):
    """Raised for a rule that CloudWatch would refuse; the message names the place and what belongs there."""


@dataclass(frozen=True)
class Token:
    """One part of a rule: a parenthesis, a comma, a name in quotes, or a word."""

    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """The text of a keyword; CloudWatch takes keywords in any case."""
        return self.text.upper()

    @property
    def place(self) -> tuple[int, int]:
        """The start and the end of a name, without its quotes."""
        return (self.start + 1, self.end - 1) if self.text.startswith('"') else (self.start, self.end)


@dataclass
class Rule:
    """Reads a rule from left to right, without recursion: rules may have 250 nested parentheses."""

    tokens: Sequence[Token]
    at: int = 0
    alarms: list[Token] = field(default_factory=list)
    constants: int = 0
    parentheses: int = 0

    def read(self) -> None:
        """Read the whole rule.

        Raises:
            WrongRule: it has a mistake.
        """
        depth = 0
        while True:
            while self._next in ("NOT", "("):
                depth += self._next == "("
                self.parentheses += self._next == "("
                self.at += 1
            self._operand()
            while depth and self._next == ")":
                depth -= 1
                self.at += 1
            if not self._next:
                break
            self._take(("AND", "OR"), "AND, OR or )" if depth else "AND, OR or the end of the rule")
        if depth:
            raise self._expected(")")
        elements = len(self.alarms) + self.constants + 2 * self.parentheses
        if len({each.text.strip('"') for each in self.alarms}) > MOST_ALARMS or elements > MOST_ELEMENTS:
            raise WrongRule(f"a rule has at most {MOST_ALARMS} alarms and {MOST_ELEMENTS} elements")

    @property
    def _next(self) -> str:
        return self.tokens[self.at].word if self.at < len(self.tokens) else ""

    def _operand(self) -> None:
        word = self._take((*STATES, "AT_LEAST", "TRUE", "FALSE"), OPERAND)
        if word in STATES:
            self._take(("(",), "(")
            self._alarm()
            self._take(
                (")",),
                f") after the alarm of {word}; a name with spaces, commas or parentheses needs double quotes",
            )
        elif word == "AT_LEAST":
            self._at_least()
        else:
            self.constants += 1

    def _at_least(self) -> None:
        self._take(("(",), "(")
        least = self._next
        if not AT_LEAST.fullmatch(least):
            raise self._expected("a number from 1, or a percentage from 1% to 100%")
        self.at += 1
        self._take((",",), "a comma")
        self.at += self._next == "NOT"
        self._take(STATES, ", ".join(STATES))
        self._take((",",), "a comma")
        self._take(("(",), "( before the alarms of AT_LEAST")
        before = len(self.alarms)
        self._alarm()
        while self._take((",", ")"), "a comma or )") == ",":
            self._alarm()
        self._take((")",), ") at the end of AT_LEAST")
        named = len(self.alarms) - before
        if least.isdigit() and int(least) > named:
            raise WrongRule(f"AT_LEAST({least}, ...) needs {least} alarms, and has {named}")

    def _alarm(self) -> None:
        if self._next == '"':
            raise self._expected("a name with a double quote at its end")
        if self._next in ("", "(", ")", ",", '""'):
            raise self._expected("the name or the ARN of an alarm")
        self.alarms.append(self.tokens[self.at])
        self.at += 1

    def _take(self, words: Sequence[str], expected: str) -> str:
        found = self._next
        if found not in words:
            raise self._expected(expected)
        self.at += 1
        return found

    def _expected(self, what: str) -> WrongRule:
        if self.at >= len(self.tokens):
            return WrongRule(f"expected {what}, and the rule ends")
        found = self.tokens[self.at]
        return WrongRule(f"expected {what}, not {found.text}, at character {found.start + 1}")


def alarms_in(text: str) -> list[Token]:
    """The names and ARNs of alarms in a rule, as they are written.

    Raises:
        WrongRule: the rule has a mistake.
    """
    tokens = [_token(found) for found in TOKEN.finditer(text)]
    rule = Rule(tokens)
    rule.read()
    return rule.alarms


def places(text: str) -> Iterator[tuple[int, int]]:
    """The start and the end of each name or ARN in a rule; nothing in a rule that cannot be read."""
    try:
        yield from (each.place for each in alarms_in(text))
    except WrongRule:
        return


def _token(found: re.Match[str]) -> Token:
    kind = found.lastgroup or ""
    return Token(found[kind], found.start(kind), found.end(kind))
