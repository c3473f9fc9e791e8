"""Draws the pictures of a report and of the command `graph`: the stack, one flow, the changes of a flow."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.aws.redaction import SECRETS
from reconciler.contract import Adapter
from reconciler.field_schema import fields_of
from reconciler.pass_report import PassReport
from reconciler.pictures import flow_diff as changes
from reconciler.pictures.flow_diff import Canonical
from reconciler.pictures.flow_diff_text import words
from reconciler.pictures.model import Picture
from reconciler.pictures.render import mermaid, svg
from reconciler.pictures.render.text_metrics import visible
from reconciler.pictures.sources import flow
from reconciler.pictures.sources import stack as centre
from reconciler.pictures.sources.flow_parser import read
from reconciler.stack import Key, Stack

BEFORE, AFTER = "Live", "Desired"


@dataclass(frozen=True)
class FlowSection:
    """One changed flow: its changes in words, a line each, and both versions next to each other."""

    key: Key
    name: str
    words: tuple[str, ...]
    svg: str
    mermaid: str


@dataclass(frozen=True)
class ReportPictures:
    """The whole stack with the state of each node, and every flow whose content changes."""

    map: str
    """The picture of the stack, as SVG."""
    mermaid: str
    flows: tuple[FlowSection, ...] = ()


def report_pictures(report: PassReport, kinds: Mapping[str, Adapter[Any]]) -> ReportPictures:
    """Every picture of a pass, as parts of a page."""
    strays = [stray.key for stray in report.plan.strays]
    whole = centre.draw(report.stack, kinds, centre.states_of(report), strays=strays)
    return ReportPictures(svg.draw(whole), mermaid.draw(whole), tuple(_flows(report, kinds)))


def change_of(report: PassReport, key: Key, kinds: Mapping[str, Adapter[Any]]) -> changes.Change | None:
    """The changes of a flow; None if it is not a flow, or if its content is unchanged, new, or could not be read."""
    field = kinds[key.kind].appearance.flow_in if key.kind in kinds else None
    before = report.before.get(key, {})
    desired = report.stack.resources.get(key)
    if field is None or field not in before or desired is None:
        return None
    return changes.compare(before[field], desired.settings.get(field), canonical(kinds[key.kind], field))


def canonical(adapter: Adapter[Any], field: str) -> Canonical:
    """The function of a kind that returns a document's normal form."""
    document = fields_of(adapter.model)[field].document
    return document.canonical if document else lambda content: content


def told(change: changes.Change) -> tuple[str, ...]:
    """A change in words that may be printed: one line each, without secrets."""
    return tuple(visible(SECRETS.text(line)) for line in words(change))


def _flows(report: PassReport, kinds: Mapping[str, Adapter[Any]]) -> Iterator[FlowSection]:
    for key in report.before:
        change = change_of(report, key, kinds)
        if change:
            both, lines = changes.pictures(change, BEFORE, AFTER), told(change)
            name = visible(SECRETS.text(key.name))
            yield FlowSection(
                key, name, lines, svg.side_by_side(key.name, *both), mermaid.side_by_side(*both, lines)
            )


@dataclass(frozen=True)
class Drawing:
    """One picture as SVG, as Mermaid and as Markdown, and its description in words, a line each."""

    svg: str
    mermaid: str
    markdown: str
    words: tuple[str, ...] = ()


def draw_stack(
    stack: Stack,
    report: PassReport | None,
    around: Iterable[Key] | None,
    kinds: Mapping[str, Adapter[Any]],
) -> Drawing:
    """Draw a stack, or the surroundings of some of its resources; with the state of each node after a pass."""
    states = centre.states_of(report) if report else None
    strays = [stray.key for stray in report.plan.strays] if report else []
    return _single(centre.draw(stack, kinds, states, around, strays))


def draw_flow(
    stack: Stack, report: PassReport | None, key: Key, kinds: Mapping[str, Adapter[Any]]
) -> Drawing:
    """Draw a flow as desired; if a pass found it different, the live and the desired version next to each other."""
    change = change_of(report, key, kinds) if report else None
    if change is None:
        alone = flow.draw(key.name, read(flow_of(stack, key, kinds)))
        return _single(alone, (_said(report, key),) if report else ())
    both, words = changes.pictures(change, BEFORE, AFTER), told(change) or (ONLY_LOOKS,)
    chart = mermaid.side_by_side(*both)
    return Drawing(
        svg.side_by_side(key.name, *both),
        mermaid.side_by_side(*both, words),
        _markdown(key.name, chart, words),
        words,
    )


def flow_of(stack: Stack, key: Key, kinds: Mapping[str, Adapter[Any]]) -> Any:
    """The flow of a resource, as the files write it; None if they do not, or if it has none."""
    field = kinds[key.kind].appearance.flow_in
    return stack.resources[key].settings.get(field) if field else None


ONLY_LOOKS = "No change that a caller notices."


def _said(report: PassReport, key: Key) -> str:
    action = report.plan.actions.get(key)
    if action and action.refusal:
        return visible(SECRETS.text(f"{key}: refused: {action.refusal}"))
    if action and action.verb == "create":
        return f"{key}: to be created"
    return f"{key}: its content stays as it is"


def _single(picture: Picture, words: tuple[str, ...] = ()) -> Drawing:
    chart = mermaid.draw(picture)
    return Drawing(
        svg.draw(picture),
        mermaid.draw(picture, words),
        _markdown(picture.title, chart, (*filter(None, [picture.note]), *words)),
        words,
    )


def _markdown(title: str, chart: str, words: Iterable[str]) -> str:
    lines = [f"* {mermaid.plain(word)}" for word in words]
    return "\n".join(
        [f"# {mermaid.plain(title)}", "", *lines, *([""] if lines else []), mermaid.fenced(chart)]
    )
