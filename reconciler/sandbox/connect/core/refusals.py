"""The ways in which the control plane says no."""

from collections.abc import Sequence
from typing import Any

from reconciler.sandbox.sandbox_error import SandboxError


def invalid(text: str) -> SandboxError:
    """A parameter that the model allows and the service does not."""
    return SandboxError("InvalidParameterException", text)


def not_allowed(text: str) -> SandboxError:
    """A request that makes no sense in the present state."""
    return SandboxError("InvalidRequestException", text)


def absent(noun: str, reference: str) -> SandboxError:
    """Nothing of that kind has that id, ARN or name."""
    return SandboxError("ResourceNotFoundException", f"{noun} {reference} was not found.")


def taken(noun: str, name: str) -> SandboxError:
    """The name belongs to another resource of the kind."""
    return SandboxError("DuplicateResourceException", f"{noun} with name {name} already exists.")


def conflict(text: str) -> SandboxError:
    """Already associated."""
    return SandboxError("ResourceConflictException", text)


def in_use(text: str, resource_id: str, resource_type: str | None = None) -> SandboxError:
    """Another resource still refers to it; the type is one of AWS's eight words, if any fits."""
    members: dict[str, Any] = {"ResourceId": resource_id}
    if resource_type:
        members["ResourceType"] = resource_type
    return SandboxError("ResourceInUseException", text, **members)


def quota_reached(noun: str, most: int) -> SandboxError:
    """A resource quota, although the status is 429: trying again does not help."""
    return SandboxError("LimitExceededException", f"The quota of {most} for {noun} has been reached.")


def invalid_flow(problems: Sequence[str]) -> SandboxError:
    """Content that cannot be published; the message is empty, the text is in `problems`."""
    return SandboxError("InvalidContactFlowException", "", problems=[{"message": text} for text in problems])


def invalid_module(problems: Sequence[str]) -> SandboxError:
    """As for flows, but AWS spells the member with a capital."""
    return SandboxError(
        "InvalidContactFlowModuleException", "", Problems=[{"message": text} for text in problems]
    )


def invalid_property(path: str, reason: str, text: str) -> SandboxError:
    """A part of a task template that AWS cannot take; the reason is one of its seven words."""
    problem = {"PropertyPath": path, "Reason": reason, "Message": text}
    return SandboxError("PropertyValidationException", text, PropertyList=[problem])
