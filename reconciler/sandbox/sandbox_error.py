"""The error with which the sandbox refuses a request."""

from typing import Any

from moto.core.exceptions import ServiceException


class SandboxError(ServiceException):
    """An AWS error: its code, its text, and the further members of its error shape.

    `SandboxError("InvalidContactFlowException", "text", problems=[{"message": "Invalid action"}])` reaches the client
    with the status that the service model gives the code, and `problems` beside `Error` in the parsed response.
    A code that the model does not know travels with `http_status`, else with 400.
    """

    def __init__(self, code: str, text: str, /, *, http_status: int | None = None, **members: Any) -> None:
        super().__init__(code, text)
        self.http_status = http_status
        self.members = members
        for name, value in members.items():
            setattr(self, name, value)


def not_in_sandbox(service: str, operation: str) -> SandboxError:
    """The error for an operation that AWS has and the sandbox has not; 501, which no AWS client retries."""
    return SandboxError(
        "NotImplemented", f"The sandbox does not have {operation} of {service}; AWS does.", http_status=501
    )
