"""The requests that change the parts of an API.

New parts, and methods that change, go into one import (PutRestApi, mode merge), which keeps everything that its document does not
have and replaces each method that it has. If a single other call does the same, that is sent instead. No part takes effect before
it is deployed, so their order only has to be one that AWS accepts.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-update.html
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.contract import Api, Calls, Change, Request, Wired
from reconciler.openapi import Parts, document_of, is_method, key_of, split
from reconciler.openapi.normal import AUTHORIZER, MODEL, PATH, REFERENCE, RESPONSE, VALIDATOR
from reconciler.resources.apigateway import part_record
from reconciler.resources.apigateway.invoke_permissions import forbid, functions_in, permissions_of, permit
from reconciler.resources.apigateway.live_parts import (
    OWNED,
    PARTS,
    PERMISSIONS,
    RESOURCES,
    read_parts,
)
from reconciler.resources.apigateway.method_changes import method_requests
from reconciler.resources.apigateway.part_comparison import left_over, record_of
from reconciler.resources.apigateway.part_requests import delete_request, update_requests
from reconciler.resources.apigateway.wanted_parts import FIELDS, wanted_parts

IDENTITY = "Identity"
"""The member with the name and the version of the API, which an import repeats."""
VERSION = "1.0"
"""The version that an import gives to an API without one: a document needs one."""


@dataclass(frozen=True)
class Work:
    """What is to be changed."""

    address: Mapping[str, str]
    live: Wired
    """What `read_parts` returns, and the identity of the API."""
    wanted: Parts

    @property
    def parts(self) -> Parts:
        """The live parts."""
        found: Parts = self.live[PARTS]
        return found

    @property
    def new(self) -> list[str]:
        """The keys of new parts."""
        return [key for key in self.wanted if key not in self.parts]

    @property
    def changed(self) -> list[str]:
        """The keys of parts that differ."""
        return [key for key, each in self.wanted.items() if key in self.parts and self.parts[key] != each]


def _requests(change: Change) -> Iterable[Request]:
    """Every request, in an order that AWS accepts."""
    fields = {name: change.desired.get(name) for name in FIELDS if name in change.written}
    work = Work(change.address, change.reported, wanted_parts(fields))
    api = change.address["restApiId"]
    owned = {*work.live[OWNED]}
    after = record_of(work.wanted, owned, work.live[RESOURCES])
    gone = left_over(work.wanted, work.parts, owned)
    functions, permissions = functions_in(work.wanted), work.live.get(PERMISSIONS) or {}
    yield from permit(api, functions, permissions)
    imports, others = _imported(work)
    new_record = not owned and bool(imports)
    if not after <= owned and not new_record:
        yield part_record.record(work.address, owned | after, new=not owned)
    early = [key for key in others if split(key)[0] in (AUTHORIZER, VALIDATOR)]
    for key in early:
        yield from update_requests(work.address, work.live, key, work.wanted[key])
    if imports:
        yield _import(work, imports, after if new_record else None)
    for key in (each for each in others if each not in early):
        yield from _single(work, key)
    yield from _deletions(work, gone)
    if owned - after:
        yield part_record.record(work.address, after, new=False)
    yield from forbid(api, functions, permissions)


def _single(work: Work, key: str) -> Iterator[Request]:
    if is_method(key):
        yield from method_requests(work.address, work.live, key, work.wanted[key])
    else:
        yield from update_requests(work.address, work.live, key, work.wanted[key])


def _imported(work: Work) -> tuple[list[str], list[str]]:
    """The keys that one import takes, and those that have calls of their own."""
    apart = [key for key in work.changed if not is_method(key)]
    methods = [key for key in work.changed if is_method(key)]
    together = [*work.new, *methods]
    calls = [request for key in together for request in _counted(work, key)]
    if len(calls) > 1 or any(each is None for each in calls):
        return together, apart
    return [], [*together, *apart]


def _counted(work: Work, key: str) -> list[Request | None]:
    """The calls of a part by itself; None for one that only an import makes."""
    if key in work.parts:
        return [*_single(work, key)]
    if is_method(key) or split(key)[0] == PATH:
        return [None]
    return [*update_requests(work.address, work.live, key, work.wanted[key])]


def _import(work: Work, keys: list[str], record: set[str] | None) -> Request:
    """The import of some parts, with those that they refer to."""
    taken = {key: work.wanted[key] for key in keys}
    whole = {**work.parts, **work.wanted}
    todo = list(keys)
    while todo:
        for each in _referred(whole.get(todo.pop()) or {}):
            if each not in taken and each in whole:
                taken[each] = whole[each]
                todo.append(each)
    if record is not None:
        taken[key_of(MODEL, part_record.RECORD)] = {"schema": part_record.schema_of(record)}
    identity = work.live.get(IDENTITY) or {}
    document = document_of(taken, identity.get("name", ""), identity.get("version") or VERSION)
    # Without a description, an import might clear it.
    if identity.get("description"):
        document["info"]["description"] = identity["description"]
    body = json.dumps(document, separators=(",", ":")).encode()
    return Request("put_rest_api", {**work.address, "mode": "merge", "failOnWarnings": True, "body": body})


def _referred(settings: Mapping[str, Any]) -> Iterator[str]:
    """The keys of the parts that a part names."""
    for sort in (AUTHORIZER, VALIDATOR):
        if settings.get(sort):
            yield key_of(sort, settings[sort])
    rows = [settings, *(settings.get("methodResponses") or {}).values()]
    for row in rows:
        for member in ("requestModels", "responseModels"):
            yield from (key_of(MODEL, name) for name in (row.get(member) or {}).values())
    for name in REFERENCE.findall(json.dumps(settings.get("schema") or {})):
        yield key_of(MODEL, name)


def _deletions(work: Work, gone: set[str]) -> Iterator[Request]:
    """Delete methods and resources first, then what they may have used; a resource takes along all that is in it."""
    kept = {key: each for key, each in work.parts.items() if key not in gone} | work.wanted
    needed = {split(key)[1] for key in kept if split(key)[0] == PATH or is_method(key)}
    above = {
        path
        for path in work.live[RESOURCES]
        if any(each == path or each.startswith(f"{path.rstrip('/')}/") for each in needed)
    }
    ours = {split(key)[1] for key in work.live[OWNED] if split(key)[0] == PATH}
    whole: list[str] = []
    for path in sorted(work.live[RESOURCES]):
        inside = any(path.startswith(f"{each}/") for each in whole)
        if path in ours and path not in above and path != "/" and not inside:
            whole.append(path)
            yield Request("delete_resource", {**work.address, "resourceId": work.live[RESOURCES][path]})
    for key in sorted(gone):
        verb, path = split(key)
        if is_method(key) and not any(path == each or path.startswith(f"{each}/") for each in whole):
            at = {**work.address, "resourceId": work.live[RESOURCES][path], "httpMethod": verb}
            yield Request("delete_method", at)
    for sort in (AUTHORIZER, VALIDATOR, RESPONSE):
        yield from (
            delete_request(work.address, work.live, key) for key in sorted(gone) if split(key)[0] == sort
        )
    models = {key for key in gone if split(key)[0] == MODEL}
    while models:
        # One that another one refers to goes later.
        used = {each for key in models for each in _referred(work.parts[key]) if each != key}
        free = sorted(models - used) or sorted(models)
        yield from (delete_request(work.address, work.live, key) for key in free)
        models -= {*free}


def _look(api: Api, change: Change) -> Wired:
    """The parts as they are right before, with the permissions of the functions that are wanted."""
    found = read_parts(api, change.address)
    fields = {name: change.desired.get(name) for name in FIELDS if name in change.written}
    ours = {key: each for key, each in found[PARTS].items() if key in found[OWNED]}
    functions = {*functions_in(ours), *functions_in(wanted_parts(fields))}
    shown = api.call("get_rest_api", **change.address)
    return {
        **found,
        PERMISSIONS: permissions_of(api, change.address["restApiId"], functions),
        IDENTITY: {name: shown.get(name) for name in ("name", "version", "description")},
    }


OPERATIONS = (
    "put_rest_api", "create_model", "update_model", "delete_model", "create_request_validator", "update_request_validator",
    "delete_request_validator", "create_authorizer", "update_authorizer", "delete_authorizer", "put_gateway_response",
    "delete_gateway_response", "update_method", "update_integration", "put_integration", "put_method_response",
    "update_method_response", "delete_method_response", "put_integration_response", "update_integration_response",
    "delete_integration_response", "delete_method", "delete_resource", "lambda:add_permission", "lambda:remove_permission",
)  # fmt: skip
PARTS_OF_API = Calls(
    _requests, FIELDS, OPERATIONS, overwrites={"publish": (), "kept_deployments": ()}, looks=_look, whole=True
)
