"""Imports of OpenAPI keep authorizers, models and validators; deployments hold snapshots, which exports and stages show."""

import json
from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import client_of, refused

FUNCTION = "arn:aws:lambda:eu-west-2:123456789012:function:rally"
URI = f"arn:aws:apigateway:eu-west-2:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
POOL = "arn:aws:cognito-idp:eu-west-2:123456789012:userpool/eu-west-2_abc"
INTEGRATION = {"type": "aws_proxy", "httpMethod": "POST", "uri": URI}
STAMP = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "rally", "version": "1"},
    "paths": {
        "/stamps/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {
                "operationId": "showStamp",
                "parameters": [{"name": "lang", "in": "query", "schema": {"type": "string"}}],
                "responses": {
                    "200": {
                        "description": "A stamp",
                        "headers": {"X-Rally": {"schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Stamp"}}},
                    },
                    "default": {"description": "Another answer"},
                },
                "security": [{"members": ["rally/read"], "key": []}],
                "x-amazon-apigateway-integration": INTEGRATION,
            },
            "put": {
                "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
                "responses": {},
                "x-amazon-apigateway-request-validator": "all",
                "x-amazon-apigateway-integration": {
                    "type": "mock",
                    "requestTemplates": {"application/json": '{"statusCode": 200}'},
                    "responses": {"default": {"statusCode": "200"}, "5\\d\\d": {"statusCode": "500"}},
                },
            },
        }
    },
    "components": {
        "schemas": {
            "Stamp": STAMP,
            "Stamps": {"type": "array", "items": {"$ref": "#/components/schemas/Stamp"}},
        },
        "securitySchemes": {
            "key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
            "members": {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "cognito_user_pools",
                "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [POOL]},
            },
        },
    },
    "x-amazon-apigateway-request-validators": {
        "all": {"validateRequestBody": True, "validateRequestParameters": True}
    },
    "x-amazon-apigateway-gateway-responses": {
        "DEFAULT_4XX": {"responseTemplates": {"application/json": "{}"}}
    },
    "x-amazon-apigateway-binary-media-types": ["image/png"],
}


@pytest.fixture
def gateway(sandbox: Sandbox) -> Any:
    return client_of(sandbox, "apigateway")


@pytest.fixture
def api(gateway: Any) -> str:
    return str(gateway.import_rest_api(body=json.dumps(DOCUMENT).encode())["id"])


def methods(gateway: Any, api: str) -> dict[str, Any]:
    rows = gateway.get_resources(restApiId=api, embed=["methods"], limit=500)["items"]
    return {
        f"{verb} {row['path']}": method
        for row in rows
        for verb, method in row.get("resourceMethods", {}).items()
    }


def test_an_import_makes_every_part(gateway: Any, api: str) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api.html"""
    found = methods(gateway, api)
    get, put = found["GET /stamps/{id}"], found["PUT /stamps/{id}"]
    (members,) = gateway.get_authorizers(restApiId=api)["items"]
    (validator,) = gateway.get_request_validators(restApiId=api)["items"]
    assert (members["name"], members["providerARNs"]) == ("members", [POOL])
    assert (validator["name"], validator["validateRequestBody"]) == ("all", True)
    assert (get["authorizationType"], get["authorizerId"]) == ("COGNITO_USER_POOLS", members["id"])
    assert (get["authorizationScopes"], get["apiKeyRequired"], get["operationName"]) == (
        ["rally/read"],
        True,
        "showStamp",
    )
    assert get["requestParameters"] == {
        "method.request.path.id": True,
        "method.request.querystring.lang": False,
    }
    assert get["methodResponses"] == {
        "200": {
            "statusCode": "200",
            "responseModels": {"application/json": "Stamp"},
            "responseParameters": {"method.response.header.X-Rally": False},
        }
    }
    assert (get["methodIntegration"]["type"], get["methodIntegration"]["uri"]) == ("AWS_PROXY", URI)
    assert put["requestValidatorId"] == validator["id"]
    assert put["methodIntegration"]["integrationResponses"]["500"]["selectionPattern"] == "5\\d\\d"
    (named,) = put["requestModels"].values()
    models = {row["name"]: json.loads(row["schema"]) for row in gateway.get_models(restApiId=api)["items"]}
    assert models["Stamp"] == STAMP
    assert models[named] == {"type": "object"}
    assert (
        models["Stamps"]["items"]["$ref"] == f"https://apigateway.amazonaws.com/restapis/{api}/models/Stamp"
    )
    response = gateway.get_gateway_response(restApiId=api, responseType="DEFAULT_4XX")
    assert (response["responseTemplates"], response["defaultResponse"]) == ({"application/json": "{}"}, False)
    assert gateway.get_rest_api(restApiId=api)["binaryMediaTypes"] == ["image/png"]


def test_a_merge_keeps_what_the_document_does_not_have(gateway: Any, api: str) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-update.html"""
    changed = json.loads(json.dumps(DOCUMENT))
    changed["paths"] = {
        "/stamps/{id}": {"get": {"responses": {}, "x-amazon-apigateway-integration": INTEGRATION}}
    }
    gateway.put_rest_api(restApiId=api, mode="merge", body=json.dumps(changed).encode())
    found = methods(gateway, api)
    assert sorted(found) == ["GET /stamps/{id}", "PUT /stamps/{id}"]
    assert found["GET /stamps/{id}"]["authorizationType"] == "NONE"
    assert found["GET /stamps/{id}"]["methodResponses"] == {}
    gateway.put_rest_api(restApiId=api, mode="overwrite", body=json.dumps(changed).encode())
    assert sorted(methods(gateway, api)) == ["GET /stamps/{id}"]
    before = gateway.get_resources(restApiId=api)["items"]
    changed["paths"]["/stamps/{other}"] = changed["paths"]["/stamps/{id}"]
    changed["paths"]["/new"] = changed["paths"]["/stamps/{id}"]
    wrong: list[Any] = [changed, {"openapi": "3.1.0", "info": {"title": "x"}}, {"info": {}}]
    for document in wrong:
        body = json.dumps(document).encode()
        assert refused(gateway, "put_rest_api", restApiId=api, body=body) == "BadRequestException"
    assert gateway.get_resources(restApiId=api)["items"] == before


def test_a_deployment_is_a_copy(gateway: Any, sandbox: Sandbox, api: str) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_CreateDeployment.html"""
    first = gateway.create_deployment(restApiId=api, stageName="live", description="one")["id"]
    rows = gateway.get_resources(restApiId=api)["items"]
    (stamp,) = [row["id"] for row in rows if row["path"] == "/stamps/{id}"]
    gateway.delete_method(restApiId=api, resourceId=stamp, httpMethod="PUT")
    second = gateway.create_deployment(restApiId=api, description="two")["id"]

    def exported() -> Any:
        asked = {"extensions": "apigateway"}
        reply = gateway.get_export(restApiId=api, stageName="live", exportType="oas30", parameters=asked)
        return json.loads(reply["body"].read())

    assert sorted(exported()["paths"]["/stamps/{id}"]) == ["get", "put"]
    assert exported()["paths"]["/stamps/{id}"]["get"]["x-amazon-apigateway-integration"] == INTEGRATION
    assert (
        exported()["components"]["securitySchemes"]["members"]
        == DOCUMENT["components"]["securitySchemes"]["members"]
    )
    summary = gateway.get_deployment(restApiId=api, deploymentId=first, embed=["apisummary"])["apiSummary"]
    assert summary["/stamps/{id}"]["GET"] == {
        "authorizationType": "COGNITO_USER_POOLS",
        "apiKeyRequired": True,
    }
    move = [{"op": "replace", "path": "/deploymentId", "value": second}]
    assert refused(gateway, "delete_deployment", restApiId=api, deploymentId=first) == "BadRequestException"
    gateway.update_stage(restApiId=api, stageName="live", patchOperations=move)
    assert sorted(exported()["paths"]["/stamps/{id}"]) == ["get"]
    gateway.delete_deployment(restApiId=api, deploymentId=first)
    (left,) = gateway.get_deployments(restApiId=api)["items"]
    assert (left["id"], left["description"]) == (second, "two")
    empty = gateway.create_rest_api(name="empty")["id"]
    assert refused(gateway, "create_deployment", restApiId=empty) == "BadRequestException"
