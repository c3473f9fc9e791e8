"""The responses of methods and of integrations."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.moto_patches.apigateway.parts import Item, Reply, bad, conflict, not_found
from reconciler.sandbox.moto_patches.apigateway.patching import patched
from reconciler.sandbox.moto_patches.apigateway.resources import (
    OF_INTEGRATION_RESPONSE,
    OF_METHOD_RESPONSE,
    Resources,
    check_model,
)


class MethodResponses(Resources):
    """The operations on responses."""

    def add_method_response(
        self, restApiId: str, resourceId: str, httpMethod: str, statusCode: str, **asked: Any
    ) -> Reply:
        """PutMethodResponse: only for a status that the method does not have yet."""
        method = self.method(restApiId, resourceId, httpMethod)
        rows = method.setdefault("methodResponses", {})
        if statusCode in rows:
            raise conflict("Response already exists for this resource")
        for name in asked.get("responseModels", {}).values():
            check_model(self.api(restApiId), name)
        rows[statusCode] = {"statusCode": statusCode, **asked}
        return {**rows[statusCode]}

    def show_method_response(
        self, restApiId: str, resourceId: str, httpMethod: str, statusCode: str
    ) -> Reply:
        """GetMethodResponse."""
        return _one(self.method(restApiId, resourceId, httpMethod), "methodResponses", statusCode)

    def change_method_response(
        self,
        restApiId: str,
        resourceId: str,
        httpMethod: str,
        statusCode: str,
        patchOperations: list[dict[str, str]] | None = None,
    ) -> Reply:
        """UpdateMethodResponse."""
        found = _one(self.method(restApiId, resourceId, httpMethod), "methodResponses", statusCode)
        _patched(found, patchOperations, OF_METHOD_RESPONSE)
        for name in (found.get("responseModels") or {}).values():
            check_model(self.api(restApiId), name)
        return found

    def drop_method_response(
        self, restApiId: str, resourceId: str, httpMethod: str, statusCode: str
    ) -> Reply:
        """DeleteMethodResponse."""
        method = self.method(restApiId, resourceId, httpMethod)
        _one(method, "methodResponses", statusCode)
        del method["methodResponses"][statusCode]
        return {}

    def set_integration_response(
        self, restApiId: str, resourceId: str, httpMethod: str, statusCode: str, **asked: Any
    ) -> Reply:
        """PutIntegrationResponse: the method must have a response of this status."""
        integration = self.integration(restApiId, resourceId, httpMethod)
        method = self.method(restApiId, resourceId, httpMethod)
        check_parameters(method, statusCode, asked.get("responseParameters") or {})
        rows = integration.setdefault("integrationResponses", {})
        rows[statusCode] = {"statusCode": statusCode, **asked}
        return {**rows[statusCode]}

    def show_integration_response(
        self, restApiId: str, resourceId: str, httpMethod: str, statusCode: str
    ) -> Reply:
        """GetIntegrationResponse."""
        found = self.integration(restApiId, resourceId, httpMethod)
        return _one(found, "integrationResponses", statusCode)

    def change_integration_response(
        self,
        restApiId: str,
        resourceId: str,
        httpMethod: str,
        statusCode: str,
        patchOperations: list[dict[str, str]] | None = None,
    ) -> Reply:
        """UpdateIntegrationResponse."""
        found = _one(self.integration(restApiId, resourceId, httpMethod), "integrationResponses", statusCode)
        _patched(found, patchOperations, OF_INTEGRATION_RESPONSE)
        return found

    def drop_integration_response(
        self, restApiId: str, resourceId: str, httpMethod: str, statusCode: str
    ) -> Reply:
        """DeleteIntegrationResponse."""
        integration = self.integration(restApiId, resourceId, httpMethod)
        _one(integration, "integrationResponses", statusCode)
        del integration["integrationResponses"][statusCode]
        return {}


def _one(owner: Item, member: str, status: str) -> Item:
    rows: dict[str, Item] = owner.get(member) or {}
    if status not in rows:
        raise not_found("Invalid Response status code specified")
    return rows[status]


def _patched(found: Item, operations: list[dict[str, str]] | None, rules: Any) -> None:
    changed = {n: v for n, v in patched(found, operations, rules).items() if v not in ("", {})}
    found.clear()
    found.update(changed)


def check_parameters(method: Item, status: str, parameters: Mapping[str, str]) -> None:
    """Refuse a response of an integration for which the method has no response, or whose headers it does not name."""
    declared = (method.get("methodResponses") or {}).get(status)
    if declared is None:
        raise not_found("Invalid Response status code specified")
    for name in parameters:
        if name not in (declared.get("responseParameters") or {}):
            raise bad(f"Invalid mapping expression parameter specified: {name}")
