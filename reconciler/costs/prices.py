"""The table of AWS's prices: `prices.csv` of this package, or a file of the user in the same form."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

COLUMNS = ("service", "region", "usage", "unit", "usd", "date", "read", "source")
ANY = "any"
"""The Region of a price that AWS's page gives without one."""
TABLE = Path(__file__).parent / "prices.csv"


class Price(NamedTuple):
    """One row: what AWS charges in USD for one unit, and where that is from."""

    service: str
    """The service in AWS's price list."""
    region: str
    """The Region, or `any`."""
    usage: str
    """The usage type in the price list, without the Region at its beginning."""
    unit: str
    usd: Decimal
    date: date
    """The day on which AWS published the price, or on which its page was read."""
    read: str
    """How it was read: `quoted`, from a public document that quotes the source, or `own`, by the user."""
    source: str
    """The address of AWS's price list or page."""


class BadPrices(ValueError):
    """Raised for a table that cannot be used; one line for each mistake, with file and line."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = list(lines)


@dataclass(frozen=True)
class PriceTable:
    """All prices that are known; the first one of several for the same unit counts."""

    rows: Sequence[Price]

    @cached_property
    def _by_unit(self) -> dict[tuple[str, str, str], Price]:
        return {(each.service, each.region, each.usage): each for each in reversed(self.rows)}

    def find(self, service: str, region: str, usage: str) -> Price | None:
        """The price of a unit in a Region; None if it is not known."""
        found = self._by_unit.get((service, region, usage))
        return found or self._by_unit.get((service, ANY, usage))


def read_table(file: Path = TABLE) -> PriceTable:
    """The prices of a file.

    Raises:
        BadPrices: with each mistake in it.
    """
    try:
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise BadPrices([f"{file}: {(error.strerror or 'it cannot be read').lower()}"]) from None
    except UnicodeDecodeError:
        raise BadPrices([f"{file}: this file is not UTF-8 text"]) from None
    wrong: list[str] = []
    rows = list(_rows(file, text.splitlines(), wrong))
    if wrong:
        raise BadPrices(wrong)
    return PriceTable(rows)


def _rows(file: Path, lines: Iterable[str], wrong: list[str]) -> Iterator[Price]:
    """The rows of a file; a line for each mistake."""
    reader = csv.reader(lines)
    heading = next(reader, [])
    if tuple(heading) != COLUMNS:
        wrong.append(f"{file}:1: expected the heading {','.join(COLUMNS)}")
        return
    for row in reader:
        place = f"{file}:{reader.line_num}"
        if len(row) != len(COLUMNS):
            wrong.append(f"{place}: expected {len(COLUMNS)} values, got {len(row)}")
            continue
        service, region, usage, unit, usd, day, read, source = row
        try:
            price, published = Decimal(usd), date.fromisoformat(day)
        except InvalidOperation:
            wrong.append(f'{place}: "{usd}" is no price in USD, such as 0.0000002')
        except ValueError:
            wrong.append(f'{place}: "{day}" is no date, such as 2026-10-01')
        else:
            if not price.is_finite() or price < 0:
                wrong.append(f'{place}: "{usd}" is no price in USD, such as 0.0000002')
            elif not source.startswith("https://"):
                wrong.append(f"{place}: expected the https address where the price is from")
            else:
                yield Price(service, region, usage, unit, price, published, read, source)
