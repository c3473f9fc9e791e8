"""The requests that change a stage, and how AWS shows the settings of its methods.

Source: https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html (UpdateStage)
"""

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.contract import Calls, Change, Request, Wired
from reconciler.resources.apigateway.patches import map_patches, patch, settings, step, update

UPDATE = "update_stage"
ALL, SHOWN_ALL = "*", "*/*"
PATHS: Mapping[str, str] = {
    "metricsEnabled": "metrics/enabled",
    "loggingLevel": "logging/loglevel",
    "dataTraceEnabled": "logging/dataTrace",
    "throttlingBurstLimit": "throttling/burstLimit",
    "throttlingRateLimit": "throttling/rateLimit",
    "cachingEnabled": "caching/enabled",
    "cacheTtlInSeconds": "caching/ttlInSeconds",
    "cacheDataEncrypted": "caching/dataEncrypted",
    "requireAuthorizationForCacheControl": "caching/requireAuthorizationForCacheControl",
    "unauthorizedCacheControlHeaderStrategy": "caching/unauthorizedCacheControlHeaderStrategy",
}
"""By setting of a method: its path below that of the method."""
CANARY, LOGS = "canarySettings", "accessLogSettings"


def key_of_method(shown: str) -> str:
    """The key of a method, as `GET /stamps`, from that of AWS: `stamps/GET`, or `~1stamps/GET`."""
    if shown == SHOWN_ALL:
        return ALL
    path, _, verb = shown.replace("~1", "/").rpartition("/")
    return f"{verb} /{path.strip('/')}"


def shown_stage(row: Any) -> Wired:
    """A stage in the words of requests: with the keys of methods as the files write them."""
    settings = row.get("methodSettings") or {}
    shown: Wired = row | {"methodSettings": {key_of_method(key): each for key, each in settings.items()}}
    return shown


def _place(key: str) -> str:
    """The path of a method in a patch."""
    if key == ALL:
        return f"/{SHOWN_ALL}"
    verb, _, path = key.partition(" ")
    return f"/{step(path)}/{verb}"


def _variables(change: Change) -> Iterable[Request]:
    return update(
        UPDATE,
        change,
        map_patches("/variables", change.observed.get("variables"), change.desired.get("variables")),
    )


def _methods(change: Change) -> Iterable[Request]:
    """Set what differs, and remove entries that are taken away."""
    before, after = (side.get("methodSettings") or {} for side in (change.observed, change.desired))
    patches = [
        patch("replace", f"{_place(key)}/{PATHS[name]}", value)
        for key, settings in after.items()
        for name, value in settings.items()
        if (before.get(key) or {}).get(name) != value
    ]
    gone = [patch("remove", _place(key)) for key in before if key not in after]
    return update(UPDATE, change, [*patches, *gone])


def _logs(change: Change) -> Iterable[Request]:
    after = change.desired.get(LOGS)
    if not after:
        return update(UPDATE, change, [patch("remove", f"/{LOGS}")])
    return update(
        UPDATE, change, (patch("replace", f"/{LOGS}/{name}", value) for name, value in after.items())
    )


def _canary(change: Change) -> Iterable[Request]:
    before, after = change.observed.get(CANARY) or {}, change.desired.get(CANARY)
    if after is None:
        return update(UPDATE, change, [patch("remove", f"/{CANARY}")])
    overrides = "stageVariableOverrides"
    plain = [
        patch("replace", f"/{CANARY}/{name}", value)
        for name, value in after.items()
        if name != overrides and before.get(name) != value
    ]
    return update(
        UPDATE,
        change,
        [*plain, *map_patches(f"/{CANARY}/{overrides}", before.get(overrides), after.get(overrides))],
    )


UPDATES = (
    Calls(settings(UPDATE, "deploymentId"), ("deployment_id",), (UPDATE,)),
    Calls(settings(UPDATE, "description"), ("description",), (UPDATE,)),
    Calls(_variables, ("variables",), (UPDATE,)),
    Calls(settings(UPDATE, "tracingEnabled"), ("tracing_enabled",), (UPDATE,)),
    Calls(
        settings(UPDATE, "cacheClusterEnabled", "cacheClusterSize"),
        ("cache_cluster_enabled", "cache_cluster_size"),
        (UPDATE,),
    ),
    Calls(settings(UPDATE, "documentationVersion"), ("documentation_version",), (UPDATE,)),
    Calls(settings(UPDATE, "clientCertificateId"), ("client_certificate_id",), (UPDATE,)),
    Calls(_logs, ("access_log_settings",), (UPDATE,)),
    Calls(_methods, ("method_settings",), (UPDATE,)),
    Calls(_canary, ("canary_settings",), (UPDATE,)),
)
"""The groups of fields."""
