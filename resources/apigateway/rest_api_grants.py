"""IAM grants that the caller needs because of the roles and functions of an API.

Sources: "Actions, resources, and condition keys for Amazon API Gateway Management", "... for AWS Lambda" (Service Authorization
Reference).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.openapi import Parts, is_method
from reconciler.permissions import ANY, Grant, GrantedFor, Location
from reconciler.resources.apigateway.invoke_permissions import functions_in, uri_of
from reconciler.resources.apigateway.wanted_parts import wanted_parts
from reconciler.resources.grants import to_pass


def of_document(document: Mapping[str, Any], location: Location) -> Iterator[Grant]:
    """The grants to pass the roles of integrations and of authorizers, and to let the API invoke functions."""
    parts = wanted_parts({"openapi": document})
    for key, settings in parts.items():
        integration = settings.get("methodIntegration") or {}
        role = integration.get("credentials") if is_method(key) else settings.get("authorizerCredentials")
        if isinstance(role, str) and ":role/" in role:
            yield to_pass(role, "apigateway")
    yield from _of_functions(parts, location)


def of_routes(routes: Mapping[str, Any], location: Location) -> Iterator[Grant]:
    """The grants to let the API invoke the functions of routes."""
    yield from _of_functions(wanted_parts({"routes": routes}), location)


def of_authorizers(authorizers: Mapping[str, Any], location: Location) -> Iterator[Grant]:
    """The grants to let the API invoke the functions of authorizers."""
    yield from _of_functions(wanted_parts({"authorizers": authorizers}), location)


def _of_functions(parts: Parts, location: Location) -> Iterator[Grant]:
    anything = location.arn("lambda", "function:*")
    uris = [uri_of(key, each) for key, each in parts.items()]
    # The files do not contain the ARN in the address of a function.
    named = [anything] if ANY in uris else functions_in(parts)
    yield from (Grant("lambda:AddPermission", each) for each in named)
    # The files no longer contain the functions that will be removed.
    for action in ("lambda:GetPolicy", "lambda:RemovePermission"):
        yield Grant(action, anything)


GRANTED_FOR: Mapping[str, GrantedFor] = {
    "openapi": of_document,
    "routes": of_routes,
    "authorizers": of_authorizers,
}
"""By field: the grants that its value needs."""
