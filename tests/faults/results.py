"""What became of the cases that were played, kept in files, so that a run that was broken off can go on."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from functools import cache
from pathlib import Path

from tests.faults.registry import Outcome

ROOT = Path(__file__).parents[2]
PLAYED = ("reconciler", "resources", "desired_state", "tests/faults", "tests/contract")
"""The folders whose files decide what becomes of a case."""
MEMBERS = {each.name for each in fields(Outcome)}
"""A line with other members is of earlier code, whose results are not believed."""


@cache
def code() -> str:
    """A hash over every file that decides what becomes of a case: results of other code are not believed."""
    whole = hashlib.sha256()
    for folder in PLAYED:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                whole.update(f"{file.relative_to(ROOT)}\0".encode())
                whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def key(row: str, cases: Sequence[str]) -> str:
    """What singles out some cases of a row, played with the code as it is."""
    return hashlib.sha256("\0".join((code(), row, *cases)).encode()).hexdigest()


class Results:
    """A file with one line of JSON for each chunk of cases that was played."""

    def __init__(self, file: Path | None, others: Iterable[Path] = ()) -> None:
        self._file = file
        self._found: dict[str, Outcome] = {}
        for each in (*others, *([file] if file else [])):
            if each.exists():
                self._read(each)

    def _read(self, file: Path) -> None:
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                data = json.loads(line)
            except ValueError:
                continue  # the line that was being written when the run was broken off
            found = data.pop("key")
            if data.keys() == MEMBERS:
                self._found[found] = Outcome(**data)

    def get(self, row: str, cases: Sequence[str]) -> Outcome | None:
        """What became of these cases with the code as it is; None where nobody knows."""
        return self._found.get(key(row, cases))

    def keep(self, cases: Sequence[str], outcome: Outcome) -> None:
        """Write down what became of these cases."""
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"key": key(outcome.row, cases), **asdict(outcome)})
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
