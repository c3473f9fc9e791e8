"""Checks that the resources exist that a flow refers to."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.resource_types import (
    CONTACT_FLOW,
    FLOW_MODULE,
    HOURS,
    PROMPT,
    QUEUE,
    USER,
    VIEW,
    Kind,
)
from reconciler.sandbox.connect.flows.flow_contents import split_reference

NAMED: Mapping[str, Kind] = {
    "QueueId": QUEUE,
    "AgentId": USER,
    "HoursOfOperationId": HOURS,
    "ContactFlowId": CONTACT_FLOW,
    "ContactFlowArn": CONTACT_FLOW,
    "FlowModuleId": FLOW_MODULE,
    "PromptId": PROMPT,
}


def lost_references(parameters: Mapping[str, Any], path: str, instance: Instance) -> Iterator[str]:
    """Yield the path of each reference to a resource that does not exist. A JSONPath is known only at run time."""
    for member, value in parameters.items():
        here = f"{path}.{member}"
        if member in NAMED:
            if not exists(value, NAMED[member], instance):
                yield here
        elif member == "EventHooks" and isinstance(value, dict):
            lost = (hook for hook, flow in value.items() if not exists(flow, CONTACT_FLOW, instance))
            yield from (f"{here}.{hook}" for hook in lost)
        elif member == "Messages" and isinstance(value, list):
            for number, message in enumerate(value):
                if isinstance(message, dict):
                    yield from lost_references(message, f"{here}[{number}]", instance)
        elif member == "LambdaFunctionARN" and not _is_arn(value, "lambda"):
            yield here
        elif member == "LexV2Bot" and not _is_arn(_member(value, "AliasArn"), "lex"):
            yield f"{here}.AliasArn"
        elif member == "ViewResource" and _is_lost(str(_member(value, "Id")), instance):
            yield f"{here}.Id"


def exists(reference: Any, kind: Kind, instance: Instance) -> bool:
    """Return whether an id or ARN belongs to a resource of this instance."""
    if not isinstance(reference, str):
        return False
    return reference.startswith("$.") or instance.find(kind, split_reference(reference)[0]) is not None


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _is_arn(value: Any, service: str) -> bool:
    return isinstance(value, str) and ("$." in value or value.split(":")[:3] == ["arn", "aws", service])


def _is_lost(view: str, instance: Instance) -> bool:
    return ":instance/" in view and not exists(view, VIEW, instance)
