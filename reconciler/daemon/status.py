"""The status of a stack after a pass; each change of it is a notification."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from reconciler.applying import TROUBLE
from reconciler.daemon.backoff import Backoff
from reconciler.pass_report import PassReport
from reconciler.planning.plan import Action
from reconciler.reports.number_format import counted
from reconciler.stack import Key

Condition: TypeAlias = Literal["settled", "drifted", "pending", "failing", "refused", "invalid", "held"]

NAMED = 10
"""At most this many resources are named; the others are counted."""


@dataclass(frozen=True)
class State:
    """The condition of a stack and its subject; two states are equal if both are."""

    condition: Condition
    about: frozenset[str] = frozenset()
    """The resources and fields with a problem; without values, which may differ in each pass."""
    lines: tuple[str, ...] = ()
    """The same as text, a line each."""
    corrected: bool = False
    """Whether all drift was corrected at once."""

    def __eq__(self, other: object) -> bool:
        """Whether the other state needs no new notification."""
        return isinstance(other, State) and (self.condition, self.about) == (other.condition, other.about)

    def __hash__(self) -> int:
        return hash((self.condition, self.about))


SETTLED = State("settled")


def problem_of(report: PassReport) -> State:
    """The problem of a stack after a pass; `SETTLED` if there is none."""
    if report.outcome == "refused":
        return State("refused", frozenset(report.refusals), (*report.refusals, *report.hints))
    if report.outcome == "failed":
        keys = {str(key) for key, each in report.results.items() if each.outcome in TROUBLE}
        about = frozenset({*keys, *report.blind, *report.refusals})
        return State("failing", about, (*report.refusals, *_troubles(report)))
    waiting = {str(key) for key, each in report.results.items() if each.outcome == "waiting"}
    waiting -= {str(key) for key in only_held(report)}
    if waiting and not report.options.dry_run:
        return State("pending", frozenset(waiting), tuple(_troubles(report)))
    return SETTLED


def only_held(report: PassReport) -> frozenset[Key]:
    """The resources that differ only in edits that are held for now."""
    actions = report.plan.actions.items()
    return frozenset(key for key, each in actions if each.held and each.postponed and not each.differences)


def as_in_the_files(report: PassReport) -> bool:
    """Whether all is as in the files after a pass, except for edits that are held."""
    held = only_held(report)
    others = {each.outcome for key, each in report.results.items() if key not in held}
    return report.outcome == "settled" or (report.outcome == "pending" and "waiting" not in others)


def drift_of(report: PassReport) -> State:
    """The drift that a pass found, and whether it was corrected; `SETTLED` if there was none."""
    actions = report.plan.actions.values()
    changed = [each for each in actions if each.refusal is None and each.postponed is None]
    if not changed:
        return SETTLED
    corrected = all(report.results[action.key].outcome == "done" for action in changed)
    return State("drifted", frozenset(_about(changed)), tuple(_differences(report, changed)), corrected)


def with_backoffs(state: State, rests: Mapping[Key, Backoff]) -> State:
    """The state with resources that failed recently and that this pass did not try: the stack is not settled."""
    left = {str(key): rest for key, rest in rests.items() if str(key) not in state.about}
    if not left or state.condition not in ("settled", "pending", "failing"):
        return state
    lines = (
        f"{key}: failed {counted(rest.failures, 'time')} in a row; not tried for a while"
        for key, rest in left.items()
    )
    return State("failing", state.about | left.keys(), (*state.lines, *lines))


def _about(actions: list[Action]) -> Iterator[str]:
    for action in actions:
        yield f"{action.verb} {action.key}"
        yield from (f"{action.key}.{each.field}" for each in action.differences)


def _troubles(report: PassReport) -> Iterator[str]:
    unfinished = TROUBLE | {"waiting"}
    wrong = [(key, each) for key, each in report.results.items() if each.outcome in unfinished]
    for key, result in wrong[:NAMED]:
        yield f"{key}: {result.outcome}: {result.message}"
    if len(wrong) > NAMED:
        yield f"and {counted(len(wrong) - NAMED, 'other')}"
    yield from (f"not searched for resources to remove: {kind}" for kind in report.blind)


def _differences(report: PassReport, changed: list[Action]) -> Iterator[str]:
    for action in changed[:NAMED]:
        fields = sorted({each.top for each in action.differences})
        what = ", ".join(fields) if action.verb == "update" else action.verb
        yield f"{action.key}: {what}: {report.results[action.key].outcome}"
    if len(changed) > NAMED:
        yield f"and {counted(len(changed) - NAMED, 'other')}"
