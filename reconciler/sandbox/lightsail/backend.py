"""Amazon Lightsail as a backend with all operations; moto has no such service."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any, ClassVar

from moto.core.base_backend import BackendDict

from reconciler.sandbox import lightsail
from reconciler.sandbox.extension import Extension
from reconciler.sandbox.lightsail.core.operations import Operations, bound
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.process_state import current


def _families() -> Iterator[tuple[str, Operations]]:
    for folder in pkgutil.iter_modules(lightsail.__path__, f"{lightsail.__name__}."):
        if folder.ispkg:
            for each in pkgutil.iter_modules(import_module(folder.name).__path__, f"{folder.name}."):
                declared = getattr(import_module(each.name), "operations", None)
                if isinstance(declared, Operations):
                    yield each.name, declared


FAMILIES = dict(_families())
"""By module in the neighbouring folders: the operations that it declares."""


class LightsailPlane(Plane):
    """Amazon Lightsail with all operations."""

    now = staticmethod(lambda: current().clock())
    settling_seconds = staticmethod(lambda: current().settling_seconds)
    NOT_STATE: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.operations: Mapping[str, Callable[..., Mapping[str, Any]]] = bound(self, list(FAMILIES.values()))

    def elsewhere(self, region: str) -> LightsailPlane:
        return plane_of(self.account_id, region)


lightsail_backends: BackendDict[LightsailPlane] = BackendDict(LightsailPlane, "lightsail")


@cache
def extension() -> Extension:
    """The service with its endpoints."""
    return Extension("lightsail", lightsail_backends)


def plane_of(account: str, region: str) -> LightsailPlane:
    """The control plane of an account and Region in the sandbox that is on."""
    return lightsail_backends[account][region]
