"""Calls handlers: finds the instance, stores client tokens, and raises only errors that the operation declares."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from reconciler.sandbox.connect.core.operations import MODEL, Handler, Operations, Reply
from reconciler.sandbox.connect.core.refusals import not_allowed
from reconciler.sandbox.connect.core.stale_reads import PlaneWithStaleReads, seen_by
from reconciler.sandbox.sandbox_error import SandboxError

# While an instance is being created, only these operations accept it.
_ANY_TIME = frozenset({"DescribeInstance", "DeleteInstance", "ReplicateInstance"})
# If an operation does not declare the error on the left, it raises the first on the right that it declares.
_STAND_INS = {
    "InvalidParameterException": ("InvalidRequestException",),
    "InvalidRequestException": ("InvalidParameterException",),
    "DuplicateResourceException": ("ResourceConflictException", "InvalidRequestException"),
    "LimitExceededException": ("ServiceQuotaExceededException", "InvalidRequestException"),
    "ThrottlingException": ("TooManyRequestsException",),
}


def bound(plane: PlaneWithStaleReads, operations: Operations) -> dict[str, Callable[..., Reply]]:
    """Return the handlers as functions of a plane, by operation."""
    return {name: _bound(plane, name, handler, operations) for name, handler in operations.handlers.items()}


def _bound(
    plane: PlaneWithStaleReads, name: str, handler: Handler, operations: Operations
) -> Callable[..., Reply]:
    of_plane = name in operations.of_plane

    def run(**members: Any) -> Reply:
        given = {member: value for member, value in members.items() if value is not None}
        token = given.pop("ClientToken", None)
        try:
            with seen_by(plane, name) as seen:
                if token:
                    return _once(plane, (name, token), given, lambda: answer(seen, given))
                return answer(seen, given)
        except SandboxError as error:
            raise _as_declared(name, error) from None

    def answer(seen: PlaneWithStaleReads, given: dict[str, Any]) -> Reply:
        if of_plane:
            return handler(seen, **given)
        instance = seen.instance(given.pop("InstanceId"))
        if instance.status != "ACTIVE" and name not in _ANY_TIME:
            raise not_allowed(f"Instance {instance.id} is not active.")
        return handler(instance, **given)

    return run


def _once(
    plane: PlaneWithStaleReads, key: tuple[str, str], given: Mapping[str, Any], answer: Callable[[], Reply]
) -> Reply:
    """Return the first reply again for a repeated ClientToken; refuse another request with the same token.

    Both apply for as long as AWS remembers the token.
    """
    request = json.dumps(given, sort_keys=True, default=str)
    before, reply, since = plane.replies.get(key, ("", None, 0.0))
    if before and plane.now() < since + plane.token_memory_seconds:
        if before != request:
            raise SandboxError(
                "IdempotencyException", "The ClientToken was already used with different parameters."
            )
        return reply
    reply = answer()
    plane.replies[key] = request, reply, plane.now()
    return reply


@cache
def _declared(name: str) -> frozenset[str]:
    return frozenset(shape.name for shape in MODEL.operation_model(name).error_shapes)


def _as_declared(name: str, error: SandboxError) -> SandboxError:
    declared = _declared(name)
    if error.code not in declared:
        for stand_in in _STAND_INS.get(error.code, ()):
            if stand_in in declared:
                return SandboxError(stand_in, error.message)
    return error
