"""Reads the parts of a live API: by key, with names in place of ids.

Sources: GetResources, GetModels, GetRequestValidators, GetAuthorizers, GetGatewayResponses (API Gateway API Reference).
"""

import json
from collections.abc import Mapping
from typing import Any

from reconciler.contract import Api, FieldRead, Sighting, Wired
from reconciler.openapi import Parts, document_of, key_of, normal
from reconciler.openapi.normal import AUTHORIZER, MODEL, PATH, RESPONSE, VALIDATOR
from reconciler.resources.apigateway.invoke_permissions import functions_in, permissions_of
from reconciler.resources.apigateway.part_record import RECORD, recorded

PARTS, RESOURCES, IDS, OWNED = "Parts", "Resources", "Ids", "Owned"
"""Members of what is read: the parts, the id of each path, the id of each authorizer and validator, and the keys of ours."""
PERMISSIONS = "FunctionPermissions"
MADE_BY_AWS = frozenset({key_of(MODEL, "Empty"), key_of(MODEL, "Error")})
"""The models that each new API has."""
ROOT = "/"
LIMIT: Mapping[str, Any] = {"limit": 500}
OF_ROWS = ("id", "name", "responseType", "defaultResponse")
"""Members that name a part, and do not belong to its settings."""


def read_parts(api: Api, address: Mapping[str, str]) -> dict[str, Any]:
    """All parts of an API, with their ids and with the keys of those that we made."""
    found: Parts = {}
    ids: dict[str, str] = {}
    models = {row["name"]: row for row in api.pages("get_models", **address, **LIMIT)}
    for name, row in models.items():
        if name != RECORD:
            _add(
                found,
                MODEL,
                name,
                {**_settings(row), "schema": _parsed(row.get("schema")), "description": None},
            )
    for sort, operation in ((VALIDATOR, "get_request_validators"), (AUTHORIZER, "get_authorizers")):
        for row in api.pages(operation, **address, **LIMIT):
            _add(found, sort, row["name"], _settings(row))
            ids[key_of(sort, row["name"])] = row["id"]
    for row in api.pages("get_gateway_responses", **address, **LIMIT):
        if not row.get("defaultResponse"):
            _add(found, RESPONSE, row["responseType"], _settings(row))
    names = {id_: key.partition(" ")[2] for key, id_ in ids.items()}
    resources = {}
    for row in api.pages("get_resources", **address, embed=["methods"], **LIMIT):
        resources[row["path"]] = row["id"]
        methods = row.get("resourceMethods") or {}
        for verb, method in methods.items():
            _add(found, verb, row["path"], _method(method, row["id"], names))
        if not methods and row["path"] != ROOT:
            _add(found, PATH, row["path"], {})
    return {PARTS: found, RESOURCES: resources, IDS: ids, OWNED: recorded(models.get(RECORD))}


def _add(found: Parts, sort: str, name: str, settings: Mapping[str, Any]) -> None:
    key = key_of(sort, name)
    found[key] = normal(key, settings)


def _settings(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in OF_ROWS}


def _method(row: Mapping[str, Any], resource: str, names: Mapping[str, str]) -> dict[str, Any]:
    """A method with the names of its authorizer and validator; its cache has a name of its own only if that was chosen."""
    found = {name: value for name, value in row.items() if name != "httpMethod"}
    authorizer, validator = found.pop("authorizerId", None), found.pop("requestValidatorId", None)
    integration = dict(found.get("methodIntegration") or {})
    if integration.get("cacheNamespace") == resource:
        del integration["cacheNamespace"]
    return {
        **found,
        "methodIntegration": integration,
        "authorizer": names.get(authorizer or "", authorizer),
        "validator": names.get(validator or "", validator),
    }


def _parsed(text: str | None) -> Any:
    """A schema; the text itself if it is no JSON."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def _read(api: Api, sighting: Sighting) -> Wired:
    """The parts of an API, also as one document, with the permissions of the functions that our parts invoke."""
    found = read_parts(api, sighting.address)
    ours = {key: settings for key, settings in found[PARTS].items() if key in found[OWNED]}
    told = {key: each for key, each in found[PARTS].items() if key not in MADE_BY_AWS}
    return {
        **found,
        PERMISSIONS: permissions_of(api, sighting.id, functions_in(ours)),
        "openapi": document_of(told, sighting.name),
        "routes": None,
        "authorizers": None,
        "cors": None,
    }


READ = FieldRead(
    _read,
    (
        "get_resources",
        "get_models",
        "get_request_validators",
        "get_authorizers",
        "get_gateway_responses",
        "lambda:get_policy",
    ),
)
