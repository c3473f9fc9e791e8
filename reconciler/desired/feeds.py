"""Reads feeds: CSV files whose rows are resources of a kind (`users_from`)."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from reconciler.contract import Adapter
from reconciler.desired.discovery import Sources
from reconciler.desired.feed_rows import FeedReader, MadeRow, Written
from reconciler.desired.feed_schema import FEED_NAME, FeedPart
from reconciler.desired.feed_table import table_of
from reconciler.desired.files import refuse_path
from reconciler.desired.mistakes import Mistakes, Refused, ValuePath
from reconciler.desired.nodes import Node, plain
from reconciler.desired.phrases import a_value, quoted
from reconciler.desired.validation import WrittenFields, validate
from reconciler.desired.variables import Variables
from reconciler.stack import Feed, Place

OF_TEXT = ("file", "encoding", "delimiter", "time_zone", "results")
"""The keys of a feed whose variables are filled in at once."""


@dataclass
class Feeds:
    """All feeds of one stack."""

    kinds: Mapping[str, Adapter[Any]]
    variables: Variables
    mistakes: Mistakes
    sources: Sources
    now: Callable[[], float] = time.time
    """Seconds since 1970."""
    open_kinds: set[str] = field(default_factory=set)
    """The kinds of feeds of which not all rows have a name that is known."""
    found: list[Feed] = field(default_factory=list)
    """The feeds that could be read, with their rows."""
    _written: dict[tuple[str, str], Written] = field(default_factory=dict)
    _names: dict[tuple[str, str], Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keys = {adapter.rows_key: kind for kind, adapter in self.kinds.items() if adapter.rows_key}
        """By top-level key of desired state: the kind of the rows."""
        self._digest = hashlib.sha256()

    def add(self, key: str, root: Node) -> None:
        """Take the feeds that one of the stack's files has under a key."""
        for name, body in self._bodies(key, root):
            first = self._written.get((key, name))
            if first is not None:
                said = f"this name is given twice, first at {first.place}; keep one"
                self.mistakes.add(body.key_place, said, first.subject)
            elif isinstance(body.value, dict):
                self._take(key, name, body)
            else:
                said = f"expected `file`, `name` and `fields`, got {a_value(body.value)}"
                self.mistakes.add(body.place, said, f"{key}.{name}")

    def lay_over(self, key: str, root: Node) -> None:
        """Merge the feeds of the chosen environment over those of the stack; null leaves one out."""
        for name, body in self._bodies(key, root):
            known = self._written.get((key, name))
            if body.value is None and known is None:
                near = self.mistakes.near(name, [each for of, each in self._written if of == key])
                said = f"the stack has no feed of this name to leave out{near}"
                self.mistakes.add(body.key_place, said, f"{key}.{name}")
            elif body.value is None:
                del self._written[key, name]
            elif known is not None and isinstance(body.value, dict):
                known.members.update(body.members)
            elif isinstance(body.value, dict):
                self._take(key, name, body)
            else:
                said = f"expected the keys of a feed, got {a_value(body.value)}"
                self.mistakes.add(body.place, said, f"{key}.{name}")

    def rows(self) -> Iterator[MadeRow]:
        """The resources of all rows, once."""
        for written in self._written.values():
            yield from self._read(written)
        self._written = {}

    def digest(self) -> bytes:
        """The hash of what the last days say today; empty if no feed has any."""
        return self._digest.digest() if any(each.dated for each in self.found) else b""

    def _bodies(self, key: str, root: Node) -> Iterator[tuple[str, Node]]:
        if not isinstance(root.value, dict | None):
            self.mistakes.add(root.place, f"expected feeds by name, got {a_value(root.value)}", key)
        for name, body in root.members.items():
            problem = FEED_NAME.problem(name)
            if problem:
                self.mistakes.add(body.key_place, f"the name of a feed: {problem}", key)
            else:
                yield name, body

    def _take(self, key: str, name: str, body: Node) -> None:
        kind = self.keys[key]
        self._written[key, name] = Written(kind, f"{key}.{name}", name, body.key_place, dict(body.members))

    def _read(self, written: Written) -> Iterator[MadeRow]:
        part = self._part(written)
        table = None
        if part is not None:
            try:
                data = self.sources.table(part.file)
            except Refused as error:
                said = f"{quoted(part.file)}: {error}"
                trail = ValuePath(written.subject, "file")
                self.mistakes.add(written.members["file"].place, said, trail)
            else:
                table = table_of(data, part, self.mistakes)
        if part is None or table is None:
            self.open_kinds.add(written.kind)
            if part is not None:
                self.found.append(Feed(written.name, written.kind, part.file, results=part.results))
            return
        reader = FeedReader(
            written,
            part,
            table,
            self.kinds[written.kind],
            self.mistakes,
            self.sources.allowance,
            self.now(),
            self.variables.fill_name,
        )
        try:
            for made in reader.rows(self._names):
                if made.left:
                    self._digest.update(f"{written.name}\0{made.name}\0".encode("utf-8", "surrogateescape"))
                yield made
        except Refused as error:
            self.open_kinds.add(written.kind)
            self.mistakes.add(written.place, str(error), written.subject)
        if not (reader.complete and table.whole and all(row.name for row in reader.feed.rows)):
            self.open_kinds.add(written.kind)
        self.found.append(reader.feed)

    def _part(self, written: Written) -> FeedPart | None:
        members = written.members
        for name in OF_TEXT:
            node = members.get(name)
            if node is not None and isinstance(node.value, str):
                filled = self.variables.fill(node.value, node.place, ValuePath(written.subject, name))
                members[name] = Node(filled, *node.place)
                members[name].key_line, members[name].key_column = node.key_line, node.key_column
        values = {name: plain(node) for name, node in members.items()}
        about = WrittenFields(members, written.place, lambda _: written.subject)
        part = validate(FeedPart, values, about, self.mistakes)
        if part is not None and part.results is not None:
            problem = _results_problem(part.results, part.file)
            if problem:
                self.mistakes.add(members["results"].place, problem, ValuePath(written.subject, "results"))
                return None
        return part


def _results_problem(path: str, file: str) -> str:
    """What is wrong with the path of the results; empty if nothing is."""
    try:
        refuse_path(path)
    except Refused as error:
        return str(error)
    if not path.lower().endswith(".csv"):
        return "expected the path of a CSV file, such as results/staff.csv"
    if PurePosixPath(path) == PurePosixPath(file):
        return "this is the file with the rows itself; write another path"
    return ""
