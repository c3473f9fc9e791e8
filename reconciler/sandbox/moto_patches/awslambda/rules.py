"""AWS Lambda's checks of requests.

Sources: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html,
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.sandbox.sandbox_error import SandboxError

Params = Mapping[str, Any]

LONGEST_TIMEOUT, LARGEST_MEMORY, LARGEST_STORAGE = 900, 10_240, 10_240
MOST_LAYERS, MOST_TAGS = 5, 50
LARGEST_ENVIRONMENT = 4096  # bytes of all variables as JSON
# Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
RESERVED = frozenset(
    {
        *("_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV"),
        *("AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION"),
        *("AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME"),
        *("AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
        *("AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"),
    }
)
UNABLE = "Lambda was unable to configure your environment variables because the environment variables you have provided "


def invalid(text: str) -> SandboxError:
    """Return Lambda's error for an invalid parameter."""
    return SandboxError("InvalidParameterValueException", text)


def check_new(params: Params) -> None:
    """Refuse an invalid new function."""
    image = params.get("PackageType", "Zip") == "Image"
    check_code(params["Code"], image=image)
    if not image and not ("Runtime" in params and "Handler" in params):
        text = "Runtime and Handler are mandatory parameters for functions created with deployment packages."
        raise invalid(text)
    if image and ("Runtime" in params or "Handler" in params or params.get("Layers")):
        raise invalid(
            "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image."
        )
    check_settings(params)
    check_tags(params.get("Tags", {}))


def check_code(code: Params, *, image: bool) -> None:
    """Refuse missing code, and code from two sources."""
    ways = [bool(code.get("ZipFile")), "S3Bucket" in code or "S3Key" in code, "ImageUri" in code]
    if sum(ways) != 1 or (("S3Bucket" in code) != ("S3Key" in code)):
        raise invalid("Please provide a source for function code.")
    if image != ways[2]:
        what = "ImageUri" if image else "a .zip file"
        raise invalid(f"Please provide {what} for a function of this PackageType.")


def check_settings(params: Params) -> None:
    """Refuse invalid settings of a new function or of an update."""
    if "CapacityProviderConfig" not in params:
        _check_most("timeout", params.get("Timeout"), LONGEST_TIMEOUT)
        _check_most("memorySize", params.get("MemorySize"), LARGEST_MEMORY)
    if "AcceleratorConfig" not in params:
        _check_most("ephemeralStorage.size", params.get("EphemeralStorage", {}).get("Size"), LARGEST_STORAGE)
    if len(params.get("Layers", ())) > MOST_LAYERS:
        raise invalid(f"The function can have at most {MOST_LAYERS} layers.")
    _check_environment(params.get("Environment", {}).get("Variables", {}))
    logging = params.get("LoggingConfig", {})
    if logging.get("LogFormat") == "Text" and {"ApplicationLogLevel", "SystemLogLevel"} & logging.keys():
        raise invalid("Log levels are only supported with the JSON log format.")


def check_tags(tags: Params, before: Iterable[str] = ()) -> None:
    """Refuse invalid tags.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html
    """
    if any(key.lower().startswith("aws:") for key in tags):
        raise invalid("Tag keys cannot start with aws:")
    if len({*tags, *before}) > MOST_TAGS:
        raise invalid(f"A function can have at most {MOST_TAGS} tags.")


def _check_most(name: str, value: int | None, most: int) -> None:
    if value is not None and value > most:
        raise invalid(
            f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: "
            f"Member must have value less than or equal to {most}"
        )


def _check_environment(variables: Mapping[str, str]) -> None:
    reserved = sorted(RESERVED & variables.keys())
    if reserved:
        raise invalid(
            f"{UNABLE}contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    written = json.dumps(variables, separators=(",", ":"), ensure_ascii=False)
    if len(written.encode()) > LARGEST_ENVIRONMENT:
        raise invalid(f"{UNABLE}exceeded the 4KB limit. String measured: {written}")
