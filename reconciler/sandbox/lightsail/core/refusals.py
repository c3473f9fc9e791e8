"""The errors of Amazon Lightsail.

Source: https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/CommonErrors.html and the errors of each operation.
"""

from reconciler.sandbox.sandbox_error import SandboxError


def invalid(text: str) -> SandboxError:
    """Return the error for a value that the model allows and the service does not."""
    return SandboxError("InvalidInputException", text)


def absent(type_: str, name: str) -> SandboxError:
    """Return the error for a resource that does not exist."""
    return SandboxError("NotFoundException", f"The {type_} does not exist: {name}")


def taken(name: str) -> SandboxError:
    """Return the error for a name that another resource of the Region has."""
    return SandboxError("InvalidInputException", f"Some names are already in use: {name}")


def failed(text: str) -> SandboxError:
    """Return the error for an operation that is not possible in the present state, or because of another resource."""
    return SandboxError("OperationFailureException", text)


def in_setup() -> SandboxError:
    """Return the error of an account that Lightsail is still preparing."""
    text = "Your account is being set up for Amazon Lightsail. Try again later."
    return SandboxError("AccountSetupInProgressException", text)
