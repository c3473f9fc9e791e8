"""Carries out the steps of a plan in their order, kinds in parallel; a failure stops only what depends on it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

import structlog

from reconciler.applying.create import Creator, is_unmarked_after_create
from reconciler.applying.delete import Deleter
from reconciler.applying.executor import Sender
from reconciler.applying.find_users import users_line
from reconciler.applying.results import BROKEN_OFF, BROKEN_OFF_WITHIN, LATE, TROUBLE, Progress, Result
from reconciler.applying.temporary_name import TemporaryNames
from reconciler.applying.update import Updater
from reconciler.contract import Adapter, ApiOf
from reconciler.errors import Absent, CallError, InUse, Late, Refused, Taken, Unsure, Waiting, members_needed
from reconciler.model import Secret
from reconciler.planning.graph import Node
from reconciler.planning.plan import Action, Plan, Verb
from reconciler.planning.referrers import mentions, refers
from reconciler.planning.step_waits import StepKey
from reconciler.planning.world import World
from reconciler.runtime.clock import Clock
from reconciler.runtime.lanes import FEW_AT_ONCE, Lane, fan_out
from reconciler.stack import Key, Stack

log = structlog.get_logger(__name__)

PAST: Mapping[Verb, str] = {"update": "updated", "adopt": "adopted", "release": "released"}
"""The log events of actions that are one step."""


@dataclass
class Applier:
    """Applies one plan to one account and Region."""

    stack: Stack
    world: World
    kinds: Mapping[str, Adapter[Any]]
    api_of: ApiOf
    reveal: Callable[[Secret], str]
    clock: Clock
    width_of: Callable[[str], int] = lambda _service: FEW_AT_ONCE
    """How many calls to a service may usefully run at the same time."""
    results: dict[Key, Result] = field(default_factory=dict)
    taken: set[StepKey] = field(default_factory=set)
    """The finished steps, whether they succeeded or not."""
    failed: dict[StepKey, Key] = field(default_factory=dict)
    """The steps that did not succeed, with the resource that caused it."""
    in_use: dict[Key, int] = field(default_factory=dict)
    """Resources that could not be deleted because they are in use, with the length of `let_go` at that time."""
    stopped: bool = False

    def __post_init__(self) -> None:
        self.sender = Sender(self.stack, self.world, self.kinds, self.api_of, self.reveal, self.clock)

    def apply(self, plan: Plan, progress: Progress) -> dict[Key, Result]:
        """Carry out every step whose predecessors succeeded; a failure stops only the steps that depend on it."""
        self.sender.used |= {node.step.key for node in plan.nodes if node.step.part == "drop" and node.after}
        self._walk(plan, plan.nodes, progress)
        while held := self._held(plan):
            # What held it may have been deleted since: children go before their parents.
            for node in held:
                del self.failed[node.step]
                self.results.pop(node.step.key, None)
                self.in_use.pop(node.step.key, None)
            for nodes in self._in_turn(plan, held):
                self.taken.difference_update(node.step for node in nodes)
                self._walk(plan, nodes, progress)
        for key in self.in_use:
            self.results[key] = self._still_in_use(key)
        return self.results

    def so_far(self, plan: Plan) -> dict[Key, Result]:
        """The result of each action after an interruption: an action is done once all its steps are."""
        found = dict(self.results)
        for key in {node.step.key for node in plan.nodes if node.step not in self.taken}:
            before = self.results.get(key)
            begun = self.sender.begun(key) or (before is not None and before.outcome == "done")
            if before is None or before.outcome == "done":
                found[key] = Result("waiting", BROKEN_OFF_WITHIN if begun else BROKEN_OFF, begun=begun)
        return found

    def _held(self, plan: Plan) -> list[Node]:
        """The deletes of resources in use that may be free by now, and every step that waits for one of them."""
        free = {key for key, then in self.in_use.items() if self.sender.freed(key, then)}
        return [node for node in plan.nodes if self.failed.get(node.step) in free]

    def _still_in_use(self, key: Key) -> Result:
        """The result of a delete of a resource in use: it waits only if this pass has freed something."""
        result = self.results[key]
        if self.sender.freed(key):
            return replace(result, message=f"{result.message}; the next pass continues")
        return replace(result, outcome="refused", message=f"{result.message}; {users_line(self.sender, key)}")

    def _in_turn(self, plan: Plan, held: Sequence[Node]) -> Iterator[list[Node]]:
        """The steps to try again together: first the deletes, since deleted resources may use a replaced one.

        If the other steps remove references to a deleted resource, they come first.
        """
        deletes = [node for node in held if plan.actions[node.step.key].verb == "delete"]
        rest = [node for node in held if plan.actions[node.step.key].verb != "delete"]
        if rest and self._refer(rest, deletes):
            yield [*rest, *deletes]
        else:
            yield deletes
            yield rest

    def _refer(self, nodes: Iterable[Node], targets: Iterable[Node]) -> bool:
        """Whether one of these was seen to refer to one of those, also within a document."""
        users = {node.step.key for node in nodes} & self.world.observed.keys()
        seen = [(self.kinds[key.kind], self.world.observed[key].members) for key in users]
        going = [(node.step.key, self.sender.going(node.step.key)) for node in targets]
        return any(
            refers(members, sighting) or mentions(adapter, members, key, sighting)
            for adapter, members in seen
            for key, sighting in going
        )

    def _walk(self, plan: Plan, nodes: Sequence[Node], progress: Progress) -> None:
        # In each lane the nodes keep the plan's order, so the first one that is not over never waits for a later one.
        lanes: dict[tuple[str, str], list[Node]] = {}
        for node in nodes:
            lanes.setdefault((node.step.key.kind, node.step.part), []).append(node)
        wide = [Lane(lane, self._width(kind)) for (kind, _), lane in lanes.items()]
        try:
            fan_out(self.clock, wide, lambda node: self._take_or_stop(plan, node, progress))
        finally:
            self.stopped = True  # whoever still waits for another step gives up
        self.stopped = False

    def _width(self, kind: str) -> int:
        adapter = self.kinds[kind]
        alone = adapter.create.one_at_a_time or is_unmarked_after_create(adapter)
        return 1 if alone else self.width_of(adapter.service.name)

    def _take_or_stop(self, plan: Plan, node: Node, progress: Progress) -> None:
        try:
            self._take(plan, node, progress)
        except BaseException:
            self.stopped = True
            raise

    def _take(self, plan: Plan, node: Node, progress: Progress) -> None:
        over = self.taken.issuperset  # of deletes each waits for all the rest of a plan
        self.clock.wait_until(lambda: self.stopped or (over(node.after) and over(node.behind)))
        if self.stopped:
            return
        key = node.step.key
        blocker = next((self.failed[step] for step in node.after if step in self.failed), None)
        before = self.results.get(key)
        if blocker is not None or (before and before.outcome != "done"):
            self.failed[node.step] = blocker or key
            if before is None or before.outcome == "done":
                self.results[key] = Result("waiting", f"waits for {blocker}")
        else:
            progress.step(plan.actions[key], node.step.part)
            result = self._step(plan, node)
            if result.outcome != "done":
                self.failed[node.step] = key
                if before or self.sender.begun(key):
                    result = _in_part(result)
            self.results[key] = result
        self.taken.add(node.step)

    def _without(self, key: Key, error: Absent) -> Result:
        """The result when AWS does not find a resource: it may be new, or deleted; else the request names a missing one."""
        desired = self.stack.resources.get(key)
        named = {desired.scope, *chain(*desired.references.values())} if desired else set()
        if not (named | {key}).isdisjoint(self.sender.made):
            return Result("waiting", f"{error}; AWS does not show the new resource yet")
        if self._is_gone(key):
            return Result("waiting", f"{error}; it no longer exists; the next pass reads it again")
        return Result("failed", str(error))

    def _is_gone(self, key: Key) -> bool:
        """Whether a resource that was listed no longer exists, or AWS does not answer."""
        adapter, api = self.sender.adapter(key)
        if key in self.stack.resources and key not in self.world.sightings:
            return False
        sighting = self.sender.sighting_of(key)
        try:
            if adapter.tagging is None:
                adapter.get_fields(api, sighting, frozenset(sorted(adapter.reads.listed)[:1]))
            else:
                adapter.tagging.read(api, sighting)
        except CallError:
            return True
        return False

    def _carry_out(self, plan: Plan, node: Node) -> str:
        """Carry out one step; returns a message about it, or an empty text."""
        key, part = node.step
        action = plan.actions[key]
        if part == "free":
            TemporaryNames(self.sender).give_way(action)
            return ""
        if part == "make" and action.way == "made first":
            TemporaryNames(self.sender).mark_replaced(key)
        if part == "make":
            old = next(reversed(self.world.replaced.get(key, ())), None) if action.keeps else None
            Creator(self.sender, old).make(key, plan.cut.get(key, frozenset()))
            return "it already existed and is adopted" if key in self.sender.adopted else ""
        if part == "drop":
            replacing = action if action.verb == "replace" and key not in self.world.replaced else None
            return Deleter(self.sender, _going(plan), replacing).drop(key)
        if action.instead:
            Deleter(self.sender).switch_off(key, {each.top: each.desired for each in action.instead})
        elif action.verb == "release":
            Deleter(self.sender).release(key)
        elif key in self.sender.made:
            Updater(self.sender).fill_new(key)
        else:
            Updater(self.sender).update(self.sender.adopted.get(key, action))
        return self.results[key].message if key in self.sender.adopted else ""

    def _step(self, plan: Plan, node: Node) -> Result:
        key, part = node.step
        try:
            with members_needed(part):
                said = self._carry_out(plan, node)
        except Late:
            return Result("waiting", LATE)
        except InUse as error:
            if part == "drop":
                self.in_use[key] = len(self.sender.let_go)
                return Result("waiting", str(error))
            return Result("waiting", f"{error}; the next pass continues")
        except Waiting as error:
            return Result("waiting", f"{error}; the next pass continues")
        except Absent as error:
            return self._without(key, error)
        except Unsure as error:
            return Result("unsure", str(error))
        except Refused as error:
            return Result("refused", str(error))
        except Taken as error:
            why = "another resource has that name: rename or delete it, or choose another name"
            return Result("failed", f"{error}; {why}")
        except CallError as error:
            return Result("failed", str(error))
        self._tell(self.sender.adopted.get(key, plan.actions[key]), part)
        return Result("done", said)

    def _tell(self, action: Action, part: str) -> None:
        """Log what was done, with the plan's verb and the fields."""
        event = _past(action.verb, part)
        if event is None:
            return
        about = {"stack": self.stack.name, "environment": self.stack.environment}
        fields = ",".join(dict.fromkeys(each.top for each in action.differences))
        said = {"fields": fields} if fields and part != "drop" else {}
        log.info(event, **about, kind=action.key.kind, name=action.key.name, **said)


def _going(plan: Plan) -> frozenset[Key]:
    """The resources that the plan deletes."""
    return frozenset(action.key for action in plan.pending if action.verb == "delete")


def _past(verb: Verb, part: str) -> str | None:
    """The past tense of the plan's verb for a step; None if another step of the same action logs it."""
    match part, verb:
        case "free", _:
            return "renamed for now"
        case "drop", _:
            return "deleted"
        case "make", "create":
            return "created"
        case "make", "replace":
            return "replaced"
        case "make", _:
            return None  # it already existed; it is adopted once it has our marks
        case _, "create" | "replace":
            return None
    return PAST[verb]


def _in_part(result: Result) -> Result:
    """The result of an action that failed after it had begun."""
    message = f"{result.message}; part of it is done" if result.outcome in TROUBLE else result.message
    return replace(result, message=message, begun=True)
