"""Test doubles of adapters, APIs and clients: they record reads, read only once, or lose a reply."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ReadTimeoutError

from reconciler.aws.account import Account
from reconciler.contract import Adapter, Address, Api, Sighting
from reconciler.service import Service


@dataclass
class RecordingApi:
    """An API that records the operations that an adapter calls."""

    api: Api
    seen: set[str]
    prefix: str = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.api, name)

    def beside(self, service: str) -> Api:
        """The API of another service; its operations are recorded with the name of the service."""
        return RecordingApi(self.api.beside(service), self.seen, f"{service}:")

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Record the operation, and call it."""
        self.seen.add(f"{self.prefix}{operation}")
        return self.api.call(operation, **parameters)

    def pages(self, operation: str, **parameters: Any) -> Iterator[Any]:
        """Record the operation, and yield its pages."""
        self.seen.add(f"{self.prefix}{operation}")
        return self.api.pages(operation, **parameters)


def watched(adapter: Adapter[Any], seen: set[str]) -> Adapter[Any]:
    """The adapter, which records every operation that its methods call."""

    def noting(method: Callable[..., Any]) -> Callable[..., Any]:
        return lambda api, *arguments: method(RecordingApi(api, seen), *arguments)

    found = type(adapter)()
    for name in (
        "list",
        "list_versions",
        "get",
        "get_fields",
        "find_by_name",
        "prepare",
        "created",
        "waiting_for",
        "attribute",
    ):
        setattr(found, name, noting(getattr(adapter, name)))
    return found


def listed_once(adapter: Adapter[Any]) -> Adapter[Any]:
    """An adapter that lists its resources only once, for resources that no test changes."""
    lists: dict[str, list[Sighting]] = {}
    found: Any = type(adapter)()

    def listed(api: Api, scope: Address) -> list[Sighting]:
        place = repr((api.region, sorted(scope.items())))
        if place not in lists:
            lists[place] = list(adapter.list(api, scope))
        return lists[place]

    found.list = listed
    found.list_versions = lambda _api, _scope: None
    return found  # type: ignore[no-any-return] # its methods are replaced


def knowing(account: Account) -> Account:
    """An account that does not read its id and quotas from AWS: no test of a kind changes them."""
    found: Any = account

    def learn(services: Iterable[Service], *_: Any) -> None:
        account.pacer.services = {each.name: each for each in services}

    found.identity = lambda: account.account
    found.learn_quotas = learn
    return account


@dataclass
class LosesReply:
    """A client whose first call of an operation times out, before or after AWS has done the work."""

    client: Any
    operation: str
    worked: bool
    lost: bool = False

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.client, name)
        return self._broken(method) if name == self.operation and not self.lost else method

    def _broken(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(**parameters: Any) -> Any:
            self.lost = True
            if self.worked:
                method(**parameters)
            raise ReadTimeoutError(endpoint_url="https://aws")

        return call
