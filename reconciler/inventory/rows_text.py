"""Writes an inventory as a table, as lines, as CSV and as JSON."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from reconciler.inventory.listing import Row, State
from reconciler.runtime.printable import are_lines, one_line
from reconciler.stack import Stack

HEADINGS = ("kind", "name", "state", "id", "facts")
COLUMNS = ("kind", "name", "state", "id", "arn", "facts", "console")
COLOURS: Mapping[State, str] = {"owned": "green", "unmarked": "yellow", "extra": "yellow"}
"""The colours of states; other states are red."""


def table_lines(rows: Sequence[Row]) -> Iterator[Text]:
    """A table for a terminal: a heading, and one line for each resource."""
    cells = [(row.key.kind, row.key.name, row.state, row.id, facts_text(row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *cells, strict=True)]
    yield _line(HEADINGS, widths, "bold")
    for row, each in zip(rows, cells, strict=True):
        yield _line(each, widths, "", COLOURS.get(row.state, "red"))


def _line(cells: Sequence[str], widths: Sequence[int], style: str, colour: str = "") -> Text:
    line = Text(style=style)
    for name, width, cell in zip(HEADINGS, widths, cells, strict=True):
        line.append(cell.ljust(width), colour if name == "state" else "")
        line.append("  ")
    line.rstrip()
    return line


def plain_text(rows: Iterable[Row]) -> str:
    """One line for each resource, its columns (`COLUMNS`) separated by tabs, without a heading."""
    return "".join("\t".join(_cells(row)) + "\n" for row in rows)


def csv_text(rows: Iterable[Row]) -> str:
    """All rows as CSV with a heading (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(_cells(row) for row in rows)
    return out.getvalue()


def _cells(row: Row) -> tuple[str, ...]:
    """The columns of a row, each safe for a terminal."""
    cells = (row.key.kind, row.key.name, row.state, row.id, row.arn, facts_text(row), row.console)
    return cells if are_lines(cells) else tuple(map(one_line, cells))


def inventory_data(stack: Stack, rows: Iterable[Row]) -> dict[str, Any]:
    """All rows as plain data."""
    return {
        "stack": stack.name,
        "environment": stack.environment,
        "account": stack.account,
        "region": stack.region,
        "resources": [row_data(row) for row in rows],
    }


def row_data(row: Row) -> dict[str, Any]:
    """One row as plain data."""
    return {
        "kind": row.key.kind,
        "name": row.key.name,
        "state": row.state,
        "id": row.id or None,
        "arn": row.arn or None,
        "attributes": dict(row.facts),
        "console": row.console or None,
        "place": str(row.place) if row.place else None,
        "why": row.why or None,
    }


def row_lines(row: Row) -> Iterator[Text]:
    """Everything that is known of one resource, a line each."""
    yield Text(str(row.key), "bold")
    values = {
        "state": f"{row.state}: {row.why}" if row.why else row.state,
        "id": row.id,
        "arn": row.arn,
        **row.facts,
        "console": row.console,
        "place": str(row.place) if row.place else "",
    }
    shown = {name: value for name, value in values.items() if value}
    width = max(map(len, shown))
    for name, value in shown.items():
        yield Text(f"  {name.ljust(width)}  {value}")


def facts_text(row: Row) -> str:
    """The key facts in one line; instead, why a resource could not be looked up."""
    return " ".join(f"{name}={value}" for name, value in row.facts.items()) or row.why
