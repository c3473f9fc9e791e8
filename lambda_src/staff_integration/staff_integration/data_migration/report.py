"""What a migration says: the first mistakes and a summary where it runs, all of it in a file."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from staff_integration.data_migration.checking import Checked
from staff_integration.data_migration.reading import FileMistakeError, Mistake, Source
from staff_integration.data_migration.steps import STEPS
from staff_integration.data_migration.writing import Compared

SHOWN = 20
"""Mistakes of a file that are printed; the report has all."""


class Report:
    """Writes the report file as things become known, so that it does not have to be kept.

    Args:
        path: the file; `-` prints everything instead.
        say: prints a line.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, path: Path, say: Callable[[str], None]) -> None:
        self.path = path
        self._say = say
        self._stream = None if str(path) == "-" else path.open("w", encoding="utf-8")
        self._counts: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        if self._stream is not None:
            self._stream.close()

    def line(self, line: str) -> None:
        """Print a line, and write it into the report."""
        self._print(line)
        self._keep(line)

    def note(self, line: str) -> None:
        """Write a line into the report only."""
        if self._stream is None:
            self._print(line)
        self._keep(line)

    def _keep(self, line: str) -> None:
        if self._stream is not None:
            self._stream.write(f"{line}\n")
            self._stream.flush()

    def mistake(self, mistake: Mistake) -> None:
        """Write a mistake; the first ones of a file are printed as well."""
        self._keep(str(mistake))
        self._counts[mistake.file] = self._counts.get(mistake.file, 0) + 1
        if self._counts[mistake.file] <= SHOWN or self._stream is None:
            self._print(str(mistake))

    def _print(self, line: str) -> None:
        try:
            self._say(line)
        except BrokenPipeError:  # nobody reads any more, as with `| head`; the report has all
            self._say = lambda _: None

    def rest(self) -> Iterator[str]:
        """How many mistakes of each file were not printed."""
        for file, count in self._counts.items():
            if count > SHOWN and self._stream is not None:
                yield f"{file}: {count - SHOWN} more mistakes; {self.path} has all"


def summary(checked: Checked) -> Iterator[str]:
    """What the files have, a line for each."""
    for step in STEPS:
        rows, present = checked.rows[step.name], checked.present[step.name]
        mine = checked.written[step.name]
        left = f", {mine} already written" if mine else ""
        yield (
            f"step {step.number} {step.file}: {rows} rows, {present} in the database{left}, "
            f"{rows - present - mine} to write"
        )


def comparison(compared: Compared) -> str:
    """How the file and the database compare after the migration."""
    source, database = compared.source, compared.database
    sums = (
        f"checksums equal ({source.checksum[:16]})"
        if compared.equal
        else f"checksums DIFFER ({source.checksum[:16]}, {database.checksum[:16]})"
    )
    return (
        f"step {compared.step.number} {compared.step.name}: source {source.rows}, database {database.rows}, "
        f"{compared.written} of this batch, {sums}"
    )


def units(source: Source) -> Iterator[str]:
    """The facilities and departments as the organisation's YAML files have them."""
    yield "# For the organisation's files (units.yaml), as far as they do not have them yet:"
    for step in STEPS[:2]:
        yield f"{step.name}:"
        try:
            for chunk in source.chunks(step):
                for found in chunk:
                    values = {name: found.row[name] for name in step.stored if name != step.key}
                    shown = ", ".join(
                        f"{name}: {json.dumps(value, ensure_ascii=False)}"
                        for name, value in values.items()
                        if value is not None
                    )
                    yield f"  {found.row[step.key]}: {{{shown}}}"
        except FileMistakeError:  # it was read a moment ago
            return
