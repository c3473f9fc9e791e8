"""Calls other systems over HTTP, and sorts what can go wrong. No message contains what was sent or answered."""

from collections.abc import Mapping
from typing import Any

import httpx

TIMEOUT = httpx.Timeout(10, connect=3)
"""Seconds; far shorter than the lease of an entry of the outbox."""
RETRIED = frozenset({408, 425, 429})
"""Statuses below 500 after which the same request may succeed later."""
LONGEST_WAIT = 3600.0
"""Seconds of a `Retry-After` that is believed."""


class RemoteError(Exception):
    """Raised where another system has not done what it was asked for."""


class TemporaryError(RemoteError):
    """Raised where a later attempt may succeed, and the call may have had its effect."""

    def __init__(self, message: str, retry_after: float = 0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UnreachableError(TemporaryError):
    """Raised where no connection could be made: other calls would fail, too."""


class PermanentError(RemoteError):
    """Raised where the same call will never succeed."""


class ConflictError(PermanentError):
    """Raised for status 409."""


class Remote:
    """Another system's API.

    Args:
        name: what messages call it.
        client: has the base URL, the credentials and the time-outs.
    """

    def __init__(self, name: str, client: httpx.Client) -> None:
        self.name = name
        self._client = client

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Make a call; return the answer, which is empty where there is none.

        Raises:
            TemporaryError: there was no answer, or one after which a later attempt may succeed.
            PermanentError: the system refuses the call.
        """
        try:
            answer = self._client.request(method, path, json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise UnreachableError(f"{self.name} cannot be reached") from None
        except httpx.TimeoutException:
            raise TemporaryError(f"{self.name} has not answered in time") from None
        except httpx.HTTPError as error:
            raise TemporaryError(f"{self.name} has broken off ({type(error).__name__})") from None
        status = answer.status_code
        if status >= 500 or status in RETRIED:
            raise TemporaryError(f"{self.name} answers {status}", _retry_after(answer))
        if not answer.is_success:
            kind = ConflictError if status == 409 else PermanentError
            raise kind(f"{self.name} answers {status} to {method} {path}")
        return self._read(answer)

    def _read(self, answer: httpx.Response) -> Mapping[str, Any]:
        if not answer.content:
            return {}
        try:
            read = answer.json()
        except ValueError:
            read = None
        if not isinstance(read, dict):
            raise TemporaryError(f"{self.name} has answered no JSON object")
        return read


def _retry_after(answer: httpx.Response) -> float:
    value = answer.headers.get("Retry-After", "")
    return min(float(value), LONGEST_WAIT) if value.isascii() and value.isdigit() else 0
