"""The requests that change a Lambda function, if a table is not enough."""

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from reconciler.contract import Api, Calls, Change, Request, row_changes
from reconciler.errors import Refused

DIGEST = "CodeSha256"


def code(change: Change) -> Iterable[Request]:
    """Send the code and its architecture.

    Raises:
        Refused: the architecture changes, and the files have no code. AWS needs the code again for this change.
    """
    wanted = {name: value for name, value in (change.desired.get("Code") or {}).items() if name != DIGEST}
    if "code" not in change.written:
        why = "AWS changes the architecture only together with the code; write `code` as well"
        raise Refused("update_function_code", "Incomplete", why)
    architectures = change.desired.get("Architectures")
    more = {"Architectures": architectures} if architectures else {}
    yield Request("update_function_code", {**change.address, **wanted, **more})


def runtime(change: Change) -> Iterable[Request]:
    """Set when AWS updates the runtime."""
    config = change.desired.get("RuntimeManagementConfig") or {}
    yield Request("put_runtime_management_config", {**change.address, **config})


def permissions(change: Change) -> Iterable[Request]:
    """Add new statements, replace changed ones, and remove old ones: AWS cannot change a statement."""
    rows = row_changes(change, "Permissions", itemgetter("StatementId"))
    for row in rows.new.values():
        yield Request("add_permission", {**change.address, **row})
    for name, row in rows.changed.items():
        yield Request("remove_permission", {**change.address, "StatementId": name})
        yield Request("add_permission", {**change.address, **row})
    for name in rows.gone:
        yield Request("remove_permission", {**change.address, "StatementId": name})


def without_digest(api: Api, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of create; the digest is compared and never sent."""
    del api
    sent = {name: each for name, each in parameters.get("Code", {}).items() if name != DIGEST}
    return {**parameters, "Code": sent}


CODE = Calls(code, ("code", "architectures"), ("update_function_code",))
RUNTIME = Calls(runtime, ("runtime_management_config",), ("put_runtime_management_config",))
PERMISSIONS = Calls(permissions, ("permissions",), ("add_permission", "remove_permission"))
