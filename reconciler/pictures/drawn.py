"""What a user asked to be drawn, in every form that it can be written in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.aws.redaction import SECRETS
from reconciler.contract import Adapter
from reconciler.one_pass import PassReport
from reconciler.pictures import centre, changes, flow, mermaid, svg
from reconciler.pictures.drawing import Picture
from reconciler.pictures.sections import AFTER, BEFORE, change_of, told
from reconciler.pictures.steps import read
from reconciler.pictures.text import visible
from reconciler.stack import Key, Stack


@dataclass(frozen=True)
class Drawn:
    """One picture as SVG, as Mermaid and as Markdown, and what it says in words, a line each."""

    svg: str
    mermaid: str
    markdown: str
    words: tuple[str, ...] = ()


def stack_drawn(
    stack: Stack,
    report: PassReport | None,
    around: Iterable[Key] | None,
    kinds: Mapping[str, Adapter[Any]],
) -> Drawn:
    """A stack, or what is around some of its resources; with the state of each node after a pass."""
    states = centre.states_of(report) if report else None
    strays = [stray.key for stray in report.plan.strays] if report else []
    return _single(centre.draw(stack, kinds, states, around, strays))


def flow_drawn(stack: Stack, report: PassReport | None, key: Key, kinds: Mapping[str, Adapter[Any]]) -> Drawn:
    """A flow as desired; after a pass that found it otherwise, as it lives and as desired side by side."""
    change = change_of(report, key, kinds) if report else None
    if change is None:
        alone = flow.draw(key.name, read(flow_of(stack, key, kinds)))
        return _single(alone, (_said(report, key),) if report else ())
    both, words = changes.pictures(change, BEFORE, AFTER), told(change) or (ONLY_LOOKS,)
    chart = mermaid.side_by_side(*both)
    return Drawn(
        svg.side_by_side(key.name, *both),
        mermaid.side_by_side(*both, words),
        _markdown(key.name, chart, words),
        words,
    )


def flow_of(stack: Stack, key: Key, kinds: Mapping[str, Adapter[Any]]) -> Any:
    """The flow that a resource holds, as the files write it; None where they do not, or where it holds none."""
    field = kinds[key.kind].appearance.flow_in
    return stack.resources[key].settings.get(field) if field else None


ONLY_LOOKS = "Nothing that a caller notices."


def _said(report: PassReport, key: Key) -> str:
    action = report.plan.actions.get(key)
    if action and action.refusal:
        return visible(SECRETS.text(f"{key}: refused: {action.refusal}"))
    if action and action.verb == "create":
        return f"{key}: to be created"
    return f"{key}: its content stays as it is"


def _single(picture: Picture, words: tuple[str, ...] = ()) -> Drawn:
    chart = mermaid.draw(picture)
    return Drawn(
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
