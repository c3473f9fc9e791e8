"""Models, request validators, authorizers and gateway responses.

Sources: CreateModel, CreateRequestValidator, CreateAuthorizer, PutGatewayResponse (API Gateway API Reference).
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from reconciler.sandbox.moto_patches.apigateway.method_responses import MethodResponses
from reconciler.sandbox.moto_patches.apigateway.parts import (
    DEFAULT_RESPONSES,
    Item,
    Parts,
    Reply,
    bad,
    conflict,
    new_id,
    not_found,
)
from reconciler.sandbox.moto_patches.apigateway.patching import (
    ADD,
    REMOVE,
    REPLACE,
    Rule,
    boolean,
    patched,
    settings,
)
from reconciler.sandbox.moto_patches.apigateway.rest_apis import page

OF_MODEL = (*settings("description", "schema"),)
OF_VALIDATOR = (
    *settings("name"),
    *settings("validateRequestBody", "validateRequestParameters", takes=boolean),
)
OF_AUTHORIZER = (
    *settings("name", "type", "authType", "authorizerUri", "authorizerCredentials", "identitySource"),
    *settings("identityValidationExpression"),
    *settings("authorizerResultTtlInSeconds", takes=int),
    Rule("/providerARNs", operations=(ADD, REMOVE), members=True),
)
OF_RESPONSE = (
    *settings("statusCode"),
    Rule("/responseParameters/{}", operations=(ADD, REPLACE, REMOVE)),
    Rule("/responseTemplates/{}", operations=(ADD, REPLACE, REMOVE)),
)
DEFAULT_TTL, LONGEST_TTL = 300, 3600
NAME = re.compile(r"[a-zA-Z0-9]+")
STATUS = re.compile(r"[1-5]\d\d")


class Schemas(MethodResponses):
    """The operations on models, validators, authorizers and gateway responses."""

    def make_model(
        self, restApiId: str, name: str, contentType: str, description: str = "", schema: str = ""
    ) -> Reply:
        """CreateModel."""
        rows = self.api(restApiId).parts.models
        check_model_name(name)
        if name in rows:
            raise conflict("Model name already exists for this REST API")
        check_schema(schema)
        rows[name] = model_of(name, contentType, description, schema)
        return rows[name]

    def show_model(self, restApiId: str, modelName: str, flatten: bool = False) -> Reply:
        """GetModel."""
        del flatten
        return self.model(restApiId, modelName)

    def show_models(self, restApiId: str, position: str | None = None, limit: int = 25) -> Reply:
        """GetModels."""
        rows = [*self.api(restApiId).parts.models.values()]
        return page(rows, lambda row: str(row["name"]), limit, position)

    def change_model(
        self, restApiId: str, modelName: str, patchOperations: list[dict[str, str]] | None = None
    ) -> Reply:
        """UpdateModel."""
        found = self.model(restApiId, modelName)
        changed = patched(found, patchOperations, OF_MODEL)
        check_schema(changed.get("schema", ""))
        self.api(restApiId).parts.models[modelName] = changed
        return changed

    def drop_model(self, restApiId: str, modelName: str) -> Reply:
        """DeleteModel: not while a method or another model uses it."""
        self.model(restApiId, modelName)
        parts = self.api(restApiId).parts
        used = next(model_users(parts, modelName), None)
        if used:
            raise conflict(f"Cannot delete model '{modelName}', is referenced in {used}")
        del parts.models[modelName]
        return {}

    def model(self, api: str, name: str) -> Item:
        """Return a model."""
        found = self.api(api).parts.models
        if name not in found:
            raise not_found(f"Invalid model name specified: {name}")
        return found[name]

    # -- validators --------------------------------------------------------------------------------------------------------

    def make_validator(self, restApiId: str, name: str = "", **asked: bool) -> Reply:
        """CreateRequestValidator."""
        made: Item = {"validateRequestBody": False, "validateRequestParameters": False, **asked}
        made |= {"id": new_id(6), "name": name}
        self.api(restApiId).parts.validators[made["id"]] = made
        return made

    def show_validator(self, restApiId: str, requestValidatorId: str) -> Reply:
        """GetRequestValidator."""
        return self.validator(restApiId, requestValidatorId)

    def show_validators(self, restApiId: str, position: str | None = None, limit: int = 25) -> Reply:
        """GetRequestValidators."""
        rows = [*self.api(restApiId).parts.validators.values()]
        return page(rows, lambda row: str(row["id"]), limit, position)

    def change_validator(
        self, restApiId: str, requestValidatorId: str, patchOperations: list[dict[str, str]] | None = None
    ) -> Reply:
        """UpdateRequestValidator."""
        found = self.validator(restApiId, requestValidatorId)
        found.update(patched(found, patchOperations, OF_VALIDATOR))
        return found

    def drop_validator(self, restApiId: str, requestValidatorId: str) -> Reply:
        """DeleteRequestValidator: not while a method uses it."""
        self.validator(restApiId, requestValidatorId)
        parts = self.api(restApiId).parts
        for path, verb, method in parts.each_method():
            if method.get("requestValidatorId") == requestValidatorId:
                raise conflict(
                    f"Cannot delete request validator '{requestValidatorId}', is referenced in {verb}:{path}"
                )
        del parts.validators[requestValidatorId]
        return {}

    def validator(self, api: str, id_: str) -> Item:
        """Return a request validator."""
        found = self.api(api).parts.validators
        if id_ not in found:
            raise not_found("Invalid Request Validator identifier specified")
        return found[id_]

    # -- authorizers -------------------------------------------------------------------------------------------------------

    def make_authorizer(self, restApiId: str, **asked: Any) -> Reply:
        """CreateAuthorizer."""
        parts = self.api(restApiId).parts
        made = authorizer_of(parts, asked)
        parts.authorizers[made["id"]] = made
        return made

    def show_authorizer(self, restApiId: str, authorizerId: str) -> Reply:
        """GetAuthorizer."""
        return self.authorizer(restApiId, authorizerId)

    def show_authorizers(self, restApiId: str, position: str | None = None, limit: int = 25) -> Reply:
        """GetAuthorizers."""
        rows = [*self.api(restApiId).parts.authorizers.values()]
        return page(rows, lambda row: str(row["id"]), limit, position)

    def change_authorizer(
        self, restApiId: str, authorizerId: str, patchOperations: list[dict[str, str]] | None = None
    ) -> Reply:
        """UpdateAuthorizer."""
        found = self.authorizer(restApiId, authorizerId)
        changed = {
            n: v for n, v in patched(found, patchOperations, OF_AUTHORIZER).items() if v not in ("", [])
        }
        check_authorizer(self.api(restApiId).parts, changed)
        self.api(restApiId).parts.authorizers[authorizerId] = changed
        return changed

    def drop_authorizer(self, restApiId: str, authorizerId: str) -> Reply:
        """DeleteAuthorizer: not while a method uses it."""
        self.authorizer(restApiId, authorizerId)
        parts = self.api(restApiId).parts
        if any(method.get("authorizerId") == authorizerId for _, _, method in parts.each_method()):
            raise conflict(f"Cannot delete authorizer '{authorizerId}', is referenced in a method")
        del parts.authorizers[authorizerId]
        return {}

    def authorizer(self, api: str, id_: str) -> Item:
        """Return an authorizer."""
        found = self.api(api).parts.authorizers
        if id_ not in found:
            raise not_found("Invalid Authorizer identifier specified")
        return found[id_]

    # -- gateway responses -------------------------------------------------------------------------------------------------

    def put_response(self, restApiId: str, responseType: str, **asked: Any) -> Reply:
        """PutGatewayResponse: replaces all of it."""
        parts = self.api(restApiId).parts
        check_status(asked.get("statusCode"))
        parts.gateway_responses[responseType] = gateway_response_of(responseType, asked)
        return parts.gateway_responses[responseType]

    def show_response(self, restApiId: str, responseType: str) -> Reply:
        """GetGatewayResponse: AWS's own if none was set."""
        return self.api(restApiId).parts.gateway_response(responseType)

    def show_responses(self, restApiId: str, position: str | None = None, limit: int = 25) -> Reply:
        """GetGatewayResponses: those of AWS too."""
        parts = self.api(restApiId).parts
        rows = [parts.gateway_response(each) for each in DEFAULT_RESPONSES]
        return page(rows, lambda row: str(row["responseType"]), limit, position)

    def change_response(
        self, restApiId: str, responseType: str, patchOperations: list[dict[str, str]] | None = None
    ) -> Reply:
        """UpdateGatewayResponse."""
        parts = self.api(restApiId).parts
        changed = patched(parts.gateway_response(responseType), patchOperations, OF_RESPONSE)
        check_status(changed.get("statusCode"))
        parts.gateway_responses[responseType] = {**changed, "defaultResponse": False}
        return parts.gateway_responses[responseType]

    def drop_response(self, restApiId: str, responseType: str) -> Reply:
        """DeleteGatewayResponse: AWS's own is in force again."""
        found = self.api(restApiId).parts.gateway_responses
        if responseType not in found:
            raise not_found("Gateway response type not defined on api")
        del found[responseType]
        return {}


def model_of(name: str, content_type: str, description: str, schema: str) -> Item:
    """Return a model."""
    made = {"id": new_id(6), "name": name, "schema": schema, "contentType": content_type}
    return {**made, **({"description": description} if description else {})}


def check_model_name(name: str) -> None:
    """Refuse a name that is not only of letters and digits."""
    if not NAME.fullmatch(name):
        raise bad("Model name must be alphanumeric: " + name)


def check_schema(text: str) -> None:
    """Refuse a schema that is no JSON object."""
    try:
        good = not text or isinstance(json.loads(text), dict)
    except ValueError:
        good = False
    if not good:
        raise bad(
            "Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]"
        )


def model_users(parts: Parts, name: str) -> Iterator[str]:
    """Yield what uses a model."""
    for path, verb, method in parts.each_method():
        responses = (method.get("methodResponses") or {}).values()
        maps = [
            method.get("requestModels") or {},
            *((each.get("responseModels") or {}) for each in responses),
        ]
        if any(name in each.values() for each in maps):
            yield f"method {verb}:{path}"
    for other, model in parts.models.items():
        if other != name and re.search(rf'/models/{name}"', model.get("schema") or ""):
            yield f"model {other}"


def authorizer_of(parts: Parts, asked: Item) -> Item:
    """Return a new authorizer with AWS's defaults."""
    made = {"id": new_id(6), **asked}
    if made["type"] in {"TOKEN", "REQUEST", "COGNITO_USER_POOLS"}:
        made.setdefault("authorizerResultTtlInSeconds", DEFAULT_TTL)
        auth = "cognito_user_pools" if made["type"] == "COGNITO_USER_POOLS" else "custom"
        made.setdefault("authType", auth)
    if made["type"] in {"TOKEN", "COGNITO_USER_POOLS"}:
        made.setdefault("identitySource", "method.request.header.Authorization")
    check_authorizer(parts, made)
    return made


def check_authorizer(parts: Parts, made: Item) -> None:
    """Refuse an authorizer that AWS does not take."""
    if any(row["name"] == made["name"] and row["id"] != made["id"] for row in parts.authorizers.values()):
        raise bad(
            f"Authorizer name must be unique. Authorizer {made['name']} already exists in this RestApi."
        )
    if made["type"] == "COGNITO_USER_POOLS":
        arns = made.get("providerARNs") or []
        if not arns or any(":cognito-idp:" not in each for each in arns):
            raise bad("Invalid Cognito User Pool ARN specified in the request")
    elif made["type"] in {"TOKEN", "REQUEST"}:
        if not str(made.get("authorizerUri", "")).startswith("arn:"):
            raise bad("Authorizer URI must be a valid ARN")
        cached = made["authorizerResultTtlInSeconds"] > 0
        if made["type"] == "REQUEST" and cached and not made.get("identitySource"):
            raise bad("Identity source must be specified if caching is enabled")
    if not 0 <= made.get("authorizerResultTtlInSeconds", 0) <= LONGEST_TTL:
        raise bad(f"Authorizer result TTL should be between 0 and {LONGEST_TTL}")


def gateway_response_of(type_: str, asked: Item) -> Item:
    """Return a gateway response that was set."""
    status = asked.get("statusCode") or DEFAULT_RESPONSES[type_]
    return {
        "responseType": type_,
        "responseParameters": asked.get("responseParameters") or {},
        "responseTemplates": asked.get("responseTemplates") or {},
        "defaultResponse": False,
        **({"statusCode": status} if status else {}),
    }


def check_status(status: str | None) -> None:
    """Refuse what is no status of HTTP."""
    if status is not None and not STATUS.fullmatch(status):
        raise bad("Invalid status code specified")
