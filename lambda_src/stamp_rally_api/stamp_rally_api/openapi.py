"""Writes the OpenAPI document from which Amazon API Gateway makes the API: `python -m stamp_rally_api.openapi FILE`.

The routes are the one source of it; `make openapi` writes the file of the stack, and a test compares the two.

Source: "OpenAPI extensions for API Gateway" (Amazon API Gateway Developer Guide).
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stamp_rally_api.app import resolver
from stamp_rally_api.openapi_30 import VERBS, NotConvertibleError, converted
from stamp_rally_api.problems import PREFIX, PROBLEM_JSON

FUNCTION = "${lambda.function:stamp-rally-${environment}-api#invoke_arn}"
USER_POOL = "${cognito.user_pool:stamp-rally-${environment}-visitors}"
ORIGIN = "${liff_origin}"
AUTHORIZER, VALIDATOR = "visitors", "body-and-parameters"
EXTENSION = "x-amazon-apigateway-"
PROBLEM = (
    f'{{"type":"{PREFIX}gateway:$context.error.responseType","title":"$context.error.responseType",'
    '"detail":$context.error.messageString}'
)
"""What API Gateway answers where the function is not called; the message is quoted already."""


def document() -> dict[str, Any]:
    """The document, with references that the reconciler resolves.

    Raises:
        NotConvertibleError: the routes have something that API Gateway does not know.
    """
    described = resolver("").get_openapi_json_schema(
        title="Stamp rally",
        version="1",
        description="Visitors collect stamps at the places of a rally, and prove some with a picture.",
    )
    made = converted(json.loads(described))
    made["components"]["securitySchemes"] = {AUTHORIZER: _authorizer()}
    for operations in made["paths"].values():
        for verb in VERBS:
            if verb in operations:
                operations[verb] |= _of_each_operation()
    made[f"{EXTENSION}request-validators"] = {
        VALIDATOR: {"validateRequestBody": True, "validateRequestParameters": True}
    }
    made[f"{EXTENSION}gateway-responses"] = {
        "DEFAULT_4XX": _gateway_response(),
        "DEFAULT_5XX": _gateway_response(),
    }
    return made


def text_of(made: Mapping[str, Any]) -> str:
    """A document as the file holds it."""
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _of_each_operation() -> dict[str, Any]:
    return {
        "security": [{AUTHORIZER: []}],
        f"{EXTENSION}request-validator": VALIDATOR,
        f"{EXTENSION}integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": FUNCTION},
    }


def _authorizer() -> dict[str, Any]:
    return {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        f"{EXTENSION}authtype": "cognito_user_pools",
        f"{EXTENSION}authorizer": {"type": "cognito_user_pools", "providerARNs": [USER_POOL]},
    }


def _gateway_response() -> dict[str, Any]:
    return {
        "responseParameters": {
            "gatewayresponse.header.Access-Control-Allow-Origin": f"'{ORIGIN}'",
            "gatewayresponse.header.Content-Type": f"'{PROBLEM_JSON}'",
        },
        "responseTemplates": {"application/json": PROBLEM},
    }


def main(arguments: Sequence[str]) -> int:
    """Write the file; return the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m stamp_rally_api.openapi FILE\n")
        return 2
    try:
        text = text_of(document())
    except NotConvertibleError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    file = Path(arguments[0])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
