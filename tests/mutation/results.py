"""What became of mutants, kept in a file: a run that was broken off goes on from there."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

KILLED, TIMEOUT, SURVIVED = "killed", "timeout", "survived"


@dataclass(frozen=True)
class Result:
    """What became of one mutant. `by` is the test that has noticed it, and `state` the hash of what the result depends on."""

    key: str
    outcome: str
    state: str
    by: str = ""
    seconds: float = 0.0


def state_of(tests: Iterable[str], state: Callable[[str], str]) -> str:
    """A hash over the test files of some tests, and the tests themselves."""
    names = sorted(tests)
    files = sorted({name.partition("::")[0] for name in names})
    return hashlib.sha256("\0".join([*names, *map(state, files)]).encode()).hexdigest()


class Results:
    """A file with one line of JSON for each mutant that was played."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._found: dict[str, list[Result]] = {}
        if file.exists():
            for line in file.read_text(encoding="utf-8").splitlines():
                self._read(line)

    def _read(self, line: str) -> None:
        try:
            result = Result(**json.loads(line))
        except (ValueError, TypeError):
            return  # the line that was being written when the run was broken off, or one of earlier code
        self._found.setdefault(result.key, []).append(result)

    def get(self, key: str, tests: Iterable[str], state: Callable[[str], str]) -> Result | None:
        """What became of a mutant, if it still holds. New tests leave it killed as long as the test that killed it has not changed."""
        names = set(tests)
        whole = state_of(names, state)
        for each in reversed(self._found.get(key, ())):
            of = state_of([each.by], state) if each.outcome == KILLED and each.by in names else whole
            if each.state == of:
                return each
        return None

    def keep(self, result: Result) -> None:
        """Write down what became of a mutant."""
        self._found.setdefault(result.key, []).append(result)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(asdict(result))}\n")


def summary(outcomes: Iterable[str], equivalent: int) -> str:
    """The figures of a run. A mutant that does not end was noticed too; equivalent ones are left out."""
    number = Counter(outcomes)
    noticed = number[KILLED] + number[TIMEOUT]
    of = noticed + number[SURVIVED]
    share = f"{100 * noticed / of:.1f} %" if of else "none"
    return (
        f"{of} mutants: {number[KILLED]} killed, {number[TIMEOUT]} timeouts, {number[SURVIVED]} survived ({share} noticed); "
        f"{equivalent} more are equivalent"
    )
