"""The operations that answer in pages, and the names of their members for this."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from botocore.exceptions import UnknownServiceError
from botocore.paginate import PaginatorModel

from reconciler.sandbox import service_models, wire_protocol


class Pages(NamedTuple):
    """The members by which an operation is paged: the token asked with, the token answered, the list of items.

    `more` is the member that says whether a page follows; None: the token alone says it.
    """

    asked: str
    answered: str
    items: str
    more: str | None = None


@cache
def pages_of(service: str, operation: str) -> Pages | None:
    """Return how an operation is paged; None if it is not, or by more than plain members."""
    try:
        described = _paginators(service).get_paginator(operation)
    except (ValueError, UnknownServiceError):
        return _by_next_token(service, operation)
    names = (_first(described[key]) for key in ("input_token", "output_token", "result_key"))
    asked, answered, items = names
    plain = all(name.isidentifier() for name in (asked, answered, items))
    return Pages(asked, answered, items, described.get("more_results")) if plain else None


def continues(service: str, operation: str, params: Mapping[str, Any]) -> bool:
    """Whether a request asks for a page after the first."""
    pages = pages_of(service, operation)
    return pages is not None and params.get(pages.asked) is not None


@cache
def _paginators(service: str) -> PaginatorModel:
    return service_models.session().get_paginator_model(service)


def _first(names: str | list[str]) -> str:
    return names if isinstance(names, str) else names[0]


def _by_next_token(service: str, operation: str) -> Pages | None:
    """Page by NextToken, as those operations do that botocore does not know to be paged."""
    model = wire_protocol.service_model(service)
    if model is None or operation not in model.operation_names:
        return None
    asked, answered = (
        shape.members if shape else {}
        for shape in (
            model.operation_model(operation).input_shape,
            model.operation_model(operation).output_shape,
        )
    )
    lists = [name for name, shape in answered.items() if shape.type_name == "list"]
    if "NextToken" not in asked or "NextToken" not in answered or len(lists) != 1:
        return None
    return Pages("NextToken", "NextToken", lists[0])
