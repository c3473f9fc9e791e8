"""The Lambda functions of an instance: their associations, and the permission of each.

AWS does not document whether AssociateLambdaFunction lets the instance invoke the function. So the policy of a function is read, and
a statement is added only if no other one lets the instance invoke it. A function of another account or Region is only
associated: its policy belongs to its owner.

Sources: AssociateLambdaFunction (Amazon Connect API Reference); AddPermission, GetPolicy (AWS Lambda API Reference).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from reconciler.contract import Api, Calls, Change, FieldRead, Request, Sighting, Wired
from reconciler.model import Settings
from reconciler.resources.function_permission import BY_INSTANCE, Invoker, Permission

FUNCTIONS, PERMISSIONS = "LambdaFunctions", "FunctionPermissions"
SHOWN = {
    Permission.LACKING.value: " (Amazon Connect may not invoke it)",
    Permission.EDITED.value: " (its permission was changed)",
}


def invoker_of(instance: str) -> Invoker:
    """An instance, given by its ARN, as it invokes functions."""
    account = next(iter(instance.split(":")[4:5]), "")
    return Invoker("connect.amazonaws.com", f"{BY_INSTANCE}{instance.rpartition('/')[2]}", account, instance)


def _state(api: Api, instance: str, function: str) -> dict[str, Any]:
    """The permission of one function: its state, and whether our statement is there."""
    if function.split(":")[3:5] != instance.split(":")[3:5]:
        return {"state": "", "ours": False}
    return invoker_of(instance).state(api, function)


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
        if each["state"] == Permission.GONE.value:
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
            yield from invoker_of(change.arn).permit(arn, again=states[arn]["ours"])
        if arn not in found:
            yield Request("associate_lambda_function", {**change.address, "FunctionArn": arn})
    for arn in (each for each in found if each not in wanted and each not in kept):
        if (states.get(arn) or {}).get("ours"):
            yield invoker_of(change.arn).forbid(arn)
        yield Request("disassociate_lambda_function", {**change.address, "FunctionArn": arn})


def permissions_of(api: Api, sighting: Sighting) -> Iterable[Request]:
    """The requests that remove the permissions of an instance before it is deleted."""
    for arn, each in _read(api, sighting)[PERMISSIONS].items():
        if each["ours"]:
            yield invoker_of(sighting.arn).forbid(arn)


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
