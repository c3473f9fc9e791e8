"""Adapters, APIs and clients that stand in for the real ones: they note reads, read once, or lose a reply."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ReadTimeoutError

from reconciler.aws.account import Account
from reconciler.contract import Adapter, Address, Api, Sighting


@dataclass
class RecordingApi:
    """An API that notes which operations an adapter reads by."""

    api: Api
    seen: set[str]
    prefix: str = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.api, name)

    def beside(self, service: str) -> Api:
        """Another service, whose operations are noted with its name."""
        return RecordingApi(self.api.beside(service), self.seen, f"{service}:")

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Note the operation, and call it."""
        self.seen.add(f"{self.prefix}{operation}")
        return self.api.call(operation, **parameters)

    def pages(self, operation: str, **parameters: Any) -> Iterator[Any]:
        """Note the operation, and page through it."""
        self.seen.add(f"{self.prefix}{operation}")
        return self.api.pages(operation, **parameters)


def watched(adapter: Adapter[Any], seen: set[str]) -> Adapter[Any]:
    """The adapter, noting every operation that its own methods call."""

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
    ):
        setattr(found, name, noting(getattr(adapter, name)))
    return found


def listed_once(adapter: Adapter[Any]) -> Adapter[Any]:
    """The adapter of what no test changes: its resources are listed once."""
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
    """The account, which asks AWS neither who it is nor for its rates: no test of a kind changes these."""
    found: Any = account
    found.identity = lambda: account.account
    found.learn_quotas = lambda *_: None
    return account


@dataclass
class LosesReply:
    """A client whose first call of an operation breaks off, before or after AWS has done the work."""

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
