"""Amazon Cognito's errors, and the present time."""

from datetime import UTC, datetime

from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

WRONG_TOKEN = SandboxError("InvalidParameterException", "Invalid NextToken.")


def invalid(text: str) -> SandboxError:
    """Return the error of an invalid request."""
    return SandboxError("InvalidParameterException", text)


def absent(text: str) -> SandboxError:
    """Return the error of something missing."""
    return SandboxError("ResourceNotFoundException", text)


def not_authorized(text: str) -> SandboxError:
    """Return the error of a failed sign-in, or of an invalid token."""
    return SandboxError("NotAuthorizedException", text)


def not_in_tier(text: str) -> SandboxError:
    """Return the error of a feature that the plan of a pool does not have."""
    return SandboxError("FeatureUnavailableInTierException", text)


def now() -> datetime:
    """Return the present time of the sandbox."""
    return datetime.fromtimestamp(current().clock(), UTC)
