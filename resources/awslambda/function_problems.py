"""Finds mistakes that AWS Lambda would refuse and that depend on several fields of a function.

Sources: CreateFunction, LoggingConfig, VpcConfig (AWS Lambda API Reference); "Lambda quotas" (AWS Lambda Developer Guide).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles
from reconciler.interpolation import has_reference
from reconciler.model import Finding
from reconciler.resources.awslambda.handler_problems import handler_problems
from reconciler.resources.function_permission import MADE_BY

SOURCES = ("folder", "s3_bucket", "image_uri")
OF_ARCHIVES = ("runtime", "handler", "layers")
LARGEST_ENVIRONMENT = 4096
"""The limit for all environment variables together, in bytes."""


def problems(files: InFiles) -> Iterator[Finding]:
    """Every mistake, each with its field."""
    written = files.values
    yield from _code(files, written)
    yield from handler_problems(written)
    yield from _environment(written)
    yield from _network(files, written)
    yield from _permissions(written)
    logging = written.get("logging_config") or {}
    levels = [name for name in ("application_log_level", "system_log_level") if logging.get(name) is not None]
    if levels and logging.get("log_format") == "Text":
        yield Finding("it needs log_format: JSON; write that, or leave it out", ("logging_config", levels[0]))


def _permissions(written: Mapping[str, Any]) -> Iterator[Finding]:
    for number, each in enumerate(written.get("permissions") or ()):
        for prefix, maker in MADE_BY.items():
            if each["statement_id"].startswith(prefix):
                said = f"ids that begin with {prefix} belong to the permissions that {maker}; choose another"
                yield Finding(said, ("permissions", number, "statement_id"))


def _code(files: InFiles, written: Mapping[str, Any]) -> Iterator[Finding]:
    """Check the fields of an archive and those of an image."""
    code, sort = written.get("code") or {}, written.get("package_type")
    given = [name for name in SOURCES if code.get(name) is not None]
    if code and len(given) != 1:
        yield Finding(f"write exactly one of {', '.join(SOURCES)}", ("code",))
    if "s3_bucket" in given and "sha256" not in code:
        said = "without sha256, a function with other code than this object is not detected; write it as well"
        yield Finding(said, ("code",), warning=True)
    if "s3_bucket" in given and code.get("s3_key") is None:
        yield Finding("an object in S3 needs a key; write s3_key", ("code",))
    image = "image_uri" in given or (sort == "Image" and not given)
    if len(given) == 1 and sort in ("Zip", "Image") and (sort == "Image") != image:
        said = f"it does not match {given[0]}; write {'Image' if image else 'Zip'}"
        yield Finding(said, ("package_type",), warning=True)
    elif len(given) == 1 and files.new and image and sort is None:
        yield Finding("a new function from an image needs package_type: Image")
    if image:
        yield from _of_an_image(written)
    elif given and files.new:
        lacking = [name for name in ("runtime", "handler") if name not in written]
        if lacking:
            yield Finding(f"a new function from an archive needs {' and '.join(lacking)}")
    if "image_config" in written and given and not image:
        yield Finding("it is only for a function from an image; leave it out", ("image_config",))


def _of_an_image(written: Mapping[str, Any]) -> Iterator[Finding]:
    for name in OF_ARCHIVES:
        if written.get(name):
            yield Finding("an image contains its own; leave it out", (name,))
    if written.get("code_signing_config_arn"):
        yield Finding("an image cannot have code signing; leave it out", ("code_signing_config_arn",))


def _environment(written: Mapping[str, Any]) -> Iterator[Finding]:
    variables = (written.get("environment") or {}).get("variables") or {}
    kept = {name: value for name, value in variables.items() if value is not None}
    size = len(json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode())
    if size > LARGEST_ENVIRONMENT and not any(map(has_reference, kept.values())):
        yield Finding(
            f"the variables have {size} bytes; AWS accepts {LARGEST_ENVIRONMENT}",
            ("environment", "variables"),
        )


def _network(files: InFiles, written: Mapping[str, Any]) -> Iterator[Finding]:
    """Subnets without security groups, the reverse, and a file system without a VPC."""
    config = written.get("vpc_config")
    if config and bool(config.get("subnet_ids")) != bool(config.get("security_group_ids")):
        lacking = "security_group_ids" if config.get("subnet_ids") else "subnet_ids"
        yield Finding(
            f"a function in a VPC needs subnets and security groups; write {lacking}", ("vpc_config",)
        )
    if written.get("file_system_configs") and files.lacks("vpc_config"):
        said = "a file system needs a function in a VPC; write vpc_config"
        yield Finding(said, ("file_system_configs",), warning=True)
