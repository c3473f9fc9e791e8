"""Request validators: required parameters, and bodies against their models.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
"""

import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft4Validator
from jsonschema.exceptions import SchemaError, best_match
from referencing import Registry
from referencing.exceptions import NoSuchResource, Unresolvable
from referencing.jsonschema import DRAFT4

from reconciler.sandbox.execute_api.answers import JSON, invalid_body, misconfigured, missing_parameters
from reconciler.sandbox.execute_api.exchange import Exchange
from reconciler.sandbox.moto_patches.apigateway.parts import Parts

ANY_MEDIA = "$default"


def check(exchange: Exchange) -> None:
    """Check a request as the validator of its method asks; without one, nothing is checked.

    Raises:
        RefusedError: the request is not valid.
    """
    validator = exchange.parts.validators.get(exchange.taken.method.get("requestValidatorId") or "", {})
    if validator.get("validateRequestParameters"):
        missing = [*_missing(exchange)]
        if missing:
            raise missing_parameters(missing)
    if validator.get("validateRequestBody"):
        _check_body(exchange)


def _missing(exchange: Exchange) -> Iterator[str]:
    """The names of the required parameters that a request does not have."""
    incoming, asked = exchange.incoming, exchange.taken.method.get("requestParameters") or {}
    for place, required in sorted(asked.items()):
        sort, _, name = place.removeprefix("method.request.").partition(".")
        there = {
            "header": incoming.header(name),
            "querystring": incoming.parameter(name),
            "path": exchange.taken.variables.get(name),
        }
        if required and not there.get(sort):
            yield name


def _check_body(exchange: Exchange) -> None:
    """Check a body against the model of its media type; a body of another type is not checked."""
    models = exchange.taken.method.get("requestModels") or {}
    media = (exchange.incoming.header("content-type") or JSON).partition(";")[0].strip().lower()
    by_type = {name.lower(): model for name, model in models.items()}
    model = exchange.parts.models.get(by_type.get(media) or by_type.get(ANY_MEDIA) or "")
    if model is None or not model.get("schema"):
        return
    try:
        body = json.loads(exchange.incoming.body or b"{}", parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise invalid_body("[body is no JSON]") from None
    try:
        found = best_match(_validator(exchange.parts, model["schema"]).iter_errors(body))
    except (SchemaError, Unresolvable) as error:
        raise misconfigured(f"the model {model['name']} cannot be used: {error}") from None
    if found is not None:
        raise invalid_body(f"[{found.message}]")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _validator(parts: Parts, schema: str) -> Any:
    """A validator of a schema, whose references to other models are followed."""

    def retrieve(uri: str) -> Any:
        model = parts.models.get(uri.rpartition("/")[2])
        if model is None:
            raise NoSuchResource(uri)
        return DRAFT4.create_resource(json.loads(model.get("schema") or "{}"))

    return Draft4Validator(json.loads(schema), registry=Registry(retrieve=retrieve))  # type: ignore[call-arg]  # its types
