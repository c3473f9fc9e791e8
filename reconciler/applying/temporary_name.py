"""Gives a resource a temporary name, so that another one can take its name."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from reconciler.applying.executor import Sender
from reconciler.contract import Adapter, Calls, Change, Request, Sends
from reconciler.field_schema import fields_of
from reconciler.members import set_member
from reconciler.planning.name_exchange import MARK
from reconciler.planning.ownership import KEY_MARK, REPLACED_MARK, name_of_replaced
from reconciler.planning.plan import NAME, Action
from reconciler.planning.tag_encoding import mark_in_between
from reconciler.stack import Key
from reconciler.unlisted_fields import unread


@dataclass(frozen=True)
class TemporaryNames:
    """Gives resources temporary names. The mark still shows the owner, so that a later pass can finish the work."""

    sender: Sender

    def give_way(self, action: Action) -> None:
        """Remove the mark that another resource takes over, and then the name.

        Raises:
            Refused: it is to be deleted, but no longer has our mark.
        """
        key, fields = action.key, {each.field for each in action.differences}
        adapter, api = self.sender.adapter(key)
        sighting = self.sender.sighting_of(key)
        if adapter.tagging and action.verb == "delete":
            self.sender.require_ours(self.sender.tags_now(adapter.tagging, api, sighting), "rename")
        elif adapter.tagging and MARK in fields:
            before = self.sender.tags_before(adapter.tagging, api, sighting)
            after = {**before, KEY_MARK: mark_in_between(self.sender.stack.mark, key)}
            self.sender.send(adapter, sighting, adapter.tagging.change(sighting, before, after))
        if NAME in fields and action.by_way_of:
            for group in (each for each in adapter.updates if NAME in each.fields):
                self.sender.send(adapter, sighting, self._requests(key, adapter, group, action.by_way_of))

    def mark_replaced(self, key: Key) -> None:
        """Mark the old resource before the new one is created, so that a later pass can distinguish the two.

        Raises:
            Refused: it no longer has our mark.
        """
        adapter, api = self.sender.adapter(key)
        sighting, world = self.sender.sighting_of(key), self.sender.world
        tagging = self.sender.tagging(adapter, sighting)
        if tagging:
            before = self.sender.tags_now(tagging, api, sighting)
            self.sender.require_ours(before, adapter.create.operation)
            after = {**before, REPLACED_MARK: "true"}
            if after != before:
                self.sender.send(adapter, sighting, tagging.change(sighting, before, after))
        else:
            stack, pattern = self.sender.stack, adapter.identity.in_between
            name = name_of_replaced(stack.mark, stack.resources[key], pattern)
            groups = [each for each in adapter.updates if NAME in each.fields]
            for group in groups if sighting.name != name else ():
                self.sender.send(adapter, sighting, self._requests(key, adapter, group, name))
        world.replace(key, sighting)

    def _requests(
        self, key: Key, adapter: Adapter[Any], group: Sends | Calls, name: str
    ) -> Iterator[Request]:
        """The requests that rename it; other fields of the same request keep their values."""
        sighting, api = self.sender.sighting_of(key), self.sender.api_of(adapter.service.name)
        observed = self.sender.world.observed.get(key)
        members = dict(observed.members if observed else sighting.settings)
        shapes = {each: shape for each, shape in fields_of(adapter.model).items() if each in group.fields}
        unknown = unread(adapter, group.fields, members)
        if unknown:
            members |= adapter.get_fields(api, sighting, unknown)
        before = self.sender.encoder.members(shapes, {}, members)
        after = deepcopy(before)
        set_member(after, str(adapter.identity.name), name)
        if isinstance(group, Calls):
            yield from group.requests(Change(sighting.address, sighting.arn, before, after, members))
        else:
            yield Request(group.operation, {**group.address(sighting.address), **after})
