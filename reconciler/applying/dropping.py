"""Lets go of a resource: deletes it, or takes our marks from it."""

from contextlib import suppress
from dataclasses import dataclass

from reconciler.applying.sending import Sender
from reconciler.contract import Request
from reconciler.errors import Absent, Refused
from reconciler.planning.ownership import MARKS
from reconciler.planning.plan import going_as
from reconciler.planning.world import Stray
from reconciler.stack import Key


@dataclass(frozen=True)
class Dropper:
    """Deletes and releases resources, as long as they are ours: that is asked right before, since tags change unseen."""

    sender: Sender

    def drop(self, key: Key) -> None:
        """Delete it.

        Raises:
            Refused: AWS has no way to, or it is ours to delete no longer.
        """
        adapter, api = self.sender.adapter(key)
        sighting, stack = self.sender.sighting_of(key), self.sender.stack
        if adapter.delete is None:
            raise Refused("delete", "NotPossible", f"AWS has no way to delete a {key.kind}")
        with suppress(Absent):
            if adapter.tagging:
                live = Stray(key, sighting, self.sender.tags_now(adapter.tagging, api, sighting))
                if not self.sender.is_ours(live.tags):
                    why = "it bears the mark of this stack no longer; it is left alone"
                    raise Refused(adapter.delete, "NotOurs", why)
                if key not in stack.resources and going_as(stack, live, adapter) is None:
                    raise Refused(adapter.delete, "Protected", "somebody has protected it; it is left alone")
            self.sender.send(adapter, sighting, [Request(adapter.delete, dict(sighting.address))])
        self.sender.world.sightings.pop(key, None)

    def release(self, key: Key) -> None:
        """Take our marks from it; another stack's stay."""
        adapter, api = self.sender.adapter(key)
        sighting = self.sender.sighting_of(key)
        if adapter.tagging is None:
            return
        tags = self.sender.tags_now(adapter.tagging, api, sighting)
        if self.sender.is_ours(tags):
            kept = {tag: value for tag, value in tags.items() if tag not in MARKS}
            self.sender.send(adapter, sighting, adapter.tagging.change(sighting, tags, kept))
