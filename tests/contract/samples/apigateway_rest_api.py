"""apigateway.rest_api."""

from typing import Any

from reconciler.testing import Change, Drift, Sample, Settings

ACCOUNT, REGION = "123456789012", "eu-west-2"
FUNCTION, OTHER = (f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{each}" for each in ("rally", "stamps"))
POOL, OTHER_POOL = (f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{REGION}_{each}" for each in ("a", "b"))
UPDATE, IMPORT, DEPLOY = ("UpdateRestApi",), ("PutRestApi",), ("CreateDeployment",)
RECORD = ("UpdateModel",)


def answer(status: str) -> Settings:
    """An operation that answers by itself."""
    return {
        "responses": {status: {"description": "An answer"}},
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": f'{{"statusCode": {status}}}'},
            "responses": {"default": {"statusCode": status}},
        },
    }


def document(**paths: Any) -> Settings:
    """A document with a path /health and further ones."""
    found = {"/health": {"get": answer("200")}, **{f"/{name}": item for name, item in paths.items()}}
    return {"openapi": "3.0.1", "info": {"title": "rally", "version": "1"}, "paths": found}


def policy(effect: str) -> Settings:
    statement = {
        "Effect": effect,
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": "execute-api:/*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


MEMBERS: Settings = {"user_pools": [POOL]}
ROUTE: Settings = {
    "function": FUNCTION,
    "authorizer": "members",
    "scopes": ["rally/read"],
    "timeout_in_millis": 5000,
}
DEVICES: Settings = {
    "function": FUNCTION,
    "type": "REQUEST",
    "identity_source": "method.request.header.Device",
    "result_ttl_in_seconds": 60,
}
CORS: Settings = {
    "allow_origins": ["https://app.example.com"],
    "allow_methods": ["GET"],
    "allow_headers": ["Authorization"],
    "max_age": 60,
    "allow_credentials": True,
    "on_errors": True,
}
BY_ROUTES = "by routes"

SAMPLE = Sample(
    name="rally",
    base={
        "description": "A rally",
        "version": "1",
        "binary_media_types": ["image/png"],
        "minimum_compression_size": 100,
        "api_key_source": "HEADER",
        "endpoint_configuration": {"types": ["REGIONAL"], "ip_address_type": "ipv4"},
        "resource_policy": policy("Allow"),
        "disable_execute_api_endpoint": False,
        "security_policy": "TLS_1_0",
        "endpoint_access_mode": "BASIC",
        "openapi": document(),
        "cors": CORS,
        "publish": True,
        "kept_deployments": 3,
        "tags": {"Team": "rally"},
    },
    forms={
        BY_ROUTES: {
            "routes": {
                "GET /stamps/{id}": ROUTE,
                "PUT /devices": {"function": OTHER, "authorizer": "devices"},
            },
            "authorizers": {"members": MEMBERS, "devices": DEVICES},
        },
    },
    changes=(
        Change("description", "A stamp rally", UPDATE),
        Change("description", None, UPDATE, "taken away"),
        Change("version", "2", IMPORT),
        Change("binary_media_types", ["image/png", "image/gif"], (*UPDATE, *DEPLOY)),
        Change("binary_media_types", None, (*UPDATE, *DEPLOY), "taken away"),
        Change("minimum_compression_size", 200, (*UPDATE, *DEPLOY)),
        Change("minimum_compression_size", None, (*UPDATE, *DEPLOY), "taken away"),
        Change("api_key_source", "AUTHORIZER", (*UPDATE, *DEPLOY)),
        Change("endpoint_configuration", {"types": ["EDGE"], "ip_address_type": "ipv4"}, UPDATE),
        Change(
            "endpoint_configuration",
            {"types": ["REGIONAL"], "ip_address_type": "dualstack"},
            UPDATE,
            "dual stack",
        ),
        Change("resource_policy", policy("Deny"), (*UPDATE, *DEPLOY)),
        Change("resource_policy", None, (*UPDATE, *DEPLOY), "taken away"),
        Change("disable_execute_api_endpoint", True, (*UPDATE, *DEPLOY)),
        Change("security_policy", "TLS_1_2", UPDATE),
        Change("endpoint_access_mode", "STRICT", UPDATE),
        Change("openapi", document(stamps={"get": answer("200")}), (*RECORD, *IMPORT, *DEPLOY)),
        Change(
            "cors",
            None,
            ("DeleteMethod", "DeleteGatewayResponse", "DeleteGatewayResponse", *RECORD, *DEPLOY),
            "taken away",
        ),
        Change("cors", {**CORS, "max_age": 600}, ("UpdateIntegrationResponse", *DEPLOY), "older"),
        Change(
            "routes",
            {"GET /stamps/{id}": {**ROUTE, "timeout_in_millis": 900}},
            ("UpdateIntegration", "DeleteResource", *RECORD),
            form=BY_ROUTES,
        ),
        Change(
            "authorizers",
            {"members": {"user_pools": [POOL, OTHER_POOL]}, "devices": DEVICES},
            ("UpdateAuthorizer",),
            form=BY_ROUTES,
        ),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    exempt={
        "publish": "every other change plays it, with a new deployment",
        "kept_deployments": "tests/resources/test_live_deployments.py plays it, with deployments to delete",
        "routes": "the form by routes plays them",
        "authorizers": "the form by routes plays them",
        "endpoint_configuration.vpc_endpoint_ids": "they belong to a private API, which takes none of the other types",
    },
    drifts=(
        Drift(
            "description",
            "update_rest_api",
            {"patchOperations": [{"op": "replace", "path": "/description", "value": "x"}]},
        ),
        Drift(
            "resource_policy",
            "update_rest_api",
            {"patchOperations": [{"op": "replace", "path": "/policy", "value": ""}]},
        ),
    ),
)
