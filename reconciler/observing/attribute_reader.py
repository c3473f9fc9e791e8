"""Reads the attributes of live resources that the texts of a stack refer to."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import structlog

from reconciler.contract import Adapter, Api
from reconciler.errors import CallError, members_needed
from reconciler.planning.text_references import attributes_in, written_attribute
from reconciler.planning.world import World
from reconciler.runtime.clock import Job
from reconciler.stack import Key, Stack

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class AttributeReading:
    """The attributes that the resources `only` of a stack refer to, read into a world.

    `miss` is called for each resource that cannot be compared because an attribute could not be read, with the reason.
    """

    stack: Stack
    world: World
    kinds: Mapping[str, Adapter[Any]]
    api_of: Callable[[str], Api]
    only: Collection[Key]
    miss: Callable[[Iterable[Key], str, CallError], None]

    def jobs(self, key: Key) -> Iterator[Job]:
        """The attributes to read of one resource."""
        if key in self.world.sightings:
            yield from (partial(self._read, key, attribute) for attribute in self._asked.get(key, ()))

    @cached_property
    def _asked(self) -> Mapping[Key, Mapping[str, Collection[Key]]]:
        """By resource and attribute: the resources that refer to it."""
        found: dict[Key, dict[str, set[Key]]] = {}
        for user in sorted(self.only):
            desired = self.stack.resources.get(user)
            if desired and desired.references:
                for _, key, attribute in attributes_in(desired, self.kinds):
                    if written_attribute(self.stack, self.kinds, key, attribute) is not None:
                        continue  # only who sends it looks whether AWS has it
                    found.setdefault(key, {}).setdefault(attribute, set()).add(user)
        return found

    def _read(self, key: Key, attribute: str) -> None:
        adapter, sighting = self.kinds[key.kind], self.world.sightings[key]
        declared, api = adapter.attributes.get(attribute), self.api_of(adapter.service.name)
        member = declared.value_of if declared else None
        listed = sighting.settings.get(member) if isinstance(member, str) else None
        try:
            with members_needed("read"):
                value = listed or (adapter.attribute(api, sighting, attribute) if declared else None)
        except CallError as error:
            self.miss(
                self._asked[key][attribute],
                f"compared, because {attribute} of {key} could not be read",
                error,
            )
            log.error("read failed", kind=key.kind, name=key.name, error=str(error))
        else:
            self.world.attributes[key, attribute] = value
