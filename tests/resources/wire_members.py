"""Reads operations and members from botocore's models, for tests of declarations."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import botocore.session
from botocore.model import OperationModel
from botocore.model import Shape as WireShape
from botocore.validate import ParamValidator

from reconciler.contract import FieldRead, Request, Sighting
from reconciler.field_schema import Shape


def operations_of(service: str) -> Mapping[str, OperationModel]:
    """Every operation of a service by its name in boto3."""
    model = botocore.session.get_session().get_service_model(service)
    return {botocore.xform_name(name): model.operation_model(name) for name in model.operation_names}


def missing(wire: WireShape, fields: Mapping[str, Shape], path: str = "") -> Iterator[str]:
    """The fields, including nested ones, that a structure of AWS does not have."""
    for name, shape in fields.items():
        inner: Any = wire
        for member in (shape.wire or name).split("."):
            inner = getattr(inner, "members", {}).get(member)
        if inner is None:
            yield f"{path}{name}"
        elif shape.part:
            yield from missing(inner, shape.fields, f"{path}{name}.")
        elif shape.items and shape.items.part:
            yield from missing(inner.member, shape.items.fields, f"{path}{name}[].")


def valid(
    requests: Iterable[Request], operations: Mapping[str, OperationModel], address: Mapping[str, str]
) -> list[tuple[str, dict[str, Any]]]:
    """The requests without their address, each checked against its operation's input."""
    made = []
    for request in requests:
        report = ParamValidator().validate(
            dict(request.parameters), operations[request.operation].input_shape
        )
        assert not report.has_errors(), report.generate_report()
        assert address.items() & request.parameters.items(), request
        own = {member: value for member, value in request.parameters.items() if member not in address}
        made.append((request.operation, own))
    return made


class Answer:
    """An API with one reply to every call."""

    def __init__(self, reply: Mapping[str, Any]) -> None:
        self.reply = reply

    def call(self, _operation: str, **_parameters: Any) -> Any:
        return self.reply


def understood(read: FieldRead, reply: Mapping[str, Any]) -> Any:
    """The value that the read of a field returns for a reply."""
    api: Any = Answer(reply)
    return read.read(api, Sighting("example", {}, "arn:aws:example"))
