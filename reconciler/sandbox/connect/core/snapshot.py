"""Converts objects of the sandbox into bytes and back, without the backends that they refer to."""

import io
import pickle
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from moto.core.base_backend import BaseBackend
from moto.s3.utils import _VersionedKeyStore

from reconciler.sandbox.connect.core.resource_types import BY_NOUN, Kind

Name: TypeAlias = tuple[str, ...]

# Besides these, a pickle may contain only classes of moto and of the sandbox.
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
    """The entries of a `PrefilledMap` that differ from a new sandbox."""


class PrefilledMap(ABC, dict[str, Any]):
    """A map with many initial entries: only its changes are stored."""

    @abstractmethod
    def changes(self) -> Changes:
        """Return the entries that are new or changed."""

    @abstractmethod
    def put_back(self, changes: Changes) -> None:
        """Restore the initial entries and apply these changes."""


class _SnapshotPickler(pickle.Pickler):
    """Pickles a kind or a backend by its name: there is only one of each."""

    def __init__(self, file: io.BytesIO, name_of: Callable[[BaseBackend], Name]) -> None:
        super().__init__(file, protocol=5)
        self._name_of = name_of

    def reducer_override(self, thing: Any) -> Any:
        """Called only for instances and classes; `persistent_id` would be called for each text and number too."""
        if isinstance(thing, Kind):
            return kind_named, (thing.noun,)
        if isinstance(thing, BaseBackend):
            return backend_named, self._name_of(thing)
        # Its items are the newest versions only, and setting one adds a version.
        if isinstance(thing, _VersionedKeyStore):
            versions = ((key, each) for key in dict.keys(thing) for each in thing.getlist(key))
            return type(thing), (), None, None, versions
        return NotImplemented


def kind_named(noun: str) -> Kind:
    """Return a kind by its name: what a snapshot holds of it."""
    return BY_NOUN[noun]


def backend_named(*name: str) -> BaseBackend:
    """Stand for a backend in a snapshot: only the reader of the snapshot knows which one it is."""
    raise pickle.UnpicklingError(f"nobody has said which backend {name} is")


class _SnapshotUnpickler(pickle.Unpickler):
    """Unpickles objects, and refuses classes that a sandbox does not use."""

    def __init__(self, file: io.BytesIO, backend: Callable[[Name], BaseBackend]) -> None:
        super().__init__(file)
        self._backend = backend

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == (__name__, kind_named.__name__):
            return kind_named
        if (module, name) == (__name__, backend_named.__name__):
            return lambda *which: self._backend(which)
        if (module, name) in PLAIN:
            return super().find_class(module, name)
        found = super().find_class(module, name) if module.startswith(OURS) else None
        if not isinstance(found, type):
            raise pickle.UnpicklingError(f"{module}.{name} is not part of a sandbox")
        return found


def freeze(value: Any, name_of: Callable[[BaseBackend], Name]) -> bytes:
    """Return an object as bytes; backends that it refers to are stored by name."""
    file = io.BytesIO()
    _SnapshotPickler(file, name_of).dump(value)
    return file.getvalue()


def thaw(frozen: bytes, backend: Callable[[Name], BaseBackend]) -> Any:
    """Return an object from bytes; `backend` returns the backends that it refers to.

    Raises:
        pickle.UnpicklingError: the bytes contain a class that a sandbox does not use.
    """
    return _SnapshotUnpickler(io.BytesIO(frozen), backend).load()


def state_of(backend: BaseBackend) -> Mapping[str, Any]:
    """Return the attributes of a backend that are its state, without handlers, settings and initial values."""
    born_with = {"account_id", "operations", "partition", "region_name", *getattr(backend, "NOT_STATE", ())}
    return {
        name: value for name, value in vars(backend).items() if name not in born_with and not callable(value)
    }
