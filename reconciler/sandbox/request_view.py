"""One request to the sandbox, parsed only as far as needed."""

from collections.abc import Callable, Mapping
from functools import cached_property
from threading import local
from typing import Any, NamedTuple

from botocore.awsrequest import AWSRequest, HeadersDict
from botocore.handlers import REGISTER_LAST
from botocore.model import OperationModel
from botocore.parsers import create_parser
from moto.core.request import Request

from reconciler.sandbox import wire_protocol
from reconciler.sandbox.journal import masked
from reconciler.sandbox.sandbox_error import SandboxError

CONTEXT_KEY = "sandbox_params"


HeaderOf = Callable[[str], str]
"""Reads one header of a request by its name; "" if the request does not have it."""


class ClientCall(NamedTuple):
    """The call that a client of this process made in botocore: more exact than the request on the wire."""

    model: OperationModel
    params: Mapping[str, Any]


class Asked:
    """One request: which operation of which service, with which parameters, secrets masked."""

    def __init__(
        self, header: HeaderOf, request: Callable[[], Request], said: ClientCall | None = None
    ) -> None:
        self._header = header
        self._request = request
        self._said = said

    @cached_property
    def request(self) -> Request:
        """The request itself; building one takes time."""
        return self._request()

    @cached_property
    def signed_for(self) -> tuple[str, str]:
        """Service and Region by the signature, which costs next to nothing to read."""
        return wire_protocol.signed_for(self._header("Authorization"))

    @cached_property
    def access_key(self) -> str:
        """The access key id of the signature; empty without one."""
        return self._header("Authorization").partition("Credential=")[2].partition("/")[0]

    @cached_property
    def target(self) -> wire_protocol.Target:
        """Service, Region and operation; the operation is None if the model has none for the request."""
        if self._said is None:
            return wire_protocol.identify(self.request)
        name = str(self._said.model.service_model.service_name)
        model = wire_protocol.service_model(name)
        operation = model.operation_model(self._said.model.name) if model else None
        return wire_protocol.Target(name, self.signed_for[1], operation)

    @cached_property
    def params(self) -> Mapping[str, Any]:
        """The parameters with secrets masked; none if the body cannot be read."""
        if self._said is not None:
            return masked(self._said.model, self._said.params)
        if self.target.operation is None:
            return {}
        try:
            return masked(self.target.operation, wire_protocol.parse(self.target, self.request))
        except SandboxError:
            return {}
        finally:
            if self.request.mimetype == "multipart/form-data":
                for file in self.request.files.values():
                    file.close()

    def refuse(self, error: SandboxError) -> wire_protocol.Reply:
        """Write an error in the request's protocol."""
        return wire_protocol.refuse(self.target, self.request, error)

    def answer(self, result: Mapping[str, Any]) -> wire_protocol.Reply:
        """Write a result in the request's protocol."""
        return wire_protocol.answer(self.target, self.request, result)

    def result_of(self, reply: wire_protocol.Reply) -> dict[str, Any]:
        """Read a reply by botocore's member names, as its clients do."""
        operation = self.target.operation
        if operation is None or operation.output_shape is None:
            return {}
        status, headers, body = reply
        raw = {
            "status_code": status,
            "headers": HeadersDict(headers),
            "body": body.encode() if isinstance(body, str) else body,
        }
        protocol = wire_protocol.protocol_of(self.target, self._header("Content-Type"))
        result: dict[str, Any] = create_parser(protocol).parse(raw, operation.output_shape)
        result.pop("ResponseMetadata", None)
        return result


class _Thread(local):
    said: ClientCall | None = None


_thread = _Thread()


def take_said() -> ClientCall | None:
    """Return the call behind the request that this thread is about to send; it can be taken once."""
    said, _thread.said = _thread.said, None
    return said


def listen(handlers: list[Any]) -> None:
    """Make the clients of all new sessions note the calls that they are about to send.

    `handlers` is botocore's own list of built-in handlers, to which moto has added itself in the same way.
    """
    handlers.append(("before-parameter-build", _keep, REGISTER_LAST))
    handlers.append(("request-created", _say, REGISTER_LAST))


def _keep(params: Any, model: OperationModel, context: dict[str, Any], **_: Any) -> None:
    context[CONTEXT_KEY] = ClientCall(model, params)


def _say(request: AWSRequest, **_: Any) -> None:
    _thread.said = request.context.get(CONTEXT_KEY)
