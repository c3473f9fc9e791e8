"""The errors of the control plane."""

from collections.abc import Sequence
from typing import Any

from reconciler.sandbox.sandbox_error import SandboxError


def invalid(text: str) -> SandboxError:
    """Return the error for a parameter that the model allows and the service does not."""
    return SandboxError("InvalidParameterException", text)


def not_allowed(text: str) -> SandboxError:
    """Return the error for a request that is not possible in the current state."""
    return SandboxError("InvalidRequestException", text)


def absent(noun: str, reference: str) -> SandboxError:
    """Return the error for a resource that does not exist."""
    return SandboxError("ResourceNotFoundException", f"{noun} {reference} was not found.")


def taken(noun: str, name: str) -> SandboxError:
    """Return the error for a name that another resource of the kind has."""
    return SandboxError("DuplicateResourceException", f"{noun} with name {name} already exists.")


def conflict(text: str) -> SandboxError:
    """Return the error for an association that exists already."""
    return SandboxError("ResourceConflictException", text)


def in_use(text: str, resource_id: str, resource_type: str | None = None) -> SandboxError:
    """Return the error for a resource that is in use; the type is one of AWS's eight types, if any fits."""
    members: dict[str, Any] = {"ResourceId": resource_id}
    if resource_type:
        members["ResourceType"] = resource_type
    return SandboxError("ResourceInUseException", text, **members)


def quota_reached(noun: str, most: int) -> SandboxError:
    """Return the error for a resource quota. Its status is 429, although a retry does not help."""
    return SandboxError("LimitExceededException", f"The quota of {most} for {noun} has been reached.")


def invalid_flow(problems: Sequence[str]) -> SandboxError:
    """Return the error for content that cannot be published; the message is empty, the text is in `problems`."""
    return SandboxError("InvalidContactFlowException", "", problems=[{"message": text} for text in problems])


def invalid_module(problems: Sequence[str]) -> SandboxError:
    """Return the same error for modules, where AWS spells the member in upper case."""
    return SandboxError(
        "InvalidContactFlowModuleException", "", Problems=[{"message": text} for text in problems]
    )


def invalid_property(path: str, reason: str, text: str) -> SandboxError:
    """Return the error for a part of a task template; the reason is one of AWS's seven reasons."""
    problem = {"PropertyPath": path, "Reason": reason, "Message": text}
    return SandboxError("PropertyValidationException", text, PropertyList=[problem])
