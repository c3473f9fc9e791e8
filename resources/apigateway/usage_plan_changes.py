"""The requests that change a usage plan, its stages and its keys.

Source: UpdateUsagePlan, CreateUsagePlanKey (Amazon API Gateway API Reference).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.contract import Api, Calls, Change, Request, Sighting, Wired
from reconciler.resources.apigateway.patches import Patch, patch, replaced, settings, step, update

UPDATE, KEYS = "update_usage_plan", "apiKeyIds"


def _part(member: str) -> Any:
    """A structure that is replaced member by member, or removed."""

    def requests(change: Change) -> Iterable[Request]:
        before, after = change.observed.get(member) or {}, change.desired.get(member)
        if not after:
            return update(UPDATE, change, [patch("remove", f"/{member}")])
        gone = [patch("remove", f"/{member}")] if any(name not in after for name in before) else []
        start = {} if gone else before
        return update(UPDATE, change, [*gone, *replaced(start, after, below=f"/{member}")])

    return requests


def _stages(change: Change) -> Iterable[Request]:
    """New stages first, then limits of methods, then removals."""
    before, after = (
        {_place(row): row for row in side.get("apiStages") or ()}
        for side in (change.observed, change.desired)
    )
    added = [patch("add", "/apiStages", place) for place in after if place not in before]
    limits = [each for place, row in after.items() for each in _limits(place, before.get(place) or {}, row)]
    gone = [patch("remove", "/apiStages", place) for place in before if place not in after]
    return update(UPDATE, change, [*added, *limits, *gone])


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['apiId']}:{row['stage']}"


def _limits(place: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Patch]:
    old, new = before.get("throttle") or {}, after.get("throttle") or {}
    for method, limits in new.items():
        if old.get(method) != limits:
            yield from replaced(
                old.get(method) or {}, limits, below=f"/apiStages/{place}/throttle/{step(method)}"
            )
    yield from (
        patch("remove", f"/apiStages/{place}/throttle/{step(method)}") for method in old if method not in new
    )


def _keys(change: Change) -> Iterator[Request]:
    before, after = ({*(side.get(KEYS) or ())} for side in (change.observed, change.desired))
    for each in sorted(after - before):
        yield Request("create_usage_plan_key", {**change.address, "keyId": each, "keyType": "API_KEY"})
    for each in sorted(before - after):
        yield Request("delete_usage_plan_key", {**change.address, "keyId": each})


def read_keys(api: Api, sighting: Sighting) -> Wired:
    """The ids of the keys; the reply also has their values, which go no further."""
    rows = api.pages("get_usage_plan_keys", **sighting.address, limit=500)
    return {KEYS: [row["id"] for row in rows]}


def without_stages(api: Api, sighting: Sighting) -> Iterator[Request]:
    """Take all stages out of a plan: AWS deletes none that has some."""
    rows = api.call("get_usage_plan", **sighting.address).get("apiStages") or ()
    return update(UPDATE, sighting, (patch("remove", "/apiStages", _place(row)) for row in rows))


UPDATES = (
    Calls(settings(UPDATE, "name"), ("name",), (UPDATE,)),
    Calls(settings(UPDATE, "description"), ("description",), (UPDATE,)),
    Calls(_stages, ("api_stages",), (UPDATE,)),
    Calls(_part("throttle"), ("throttle",), (UPDATE,)),
    Calls(_part("quota"), ("quota",), (UPDATE,)),
    Calls(settings(UPDATE, "productCode"), ("product_code",), (UPDATE,)),
    Calls(_keys, ("api_keys",), ("create_usage_plan_key", "delete_usage_plan_key")),
)
