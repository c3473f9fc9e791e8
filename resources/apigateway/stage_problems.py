"""Finds mistakes that depend on several fields of a stage."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles
from reconciler.model import Finding
from reconciler.resources.apigateway.stage_changes import ALL

METHOD = re.compile(r"(GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|ANY|\*) /\S*")
VARIABLE = re.compile(r"[a-zA-Z0-9_]+")
IDS = ("$context.requestId", "$context.extendedRequestId")


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one stage."""
    written = files.values
    if "cache_cluster_size" in written and not written.get("cache_cluster_enabled"):
        yield Finding("a size needs cache_cluster_enabled: true", ("cache_cluster_size",))
    for name in ("variables", "canary_settings"):
        found = written.get(name) or {}
        path: tuple[str, ...] = (name,)
        if name == "canary_settings":
            found, path = found.get("stage_variable_overrides") or {}, (name, "stage_variable_overrides")
        for each in found:
            if not VARIABLE.fullmatch(each):
                yield Finding(
                    f"the name of a variable has a-z, A-Z, 0-9 and _ alone, not {each}", (*path, each)
                )
    logs = written.get("access_log_settings") or {}
    if logs and not any(each in str(logs.get("format")) for each in IDS):
        said = "a line has $context.requestId or $context.extendedRequestId, so that it can be found"
        yield Finding(said, ("access_log_settings", "format"))
    yield from _methods(written)


def _methods(written: Mapping[str, Any]) -> Iterator[Finding]:
    for key, settings in (written.get("method_settings") or {}).items():
        if key != ALL and not METHOD.fullmatch(key):
            yield Finding(
                f"write a verb and a path, as `GET /stamps`, or * for all methods, not {key}",
                ("method_settings", key),
            )
        if (settings or {}).get("caching_enabled") and not written.get("cache_cluster_enabled"):
            yield Finding(
                "a method is cached only with cache_cluster_enabled: true",
                ("method_settings", key, "caching_enabled"),
            )
