"""Carries out a plan, step by step; the only room that changes AWS."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal, Protocol, TypeVar

import structlog

from reconciler.clock import Clock
from reconciler.contract import Adapter, Api, Calls, Change, Request, Sends, Sighting, Wired
from reconciler.errors import Absent, CallError, Refused, Taken, Unsure, Waiting
from reconciler.model import Ref, Secret
from reconciler.observing import ApiOf, see_again
from reconciler.planning.diff import differences
from reconciler.planning.graph import Node, StepKey
from reconciler.planning.ownership import KEY_MARK, MARKS, Owner, owner_of
from reconciler.planning.plan import NAME, TAGS, Action, Plan, wanted_tags
from reconciler.planning.world import World
from reconciler.shapes import fields_of
from reconciler.stack import Desired, Key, Stack
from reconciler.wire import Decoder, Encoder, get_member, set_member

T = TypeVar("T")

log = structlog.get_logger(__name__)

Outcome = Literal["done", "unchanged", "waiting", "refused", "failed", "unsure"]

PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 60.0, 60.0, 60.0)
"""Seconds between looks at something that AWS is still at work on: five minutes in all."""
LOOKS = (2.0, 5.0)
"""Seconds before each look for something that may or may not have been created."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one action."""

    outcome: Outcome
    message: str = ""


class Progress(Protocol):
    """Told of every step as it is taken."""

    def step(self, action: Action, part: str) -> None:
        """Say that one step of an action begins."""
        ...


class Quiet:
    """Nobody is told."""

    def step(self, action: Action, part: str) -> None:
        """Say nothing."""


@dataclass
class Applier:
    """Applies one plan to one account and Region."""

    stack: Stack
    world: World
    kinds: Mapping[str, Adapter[Any]]
    api_of: ApiOf
    reveal: Callable[[Secret], str]
    clock: Clock
    results: dict[Key, Result] = field(default_factory=dict)
    made: dict[Key, frozenset[str]] = field(default_factory=dict)
    """The fields that each create request carried."""
    fresh: set[str] = field(default_factory=set)
    """The ARNs of what this pass made: AWS may take minutes to see them everywhere."""

    def apply(self, plan: Plan, progress: Progress) -> dict[Key, Result]:
        """Take every step whose forerunners succeeded; a failure stops only what depends on it."""
        failed: dict[StepKey, Key] = {}
        self._walk(plan, plan.nodes, failed, progress)
        while held := self._held(plan, failed):
            # What held it may have been deleted since: children go before their parents.
            for node in held:
                del failed[node.step]
                self.results.pop(node.step.key, None)
            self._walk(plan, held, failed, progress)
            if all(node.step in failed for node in held):
                break
        return self.results

    def _held(self, plan: Plan, failed: Mapping[StepKey, Key]) -> list[Node]:
        """The deletes that found their resource in use, and every step that waits for one of them."""
        drops = (step for step, root in failed.items() if step.part == "drop" and step.key == root)
        in_use = {step.key for step in drops if self.results[step.key].outcome == "waiting"}
        return [node for node in plan.nodes if failed.get(node.step) in in_use]

    def _walk(
        self, plan: Plan, nodes: Sequence[Node], failed: dict[StepKey, Key], progress: Progress
    ) -> None:
        for node in nodes:
            key = node.step.key
            blocker = next((failed[step] for step in node.after if step in failed), None)
            if blocker is not None or (key in self.results and self.results[key].outcome != "done"):
                failed[node.step] = blocker or key
                if key not in self.results or self.results[key].outcome == "done":
                    self.results[key] = Result("waiting", f"waits for {blocker}")
                continue
            progress.step(plan.actions[key], node.step.part)
            self.results[key] = self._step(plan, node)
            if self.results[key].outcome != "done":
                failed[node.step] = key

    def _step(self, plan: Plan, node: Node) -> Result:
        key, part = node.step
        action = plan.actions[key]
        try:
            if part == "make":
                self._make(key, plan.cut.get(key, frozenset()))
            elif part == "drop":
                self._drop(key)
            elif action.verb == "release":
                self._release(key)
            elif key in self.made:
                self._fill_new(key)
            else:
                self._update(action)
        except (Waiting, Absent) as error:
            return Result("waiting", f"{error}; the next pass goes on from here")
        except Unsure as error:
            return Result("unsure", str(error))
        except Refused as error:
            return Result("refused", str(error))
        except CallError as error:
            return Result("failed", str(error))
        log.info(
            {"make": "created", "drop": "deleted"}.get(part, "settings hold"), kind=key.kind, name=key.name
        )
        return Result("done")

    # -- what the parts share ------------------------------------------------------------------------------------

    def _adapter(self, key: Key) -> tuple[Adapter[Any], Api]:
        adapter = self.kinds[key.kind]
        return adapter, self.api_of(adapter.service)

    @property
    def _encoder(self) -> Encoder:
        return Encoder(self._resolve, self.reveal)

    def _resolve(self, ref: Ref, name: str) -> str:
        key = Key(ref.kind, name)
        sighting = self.world.sightings.get(key) or self._find_existing(key)
        if sighting is None:
            raise Waiting("resolve", "NotYet", f"{key} does not exist yet")
        return sighting.arn if ref.by == "arn" else sighting.id

    def _find_existing(self, key: Key) -> Sighting | None:
        """What came with a resource that this pass made: the default content of an instance."""
        desired = self.stack.resources.get(key)
        scope = self.world.scope_of(desired.scope) if desired else None
        if desired is None or not desired.existing or scope is None:
            return None
        adapter, api = self._adapter(key)
        called = adapter.called(key.name, desired.settings)
        found = adapter.find(api, scope, called) if called else None
        if found:
            self.world.remember(key, found)
        return found

    def _until_ready(self, adapter: Adapter[Any], api: Api, sighting: Sighting) -> None:
        """Wait until AWS takes changes; five minutes at most, the next pass goes on from there."""
        look = partial(adapter.waiting_for, api, sighting)
        doing = self._patiently(look, sighting)
        for pause in PAUSES:
            if doing is None:
                return
            self.clock.sleep(pause)
            doing = self._patiently(look, sighting)
        if doing is not None:
            raise Waiting("wait", "NotReady", doing)

    def _send(self, adapter: Adapter[Any], api: Api, sighting: Sighting, requests: Iterable[Request]) -> None:
        """Send each request when AWS is ready for it."""
        for request in requests:
            self._until_ready(adapter, api, sighting)
            self._patiently(partial(api.call, request.operation, **request.parameters), sighting)

    def _patiently(self, call: Callable[[], T], sighting: Sighting | None) -> T:
        """Call again while something holds the resource, or while AWS does not see yet what we have just made."""
        for pause in PAUSES[:5]:
            try:
                return call()
            except Waiting:
                pass
            except Absent:
                if sighting is not None and sighting.arn not in self.fresh:
                    raise
            self.clock.sleep(pause)
        return call()

    # -- make ----------------------------------------------------------------------------------------------------

    def _make(self, key: Key, cut: frozenset[str]) -> None:
        adapter, api = self._adapter(key)
        desired = self.stack.resources[key]
        scope = self.world.scope_of(desired.scope)
        if scope is None:
            raise Waiting("create", "NotYet", f"{desired.scope} does not exist yet")
        sent = frozenset(
            name for name in adapter.create.fields if name in desired.settings and name not in cut
        )
        parameters = adapter.prepare(api, {**scope, **self._create_parameters(desired, adapter, sent, cut)})
        sighting = self._create(desired, adapter, api, parameters, scope)
        self.world.remember(key, sighting)
        self.made[key] = sent
        self.fresh.add(sighting.arn)
        self._until_ready(adapter, api, sighting)

    def _create_parameters(
        self, desired: Desired, adapter: Adapter[Any], sent: frozenset[str], cut: frozenset[str]
    ) -> dict[str, Any]:
        shapes = fields_of(adapter.model)
        members = self._encoder.members({name: shapes[name] for name in sent}, desired.settings, {})
        called = adapter.called(desired.key.name, desired.settings)
        if adapter.named_by and called is not None:
            set_member(members, adapter.named_by, called)
        for name in cut:
            shell = adapter.later[name]
            if shell:
                plain = self._encoder.members({n: shapes[n] for n in sent}, desired.settings, {})
                set_member(members, shapes[name].wire or name, shell(plain))
        if adapter.tagging:
            tags = {
                tag: value for tag, value in wanted_tags(self.stack, desired).items() if value is not None
            }
            members |= adapter.tagging.created_with(tags)
        if adapter.create.token:
            members[adapter.create.token] = self._token(desired.key)
        return members

    def _token(self, key: Key) -> str:
        """The same for every try at the same resource, so that a second try is the same try."""
        what = "\0".join((self.stack.name, self.stack.environment, *key))
        return hashlib.sha256(what.encode()).hexdigest()[:36]

    def _create(
        self, desired: Desired, adapter: Adapter[Any], api: Api, parameters: dict[str, Any], scope: Wired
    ) -> Sighting:
        """Create it once, whatever becomes of the reply."""
        for last in (False, True):
            try:
                reply = self._patiently(partial(api.call, adapter.create.operation, **parameters), None)
            except (Taken, Unsure) as error:
                found = self._look_again(desired, adapter, api, scope, error)
                if found:
                    return found
                if last or isinstance(error, Taken):
                    raise Unsure(
                        error.operation, error.code, f"{error.message}; not found by name since"
                    ) from None
            else:
                address, arn = adapter.created(api, scope, reply, parameters)
                called = adapter.called(desired.key.name, desired.settings) or desired.key.name
                return Sighting(called, address, arn)
        raise AssertionError("unreachable")

    def _look_again(
        self, desired: Desired, adapter: Adapter[Any], api: Api, scope: Wired, error: CallError
    ) -> Sighting | None:
        """What a create whose reply is unknown may have left; None when nothing of that name is there.

        Raises:
            Refused: something of that name is there that is not ours.
            Waiting: another resource of ours is to be renamed first.
            Unsure: the look itself failed.
        """
        called = adapter.called(desired.key.name, desired.settings)
        for pause in LOOKS:
            self.clock.sleep(pause)
            try:
                found = self._same_name(desired, adapter, api, scope, called)
            except CallError as failed:
                why = f"{error.message}; and then {failed}"
                raise Unsure(error.operation, error.code, why) from None
            for seen in found:
                tags = seen.tags or {}
                ours = owner_of(tags, self.stack.name) is Owner.OURS
                if adapter.tagging is None or (ours and tags.get(KEY_MARK) == desired.key.name):
                    return seen
                if ours:
                    why = f'"{tags.get(KEY_MARK)}" of this stack goes by its name for now'
                    raise Waiting(error.operation, error.code, why)
                if seen.name == called:
                    why = "it lives already, without our mark; `adopt: true` takes it"
                    raise Refused(error.operation, error.code, why)
        return None

    def _same_name(
        self, desired: Desired, adapter: Adapter[Any], api: Api, scope: Wired, called: str | None
    ) -> list[Sighting]:
        if called is not None:
            found = adapter.find(api, scope, called)
            return [see_again(adapter, api, found)] if found else []
        seen = (see_again(adapter, api, each) for each in adapter.sight(api, scope))
        marks = wanted_tags(self.stack, desired)
        return [
            each for each in seen if all((each.tags or {}).get(mark) == marks.get(mark) for mark in MARKS)
        ]

    # -- fill ----------------------------------------------------------------------------------------------------

    def _fill_new(self, key: Key) -> None:
        """Send what the create request could not carry."""
        adapter, api = self._adapter(key)
        desired, sighting = self.stack.resources[key], self.world.sightings[key]
        # What is ignored later on is sent now, too.
        left_out = {*adapter.write_only, *self.made[key], TAGS}
        shapes = fields_of(adapter.model)
        rest = {name: shapes[name] for name in desired.settings if name not in left_out}
        if not rest:
            return
        members = dict(self._patiently(partial(adapter.read, api, sighting, frozenset(rest)), sighting))
        settings = Decoder(self.world.name_of).fields(rest, members)
        wrong = {
            name
            for name, shape in rest.items()
            if any(differences(name, shape, desired.settings[name], settings.get(name)))
        }
        self._change(key, wrong, members)

    def _update(self, action: Action) -> None:
        key = action.key
        adapter, api = self._adapter(key)
        observed = self.world.observed[key]
        desired = self.stack.resources[key]
        if adapter.tagging and (
            action.verb == "adopt" or any(each.top == TAGS for each in action.differences)
        ):
            wanted = {**observed.tags, **wanted_tags(self.stack, desired)}
            after = {tag: value for tag, value in wanted.items() if value is not None}
            self._send(
                adapter,
                api,
                observed.sighting,
                adapter.tagging.change(observed.sighting, observed.tags, after),
            )
        names = {each.top for each in action.differences} - {TAGS}
        self._change(key, names, dict(observed.members))

    def _change(self, key: Key, names: set[str], members: dict[str, Any]) -> None:
        """Send every group of fields that holds one of these."""
        adapter, api = self._adapter(key)
        sighting = self.world.sightings[key]
        for group in self._groups(adapter, names):
            missing = frozenset(self._unknown(adapter, group, members))
            if missing:
                members |= adapter.read(api, sighting, missing)
            self._send(adapter, api, sighting, self._requests(key, group, names, members))

    @staticmethod
    def _groups(adapter: Adapter[Any], names: set[str]) -> Iterable[Sends | Calls]:
        """The groups that hold a changing field; those that share an operation travel in one request."""
        together: dict[object, list[Sends | Calls]] = {}
        for group in adapter.updates:
            if not names.isdisjoint(group.fields):
                shared = isinstance(group, Sends) and not group.cleared_by
                together.setdefault(group.operations if shared else group, []).append(group)
        for first, *others in together.values():
            fields = tuple(name for each in (first, *others) for name in each.fields)
            yield replace(first, fields=fields)

    def _unknown(self, adapter: Adapter[Any], group: Sends | Calls, members: Wired) -> Iterable[str]:
        """Fields of a group whose present value has to be read before the group can be sent whole."""
        shapes = fields_of(adapter.model)
        for name in group.fields:
            if name == NAME or name in adapter.write_only:
                continue
            if name in adapter.partial or (
                name not in adapter.sighted and get_member(members, shapes[name].wire or name) is None
            ):
                yield name

    def _requests(self, key: Key, group: Sends | Calls, names: set[str], members: Wired) -> Iterable[Request]:
        adapter = self.kinds[key.kind]
        desired, sighting = self.stack.resources[key], self.world.sightings[key]
        shapes = {name: shape for name, shape in fields_of(adapter.model).items() if name in group.fields}
        written = {name: value for name, value in desired.settings.items() if name in names}
        after = self._encoder.members(shapes, written, members)
        if NAME in group.fields and adapter.named_by:
            after[adapter.named_by] = adapter.called(key.name, desired.settings)
        if isinstance(group, Calls):
            before = self._encoder.members(shapes, {}, members)
            return group.requests(Change(sighting.address, sighting.arn, before, after, members))
        if group.cleared_by and all(written.get(name, 0) is None for name in group.fields):
            return [Request(group.cleared_by, dict(sighting.address))]
        return [Request(group.operation, {**sighting.address, **after})]

    # -- drop and release ----------------------------------------------------------------------------------------

    def _live(self, key: Key) -> Sighting:
        if key in self.world.sightings:
            return self.world.sightings[key]
        return next(stray.sighting for stray in self.world.strays if stray.key == key)

    def _drop(self, key: Key) -> None:
        adapter, api = self._adapter(key)
        sighting = self._live(key)
        if adapter.delete is None:
            raise Refused("delete", "NotPossible", f"AWS has no way to delete a {key.kind}")
        with suppress(Absent):
            self._send(adapter, api, sighting, [Request(adapter.delete, dict(sighting.address))])
        self.world.sightings.pop(key, None)

    def _release(self, key: Key) -> None:
        adapter, api = self._adapter(key)
        sighting = self._live(key)
        tags = dict(sighting.tags or {})
        kept = {tag: value for tag, value in tags.items() if tag not in MARKS}
        if adapter.tagging:
            self._send(adapter, api, sighting, adapter.tagging.change(sighting, tags, kept))
