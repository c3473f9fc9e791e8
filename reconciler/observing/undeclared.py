"""Notes the live resources beside those of the stack: what the files do not declare and the stack does not own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import structlog

from reconciler.contract import Adapter, ApiOf, Sighting
from reconciler.errors import CallError
from reconciler.observing.tag_reader import with_owner_tags
from reconciler.planning.ownership import Binding, Owner, owner_of
from reconciler.planning.world import Undeclared, World
from reconciler.stack import Key, Stack

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class UndeclaredNotes:
    """Notes in a world what a list shows besides the resources of the stack."""

    stack: Stack
    world: World
    api_of: ApiOf

    def note(self, adapter: Adapter[Any], scope: Key | None, rest: Iterable[Sighting]) -> None:
        """Note listed resources that are bound to none of the stack, with the tags that show their owner.

        Of kinds that live in no other resource, only those count that the stack declares.
        """
        if adapter.parent is None and not any(key.kind == adapter.kind for key in self.stack.resources):
            return
        try:
            found = with_owner_tags(adapter, self.api_of, list(rest))
        except CallError as error:
            self.world.unlisted[adapter.kind] = str(error)
            log.error("tag read of undeclared resources failed", kind=adapter.kind, error=str(error))
        else:
            self.world.undeclared += [Undeclared(adapter.kind, each, scope) for each in found]

    def note_unbound(
        self, adapter: Adapter[Any], scope: Key | None, binding: Binding, seen: Iterable[Sighting]
    ) -> None:
        """Note the listed resources that are neither bound to a desired one nor marked as ours."""
        found = (*binding.replaced.values(), *binding.kept.values())
        replaced = [each for old in found for each in old]
        taken = {each.arn for each in (*binding.bound.values(), *replaced)}
        mark = self.stack.mark
        ours = {each.arn for each in seen if owner_of(each.tags or {}, mark) is Owner.OURS}
        taken |= ours
        self.note(adapter, scope, [each for each in seen if each.arn not in taken])
