"""The permission of an API to invoke the Lambda functions of its parts: one statement for each function.

A function of another account or Region, and one whose name has a stage variable, get none: only their owner knows them.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from reconciler.contract import Api, Request, Sighting
from reconciler.openapi import Parts, is_method, split
from reconciler.openapi.normal import AUTHORIZER
from reconciler.resources.function_permission import BY_API, Invoker, Permission

URI = re.compile(
    r"arn:[^:]+:apigateway:[^:]+:lambda:path/[^/]+/functions/(arn:[^/]+)/(?:invocations|response-streaming-invocations)"
)
REGION, ACCOUNT = 3, 4
"""Positions in an ARN."""
SHOWN = {
    Permission.LACKING.value: "API Gateway may not invoke it",
    Permission.EDITED.value: "its permission was changed",
}


def functions_in(parts: Parts) -> list[str]:
    """The ARNs of the functions that methods and authorizers invoke."""
    uris = (uri_of(key, settings) for key, settings in parts.items())
    found = (URI.fullmatch(each) for each in uris if each)
    return sorted({each[1] for each in found if each and "${" not in each[1] and "\0" not in each[1]})


def uri_of(key: str, settings: Mapping[str, Any]) -> str | None:
    """The address that a part calls; None if it calls nothing."""
    if is_method(key):
        uri = (settings.get("methodIntegration") or {}).get("uri")
    else:
        uri = settings.get("authorizerUri") if split(key)[0] == AUTHORIZER else None
    return str(uri) if uri else None


def invoker_of(id_: str, function: str) -> Invoker:
    """An API as it invokes a function of its own account and Region: every stage, method and authorizer of it."""
    partition, _, region, account = function.split(":")[1:5]
    source = f"arn:{partition}:execute-api:{region}:{account}:{id_}/*"
    return Invoker("apigateway.amazonaws.com", f"{BY_API}{id_}", account, source)


def permissions_of(api: Api, id_: str, functions: Iterable[str]) -> dict[str, dict[str, Any]]:
    """By function: the state of its permission."""
    return {
        each: invoker_of(id_, each).state(api, each)
        for each in functions
        if each.split(":")[REGION : ACCOUNT + 1] == [api.region, api.account]
    }


def lacking(permissions: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """By function: what is wrong with its permission."""
    return {arn: SHOWN[each["state"]] for arn, each in permissions.items() if each["state"] in SHOWN}


def permit(
    id_: str, functions: Collection[str], permissions: Mapping[str, Mapping[str, Any]]
) -> Iterator[Request]:
    """The requests that let the API invoke the functions, as far as it may not."""
    for arn in functions:
        state = permissions.get(arn)
        if state and state["state"] in SHOWN:
            yield from invoker_of(id_, arn).permit(arn, again=state["ours"])


def forbid(
    id_: str, functions: Collection[str], permissions: Mapping[str, Mapping[str, Any]]
) -> Iterator[Request]:
    """The requests that remove our permissions of all other functions."""
    for arn, state in permissions.items():
        if arn not in functions and state["ours"]:
            yield invoker_of(id_, arn).forbid(arn)


def without_permissions(api: Api, sighting: Sighting, parts: Parts) -> Iterator[Request]:
    """The requests that remove our permissions, before the API is deleted."""
    yield from forbid(sighting.id, (), permissions_of(api, sighting.id, functions_in(parts)))
