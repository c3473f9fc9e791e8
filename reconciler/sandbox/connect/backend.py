"""The control plane of Amazon Connect as a moto backend with all operations."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, ClassVar

from moto.connect.models import connect_backends
from moto.core.resource_tagging import TaggedResource

from reconciler.sandbox import connect
from reconciler.sandbox.connect.core.dispatch import bound
from reconciler.sandbox.connect.core.operations import Operations
from reconciler.sandbox.connect.core.resource_types import KINDS
from reconciler.sandbox.connect.core.stale_reads import PlaneWithStaleReads
from reconciler.sandbox.connect.instances import tagging


def _families() -> Mapping[str, Operations]:
    """By module in the neighbouring folders: the operations that it declares."""
    found = {}
    for folder in pkgutil.iter_modules(connect.__path__, f"{connect.__name__}."):
        if folder.ispkg:
            for each in pkgutil.iter_modules(import_module(folder.name).__path__, f"{folder.name}."):
                declared = getattr(import_module(each.name), "operations", None)
                if isinstance(declared, Operations):
                    found[each.name] = declared
    return found


FAMILIES = _families()


def _all_operations() -> Operations:
    every = Operations()
    for declared in FAMILIES.values():
        every.handlers |= declared.handlers
        every.of_plane |= declared.of_plane
    return every


OPERATIONS = _all_operations()


class ConnectPlane(PlaneWithStaleReads):
    """Amazon Connect with all operations."""

    NOT_STATE: ClassVar[frozenset[str]] = frozenset({"past", "quotas", "reading_lag"})

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.siblings = _planes_of_moto
        self.operations: Mapping[str, Callable[..., Mapping[str, Any] | None]] = bound(self, OPERATIONS)

    def tag_resource(self, resource_arn: str, tags: dict[str, str]) -> None:
        """Set tags for the Resource Groups Tagging API."""
        tagging.tag_resource(self, resource_arn, tags)

    def untag_resource(self, resource_arn: str, tag_keys: list[str]) -> None:
        """Remove tags for the Resource Groups Tagging API."""
        tagging.untag_resource(self, resource_arn, tag_keys)

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """Yield every resource for the Resource Groups Tagging API."""
        for instance in self.centres.values():
            yield TaggedResource(instance.arn, instance.tags, "connect:instance")
            for kind in KINDS:
                for record in instance.store(kind) if kind.shown[1] else ():
                    if not record.shared:
                        yield TaggedResource(record.arn, record.tags, f"connect:{kind.word}")


def plane_of(account: str, region: str) -> ConnectPlane:
    """The control plane of an account and Region in the sandbox that is on.

    Raises:
        TypeError: no sandbox has been on in this process.
    """
    plane = connect_backends[account][region]
    if not isinstance(plane, ConnectPlane):
        raise TypeError(f"moto has a {type(plane).__name__}: no sandbox has been on")
    return plane


def _planes_of_moto() -> Iterator[ConnectPlane]:
    for account in list(connect_backends.values()):
        for plane in list(account.values()):
            if isinstance(plane, ConnectPlane):
                yield plane
