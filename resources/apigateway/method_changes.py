"""The requests that change a live method: its own settings, its integration, and the responses of both."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from reconciler.contract import Request, Wired
from reconciler.openapi import key_of, split
from reconciler.openapi.normal import AUTHORIZER, TIMEOUT, VALIDATOR
from reconciler.resources.apigateway.live_parts import IDS, PARTS, RESOURCES
from reconciler.resources.apigateway.patches import (
    PATCHES,
    Patch,
    entry_patches,
    map_patches,
    replaced,
)

MAPS_OF_METHOD, MAPS_OF_INTEGRATION = (
    ("requestParameters", "requestModels"),
    ("requestParameters", "requestTemplates"),
)
OF_METHOD = {"authorizationType": "NONE", "apiKeyRequired": "false"}
OF_INTEGRATION = {
    "passthroughBehavior": "WHEN_NO_MATCH",
    "timeoutInMillis": str(TIMEOUT),
    "connectionType": "INTERNET",
    "responseTransferMode": "BUFFERED",
}
"""What a setting is replaced by if it is not written."""
Settings = Mapping[str, Any]


def method_requests(address: Mapping[str, str], live: Wired, key: str, wanted: Settings) -> Iterator[Request]:
    """The requests that turn a live method into the wanted one; new responses of the method come before those of its integration."""
    verb, path = split(key)
    at = {**address, "resourceId": live[RESOURCES][path], "httpMethod": verb}
    before = live[PARTS][key]
    own = [*_of_method(before, wanted, live)]
    if own:
        yield Request("update_method", {**at, PATCHES: own})
    old, new = before.get("methodIntegration") or {}, wanted.get("methodIntegration") or {}
    of_method = [*_responses(at, "method", before.get("methodResponses"), wanted.get("methodResponses"))]
    yield from (each for each in of_method if not each.operation.startswith("delete_"))
    again = old.get("type") != new.get("type")
    if again and new:
        kept = {
            name: value for name, value in new.items() if name not in ("httpMethod", "integrationResponses")
        }
        verb_of = {"integrationHttpMethod": new["httpMethod"]} if "httpMethod" in new else {}
        yield Request("put_integration", {**at, **kept, **verb_of})
    else:
        patches = [*_of_integration(old, new)]
        if patches:
            yield Request("update_integration", {**at, PATCHES: patches})
    rows = {} if again else old.get("integrationResponses")
    yield from _responses(at, "integration", rows, new.get("integrationResponses"))
    yield from (each for each in of_method if each.operation.startswith("delete_"))


def _of_method(before: Settings, wanted: Settings, live: Wired) -> Iterator[Patch]:
    left_out = {*MAPS_OF_METHOD, "authorizationScopes", "methodResponses", "methodIntegration"}
    old, new = (_with_ids(each, live, left_out) for each in (before, wanted))
    # A type needs its authorizer, so both are in one request.
    yield from replaced(old, new, OF_METHOD)
    scopes = (each.get("authorizationScopes") for each in (before, wanted))
    yield from entry_patches("/authorizationScopes", *scopes)
    for name in MAPS_OF_METHOD:
        yield from map_patches(f"/{name}", before.get(name), wanted.get(name))


def _with_ids(settings: Settings, live: Wired, left_out: set[str]) -> dict[str, Any]:
    """The plain settings of a method, with ids in place of names."""
    found = {name: value for name, value in settings.items() if name not in left_out}
    for sort, member in ((AUTHORIZER, "authorizerId"), (VALIDATOR, "requestValidatorId")):
        name = found.pop(sort, None)
        if name:
            # A part that is made in the same change has no id yet: then an import makes both.
            found[member] = live[IDS].get(key_of(sort, name), name)
    return found


def _of_integration(before: Settings, wanted: Settings) -> Iterator[Patch]:
    left_out = {*MAPS_OF_INTEGRATION, "cacheKeyParameters", "integrationResponses", "tlsConfig"}
    old, new = ({n: v for n, v in each.items() if n not in left_out} for each in (before, wanted))
    yield from replaced(old, new, OF_INTEGRATION)
    old, new = (each.get("tlsConfig") or {} for each in (before, wanted))
    yield from replaced(old, new, {"insecureSkipVerification": "false"}, "/tlsConfig")
    keys = (each.get("cacheKeyParameters") for each in (before, wanted))
    yield from entry_patches("/cacheKeyParameters", *keys)
    for name in MAPS_OF_INTEGRATION:
        yield from map_patches(f"/{name}", before.get(name), wanted.get(name))


def _responses(
    at: Mapping[str, str], of: str, before: Settings | None, wanted: Settings | None
) -> Iterator[Request]:
    """The requests for the responses of a method or of an integration."""
    old, new = before or {}, wanted or {}
    patches: Callable[[Settings, Settings], Iterable[Patch]] = (
        _of_method_response if of == "method" else _of_integration_response
    )
    for status, row in new.items():
        place = {**at, "statusCode": status}
        if status not in old:
            yield Request(f"put_{of}_response", {**place, **row})
        elif old[status] != row:
            yield Request(f"update_{of}_response", {**place, PATCHES: [*patches(old[status], row)]})
    for status in old:
        if status not in new:
            yield Request(f"delete_{of}_response", {**at, "statusCode": status})


def _of_method_response(before: Settings, wanted: Settings) -> Iterator[Patch]:
    for name in ("responseParameters", "responseModels"):
        yield from map_patches(f"/{name}", before.get(name), wanted.get(name))


def _of_integration_response(before: Settings, wanted: Settings) -> Iterator[Patch]:
    maps = ("responseParameters", "responseTemplates")
    old, new = ({n: v for n, v in each.items() if n not in maps} for each in (before, wanted))
    yield from replaced(old, new)
    for name in maps:
        yield from map_patches(f"/{name}", before.get(name), wanted.get(name))
