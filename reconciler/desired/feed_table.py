"""The rows of a CSV file of desired state, by column and by line."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.desired.csvtext import Row, Unreadable, Wrong, decoded, may_be_utf8, rows_of
from reconciler.desired.feed_schema import FeedPart
from reconciler.desired.mistakes import Mistakes
from reconciler.desired.phrases import quoted
from reconciler.stack import Place


@dataclass(frozen=True)
class Table:
    """A CSV file."""

    file: str
    header: Row
    rows: list[Row]
    """All rows after the first one that have a cell for each column, and are not empty."""
    columns: Mapping[str, int]
    """By name: the number of a column, from 0."""
    twice: frozenset[str]
    """Names that several columns have."""
    advice: str = ""
    """Why a column may be missing, if the file looks so."""
    whole: bool = True
    """Whether each row could be read."""


def table_of(data: bytes, part: FeedPart, mistakes: Mistakes) -> Table | None:
    """The table of a CSV file; None if it has no first row. Every row that cannot be read is a mistake."""
    file = part.file
    try:
        text = decoded(data, part.encoding)
    except Unreadable as error:
        _note(error.wrong, file, mistakes)
        return None
    header: Row | None = None
    rows: list[Row] = []
    whole = True
    for found in rows_of(text, part.delimiter):
        if isinstance(found, Wrong):
            _note(found, file, mistakes)
            if header is None:
                return None
            whole = False
        elif header is None:
            header = found
        elif found.cells == header.cells:
            whole = False
            _note(Wrong(found.line, 1, "this row is the first one again; remove it"), file, mistakes)
        elif _is_row(found, header, file, mistakes):
            rows.append(found)
        else:
            whole &= not any(found.cells)
    if header is None:
        mistakes.add(Place(file, 1, 1), "this file is empty; its first row has the names of the columns")
        return None
    names = [cell.strip() for cell in header.cells]
    if not any(names):
        said = "this row is empty, and the first row has the names of the columns; fill it in or remove it"
        mistakes.add(Place(file, header.line, 1), said)
        return None
    columns: dict[str, int] = {}
    for index, name in enumerate(names):
        if name:
            columns.setdefault(name, index)
    twice = frozenset(name for name, number in Counter(names).items() if number > 1)
    table = Table(file, header, rows, columns, twice, _advice(names, part, data), whole)
    mistakes.tables[file] = _Columns(table, names).name_at
    return table


def _advice(names: list[str], part: FeedPart, data: bytes) -> str:
    if part.encoding != "utf-8" and may_be_utf8(data):
        return f"; it can be read as UTF-8, and the files say `encoding: {part.encoding}`"
    other = next(
        (each for each in (";", "\t", ",", "|") if each != part.delimiter and each in names[0]), None
    )
    if len(names) == 1 and other:
        return (
            f"; it has a single column: is {'a tab' if other == chr(9) else quoted(other)} its `delimiter`?"
        )
    return ""


def _note(wrong: Wrong, file: str, mistakes: Mistakes) -> None:
    mistakes.add(Place(file, wrong.line, wrong.column), wrong.message)


def _is_row(row: Row, header: Row, file: str, mistakes: Mistakes) -> bool:
    """Whether a row has the cells of the first one; one of empty cells alone is none."""
    wanted, has = len(header.cells), len(row.cells)
    if has == wanted or (has > wanted and not any(row.cells[wanted:])):
        return any(cell.strip() for cell in row.cells)
    if any(cell.strip() for cell in row.cells):
        said = f"this row has {has} cell{'s' if has > 1 else ''}, and the first row has {wanted}; give it one for each column"
        mistakes.add(Place(file, row.line, 1), said)
    return False


class _Columns:
    """Names the columns of places in a table."""

    def __init__(self, table: Table, names: list[str]) -> None:
        self._rows = [table.header, *table.rows]
        self._lines = [row.line for row in self._rows]
        self._names = names

    def name_at(self, place: Place) -> str:
        """The name of the column of a place, in quotes; empty if none has one."""
        row = self._rows[max(0, bisect_right(self._lines, place.line) - 1)]
        for index, name in enumerate(self._names):
            if index < len(row.cells) and row.at(index) == (place.line, place.column):
                return quoted(name) if name else ""
        return ""
