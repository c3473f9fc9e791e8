"""DynamoDB's error for an invalid request."""

from reconciler.sandbox.sandbox_error import SandboxError

INVALID = "One or more parameter values were invalid: "


def invalid(text: str) -> SandboxError:
    """Return DynamoDB's error for an invalid request."""
    return SandboxError("ValidationException", text)
