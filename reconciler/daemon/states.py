"""What state a stack is in, as a pass left it: that which is announced when it changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from reconciler.one_pass import PassReport
from reconciler.planning.plan import Action
from reconciler.reports.words import counted

Condition: TypeAlias = Literal["settled", "drifted", "pending", "failing", "refused", "invalid"]

NAMED = 10
"""So many resources are named; the others are counted."""


@dataclass(frozen=True)
class State:
    """The condition of a stack, and what it is about; two are the same when both are."""

    condition: Condition
    about: frozenset[str] = frozenset()
    """What differs, fails or is wrong: not the values, which may be others in each pass."""
    lines: tuple[str, ...] = ()
    """The same to be read, a line each."""
    corrected: bool = False
    """Whether drift was corrected at once, all of it."""

    def __eq__(self, other: object) -> bool:
        """Whether nothing new is to be said."""
        return isinstance(other, State) and (self.condition, self.about) == (other.condition, other.about)

    def __hash__(self) -> int:
        return hash((self.condition, self.about))


def state_of(report: PassReport, *, drift: bool) -> State:
    """The state in which a pass left its stack; `drift`: whether its differences are nobody's wish."""
    troubles = tuple(_troubles(report))
    if report.outcome == "refused":
        return State("refused", frozenset(report.refusals), report.refusals)
    if report.outcome == "failed":
        keys = {
            str(key)
            for key, each in report.results.items()
            if each.outcome in ("failed", "refused", "unsure")
        }
        return State("failing", frozenset({*keys, *report.blind}), troubles)
    changed = [action for action in report.plan.actions.values() if action.refusal is None]
    if changed and drift:
        corrected = all(report.results[action.key].outcome == "done" for action in changed)
        return State("drifted", frozenset(_about(changed)), tuple(_differences(report, changed)), corrected)
    if report.outcome == "pending":
        return State("pending", frozenset(str(action.key) for action in changed), troubles)
    return State("settled")


def _about(actions: list[Action]) -> Iterator[str]:
    for action in actions:
        yield f"{action.verb} {action.key}"
        yield from (f"{action.key}.{each.field}" for each in action.differences)


def _troubles(report: PassReport) -> Iterator[str]:
    wrong = [
        (key, each)
        for key, each in report.results.items()
        if each.outcome in ("failed", "refused", "unsure", "waiting")
    ]
    for key, result in wrong[:NAMED]:
        yield f"{key}: {result.outcome}: {result.message}"
    if len(wrong) > NAMED:
        yield f"and {counted(len(wrong) - NAMED, 'other')}"
    yield from (f"not looked through for what is no longer desired: {kind}" for kind in report.blind)


def _differences(report: PassReport, changed: list[Action]) -> Iterator[str]:
    for action in changed[:NAMED]:
        fields = sorted({each.top for each in action.differences})
        what = ", ".join(fields) if action.verb == "update" else action.verb
        yield f"{action.key}: {what}: {report.results[action.key].outcome}"
    if len(changed) > NAMED:
        yield f"and {counted(len(changed) - NAMED, 'other')}"
