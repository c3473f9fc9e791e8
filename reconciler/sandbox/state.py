"""Saves a sandbox to a file and loads it again, with ids, tags and secrets.

The file holds a pickle: load only files that your own sandbox has saved. A foreign file is refused if it names a class
that no sandbox uses, but do not rely on that. It also holds secrets, and only its owner may read it.
"""

import os
import pickle
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.model_instances import model_data
from moto.s3.models import s3_backends

from reconciler.runtime.atomic_write import write_whole
from reconciler.sandbox.connect.core.snapshot import Changes, Name, PrefilledMap, freeze, state_of, thaw
from reconciler.sandbox.extension import ONE_AT_A_TIME
from reconciler.sandbox.plugin import LATE, mend_late
from reconciler.sandbox.process_state import ProcessState

MAGIC = b"connect-reconciler sandbox state 2\n"
SERVICES: Mapping[str, str] = MappingProxyType(
    {
        **{
            service: f"moto.{service}.models"
            for service in (
                "backup",
                "budgets",
                "cloudtrail",
                "connect",
                "dynamodb",
                "s3",
                "ssm",
                "secretsmanager",
                "iam",
                "ec2",
                "organizations",
            )
        },
        **{
            service: f"moto.{service}.models"
            for service in (
                *("apigateway", "cloudwatch", "events", "kinesis", "kms", "logs", "resourcegroupstaggingapi"),
                *("scheduler", "sns", "sqs"),
            )
        },
        "lambda": "moto.awslambda.models",
        "cognito-idp": "moto.cognitoidp.models",
        "cognito-identity": "moto.cognitoidentity.models",
        "lightsail": "reconciler.sandbox.lightsail.backend",
    }
)
"""The services that are saved, and the module that has the backends of each."""
MOTO = version("moto")
DAMAGE = (
    pickle.UnpicklingError,
    EOFError,
    AttributeError,
    ImportError,
    LookupError,
    TypeError,
    ValueError,
)


class BadState(ValueError):
    """Raised for a file that this sandbox cannot start from; the text is one line with the reason."""


@contextmanager
def kept(file: Path, world: ProcessState) -> Iterator[None]:
    """Load the state from the file if it exists, and save it at the end.

    Raises:
        BadState: the file cannot be started from, or could not be saved to.
        OSError: it cannot be written.
    """
    if file.is_dir():
        raise BadState(f"{file}: this is a directory, not a file")
    if file.exists() and not file.is_file():
        raise BadState(f"{file}: this is not a regular file")
    if not file.exists() and not file.parent.is_dir():
        raise BadState(f"{file}: there is no directory {file.parent}")
    if not os.access(file.resolve().parent, os.W_OK | os.X_OK):
        raise BadState(f"{file}: nothing can be saved in the directory {file.resolve().parent}")
    if file.exists():
        try:
            load(file, world)
        except OSError as error:
            raise BadState(f"{file}: it cannot be read: {(error.strerror or str(error)).lower()}") from None
    yield
    save(file, world)


def is_saved(service: str) -> bool:
    """Whether a snapshot contains the state of this service."""
    return service in SERVICES


def snapshot(world: ProcessState) -> bytes:
    """The state of the services that are saved, for `restore`."""
    with ONE_AT_A_TIME:
        saved = {
            "account": world.account,
            "moto": MOTO,
            "password": world.password,
            "services": _services(world),
        }
        return freeze(saved, _Names(world.account).name_of)


def restore(frozen: bytes, world: ProcessState) -> None:
    """Restore the active sandbox from a snapshot.

    Raises:
        BadState: the snapshot is of another account or of another version of moto.
    """
    names = _Names(world.account)
    with ONE_AT_A_TIME:
        saved = thaw(frozen, names.backend)
        for (service, region), backend in list(_used(world.account)):
            before = saved["services"].get((service, region))
            if before is None:
                if service == "s3":
                    backend.reset()  # it closes its files
                del _backends(service)[world.account][region]
            else:
                _forget(backend, before)
        s3_backends.bucket_accounts.clear()
        _put_back(saved, world, names, "the snapshot")
        _untrack()


def save(file: Path, world: ProcessState) -> None:
    """Save the state of these services; the file is replaced completely or not at all."""
    write_whole(file, MAGIC + snapshot(world), private=True)


def load(file: Path, world: ProcessState) -> None:
    """Load a saved state into the active sandbox, which is empty.

    Raises:
        BadState: it is not a saved state, or is of another account or another version of moto.
        OSError: the file cannot be read.
    """
    names = _Names(world.account)
    with ONE_AT_A_TIME:
        _put_back(_read(file, names), world, names, str(file))


def _put_back(saved: Mapping[str, Any], world: ProcessState, names: "_Names", whence: str) -> None:
    if saved["account"] != world.account:
        raise BadState(f"{whence}: the state belongs to account {saved['account']}, not to {world.account}")
    if saved["moto"] != MOTO:
        raise BadState(f"{whence}: the state was saved with moto {saved['moto']}, and this is moto {MOTO}")
    world.password = saved["password"]
    for name, state in saved["services"].items():
        _fill(names.backend(name), state)
    for partition, backend in s3_backends[world.account].items():
        for bucket in backend.buckets:
            s3_backends.bucket_accounts[bucket] = (partition, world.account)


def _read(file: Path, names: "_Names") -> Mapping[str, Any]:
    content = file.read_bytes()
    if not content.startswith(MAGIC):
        raise BadState(f"{file}: this is not a saved state of a sandbox")
    try:
        saved = thaw(content[len(MAGIC) :], names.backend)
    except DAMAGE as damage:
        raise BadState(f"{file}: the saved state is damaged or not a sandbox's: {damage}") from None
    if not isinstance(saved, dict) or saved.keys() != {"account", "moto", "password", "services"}:
        raise BadState(f"{file}: the saved state is damaged: it lacks what every state has")
    return saved


class _Names:
    """Which backend is which: a backend's name is its service and its Region."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._names = {id(backend): name for name, backend in _used(account)}

    def name_of(self, backend: BaseBackend) -> Name:
        if id(backend) not in self._names:
            raise ValueError(f"the sandbox does not save {type(backend).__name__}")
        return self._names[id(backend)]

    def backend(self, name: Name) -> BaseBackend:
        service, region = name
        if service not in SERVICES:
            raise ValueError(f"the sandbox does not save {service}")
        return cast("BaseBackend", _backends(service)[self._account][region])


def _backends(service: str) -> BackendDict[Any]:
    """All backends of a service, which is loaded if it was not: that takes a second for some."""
    if service in LATE:
        mend_late(service)  # before anything is put into it
    models = import_module(SERVICES[service])
    return cast("BackendDict[Any]", getattr(models, _map_of(service)))


def _map_of(service: str) -> str:
    """Moto's name for the backends of a service."""
    return f"{service.replace('-', '')}_backends"


def _used(account: str) -> Iterator[tuple[Name, BaseBackend]]:
    """Each used backend, by its name. A service that is not loaded has none and is not loaded."""
    for service, module in SERVICES.items():
        loaded = sys.modules.get(module)
        if loaded and account in getattr(loaded, _map_of(service)):
            for region, backend in _backends(service)[account].items():
                yield (service, region), backend


def _services(world: ProcessState) -> dict[Name, Mapping[str, Any]]:
    return {name: _contents(backend) for name, backend in _used(world.account)}


def _contents(backend: BaseBackend) -> Mapping[str, Any]:
    """The state of a backend; its maps without what they are born with, such as functions that make new entries."""
    return {name: _entries(value) for name, value in state_of(backend).items()}


def _entries(value: Any) -> Any:
    if isinstance(value, PrefilledMap):
        return value.changes()
    return dict(value) if isinstance(value, dict) else value


def _forget(backend: BaseBackend, before: Mapping[str, Any]) -> None:
    """Remove what a backend did not have before."""
    for name in state_of(backend).keys() - before.keys():
        born = vars(backend)[name]
        if isinstance(born, PrefilledMap):
            born.put_back(Changes())
        else:
            del vars(backend)[name]


def _fill(backend: BaseBackend, state: Mapping[str, Any]) -> None:
    for name, value in state.items():
        born = vars(backend).get(name)
        if isinstance(value, Changes):
            getattr(backend, name).put_back(value)
        elif isinstance(born, dict) and isinstance(value, dict):
            born.clear()
            born.update(value)
        else:
            vars(backend)[name] = value


def _untrack() -> None:
    """Free replaced objects: moto notes every object that it makes, but needs this only for S3's files."""
    for service, models in model_data.items():
        for model in models.values() if service != "s3" else ():
            cast("Any", model).instances_tracked = []
