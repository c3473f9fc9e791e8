"""How DynamoDB words its refusals."""

from reconciler.sandbox.sandbox_error import SandboxError

INVALID = "One or more parameter values were invalid: "


def invalid(text: str) -> SandboxError:
    """Return DynamoDB's answer to a request that cannot be."""
    return SandboxError("ValidationException", text)
