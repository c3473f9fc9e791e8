"""Makes the resources of the rows of one feed."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from reconciler.contract import Adapter
from reconciler.desired.csvtext import Row
from reconciler.desired.feed_schema import FeedPart, LeaversPart
from reconciler.desired.feed_table import Table
from reconciler.desired.feed_values import Line, Make, Values, columns_in, each_of, text_of
from reconciler.desired.for_each import FIELD, uses_each
from reconciler.desired.mistakes import Mistakes, ValuePath
from reconciler.desired.nodes import Allowance, Node
from reconciler.desired.phrases import listed, quoted
from reconciler.desired.resource_builder import ReservedPart, fields_of_kind
from reconciler.field_schema import PLAIN, fields_of
from reconciler.stack import Fed, Feed, FeedRow, Place

OVERHEAD = 20
"""Values that each row counts in addition to its own."""
_DAY = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})", re.ASCII)


class Written(NamedTuple):
    """A feed as the files write it."""

    kind: str
    subject: str
    """How mistakes name it: `users_from.staff`."""
    name: str
    place: Place
    members: dict[str, Node]


class MadeRow(NamedTuple):
    """One row, and the resource that it is."""

    kind: str
    name: str
    """Its name, with variables filled in."""
    place: Place
    given: dict[str, Node] | None
    """Its settings; None for a leaver who counts as not being in the file."""
    fed: Fed
    left: bool


@dataclass
class FeedReader:
    """The rows of one feed."""

    written: Written
    part: FeedPart
    table: Table
    adapter: Adapter[Any]
    mistakes: Mistakes
    allowance: Allowance
    now: float
    """Seconds since 1970."""
    fill_name: Callable[[str, Place], str]
    """Fills the variables of a name in."""

    def __post_init__(self) -> None:
        """Compile the fields, and note the mistakes that all rows have."""
        written, table = self.written, self.table
        self._shapes = {**fields_of(ReservedPart), **fields_of(self.adapter.model)}
        self._known = fields_of_kind(self.adapter)
        self._values = Values(table.columns, self.mistakes, self.allowance)
        self._rows: list[FeedRow] = []
        self._leavers = self.part.leavers
        self._today = datetime.fromtimestamp(self.now, ZoneInfo(self.part.time_zone)).date()
        self._check_columns()
        leavers = written.members.get("leavers")
        trail = ValuePath(written.subject, "leavers")
        keep = leavers.members.get("keep_with") if leavers else None
        self._keeps = keep is not None and keep.value is not None
        self._name_node = written.members["name"]
        self._name = self._values.compiled(self._name_node, PLAIN, ValuePath(written.subject, "name"), ())
        self._fields = self._compiled(written.members["fields"], ValuePath(written.subject, "fields"))
        kept = self._compiled(keep, ValuePath(trail, "keep_with")) if keep else {}
        self._leaver = {**self._fields, **kept}
        texts = (written.members["name"], written.members["fields"], *([keep] if keep else ()))
        self._used = {
            column: table.columns[column]
            for node in texts
            for column, _ in columns_in(node)
            if column in table.columns
        }
        self._with_each = any(map(_has_each, texts))
        self.complete = self._check_leavers(leavers, trail) and self._check_name()
        self._name_cells = [table.columns.get(column, 0) for column, _ in columns_in(self._name_node)]
        self._kept_fields = tuple(kept)

    @property
    def feed(self) -> Feed:
        """The feed, with the rows read so far."""
        dated = self._leavers is not None and self._leavers.last_day is not None
        return Feed(
            self.written.name,
            self.written.kind,
            self.table.file,
            tuple(self._rows),
            self.part.max_shrink_percent,
            self.part.results,
            self._kept_fields,
            dated,
        )

    def rows(self, names: dict[tuple[str, str], Place]) -> Iterator[MadeRow]:
        """The resource of each row; `names` are those of earlier rows, of all feeds.

        Raises:
            Refused: the stack then holds too many values.
        """
        if not self.complete:
            return
        for row in self.table.rows:
            self.allowance.spend(0, OVERHEAD)
            made = self._made(row, names)
            self._rows.append(FeedRow(row.line, made.name if made else "", made.left if made else False))
            if made:
                yield made

    def _made(self, row: Row, names: dict[tuple[str, str], Place]) -> MadeRow | None:
        written, file = self.written, self.table.file
        line = Line(row, file, written.subject)
        if self._with_each:
            line.each = each_of(line, "", self._used, self._values)
        node = self._name(line)
        text = text_of(node)
        name = self.fill_name(text, node.place).strip() if node is not None and text else ""
        place = node.place if node is not None and node.file == file else Place(file, row.line, 1)
        if not name or not any(line.cell(index) for index in self._name_cells):
            place = Place(file, *row.at(self._name_cells[0]))
            if not self.mistakes.doubted(place):
                self.mistakes.add(place, "the name of this row is empty; fill it in", written.subject)
            return None
        if self.mistakes.doubted(place) or (node is not None and self.mistakes.doubted(node.place)):
            return None
        line.subject = f"{written.kind}/{name}"
        first = names.setdefault((written.kind, name), place)
        if first != place:
            said = f"the name {quoted(name)} is given twice, first at {first}; keep one row"
            self.mistakes.add(place, said, line.subject)
            return None
        left = self._has_left(line)
        fed = Fed(written.name, left)
        if left and not self._keeps:
            return MadeRow(written.kind, name, place, None, fed, left)
        if self._with_each:
            line.each = each_of(line, name, self._used, self._values)
        makes = self._leaver if left else self._fields
        given = {field: value for field, make in makes.items() if (value := make(line)) is not None}
        return MadeRow(written.kind, name, place, given, fed, left)

    def _has_left(self, line: Line) -> bool:
        """Whether a row is one of somebody who has left."""
        if self._leavers is None:
            return False
        return self._status_is_left(self._leavers, line) | self._is_past(self._leavers, line)

    def _status_is_left(self, leavers: LeaversPart, line: Line) -> bool:
        status = leavers.status
        if status is None:
            return False
        index = self.table.columns[status.column]
        word = line.cell(index)
        if word in status.left:
            return True
        if status.employed is not None and word not in status.employed:
            words = [*status.left, *status.employed]
            near = self.mistakes.near(word, words) or f"; there are {listed(map(quoted, words))}"
            said = f"{quoted(word)} is none of the words of `leavers.status`{near}"
            self.mistakes.add(line.node(index, "").place, said, line.subject)
        return False

    def _is_past(self, leavers: LeaversPart, line: Line) -> bool:
        if leavers.last_day is None:
            return False
        index = self.table.columns[leavers.last_day]
        text = line.cell(index)
        if not text:
            return False
        day = day_of(text)
        if day is None:
            said = f"expected a day such as 2027-03-31 or 2027/03/31, got {quoted(text)}"
            self.mistakes.add(line.node(index, "").place, said, line.subject)
        return day is not None and day < self._today

    def _compiled(self, node: Node, trail: ValuePath) -> dict[str, Make]:
        makes = {}
        for name, value in node.members.items():
            inner = ValuePath(trail, name)
            if name == FIELD:
                said = "each row is a resource already; remove `for_each`"
                self.mistakes.add(value.key_place, said, inner)
            elif name not in self._known:
                near = self.mistakes.near(name, self._known) or f"; the fields are {listed(self._known)}"
                self.mistakes.add(value.key_place, f"there is no such field{near}", inner)
            else:
                makes[name] = self._values.compiled(value, self._shapes.get(name, PLAIN), inner, (name,))
        return makes

    def _check_columns(self) -> None:
        """Note columns that the feed names and that the file does not have, or has twice."""
        for node in self.written.members.values():
            for column, place in columns_in(node):
                self._check_column(column, place)

    def _check_column(self, column: str, node: Node) -> bool:
        table = self.table
        if column not in table.columns:
            near = self.mistakes.near(column, table.columns) or f"; its columns are {listed(table.columns)}"
            said = f"{table.file} has no column {quoted(column)}{table.advice or near}"
        elif column in table.twice:
            said = f"{table.file} has several columns {quoted(column)}; rename one of them"
        else:
            return True
        self.mistakes.add(node.place, said, self.written.subject)
        return False

    def _check_leavers(self, node: Node | None, trail: ValuePath) -> bool:
        leavers = self._leavers
        if leavers is None or node is None:
            return True
        if leavers.status is None and leavers.last_day is None:
            said = "write `status` or `last_day`: the column that says who has left"
            self.mistakes.add(node.key_place, said, trail)
            return False
        sound = True
        if leavers.status is not None:
            sound &= self._check_column(leavers.status.column, node.members["status"].members["column"])
            twice = {*leavers.status.left} & {*(leavers.status.employed or ())}
            if twice:
                said = f"{listed(sorted(twice))} cannot mean both `left` and `employed`; keep one"
                self.mistakes.add(node.members["status"].key_place, said, ValuePath(trail, "status"))
        if leavers.last_day is not None:
            sound &= self._check_column(leavers.last_day, node.members["last_day"])
        return sound

    def _check_name(self) -> bool:
        node = self._name_node
        columns = [column for column, _ in columns_in(node)]
        if not columns and not self.mistakes.doubted(node.place):
            said = "each row needs a name of its own; write {column: NAME}, or ${each.value.NAME} in a text"
            self.mistakes.add(node.place, said, ValuePath(self.written.subject, "name"))
        return bool(columns) and all(
            column in self.table.columns and column not in self.table.twice for column in columns
        )


def _has_each(node: Node) -> bool:
    value = node.value
    if isinstance(value, str):
        return uses_each(value)
    return any(map(_has_each, value if isinstance(value, list) else node.members.values()))


def day_of(text: str) -> date | None:
    """A day written as 2027-03-31, 2027/3/31 or 20270331; None if it is none of the calendar."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, _, month, day, *run = found.groups()
    try:
        return date(*map(int, run if run[0] else (year, month, day)))
    except ValueError:
        return None
