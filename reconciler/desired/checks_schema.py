"""The JSON Schema of `smoke.yaml`, for editors."""

from collections.abc import Mapping
from typing import Any

from reconciler.contract import EXISTS, Adapter, Check, Seen
from reconciler.contract.checks import NoSettings
from reconciler.desired.checks_file import CHECKS, EntryPart, LimitsPart
from reconciler.desired.editor_schema import Schema, schemas_of
from reconciler.desired.file_beside import ENVIRONMENTS
from reconciler.model import Part

DECLARED = Check("exists in AWS and belongs to the stack", lambda look: Seen(True, look.sighting.id, ""), ())
"""The check that the engine makes of every resource."""


def checks_schema(kinds: Mapping[str, Adapter[Any]]) -> Schema:
    """The schema (draft 2020-12) of `smoke.yaml`: its limits, and the checks of each kind."""
    declared = {kind: {EXISTS: DECLARED, **adapter.checks} for kind, adapter in sorted(kinds.items())}
    models, definitions = schemas_of(
        [LimitsPart, EntryPart, *(each.settings for checks in declared.values() for each in checks.values())]
    )
    of_kinds = {kind: _of_kind(checks, models) for kind, checks in declared.items()}
    checks = {"type": ["object", "null"], "properties": of_kinds, "additionalProperties": False}
    limits = models[LimitsPart]["properties"]
    checked = {"description": "The checks, by kind and name.", "$ref": "#/$defs/checks"}
    environment = {
        "type": ["object", "null"],
        "properties": {**limits, CHECKS: checked},
        "additionalProperties": False,
    }
    environments = {
        "description": "By environment: what is laid over the checks and limits.",
        "type": ["object", "null"],
        "additionalProperties": environment,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Checks of a stack",
        "type": "object",
        "properties": {**limits, CHECKS: checked, ENVIRONMENTS: environments},
        "additionalProperties": False,
        "$defs": {**definitions, "checks": checks},
    }


def _of_kind(checks: Mapping[str, Check], models: Mapping[type[Part], Schema]) -> Schema:
    """The checks of the resources of a kind, by name."""
    found = {name: _of_check(check, models) for name, check in checks.items()}
    resource = {"type": ["object", "null"], "properties": found, "additionalProperties": False}
    return {"type": ["object", "null"], "additionalProperties": resource}


def _of_check(check: Check, models: Mapping[type[Part], Schema]) -> Schema:
    """One entry of a check; one that is only made where it is asked for may be a list of them."""
    own = {} if check.settings is NoSettings else models[check.settings]["properties"]
    properties = {**own, **models[EntryPart]["properties"]}
    one = {"type": ["object", "null"], "properties": properties, "additionalProperties": False}
    several = [one, {"type": "array", "items": one}]
    described = {"description": f"Checks that it {check.summary}."}
    return {**described, "anyOf": several} if check.only_asked else {**described, **one}
