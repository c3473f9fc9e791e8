"""Finds mistakes that depend on several fields of an API."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles
from reconciler.interpolation import has_reference
from reconciler.model import Finding
from reconciler.resources.apigateway.openapi_problems import alike, path_mistake

ANY_ORIGIN = "*"
ROUTE = re.compile(r"(GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|ANY) /\S*")


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one API."""
    written = files.values
    parts = [name for name in ("openapi", "routes") if name in written]
    if len(parts) > 1:
        yield Finding("an API has openapi or routes, not both; write all routes in the document", ("routes",))
    if "authorizers" in written and "routes" not in written and "routes" not in files.wrong:
        yield Finding(
            "authorizers are those of routes; a document has its own in components.securitySchemes",
            ("authorizers",),
        )
    for name in ("cors", "publish"):
        if written.get(name) and not parts and not {"openapi", "routes"} & files.wrong:
            yield Finding(f"{name} needs openapi or routes: it is about the methods of the files", (name,))
    if "kept_deployments" in written and not written.get("publish") and "publish" not in files.wrong:
        yield Finding(
            "kept_deployments needs publish: true; without it there are no deployments of ours",
            ("kept_deployments",),
        )
    yield from _routes(written)
    yield from _authorizers(written.get("authorizers") or {})
    yield from _cors(written.get("cors") or {})
    yield from _endpoint(written.get("endpoint_configuration") or {})


def _routes(written: Mapping[str, Any]) -> Iterator[Finding]:
    routes, known = written.get("routes") or {}, written.get("authorizers") or {}
    for key, route in routes.items():
        if not ROUTE.fullmatch(key):
            yield Finding(
                f"{key} is no route: write a verb and a path, as `GET /stamps/{{id}}`", ("routes", key)
            )
            continue
        said = path_mistake(key.partition(" ")[2])
        if said:
            yield Finding(said, ("routes", key))
        authorizer = route.get("authorizer")
        if authorizer is not None and authorizer not in known:
            there = f"; there are {', '.join(sorted(known))}" if known else ""
            yield Finding(
                f"there is no authorizer {authorizer} in authorizers{there}", ("routes", key, "authorizer")
            )
        if authorizer and route.get("authorization"):
            yield Finding(
                "a route has an authorizer or authorization, not both", ("routes", key, "authorization")
            )
        pools = (known.get(authorizer) or {}).get("user_pools") if authorizer else None
        if route.get("scopes") and not pools:
            yield Finding("scopes need an authorizer with user_pools", ("routes", key, "scopes"))
    paths = list(dict.fromkeys(key.partition(" ")[2] for key in routes))
    for path, first in alike(paths):
        key = next(each for each in routes if each.endswith(f" {path}"))
        said = f"{path} and {first} are alike: API Gateway has one variable at one place; give it the same name in both"
        yield Finding(said, ("routes", key))


def _authorizers(authorizers: Mapping[str, Any]) -> Iterator[Finding]:
    for name, each in authorizers.items():
        if (each.get("user_pools") is None) == (each.get("function") is None):
            yield Finding("an authorizer has user_pools or function, one of them", ("authorizers", name))
        if each.get("user_pools") is not None and each.get("type"):
            yield Finding("type is for an authorizer with function", ("authorizers", name, "type"))
        cached = each.get("result_ttl_in_seconds") != 0
        if each.get("type") == "REQUEST" and cached and not each.get("identity_source"):
            said = "an authorizer of requests needs identity_source, or result_ttl_in_seconds: 0"
            yield Finding(said, ("authorizers", name))


def _cors(cors: Mapping[str, Any]) -> Iterator[Finding]:
    origins = cors.get("allow_origins") or []
    if ANY_ORIGIN in origins and cors.get("allow_credentials"):
        yield Finding(
            "browsers take no credentials for the origin *; write the origins", ("cors", "allow_credentials")
        )
    if ANY_ORIGIN in origins and len(origins) > 1:
        yield Finding("* is every origin; write it alone", ("cors", "allow_origins"))
    if len(origins) > 1 and cors.get("on_errors"):
        yield Finding(
            "the error messages of API Gateway name one origin; write one, or leave out on_errors",
            ("cors", "on_errors"),
        )


def _endpoint(endpoint: Mapping[str, Any]) -> Iterator[Finding]:
    types, ids = endpoint.get("types") or [], endpoint.get("vpc_endpoint_ids")
    if ids and types and types != ["PRIVATE"] and not has_reference(types[0]):
        yield Finding(
            "only a PRIVATE API has vpc_endpoint_ids", ("endpoint_configuration", "vpc_endpoint_ids")
        )
    if types == ["PRIVATE"] and endpoint.get("ip_address_type") == "ipv4":
        yield Finding("a PRIVATE API is dualstack", ("endpoint_configuration", "ip_address_type"))
