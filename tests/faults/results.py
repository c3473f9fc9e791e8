"""Stores results of cases in files, so that an interrupted run can continue."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from functools import cache
from pathlib import Path

from tests.faults.registry import Outcome

ROOT = Path(__file__).parents[2]
PLAYED = ("reconciler", "resources", "desired_state", "tests/faults", "tests/contract")
"""The folders with files that affect the results."""
MEMBERS = {each.name for each in fields(Outcome)}
"""The members of a line; a line with others is from other code and is ignored."""


@cache
def code() -> str:
    """A hash of all files that affect the results: results of other code are ignored."""
    whole = hashlib.sha256()
    for folder in PLAYED:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                whole.update(f"{file.relative_to(ROOT)}\0".encode())
                whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def key(row: str, cases: Sequence[str]) -> str:
    """The key of some cases of a row with the current code."""
    return hashlib.sha256("\0".join((code(), row, *cases)).encode()).hexdigest()


class Results:
    """A file with one line of JSON for each chunk of cases."""

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
                continue  # an incomplete line of an interrupted run
            found = data.pop("key")
            if data.keys() == MEMBERS:
                self._found[found] = Outcome(**data)

    def get(self, row: str, cases: Sequence[str]) -> Outcome | None:
        """Return the results of these cases with the current code; None if there are none."""
        return self._found.get(key(row, cases))

    def keep(self, cases: Sequence[str], outcome: Outcome) -> None:
        """Store the results of these cases."""
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"key": key(outcome.row, cases), **asdict(outcome)})
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
