"""The requests that make, change and delete a single part which is no method."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import Request, Wired
from reconciler.openapi import split
from reconciler.openapi.normal import AUTHORIZER, MODEL, RESPONSE, VALIDATOR, WITHIN
from reconciler.resources.apigateway.live_parts import IDS, PARTS
from reconciler.resources.apigateway.patches import PATCHES, entry_patches, replaced

MODELS = "https://apigateway.amazonaws.com/restapis/{id}/models/"
"""The beginning of a reference to a model, as the operations on models take it."""


def update_requests(
    address: Mapping[str, str], live: Wired, key: str, wanted: Mapping[str, Any]
) -> Iterator[Request]:
    """The request that makes a part, or that changes it."""
    sort, name = split(key)
    before = live[PARTS].get(key)
    if sort == MODEL:
        text = _schema(wanted.get("schema") or {}, address["restApiId"])
        if before is None:
            made = {"name": name, "contentType": "application/json", "schema": text}
            yield Request("create_model", {**address, **made})
        else:
            change = [{"op": "replace", "path": "/schema", "value": text}]
            yield Request("update_model", {**address, "modelName": name, PATCHES: change})
    elif sort == RESPONSE:
        yield Request("put_gateway_response", {**address, "responseType": name, **wanted})
    elif before is None:
        operation = "create_authorizer" if sort == AUTHORIZER else "create_request_validator"
        yield Request(operation, {**address, "name": name, **wanted})
    elif sort == VALIDATOR:
        at = {**address, "requestValidatorId": live[IDS][key]}
        yield Request("update_request_validator", {**at, PATCHES: replaced(before, wanted)})
    elif sort == AUTHORIZER:
        at = {**address, "authorizerId": live[IDS][key]}
        yield Request("update_authorizer", {**at, PATCHES: _authorizer(before, wanted)})


def _schema(schema: Mapping[str, Any], api: str) -> str:
    """A schema as a text, with whole references to other models."""
    text = json.dumps(schema, separators=(",", ":"))
    return text.replace(f'"$ref":"{WITHIN}', f'"$ref":"{MODELS.format(id=api)}')


DEFAULTS: Mapping[str, str] = {
    "authorizerResultTtlInSeconds": "300",
    "identitySource": "method.request.header.Authorization",
    "authorizerCredentials": "",
    "identityValidationExpression": "",
    "authType": "custom",
}
"""What a setting of an authorizer is replaced by if it is not written."""


def _authorizer(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[dict[str, str]]:
    """The patches of an authorizer; its user pools are added and removed one by one."""
    pools = entry_patches("/providerARNs", before.get("providerARNs"), wanted.get("providerARNs"))
    old, new = ({n: v for n, v in each.items() if n != "providerARNs"} for each in (before, wanted))
    return [*replaced(old, new, DEFAULTS), *pools]


def delete_request(address: Mapping[str, str], live: Wired, key: str) -> Request:
    """The request that deletes a part."""
    sort, name = split(key)
    if sort == MODEL:
        return Request("delete_model", {**address, "modelName": name})
    if sort == RESPONSE:
        return Request("delete_gateway_response", {**address, "responseType": name})
    if sort == AUTHORIZER:
        return Request("delete_authorizer", {**address, "authorizerId": live[IDS][key]})
    return Request("delete_request_validator", {**address, "requestValidatorId": live[IDS][key]})
