"""Resources, methods, integrations and their responses.

Sources: CreateResource, PutMethod, PutIntegration, PutMethodResponse, PutIntegrationResponse (API Gateway API Reference).
"""

import re
from typing import Any

from reconciler.sandbox.moto_patches.apigateway.parts import (
    Api,
    Item,
    Reply,
    bad,
    conflict,
    given,
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
from reconciler.sandbox.moto_patches.apigateway.rest_apis import RestApis, page

PART = re.compile(r"[a-zA-Z0-9._\-:%]+|\{[a-zA-Z0-9._\-:]+\+?\}")
VERBS = frozenset({"ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
ENTRIES = (ADD, REPLACE, REMOVE)
OF_METHOD = (
    *settings("authorizationType", "authorizerId", "operationName", "requestValidatorId"),
    *settings("apiKeyRequired", takes=boolean),
    Rule("/authorizationScopes", operations=(ADD, REMOVE), members=True),
    Rule("/requestModels/{}", operations=ENTRIES),
    Rule("/requestParameters/{}", boolean, ENTRIES),
)
OF_INTEGRATION = (
    *settings(
        *("type", "httpMethod", "uri", "connectionType", "connectionId", "credentials", "contentHandling"),
        *("passthroughBehavior", "cacheNamespace", "responseTransferMode", "integrationTarget"),
    ),
    *settings("timeoutInMillis", takes=int),
    Rule("/tlsConfig/insecureSkipVerification", boolean),
    Rule("/cacheKeyParameters", operations=(ADD, REMOVE), members=True),
    Rule("/requestParameters/{}", operations=ENTRIES),
    Rule("/requestTemplates/{}", operations=ENTRIES),
)
OF_METHOD_RESPONSE = (
    Rule("/responseParameters/{}", boolean, ENTRIES),
    Rule("/responseModels/{}", operations=ENTRIES),
)
OF_INTEGRATION_RESPONSE = (
    *settings("selectionPattern", "contentHandling"),
    Rule("/responseParameters/{}", operations=ENTRIES),
    Rule("/responseTemplates/{}", operations=ENTRIES),
)
ITSELF = [*settings("pathPart", "parentId")]
SHORTEST, LONGEST, LONGEST_STREAM = 50, 300_000, 900_000


class Resources(RestApis):
    """The operations on resources and what is in them."""

    def make_resource(self, restApiId: str, parentId: str, pathPart: str) -> Reply:
        """CreateResource."""
        api = self.api(restApiId)
        check_part(pathPart)
        return {**api.add_resource(parentId, pathPart)}

    def show_resource(self, restApiId: str, resourceId: str, embed: list[str] | None = None) -> Reply:
        """GetResource."""
        return _resource(self.api(restApiId), resourceId, whole="methods" in (embed or ()))

    def show_resources(
        self, restApiId: str, position: str | None = None, limit: int = 25, embed: list[str] | None = None
    ) -> Reply:
        """GetResources; with `methods` embedded, each method is shown whole."""
        api = self.api(restApiId)
        rows = [
            _resource(api, each, whole="methods" in (embed or ()))
            for each in sorted(api.parts.resources, key=lambda id_: api.parts.resources[id_]["path"])
        ]
        return page(rows, lambda row: str(row["path"]), limit, position)

    def change_resource(
        self, restApiId: str, resourceId: str, patchOperations: list[dict[str, str]] | None = None
    ) -> Reply:
        """UpdateResource: another part of the path, or another parent."""
        api = self.api(restApiId)
        row = patched(_plain(_resource(api, resourceId)), patchOperations, ITSELF)
        check_part(row["pathPart"])
        before = api.parts.resources.pop(resourceId)
        try:
            made = api.add_resource(row["parentId"], row["pathPart"])
        except Exception:
            api.parts.resources[resourceId] = before
            raise
        api.parts.resources[resourceId] = {**api.parts.resources.pop(made["id"]), "id": resourceId}
        for below in api.parts.within(resourceId):
            found = api.parts.resources[below]
            above = api.parts.resources[found["parentId"]]["path"].rstrip("/")
            found["path"] = f"{above}/{found['pathPart']}"
        return _resource(api, resourceId)

    def drop_resource(self, restApiId: str, resourceId: str) -> Reply:
        """DeleteResource: with all below it."""
        api = self.api(restApiId)
        if "parentId" not in _resource(api, resourceId):
            raise bad("Root resource cannot be deleted")
        for each in [*api.parts.within(resourceId)]:
            del api.parts.resources[each]
            api.parts.methods.pop(each, None)
        return {}

    # -- methods -----------------------------------------------------------------------------------------------------------

    def add_method(self, restApiId: str, resourceId: str, httpMethod: str, **asked: Any) -> Reply:
        """PutMethod: only for a verb that the resource does not have yet."""
        api = self.api(restApiId)
        _resource(api, resourceId)
        check_method(api, httpMethod, asked)
        verbs = api.parts.methods.setdefault(resourceId, {})
        if httpMethod in verbs:
            raise conflict("Method already exists for this resource")
        verbs[httpMethod] = {"httpMethod": httpMethod, "apiKeyRequired": False, **asked}
        return verbs[httpMethod]

    def show_method(self, restApiId: str, resourceId: str, httpMethod: str) -> Reply:
        """GetMethod."""
        return self.method(restApiId, resourceId, httpMethod)

    def change_method(
        self,
        restApiId: str,
        resourceId: str,
        httpMethod: str,
        patchOperations: list[dict[str, str]] | None = None,
    ) -> Reply:
        """UpdateMethod."""
        found = self.method(restApiId, resourceId, httpMethod)
        changed = patched(found, patchOperations, OF_METHOD)
        changed = {name: value for name, value in changed.items() if value not in ("", [], {})}
        if changed["authorizationType"] not in ("CUSTOM", "COGNITO_USER_POOLS"):
            changed.pop("authorizerId", None)
        check_method(self.api(restApiId), httpMethod, changed)
        found.clear()
        found.update(changed)
        return found

    def drop_method(self, restApiId: str, resourceId: str, httpMethod: str) -> Reply:
        """DeleteMethod."""
        self.method(restApiId, resourceId, httpMethod)
        del self.api(restApiId).parts.methods[resourceId][httpMethod]
        return {}

    def method(self, api: str, resource: str, verb: str) -> Item:
        """Return a method.

        Raises:
            SandboxError: there is none.
        """
        found = self.api(api)
        _resource(found, resource)
        if verb not in found.parts.methods.get(resource, {}):
            raise not_found("Invalid Method identifier specified")
        return found.parts.methods[resource][verb]

    # -- integrations ------------------------------------------------------------------------------------------------------

    def set_integration(
        self,
        restApiId: str,
        resourceId: str,
        httpMethod: str,
        integrationHttpMethod: str | None = None,
        **asked: Any,
    ) -> Reply:
        """PutIntegration: replaces the integration with its responses."""
        method = self.method(restApiId, resourceId, httpMethod)
        made = integration_of({**asked, **given(httpMethod=integrationHttpMethod)}, resourceId)
        method["methodIntegration"] = made
        return made

    def show_integration(self, restApiId: str, resourceId: str, httpMethod: str) -> Reply:
        """GetIntegration."""
        return self.integration(restApiId, resourceId, httpMethod)

    def change_integration(
        self,
        restApiId: str,
        resourceId: str,
        httpMethod: str,
        patchOperations: list[dict[str, str]] | None = None,
    ) -> Reply:
        """UpdateIntegration."""
        found = self.integration(restApiId, resourceId, httpMethod)
        changed = patched(found, patchOperations, OF_INTEGRATION)
        changed = {name: value for name, value in changed.items() if value not in ("", {})}
        changed.setdefault("cacheKeyParameters", [])
        check_integration(changed)
        found.clear()
        found.update(changed)
        return found

    def drop_integration(self, restApiId: str, resourceId: str, httpMethod: str) -> Reply:
        """DeleteIntegration."""
        self.integration(restApiId, resourceId, httpMethod)
        del self.method(restApiId, resourceId, httpMethod)["methodIntegration"]
        return {}

    def integration(self, api: str, resource: str, verb: str) -> Item:
        """Return the integration of a method.

        Raises:
            SandboxError: there is none.
        """
        found = self.method(api, resource, verb).get("methodIntegration")
        if found is None:
            raise not_found("Invalid Integration identifier specified")
        whole: Item = found
        return whole


def _resource(api: Api, id_: str, *, whole: bool = False) -> Item:
    """A resource as AWS shows it; its verbs are shown in any case, its methods only on demand."""
    if id_ not in api.parts.resources:
        raise not_found("Invalid Resource identifier specified")
    verbs = api.parts.methods.get(id_, {})
    shown = {verb: method if whole else {} for verb, method in verbs.items()}
    return {**api.parts.resources[id_], **({"resourceMethods": shown} if shown else {})}


def _plain(row: Item) -> Item:
    return {name: value for name, value in row.items() if name != "resourceMethods"}


def check_part(part: str) -> None:
    """Refuse a part of a path that AWS does not take."""
    if not PART.fullmatch(part):
        raise bad(
            "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the "
            "beginning and the end."
        )


def check_method(api: Api, verb: str, method: Item) -> None:
    """Refuse settings of a method that AWS does not take."""
    if verb not in VERBS:
        raise bad("Invalid HTTP method specified")
    sort = method["authorizationType"]
    if sort not in {"NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"}:
        raise bad("Invalid authorization type specified")
    if sort in {"CUSTOM", "COGNITO_USER_POOLS"}:
        found = api.parts.authorizers.get(method.get("authorizerId", ""))
        if found is None:
            raise bad("Invalid authorizer ID specified. Setting the authorization type to CUSTOM or "
                      "COGNITO_USER_POOLS requires a valid authorizer.")  # fmt: skip
        if (found["type"] == "COGNITO_USER_POOLS") != (sort == "COGNITO_USER_POOLS"):
            raise bad(f"The authorizer {found['id']} is not of the authorization type {sort}")
    if method.get("authorizationScopes") and sort != "COGNITO_USER_POOLS":
        raise bad("Authorization scopes are valid only for the authorization type COGNITO_USER_POOLS")
    validator = method.get("requestValidatorId")
    if validator and validator not in api.parts.validators:
        raise bad("Invalid Request Validator identifier specified")
    for name in (method.get("requestModels") or {}).values():
        check_model(api, name)


def check_model(api: Api, name: str) -> None:
    """Refuse a model that does not exist."""
    if name not in api.parts.models:
        raise bad(f"Invalid model identifier specified: {name}")


def integration_of(asked: Item, resource: str) -> Item:
    """Return an integration with AWS's defaults."""
    timeout = 29_000
    made = {
        "passthroughBehavior": "WHEN_NO_MATCH",
        "timeoutInMillis": timeout,
        "cacheNamespace": resource,
        "cacheKeyParameters": [],
        **asked,
    }
    check_integration(made)
    return made


def check_integration(made: Item) -> None:
    """Refuse an integration that AWS does not take."""
    sort = made["type"]
    if sort != "MOCK" and not made.get("uri"):
        raise bad(
            "Enumeration value for HttpMethod must be non-empty"
            if sort == "HTTP"
            else "Invalid URI specified"
        )
    if sort in {"AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY"} and not made.get("httpMethod"):
        raise bad("Enumeration value for HttpMethod must be non-empty")
    if sort in {"AWS", "AWS_PROXY"} and not made["uri"].startswith("arn:"):
        raise bad("Invalid ARN specified in the request")
    if sort == "AWS_PROXY" and ":lambda:path/" not in made["uri"]:
        raise bad(
            "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations."
        )
    if sort in {"HTTP", "HTTP_PROXY"} and not re.match(r"https?://|\$\{stageVariables", made["uri"]):
        raise bad("Invalid HTTP endpoint specified for URI")
    if made.get("connectionType") == "VPC_LINK" and not made.get("connectionId"):
        raise bad("Connection type 'VPC_LINK' requires a connection id")
    most = LONGEST_STREAM if made.get("responseTransferMode") == "STREAM" else LONGEST
    if not SHORTEST <= made["timeoutInMillis"] <= most:
        raise bad(f"Timeout should be between {SHORTEST} ms and {most} ms")
    if made["passthroughBehavior"] not in {"WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"}:
        raise bad("Invalid passthrough behavior specified")
