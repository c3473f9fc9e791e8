"""What Amazon Lightsail offers: tables of bundles, blueprints and Regions. A row has the day of its source, and the source.

The rows are from public documents that quote the source. Nothing compares them with AWS.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
ABOUT = ("date", "source")
"""The columns that say where a row is from."""
NUMBERS = frozenset({"ram_size_in_gb", "price"})
TEXTS = frozenset({"version", "version_code"})
LISTS = frozenset({"zones", "database_zones", "protocols"})

Row = Mapping[str, Any]


@cache
def table(name: str) -> tuple[Row, ...]:
    """Return the rows of a table, by AWS's names in snake_case; an empty cell is None."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple({key: _value(key, text) for key, text in row.items()} for row in csv.DictReader(file))


def _value(column: str, text: str) -> Any:
    if column in LISTS:
        return tuple(text.split())
    if column in TEXTS:
        return text
    if text in {"true", "false"}:
        return text == "true"
    if text == "":
        return None
    if column in NUMBERS:
        return float(text)
    return int(text) if text.isascii() and text.isdecimal() else text


def known(table_name: str, column: str, id_: str) -> Row | None:
    """Return the row of a bundle or blueprint; None if the table does not have it."""
    return next((row for row in table(table_name) if row[column] == id_), None)
