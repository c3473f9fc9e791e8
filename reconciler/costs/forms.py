"""Writes cost sheets and changes as text, Markdown, CSV and JSON."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.text import Text

from reconciler.costs.change import CostChange, LineChange
from reconciler.costs.refresh import Compared, Refreshed
from reconciler.costs.sheet import CostLine, CostSheet
from reconciler.reports.markdown_report import code
from reconciler.reports.number_format import counted
from reconciler.runtime.printable import json_text, one_line
from reconciler.stack import Key

COLUMNS = (
    "kind", "name", "charge", "service", "usage", "region", "unit", "fixed", "amount", "usd_per_unit",
    "usd_per_month", "date", "source",
)  # fmt: skip


def number(value: Decimal) -> str:
    """A number as it is: `0.0000002`, `1000000`."""
    return f"{value.normalize():f}" if value else "0"


def money(usd: Decimal) -> str:
    """USD with cents; less than a cent is `<0.01`."""
    rounded = f"{usd:,.2f}"
    return "<0.01" if usd > 0 and rounded == "0.00" else rounded


def signed(usd: Decimal) -> str:
    """A difference in USD, with its sign."""
    return f"{'-' if usd < 0 else '+'}{money(abs(usd))}"


def sheet_lines(sheet: CostSheet) -> Iterator[Text]:
    """The sheet as lines: each unit of each resource, then what has no price and what costs nothing."""
    widths = (
        max((len(str(each.key)) for each in sheet.lines), default=0),
        max((len(each.what) for each in sheet.lines), default=0),
    )
    for each in sheet.lines:
        colour = "yellow" if each.usd is None else ""
        yield Text(f"{str(each.key).ljust(widths[0])}  {each.what.ljust(widths[1])}  {_told(each)}", colour)
    yield from map(Text, _remarks(sheet))
    yield Text(_total(sheet), "bold")


def _told(line: CostLine) -> str:
    """Amount, price and cost of a line in words."""
    if line.price is None:
        return f"no price is known: {line.service} {line.usage}"
    price = f"{number(line.price.usd)} USD per {line.unit}"
    if line.amount is None:
        return f"{price}; cost.yaml gives no volume"
    usd = money(line.usd or Decimal(0))
    return f"{number(line.amount)} x {price} = {usd} USD{' (fixed)' if line.fixed else ''}"


def _remarks(sheet: CostSheet) -> Iterator[str]:
    """What costs nothing, and what is not known."""
    if sheet.free:
        yield f"AWS charges nothing for {counted(len(sheet.free), 'resource')} itself: {_kinds(sheet.free)}"
    if sheet.undeclared:
        yield f"what AWS charges is not known here for {', '.join(map(str, sheet.undeclared))}"


def _kinds(keys: Iterable[Key]) -> str:
    """How many there are of each kind."""
    counts: dict[str, int] = {}
    for key in keys:
        counts[key.kind] = counts.get(key.kind, 0) + 1
    return ", ".join(f"{kind} ({number})" for kind, number in counts.items())


def _total(sheet: CostSheet) -> str:
    stack, total = sheet.stack, sheet.fixed + sheet.by_volume
    known = f"{money(total)} USD a month: {money(sheet.fixed)} fixed, {money(sheet.by_volume)} by volume"
    lacking = [
        f"{counted(len(lines), 'charge')} without {what}"
        for lines, what in ((sheet.unpriced, "a price"), (sheet.without_volume, "a volume"))
        if lines
    ]
    not_in_it = f"; not in it: {', '.join(lacking)}" if lacking else ""
    return f"{stack.name}/{stack.environment} in {stack.region}: {known}{not_in_it}{_dates(sheet)}"


def _dates(sheet: CostSheet) -> str:
    dates = sorted({each.price.date.isoformat() for each in sheet.lines if each.price})
    return f"; prices of {dates[0]} to {dates[-1]}, without taxes and free tiers" if dates else ""


def as_csv(sheet: CostSheet) -> str:
    """Every line as CSV with a heading (RFC 4180); what is not known is empty."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(line_data(each, sheet.stack.region).values() for each in sheet.lines)
    for key in (*sheet.free, *sheet.undeclared):
        said = "nothing" if key in sheet.free else "not known here"
        row: dict[str, Any] = dict.fromkeys(COLUMNS, "")
        writer.writerow({**row, "kind": key.kind, "name": key.name, "charge": said}.values())
    return out.getvalue()


def line_data(line: CostLine, region: str) -> dict[str, Any]:
    """One line as plain data; numbers are texts, so that none is rounded."""
    price = line.price
    return {
        "kind": line.key.kind,
        "name": one_line(line.key.name),
        "charge": line.what,
        "service": line.service,
        "usage": line.usage,
        "region": price.region if price else region,
        "unit": line.unit,
        "fixed": line.fixed,
        "amount": None if line.amount is None else number(line.amount),
        "usd_per_unit": number(price.usd) if price else None,
        "usd_per_month": None if line.usd is None else number(line.usd),
        "date": price.date.isoformat() if price else None,
        "source": price.source if price else None,
    }


def sheet_data(sheet: CostSheet) -> dict[str, Any]:
    """The sheet as plain data."""
    return {
        "fixed": number(sheet.fixed),
        "by_volume": number(sheet.by_volume),
        "total": number(sheet.fixed + sheet.by_volume),
        "lines": [line_data(each, sheet.stack.region) for each in sheet.lines],
        "free": list(map(str, sheet.free)),
        "undeclared": list(map(str, sheet.undeclared)),
    }


def _head(sheet: CostSheet) -> dict[str, Any]:
    stack = sheet.stack
    return {
        "cost": 1,
        "stack": stack.name,
        "environment": stack.environment,
        "region": stack.region,
        "currency": "USD",
    }


def as_json(sheet: CostSheet) -> str:
    """The sheet as JSON."""
    return json_text({**_head(sheet), **sheet_data(sheet)}) + "\n"


def as_markdown(sheet: CostSheet) -> str:
    """The sheet as a table in Markdown."""
    rows = [
        (str(each.key), each.what, _amount(each), _price(each), "" if each.usd is None else money(each.usd))
        for each in sheet.lines
    ]
    table = _table(("resource", "charge", "amount a month", "USD a unit", "USD a month"), rows)
    remarks = "".join(f"\n* {code(each)}" for each in _remarks(sheet))
    return f"## Cost of {code(f'{sheet.stack.name}/{sheet.stack.environment}')}\n\n{code(_total(sheet))}\n\n{table}{remarks}\n"


def _amount(line: CostLine) -> str:
    return "no volume" if line.amount is None else f"{number(line.amount)} {line.unit}"


def _price(line: CostLine) -> str:
    return number(line.price.usd) if line.price else f"no price: {line.service} {line.usage}"


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(heading)} |", f"|{'---|' * len(heading)}"]
    lines += [f"| {' | '.join(code(cell) if cell else '' for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def change_lines(change: CostChange) -> Iterator[Text]:
    """What changes, as lines."""
    for each in change.lines:
        colour = "yellow" if each.usd is None else "red" if each.usd > 0 else "green"
        yield Text(f"{each.line.key}  {each.line.what}: {_moved(each)}", colour)
    before, after = (side.fixed + side.by_volume for side in (change.before, change.after))
    stack = change.after.stack
    unknown = sum(each.usd is None for each in change.lines)
    not_in_it = f"; not in it: {counted(unknown, 'charge')} without a price or a volume" if unknown else ""
    said = (
        f"{money(before)} USD a month lives, {money(after)} with the files: {signed(change.usd)}{not_in_it}"
    )
    yield Text(f"{stack.name}/{stack.environment} in {stack.region}: {said}", "bold")


def _moved(change: LineChange) -> str:
    sides = [_amount(each) if each else "nothing" for each in (change.before, change.after)]
    if change.line.price is None:
        return f"{sides[0]} -> {sides[1]}; {_told(change.line)}"
    usd = "the volume is not known" if change.usd is None else f"{signed(change.usd)} USD"
    return f"{sides[0]} -> {sides[1]}, {usd}"


def change_data(change: CostChange) -> Mapping[str, Any]:
    """The change as plain data."""
    return {
        **_head(change.after),
        "before": sheet_data(change.before),
        "after": sheet_data(change.after),
        "difference": number(change.usd),
        "changed": [
            {
                "kind": each.line.key.kind,
                "name": each.line.key.name,
                "charge": each.line.what,
                "before": each.before and line_data(each.before, change.before.stack.region),
                "after": each.after and line_data(each.after, change.after.stack.region),
                "difference": None if each.usd is None else number(each.usd),
            }
            for each in change.lines
        ],
        "unread": list(change.unread),
    }


def change_markdown(change: CostChange) -> str:
    """What changes, as a table in Markdown."""
    *_, total = change_lines(change)
    rows = [
        (
            str(each.line.key),
            each.line.what,
            _amount(each.before) if each.before else "nothing",
            _amount(each.after) if each.after else "nothing",
            "not known" if each.usd is None else signed(each.usd),
        )
        for each in change.lines
    ]
    table = _table(("resource", "charge", "lives", "with the files", "USD a month"), rows)
    return f"## Cost of the change\n\n{code(total.plain)}\n\n{table}"


def change_csv(change: CostChange) -> str:
    """What changes, as CSV with a heading."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("kind", "name", "charge", "amount_before", "amount_after", "usd_per_month"))
    for each in change.lines:
        amounts = [side.amount if side else Decimal(0) for side in (each.before, each.after)]
        numbers = ["" if value is None else number(value) for value in (*amounts, each.usd)]
        writer.writerow((each.line.key.kind, one_line(each.line.key.name), each.line.what, *numbers))
    return out.getvalue()


def refreshed_lines(found: Refreshed) -> Iterator[Text]:
    """The prices that differ from those of the API, and a summary."""
    counts = {"same": 0, "differs": 0, "new": 0, "not listed": 0}
    for each in found.units:
        counts[each.outcome] += 1
        if each.outcome != "same":
            yield Text(_compared(each), "yellow")
    told = ", ".join(f"{number} {name}" for name, number in counts.items() if number or name == "same")
    yield Text(f"{counted(len(found.units), 'price')} compared with the AWS Price List API: {told}", "bold")


def _compared(each: Compared) -> str:
    unit = f"{each.unit.service} {each.unit.usage} in {each.region}"
    if each.row is None:
        return f"{unit}: the table has no price, the API says {number(each.usd or Decimal(0))} USD"
    table = f"{number(each.row.usd)} USD of {each.row.date.isoformat()}"
    if each.usd is None:
        return f"{unit}: the table says {table}, the API lists none"
    return f"{unit}: the table says {table}, the API says {number(each.usd)} USD"


def refreshed_data(found: Refreshed) -> Mapping[str, Any]:
    """The comparison as plain data."""
    return {
        "cost_refresh": 1,
        "prices": [
            {
                "service": each.unit.service,
                "usage": each.unit.usage,
                "region": each.region,
                "outcome": each.outcome,
                "table": each.row and number(each.row.usd),
                "date": each.row and each.row.date.isoformat(),
                "api": None if each.usd is None else number(each.usd),
            }
            for each in found.units
        ],
        "unread": list(found.unread),
    }
