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

NO_ROW = Row(1, (), ())
"""Stands for the first row of an empty file."""


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
    found = list(rows_of(text, part.delimiter))
    wrongs = [each for each in found if isinstance(each, Wrong)]
    for wrong in wrongs:
        _note(wrong, file, mistakes)
    if found and isinstance(found[0], Wrong):
        return None
    header, *all_rows = [each for each in found if isinstance(each, Row)] or [NO_ROW]
    names = [cell.strip() for cell in header.cells]
    rows = [row for row in all_rows if any(cell.strip() for cell in row.cells)]
    why = _header_problem(header, rows)
    if why:
        mistakes.add(Place(file, header.line, 1), why)
        return None
    problems = {row.line: why for row in rows if (why := _row_problem(row, header))}
    for line, said in problems.items():
        mistakes.add(Place(file, line, 1), said)
    whole = not wrongs and not problems
    rows = [row for row in rows if row.line not in problems]
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


def _header_problem(header: Row, rows: list[Row]) -> str:
    """What is wrong with the first row of a file; empty if nothing is."""
    if header is NO_ROW:
        return "this file is empty; its first row has the names of the columns"
    if not any(cell.strip() for cell in header.cells):
        return "this row is empty, and the first row has the names of the columns; fill it in or remove it"
    sizes = {len(row.cells) for row in rows}
    if len(rows) > 1 and len(sizes) == 1 and all(_row_problem(row, header) for row in rows):
        size = sizes.pop()
        if size > len(header.cells):
            said = f"this row has {_cells(header)}, and all rows after it have {size}"
            return f"{said}; remove what is above the names of the columns"
    return ""


def _row_problem(row: Row, header: Row) -> str:
    """What is wrong with a row as a whole; empty if nothing is. Empty cells may follow those of the columns."""
    if row.cells == header.cells:
        return "this row is the first one again; remove it"
    wanted, has = len(header.cells), len(row.cells)
    if has == wanted or (has > wanted and not any(row.cells[wanted:])):
        return ""
    return f"this row has {_cells(row)}, and the first row has {wanted}; give it one for each column"


def _cells(row: Row) -> str:
    return f"{len(row.cells)} cell{'s' if len(row.cells) > 1 else ''}"


class _Columns:
    """Names the columns of places in a table."""

    def __init__(self, table: Table, names: list[str]) -> None:
        self._rows = [table.header, *table.rows]
        self._lines = [row.line for row in self._rows]
        self._names = names

    def name_at(self, place: Place) -> str:
        """The name of the column of a place, in quotes; empty if none has one."""
        row = self._rows[max(0, bisect_right(self._lines, place.line) - 1)]
        starts = [row.at(index) for index in range(len(row.cells))]
        index = bisect_right(starts, (place.line, place.column)) - 1
        known = 0 <= index < len(self._names) and starts[index][0] == place.line
        name = self._names[index] if known else ""
        return quoted(name) if name else ""
