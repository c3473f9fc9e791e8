"""Faults by readable rules: `connect:CreateUser:3:throttle`."""

import difflib
import fnmatch
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from random import Random

from reconciler.sandbox import service_models
from reconciler.sandbox.fault_injection.faults import Attempt, Fault, FaultKind

FORM = "SERVICE:OPERATION:WHEN:FAULT"
WHEN = re.compile(r"(?P<first>\d+)(?:(?P<on>\+)|-(?P<last>\d+))?|(?P<share>\d+(?:\.\d+)?)%|(?P<always>\*)")
LATE = re.compile(r"(?P<calls>\d+)|(?P<seconds>\d+(?:\.\d+)?)s")


class BadRule(ValueError):
    """Raised for a rule that cannot be read; the text is one line with the reason."""


@dataclass(frozen=True)
class Rule:
    """The matching calls from `first` to `last` fail, or each of them with `probability`.

    `service` and `operation` may hold `*`; the operation may be the word `reads` or `writes`. Calls are counted for
    each rule, from 1, among those that match and for which the fault makes sense: a page that repeats an item needs
    a page before.
    """

    service: str
    operation: str
    fault: Fault
    first: int = 1
    last: int | None = None
    probability: float = 1.0

    @classmethod
    def parse(cls, text: str) -> "Rule":
        """Read `SERVICE:OPERATION:WHEN:FAULT`.

        WHEN is a number (the third call: `3`), `3+` (from the third on), `3-5`, `*` (every call) or `10%`; FAULT is
        the name of a kind, and `timeout-late` may add `:2` (lands after 2 further calls) or `:30s`.

        Raises:
            BadRule: it is something else.
        """
        parts = text.split(":", 4)
        if len(parts) < 4 or not all(parts):
            raise BadRule(f"fault {text!r}: write {FORM}, say connect:CreateUser:3:throttle")
        service, operation, when, kind, *more = parts
        found = WHEN.fullmatch(when)
        if found is None or found["first"] == "0":
            raise BadRule(f"fault {text!r}: {when!r} is no WHEN; write 3, 3+, 3-5, * or 10%")
        fault = _fault(text, kind, more)
        if found["share"]:
            return cls(service, operation, fault, probability=float(found["share"]) / 100)
        if found["always"]:
            return cls(service, operation, fault)
        first = int(found["first"])
        last = None if found["on"] else int(found["last"] or first)
        return cls(service, operation, fault, first, last)

    def fits(self, attempt: Attempt) -> bool:
        """Whether the rule matches such a call."""
        words = {"reads": not attempt.mutating, "writes": attempt.mutating}
        named = words.get(self.operation)
        if named is None:
            named = fnmatchcase(attempt.operation, self.operation)
        return (
            named
            and fnmatchcase(attempt.service, self.service)
            and self.fault.kind.fits(pageable=attempt.pageable, continues=attempt.continues)
        )


class Rules:
    """A plan made of rules; the first matching one is used. The same seed gives the same faults."""

    def __init__(self, rules: Iterable[Rule | str], seed: int = 0) -> None:
        self.rules = tuple(Rule.parse(rule) if isinstance(rule, str) else rule for rule in rules)
        self.seed = seed
        self.restart()

    def restart(self) -> None:
        """Count from 1 again."""
        self._counts = [0] * len(self.rules)

    def __call__(self, attempt: Attempt) -> Fault | None:
        """Return the fault of a call."""
        struck = [number for number in range(len(self.rules)) if self._strikes(number, attempt)]
        return self.rules[struck[0]].fault if struck else None

    def _strikes(self, number: int, attempt: Attempt) -> bool:
        rule = self.rules[number]
        if not rule.fits(attempt):
            return False
        self._counts[number] += 1
        count = self._counts[number]
        if count < rule.first or (rule.last is not None and count > rule.last):
            return False
        # By count, not by turn: the same call is struck whatever other calls come in between.
        drawn = Random(f"{self.seed}/{number}/{count}").random()  # noqa: S311  a test's dice
        return drawn < rule.probability


def check_names(text: str, rule: Rule) -> None:
    """Refuse a rule that no call can ever fit.

    Raises:
        BadRule: AWS has no such service or operation.
    """
    session = service_models.session()
    services = fnmatch.filter(session.get_available_services(), rule.service)
    if not services:
        near = _near(rule.service, session.get_available_services())
        raise BadRule(f"fault {text!r}: AWS has no service {rule.service!r}{near}")
    if rule.operation in ("reads", "writes") or "*" in rule.service:
        return
    operations = [name for each in services for name in session.get_service_model(each).operation_names]
    if not fnmatch.filter(operations, rule.operation):
        said = f"{services[0]} has no operation {rule.operation!r}{_near(rule.operation, operations)}"
        raise BadRule(f"fault {text!r}: {said}")


def _near(word: str, names: Sequence[str]) -> str:
    found = difflib.get_close_matches(word, names, n=1)
    return f"; did you mean {found[0]!r}?" if found else ""


def _fault(text: str, kind: str, more: list[str]) -> Fault:
    try:
        known = FaultKind(kind)
    except ValueError:
        raise BadRule(f"fault {text!r}: there is no {kind!r}; there are {', '.join(FaultKind)}") from None
    if not more:
        return Fault(known)
    late = LATE.fullmatch(more[0])
    if late is None or known is not FaultKind.TIMEOUT_LATE:
        raise BadRule(f"fault {text!r}: only timeout-late takes more: timeout-late:2 or timeout-late:30s")
    return Fault(known, int(late["calls"])) if late["calls"] else Fault(known, seconds=float(late["seconds"]))
