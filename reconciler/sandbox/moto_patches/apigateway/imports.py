"""Imports of OpenAPI 3 documents, and exports of what a stage serves.

Sources: ImportRestApi, PutRestApi, GetExport (API Gateway API Reference); "Import an OpenAPI file to update an existing API
definition" (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-update.html).
"""

import json
from collections.abc import Mapping
from typing import Any

import yaml

from reconciler.openapi import Parts as ByKey
from reconciler.openapi import document_of, is_method, key_of, normal, parts_of, split
from reconciler.openapi.normal import AUTHORIZER, MODEL, PATH, RESPONSE, VALIDATOR
from reconciler.sandbox.moto_patches.apigateway.parts import (
    DEFAULT_RESPONSES,
    ROOT,
    Api,
    Item,
    Parts,
    Reply,
    bad,
    new_id,
)
from reconciler.sandbox.moto_patches.apigateway.patching import patched
from reconciler.sandbox.moto_patches.apigateway.resources import check_method, check_part, integration_of
from reconciler.sandbox.moto_patches.apigateway.rest_apis import RULES
from reconciler.sandbox.moto_patches.apigateway.schemas import (
    Schemas,
    authorizer_of,
    check_authorizer,
    check_model_name,
    gateway_response_of,
    model_of,
)

PREFIX = "x-amazon-apigateway-"
SETTINGS = {
    "api-key-source": "apiKeySource",
    "binary-media-types": "binaryMediaTypes",
    "minimum-compression-size": "minimumCompressionSize",
    "policy": "policy",
}
EXPORTS = {"oas30": "openapi", "swagger": "swagger"}


class Imports(Schemas):
    """The operations that take an OpenAPI document."""

    def import_new(
        self,
        body: bytes,
        failOnWarnings: bool = False,
        parameters: Mapping[str, str] | None = None,
    ) -> Reply:
        """ImportRestApi."""
        document = parsed(body)
        place = (parameters or {}).get("endpointConfigurationTypes")
        asked: Item = {"endpointConfiguration": {"types": [place]}} if place else {}
        made = self.make(document["info"]["title"], **asked)
        try:
            return self.put(made["id"], body, "overwrite", failOnWarnings)
        except Exception:
            del self.apis[made["id"]]
            raise

    def put(
        self,
        restApiId: str,
        body: bytes,
        mode: str = "merge",
        failOnWarnings: bool = False,
        parameters: Mapping[str, str] | None = None,
    ) -> Reply:
        """PutRestApi: merges a document into an API, or replaces its parts by those of the document. All of it or nothing."""
        del parameters, failOnWarnings
        document, api = parsed(body), self.api(restApiId)
        made = Api(api.id, api.settings, parts=Parts() if mode == "overwrite" else api.parts.copy())
        if mode == "overwrite":
            self.fill_new(made)
            root = made.parts.resources.pop(next(iter(made.parts.resources)))
            made.parts.resources[api.settings["rootResourceId"]] = {
                **root,
                "id": api.settings["rootResourceId"],
            }
        take(made, parts_of(document))
        made.settings = self._settings(api, document)
        self._complete(made)
        api.parts, api.settings = made.parts, made.settings
        return self.shown(api)

    @staticmethod
    def _settings(api: Api, document: Mapping[str, Any]) -> Item:
        """The settings of an API with those of a document; the endpoint stays as it is."""
        info = document["info"]
        found = {**api.settings, "name": info["title"]}
        found |= {name: info[name] for name in ("description", "version") if info.get(name)}
        for word, name in SETTINGS.items():
            value = document.get(f"{PREFIX}{word}")
            if value is not None:
                found[name] = json.dumps(value) if name == "policy" and not isinstance(value, str) else value
        return patched(found, [], RULES)

    def export(
        self,
        restApiId: str,
        stageName: str,
        exportType: str,
        parameters: Mapping[str, str] | None = None,
        accepts: str = "application/json",
    ) -> Reply:
        """GetExport: what the stage serves, not the working copy. Extensions are left out unless they are asked for."""
        api = self.api(restApiId)
        if exportType not in EXPORTS:
            raise bad(f"No API exporter for type '{exportType}'")
        if exportType == "swagger":
            raise bad("The sandbox exports OpenAPI 3 alone (oas30)")
        extensions = set((parameters or {}).get("extensions", "").replace(" ", "").split(","))
        created = api.deployments[api.stage(stageName)["deploymentId"]].created
        document = document_of(
            by_key(api.published(stageName)), api.settings["name"], created.strftime("%Y-%m-%dT%H:%M:%SZ")
        )
        host = f"https://{restApiId}.execute-api.{self.region_name}.amazonaws.com/{{basePath}}"
        document["servers"] = [{"url": host, "variables": {"basePath": {"default": stageName}}}]
        if not extensions & {"apigateway", "integrations", "authorizers"}:
            document = without_extensions(document)
        as_yaml = "yaml" in accepts
        text = yaml.safe_dump(document, sort_keys=False) if as_yaml else json.dumps(document)
        stamp = created.strftime("%Y%m%dT%H%M%S")
        name = f"oas30_{stamp}.{'yaml' if as_yaml else 'json'}"
        return {
            "contentType": accepts,
            "contentDisposition": f'attachment; filename="{name}"',
            "body": text.encode(),
        }


def without_extensions(value: Any) -> Any:
    """A document without members that begin with `x-amazon-apigateway-`."""
    if isinstance(value, dict):
        return {n: without_extensions(v) for n, v in value.items() if not str(n).startswith(PREFIX)}
    return [without_extensions(each) for each in value] if isinstance(value, list) else value


def parsed(body: bytes) -> Mapping[str, Any]:
    """Return a document; JSON is YAML too.

    Raises:
        SandboxError: it is no OpenAPI 3.0.
    """
    try:
        found = yaml.safe_load(body)
    except yaml.YAMLError:
        raise bad("Invalid OpenAPI input.") from None
    if not isinstance(found, dict) or not str(found.get("openapi", "")).startswith("3."):
        raise bad("Invalid OpenAPI input." if not (found or {}).get("swagger") else SWAGGER)
    if str(found["openapi"]).startswith("3.1"):
        raise bad("Unsupported OpenAPI version 3.1")
    if not isinstance(found.get("info"), dict) or not found["info"].get("title"):
        raise bad("Missing required attribute: info.title")
    return found


SWAGGER = "The sandbox imports OpenAPI 3.0 alone; convert the document."


def take(api: Api, parts: ByKey) -> None:
    """Put the parts of a document into an API: each takes the place of the one that is there.

    Raises:
        SandboxError: one of them is invalid.
    """
    for key, settings in parts.items():
        sort, name = split(key)
        if sort == MODEL:
            check_model_name(name)
            kept = api.parts.models.get(name) or {"id": new_id(6)}
            text = json.dumps(absolute(settings.get("schema") or {}, api.id))
            api.parts.models[name] = {**model_of(name, "application/json", "", text), "id": kept["id"]}
        elif sort == VALIDATOR:
            id_ = named(api.parts.validators, name) or new_id(6)
            api.parts.validators[id_] = {"id": id_, "name": name, **settings}
        elif sort == AUTHORIZER:
            before = named(api.parts.authorizers, name)
            api.parts.authorizers.pop(before or "", None)
            made = authorizer_of(api.parts, {"name": name, **settings})
            made["id"] = before or made["id"]
            check_authorizer(api.parts, made)
            api.parts.authorizers[made["id"]] = made
        elif sort == RESPONSE:
            if name not in DEFAULT_RESPONSES:
                raise bad(f"Invalid gateway response type: {name}")
            api.parts.gateway_responses[name] = gateway_response_of(name, settings)
    for key, settings in parts.items():
        sort, path = split(key)
        if sort == PATH or is_method(key):
            _take_method(api, sort, path, settings)


def _take_method(api: Api, verb: str, path: str, settings: Item) -> None:
    for part in path.split("/")[1:]:
        if path != ROOT:
            check_part(part)
    resource = api.resource_at(path)
    if verb == PATH:
        return
    found = {name: value for name, value in settings.items() if name not in ("authorizer", "validator")}
    if "authorizer" in settings:
        found["authorizerId"] = named(api.parts.authorizers, settings["authorizer"])
    if "validator" in settings:
        found["requestValidatorId"] = named(api.parts.validators, settings["validator"])
        if found["requestValidatorId"] is None:
            raise bad(f"Unable to find request validator {settings['validator']}")
    made = {"httpMethod": verb, "authorizationType": "NONE", "apiKeyRequired": False, **found}
    made.setdefault("requestParameters", {})
    responses = {code: {"statusCode": code, **row} for code, row in made.get("methodResponses", {}).items()}
    made["methodResponses"] = responses
    if "methodIntegration" in made:
        whole = integration_of(made["methodIntegration"], resource["id"])
        rows = whole.get("integrationResponses") or {}
        whole["integrationResponses"] = {code: {"statusCode": code, **row} for code, row in rows.items()}
        made["methodIntegration"] = whole
    check_method(api, verb, made)
    api.parts.methods.setdefault(resource["id"], {})[verb] = made


def named(rows: Mapping[str, Item], name: str) -> str | None:
    """Return the id of the part with a name; None if there is none."""
    return next((id_ for id_, row in rows.items() if row["name"] == name), None)


def absolute(schema: Any, api: str) -> Any:
    """A schema with references in the form in which AWS keeps them."""
    if isinstance(schema, dict):
        return {
            name: f"https://apigateway.amazonaws.com/restapis/{api}/models/{value.rpartition('/')[2]}"
            if name == "$ref"
            else absolute(value, api)
            for name, value in schema.items()
        }
    return [absolute(each, api) for each in schema] if isinstance(schema, list) else schema


def by_key(parts: Parts) -> ByKey:
    """Return the parts by key, with names in place of ids."""
    found: Item = {}
    for name, model in parts.models.items():
        found[key_of(MODEL, name)] = {"schema": json.loads(model.get("schema") or "{}")}
    for row in parts.validators.values():
        found[key_of(VALIDATOR, row["name"])] = row
    for row in parts.authorizers.values():
        kept = {name: value for name, value in row.items() if name not in ("id", "name")}
        found[key_of(AUTHORIZER, row["name"])] = kept
    for type_, row in parts.gateway_responses.items():
        kept = {n: v for n, v in row.items() if n not in ("responseType", "defaultResponse")}
        found[key_of(RESPONSE, type_)] = kept
    for id_, row in parts.resources.items():
        if not parts.methods.get(id_) and row["path"] != ROOT:
            found[key_of(PATH, row["path"])] = {}
    for id_, verbs in parts.methods.items():
        for verb, method in verbs.items():
            found[key_of(verb, parts.resources[id_]["path"])] = _by_name(parts, id_, method)
    return {key: normal(key, settings) for key, settings in found.items()}


def _by_name(parts: Parts, resource: str, method: Item) -> Item:
    """A method with the names of its authorizer and its validator; the namespace of its cache is left out if it is AWS's."""
    kept = {n: v for n, v in method.items() if n not in ("httpMethod", "authorizerId", "requestValidatorId")}
    whole = kept.get("methodIntegration")
    if whole and whole.get("cacheNamespace") == resource:
        kept["methodIntegration"] = {n: v for n, v in whole.items() if n != "cacheNamespace"}
    return {
        **kept,
        "authorizer": parts.authorizers.get(method.get("authorizerId", ""), {}).get("name"),
        "validator": parts.validators.get(method.get("requestValidatorId", ""), {}).get("name"),
    }
