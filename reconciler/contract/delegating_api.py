"""An API that passes every call on to another one."""

from collections.abc import Iterator
from typing import Any

from reconciler.contract.calls import Api, RowsIn, Wired


class DelegatingApi:
    """An API (`reconciler.contract.Api`) that passes everything on; a subclass overrides what it does itself."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.account, self.region, self.partition = api.account, api.region, api.partition

    def wall(self) -> float:
        """The time of day in seconds since 1970."""
        return self._api.wall()

    def beside(self, service: str) -> Api:
        """Another service in the same account and Region."""
        return self._api.beside(service)

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """The reply to one call."""
        return self._api.call(operation, **parameters)

    def pages(self, operation: str, *, rows_in: RowsIn = None, **parameters: Any) -> Iterator[Any]:
        """Every row of a paged operation."""
        return self._api.pages(operation, rows_in=rows_in, **parameters)

    def once(self) -> Api:
        """The same service, which repeats no call whose outcome is unknown."""
        return self._api.once()

    def hide(self, *values: str) -> None:
        """Hide these secrets that were read, from now on, in all texts."""
        self._api.hide(*values)

    def taken(self, operation: str, members: Wired) -> dict[str, Any]:
        """Those of these members that the request of an operation has."""
        return self._api.taken(operation, members)
