"""The parts of a REST API are kept whole, changed by patches, and refused where AWS refuses them, with a plain client."""

import json
from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import client_of, refused

FUNCTION = "arn:aws:lambda:eu-west-2:123456789012:function:rally"
URI = f"arn:aws:apigateway:eu-west-2:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
POOL = "arn:aws:cognito-idp:eu-west-2:123456789012:userpool/eu-west-2_abc"
BAD, ABSENT, CONFLICT = "BadRequestException", "NotFoundException", "ConflictException"


@pytest.fixture
def gateway(sandbox: Sandbox) -> Any:
    return client_of(sandbox, "apigateway")


@pytest.fixture
def api(gateway: Any) -> str:
    return str(gateway.create_rest_api(name="rally")["id"])


def root(gateway: Any, api: str) -> str:
    return str(gateway.get_rest_api(restApiId=api)["rootResourceId"])


def patch(path: str, value: str | None = None, op: str = "replace") -> list[dict[str, str]]:
    return [{"op": op, "path": path, **({} if value is None else {"value": value})}]


def test_an_api_keeps_its_settings(gateway: Any) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_CreateRestApi.html"""
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Resource": "execute-api:/*"}]})
    made = gateway.create_rest_api(
        name="rally",
        description="A rally",
        version="2",
        binaryMediaTypes=["image/png"],
        minimumCompressionSize=0,
        apiKeySource="AUTHORIZER",
        endpointConfiguration={"types": ["REGIONAL"]},
        policy=policy,
        disableExecuteApiEndpoint=True,
        tags={"Team": "rally"},
    )
    shown = gateway.get_rest_api(restApiId=made["id"])
    assert (shown["version"], shown["binaryMediaTypes"]) == ("2", ["image/png"])
    assert (shown["minimumCompressionSize"], shown["disableExecuteApiEndpoint"]) == (0, True)
    whole = json.loads(json.loads(f'"{shown["policy"]}"'))["Statement"][0]["Resource"]
    assert whole == f"arn:aws:execute-api:eu-west-2:123456789012:{made['id']}/*"
    changes = [
        *patch("/binaryMediaTypes/image~1gif", op="add"),
        *patch("/binaryMediaTypes/image~1png", op="remove"),
        *patch("/endpointConfiguration/types/REGIONAL", "EDGE"),
        *patch("/disableExecuteApiEndpoint", "false"),
        *patch("/minimumCompressionSize", ""),
        *patch("/policy", ""),
        *patch("/name", "stamps"),
    ]
    gateway.update_rest_api(restApiId=made["id"], patchOperations=changes)
    (row,) = gateway.get_rest_apis()["items"]
    assert (row["name"], row["binaryMediaTypes"], row["tags"]) == ("stamps", ["image/gif"], {"Team": "rally"})
    assert row["endpointConfiguration"]["types"] == ["EDGE"]
    assert not {"policy", "minimumCompressionSize"} & row.keys()
    arn = f"arn:aws:apigateway:eu-west-2::/restapis/{made['id']}"
    gateway.tag_resource(resourceArn=arn, tags={"Cost": "42"})
    gateway.untag_resource(resourceArn=arn, tagKeys=["Team"])
    assert gateway.get_tags(resourceArn=arn)["tags"] == {"Cost": "42"}
    for path, op in (
        ("/version", "replace"),
        ("/name", "remove"),
        ("/binaryMediaTypes/image~1tiff", "remove"),
    ):
        change = patch(path, "1", op)
        assert refused(gateway, "update_rest_api", restApiId=made["id"], patchOperations=change) == BAD
    gateway.delete_rest_api(restApiId=made["id"])
    assert refused(gateway, "delete_rest_api", restApiId=made["id"]) == ABSENT


def test_resources_and_methods(gateway: Any, api: str) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_PutMethod.html"""
    stamps = gateway.create_resource(restApiId=api, parentId=root(gateway, api), pathPart="stamps")["id"]
    one = gateway.create_resource(restApiId=api, parentId=stamps, pathPart="{id}")
    assert one["path"] == "/stamps/{id}"
    for part, code in (("{id}", CONFLICT), ("{other}", BAD), ("a b", BAD)):
        asked = {"restApiId": api, "parentId": stamps, "pathPart": part}
        assert refused(gateway, "create_resource", **asked) == code
    at = {"restApiId": api, "resourceId": one["id"], "httpMethod": "GET"}
    needs_authorizer = {**at, "authorizationType": "COGNITO_USER_POOLS"}
    assert refused(gateway, "put_method", **needs_authorizer) == BAD
    members = gateway.create_authorizer(
        restApiId=api, name="members", type="COGNITO_USER_POOLS", providerARNs=[POOL]
    )["id"]
    gateway.put_method(
        **needs_authorizer, authorizerId=members, requestParameters={"method.request.path.id": True}
    )
    assert refused(gateway, "put_method", **needs_authorizer, authorizerId=members) == CONFLICT
    assert refused(gateway, "delete_authorizer", restApiId=api, authorizerId=members) == CONFLICT
    assert refused(gateway, "put_integration", **at, type="AWS_PROXY", uri=URI) == BAD  # without a verb
    gateway.put_integration(
        **at, type="AWS_PROXY", uri=URI, integrationHttpMethod="POST", cacheKeyParameters=["a"]
    )
    assert refused(gateway, "put_integration_response", **at, statusCode="200") == ABSENT
    gateway.put_method_response(**at, statusCode="200", responseModels={"application/json": "Empty"})
    gateway.put_integration_response(**at, statusCode="200", responseTemplates={"application/json": "{}"})
    changes = [*patch("/apiKeyRequired", "true"), *patch("/authorizationScopes", "a/b", "add")]
    gateway.update_method(**at, patchOperations=changes)
    gateway.update_integration(**at, patchOperations=patch("/requestTemplates/text~1plain", "x", "add"))
    gateway.update_integration_response(
        **at, statusCode="200", patchOperations=patch("/selectionPattern", "ok")
    )
    headers = patch("/responseParameters/method.response.header.X", "false", "add")
    gateway.update_method_response(**at, statusCode="200", patchOperations=headers)
    rows = gateway.get_resources(restApiId=api, embed=["methods"])["items"]
    (method,) = [row["resourceMethods"]["GET"] for row in rows if "resourceMethods" in row]
    assert (method["apiKeyRequired"], method["authorizationScopes"]) == (True, ["a/b"])
    assert method["methodIntegration"]["requestTemplates"] == {"text/plain": "x"}
    assert method["methodIntegration"]["cacheNamespace"] == one["id"]
    assert method["methodIntegration"]["integrationResponses"]["200"]["selectionPattern"] == "ok"
    assert method["methodResponses"]["200"]["responseParameters"] == {"method.response.header.X": False}
    gateway.update_resource(restApiId=api, resourceId=stamps, patchOperations=patch("/pathPart", "marks"))
    assert gateway.get_resource(restApiId=api, resourceId=one["id"])["path"] == "/marks/{id}"
    gateway.delete_resource(restApiId=api, resourceId=stamps)
    assert refused(gateway, "get_method", **at) == ABSENT


def test_models_validators_authorizers_and_gateway_responses(gateway: Any, api: str) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_CreateModel.html"""
    at = {"restApiId": api}
    asked = {**at, "name": "Stamp", "contentType": "application/json"}
    assert refused(gateway, "create_model", **asked, schema="{") == BAD
    gateway.create_model(**asked, schema='{"type": "object"}')
    assert refused(gateway, "create_model", **asked) == CONFLICT
    gateway.update_model(**at, modelName="Stamp", patchOperations=patch("/schema", '{"type": "array"}'))
    assert [row["name"] for row in gateway.get_models(**at)["items"]] == ["Empty", "Error", "Stamp"]
    assert gateway.get_model(**at, modelName="Stamp")["schema"] == '{"type": "array"}'
    body = gateway.create_request_validator(**at, name="body", validateRequestBody=True)["id"]
    place = {**at, "resourceId": root(gateway, api), "httpMethod": "POST"}
    models = {"application/json": "Stamp"}
    gateway.put_method(**place, authorizationType="NONE", requestModels=models, requestValidatorId=body)
    assert refused(gateway, "delete_model", **at, modelName="Stamp") == CONFLICT
    assert refused(gateway, "delete_request_validator", **at, requestValidatorId=body) == CONFLICT
    gateway.delete_method(**place)
    gateway.delete_model(**at, modelName="Stamp")
    gateway.delete_request_validator(**at, requestValidatorId=body)
    no_pool = {**at, "name": "members", "type": "COGNITO_USER_POOLS"}
    assert refused(gateway, "create_authorizer", **no_pool) == BAD
    made = gateway.create_authorizer(**no_pool, providerARNs=[POOL])
    assert (made["authorizerResultTtlInSeconds"], made["authType"]) == (300, "cognito_user_pools")
    assert refused(gateway, "create_authorizer", **no_pool, providerARNs=[POOL]) == BAD
    other = POOL.replace("abc", "xyz")
    changes = [*patch("/providerARNs", other, "add"), *patch("/providerARNs", POOL, "remove")]
    gateway.update_authorizer(**at, authorizerId=made["id"], patchOperations=changes)
    assert gateway.get_authorizers(**at)["items"][0]["providerARNs"] == [other]
    own = gateway.get_gateway_response(**at, responseType="UNAUTHORIZED")
    assert (own["defaultResponse"], own["statusCode"]) == (True, "401")
    gateway.put_gateway_response(**at, responseType="UNAUTHORIZED", statusCode="404")
    template = patch("/responseTemplates/application~1json", "{}", "add")
    gateway.update_gateway_response(**at, responseType="UNAUTHORIZED", patchOperations=template)
    rows = {row["responseType"]: row for row in gateway.get_gateway_responses(**at, limit=500)["items"]}
    assert rows["UNAUTHORIZED"]["responseTemplates"] == {"application/json": "{}"}
    assert len([row for row in rows.values() if not row["defaultResponse"]]) == 1
    gateway.delete_gateway_response(**at, responseType="UNAUTHORIZED")
    assert refused(gateway, "delete_gateway_response", **at, responseType="UNAUTHORIZED") == ABSENT
