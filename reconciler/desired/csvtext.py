"""Reads CSV files (RFC 4180) into rows of cells with their places."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

LONGEST_ROW = 65_536
"""Characters of one row; a longer one is mostly a quote that is never closed."""
MOST_ROWS = 50_000
MOST_PROBLEMS = 100
"""Rows that cannot be read, after which reading stops."""
ENCODINGS = ("utf-8", "cp932", "shift_jis", "euc_jp", "utf-16", "cp1252")
"""The encodings that a file may have."""
GUESSED = ("utf-8", "cp932", "euc_jp", "utf-16")
"""The encodings that are tried to give advice."""
BOM = b"\xef\xbb\xbf"
WORKBOOK = b"PK\x03\x04"
"""How the files of spreadsheets themselves begin, such as .xlsx."""
_LINE = re.compile(r"\r\n|\n|\r")
CUT = "this file ends within a character, so a part of it is missing; write it again"
_ADVICE = "put the whole cell in quotes, and write a quote within it twice"


class Wrong(NamedTuple):
    """A part of a file that cannot be read."""

    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row; a cell with line breaks makes it longer than one line."""

    line: int
    """The line where it begins, from 1."""
    cells: tuple[str, ...]
    columns: tuple[int, ...]
    """By cell: the character of its line where it begins, from 1."""
    lines: tuple[int, ...] = ()
    """By cell: its line; empty if all cells are in the first one."""

    def at(self, index: int) -> tuple[int, int]:
        """The line and the column of a cell; of one that is missing, those of the last."""
        index = min(index, len(self.columns) - 1)
        return self.lines[index] if self.lines else self.line, self.columns[index]


class Unreadable(Exception):
    """Raised for a file that is not text in its encoding."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.message)
        self.wrong = wrong


def decoded(data: bytes, encoding: str) -> str:
    """The text of a file; UTF-8 may begin with a byte order mark.

    Raises:
        Unreadable: with the first byte that is wrong, and the encoding that the file may have.
    """
    if data.startswith(WORKBOOK):
        raise Unreadable(Wrong(1, 1, "this is a workbook of a spreadsheet or an archive; save it as CSV"))
    marked = data.startswith(BOM)
    if marked and encoding != "utf-8":
        said = f"this file begins with the mark of UTF-8, and the files say `encoding: {encoding}`; write `encoding: utf-8`"
        raise Unreadable(Wrong(1, 1, said))
    try:
        text = data.decode(encoding).removeprefix("\ufeff" if marked else "")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace").removeprefix("\ufeff")
        said = f"byte {error.start + 1:,} of this file (0x{data[error.start]:02X}) is not {encoding}"
        why = CUT if _is_cut(data, encoding) else f"{said}; {_advice(data, encoding, 'save it as UTF-8')}"
        raise Unreadable(Wrong(*_end_of(before), why)) from None
    if "\0" in text:
        why = f"this file holds a NUL character; {_advice(data, encoding, 'write it again, whole and in UTF-8')}"
        raise Unreadable(Wrong(*_end_of(text[: text.index(chr(0))]), why))
    return text


def _end_of(text: str) -> tuple[int, int]:
    """The line and the column after a text."""
    lines = _LINE.split(text)
    return len(lines), len(lines[-1]) + 1


def _is_cut(data: bytes, encoding: str) -> bool:
    """Whether a file is right up to its last character, and ends within that."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def may_be_utf8(data: bytes) -> bool:
    """Whether a file with other characters than those of ASCII can be read as UTF-8."""
    return not data.isascii() and _reads(data, "utf-8")


def _advice(data: bytes, encoding: str, otherwise: str) -> str:
    found = next((each for each in GUESSED if each != encoding and _reads(data, each)), None)
    if found is None:
        return otherwise
    return f"it can be read as {found}: write `encoding: {found}`, or save it as UTF-8"


def _reads(data: bytes, encoding: str) -> bool:
    if encoding == "utf-16" and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return False
    try:
        return "\0" not in data.decode(encoding)
    except UnicodeDecodeError:
        return False


def rows_of(text: str, delimiter: str) -> Iterator[Row | Wrong]:
    """The rows of a text, without empty lines, and what cannot be read as one."""
    lines = _LINE.split(text)
    number, rows, wrong = 0, 0, 0
    while number < len(lines):
        line = lines[number]
        found: Row | Wrong
        if not line:
            number += 1
            continue
        if len(line) > LONGEST_ROW:
            found, number = _too_long(number + 1), number + 1
        elif '"' in line:
            found, number = _quoted(lines, number, delimiter)
        else:
            found, number = _plain(line, number + 1, delimiter), number + 1
        if isinstance(found, Wrong):
            wrong += 1
        rows += 1
        if rows > MOST_ROWS + 1:
            yield Wrong(number, 1, f"there are more than {MOST_ROWS:,} rows; split the file in two")
            return
        yield found
        if wrong == MOST_PROBLEMS:
            yield Wrong(number, 1, f"{MOST_PROBLEMS} rows cannot be read; the rest was not read")
            return


def _plain(line: str, number: int, delimiter: str) -> Row:
    """A row without quotes."""
    cells = line.split(delimiter)
    columns = accumulate((len(cell) + 1 for cell in cells[:-1]), initial=1)
    return Row(number, tuple(cells), tuple(columns))


def _too_long(number: int) -> Wrong:
    said = f"this row has more than {LONGEST_ROW:,} characters; shorten it, or look for a quote that is never closed"
    return Wrong(number, 1, said)


def _quoted(lines: list[str], first: int, delimiter: str) -> tuple[Row | Wrong, int]:
    """A row with quotes, and the index of the line after it; after a mistake, of the line after its first one."""
    cells, columns, places = list[str](), list[int](), list[int]()
    index, at, size = first, 0, len(lines[first])
    while True:
        line = lines[index]
        columns.append(at + 1)
        places.append(index + 1)
        if not line.startswith('"', at):
            end = line.find(delimiter, at)
            end = len(line) if end < 0 else end
            cell = line[at:end]
            if '"' in cell:
                place = at + cell.index('"') + 1
                return Wrong(index + 1, place, f"this cell has a quote within it; {_ADVICE}"), first + 1
        else:
            opened, parts, end = (index + 1, at + 1), [], at + 1
            while True:
                closing = line.find('"', end)
                if closing < 0:
                    parts.append(f"{line[end:]}\n")
                    index, end = index + 1, 0
                    size += 1 + len(lines[index]) if index < len(lines) else 0
                    if index == len(lines) or size > LONGEST_ROW:
                        rest = "in this file" if index == len(lines) else f"within {LONGEST_ROW:,} characters"
                        return Wrong(*opened, f"this quote is not closed {rest}; {_ADVICE}"), first + 1
                    line = lines[index]
                elif line.startswith('""', closing):
                    parts.append(line[end : closing + 1])
                    end = closing + 2
                else:
                    parts.append(line[end:closing])
                    end = closing + 1
                    break
            cell = "".join(parts)
            if end < len(line) and not line.startswith(delimiter, end):
                return Wrong(
                    index + 1, end + 1, f"there is text after the closing quote; {_ADVICE}"
                ), first + 1
        cells.append(cell)
        if end >= len(line):
            break
        at = end + 1
    if size > LONGEST_ROW:
        return _too_long(first + 1), index + 1
    several = tuple(places) if index > first else ()
    return Row(first + 1, tuple(cells), tuple(columns), several), index + 1
