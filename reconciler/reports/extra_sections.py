"""The further sections of a report: what lives beside the stack, the map, the changed flows, the earlier passes."""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reconciler.aws.redaction import SECRETS
from reconciler.contract import Adapter
from reconciler.pass_report import PassReport
from reconciler.pictures import report_pictures
from reconciler.reports.extra_text import (
    extra_data,
    extra_lines,
    field_lines,
    kind_lines,
    owner_words,
    remarks,
)
from reconciler.reports.html_report import Section
from reconciler.reports.number_format import counted
from reconciler.reports.report_schema import ExtraData
from reconciler.reports.value_format import shown
from reconciler.runtime.printable import one_line


@dataclass(frozen=True, slots=True)
class EarlierPass:
    """An earlier pass; `started` is in seconds since 1970."""

    number: int
    started: float
    outcome: str
    changes: int
    drifted: int
    who: str


def sections_of(
    report: PassReport, kinds: Mapping[str, Adapter[Any]], earlier: Sequence[EarlierPass] = ()
) -> Iterator[Section]:
    """All further sections; `earlier` passes are given newest first."""
    if report.extra is not None:
        data = extra_data(report.extra)
        words = tuple(map(str.strip, extra_lines(data)))
        yield Section("extra", "Beside the stack", _beside(data), words[1:] or words)
    pictures = report_pictures(report, kinds)
    yield Section("map", "The stack", f'<div class="picture">{pictures.map}</div>')
    for number, flow in enumerate(pictures.flows, start=1):
        lines = "".join(f"<li>{html.escape(line)}</li>" for line in flow.words)
        body = f'<ul class="words">{lines}</ul><div class="picture">{flow.svg}</div>'
        yield Section(f"flow-{number}", f"Flow {flow.name}", body, flow.words)
    if earlier:
        yield Section("history", "The passes before", _line(list(reversed(earlier))))


def _beside(data: ExtraData) -> str:
    """What lives beside the stack: a folded list for each kind."""
    resources: dict[str, list[str]] = {}
    for each in data["resources"]:
        resources.setdefault(each["kind"], []).append(f"{each['name']}: {owner_words(each['owner'])}")
    fields: dict[str, list[str]] = {}
    for one in data["fields"]:
        fields.setdefault(one["kind"], []).append(f"{one['name']}.{one['field']}: {shown(one['value'])}")
    folded = [*_folded(kind_lines(data), resources)]
    managed = "<h3>Fields that no file manages</h3>" if fields else ""
    rest = "".join(f"<p>{_safe(each)}</p>" for each in remarks(data))
    nothing = "" if folded else '<p class="empty">No other resources.</p>'
    return "".join((nothing, *folded, managed, *_folded(field_lines(data), fields), rest))


def _folded(lines: Mapping[str, str], items: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """An element that opens for each kind."""
    for kind, line in lines.items():
        inside = "".join(f"<li>{_safe(each)}</li>" for each in items.get(kind, ()))
        yield (
            f"<details><summary>{_safe(line)}</summary><ul>{inside}</ul></details>"
            if inside
            else f"<p>{_safe(line)}</p>"
        )


def _safe(text: str) -> str:
    return html.escape(SECRETS.text(one_line(text)))


def _line(passes: Sequence[EarlierPass]) -> str:
    """A mark for each pass, the oldest first; its text is shown under the pointer, and screen readers read it."""
    marks = "".join(
        f'<li class="badge {html.escape(each.outcome)}" title="{html.escape(_told(each))}">'
        f'<span aria-hidden="true">{each.number}</span><span class="unseen">{html.escape(_told(each))}</span></li>'
        for each in passes
    )
    return f'<ol class="passes">{marks}</ol>'


def _told(each: EarlierPass) -> str:
    when = datetime.fromtimestamp(each.started, UTC).strftime("%Y-%m-%d %H:%M UTC")
    drift = f", {each.drifted} of it drift" if each.drifted else ""
    return one_line(
        f"{each.number}: {when}, {each.outcome}, {counted(each.changes, 'change')}{drift}, by {each.who}"
    )
