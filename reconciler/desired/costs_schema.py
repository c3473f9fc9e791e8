"""The JSON Schema of `cost.yaml`, for editors."""

from collections.abc import Mapping
from typing import Any

from reconciler.contract import Adapter, NoVolumes
from reconciler.desired.costs_file import VOLUMES
from reconciler.desired.editor_schema import Schema, schemas_of
from reconciler.desired.file_beside import ENVIRONMENTS


def costs_schema(kinds: Mapping[str, Adapter[Any]]) -> Schema:
    """The schema (draft 2020-12) of `cost.yaml`: the volumes of each kind that has some."""
    declared = {
        kind: adapter.costs.volumes
        for kind, adapter in sorted(kinds.items())
        if adapter.costs and adapter.costs.volumes is not NoVolumes
    }
    models, definitions = schemas_of([*declared.values()])
    of_kinds = {
        kind: {"type": ["object", "null"], "additionalProperties": models[volumes]}
        for kind, volumes in declared.items()
    }
    volumes = {"type": ["object", "null"], "properties": of_kinds, "additionalProperties": False}
    given = {"description": "The volumes a month, by kind and name.", "$ref": f"#/$defs/{VOLUMES}"}
    environment = {"type": ["object", "null"], "properties": {VOLUMES: given}, "additionalProperties": False}
    environments = {
        "description": "By environment: what is laid over the volumes.",
        "type": ["object", "null"],
        "additionalProperties": environment,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Volumes of a stack",
        "type": "object",
        "properties": {VOLUMES: given, ENVIRONMENTS: environments},
        "additionalProperties": False,
        "$defs": {**definitions, VOLUMES: volumes},
    }
