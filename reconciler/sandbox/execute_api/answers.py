"""What a stage answers, and the refusals of Amazon API Gateway itself.

Sources: "Gateway response types for API Gateway" (API Gateway Developer Guide); "How do I resolve ... errors in API Gateway"
(AWS re:Post knowledge center).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

JSON = "application/json"


@dataclass
class Answer:
    """An answer; a header may stand in it several times."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def set(self, name: str, value: str) -> None:
        """Set a header; earlier values are removed."""
        self.headers = [row for row in self.headers if row[0].lower() != name.lower()]
        self.headers.append((name, value))

    def has(self, name: str) -> bool:
        """Whether a header is set."""
        return any(each.lower() == name.lower() for each, _ in self.headers)


class RefusedError(Exception):
    """Raised where API Gateway answers instead of the back end.

    `sort` is the type of the gateway response. `code` becomes the header `x-amzn-ErrorType`. `status` is for a gateway response
    without a status of its own. A message of None is null in the body.
    """

    def __init__(
        self, sort: str, code: str, message: str | None, *, status: int | None = None, reason: str = ""
    ) -> None:
        super().__init__(message)
        self.sort = sort
        self.code = code
        self.message = message
        self.status = status
        self.reason = reason
        """Why, for the access log: `$context.error.validationErrorString` or `$context.integration.error`."""


class NotServedError(Exception):
    """Raised for what AWS does and the sandbox does not; the text is one line for the user."""


def no_such_route() -> RefusedError:
    """For a path or a method that the stage does not have."""
    return RefusedError(
        "MISSING_AUTHENTICATION_TOKEN", "MissingAuthenticationTokenException", "Missing Authentication Token"
    )


def forbidden() -> RefusedError:
    """For a stage that does not exist or is not reached this way, and for an API key that is missing or not valid here."""
    return RefusedError("INVALID_API_KEY", "ForbiddenException", "Forbidden")


def unauthorized(message: str = "Unauthorized") -> RefusedError:
    """For a token that is missing or not valid."""
    return RefusedError("UNAUTHORIZED", "UnauthorizedException", message)


def denied(*, explicitly: bool) -> RefusedError:
    """For a request that the policy of a Lambda authorizer does not allow."""
    text = "User is not authorized to access this resource"
    more = " with an explicit deny" if explicitly else ""
    return RefusedError("ACCESS_DENIED", "AccessDeniedException", text + more)


def broken_authorizer(reason: str) -> RefusedError:
    """For a Lambda authorizer that fails, or that may not be invoked."""
    return RefusedError(
        "AUTHORIZER_CONFIGURATION_ERROR", "AuthorizerConfigurationException", None, reason=reason
    )


def missing_parameters(names: Sequence[str]) -> RefusedError:
    """For a request without parameters that the method requires."""
    text = f"Missing required request parameters: [{', '.join(names)}]"
    return RefusedError("BAD_REQUEST_PARAMETERS", "BadRequestException", text)


def invalid_body(reason: str) -> RefusedError:
    """For a body that does not match its model."""
    return RefusedError("BAD_REQUEST_BODY", "BadRequestException", "Invalid request body", reason=reason)


def too_many_requests() -> RefusedError:
    """For a request above the rate of the stage or of a usage plan."""
    return RefusedError("THROTTLED", "TooManyRequestsException", "Too Many Requests")


def quota_exceeded() -> RefusedError:
    """For a request above the quota of a usage plan."""
    return RefusedError("QUOTA_EXCEEDED", "LimitExceededException", "Limit Exceeded")


def too_large() -> RefusedError:
    """For a body of more than 10 MB, or of more than a function takes."""
    return RefusedError("REQUEST_TOO_LARGE", "RequestEntityTooLargeException", "Request Too Long")


def timed_out() -> RefusedError:
    """For a back end that does not answer in the time of the integration."""
    return RefusedError(
        "INTEGRATION_TIMEOUT", "InternalServerErrorException", "Endpoint request timed out", reason="timeout"
    )


def bad_answer(reason: str) -> RefusedError:
    """For a function that fails, or whose answer is not one of a proxy integration."""
    text, code = "Internal server error", "InternalServerErrorException"
    return RefusedError("DEFAULT_5XX", code, text, status=502, reason=reason)


def misconfigured(reason: str) -> RefusedError:
    """For an integration that cannot work as it is set up."""
    text, code = "Internal server error", "InternalServerErrorException"
    return RefusedError("API_CONFIGURATION_ERROR", code, text, reason=reason)
