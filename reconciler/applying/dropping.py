"""Lets go of a resource: deletes it, or takes our marks from it."""

from contextlib import suppress
from dataclasses import dataclass

from reconciler.applying.sending import Sender
from reconciler.contract import Request
from reconciler.errors import Absent, Refused
from reconciler.planning.ownership import MARKS
from reconciler.stack import Key


@dataclass(frozen=True)
class Dropper:
    """Deletes and releases resources."""

    sender: Sender

    def drop(self, key: Key) -> None:
        adapter, api = self.sender.adapter(key)
        sighting = self.sender.sighting_of(key)
        if adapter.delete is None:
            raise Refused("delete", "NotPossible", f"AWS has no way to delete a {key.kind}")
        with suppress(Absent):
            self.sender.send(adapter, api, sighting, [Request(adapter.delete, dict(sighting.address))])
        self.sender.world.sightings.pop(key, None)

    def release(self, key: Key) -> None:
        adapter, api = self.sender.adapter(key)
        sighting = self.sender.sighting_of(key)
        if adapter.tagging:
            tags = self.sender.tags_now(adapter.tagging, api, sighting)
            kept = {tag: value for tag, value in tags.items() if tag not in MARKS}
            self.sender.send(adapter, api, sighting, adapter.tagging.change(sighting, tags, kept))
