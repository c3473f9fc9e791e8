"""The settings of a stage: what UpdateStage takes, and what AWS refuses.

Sources: UpdateStage, MethodSetting (API Gateway API Reference); "Set up CloudWatch logging for REST APIs" (Developer Guide).
"""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from reconciler.sandbox.moto_patches.apigateway.parts import Api, Item, bad
from reconciler.sandbox.moto_patches.apigateway.patching import (
    ADD,
    REMOVE,
    REPLACE,
    Rule,
    at_least,
    boolean,
    patched,
    settings,
    steps_of,
)
from reconciler.sandbox.moto_patches.apigateway.rest_apis import RestApis

CANARY = "canarySettings"
SIZES = frozenset({"0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"})
LEVELS = frozenset({"OFF", "ERROR", "INFO"})
STRATEGIES = frozenset({"FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER"})
VARIABLE, VALUE = re.compile(r"[a-zA-Z0-9_]+"), re.compile(r"[A-Za-z0-9\-._~:/?#&=,]+")
LOG_TARGET = re.compile(
    r"arn:[^:]+:(logs:[^:]+:\d{12}:log-group:[^:]+(:\*)?|firehose:[^:]+:\d{12}:deliverystream/amazon-apigateway-.+)"
)
LONGEST_TTL = 3600


def _one_of(words: frozenset[str]) -> Callable[[str], str]:
    def taken(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return taken


METHOD_SETTINGS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "metrics/enabled": ("metricsEnabled", boolean),
    "logging/loglevel": ("loggingLevel", _one_of(LEVELS)),
    "logging/dataTrace": ("dataTraceEnabled", boolean),
    "throttling/burstLimit": ("throttlingBurstLimit", int),
    "throttling/rateLimit": ("throttlingRateLimit", float),
    "caching/enabled": ("cachingEnabled", boolean),
    "caching/ttlInSeconds": ("cacheTtlInSeconds", at_least(0, LONGEST_TTL)),
    "caching/dataEncrypted": ("cacheDataEncrypted", boolean),
    "caching/requireAuthorizationForCacheControl": ("requireAuthorizationForCacheControl", boolean),
    "caching/unauthorizedCacheControlHeaderStrategy": (
        "unauthorizedCacheControlHeaderStrategy",
        _one_of(STRATEGIES),
    ),
}
"""By path below a resource and a verb: the member, and how it is read."""
NEW_METHOD: Mapping[str, Any] = {
    "metricsEnabled": False,
    "loggingLevel": "OFF",
    "dataTraceEnabled": False,
    "throttlingBurstLimit": 5000,
    "throttlingRateLimit": 10000.0,
    "cachingEnabled": False,
    "cacheTtlInSeconds": 300,
    "cacheDataEncrypted": False,
    "requireAuthorizationForCacheControl": True,
    "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
}
RULES = (
    *settings("description", "deploymentId", "documentationVersion", "clientCertificateId"),
    *settings("cacheClusterEnabled", "tracingEnabled", takes=boolean),
    *settings("cacheClusterSize", takes=_one_of(SIZES)),
    Rule("/variables/{}", operations=(ADD, REPLACE, REMOVE)),
    *settings("accessLogSettings/destinationArn", "accessLogSettings/format"),
    Rule("/accessLogSettings", operations=(REMOVE,)),
    Rule(f"/{CANARY}", operations=(REMOVE,)),
    Rule(f"/{CANARY}/percentTraffic", at_least(0, 100, float), (ADD, REPLACE)),
    Rule(f"/{CANARY}/deploymentId", str, (ADD, REPLACE)),
    Rule(f"/{CANARY}/useStageCache", boolean, (ADD, REPLACE)),
    Rule(f"/{CANARY}/stageVariableOverrides/{{}}", operations=(ADD, REPLACE, REMOVE)),
)


def change_stage(stage: Mapping[str, Any], operations: list[dict[str, str]]) -> Item:
    """Return a stage with the operations applied; settings of methods have paths of a form of their own."""
    found: Item = deepcopy(dict(stage))
    for each in operations:
        if each["op"] == "copy":
            _promote(found, each)
        elif not _change_method(found, each):
            found = patched(found, [each], RULES)
    if CANARY in found:
        found[CANARY] = {
            "percentTraffic": 0.0,
            "useStageCache": False,
            "deploymentId": found["deploymentId"],
            **found[CANARY],
        }
        if not found[CANARY].get("stageVariableOverrides"):
            found[CANARY].pop("stageVariableOverrides", None)
    return found


def _promote(stage: Item, operation: Mapping[str, str]) -> None:
    """Copy a setting of the canary to the stage itself."""
    source, target = steps_of(operation.get("from", "")), steps_of(operation["path"])
    if source[0] != CANARY or len(source) != 2 or CANARY not in stage:
        raise bad("Invalid copy patch path specified. Must be one of: [/canarySettings/deploymentId, "
                  "/canarySettings/stageVariableOverrides]")  # fmt: skip
    value = stage[CANARY].get(source[1])
    if target[0] == "variables":
        stage["variables"] = {**stage.get("variables", {}), **(value or {})}
    else:
        stage[target[0]] = value


def _change_method(stage: Item, operation: Mapping[str, str]) -> bool:
    """Apply an operation on the settings of methods; whether it was one."""
    steps = operation["path"].strip("/").split("/")
    known = METHOD_SETTINGS.get("/".join(steps[2:]))
    rows = stage["methodSettings"]
    place = "/".join(steps[:2]).replace("~1", "/").strip("/") if steps[0] != "*" else "/".join(steps[:2])
    if (
        len(steps) == 2
        and operation["op"] == REMOVE
        and steps[0] not in ("variables", CANARY, "accessLogSettings")
    ):
        if place not in rows:
            raise bad(f"Invalid method setting path: {operation['path']}")
        del rows[place]
        return True
    if known is None:
        return False
    if operation["op"] != REPLACE:
        raise bad(f"Invalid patch operation '{operation['op']}' for path '{operation['path']}'")
    member, takes = known
    try:
        value = takes(operation.get("value", ""))
    except ValueError:
        raise bad(f"Invalid value specified for path {operation['path']}") from None
    rows[place] = {**NEW_METHOD, **rows.get(place, {}), member: value}
    return True


def check_stage(backend: RestApis, api: Api, stage: Item) -> None:
    """Refuse settings of a stage that AWS does not take."""
    for id_ in (stage["deploymentId"], (stage.get(CANARY) or {}).get("deploymentId")):
        if id_ is not None and id_ not in api.deployments:
            raise bad("Deployment id does not exist")
    for name, value in (stage.get("variables") or {}).items():
        if not VARIABLE.fullmatch(name):
            raise bad(f"Stage variable name {name} is invalid: only a-zA-Z0-9_ is allowed")
        if not VALUE.fullmatch(value):
            raise bad("Stage variable value is invalid: it must match [A-Za-z0-9-._~:/?#&=,]+")
    if not stage["cacheClusterEnabled"]:
        stage.pop("cacheClusterSize", None)
    else:
        stage.setdefault("cacheClusterSize", "0.5")
    log = stage.get("accessLogSettings")
    if log is not None:
        if not LOG_TARGET.fullmatch(log.get("destinationArn", "")):
            raise bad(
                "Invalid ARN specified in the request. ARNs must start with 'arn:' and name a log group or a stream"
            )
        if "$context.requestId" not in log.get("format", "") and "$context.extendedRequestId" not in log.get(
            "format", ""
        ):
            raise bad(
                "Access Log format must contain at least $context.requestId or $context.extendedRequestId"
            )
        log["destinationArn"] = log["destinationArn"].removesuffix(":*")
    levels = {row["loggingLevel"] for row in stage["methodSettings"].values()}
    if (log is not None or levels - {"OFF"}) and not backend.account.cloudwatch_role_arn:
        raise bad("CloudWatch Logs role ARN must be set in account settings to enable logging")
