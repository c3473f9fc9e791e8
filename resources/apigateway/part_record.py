"""The record of the parts that we made: a model of the API whose schema lists their keys.

Parts have no tags. So nothing else in AWS tells a method that the files no longer have from one that somebody else has made. A record in
the API lives and dies with it, is read with the models in any case, and an import writes it in the same call as the parts. Names are
added before parts are made, and removed after they are deleted: a part that we made is never missing in it.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

from reconciler.contract import Request

RECORD = "reconcilerParts"
TITLE = "The parts of this API that reconciler manages. Do not edit."


def recorded(model: Mapping[str, Any] | None) -> list[str]:
    """The keys that a record lists; none if there is no record, or if it is damaged."""
    try:
        found = json.loads((model or {}).get("schema") or "{}")
    except ValueError:
        return []
    keys = found.get("enum") if isinstance(found, dict) else None
    return [each for each in keys if isinstance(each, str)] if isinstance(keys, list) else []


def schema_of(keys: Collection[str]) -> dict[str, Any]:
    """The schema that lists these keys."""
    return {"title": TITLE, "type": "string", "enum": sorted(keys)}


def record(address: Mapping[str, str], keys: Collection[str], *, new: bool) -> Request:
    """The request that writes the record."""
    text = json.dumps(schema_of(keys), separators=(",", ":"))
    if new:
        made = {"name": RECORD, "contentType": "application/json", "schema": text}
        return Request("create_model", {**address, **made})
    patches = [{"op": "replace", "path": "/schema", "value": text}]
    return Request("update_model", {**address, "modelName": RECORD, "patchOperations": patches})
