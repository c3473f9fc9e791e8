"""What AWS charges for functions, aliases and URLs; calls by a URL count as requests of its function.

Source: https://aws.amazon.com/lambda/pricing/
"""

from reconciler.contract import Charge, Costs, Volume, volume
from reconciler.model import Part, Settings

SERVICE = "AWSLambda"
FREE_STORAGE = 512
"""MB of /tmp that cost nothing."""


class FunctionVolumes(Part):
    """The volumes of a function."""

    requests: Volume = None
    """Invocations a month."""
    milliseconds: Volume = None
    """The average duration of an invocation."""


class AliasVolumes(Part):
    """The volumes of an alias."""

    provisioned_gb_seconds: Volume = None
    """GB-seconds a month that concurrency is provisioned for: environments x memory in GB x seconds."""


class UrlVolumes(Part):
    """The volumes of a function URL."""

    streamed_gb: Volume = None
    """GB a month beyond the first 6 MB of each streamed response."""


def _on_arm(settings: Settings) -> bool:
    return settings.get("architectures") == ["arm64"]


def _on_x86(settings: Settings) -> bool:
    return not _on_arm(settings)


def _seconds(volumes: Settings) -> float | None:
    """The seconds that the function runs in a month."""
    requests, milliseconds = volumes.get("requests"), volumes.get("milliseconds")
    return None if requests is None or milliseconds is None else float(requests * milliseconds / 1000)


def _memory(settings: Settings, volumes: Settings) -> float | None:
    seconds = _seconds(volumes)
    return None if seconds is None else seconds * settings.get("memory_size", 128) / 1024


def _disk(settings: Settings) -> int:
    size = int((settings.get("ephemeral_storage") or {}).get("size", FREE_STORAGE))
    return max(0, size - FREE_STORAGE)


def _storage(settings: Settings, volumes: Settings) -> float | None:
    seconds = _seconds(volumes)
    return None if seconds is None else seconds * _disk(settings) / 1024


def _has_disk(settings: Settings) -> bool:
    return bool(_disk(settings))


FUNCTION = Costs(
    (
        Charge("requests", SERVICE, "Request", "request", volume("requests"), _on_x86),
        Charge("duration", SERVICE, "Lambda-GB-Second", "GB-second", _memory, _on_x86),
        Charge("requests", SERVICE, "Request-ARM", "request", volume("requests"), _on_arm),
        Charge("duration", SERVICE, "Lambda-GB-Second-ARM", "GB-second", _memory, _on_arm),
        Charge("disk beyond 512 MB", SERVICE, "Lambda-Storage-GB-Second", "GB-second", _storage, _has_disk),
    ),
    FunctionVolumes,
)


def _is_provisioned(settings: Settings) -> bool:
    return bool(settings.get("provisioned_concurrent_executions"))


ALIAS = Costs(
    (
        Charge(
            "provisioned concurrency", SERVICE, "Lambda-Provisioned-Concurrency", "GB-second",
            volume("provisioned_gb_seconds"), _is_provisioned,
        ),
    ),
    AliasVolumes,
)  # fmt: skip


def _streams(settings: Settings) -> bool:
    return settings.get("invoke_mode") == "RESPONSE_STREAM"


FUNCTION_URL = Costs(
    (
        Charge(
            "streamed beyond 6 MB of a response", SERVICE, "Lambda-Streaming-Response-Processed-Bytes", "GB",
            volume("streamed_gb"), _streams,
        ),
    ),
    UrlVolumes,
)  # fmt: skip
