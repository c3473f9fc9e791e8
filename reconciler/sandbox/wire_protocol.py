"""Parses requests into dicts and writes replies from dicts, by botocore's service models."""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Any
from xml.sax.saxutils import escape

from botocore.exceptions import UnknownServiceError
from moto.core.exceptions import JsonRESTError
from moto.core.model import OperationModel, ServiceModel, StructureShape
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import DefaultAttributePicker, get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

from reconciler.sandbox import json_replies
from reconciler.sandbox.request_checks import PARSERS
from reconciler.sandbox.sandbox_error import SandboxError

Reply = tuple[int, dict[str, str], str | bytes]
Params = dict[str, Any]

CREDENTIAL = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/aws4_request")
ERROR_CODE = re.compile(r'<Code>([^<]+)</Code>|"__type": *"([^"]+)"')
DEFAULT_REGION = "us-east-1"

# Where the name in the signature is not botocore's name of the service.
SIGNING_NAMES = {
    "lex": "lexv2-models",
    "tagging": "resourcegroupstaggingapi",
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
    "ses": "sesv2",
}


@dataclass(frozen=True)
class Target:
    """The target of a request: botocore's service, the region, and the operation if the model has one."""

    service: str
    region: str
    operation: OperationModel | None = None
    uri_params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The operation's name, or a question mark."""
        return str(self.operation.name) if self.operation else "?"


def signed_for(signature: str) -> tuple[str, str]:
    """Return service and region from an Authorization header; an unsigned request is taken for s3 in us-east-1."""
    found = CREDENTIAL.search(signature)
    if not found:
        return "s3", DEFAULT_REGION
    return SIGNING_NAMES.get(found[2], found[2]), found[1]


def identify(request: Request, service: str | None = None) -> Target:
    """Find the operation that a request asks for, by the templates of the service's model."""
    signed, region = signed_for(request.headers.get("Authorization", ""))
    service = service or signed
    try:
        operation, uri_params = get_service_router(service).match(request)
    except (HTTPException, NotImplementedError, UnknownServiceError):
        return Target(service, region)
    return Target(service, region, operation, uri_params)


def parse(target: Target, request: Request) -> Params:
    """Read a request's parameters by botocore's member names.

    Raises SandboxError(SerializationException) for a body that the protocol does not allow.
    """
    if target.operation is None:
        return {}
    protocol = protocol_of(target, request.content_type)
    parser = PARSERS[protocol](target.operation, map_type=dict)
    try:
        params: Params = parser.parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": request.data,
                "url_path": request.path,
                "url_params": dict(target.uri_params),
            }
        )
    except (ValueError, TypeError, KeyError, AttributeError) as broken:
        raise SandboxError("SerializationException", f"The request cannot be read: {broken}") from broken
    return params


def answer(target: Target, request: Request, result: Mapping[str, Any] | None) -> Reply:
    """Write an operation's result, which holds botocore's member names and nothing else."""
    if target.operation is None:
        raise ValueError("only an operation of the model has a result")
    protocol = protocol_of(target, request.content_type)
    plain = json_replies.written(target.operation, result or {}) if protocol == "rest-json" else None
    if plain is not None:
        status, headers, body = plain
        return status, {**headers, **_request_id()}, body
    serializer = get_serializer_class(target.service, protocol)(
        operation_model=target.operation, value_picker=DefaultAttributePicker()
    )
    written = serializer.serialize(result or {})
    status = _status(target.operation, result or {}) or written["status_code"]
    return status, {**written["headers"], **_request_id()}, written["body"]


def _status(operation: OperationModel, result: Mapping[str, Any]) -> int | None:
    """The status of an operation whose result says it, as that of Lambda's Invoke."""
    shape = operation.output_shape
    members = shape.members if isinstance(shape, StructureShape) else {}
    stated = (
        name for name, member in members.items() if member.serialization.get("location") == "statusCode"
    )
    return next((result[name] for name in stated if name in result), None)


def refuse(target: Target, request: Request, error: SandboxError) -> Reply:
    """Write an error: by the service's model if that knows the code, otherwise in the protocol's basic form."""
    protocol = protocol_of(target, request.content_type)
    if error.code not in _known_codes(target.service):
        status, headers, body = _unmodelled(protocol, target.service, error)
        return status, {**headers, **_request_id()}, body
    operation = target.operation or OperationModel({}, get_service_model(target.service))
    serializer = get_serializer_class(target.service, protocol)(operation_model=operation)
    written = serializer.serialize(error)
    status = error.http_status or written["status_code"]
    return status, {**written["headers"], **_request_id()}, written["body"]


def error_code(reply: Reply) -> str | None:
    """Return the error code of a reply in any protocol, or None for a success."""
    status, headers, body = reply
    if status < HTTPStatus.BAD_REQUEST:
        return None
    named = {name.lower(): value for name, value in headers.items()}
    if "x-amzn-query-error" in named:  # what clients of services that once spoke another protocol see
        return named["x-amzn-query-error"].partition(";")[0]
    typed = named.get("x-amzn-errortype")
    if typed is None:
        found = ERROR_CODE.search(body if isinstance(body, str) else body.decode(errors="replace"))
        typed = (found[1] or found[2]) if found else str(int(status))
    return typed.rpartition("#")[2]


def from_moto(error: HTTPException) -> SandboxError:
    """Turn an error of moto's older services into ours."""
    if isinstance(error, JsonRESTError):
        return SandboxError(error.error_type.rpartition("#")[2], error.message, http_status=error.code)
    return SandboxError("ValidationException", str(error.description), http_status=error.code)


@cache
def service_model(service: str) -> ServiceModel | None:
    """Return botocore's model of a service, or None if it has none."""
    try:
        return get_service_model(service)
    except UnknownServiceError:
        return None


@cache
def _known_codes(service: str) -> frozenset[str]:
    model = service_model(service)
    shapes = model.error_shapes if model else []
    return frozenset(code for shape in shapes for code in (shape.name, shape.error_code))


def protocol_of(target: Target, content_type: str | None) -> str:
    """Return the protocol of a request with this content type, of those that its service has."""
    model = service_model(target.service)
    if model is None:
        return "json"
    try:
        return determine_request_protocol(model, content_type)
    except NotImplementedError:
        return str(model.protocol)


def _request_id() -> dict[str, str]:
    return {"x-amzn-requestid": str(uuid.uuid4())}


def _unmodelled(protocol: str, service: str, error: SandboxError) -> Reply:
    status = error.http_status or 400
    code, text = escape(error.code), escape(error.message)
    if protocol == "query":
        inner = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error>"
        return status, {"Content-Type": "text/xml"}, f"<ErrorResponse>{inner}</ErrorResponse>"
    if protocol == "ec2":
        inner = f"<Errors><Error><Code>{code}</Code><Message>{text}</Message></Error></Errors>"
        return status, {"Content-Type": "text/xml"}, f"<Response>{inner}</Response>"
    if protocol == "rest-xml":
        inner = f"<Error><Code>{code}</Code><Message>{text}</Message></Error>"
        body = inner if service == "s3" else f"<ErrorResponse>{inner}</ErrorResponse>"
        return status, {"Content-Type": "application/xml"}, body
    headers = {"Content-Type": "application/json", "X-Amzn-Errortype": error.code}
    return status, headers, json.dumps({"__type": error.code, "Message": error.message})
