"""The further sections of a report: the map, the changed flows, the earlier passes."""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reconciler.contract import Adapter
from reconciler.pictures import report_pictures
from reconciler.reconcile import PassReport
from reconciler.reports.html_report import Section
from reconciler.reports.number_format import counted
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
    pictures = report_pictures(report, kinds)
    yield Section("map", "The stack", f'<div class="picture">{pictures.map}</div>')
    for number, flow in enumerate(pictures.flows, start=1):
        lines = "".join(f"<li>{html.escape(line)}</li>" for line in flow.words)
        body = f'<ul class="words">{lines}</ul><div class="picture">{flow.svg}</div>'
        yield Section(f"flow-{number}", f"Flow {flow.name}", body, flow.words)
    if earlier:
        yield Section("history", "The passes before", _line(list(reversed(earlier))))


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
