"""Compares the fields of an API with its live parts; what others have made is left out.

Each function returns the live value as it is to be compared with the written one (`Adapter.compared`).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from reconciler.contract import Wired
from reconciler.model import Settings
from reconciler.openapi import Parts, key_of, split
from reconciler.openapi.normal import AUTHORIZER, PATH, RESPONSE
from reconciler.resources.apigateway.invoke_permissions import functions_in, lacking, uri_of
from reconciler.resources.apigateway.live_parts import OWNED, PARTS, PERMISSIONS
from reconciler.resources.apigateway.wanted_parts import (
    READ_ALREADY,
    cors_parts,
    function_of,
    paths_of,
    route_parts,
    wanted_parts,
)

RECORD = "list of managed parts"
OUTDATED = {"state": "outdated"}
OPTIONS = "OPTIONS"
ERRORS = frozenset({key_of(RESPONSE, "DEFAULT_4XX"), key_of(RESPONSE, "DEFAULT_5XX")})
"""The gateway responses that CORS may set."""


def needed_paths(wanted: Parts) -> set[str]:
    """The keys of all resources on the way to parts, with their own."""
    return {key_of(PATH, each) for each in paths_of(wanted)}


def record_of(wanted: Parts, owned: Iterable[str], resources: Collection[str]) -> set[str]:
    """The keys that the record lists: those of the parts, and of the resources on the way to them that we make."""
    ours = {each for each in needed_paths(wanted) if each in owned or split(each)[1] not in resources}
    return {key for key in wanted if split(key)[0] != PATH} | ours


def is_outdated(wanted: Parts, owned: Iterable[str], counts: Callable[[str], bool]) -> bool:
    """Whether a record lacks parts, or lists some that are not wanted; of the parts, those that count."""
    listed = {key for key in owned if split(key)[0] != PATH and counts(key)}
    asked = {key for key in wanted if split(key)[0] != PATH and counts(key)}
    paths = {key for key in owned if split(key)[0] == PATH}
    return listed != asked or not paths <= needed_paths(wanted)


def left_over(wanted: Iterable[str], parts: Parts, owned: Iterable[str]) -> set[str]:
    """The keys of live parts that we made and that nothing asks for any more."""
    gone = {*owned} & parts.keys() - {*wanted}
    kept = {key: each for key, each in parts.items() if key not in gone}
    needed = {key_of(PATH, each) for each in paths_of({**kept, **{key: {} for key in wanted}})}
    return gone - needed


def _spare(written: Settings, reported: Wired) -> set[str]:
    """What is left over of parts that the files had."""
    return left_over(wanted_parts(written), reported[PARTS], reported[OWNED])


def _is_of_cors(written: Settings) -> Callable[[str], bool]:
    """Tells whether a key belongs to the CORS setting, if the files have one: no document or route asks for it."""
    others = wanted_parts({**written, "cors": None})
    return lambda key: "cors" in written and key not in others and (split(key)[0] == OPTIONS or key in ERRORS)


def _is_outdated(written: Settings, reported: Wired) -> bool:
    """Whether the record of our parts has to be written.

    An API that was taken over as it is has none: it gets one with its first change, or with its first deployment.
    """
    if not reported[OWNED] and not written.get("publish"):
        return False
    of_cors = _is_of_cors(written)
    return is_outdated(wanted_parts(written), reported[OWNED], lambda key: not of_cors(key))


def _told(parts: Parts, reported: Wired) -> Parts:
    """Parts in which the address of a function says what is wrong with its permission."""
    wrong = lacking(reported.get(PERMISSIONS) or {})
    return {key: _with_note(key, each, wrong) for key, each in parts.items()}


def _with_note(key: str, settings: Mapping[str, Any], wrong: Mapping[str, str]) -> dict[str, Any]:
    note = next((wrong[each] for each in functions_in({key: dict(settings)}) if each in wrong), None)
    if note is None:
        return dict(settings)
    told = f"{uri_of(key, settings)} ({note})"
    if "authorizerUri" in settings:
        return {**settings, "authorizerUri": told}
    return {**settings, "methodIntegration": {**settings["methodIntegration"], "uri": told}}


def openapi(live: Any, written: Settings, reported: Wired) -> Any:
    """The live parts that the document has, and those that it no longer has."""
    if PARTS not in reported:
        return live
    of_cors = _is_of_cors(written)
    keys = {key for key in wanted_parts(written) if not of_cors(key)}
    spare = {key for key in _spare(written, reported) if not of_cors(key)}
    shown = {key: each for key, each in reported[PARTS].items() if key in keys or key in spare}
    found: dict[str, Any] = _told(shown, reported)
    if _is_outdated(written, reported):
        found[RECORD] = OUTDATED
    return {READ_ALREADY: found}


def routes(live: Any, written: Settings, reported: Wired) -> Any:
    """The live routes. A method that differs in something that routes do not have says so in the name of its function."""
    if PARTS not in reported:
        return live
    wanted, asked = route_parts(written), written.get("routes") or {}
    parts = _told({key: each for key, each in reported[PARTS].items() if key in wanted}, reported)
    found: dict[str, Any] = {}
    for key, route in asked.items():
        if key in parts:
            found[key] = route if parts[key] == wanted[key] else _route(route, wanted[key], parts[key])
    of_cors = _is_of_cors(written)
    if found and _is_outdated(written, reported):
        first = next(iter(found))
        found[first] = {
            **found[first],
            "function": f"{found[first].get('function')} (the {RECORD} is outdated)",
        }
    for key in sorted(_spare(written, reported)):
        if not of_cors(key) and split(key)[0] != AUTHORIZER:
            uri = uri_of(key, reported[PARTS][key])
            found[key] = {"function": function_of(uri)}
    return found


def _route(route: Mapping[str, Any], wanted: Mapping[str, Any], live: Mapping[str, Any]) -> dict[str, Any]:
    """A live method as a route, with the names of the settings that differ."""
    uri = (live.get("methodIntegration") or {}).get("uri")
    found = {**route, "function": function_of(uri)}
    if found == route or found["function"] == route.get("function"):
        return {**found, "function": f"{found['function']} (changed: {', '.join(_paths(wanted, live))})"}
    return found


def _paths(wanted: Any, live: Any, path: str = "") -> Iterator[str]:
    """The paths at which two settings differ."""
    if isinstance(wanted, Mapping) and isinstance(live, Mapping):
        for name in [*wanted, *(each for each in live if each not in wanted)]:
            yield from _paths(wanted.get(name), live.get(name), f"{path}.{name}" if path else name)
    elif wanted != live:
        yield path


def authorizers(live: Any, written: Settings, reported: Wired) -> Any:
    """The live authorizers of routes."""
    if PARTS not in reported:
        return live
    wanted = route_parts(written)
    spare = {key for key in _spare(written, reported) if split(key)[0] == AUTHORIZER}
    parts = _told(
        {key: each for key, each in reported[PARTS].items() if key in wanted or key in spare}, reported
    )
    found: dict[str, Any] = {}
    for key, each in parts.items():
        sort, name = split(key)
        if sort == AUTHORIZER:
            asked = (written.get("authorizers") or {}).get(name)
            found[name] = asked if each == wanted.get(key) else _authorizer(each)
    return found


def _authorizer(live: Mapping[str, Any]) -> dict[str, Any]:
    """A live authorizer in the words of desired state."""
    told = {
        "user_pools": live.get("providerARNs"),
        "type": None if live.get("providerARNs") else live.get("type"),
        "function": function_of(live.get("authorizerUri")),
        "identity_source": live.get("identitySource"),
        "result_ttl_in_seconds": live.get("authorizerResultTtlInSeconds"),
    }
    return {name: value for name, value in told.items() if value is not None}


def cors(live: Any, written: Settings, reported: Wired) -> Any:
    """The written setting if every preflight is as it asks; else with a note of those that are not."""
    if PARTS not in reported:
        return live
    asked, parts, owned = written.get("cors"), reported[PARTS], reported[OWNED]
    others = wanted_parts({**written, "cors": None})
    wanted = cors_parts(asked, others)
    # A path that is new gets its method together with the others of the path.
    there = {split(key)[1] for key in others if key in parts}
    made = {key: each for key, each in wanted.items() if split(key)[0] != OPTIONS or split(key)[1] in there}
    wrong = sorted(
        key for key, each in made.items() if parts.get(key) != each or (owned and key not in owned)
    )
    of_cors = _is_of_cors(written)
    spare = sorted(key for key in _spare(written, reported) if of_cors(key) and _has_path(key, others))
    notes = [*(f"not on {each}" for each in wrong), *(f"still on {each}" for each in spare)]
    if asked is None:
        return {"allow_origins": [f"({each})" for each in notes]} if notes else None
    return (
        {**asked, "allow_origins": [*asked["allow_origins"], *(f"({each})" for each in notes)]}
        if notes
        else asked
    )


def _has_path(key: str, others: Parts) -> bool:
    """Whether the path of a method OPTIONS is still wanted; otherwise it goes with its path."""
    return split(key)[0] != OPTIONS or split(key)[1] in paths_of(others) | {"/"}


def deletes(field: str, written: Settings, reported: Wired) -> str:
    """The part of a document that is deleted by a change of the field at this path."""
    head, _, key = field.partition(".")
    if head != "openapi" or PARTS not in reported:
        return ""
    return key if key in _spare(written, reported) else ""


COMPARED = {"openapi": openapi, "routes": routes, "authorizers": authorizers, "cors": cors}
