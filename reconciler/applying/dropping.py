"""Lets go of a resource: deletes it, or takes our marks from it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from reconciler.applying.sending import Sender
from reconciler.contract import Adapter, Api, Request, Sighting
from reconciler.errors import Absent, Refused
from reconciler.planning.ownership import MARKS, PROTECT_MARK, Owner, owner_of
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
        sighting = self.sender.sighting_of(key)
        if adapter.delete is None:
            raise Refused("delete", "NotPossible", f"AWS has no way to delete a {key.kind}")
        with suppress(Absent):
            tags = self._tags(adapter, api, sighting)
            if tags is not None and not self._is_ours(tags):
                raise Refused(
                    adapter.delete, "NotOurs", "it bears the mark of this stack no longer; it is left alone"
                )
            if tags and key not in self.sender.stack.resources and tags.get(PROTECT_MARK) == "true":
                raise Refused(adapter.delete, "Protected", "somebody has protected it; it is left alone")
            self.sender.send(adapter, api, sighting, [Request(adapter.delete, dict(sighting.address))])
        self.sender.world.sightings.pop(key, None)

    def release(self, key: Key) -> None:
        """Take our marks from it; another stack's stay."""
        adapter, api = self.sender.adapter(key)
        sighting = self.sender.sighting_of(key)
        tags = self._tags(adapter, api, sighting)
        if adapter.tagging and tags and self._is_ours(tags):
            kept = {tag: value for tag, value in tags.items() if tag not in MARKS}
            self.sender.send(adapter, api, sighting, adapter.tagging.change(sighting, tags, kept))

    def _tags(self, adapter: Adapter[Any], api: Api, sighting: Sighting) -> Mapping[str, str] | None:
        """What it is tagged with now; None where AWS has no tags for it."""
        if adapter.tagging is None:
            return None
        return self.sender.patiently(partial(adapter.tagging.read, api, sighting), sighting)

    def _is_ours(self, tags: Mapping[str, str]) -> bool:
        return owner_of(tags, self.sender.stack.mark) is Owner.OURS
