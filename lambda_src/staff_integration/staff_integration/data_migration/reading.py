"""Reads the CSV files of a folder, a few rows at a time, and names what is wrong in them."""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from staff_integration.data_migration.steps import STEPS, Row, Step
from staff_integration.data_migration.values import ValueMistakeError

ROWS = 500
"""Rows that are read, compared and written at once."""
LONGEST_LINE = 1_000_000
"""Bytes of a line of a file."""
ENCODINGS = ("utf-8", "cp932")


@dataclass(frozen=True)
class Mistake:
    """What is wrong: file, row (the header is row 1, as in a spreadsheet), column, reason. Never a value of a person."""

    file: str
    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        row = f" row {self.row}" if self.row else ""
        column = f", {self.column}" if self.column else ""
        return f"{self.file}{row}{column}: {self.reason}"


@dataclass(frozen=True)
class Found:
    """A row of a file: its number, its values, and what is wrong in it."""

    number: int
    row: Row
    mistakes: Sequence[Mistake]


class FileMistakeError(Exception):
    """Raised where a file cannot be read on.

    Args:
        mistake: why.
    """

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(str(mistake))
        self.mistake = mistake


@dataclass(frozen=True)
class Source:
    """A folder with a file for each step, in an encoding."""

    folder: Path
    encoding: str

    def digest(self) -> str:
        """The SHA-256 of all files; files that cannot be read count as nothing."""
        made = hashlib.sha256(self.encoding.encode())
        for step in STEPS:
            made.update(f"\0{step.file}\0".encode())
            try:
                with (self.folder / step.file).open("rb") as stream:
                    made.update(hashlib.file_digest(stream, "sha256").digest())
            except OSError:
                continue
        return made.hexdigest()

    def chunks(self, step: Step) -> Iterator[list[Found]]:
        """The rows of the file of a step, a few at a time.

        Raises:
            FileMistakeError: the file cannot be read on.
        """
        chunk: list[Found] = []
        for found in self._rows(step):
            chunk.append(found)
            if len(chunk) == ROWS:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _rows(self, step: Step) -> Iterator[Found]:
        try:
            with (self.folder / step.file).open("rb") as stream:
                yield from self._parsed(step, stream)
        except OSError as error:
            raise FileMistakeError(
                Mistake(step.file, 0, "", f"the file cannot be read: {error.strerror}")
            ) from None

    def _parsed(self, step: Step, stream: BinaryIO) -> Iterator[Found]:
        reader = csv.reader(_lines(step, stream, self.encoding), strict=True)
        number, header = 0, [""]
        try:
            for fields in reader:
                number += 1
                if number == 1:
                    header = fields
                    _check_header(step, fields)
                elif fields:  # a line without anything is none
                    yield _found(step, number, header, fields)
        except csv.Error as error:
            reason = f"this is no CSV: {error}; nothing after it was read"
            raise FileMistakeError(Mistake(step.file, number + 1, "", reason)) from None
        if number == 0:
            _check_header(step, [])


def _lines(step: Step, stream: BinaryIO, encoding: str) -> Iterator[str]:
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if len(line) == LONGEST_LINE:
            raise FileMistakeError(
                Mistake(step.file, 0, "", f"line {number} is longer than {LONGEST_LINE} bytes")
            )
        try:
            yield line.decode(encoding)
        except UnicodeDecodeError:
            others = " or ".join(f"--encoding {each}" for each in ENCODINGS if each != encoding)
            reason = f"line {number} is no text in {encoding}; save the file so, or use {others}"
            raise FileMistakeError(Mistake(step.file, 0, "", reason)) from None


def _check_header(step: Step, fields: Sequence[str]) -> None:
    names = [each.name for each in step.columns]
    if sorted(fields) == sorted(names):
        return
    reasons = (
        ("missing", [each for each in names if each not in fields]),
        ("unknown", [repr(each) for each in fields if each not in names]),
        ("twice", sorted({each for each in fields if fields.count(each) > 1})),
    )
    reason = "; ".join(f"{word}: {', '.join(each)}" for word, each in reasons if each)
    raise FileMistakeError(
        Mistake(step.file, 1, "", f"the header must have the columns {','.join(names)} ({reason})")
    )


def _found(step: Step, number: int, header: Sequence[str], fields: Sequence[str]) -> Found:
    if len(fields) != len(header):
        reason = f"has {len(fields)} fields; the header has {len(header)}"
        return Found(number, {}, [Mistake(step.file, number, "", reason)])
    given = dict(zip(header, fields, strict=True))
    row: dict[str, Any] = {}
    mistakes = []
    for column in step.columns:
        try:
            row[column.name] = column.value(given[column.name])
        except ValueMistakeError as error:
            mistakes.append(Mistake(step.file, number, column.name, str(error)))
    if not mistakes:
        mistakes = [Mistake(step.file, number, name, reason) for name, reason in step.rule(row)]
    return Found(number, row, mistakes)
