"""The errors of each service for busy, broken, forbidden and full."""

from botocore.model import OperationModel

from reconciler.sandbox import wire_protocol
from reconciler.sandbox.constraints import invalid_code
from reconciler.sandbox.fault_injection.faults import FaultKind
from reconciler.sandbox.sandbox_error import SandboxError

# Services that say it in words of their own, which their models do not declare.
BUSY = {"s3": ("SlowDown", 503), "ec2": ("RequestLimitExceeded", 503), "sns": ("Throttled", 429)}
BUSY_CODES = ("ThrottlingException", "TooManyRequestsException", "RequestThrottledException")
BROKEN_CODES = ("InternalServiceException", "InternalServerError", "InternalServiceError", "InternalError")
HELD = {
    FaultKind.IN_USE: ("ResourceInUseException", "BucketNotEmpty", "Something else holds the resource."),
    FaultKind.CONFLICT: (
        "ResourceConflictException",
        "OperationAborted",
        "A conflicting operation is in progress.",
    ),
}
"""The error for a resource that cannot be changed now: the code, that of S3, and the text."""
XML = frozenset({"query", "rest-xml", "ec2"})


def refusal(kind: FaultKind, target: wire_protocol.Target) -> SandboxError:
    """Return the error that an injected fault answers with; only for kinds that answer with one."""
    xml = _speaks_xml(target)
    match kind:
        case FaultKind.THROTTLE:
            return throttled(target)
        case FaultKind.ERROR_500 | FaultKind.ERROR_500_AFTER:
            return SandboxError(_broken(target), "Injected by the sandbox: internal error.", http_status=500)
        case FaultKind.ERROR_503 | FaultKind.ERROR_503_AFTER:
            code = "ServiceUnavailable" if xml else "ServiceUnavailableException"
            return SandboxError(code, "Injected by the sandbox: service unavailable.", http_status=503)
        case FaultKind.ACCESS_DENIED:
            code, status = ("AccessDenied", 403) if xml else ("AccessDeniedException", _json_status(target))
            text = f"User is not authorized to perform: {target.service}:{target.name}"
            return SandboxError(code, text, http_status=status)
        case FaultKind.EXPIRED_TOKEN:
            code, status = ("ExpiredToken", 403) if xml else ("ExpiredTokenException", _json_status(target))
            status = 400 if target.service == "s3" else status
            text = "The security token included in the request is expired"
            return SandboxError(code, text, http_status=status)
        case FaultKind.LIMIT_EXCEEDED:
            return SandboxError("LimitExceededException", "The quota has been reached.", http_status=429)
        case FaultKind.QUOTA_EXCEEDED:
            return SandboxError(
                "ServiceQuotaExceededException", "The quota has been reached.", http_status=402
            )
        case FaultKind.IN_USE | FaultKind.CONFLICT:
            code, of_s3, text = HELD[kind]
            if target.service == "s3":
                return SandboxError(of_s3, text, http_status=409)
            return SandboxError(code, text, http_status=409 if _is_rest(target) else 400)
        case FaultKind.PAGE_EXPIRED:
            text = "The NextToken is not valid, or has expired."
            return SandboxError(invalid_code(target.service, target.name), text)
    raise ValueError(f"{kind} does not answer with an error")


def throttled(target: wire_protocol.Target) -> SandboxError:
    """Return the error of a service for too many calls."""
    code, status = BUSY.get(target.service, ("", 0))
    if code:
        return SandboxError(code, "Rate exceeded", http_status=status)
    declared = _declared(target.operation)
    code = next((each for each in BUSY_CODES if each in declared), "")
    if code or target.service == "connect":  # some operations of Connect throttle without declaring it
        return SandboxError(
            code or BUSY_CODES[0], "Rate exceeded", http_status=429 if _is_rest(target) else 400
        )
    return SandboxError(
        "Throttling" if _speaks_xml(target) else BUSY_CODES[0], "Rate exceeded", http_status=400
    )


def _broken(target: wire_protocol.Target) -> str:
    declared = _declared(target.operation)
    named = next((code for code in BROKEN_CODES if code in declared), None)
    return named or ("InternalError" if target.service == "s3" else "InternalFailure")


def _declared(operation: OperationModel | None) -> set[str]:
    return {str(shape.name) for shape in operation.error_shapes} if operation else set()


def _protocol(target: wire_protocol.Target) -> str:
    model = wire_protocol.service_model(target.service)
    return str(model.protocol) if model else "json"


def _speaks_xml(target: wire_protocol.Target) -> bool:
    return _protocol(target) in XML


def _is_rest(target: wire_protocol.Target) -> bool:
    return _protocol(target).startswith("rest")


def _json_status(target: wire_protocol.Target) -> int:
    """JSON services with paths say 403; those that take every call at one address say 400."""
    return 403 if _is_rest(target) else 400
