"""A mutant is a small change of one expression or statement. Which ones are drawn, and which cannot be noticed."""

import difflib
import hashlib
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

EQUIVALENT = Path(__file__).with_name("equivalent.toml")
Lines = Mapping[str, Collection[int]]
"""The lines of each file that tests have run."""


@dataclass(frozen=True)
class Mutant:
    """One change: `before` becomes `after`; `text` is the line on which it begins, and `ordinal` counts equal changes."""

    file: str
    line: int
    statement: int
    operator: str
    text: str
    before: str
    after: str
    ordinal: int = 0

    @property
    def key(self) -> str:
        """What singles it out; other lines of the file may change without changing it."""
        return _hash(self.place, self.after, str(self.ordinal))

    @property
    def place(self) -> str:
        """What singles out the code that it changes."""
        return _hash(self.file, self.operator, self.text, self.before)

    def runs_in(self, lines: Lines) -> bool:
        """Whether a test runs its line. An expression on a line of its own may have no code there: its statement counts then."""
        return not {self.line, self.statement}.isdisjoint(lines.get(self.file, ()))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def numbered(mutants: Iterable[Mutant]) -> list[Mutant]:
    """The same mutants, and those that are alike are counted."""
    seen: dict[str, int] = {}
    found = []
    for each in mutants:
        number = seen.get(each.key, 0)
        seen[each.key] = number + 1
        found.append(Mutant(**{**vars(each), "ordinal": number}) if number else each)
    return found


def drawn(mutants: Iterable[Mutant], lines: Lines, number: int, seed: int) -> list[Mutant]:
    """A random sample of those that tests run, one mutant for each place at most: a call with many arguments has many.

    Each place has its own random number, from the seed and its text: a line that changes does not exchange the rest of the sample.
    """
    chosen: dict[str, tuple[str, Mutant]] = {}
    for each in mutants:
        if each.runs_in(lines):
            rank = _hash(str(seed), each.key)
            chosen[each.place] = min(
                chosen.get(each.place, (rank, each)), (rank, each), key=lambda pair: pair[0]
            )
    places = sorted(chosen, key=lambda place: _hash(str(seed), place))
    return [chosen[place][1] for place in places[:number]]


def diff(file: str, before: str, after: str) -> str:
    """A mutant as a person reads it."""
    return "\n".join(
        difflib.unified_diff(before.splitlines(), after.splitlines(), file, file, n=2, lineterm="")
    )


def changed_lines(before: str, after: str) -> tuple[str, str]:
    """The lines that a mutant changes, before and after, each as one text without indentation."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    removed = (each[2:].strip() for each in lines if each.startswith("- "))
    added = (each[2:].strip() for each in lines if each.startswith("+ "))
    return " ".join(removed), " ".join(added)


@dataclass(frozen=True)
class Equivalent:
    """A mutant that no test can notice, or that no test should, and the reason."""

    file: str
    operator: str
    before: str
    after: str
    reason: str


def equivalents(text: str) -> list[Equivalent]:
    """The list in `equivalent.toml`; a member that is missing or unknown is an error."""
    return [Equivalent(**each) for each in tomllib.loads(text).get("mutant", ())]


def reason(known: Iterable[Equivalent], mutant: Mutant, before: str, after: str) -> str | None:
    """Why this mutant cannot be noticed; None if it can."""
    wanted = (mutant.file, mutant.operator, *changed_lines(before, after))
    found = (each.reason for each in known if (each.file, each.operator, each.before, each.after) == wanted)
    return next(found, None)
