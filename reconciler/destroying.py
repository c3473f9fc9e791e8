"""Deletes everything of a stack: passes over a stack without resources, as often as they get further, and what is left then."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reconciler.contract import Adapter, Sighting
from reconciler.observing.contents_reader import list_with_tags
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.contents import kinds_within
from reconciler.planning.ownership import Owner, owner_of
from reconciler.planning.plan import Plan
from reconciler.planning.world import World
from reconciler.reconcile import Pass
from reconciler.stack import Desired, Destruction, GuardLimits, Key, Place, Stack

ROUNDS = 5
"""After this many passes the rest is left to another run."""
STILL_THERE = "it is still there"
NO_FILE = Place("", 0, 0)
"""The place of resources that come from no file."""

NewPass = Callable[[Stack, Options], Pass]
"""Returns a pass over a stack that was not run yet."""


def emptied(files: Stack, asked: Destruction) -> Stack:
    """The stack of the files without its resources, for passes that delete all that has its mark."""
    protected = {key for key, each in files.resources.items() if each.policy.protect}
    named = {key.kind for key, each in files.resources.items() if not each.existing}
    return Stack(
        files.name,
        files.environment,
        files.account,
        files.region,
        {},
        prune=True,
        release=files.release,
        guard=GuardLimits(100),
        destroys=replace(asked, protected=frozenset(protected), kinds=frozenset(named)),
        role=files.role,
    )


@dataclass(frozen=True)
class Remaining:
    """What is left of a stack in AWS."""

    stack: Stack
    """The stack with the resources that stay and that others may live in."""
    report: PassReport
    """A dry run over it."""
    world: World

    @property
    def left(self) -> Iterator[tuple[Key, str]]:
        """Each resource of ours that is still there, and why."""
        for key, action in self.report.plan.actions.items():
            yield key, action.refusal or STILL_THERE
        for stray in self.report.plan.strays:
            yield stray.key, "another live resource has the same mark"

    @property
    def scheduled(self) -> Iterator[tuple[Key, str]]:
        """Each resource of ours that AWS deletes later, and when."""
        for stray in self.world.scheduled:
            yield stray.key, stray.sighting.deletion or ""

    @property
    def clean(self) -> bool:
        """Whether nothing of ours is left, and everything could be read."""
        return not (self.report.blind or self.report.refusals or any(self.left))

    def named(self) -> Collection[Key]:
        """Every resource that a plan deletes or keeps, with the contents."""
        actions = self.report.plan.actions
        return {*actions, *(each.key for action in actions.values() for each in action.contents)}


def find_remaining(stack: Stack, new_pass: NewPass) -> Remaining:
    """Find out what there is to delete, also in resources that stay: those of ours that are protected, and those of others.

    A pass lists the contents of desired resources only. So each resource that stays and that may hold others becomes one
    that the stack only refers to.

    Raises:
        CallError: such resources could not be listed.
    """
    stack = replace(stack, resources={})
    listed: dict[tuple[str, Key | None], list[Sighting]] = {}
    while True:
        one = new_pass(stack, Options(dry_run=True))
        report = one.run()
        if report.refusals:
            return Remaining(stack, report, one.world)
        found = dict(_Homes(stack, one, report.plan, listed).new())
        if not found:
            return Remaining(stack, report, one.world)
        asked = stack.destroys or Destruction()
        staying = {**asked.staying, **{key: why for key, (_, why) in found.items() if why}}
        resources = {**stack.resources, **{key: desired for key, (desired, _) in found.items()}}
        stack = replace(stack, resources=resources, destroys=replace(asked, staying=staying))


@dataclass(frozen=True)
class _Homes:
    """Finds the resources that stay and that others may live in."""

    stack: Stack
    one: Pass
    plan: Plan
    listed: dict[tuple[str, Key | None], list[Sighting]]
    """What was listed already, by kind and place."""

    def new(self) -> Iterator[tuple[Key, tuple[Desired, str]]]:
        """Those that the stack does not have yet, each with the reason why it stays; empty if it is not ours."""
        kinds, world = self.one.kinds, self.one.world
        known = {(each.key.kind, (each.chosen or {}).get("id")) for each in self.stack.resources.values()}
        holding = {each.parent for each in kinds.values()}
        for stray in world.strays:
            action = self.plan.actions.get(stray.key)
            new = (stray.key.kind, stray.sighting.id) not in known
            if new and stray.key.kind in holding and action and action.refusal:
                yield self._home(stray.key, stray.sighting, stray.scope, action.refusal)
        for kind in sorted(each for each in holding if each and self._holds_marks(each)):
            parent = kinds[kind].parent
            scopes = [None] if parent is None else [key for key in self.stack.resources if key.kind == parent]
            for scope in scopes:
                for sighting in self._foreign(kinds[kind], scope):
                    if (kind, sighting.id) not in known:
                        yield self._home(Key(kind, sighting.arn), sighting, scope, "")

    def _holds_marks(self, kind: str) -> bool:
        """Whether something with tags may live in a resource of a kind, at any depth."""
        kinds = self.one.kinds
        return any(kinds[each].tagging for each in kinds_within(kind, kinds))

    def _home(
        self, key: Key, sighting: Sighting, scope: Key | None, why: str
    ) -> tuple[Key, tuple[Desired, str]]:
        unique = key if key not in self.stack.resources else Key(key.kind, sighting.arn)
        return unique, (
            Desired(unique, {}, NO_FILE, scope=scope, existing=True, chosen={"id": sighting.id}),
            why,
        )

    def _foreign(self, adapter: Adapter[Any], scope: Key | None) -> list[Sighting]:
        """The live resources of a kind in one place that are not ours."""
        address = self.one.world.scope_of(scope)
        if (adapter.kind, scope) not in self.listed and address is not None:
            seen = list_with_tags(self.one.aws.api, adapter, address)
            mark = self.stack.mark
            foreign = [each for each in seen if owner_of(each.tags or {}, mark) is not Owner.OURS]
            self.listed[adapter.kind, scope] = foreign
        return self.listed.get((adapter.kind, scope), [])


def destroy(stack: Stack, new_pass: NewPass) -> tuple[PassReport, Remaining]:
    """Delete everything of a stack without resources (`emptied`). Returns all passes as one report, and what is left.

    Raises:
        CallError: resources that stay and may hold others could not be listed.
    """

    def find() -> Remaining:
        return find_remaining(stack, new_pass)

    return destroy_all(find(), lambda each: new_pass(each, Options()).run(), find)


def destroy_all(
    first: Remaining, apply: Callable[[Stack], PassReport], find_again: Callable[[], Remaining]
) -> tuple[PassReport, Remaining]:
    """Delete what was found first, and search again: as long as a pass gets further and something is left to delete.

    `apply` makes a pass over a stack. Returns all passes as one report, and what is left after the last one.
    """
    report = latest = apply(first.stack)
    if latest.refusals or latest.outcome == "stopped":
        return report, first
    for _ in range(ROUNDS - 1):
        found = find_again()
        if not found.report.plan.pending or not _got_further(latest):
            return _judged(report, found), found
        latest = apply(found.stack)
        report = _joined(report, latest)
        if latest.refusals or latest.outcome == "stopped":
            return report, found
    found = find_again()
    return _judged(report, found), found


def _got_further(report: PassReport) -> bool:
    """Whether another pass may delete more: this one has changed something, or does not know whether it did."""
    return report.count("done", "unsure") > 0


def _joined(first: PassReport, later: PassReport) -> PassReport:
    """Two passes as one report: the plan of the first, and the last result of each resource."""
    return replace(
        later,
        plan=replace(first.plan, actions={**later.plan.actions, **first.plan.actions}),
        results={**first.results, **later.results},
        notes=tuple(dict.fromkeys((*first.notes, *later.notes))),
        calls=_added(first.calls, later.calls),
        mutating_calls=first.mutating_calls + later.mutating_calls,
        throttled=_added(first.throttled, later.throttled),
        seconds=first.seconds + later.seconds,
        started=first.started,
    )


def what_is_left(report: PassReport, found: Remaining) -> Iterator[tuple[Key, str]]:
    """Each resource of ours that is left after a pass, and why."""
    for key, why in found.left:
        result = report.results.get(key)
        tried = result.message if result and why == STILL_THERE else ""
        yield key, tried or why


def _judged(report: PassReport, found: Remaining) -> PassReport:
    """The report of a pass with the outcome that follows from what is left after it."""
    unread = (f"what is left could not be read: {each}" for each in found.report.refusals)
    left = (f"{key} is left: {why}" for key, why in what_is_left(report, found))
    return replace(
        report,
        outcome="settled" if found.clean else "failed",
        notes=(*report.notes, *unread, *left),
        blind=found.report.blind,
    )


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in sorted({*one, *other})}
