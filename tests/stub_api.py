"""The API of one service for tests of single methods: a subclass implements the expected calls."""

from collections.abc import Iterator
from typing import Any

from reconciler.contract import Api, RowsIn, Wired


class StubApi:
    """An API that raises an error for every call (`reconciler.contract.Api`)."""

    account: str = "111111111111"
    region: str = "eu-west-2"
    partition: str = "aws"

    def wall(self) -> float:
        raise AssertionError("wall")

    def beside(self, service: str) -> Api:
        raise AssertionError(service)

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        raise AssertionError(operation, parameters)

    def pages(self, operation: str, *, rows_in: RowsIn = None, **parameters: Any) -> Iterator[Any]:
        raise AssertionError(operation, parameters)

    def once(self) -> Api:
        raise AssertionError("once")

    def hide(self, *values: str) -> None:
        raise AssertionError("hide", values)

    def taken(self, operation: str, members: Wired) -> dict[str, Any]:
        raise AssertionError(operation, members)
