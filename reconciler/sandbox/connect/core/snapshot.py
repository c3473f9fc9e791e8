"""Objects of the sandbox as bytes and back, without the backends that they belong to."""

import io
import pickle
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from moto.core.base_backend import BaseBackend

from reconciler.sandbox.connect.core.resource_types import BY_NOUN, Kind

Name: TypeAlias = tuple[str, ...]

# Beside these, only classes of moto and of the sandbox itself may come out of a pickle.
PLAIN = frozenset(
    {
        ("builtins", name)
        for name in ("bytearray", "complex", "dict", "frozenset", "list", "range", "set", "slice", "tuple")
    }
    | {("collections", name) for name in ("Counter", "OrderedDict", "defaultdict", "deque")}
    | {("datetime", name) for name in ("date", "datetime", "time", "timedelta", "timezone")}
    | {("decimal", "Decimal"), ("uuid", "UUID"), ("uuid", "SafeUUID"), ("copyreg", "_reconstructor")}
    | {("builtins", "object"), ("dateutil.tz.tz", "tzutc")}
    | {("ipaddress", f"IPv{version}{what}") for version in (4, 6) for what in ("Address", "Network")}
)
OURS = ("moto.", "reconciler.sandbox.")


class Changes(dict[str, Any]):
    """What of a `PrefilledMap` is not as it is in every sandbox."""


class PrefilledMap(ABC, dict[str, Any]):
    """A map that is born with entries, too many to be frozen: its changes are enough."""

    @abstractmethod
    def changes(self) -> Changes:
        """Return the entries that no sandbox is born with, or that are not as they were born."""

    @abstractmethod
    def put_back(self, changes: Changes) -> None:
        """Hold what it is born with, and these changes."""


class _SnapshotPickler(pickle.Pickler):
    """Writes a kind or a backend by its name: there is only one of each."""

    def __init__(self, file: io.BytesIO, name_of: Callable[[BaseBackend], Name]) -> None:
        super().__init__(file, protocol=5)
        self._name_of = name_of

    def persistent_id(self, thing: Any) -> Name | None:
        if isinstance(thing, Kind):
            return ("kind", thing.noun)
        if isinstance(thing, BaseBackend):
            return ("backend", *self._name_of(thing))
        return None


class _SnapshotUnpickler(pickle.Unpickler):
    """Reads it back, and no class but those that a sandbox is made of."""

    def __init__(self, file: io.BytesIO, backend: Callable[[Name], BaseBackend]) -> None:
        super().__init__(file)
        self._backend = backend

    def persistent_load(self, name: Any) -> Any:
        what, *which = name
        return BY_NOUN[which[0]] if what == "kind" else self._backend(tuple(which))

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in PLAIN:
            return super().find_class(module, name)
        found = super().find_class(module, name) if module.startswith(OURS) else None
        if not isinstance(found, type):
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a sandbox")
        return found


def freeze(value: Any, name_of: Callable[[BaseBackend], Name]) -> bytes:
    """Write an object; backends that it refers to are written by name."""
    file = io.BytesIO()
    _SnapshotPickler(file, name_of).dump(value)
    return file.getvalue()


def thaw(frozen: bytes, backend: Callable[[Name], BaseBackend]) -> Any:
    """Read an object; `backend` finds the backends that it refers to.

    Raises:
        pickle.UnpicklingError: it holds something that no sandbox is made of.
    """
    return _SnapshotUnpickler(io.BytesIO(frozen), backend).load()


def state_of(backend: BaseBackend) -> Mapping[str, Any]:
    """The attributes of a backend that are its state: no handlers, no settings, nothing that it is born with."""
    born_with = {"account_id", "operations", "partition", "region_name", *getattr(backend, "NOT_STATE", ())}
    return {
        name: value for name, value in vars(backend).items() if name not in born_with and not callable(value)
    }
