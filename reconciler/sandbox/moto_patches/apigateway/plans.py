"""Usage plans, API keys, and the settings of the account in a Region.

Sources: CreateUsagePlan, UpdateUsagePlan, CreateUsagePlanKey, CreateApiKey, UpdateAccount (API Gateway API Reference).
"""

import json
import secrets
import string
from typing import Any

from moto.iam.models import iam_backends

from reconciler.sandbox.moto_patches.apigateway.deployments import Deployments
from reconciler.sandbox.moto_patches.apigateway.parts import (
    Item,
    Reply,
    bad,
    conflict,
    new_id,
    not_found,
    now,
)
from reconciler.sandbox.moto_patches.apigateway.patching import (
    ADD,
    REMOVE,
    REPLACE,
    Rule,
    boolean,
    patched,
    settings,
    steps_of,
)
from reconciler.sandbox.moto_patches.apigateway.rest_apis import check_tags, page
from reconciler.sandbox.moto_patches.policies import listed, principals_of

SHORTEST_VALUE, LONGEST_VALUE = 20, 128
PERIODS = {"DAY": 0, "WEEK": 6, "MONTH": 27}
"""By period: the largest offset."""
BOTH = (ADD, REPLACE)
OF_KEY = (*settings("name", "description", "customerId"), *settings("enabled", takes=boolean))
OF_PLAN = (
    *settings("name", "description", "productCode"),
    Rule("/quota", operations=(REMOVE,)),
    Rule("/throttle", operations=(REMOVE,)),
    Rule("/quota/limit", int, BOTH),
    Rule("/quota/offset", int, BOTH),
    Rule("/quota/period", operations=BOTH),
    Rule("/throttle/rateLimit", float, BOTH),
    Rule("/throttle/burstLimit", int, BOTH),
)
LOGS_POLICY = "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy."


class Plans(Deployments):
    """The operations on usage plans, on API keys and on the account."""

    def make_plan(self, name: str, **asked: Any) -> Reply:
        """CreateUsagePlan."""
        check_tags(asked.get("tags", {}))
        made = {"apiStages": [], **asked, "id": new_id(6), "name": name, "tags": dict(asked.get("tags", {}))}
        self._check_plan(made)
        self.plans[made["id"]] = {**made, "keys": []}
        return shown_plan(self.plans[made["id"]])

    def show_plan(self, usagePlanId: str) -> Reply:
        """GetUsagePlan."""
        return shown_plan(self.plan(usagePlanId))

    def show_plans(self, position: str | None = None, keyId: str = "", limit: int = 25) -> Reply:
        """GetUsagePlans."""
        rows = [shown_plan(each) for each in self.plans.values() if not keyId or keyId in each["keys"]]
        return page(rows, lambda row: str(row["id"]), limit, position)

    def change_plan(self, usagePlanId: str, patchOperations: list[dict[str, str]] | None = None) -> Reply:
        """UpdateUsagePlan."""
        found = self.plan(usagePlanId)
        changed = dict(found)
        for each in patchOperations or ():
            steps = steps_of(each["path"])
            if steps[0] == "apiStages":
                changed["apiStages"] = _stages(changed["apiStages"], each, steps)
            else:
                changed = patched(changed, [each], OF_PLAN)
        changed = {name: value for name, value in changed.items() if value not in ("", {})}
        changed.setdefault("tags", {})
        self._check_plan(changed)
        self.plans[usagePlanId] = changed
        return shown_plan(changed)

    def drop_plan(self, usagePlanId: str) -> Reply:
        """DeleteUsagePlan: not while it has stages."""
        if self.plan(usagePlanId)["apiStages"]:
            raise bad(f"Cannot delete usage plan '{usagePlanId}' because it has associated API stages")
        del self.plans[usagePlanId]
        return {}

    def plan(self, id_: str) -> Item:
        """Return a usage plan."""
        if id_ not in self.plans:
            raise not_found("Invalid Usage Plan identifier specified")
        return self.plans[id_]

    def _check_plan(self, plan: Item) -> None:
        """Refuse what AWS does not take."""
        seen: set[tuple[str, str]] = set()
        for row in plan["apiStages"]:
            place = (row["apiId"], row["stage"])
            if row["apiId"] not in self.apis or row["stage"] not in self.apis[row["apiId"]].stages:
                raise not_found(f"API Stage not found: {row['apiId']}:{row['stage']}")
            if place in seen:
                raise conflict(f"Duplicate API stage: {row['apiId']}:{row['stage']}")
            seen.add(place)
        quota = plan.get("quota")
        if quota is not None:
            if quota.get("period") not in PERIODS or quota.get("limit", 0) < 1:
                raise bad("Usage Plan quota must have a period and a limit of at least 1")
            quota.setdefault("offset", 0)
            if not 0 <= quota["offset"] <= PERIODS[quota["period"]]:
                raise bad(f"Usage Plan quota offset must be between 0 and {PERIODS[quota['period']]}")

    # -- keys of plans -----------------------------------------------------------------------------------------------------

    def add_key(self, usagePlanId: str, keyId: str, keyType: str) -> Reply:
        """CreateUsagePlanKey: a key has at most one plan for a stage."""
        plan, key = self.plan(usagePlanId), self.key(keyId)
        if keyType != "API_KEY":
            raise bad("Invalid key type specified. Must be one of: [API_KEY]")
        if keyId in plan["keys"]:
            raise conflict(f"{keyId} is already associated with usage plan {usagePlanId}")
        stages = {(row["apiId"], row["stage"]) for row in plan["apiStages"]}
        for other in self.plans.values():
            if keyId in other["keys"] and stages & {
                (row["apiId"], row["stage"]) for row in other["apiStages"]
            }:
                raise conflict(f"{keyId} cannot be subscribed to two usage plans with the same API stage")
        plan["keys"] = [*plan["keys"], keyId]
        return _key_of_plan(key)

    def show_key_of_plan(self, usagePlanId: str, keyId: str) -> Reply:
        """GetUsagePlanKey."""
        if keyId not in self.plan(usagePlanId)["keys"]:
            raise not_found(f"Invalid API Key identifier specified for usage plan {usagePlanId}")
        return _key_of_plan(self.key(keyId))

    def show_keys_of_plan(
        self, usagePlanId: str, position: str | None = None, limit: int = 25, nameQuery: str = ""
    ) -> Reply:
        """GetUsagePlanKeys."""
        rows = [_key_of_plan(self.key(each)) for each in self.plan(usagePlanId)["keys"]]
        found = [row for row in rows if str(row.get("name", "")).startswith(nameQuery)]
        return page(found, lambda row: str(row["id"]), limit, position)

    def remove_key(self, usagePlanId: str, keyId: str) -> Reply:
        """DeleteUsagePlanKey."""
        self.show_key_of_plan(usagePlanId, keyId)
        plan = self.plan(usagePlanId)
        plan["keys"] = [each for each in plan["keys"] if each != keyId]
        return {}

    # -- API keys ----------------------------------------------------------------------------------------------------------

    def make_key(
        self,
        value: str = "",
        stageKeys: list[dict[str, str]] | None = None,
        generateDistinctId: bool = False,
        **asked: Any,
    ) -> Reply:
        """CreateApiKey: two keys may have the same name, but not the same value."""
        del generateDistinctId
        check_tags(asked.get("tags", {}))
        value = value or _random_value()
        if not SHORTEST_VALUE <= len(value) <= LONGEST_VALUE:
            raise bad(f"API Key value should be at least {SHORTEST_VALUE} characters")
        if any(each["value"] == value for each in self.api_keys.values()):
            raise conflict("API Key already exists")
        made = {"enabled": False, **asked, "id": new_id(), "value": value, "createdDate": now()}
        made |= {"lastUpdatedDate": now(), "tags": dict(asked.get("tags", {}))}
        made["stageKeys"] = [f"{each['restApiId']}/{each['stageName']}" for each in stageKeys or ()]
        self.api_keys[made["id"]] = made
        return made

    def show_key(self, apiKey: str, includeValue: bool = False) -> Reply:
        """GetApiKey."""
        found = self.key(apiKey)
        return {name: each for name, each in found.items() if includeValue or name != "value"}

    def show_keys(
        self,
        position: str | None = None,
        limit: int = 25,
        nameQuery: str = "",
        customerId: str = "",
        includeValues: bool = False,
    ) -> Reply:
        """GetApiKeys."""
        rows = [
            {**self.show_key(each["id"], includeValues)}
            for each in self.api_keys.values()
            if str(each.get("name", "")).startswith(nameQuery) and customerId in ("", each.get("customerId"))
        ]
        return page(rows, lambda row: str(row["id"]), limit, position)

    def change_key(self, apiKey: str, patchOperations: list[dict[str, str]] | None = None) -> Reply:
        """UpdateApiKey."""
        found = patched(self.key(apiKey), patchOperations, OF_KEY)
        kept = {name: value for name, value in found.items() if value != ""}
        self.api_keys[apiKey] = {**kept, "lastUpdatedDate": now()}
        return self.show_key(apiKey)

    def drop_key(self, apiKey: str) -> Reply:
        """DeleteApiKey: usage plans do not keep it."""
        self.key(apiKey)
        for plan in self.plans.values():
            plan["keys"] = [each for each in plan["keys"] if each != apiKey]
        del self.api_keys[apiKey]
        return {}

    def key(self, id_: str) -> Item:
        """Return an API key."""
        if id_ not in self.api_keys:
            raise not_found("Invalid API Key identifier specified")
        return self.api_keys[id_]

    # -- account -----------------------------------------------------------------------------------------------------------

    def show_account(self) -> Reply:
        """GetAccount."""
        found = self.account
        role = {"cloudwatchRoleArn": found.cloudwatch_role_arn} if found.cloudwatch_role_arn else {}
        features = ["UsagePlans", *(found.features or ())]
        return {
            **role,
            "throttleSettings": found.throttle_settings,
            "features": features,
            "apiKeyVersion": "4",
        }

    def change_account(self, patchOperations: list[dict[str, str]] | None = None) -> Reply:
        """UpdateAccount: AWS checks that API Gateway may assume the role."""
        for each in patchOperations or ():
            if each["path"] != "/cloudwatchRoleArn" or each["op"] != REPLACE:
                raise bad("Invalid patch path specified. Must be one of: [/cloudwatchRoleArn]")
            role = each.get("value") or None
            if role is not None and not self._assumable(role):
                raise bad(LOGS_POLICY)
            self.account.cloudwatch_role_arn = role
        return self.show_account()

    def _assumable(self, arn: str) -> bool:
        roles = iam_backends[self.account_id][self.partition].roles.values()
        found = next((each for each in roles if each.arn == arn), None)
        text = found.assume_role_policy_document if found else "{}"
        statements = listed(json.loads(text).get("Statement"))
        return any("apigateway.amazonaws.com" in principals_of(each, "Service") for each in statements)


def shown_plan(plan: Item) -> Item:
    """A usage plan as AWS shows it: without its keys."""
    return {name: value for name, value in plan.items() if name != "keys"}


def _key_of_plan(key: Item) -> Item:
    shown: Item = {str(name): key[name] for name in ("id", "name", "value") if name in key}
    return {**shown, "type": "API_KEY"}


def _random_value() -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(40))


def _stages(rows: list[Item], operation: dict[str, str], steps: tuple[str, ...]) -> list[Item]:
    """The stages of a plan after an operation: on a stage, or on the throttling of one of its methods."""
    op = operation["op"]
    if len(steps) == 1:
        api, _, stage = operation.get("value", "").partition(":")
        row = {"apiId": api, "stage": stage}
        if op == ADD:
            return [*rows, row]
        kept = [each for each in rows if not row.items() <= each.items()]
        if op != REMOVE or len(kept) == len(rows):
            raise bad(f"Invalid API stage specified: {operation.get('value')}")
        return kept
    api, _, stage = steps[1].partition(":")
    found = next((each for each in rows if (each["apiId"], each["stage"]) == (api, stage)), None)
    if found is None or len(steps) < 3 or steps[2] != "throttle":
        raise bad(f"Invalid patch path '{operation['path']}'")
    throttle = dict(found.get("throttle") or {})
    if len(steps) == 3 and op == REMOVE:
        throttle = {}
    elif len(steps) == 4 and op == REMOVE:
        throttle.pop(steps[3], None)
    elif len(steps) == 5 and op in BOTH and steps[4] in ("rateLimit", "burstLimit"):
        number = float(operation["value"]) if steps[4] == "rateLimit" else int(operation["value"])
        throttle[steps[3]] = {
            "rateLimit": 0.0,
            "burstLimit": 0,
            **throttle.get(steps[3], {}),
            steps[4]: number,
        }
    else:
        raise bad(f"Invalid patch operation '{op}' for path '{operation['path']}'")
    kept_row = {name: value for name, value in found.items() if name != "throttle"}
    changed = {**kept_row, **({"throttle": throttle} if throttle else {})}
    return [changed if each is found else each for each in rows]
