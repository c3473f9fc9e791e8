"""Where an inventory comes from: the cache as far as it holds, and AWS for the rest."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

from reconciler.cache_store import Cache
from reconciler.contract import Adapter, RowsIn, Sighting
from reconciler.errors import members_needed
from reconciler.observing.observer import ReadContext
from reconciler.observing.remembered import HOLDS, RememberedWorld, remembered_world
from reconciler.runtime.gc_tuning import collecting_nothing
from reconciler.stack import Key, Stack


@dataclass
class Source:
    """Answers questions about the live resources of a stack."""

    stack: Stack
    kinds: Mapping[str, Adapter[Any]]
    cache: Cache
    now: float
    """The time of the question, in seconds since 1970."""
    open: Callable[[], ReadContext]
    """Opens the account; called when AWS has to be asked for the first time."""
    fresh: bool = False
    """Whether AWS is asked for everything."""

    @cached_property
    def context(self) -> ReadContext:
        """The account; the first use of it makes calls."""
        return self.open()

    @property
    def asked_aws(self) -> bool:
        """Whether AWS was asked for something."""
        return "context" in self.__dict__

    def remembered(self, part: Stack) -> RememberedWorld | None:
        """What the cache knows of a part of the stack; None if AWS is to be asked for everything."""
        if self.fresh:
            return None
        with collecting_nothing():
            return remembered_world(part, self.kinds, self.cache, self.now)

    def attribute(self, key: Key, sighting: Sighting, name: str) -> str | None:
        """The value of one attribute of a live resource; None if it does not have it.

        Raises:
            CallError: it could not be read.
        """
        adapter = self.kinds[key.kind]
        value_of = adapter.attributes[name].value_of
        shown = sighting.settings.get(value_of) if isinstance(value_of, str) else None
        if isinstance(shown, str) and shown:
            return shown
        if not self.fresh:
            known = self.cache.attributes(key.kind, sighting.arn, self.now - HOLDS)
            if name in known:
                return known[name]
        if not isinstance(value_of, str):
            try:
                return value_of(_NoCalls(self.stack, sighting), sighting)
            except _CallNeeded:
                pass
        with members_needed("read"):
            found = adapter.attribute(self.context.api_of(adapter.service.name), sighting, name)
        self.cache.keep_attributes(key.kind, sighting.id, sighting.arn, {name: found}, self.now)
        return found


class _CallNeeded(Exception):
    """Raised instead of a call; no `CallError`, which a kind may take for an answer of AWS."""


class _NoCalls:
    """An API for values that are computed from what was seen; a call raises `_CallNeeded`."""

    def __init__(self, stack: Stack, sighting: Sighting) -> None:
        self.account, self.region = stack.account, stack.region
        self.partition = sighting.arn.split(":")[1] if sighting.arn.count(":") > 1 else "aws"

    def wall(self) -> float:
        self._refuse("the time of AWS")

    def beside(self, service: str) -> "_NoCalls":
        del service
        return self

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        del parameters
        self._refuse(operation)

    def pages(self, operation: str, *, rows_in: RowsIn = None, **parameters: Any) -> Iterator[Any]:
        del rows_in, parameters
        self._refuse(operation)

    def once(self) -> "_NoCalls":
        return self

    def hide(self, *values: str) -> None:
        del values

    def taken(self, operation: str, members: Mapping[str, Any]) -> dict[str, Any]:
        del members
        self._refuse(operation)

    @staticmethod
    def _refuse(what: str) -> NoReturn:
        raise _CallNeeded(what)
