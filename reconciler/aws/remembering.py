"""An API that makes each read once in a run, whichever part of the run needs it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from reconciler.aws.api import is_read
from reconciler.contract import Api, DelegatingApi, RowsIn


class LimitedApi(Api, Protocol):
    """One service whose calls can be limited to a time."""

    def until(self, moment: float) -> Api:
        """The same service; no call starts after this time of the clock, in seconds, or lasts longer."""
        ...


@dataclass
class Replies:
    """The replies of one run to reads, by the read."""

    rows: dict[str, list[Any]] = field(default_factory=dict)
    whole: dict[str, dict[str, Any]] = field(default_factory=dict)


class RememberingApi(DelegatingApi):
    """An API (`reconciler.contract.Api`) with a memory: what one part of a run has read, no other one reads again."""

    def __init__(self, api: Api, service: str, replies: Replies) -> None:
        super().__init__(api)
        self._service, self._replies = service, replies

    def beside(self, service: str) -> Api:
        """Another service."""
        return RememberingApi(self._api.beside(service), service, self._replies)

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call one operation, or take the reply to the same read."""
        if not is_read(operation):
            return self._api.call(operation, **parameters)
        read = self._read(operation, parameters)
        if read not in self._replies.whole:
            self._replies.whole[read] = self._api.call(operation, **parameters)
        return self._replies.whole[read]

    def pages(self, operation: str, *, rows_in: RowsIn = None, **parameters: Any) -> Iterator[Any]:
        """Every item of a paged operation, or of the same read."""
        read = self._read(f"{operation} {rows_in}", parameters)
        if read not in self._replies.rows:
            self._replies.rows[read] = list(self._api.pages(operation, rows_in=rows_in, **parameters))
        yield from self._replies.rows[read]

    def _read(self, operation: str, parameters: Mapping[str, Any]) -> str:
        return f"{self._service} {operation} {sorted(parameters.items())!r}"
