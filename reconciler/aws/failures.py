"""Turns botocore's exceptions into one of our six errors, with a message that holds nothing sensitive."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import (
    ChecksumError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    ParamValidationError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)
from botocore.parsers import ResponseParserError
from urllib3.exceptions import NameResolutionError

from reconciler.errors import CallError, Refused, Unreachable, Unsure, sort
from reconciler.service import Service

PROBLEMS = ("Missing required parameter", "Unknown parameter", "Invalid ")
"""How each problem begins in botocore's report on a request (botocore.validate.ValidationErrors)."""
TLS = "TLS"
"""The code of a rejected certificate: a second try does not help."""

OF_FAILED_PART = frozenset({"ErrorCode", "ErrorMessage", "Error"})

Safe = Callable[[str], str]
"""A function that removes secrets and values of sensitive members of the request from a text."""


def understood(operation: str, error: Exception, safe: Safe, service: Service | None = None) -> CallError:
    """The error for an exception of botocore's; codes that the service declares go before the common ones."""
    if isinstance(error, ClientError):
        return _sorted(operation, error, safe, service)
    name = type(error).__name__
    match error:
        case ConnectTimeoutError() | EndpointConnectionError() | ProxyConnectionError() | SSLError():
            code = TLS if isinstance(error, SSLError) else name
            return Unreachable(operation, code, safe(_unreachable(error)))
        case ReadTimeoutError():
            return Unsure(operation, name, "no complete reply came in time")
        case HTTPClientError():
            return Unsure(operation, name, "the connection broke after the request was sent")
        case ResponseParserError():  # its text is the whole reply
            return Unsure(operation, name, "the reply could not be read")
        case IncompleteReadError() | ChecksumError() | FlexibleChecksumError():
            return Unsure(operation, name, "the reply is cut short or damaged")
        case NoCredentialsError():
            return Refused(operation, "NoCredentials", "no AWS credentials were found")
    text = safe(str(error))
    if isinstance(error, ParamValidationError):
        return Refused(operation, "ParamValidation", _without_values(text))
    return Refused(operation, name, text)


def _sorted(operation: str, error: ClientError, safe: Safe, service: Service | None) -> CallError:
    reply: Any = error.response
    code = reply.get("Error", {}).get("Code", "Unknown")
    status = reply.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    # A flow that Connect refuses has an empty message and a list of problems; modules spell it `Problems`.
    problems = reply.get("problems") or reply.get("Problems") or []
    texts = (
        reply.get("Error", {}).get("Message", ""),
        *(problem.get("message", "") for problem in problems if problem),
    )
    message, *details = (safe(text or "") for text in texts)
    declared = service.reason(code, message) if service else None
    return (declared or sort(code, status))(operation, code, message, tuple(details))


def partly_failed(
    operation: str, name: str, reply: Mapping[str, Any], safe: Safe, service: Service | None = None
) -> CallError | None:
    """The error of a reply that lists failed parts of the request (`Service.failed_in`), with the code of the first; None if all succeeded.

    `operation` and `name` are the operation in boto3's and in AWS's spelling.
    """
    member = service.failed_in.get(name) if service else None
    parts = reply.get(member) or () if member else ()
    if not parts:
        return None
    codes, texts = zip(*(_part_error(each, safe) for each in parts), strict=True)
    named = [f"{_part_name(each)}: {text}" for each, text in zip(parts, texts, strict=True)]
    declared = service.reason(codes[0], texts[0]) if service else None
    return (declared or sort(codes[0], 0))(operation, codes[0], "; ".join(named))


def _part_error(part: Mapping[str, Any], safe: Safe) -> tuple[str, str]:
    """The code and the text of a failed part."""
    within = part.get("Error") or {}
    code = part.get("ErrorCode") or within.get("Code") or "Unknown"
    return code, safe(part.get("ErrorMessage") or within.get("Message") or code)


def _part_name(part: Mapping[str, Any]) -> str:
    """The id of a failed part: its only other member."""
    return next((str(value) for key, value in part.items() if key not in OF_FAILED_PART), "a part")


def _unreachable(error: Exception) -> str:
    """Which address could not be reached, and why."""
    told: dict[str, Any] = getattr(error, "kwargs", {})
    if "proxy_url" in told:
        return f"the proxy {address(told['proxy_url'])} could not be used: {_why(told.get('error'))}"
    where = address(told.get("endpoint_url", ""))
    if isinstance(error, SSLError):
        return f"{where} could not be reached: TLS: {_why(told.get('error'))}"
    if isinstance(error, ConnectTimeoutError):
        return f"{where} could not be reached: no connection in time"
    return f"{where} could not be reached: {_why(told.get('error'))}"


def address(url: str) -> str:
    """Only scheme, host and port of a URL: the rest may hold names and passwords."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else url


def _why(error: Any) -> str:
    """The first cause of an exception of urllib3's, in a few words."""
    while isinstance(error, BaseException):
        if isinstance(error, NameResolutionError):
            return "its name cannot be resolved"
        if isinstance(error, OSError):
            told = getattr(error, "verify_message", "") or error.strerror or str(error)
            return (
                told.split(" (_ssl", maxsplit=1)[0].removeprefix("[SSL: CERTIFICATE_VERIFY_FAILED] ").lower()
            )
        error = getattr(error, "original_error", None) or error.__cause__ or (error.args or [None])[-1]
    return str(error) if error else "no answer"


def _without_values(report: str) -> str:
    """Botocore's report without the values after `value:`; they may be secrets, and may have several lines."""
    lines = [line for line in report.splitlines() if line.startswith(PROBLEMS)] or [
        "botocore refuses the parameters"
    ]
    return "; ".join(line.partition(", value:")[0].strip() for line in lines)
