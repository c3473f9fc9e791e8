"""Refuses requests that moto accepts and AWS does not."""

from collections.abc import Mapping
from typing import Any

from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS, RequestParser, RestJSONParser
from moto.core.routing import (
    SERVICE_SPECIFIC_ROUTERS,
    ActionCandidate,
    ActionSelector,
    RestRouter,
    get_service_router,
)

TRUTH = {"true": True, "false": False}


class _StrictJson(RestJSONParser):
    """Takes a list for a list, an object for a structure, a boolean for a boolean; else raises TypeError."""

    def _parse_structure(self, shape: Any, value: Any) -> Any:
        if value is not None and not isinstance(value, Mapping):
            raise TypeError(f"{shape.name} has to be an object")
        return super()._parse_structure(shape, value)  # type: ignore[no-untyped-call]  # moto

    def _parse_list(self, shape: Any, node: Any) -> Any:
        if isinstance(node, str | Mapping):
            raise TypeError(f"{shape.name} has to be a list")
        return super()._parse_list(shape, node)  # type: ignore[no-untyped-call]  # moto

    def _parse_boolean(self, shape: Any, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        if value not in TRUTH:  # a query string knows words only
            raise TypeError(f"{shape.name} has to be true or false")
        return TRUTH[value]


PARSERS: Mapping[str, type[RequestParser]] = {**PROTOCOL_PARSERS, "rest-json": _StrictJson}


class _ByPathAlone(RestRouter):
    """Finds the operation that a path names, even if a required argument of the query is missing.

    moto finds none for such a request; AWS finds it and refuses the request because of the missing argument.
    """

    def _create_rules(self, path: str, method: str, operations: list[OperationModel]) -> list[Any]:
        rules: list[Any] = super()._create_rules(path, method, operations)
        if len(operations) == 1:
            for rule in rules:
                rule._action_selector = ActionSelector([ActionCandidate(operations[0])])  # noqa: SLF001  moto's own
        return rules


def find_by_path_alone(service: str) -> None:
    """Let the paths of a REST service name its operations, wherever they can."""
    SERVICE_SPECIFIC_ROUTERS[service] = {"rest-json": _ByPathAlone}
    get_service_router.cache_clear()
