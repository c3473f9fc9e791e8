"""Rows as lines of a backup, the same from MySQL, MariaDB and SQLite, and sums over them."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from staff_integration.backup import BackupError

MODULUS = 1 << 256


@dataclass
class TableSum:
    """How many rows a table has, and the sum of the SHA-256 of each, whatever their order is."""

    rows: int = 0
    total: int = 0

    def add(self, line: bytes) -> None:
        """Count a row, given as its line."""
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(line).digest())) % MODULUS

    @property
    def checksum(self) -> str:
        """The sum, in 64 hexadecimal digits."""
        return f"{self.total:064x}"


def line_of(values: Sequence[Any]) -> bytes:
    """A row as a line of JSON, without its end.

    Raises:
        BackupError: a value is of a type that no column of this application has.
    """
    return json.dumps([_packed(each) for each in values], ensure_ascii=False, separators=(",", ":")).encode()


def values_of(row: Sequence[Any]) -> list[Any]:
    """The values of a line that was read as JSON."""
    return [_unpacked(each) for each in row]


def split_lines(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a text that comes in pieces, without their ends.

    Raises:
        BackupError: the text ends in the middle of a line.
    """
    rest = b""
    for part in parts:
        *whole, rest = (rest + part).split(b"\n")
        yield from whole
    if rest:
        raise BackupError("the backup ends in the middle of a line")


def _packed(value: Any) -> Any:
    match value:
        case None | str() | float():
            return value
        case int():
            return int(value)  # MySQL has no booleans, SQLite has
        case bytes():
            return {"bytes": base64.b64encode(value).decode()}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case Decimal():
            return {"decimal": f"{value.normalize():f}"}
    raise BackupError(f"a value of the type {type(value).__name__} cannot be kept in a backup")


def _unpacked(value: Any) -> Any:
    match value:
        case {"bytes": text}:
            return base64.b64decode(text)
        case {"moment": text}:
            return datetime.fromisoformat(text)
        case {"date": text}:
            return date.fromisoformat(text)
        case {"decimal": text}:
            return Decimal(text)
    return value
