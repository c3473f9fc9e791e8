"""Deletes a resource, or removes our marks from it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from reconciler.applying.executor import Sender
from reconciler.applying.update import Updater
from reconciler.contract import Adapter, Api, CannotDelete, Copying, Delete, Sighting
from reconciler.errors import Absent, CallError, Refused, Waiting
from reconciler.model import Settings
from reconciler.observing.contents_reader import list_with_tags, listed_in_turn, live_contents, others_in
from reconciler.planning.contents import contents_of, emptying_of, kept_line, kinds_within, within
from reconciler.planning.ownership import KEPT, MARKS, REPLACED_MARK, STACK_MARK
from reconciler.planning.plan import Action
from reconciler.planning.removal import removal_verb
from reconciler.planning.world import ContainedResource, Stray, UnmanagedContents
from reconciler.stack import Desired, Key, Place

UNWRITTEN = Place("", 0, 0)
"""The place of values that come from no file."""


@dataclass(frozen=True)
class Deleter:
    """Deletes and releases resources that are ours; the tags are read right before, since they may have changed."""

    sender: Sender
    going: frozenset[Key] = frozenset()
    """The resources that the plan deletes."""
    replacing: Action | None = None
    """The action that deletes the resource and creates it again; None if it is only deleted."""

    def drop(self, key: Key) -> str:
        """Delete a resource; returns a message about it, or an empty text.

        Raises:
            Refused: AWS has no way to delete it, or it is no longer ours.
            InUse: something uses it.
            Waiting: another pass has replaced it.
        """
        if self._is_replaced():
            raise _replaced()
        replaced = self.sender.world.replaced.get(key, ())
        copies = self.sender.kinds[key.kind].create.copies
        if replaced and copies:
            said = [self._retire(key, copies, each) for each in replaced]
        else:
            said = [self._drop(key, each) for each in replaced or [self.sender.sighting_of(key)]]
        if replaced:
            del self.sender.world.replaced[key]
        else:
            self._forget(key)
            self.sender.dropped.add(key)
        return "; ".join(filter(None, said))

    def _retire(self, key: Key, copies: Copying, sighting: Sighting) -> str:
        """Switch off a resource that another one has replaced, and mark that it stays; returns a message about it.

        Raises:
            Refused: it is no longer ours.
        """
        adapter, api = self.sender.adapter(key)
        with suppress(Absent):
            sighting = self._require_ours(key, adapter, api, sighting)
            self.sender.send(adapter, sighting, copies.retires(api, sighting, self.sender.sighting_of(key)))
            tagging, tags = self.sender.tagging(adapter, sighting), sighting.tags or {}
            if tagging:
                after = {**tags, REPLACED_MARK: KEPT}
                self.sender.send(adapter, sighting, tagging.change(sighting, tags, after))
            return f"{sighting.arn} stays until `destroy`"
        return ""

    def _is_replaced(self) -> bool:
        """Whether another pass has replaced the resource after the plan was made: the live one is already as desired."""
        action = self.replacing
        if action is None:
            return False
        desired, adapter = self.sender.stack.resources[action.key], self.sender.kinds[action.key.kind]
        before = self.sender.world.observed.get(action.key)
        members = before.members if before else {}
        fields = frozenset(
            each.top
            for each in action.differences
            if each.observed != each.desired  # otherwise it refers to what is created again
            and (each.top in adapter.create.fixed or adapter.replaces(each.field, desired.settings, members))
        )
        if not fields:
            return False
        try:
            found = self.sender.observed(desired, self.sender.sighting_of(action.key), fields)
        except Absent:
            return False
        return not self.sender.replanner.differing(desired, found)

    def _drop(self, key: Key, sighting: Sighting) -> str:
        """Delete one live resource; returns a message about it, or an empty text.

        Raises:
            Refused, InUse: as `drop` says.
        """
        adapter, api = self.sender.adapter(key)
        stack, delete = self.sender.stack, adapter.delete
        if isinstance(delete, CannotDelete):
            raise Refused("delete", "NotPossible", f"AWS has no way to delete a {key.kind}")
        said = ""
        with suppress(Absent):
            sighting = self._require_ours(key, adapter, api, sighting)
            moved = self.sender.patiently(partial(adapter.moved_to, api, sighting), sighting)
            if moved:
                raise Refused(delete.operation, "Moved", f"it is in {moved} now; it is left alone")
            self._look_inside(key, delete.operation, sighting)
            if key in stack.resources:
                self.sender.send(adapter, sighting, delete.frees(sighting))
            sighting = self._empty(key, adapter, api, sighting)
            try:
                if not self._deletion(adapter, api, sighting):
                    self._let_go_of(key, delete, sighting)
                    if not self.sender.send_delete(key, delete, sighting, lambda: not self._is_replaced()):
                        raise _replaced()
            except Refused as error:
                kept = delete.keeps_defaults
                if key in stack.resources or kept is None or kept not in error.message:
                    raise
                self.release(key)
                return "AWS created it and does not allow deleting it; our mark was removed"
            with suppress(CallError):  # it is deleted, whether AWS says when or not
                said = self._deletion(adapter, api, sighting)
        return said

    def _empty(self, key: Key, adapter: Adapter[Any], api: Api, sighting: Sighting) -> Sighting:
        """Delete what is in a resource, if the pass may do so; that may take long, so the marks are read again after it.

        Raises:
            Refused: AWS does not delete a part of it, or it is no longer ours.
        """
        stack = self.sender.stack
        emptying = emptying_of(stack, adapter)
        if emptying is None or not (stack.destroys and stack.destroys.empties):
            return sighting
        number = len(self.sender.let_go)
        for request in emptying.requests(api, sighting):
            with suppress(Absent):  # a part that somebody else has deleted
                self.sender.send(adapter, sighting, [request])
        emptied = len(self.sender.let_go) > number
        return self._require_ours(key, adapter, api, sighting) if emptied else sighting

    def _deletion(self, adapter: Adapter[Any], api: Api, sighting: Sighting) -> str:
        """A text that says when AWS deletes it, if a delete only schedules that; empty if it is not scheduled."""
        if not adapter.restore:
            return ""
        return self.sender.patiently(partial(adapter.scheduled, api, sighting), sighting).deletion or ""

    def _let_go_of(self, key: Key, delete: Delete, sighting: Sighting) -> None:
        """Remove the references to it from resources that are deleted later: a cycle of references would block all deletes.

        Raises:
            Refused: one of them is not ours.
        """
        if delete.lets_go is None:
            return
        for other in sorted(each for each in self.going - {key} if each.kind == key.kind):
            adapter, api = self.sender.adapter(other)
            live = self.sender.sighting_of(other)
            requests = list(delete.lets_go(live, sighting)) if other not in self.sender.dropped else []
            if requests:
                with suppress(Absent):
                    self._require_ours(other, adapter, api, live)
                    self.sender.send(adapter, live, requests)
                    self.sender.used.add(key)

    def _look_inside(self, key: Key, operation: str, sighting: Sighting) -> None:
        """Read again what is deleted with it: the plan may be hours old.

        Raises:
            Refused: its contents include a resource that is not in the plan, or that must not be deleted.
        """
        sender, world = self.sender, self.sender.world
        if not kinds_within(key.kind, sender.kinds):
            return
        planned = {each.sighting.arn for each in world.contents.get(sighting.arn, ())}
        found = live_contents(
            sender.kinds, key.kind, sighting.address, partial(list_with_tags, sender.api_of)
        )
        world.contents[sighting.arn] = tuple(found)
        kept = kept_line(sender.stack, contents_of(sender.stack, world, sender.kinds, sighting.arn))
        if kept:
            raise Refused(operation, "Protected", kept)
        new = [
            each.sighting.name for each in world.contents[sighting.arn] if each.sighting.arn not in planned
        ]
        new += self._new_others(key, sighting)
        if new:
            why = f"the plan does not have all of its contents: {', '.join(sorted(new))}"
            raise Refused(operation, "NotPlanned", why)

    def _new_others(self, key: Key, sighting: Sighting) -> Iterator[str]:
        """The names of contents that we do not manage and that the plan does not name."""
        sender, world = self.sender, self.sender.world
        homes = (ContainedResource(key.kind, sighting), *world.contents[sighting.arn])
        planned = world.others.get(sighting.arn, ())
        unknown = {each.noun for each in planned if each.not_listed is not None}
        found = others_in(homes, sender.kinds, partial(listed_in_turn, sender.api_of))
        new = Counter(_named(found)) - Counter(_named(planned))
        return (f"{name} ({noun})" for noun, name in new.elements() if noun not in unknown)

    def _forget(self, key: Key) -> None:
        """Forget the resource and its contents."""
        stack, sightings = self.sender.stack, self.sender.world.sightings
        inside = [each for each in sightings if each in stack.resources and within(stack, each, {key})]
        for each in (key, *inside):
            sightings.pop(each, None)

    def switch_off(self, key: Key, instead: Settings) -> None:
        """Set the values that replace a delete, and remove our marks.

        Raises:
            Refused: it is no longer ours, or it was protected meanwhile.
            CallError: AWS refused; the resource keeps our marks, so that the next pass tries again.
        """
        adapter, api = self.sender.adapter(key)
        sighting = self.sender.sighting_of(key)
        with suppress(Absent):
            self._require_ours(key, adapter, api, sighting)
            Updater(self.sender).set_instead(Desired(key, instead, UNWRITTEN))
            self.release(key)

    def _require_ours(self, key: Key, adapter: Adapter[Any], api: Api, sighting: Sighting) -> Sighting:
        """Read the marks again, since they may have changed. Returns the resource with its present tags.

        Raises:
            Refused: it is not ours.
        """
        if not adapter.tagging:
            return sighting
        stack, operation = self.sender.stack, next(iter(adapter.delete.operations), "release")
        live = Stray(key, sighting, self.sender.tags_now(adapter.tagging, api, sighting))
        if key in stack.unwanted:
            _require_not_foreign(stack.mark, live, operation)
        else:
            self.sender.require_ours(live.tags, operation)
        if key in self.sender.world.replaced and REPLACED_MARK not in live.tags:
            why = "it no longer has the mark of a replaced resource; it is left alone"
            raise Refused(operation, "NotReplaced", why)
        if key not in stack.resources and removal_verb(stack, live, adapter) is None:
            raise Refused(
                operation, "Protected", "it was protected after the plan was made; it is left alone"
            )
        return replace(sighting, tags=live.tags)

    def release(self, key: Key) -> None:
        """Remove our marks from it; marks of another stack stay."""
        adapter, api = self.sender.adapter(key)
        sighting = self.sender.sighting_of(key)
        tagging = self.sender.tagging(adapter, sighting)
        if tagging is None:
            return
        tags = self.sender.tags_now(tagging, api, sighting)
        if self.sender.is_ours(tags):
            kept = {tag: value for tag, value in tags.items() if tag not in MARKS}
            self.sender.send(adapter, sighting, tagging.change(sighting, tags, kept))


def _require_not_foreign(mark: str, live: Stray, operation: str) -> None:
    """Check that no other stack owns a resource now; `mark` is ours.

    Raises:
        Refused: another stack has marked it.
    """
    owner = live.tags.get(STACK_MARK)
    if owner not in (None, mark):
        raise Refused(operation, "NotFree", f"it has the mark of stack {owner} now; it is left alone")


def _replaced() -> Waiting:
    return Waiting("replace", "NotYet", "it was replaced after the plan was made")


def _named(others: Iterable[UnmanagedContents]) -> Iterator[tuple[str, str]]:
    """Each content as its type and its name."""
    return ((each.noun, name) for each in others for name in each.names)
