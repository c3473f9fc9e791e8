"""apigateway.usage_plan: which keys may call which stages, how fast and how often."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from pydantic.alias_generators import to_camel

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Assigned,
    Calls,
    Change,
    Create,
    Delete,
    FieldRead,
    InFiles,
    Reads,
    Request,
    Sighting,
    Wired,
)
from reconciler.forms import Form
from reconciler.model import CamelPart, Cleared, Finding, Means, Ref, Resource, Rows, Unordered, Whole, Wire
from reconciler.resources.apigateway.patches import PATCHES, Patch, patch, replaced, step
from reconciler.resources.apigateway.service import API_GATEWAY, ROOT, TAGGING

ARN = f"{ROOT}/usageplans/{{id}}"
UPDATE, KEYS = "update_usage_plan", "apiKeyIds"
LATEST: Mapping[str, int] = {"DAY": 0, "WEEK": 6, "MONTH": 27}
"""By period: the largest offset."""


class Throttle(CamelPart):
    """How fast a key may call."""

    rate_limit: Annotated[float | None, Field(ge=0)] = None
    """Requests per second."""
    burst_limit: Annotated[int | None, Field(ge=0)] = None


class Quota(CamelPart):
    """How often a key may call in a period."""

    limit: Annotated[int, Field(ge=1)]
    period: Literal["DAY", "WEEK", "MONTH"]
    offset: Annotated[int | None, Field(ge=0)] = None
    """How many days after its beginning the first period counts from."""


class ApiStage(CamelPart):
    """A stage that the keys of the plan may call."""

    rest_api: Annotated[str, Ref("apigateway.rest_api"), Wire("apiId")]
    stage: Annotated[
        str,
        Form(r"[a-zA-Z0-9_-]{1,128}", "the name of a stage, as ${apigateway.stage:NAME#name}"),
        Means("apigateway.stage", "name"),
    ]
    throttle: Annotated[dict[str, Throttle] | None, Whole()] = None
    """By path and verb, as `/stamps/GET`: limits of single methods."""


class UsagePlan(Resource):
    """A usage plan with its stages and keys."""

    @classmethod
    def wire_name(cls, field: str) -> str:
        """AWS spells members in camelCase."""
        return to_camel(field)

    description: Annotated[str | None, Cleared("")] = None
    api_stages: Annotated[list[ApiStage] | None, Rows(("rest_api", "stage"))] = None
    throttle: Annotated[Throttle | None, Whole()] = None
    quota: Annotated[Quota | None, Whole()] = None
    product_code: Annotated[str | None, Cleared("")] = None
    """The code of a product of AWS Marketplace."""
    api_keys: Annotated[list[Annotated[str, Ref("apigateway.api_key")]] | None, Unordered()] = None
    """If written, the plan has exactly these keys."""


def _send(change: Change, patches: Iterable[Patch]) -> Iterator[Request]:
    found = [*patches]
    if found:
        yield Request(UPDATE, {**change.address, PATCHES: found})


def _plain(member: str) -> Any:
    def requests(change: Change) -> Iterable[Request]:
        return _send(change, [patch("replace", f"/{member}", change.desired.get(member) or "")])

    return requests


def _part(member: str) -> Any:
    """A structure that is replaced member by member, or removed."""

    def requests(change: Change) -> Iterable[Request]:
        before, after = change.observed.get(member) or {}, change.desired.get(member)
        if not after:
            return _send(change, [patch("remove", f"/{member}")])
        gone = [patch("remove", f"/{member}")] if any(name not in after for name in before) else []
        start = {} if gone else before
        return _send(change, [*gone, *replaced(start, after, below=f"/{member}")])

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
    return _send(change, [*added, *limits, *gone])


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


def _read_keys(api: Api, sighting: Sighting) -> Wired:
    """The ids of the keys; the reply also has their values, which go no further."""
    rows = api.pages("get_usage_plan_keys", **sighting.address, limit=500)
    return {KEYS: [row["id"] for row in rows]}


def _without_stages(api: Api, sighting: Sighting) -> Iterator[Request]:
    """Take all stages out of a plan: AWS deletes none that has some."""
    rows = api.call("get_usage_plan", **sighting.address).get("apiStages") or ()
    gone = [patch("remove", "/apiStages", _place(row)) for row in rows]
    if gone:
        yield Request(UPDATE, {**sighting.address, PATCHES: gone})


def _problems(files: InFiles) -> Iterator[Finding]:
    quota = files.values.get("quota") or {}
    most = LATEST.get(str(quota.get("period")))
    if quota.get("offset") is not None and most is not None and quota["offset"] > most:
        yield Finding(f"the offset of a {quota['period']} is 0 to {most}", ("quota", "offset"))
    for number, row in enumerate(files.values.get("api_stages") or ()):
        for method in row.get("throttle") or {}:
            if not method.startswith("/") or "/" not in method[1:]:
                said = f"write a path and a verb, as /stamps/GET, not {method}"
                yield Finding(said, ("api_stages", number, "throttle", method))


class UsagePlanAdapter(Adapter[UsagePlan]):
    """CreateUsagePlan, UpdateUsagePlan, CreateUsagePlanKey."""

    kind = "apigateway.usage_plan"
    cloudformation = CloudFormation(type="AWS::ApiGateway::UsagePlan", called={"UsagePlanName": "name"})
    appearance = Appearance(column=0)
    service = API_GATEWAY
    model = UsagePlan
    summary = "a usage plan: which keys may call which stages, how fast and how often"
    identity = Assigned(
        name="name",
        address="usagePlanId",
        id_in="id",
        arns=(ARN, f"{ARN}/*", f"{ROOT}/usageplans"),
        shares_names=True,
        forms=(Form(r".{1,1024}", "1 to 1024 characters"),),
    )
    create = Create("create_usage_plan", ("description", "api_stages", "throttle", "quota"))
    updates = (
        Calls(_plain("name"), ("name",), (UPDATE,)),
        Calls(_plain("description"), ("description",), (UPDATE,)),
        Calls(_stages, ("api_stages",), (UPDATE,)),
        Calls(_part("throttle"), ("throttle",), (UPDATE,)),
        Calls(_part("quota"), ("quota",), (UPDATE,)),
        Calls(_plain("productCode"), ("product_code",), (UPDATE,)),
        Calls(_keys, ("api_keys",), ("create_usage_plan_key", "delete_usage_plan_key")),
    )
    delete = Delete("delete_usage_plan", before=_without_stages, calls=("get_usage_plan", UPDATE))
    reads = Reads(
        list="get_usage_plans",
        list_with={"limit": 500},
        get="get_usage_plan",
        alone={"api_keys": FieldRead(_read_keys, ("get_usage_plan_keys",))},
        listed=frozenset({"description", "api_stages", "throttle", "quota", "product_code"}),
        page=500,
    )
    tagging = TAGGING
    problems = staticmethod(_problems)
    defaults: ClassVar[Mapping[str, Any]] = {"quota": {"offset": 0}}

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        return self.identity.seen(api, scope, row, settings=row, tags=row.get("tags") or {})
