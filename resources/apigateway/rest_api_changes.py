"""The requests that change the settings of an API itself.

Source: https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html (UpdateRestApi)
"""

import json
from collections.abc import Iterable

from reconciler.contract import Calls, Change, Request
from reconciler.resources.apigateway.patches import entry_patches, member_patches, patch, settings, update

UPDATE = "update_rest_api"
TYPES, IDS = "/endpointConfiguration/types", "/endpointConfiguration/vpcEndpointIds"


def _media_types(change: Change) -> Iterable[Request]:
    before, after = (side.get("binaryMediaTypes") for side in (change.observed, change.desired))
    return update(UPDATE, change, member_patches("/binaryMediaTypes", before, after))


def _endpoint(change: Change) -> Iterable[Request]:
    """One request: the type first, because only a private API has endpoints of VPCs."""
    before, after = (
        dict(side.get("endpointConfiguration") or {}) for side in (change.observed, change.desired)
    )
    old, new = (each.get("types") or ["EDGE"] for each in (before, after))
    types = [patch("replace", f"{TYPES}/{old[0]}", new[0])] if old != new else []
    gone = [*entry_patches(IDS, before.get("vpcEndpointIds"), after.get("vpcEndpointIds"))]
    kind = after.get("ipAddressType")
    address = (
        [patch("replace", "/endpointConfiguration/ipAddressType", kind)]
        if before.get("ipAddressType") != kind
        else []
    )
    private = new == ["PRIVATE"]
    return update(UPDATE, change, [*types, *address, *gone] if private else [*gone, *types, *address])


def _version(change: Change) -> Iterable[Request]:
    """Import a document without paths: only an import can change the version."""
    shown = change.reported
    info = {"title": shown["name"], "version": change.desired["version"]}
    if shown.get("description"):
        info["description"] = shown["description"]
    body = json.dumps({"openapi": "3.0.1", "info": info, "paths": {}}).encode()
    yield Request("put_rest_api", {**change.address, "mode": "merge", "failOnWarnings": True, "body": body})


SETTINGS = (
    Calls(settings(UPDATE, "name"), ("name",), (UPDATE,)),
    Calls(settings(UPDATE, "description"), ("description",), (UPDATE,)),
    Calls(
        _version,
        ("version",),
        ("put_rest_api",),
        looks=lambda api, change: {
            name: api.call("get_rest_api", **change.address).get(name) for name in ("name", "description")
        },
    ),
    Calls(_media_types, ("binary_media_types",), (UPDATE,), overwrites={"publish": ()}),
    Calls(
        settings(UPDATE, "minimumCompressionSize"),
        ("minimum_compression_size",),
        (UPDATE,),
        overwrites={"publish": ()},
    ),
    Calls(settings(UPDATE, "apiKeySource"), ("api_key_source",), (UPDATE,), overwrites={"publish": ()}),
    Calls(_endpoint, ("endpoint_configuration",), (UPDATE,)),
    Calls(settings(UPDATE, "policy"), ("resource_policy",), (UPDATE,), overwrites={"publish": ()}),
    Calls(
        settings(UPDATE, "disableExecuteApiEndpoint"),
        ("disable_execute_api_endpoint",),
        (UPDATE,),
        overwrites={"publish": ()},
    ),
    Calls(
        settings(UPDATE, "securityPolicy", "endpointAccessMode"),
        ("security_policy", "endpoint_access_mode"),
        (UPDATE,),
    ),
)
"""The groups of settings."""
