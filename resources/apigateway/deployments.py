"""The deployments of an API: when a new one is made, and which old ones are deleted.

The description of a deployment of ours holds three digests: of our parts, of the settings that take effect only when they are
deployed, and of the parts of others. A deployment is made after all parts are as the files want them, so a stage never gets one of a
change that was not finished. The newest deployment is as the files want it if the first two digests are those of the live API: then
it is used, even if the pass that made it has ended before a stage was moved. A deployment of somebody else makes a new one
necessary, because it may have parts that an older one does not have.

Sources: CreateDeployment, GetDeployment (API Gateway API Reference); "Updates to a REST API that require redeployment" (Developer
Guide).
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.contract import Api, Attribute, Calls, Change, FieldRead, Request, Sighting, Wired
from reconciler.model import Settings
from reconciler.openapi import Parts, is_method, split
from reconciler.resources.apigateway.api_policy import API_POLICY, shown_policy
from reconciler.resources.apigateway.live_parts import MADE_BY_AWS, OWNED, PARTS, read_parts

KEPT = 5
"""How many deployments of ours are kept if the files do not say it."""
OURS = re.compile(r"reconciler: parts ([0-9a-f]{16}), settings ([0-9a-f]{16}), others ([0-9a-f]{16})")
DEPLOYED: Mapping[str, str] = {
    "binary_media_types": "binaryMediaTypes",
    "minimum_compression_size": "minimumCompressionSize",
    "api_key_source": "apiKeySource",
    "resource_policy": "policy",
    "disable_execute_api_endpoint": "disableExecuteApiEndpoint",
}
"""The settings of an API that take effect when they are deployed, by field."""
DEPLOYMENTS, IN_USE, SUMMARY, SETTINGS = "Deployments", "InUse", "Summary", "DeployedSettings"
LIMIT: Mapping[str, Any] = {"limit": 500}


def read_deployments(api: Api, address: Mapping[str, str]) -> dict[str, Any]:
    """The deployments from the oldest to the newest, those that a stage has, and the methods of the newest one."""
    rows = sorted(api.pages("get_deployments", **address, **LIMIT), key=lambda row: row["createdDate"])
    stages = api.call("get_stages", **address).get("item") or ()
    canaries = ((each.get("canarySettings") or {}).get("deploymentId") for each in stages)
    found = [{"id": row["id"], "description": row.get("description") or ""} for row in rows]
    summary: Mapping[str, Any] = {}
    if found:
        newest = api.call("get_deployment", **address, deploymentId=found[-1]["id"], embed=["apisummary"])
        summary = newest.get("apiSummary") or {}
    return {
        DEPLOYMENTS: found,
        IN_USE: sorted({*(each["deploymentId"] for each in stages), *filter(None, canaries)}),
        SUMMARY: sorted(f"{verb} {path}" for path, verbs in summary.items() for verb in verbs),
    }


def _read(api: Api, sighting: Sighting) -> Wired:
    return {
        **read_deployments(api, sighting.address),
        SETTINGS: _settings(sighting.settings),
        "publish": None,
        "keptDeployments": None,
    }


def _settings(shown: Wired) -> dict[str, Any]:
    """The settings that are deployed, in a form that is the same whenever they mean the same."""
    found = {wire: shown.get(wire) for wire in DEPLOYED.values()}
    policy = shown_policy(found["policy"]) if found["policy"] else None
    return {**found, "policy": policy, "binaryMediaTypes": sorted(found["binaryMediaTypes"] or ())}


def digest(value: Any) -> str:
    """A short digest of plain data."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def description_of(reported: Wired, written: Collection[str]) -> str:
    """The description of a deployment of the live parts; of the settings, those that the files have count."""
    owned = {*reported[OWNED]}
    ours = {key: each for key, each in reported[PARTS].items() if key in owned}
    settings = {wire: reported[SETTINGS].get(wire) for name, wire in DEPLOYED.items() if name in written}
    told = {name: value for name, value in settings.items() if value not in (None, [], "", False)}
    others = digest(parts_of_others(reported))
    return f"reconciler: parts {digest(ours)}, settings {digest(told)}, others {others}"


def parts_of_others(reported: Wired) -> Parts:
    """The live parts that others have made."""
    owned = {*reported[OWNED]} | MADE_BY_AWS
    return {key: each for key, each in reported[PARTS].items() if key not in owned}


def _is_current(reported: Wired, written: Collection[str], *, drifted: bool = False) -> bool:
    """Whether the newest deployment is ours, and of our parts as they are; settings that have drifted do not count."""
    rows = reported[DEPLOYMENTS]
    found = OURS.fullmatch(rows[-1]["description"]) if rows else None
    wanted = OURS.fullmatch(description_of(reported, written))
    return bool(found and wanted and found[1] == wanted[1] and (drifted or found[2] == wanted[2]))


def published(live: Any, written: Settings, reported: Wired) -> Any:
    """Whether the newest deployment is as the files want it; if they publish none, this makes no difference."""
    del live
    if not written.get("publish") or PARTS not in reported or DEPLOYMENTS not in reported:
        return written.get("publish")
    return _is_current(reported, written.keys(), drifted=_has_drifted(written, reported[SETTINGS]))


def _has_drifted(written: Settings, live: Wired) -> bool:
    """Whether a setting that is deployed differs from what is written: then it is repaired, and compared again."""
    for name, wire in DEPLOYED.items():
        if name not in written:
            continue
        wanted, found = written[name], live.get(wire)
        if name == "resource_policy":
            found = json.loads(found) if found else None
            differs = not has_reference_in(wanted) and API_POLICY.canonical(wanted) != API_POLICY.canonical(
                found
            )
        elif isinstance(wanted, list):
            differs = sorted(wanted) != (found or [])
        else:
            differs = (wanted or None) != (found or None)
        if differs:
            return True
    return False


def has_reference_in(value: Any) -> bool:
    """Whether a text within a value has a reference, so that only AWS's value is known."""
    return "${" in json.dumps(value)


def _superfluous(ids: Sequence[str], in_use: Collection[str], kept: int) -> list[str]:
    """The deployments that are deleted: all but the newest ones, and those that a stage has."""
    return [each for each in ids[:-kept] if each not in in_use]


def _ours(reported: Wired) -> list[str]:
    return [row["id"] for row in reported[DEPLOYMENTS] if OURS.fullmatch(row["description"])]


def kept(live: Any, written: Settings, reported: Wired) -> Any:
    """The written number of deployments if there is none to delete, and otherwise the number of all of ours."""
    wanted = written.get("kept_deployments")
    if DEPLOYMENTS not in reported or wanted is None:
        return wanted
    del live
    ids = _ours(reported)
    return len(ids) if _superfluous(ids, reported[IN_USE], wanted) else wanted


def deletes(field: str, written: Settings, reported: Wired) -> str:
    """The deployments that are deleted with a change of these fields."""
    if field not in ("publish", "kept_deployments") or DEPLOYMENTS not in reported:
        return ""
    new = ["new"] if written.get("publish") else []
    number = written.get("kept_deployments") or (KEPT if new else None)
    gone = _superfluous([*_ours(reported), *new], reported[IN_USE], number) if number else []
    return f"deployment {', '.join(gone)}" if gone else ""


def remarks(written: Settings, reported: Wired) -> Iterator[str]:
    """What a next deployment publishes besides our parts."""
    if not written.get("publish") or PARTS not in reported or not reported.get(DEPLOYMENTS):
        return
    found = OURS.fullmatch(reported[DEPLOYMENTS][-1]["description"])
    others = parts_of_others(reported)
    new = sorted(key for key in others if is_method(key) and key not in reported[SUMMARY])
    if new:
        yield f"openapi: others have made {', '.join(new)}, not deployed yet; the next deployment publishes them too"
    elif found and others and found[3] != digest(others):
        names = ", ".join(sorted(key for key in others if split(key)[0] != "path"))
        yield f"openapi: others have changed parts since the last deployment ({names}); the next one publishes them too"


def _requests(change: Change) -> Iterable[Request]:
    """Deploy what the API is now, if that was not done, and delete superfluous deployments."""
    reported, publish = change.reported, "publish" in change.written and change.desired.get("publish")
    number = change.desired.get("keptDeployments") if "kept_deployments" in change.written else None
    there, in_use = _ours(reported), reported[IN_USE]

    def delete(ids: Sequence[str], most: int | None) -> Iterator[Request]:
        for each in _superfluous(ids, in_use, most) if most else ():
            yield Request("delete_deployment", {**change.address, "deploymentId": each})

    def clean(made: Wired) -> Iterable[Request]:
        return delete([*there, made["id"]], number or KEPT)

    if publish and not _is_current(reported, change.written):
        described = description_of(reported, change.written)
        yield Request("create_deployment", {**change.address, "description": described}, then=clean)
    else:
        gone = [*delete(there, number)]
        # An edit by hand was repaired: what is deployed is as it should be.
        yield from gone or [Request("get_deployments", {**change.address, "limit": 1})]


def _look(api: Api, change: Change) -> Wired:
    """Parts, settings and deployments as they are right before."""
    shown = api.call("get_rest_api", **change.address)
    return {
        **read_parts(api, change.address),
        **read_deployments(api, change.address),
        SETTINGS: _settings(shown),
    }


def _newest(api: Api, sighting: Sighting) -> str | None:
    """The newest deployment of ours; None if there is none."""
    found = _ours(read_deployments(api, sighting.address))
    return found[-1] if found else None


def _without(settings: Settings) -> str:
    return "" if settings.get("publish") else "the files publish none; write publish: true"


def attribute(follows: tuple[str, ...]) -> Attribute:
    """The attribute `deployment`, which follows these fields."""
    return Attribute("the id of its newest deployment of ours", _newest, follows, _without)


READ = FieldRead(_read, ("get_deployments", "get_stages", "get_deployment"))


def calls(needs: tuple[str, ...]) -> Calls:
    """The group of the fields about deployments; `needs` are the fields that must be in place before."""
    return Calls(
        _requests,
        ("publish", "kept_deployments"),
        ("create_deployment", "delete_deployment"),
        overwrites={"kept_deployments": ()},
        needs=needs,
        looks=_look,
        whole=True,
    )


COMPARED = {"publish": published, "kept_deployments": kept}
"""By field: how its value is compared."""
