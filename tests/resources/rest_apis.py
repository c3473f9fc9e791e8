"""A stack with a function and a REST API for tests, and what a client of others sees of it."""

import json
from pathlib import Path
from typing import Any

from tests.resources.live_harness import LiveHarness

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
POOL = "arn:aws:cognito-idp:eu-west-2:123456789012:userpool/eu-west-2_abc"
PROXY = {"type": "aws_proxy", "httpMethod": "POST", "uri": "${lambda.function:rally#invoke_arn}"}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "A rally", "version": "1"},
    "paths": {
        "/stamps/{id}": {
            "get": {
                "operationId": "showStamp",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {
                    "200": {
                        "description": "A stamp",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Stamp"}}},
                    }
                },
                "security": [{"members": []}],
                "x-amazon-apigateway-integration": PROXY,
            },
            "put": {
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Stamp"}}}
                },
                "responses": {},
                "x-amazon-apigateway-request-validator": "body",
                "x-amazon-apigateway-integration": PROXY,
            },
        },
        "/health": {
            "get": {
                "responses": {"200": {"description": "Alive"}},
                "x-amazon-apigateway-integration": {
                    "type": "mock",
                    "requestTemplates": {"application/json": '{"statusCode": 200}'},
                    "responses": {"default": {"statusCode": "200"}},
                },
            }
        },
    },
    "components": {
        "schemas": {"Stamp": {"type": "object", "properties": {"name": {"type": "string"}}}},
        "securitySchemes": {
            "members": {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "cognito_user_pools",
                "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [POOL]},
            }
        },
    },
    "x-amazon-apigateway-request-validators": {
        "body": {"validateRequestBody": True, "validateRequestParameters": False}
    },
}


class Rally:
    """The stack, its document, and the live API."""

    def __init__(self, harness: LiveHarness) -> None:
        self.harness = harness
        self.gateway = harness.client("apigateway")
        self.document = json.loads(json.dumps(DOCUMENT))  # nothing in it is shared
        folder = harness.directory / "code"
        folder.mkdir(exist_ok=True)
        (folder / "app.py").write_text("def handler(event, context): return {}\n", encoding="utf-8")

    def around(self) -> dict[str, Any]:
        """The function and its role."""
        function = {
            "role": "${iam.role:rally}",
            "runtime": "python3.13",
            "handler": "app.handler",
            "code": {"folder": "code"},
        }
        return {
            "iam.role": {"rally": {"assume_role_policy_document": TRUST}},
            "lambda.function": {"rally": function},
        }

    def write(self) -> None:
        """Write the document into its file."""
        Path(self.harness.directory / "api.json").write_text(json.dumps(self.document), encoding="utf-8")

    def resources(self, **settings: Any) -> dict[str, Any]:
        """The stack with the API from its document, which publishes."""
        self.write()
        api = {"openapi": {"file": "api.json"}, "publish": True, **settings}
        return {
            **self.around(),
            "apigateway.rest_api": {"rally": {n: v for n, v in api.items() if v is not None}},
        }

    @property
    def id(self) -> str:
        """The id of the API."""
        (row,) = self.gateway.get_rest_apis()["items"]
        return str(row["id"])

    @property
    def sent(self) -> list[str]:
        """The operations that the last pass has called."""
        return [operation for operation, _ in self.harness.calls]

    def methods(self) -> dict[str, Any]:
        """The live methods by verb and path."""
        rows = self.gateway.get_resources(restApiId=self.id, embed=["methods"], limit=500)["items"]
        return {
            f"{verb} {row['path']}": method
            for row in rows
            for verb, method in row.get("resourceMethods", {}).items()
        }

    def resource(self, path: str) -> dict[str, str]:
        """The address of a live resource."""
        rows = self.gateway.get_resources(restApiId=self.id, limit=500)["items"]
        return {"restApiId": self.id, "resourceId": next(row["id"] for row in rows if row["path"] == path)}

    def deployments(self) -> list[Any]:
        """The deployments from the oldest to the newest."""
        return list(self.gateway.get_deployments(restApiId=self.id, limit=500)["items"])

    def add_path(self, part: str) -> None:
        """Let a stranger add a path with a method."""
        root = self.gateway.get_rest_api(restApiId=self.id)["rootResourceId"]
        made = self.gateway.create_resource(restApiId=self.id, parentId=root, pathPart=part)
        at = {"restApiId": self.id, "resourceId": made["id"], "httpMethod": "GET"}
        self.gateway.put_method(**at, authorizationType="NONE")
        self.gateway.put_integration(**at, type="MOCK")
