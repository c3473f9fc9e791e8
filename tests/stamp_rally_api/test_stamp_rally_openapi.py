"""The OpenAPI document: that of the stack is that of the code, and what API Gateway does not know is refused by its place."""

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate
from stamp_rally_api import openapi
from stamp_rally_api.openapi_30 import NotConvertibleError, converted

from reconciler.openapi import is_method, parts_of
from reconciler.sandbox import Sandbox
from tests.stamp_rally_api.rally_calls import STACK

FILE = STACK / "api" / "openapi.json"
REFERENCE = "#/components/schemas/Stamp"


def test_the_document_of_the_stack_is_that_of_the_code(tmp_path: Path) -> None:
    assert openapi.main([str(tmp_path / "new" / "openapi.json")]) == 0
    written = (tmp_path / "new" / "openapi.json").read_text(encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == written, "run `make openapi`"


def test_each_method_is_authorized_validated_and_integrated() -> None:
    document = json.loads(FILE.read_text(encoding="utf-8"))
    validate(document)
    assert document["openapi"] == "3.0.3"
    parts = parts_of(document)
    methods = {key: settings for key, settings in parts.items() if is_method(key)}
    assert len(methods) == 11
    for key, settings in methods.items():
        assert settings["authorizationType"] == "COGNITO_USER_POOLS"
        assert settings["authorizer"] == "visitors"
        assert settings["validator"] == "body-and-parameters"
        assert settings["methodIntegration"] == {
            "type": "AWS_PROXY",
            "httpMethod": "POST",
            "uri": "${lambda.function:stamp-rally-${environment}-api#invoke_arn}",
        }
        always = {"400", "401", "403", "422", "429", "500", "503", *({"404"} if "{" in key else ())}
        assert always < {*settings["methodResponses"]}
    assert methods["PUT /me/stamps/{stamp_id}"]["requestModels"] == {"application/json": "Position"}
    assert parts["authorizer visitors"]["providerARNs"] == [
        "${cognito.user_pool:stamp-rally-${environment}-visitors}"
    ]
    assert "model HTTPValidationError" not in parts


def test_amazon_api_gateway_imports_it() -> None:
    pool = "arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/ap-northeast-1_abc"
    function = "arn:aws:lambda:ap-northeast-1:123456789012:function:f"
    uri = f"arn:aws:apigateway:ap-northeast-1:lambda:path/2015-03-31/functions/{function}/invocations"
    text = FILE.read_text(encoding="utf-8")
    for reference, value in (
        (openapi.FUNCTION, uri),
        (openapi.USER_POOL, pool),
        (openapi.ORIGIN, "https://x"),
    ):
        text = text.replace(reference, value)
    assert "${" not in text
    with Sandbox() as box:
        client = box.session("ap-northeast-1").client("apigateway")
        api = client.import_rest_api(body=text.encode(), failOnWarnings=True)["id"]
        paths = {each["path"] for each in client.get_resources(restApiId=api, limit=500)["items"]}
    assert {*json.loads(text)["paths"]} < paths


def routes(schema: Any, name: str = "Stamp", **operation: Any) -> dict[str, Any]:
    """A document of one route whose answer has a schema."""
    answer = {
        "description": "A stamp",
        "content": {"application/json": {"schema": {"$ref": f"{REFERENCE[:-5]}{name}"}}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "A rally", "version": "1"},
        "servers": [{"url": "/"}],
        "paths": {"/stamps/{id}": {"get": {"responses": {"200": answer}, **operation}}},
        "components": {"schemas": {name: schema, "Unused": {"anyOf": []}}},
    }


def test_words_of_3_1_become_those_of_3_0() -> None:
    schema = {
        "type": "object",
        "examples": [{}],
        "x-note": {"anyOf": "an extension"},
        "properties": {
            "anyOf": {"const": "the name of a property"},
            "count": {
                "type": "integer",
                "exclusiveMinimum": 0,
                "minimum": -5,
                "exclusiveMaximum": 10.0,
                "default": None,
            },
            "share": {"type": "number", "minimum": 0.0, "maximum": 0.5},
            "next": {"$ref": REFERENCE, "description": "lost beside a reference"},
        },
    }
    made = converted(routes(schema))
    assert made["openapi"] == "3.0.3"
    assert "servers" not in made
    assert made["components"]["schemas"] == {
        "Stamp": {
            "type": "object",
            "x-note": {"anyOf": "an extension"},
            "properties": {
                "anyOf": {"enum": ["the name of a property"]},
                "count": {"type": "integer", "minimum": 1, "maximum": 9},
                "share": {"type": "number", "minimum": 0, "maximum": 0.5},
                "next": {"$ref": REFERENCE},
            },
        }
    }


BODY = "$.components.schemas.Stamp"


@pytest.mark.parametrize(
    ("schema", "place", "why"),
    [
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, f"{BODY}.anyOf", "may be missing"),
        ({"properties": {"a b": {"oneOf": []}}}, f"{BODY}.properties['a b'].oneOf", "has no `oneOf`"),
        ({"type": "array", "items": {"allOf": []}}, f"{BODY}.items.allOf", "into one schema"),
        ({"type": "number", "exclusiveMinimum": 0}, f"{BODY}.exclusiveMinimum", "use `minimum`"),
        ({"type": "integer", "exclusiveMaximum": 0.5}, f"{BODY}.exclusiveMaximum", "use `maximum`"),
        ({"type": ["string", "null"]}, f"{BODY}.type", "takes one type"),
        ({"type": "integer", "format": "int64"}, f"{BODY}.format", "int64"),
        ({"additionalProperties": False}, f"{BODY}.additionalProperties", "a list of names and values"),
        ({"prefixItems": []}, f"{BODY}.prefixItems", "OpenAPI 3.0 has no `prefixItems` here"),
        ({"properties": {"a": True}}, f"{BODY}.properties.a", "must be an object"),
        ({"items": {"$ref": "other.json#/A"}}, f"{BODY}.items['$ref']", "must begin with #/components/schemas/"),
        ({"items": {"$ref": REFERENCE, "default": 1}}, f"{BODY}.items.default", "nothing beside `$ref`"),
    ],
)  # fmt: skip
def test_what_cannot_be_converted_is_refused_by_its_place(schema: Any, place: str, why: str) -> None:
    with pytest.raises(NotConvertibleError) as caught:
        converted(routes(schema))
    (mistake,) = caught.value.mistakes
    assert mistake.startswith(f"{place}: ")
    assert why in mistake


def test_all_mistakes_are_told_at_once() -> None:
    cookie = {"name": "c", "in": "cookie", "schema": {"type": "string"}}
    document = routes({"type": "string"}, "Page_Stamp_", parameters=[cookie], callbacks={})
    document["paths"]["/a{b}/{c+}"] = {"trace": {}}
    document["webhooks"] = {}
    with pytest.raises(NotConvertibleError) as caught:
        converted(document)
    assert [each.partition(": ")[0] for each in caught.value.mistakes] == [
        "$.paths['/a{b}/{c+}']",
        "$.paths['/stamps/{id}'].get.parameters[0].in",
        "$.paths['/stamps/{id}'].get.callbacks",
        "$.paths['/a{b}/{c+}'].trace",
        "$.components.schemas.Page_Stamp_",
        "$.webhooks",
    ]


def test_the_command_tells_mistakes_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: object) -> Any:
        raise NotConvertibleError(["$.a: no", "$.b: no"])

    monkeypatch.setattr(openapi, "converted", refuse)
    assert openapi.main([str(tmp_path / "openapi.json")]) == 1
    assert openapi.main([]) == 2
    assert capsys.readouterr().err == "$.a: no\n$.b: no\nusage: python -m stamp_rally_api.openapi FILE\n"
    assert [*tmp_path.iterdir()] == []
