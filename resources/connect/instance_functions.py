"""The Lambda functions of an instance: their associations, and the permission of each.

AWS does not document whether AssociateLambdaFunction lets the instance invoke the function. So the policy of a function is read, and
a statement is added only if no other one lets the instance invoke it. A function of another account or Region is only
associated: its policy belongs to its owner.

Sources: AssociateLambdaFunction (Amazon Connect API Reference); AddPermission, GetPolicy (AWS Lambda API Reference).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from reconciler.contract import Api, Calls, Change, FieldRead, Request, Sighting, Wired
from reconciler.errors import Absent
from reconciler.model import Settings
from reconciler.resources.function_permission import (
    is_as_made,
    lets_invoke,
    permission,
    statement_id,
    statements,
)

FUNCTIONS, PERMISSIONS = "LambdaFunctions", "FunctionPermissions"
LACKING, EDITED, GONE = "lacking", "edited", "gone"
"""The states of a permission, besides the empty one: there is none, it was changed, and there is no such function."""
SHOWN = {LACKING: " (Amazon Connect may not invoke it)", EDITED: " (its permission was changed)"}
NOT_FOUND = ("Function not found", "Cannot find")


def _state(api: Api, instance: str, function: str) -> dict[str, Any]:
    """The permission of one function: its state, and whether our statement is there."""
    if function.split(":")[3:5] != instance.split(":")[3:5]:
        return {"state": "", "ours": False}
    try:
        reply = api.beside("lambda").call("get_policy", FunctionName=function)
    except Absent as error:
        missing = error.message.startswith(NOT_FOUND)
        return {"state": GONE if missing else LACKING, "ours": False}
    found = [*statements(reply["Policy"])]
    ours = [each for each in found if each.get("Sid") == statement_id(instance)]
    if ours:
        return {"state": "" if is_as_made(ours[0], instance) else EDITED, "ours": True}
    return {"state": "" if any(lets_invoke(each, instance) for each in found) else LACKING, "ours": False}


def _read(api: Api, sighting: Sighting) -> Wired:
    arns = [str(each) for each in api.pages("list_lambda_functions", **sighting.address)]
    return {FUNCTIONS: arns, PERMISSIONS: {arn: _state(api, sighting.arn, arn) for arn in arns}}


def as_permitted(live: Any, _written: Settings, reported: Wired) -> Any:
    """The live functions; one without its permission differs from what is written."""
    states = reported.get(PERMISSIONS) or {}
    return [f"{each}{SHOWN.get((states.get(each) or {}).get('state', ''), '')}" for each in live or ()]


def remarks(written: Settings, reported: Wired) -> Iterator[str]:
    """The associated functions that do not exist."""
    del written
    for arn, each in (reported.get(PERMISSIONS) or {}).items():
        if each["state"] == GONE:
            yield f"lambda_functions: {arn} does not exist, so Amazon Connect cannot invoke it"


def _wanted(change: Change) -> tuple[list[str], list[str]]:
    """The functions that are associated and permitted, and those that stay as they are."""
    desired = change.desired.get(FUNCTIONS) or []
    kept = [each.partition(" ")[0] for each in desired if " " in each]
    return [each for each in desired if " " not in each], kept


def _look(api: Api, change: Change) -> Wired:
    """The permissions of the functions that change, read right before."""
    wanted, kept = _wanted(change)
    found, states = change.observed.get(FUNCTIONS) or [], change.reported.get(PERMISSIONS) or {}
    unsure = [each for each in wanted if each not in found or (states.get(each) or {}).get("state")]
    gone = [each for each in found if each not in wanted and each not in kept]
    return {PERMISSIONS: {arn: _state(api, change.arn, arn) for arn in (*unsure, *gone)}}


def _requests(change: Change) -> Iterable[Request]:
    """Permit and associate new functions, repair permissions, and disassociate others without their permission."""
    (wanted, kept), found = _wanted(change), change.observed.get(FUNCTIONS) or []
    states = change.reported.get(PERMISSIONS) or {}
    for arn in wanted:
        if (states.get(arn) or {}).get("state") in SHOWN:
            yield from _permit(change.arn, arn, again=states[arn]["ours"])
        if arn not in found:
            yield Request("associate_lambda_function", {**change.address, "FunctionArn": arn})
    for arn in (each for each in found if each not in wanted and each not in kept):
        if (states.get(arn) or {}).get("ours"):
            yield _forbid(change.arn, arn)
        yield Request("disassociate_lambda_function", {**change.address, "FunctionArn": arn})


def _permit(instance: str, function: str, *, again: bool) -> Iterator[Request]:
    """Add the permission; AWS cannot change a statement."""
    forbid = _forbid(instance, function)
    add = Request("add_permission", {"FunctionName": function, **permission(instance)}, "lambda")
    if again:
        yield forbid
    # If a statement of this id has appeared meanwhile, it is replaced.
    yield Request(add.operation, add.parameters, "lambda", apart=(forbid, add))


def _forbid(instance: str, function: str) -> Request:
    return Request(
        "remove_permission", {"FunctionName": function, "StatementId": statement_id(instance)}, "lambda"
    )


def permissions_of(api: Api, sighting: Sighting) -> Iterable[Request]:
    """The requests that remove the permissions of an instance before it is deleted."""
    for arn, each in _read(api, sighting)[PERMISSIONS].items():
        if each["ours"]:
            yield _forbid(sighting.arn, arn)


READS = ("list_lambda_functions", "lambda:get_policy")
READ = FieldRead(_read, READS)
ASSOCIATIONS = Calls(
    _requests,
    ("lambda_functions",),
    (
        "associate_lambda_function",
        "disassociate_lambda_function",
        "lambda:add_permission",
        "lambda:remove_permission",
    ),
    looks=_look,
)
BEFORE_DELETE = (*READS, "lambda:remove_permission")
