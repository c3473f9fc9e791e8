"""What was asked of the sandbox, call by call, with every secret masked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.hooks import BaseEventHooks
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

MASKED = "***"
DONE = "ok"
CONTEXT_KEY = "sandbox_params"


@dataclass(frozen=True)
class Call:
    """One attempt at one operation; `outcome` is "ok" or the code of the error."""

    service: str
    operation: str
    params: Mapping[str, Any]
    outcome: str


class Journal(list[Call]):
    """Every call so far, in the order in which they ended."""

    def of(self, service: str, operation: str | None = None) -> list[Call]:
        """Return the calls of one service, or of one of its operations."""
        return [call for call in self if call.service == service and operation in {None, call.operation}]

    def follow(self, events: BaseEventHooks) -> None:
        """Write down what the clients of one boto3 session ask from now on, retries included."""
        events.register_last("before-parameter-build", _keep_params)
        events.register_last("response-received", self._note)

    def _note(
        self,
        event_name: str,
        context: Mapping[str, Any],
        parsed_response: Mapping[str, Any] | None = None,
        exception: BaseException | None = None,
        **_: Any,
    ) -> None:
        model, params = context.get(CONTEXT_KEY, (None, {}))
        if model is None:
            return
        error = (parsed_response or {}).get("Error", {}).get("Code")
        outcome = error or (type(exception).__name__ if exception else DONE)
        service = str(model.service_model.service_name)
        self.append(Call(service, event_name.rpartition(".")[2], masked(model, params), outcome))


def _keep_params(params: Any, model: OperationModel, context: dict[str, Any], **_: Any) -> None:
    context[CONTEXT_KEY] = (model, params)


def masked(operation: OperationModel, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a copy of the parameters in which every member that the model calls sensitive reads `***`."""
    shape = operation.input_shape
    return {} if shape is None else _copy(shape, params)


def _copy(shape: Shape, value: Any) -> Any:
    if value is None:
        return None
    if shape.metadata.get("sensitive"):
        return MASKED
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        members = shape.members
        return {name: _copy(members[name], item) for name, item in value.items() if name in members}
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return {_copy(shape.key, key): _copy(shape.value, item) for key, item in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list | tuple):
        return [_copy(shape.member, item) for item in value]
    if shape.type_name == "blob":
        return f"<{len(value)} bytes>" if hasattr(value, "__len__") else "<stream>"
    return value
