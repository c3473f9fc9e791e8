"""Limits of rates, by the sandbox's clock: of the methods of a stage, and of usage plans with their quotas.

A stage without settings has no limit; AWS limits the account to 10,000 requests a second.

Sources: "Throttle requests to your REST APIs", "Usage plans and API keys for REST APIs" (API Gateway Developer Guide).
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from reconciler.sandbox.execute_api.answers import forbidden, quota_exceeded, too_many_requests
from reconciler.sandbox.execute_api.exchange import Exchange
from reconciler.sandbox.moto_patches.apigateway.parts import Item
from reconciler.sandbox.process_state import current
from reconciler.service import Rate
from reconciler.token_bucket import TokenBucket

ALL_METHODS = "*/*"
API_KEY = "x-api-key"


def check_stage(exchange: Exchange) -> None:
    """Take a token of the method from its limit in the stage: each method has tokens of its own.

    Raises:
        RefusedError: there is none.
    """
    settings = exchange.stage["methodSettings"]
    own = _settings_of(exchange, settings)
    rate, burst = own.get("throttlingRateLimit"), own.get("throttlingBurstLimit")
    if rate is not None and burst is not None and rate >= 0 and burst >= 0:
        method = (exchange.taken.resource["path"], exchange.taken.method["httpMethod"])
        _take(("stage", exchange.api.id, exchange.incoming.stage, *method), rate, burst)


def _settings_of(exchange: Exchange, settings: dict[str, Item]) -> Item:
    path = exchange.taken.resource["path"]
    names = (f"{path}/{verb}".strip("/") for verb in (exchange.taken.method["httpMethod"], "*"))
    return next((settings[name] for name in (*names, ALL_METHODS) if name in settings), {})


def check_key(exchange: Exchange, key_of_authorizer: str | None) -> None:
    """Check the API key of a method that requires one, and the limits of its usage plan.

    Raises:
        RefusedError: there is no key of a plan for this stage, or the plan's rate or quota is used up.
    """
    if not exchange.taken.method.get("apiKeyRequired"):
        return
    from_header = exchange.parts.settings.get("apiKeySource", "HEADER") == "HEADER"
    value = exchange.incoming.header(API_KEY) if from_header else key_of_authorizer
    keys = exchange.backend.api_keys.values()
    key = next((each for each in keys if value and each["value"] == value and each["enabled"]), None)
    place = {"apiId": exchange.api.id, "stage": exchange.incoming.stage}
    plans = [plan for plan in exchange.backend.plans.values() if key and key["id"] in plan["keys"]]
    found = next(
        ((plan, row) for plan in plans for row in plan["apiStages"] if place.items() <= row.items()), None
    )
    if key is None or found is None:
        raise forbidden()
    exchange.context["identity"] |= {"apiKey": key["value"], "apiKeyId": key["id"]}
    _check_plan(exchange, *found, key["id"])


def _check_plan(exchange: Exchange, plan: Item, row: Item, key: str) -> None:
    """Take a token of the plan, or of the method's own limit in it, and count the request for the quota."""
    path, verb = exchange.taken.resource["path"], exchange.taken.method["httpMethod"]
    of_method = (row.get("throttle") or {}).get(f"{path}/{verb}")
    limit = of_method or plan.get("throttle")
    if limit:
        place = (path, verb) if of_method else ()
        _take(("plan", plan["id"], key, *place), limit.get("rateLimit", 0.0), limit.get("burstLimit", 0))
    quota = plan.get("quota")
    if quota:
        used = current().api_usage
        period = (plan["id"], key, _first_day(quota))
        if used.get(period, 0) >= quota["limit"]:
            raise quota_exceeded()
        used[period] = used.get(period, 0) + 1


def _first_day(quota: Item) -> str:
    """The first day of the present period of a quota, which begins `offset` days after the start of the week or month."""
    today = datetime.fromtimestamp(current().clock(), UTC).date()
    if quota["period"] == "DAY":
        return today.isoformat()
    shifted = today - timedelta(days=quota.get("offset", 0))
    if quota["period"] == "WEEK":  # a week of AWS begins on Sunday
        return (shifted - timedelta(days=(shifted.weekday() + 1) % 7)).isoformat()
    return shifted.replace(day=1).isoformat()


def _take(name: tuple[str, ...], rate: float, burst: float) -> None:
    buckets: dict[tuple[Any, ...], TokenBucket] = current().api_buckets
    now, limit = current().clock(), Rate(rate, burst)
    bucket = buckets.get(name)
    if bucket is None or bucket.rate != limit:
        bucket = buckets[name] = TokenBucket(limit, now)
    if not bucket.take(now):
        raise too_many_requests()
