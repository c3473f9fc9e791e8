"""The triggers of a user pool: functions that Cognito invokes, and the permission of each.

Sources: "Customizing user pool workflows with Lambda triggers" (Amazon Cognito Developer Guide); AddPermission (AWS Lambda API
Reference).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import Api, Calls, Change, FieldRead, Request, Sighting, Wired
from reconciler.model import Settings
from reconciler.resources.cognito.user_pool_reading import DESCRIBE, one_form, shown
from reconciler.resources.function_permission import BY_POOL, Invoker, Permission

TRIGGERS, PERMISSIONS, NOW = "LambdaConfig", "TriggerPermissions", "PoolNow"
UPDATE = "update_user_pool"
KEY = "KMSKeyID"
POLICY = "lambda:get_policy"
OPERATIONS = ("lambda:add_permission", "lambda:remove_permission")
SHOWN = {
    Permission.LACKING.value: " (Amazon Cognito may not invoke it)",
    Permission.EDITED.value: " (its permission was changed)",
}


def invoker_of(pool: str) -> Invoker:
    """A pool, given by its ARN, as it invokes functions."""
    account = pool.split(":")[4]
    return Invoker("cognito-idp.amazonaws.com", f"{BY_POOL}{pool.rpartition('/')[2]}", account, pool)


def _state(api: Api, pool: str, function: str) -> dict[str, Any]:
    """The permission of one function; that of another account or Region belongs to its owner."""
    if function.split(":")[3:5] != pool.split(":")[3:5]:
        return {"state": "", "ours": False}
    return invoker_of(pool).state(api, function)


def functions_in(triggers: Wired | None) -> list[str]:
    """The functions of triggers, each once."""
    found = (
        each["LambdaArn"] if isinstance(each, Mapping) else each
        for name, each in (triggers or {}).items()
        if name != KEY
    )
    return list(dict.fromkeys(str(each).partition(" ")[0] for each in found))


def _states(api: Api, pool: str, functions: list[str]) -> dict[str, Any]:
    return {arn: _state(api, pool, arn) for arn in functions}


def _read(api: Api, sighting: Sighting) -> Wired:
    found = one_form(api.call(DESCRIBE, **sighting.address)["UserPool"].get(TRIGGERS) or {})
    return {TRIGGERS: found, PERMISSIONS: _states(api, sighting.arn, functions_in(found))}


def as_permitted(live: Any, _written: Settings, reported: Wired) -> Any:
    """The live triggers; a function without its permission differs from what is written."""
    states = reported.get(PERMISSIONS) or {}

    def marked(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: marked(each) if name == "lambda_arn" else each for name, each in value.items()}
        return f"{value}{SHOWN.get((states.get(value) or {}).get('state', ''), '')}"

    return {name: each if name == "kms_key_id" else marked(each) for name, each in (live or {}).items()}


def remarks(written: Settings, reported: Wired) -> Iterator[str]:
    """The functions of triggers that do not exist."""
    del written
    for arn, each in (reported.get(PERMISSIONS) or {}).items():
        if each["state"] == Permission.GONE.value:
            yield f"lambda_config: {arn} does not exist, so Amazon Cognito cannot invoke it"


def taken_now(api: Api, pool: Mapping[str, str]) -> Wired:
    """The settings of a pool as they live, as far as an update takes them."""
    found = api.taken(UPDATE, shown(api.call(DESCRIBE, **pool)["UserPool"]))
    return {name: value for name, value in found.items() if value != []}


def _look(api: Api, change: Change) -> Wired:
    functions = functions_in(change.observed.get(TRIGGERS)) + functions_in(change.desired.get(TRIGGERS))
    return {NOW: taken_now(api, change.address), PERMISSIONS: _states(api, change.arn, functions)}


def _requests(change: Change) -> Iterator[Request]:
    """Permit new functions, set the triggers with everything else as it lives, and forbid former functions."""
    wanted, states = _without_remarks(change.desired.get(TRIGGERS) or {}), change.reported[PERMISSIONS]
    for arn in functions_in(wanted):
        if states[arn]["state"] in SHOWN:
            yield from invoker_of(change.arn).permit(arn, again=states[arn]["ours"])
    if wanted != (change.observed.get(TRIGGERS) or {}):
        yield Request(UPDATE, {**change.reported[NOW], **change.address, TRIGGERS: wanted})
    for arn in functions_in(change.observed.get(TRIGGERS)):
        if arn not in functions_in(wanted) and states[arn]["ours"]:
            yield invoker_of(change.arn).forbid(arn)


def _without_remarks(triggers: Wired) -> dict[str, Any]:
    """Triggers as a request takes them: a rollback may write what a plan has shown."""

    def plain(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: plain(each) for name, each in value.items()}
        return value.partition(" ")[0]

    return {name: plain(each) for name, each in triggers.items()}


def permissions_of(api: Api, sighting: Sighting, pool: Wired) -> Iterator[Request]:
    """The requests that remove the permissions of a pool before it is deleted."""
    for arn, each in _states(api, sighting.arn, functions_in(one_form(pool.get(TRIGGERS) or {}))).items():
        if each["ours"]:
            yield invoker_of(sighting.arn).forbid(arn)


READ = FieldRead(_read, (DESCRIBE, POLICY))
GROUP = Calls(_requests, ("lambda_config",), (UPDATE, *OPERATIONS), looks=_look)
BEFORE_DELETE = (POLICY, "lambda:remove_permission")
