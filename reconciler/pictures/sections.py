"""The pictures of one pass, for whoever writes a report about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.aws.redaction import SECRETS
from reconciler.contract import Adapter
from reconciler.one_pass import PassReport
from reconciler.pictures import centre, changes, mermaid, svg
from reconciler.pictures.matching import Canonical
from reconciler.pictures.telling import words
from reconciler.pictures.text import visible
from reconciler.shapes import fields_of
from reconciler.stack import Key

BEFORE, AFTER = "As it lives", "As desired"


@dataclass(frozen=True)
class FlowSection:
    """One changed flow: what changed in words, a line each, and both versions side by side."""

    key: Key
    name: str
    words: tuple[str, ...]
    svg: str
    mermaid: str


@dataclass(frozen=True)
class Sections:
    """The whole stack with the state of each node, and every flow whose content changes."""

    map: str
    """As SVG."""
    mermaid: str
    flows: tuple[FlowSection, ...] = ()


def sections(report: PassReport, kinds: Mapping[str, Adapter[Any]]) -> Sections:
    """Every picture of a pass; pieces to stand in a page, without a page around them."""
    strays = [stray.key for stray in report.plan.strays]
    whole = centre.draw(report.stack, kinds, centre.states_of(report), strays=strays)
    return Sections(svg.draw(whole), mermaid.draw(whole), tuple(_flows(report, kinds)))


def change_of(report: PassReport, key: Key, kinds: Mapping[str, Adapter[Any]]) -> changes.Change | None:
    """What changes in a flow; None where it is none, or where its content stays, is new, or could not be read."""
    field = kinds[key.kind].appearance.flow_in if key.kind in kinds else None
    before = report.before.get(key, {})
    desired = report.stack.resources.get(key)
    if field is None or field not in before or desired is None:
        return None
    return changes.compare(before[field], desired.settings.get(field), canonical(kinds[key.kind], field))


def canonical(adapter: Adapter[Any], field: str) -> Canonical:
    """How a kind takes away what only looks different."""
    document = fields_of(adapter.model)[field].document
    return document.canonical if document else lambda content: content


def told(change: changes.Change) -> tuple[str, ...]:
    """A change in words that may leave the program: one line each, without secrets."""
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
