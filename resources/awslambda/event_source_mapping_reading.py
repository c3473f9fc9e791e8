"""Converts replies about a mapping to the form of requests, and what depends on its state.

Sources: GetEventSourceMapping, UpdateEventSourceMapping (AWS Lambda API Reference).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from reconciler.contract import Wired
from reconciler.interpolation import parse_token
from reconciler.model import Settings
from reconciler.permissions import Grant, Location

IN_ARN = re.compile(
    r"arn:[^:]*:[^:]*:[^:]*:[^:]*:((table|stream|cluster|broker|function)[/:])?(?P<name>[^/:]+(?::[^/:]+)?).*"
)
DELETING = "Deleting"
AT_WORK = ("Creating", "Enabling", "Disabling", "Updating", DELETING)
UNTOLD = ("Creating", "Updating")
"""The states that do not tell whether the mapping is enabled afterwards."""


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A mapping in the form of requests."""
    destinations = {name: each for name, each in (row.get("DestinationConfig") or {}).items() if each}
    since = row.get("StartingPositionTimestamp")
    moment = {"StartingPositionTimestamp": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"} if since else {}
    return (
        row
        | moment
        | {
            "FunctionName": row["FunctionArn"],
            "Enabled": row["State"] not in ("Disabled", "Disabling"),
            "DestinationConfig": destinations or None,
        }
    )


def called(settings: Mapping[str, Any]) -> str:
    """The source, what is read of it, and the function, used as a name: AWS takes no second mapping of the same."""
    arn = settings.get("event_source_arn")
    source = _source(str(arn)) if arn else " ".join(_endpoints(settings))
    within = (settings.get("topics") or settings.get("queues") or [""])[0]
    return " ".join(filter(None, (source, within, "->", _last(str(settings.get("function_name"))))))


def seen_as(row: Wired) -> str:
    """The same name of a mapping in a reply."""
    servers = (row.get("SelfManagedEventSource") or {}).get("Endpoints")
    return called(
        {
            "event_source_arn": row.get("EventSourceArn"),
            "self_managed_event_source": {"endpoints": servers},
            "topics": row.get("Topics"),
            "queues": row.get("Queues"),
            "function_name": row["FunctionArn"],
        }
    )


def _endpoints(settings: Mapping[str, Any]) -> list[str]:
    found = (settings.get("self_managed_event_source") or {}).get("endpoints") or {}
    return [str(each) for servers in found.values() for each in servers or ()]


def _source(text: str) -> str:
    """The service and the name of a source: a queue and a stream may have the same name."""
    token = parse_token(text)
    service = token.word if token else text.split(":")[2] if IN_ARN.fullmatch(text) else ""
    return ":".join(filter(None, (service.partition(".")[0], _last(text))))


def _last(text: str) -> str:
    """The name of a resource in its ARN or in a reference to it."""
    token = parse_token(text)
    found = IN_ARN.fullmatch(text)
    return token.name if token else found["name"] if found else text


def as_meant(live: Any, written: Settings, reported: Wired) -> Any:
    """Whether a mapping is enabled; while its state does not tell it, it is as written."""
    return written.get("enabled", live) if reported.get("State") in UNTOLD else live


def impossible(field: str, written: Settings, reported: Wired) -> str:
    """Why AWS cannot change a consumer group."""
    del written, reported
    if field.endswith(".consumer_group_id"):
        return "AWS cannot change the consumer group; write its live value, or create another mapping"
    return ""


def for_filters(key: str, location: Location) -> Iterator[Grant]:
    """The grants to encrypt and read filters; Lambda calls AWS KMS in the name of the caller."""
    for action in ("Decrypt", "DescribeKey", "GenerateDataKey"):
        yield Grant(f"kms:{action}", location.key(key))
