"""Defines what may be written under `existing` instead of `true`."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import create_model

from reconciler.contract import Adapter
from reconciler.model import NoReferences, Part, TagKey, TagValue

OWN: Mapping[str, Any] = {
    "id": Annotated[str, NoReferences()],
    "name": Annotated[str, NoReferences()],
    "tags": dict[TagKey, Annotated[TagValue, NoReferences()]],
}
"""The keys that are not fields of a kind, and their types."""


def choice_of(adapter: Adapter[Any]) -> type[Part] | None:
    """The model of the fields by which an existing resource is found; None if only its name is used."""
    fields: dict[str, Any] = {}
    for word in sorted(adapter.identity.chosen_by):
        if word in OWN:
            fields[word] = (OWN[word], None)
        else:
            info = adapter.model.model_fields[word]
            fields[word] = (Annotated[(info.annotation, *info.metadata, NoReferences())], None)
    return create_model("Choice", __base__=Part, **fields) if fields else None
