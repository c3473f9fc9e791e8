"""apigateway.usage_plan: which keys may call which stages, how fast and how often."""

from collections.abc import Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    FREE,
    Adapter,
    Address,
    Api,
    Assigned,
    Create,
    Delete,
    FieldRead,
    Reads,
    Sighting,
)
from reconciler.forms import Form
from reconciler.resources.apigateway.service import API_GATEWAY, ROOT, TAGGING
from reconciler.resources.apigateway.usage_plan_changes import UPDATE, UPDATES, read_keys, without_stages
from reconciler.resources.apigateway.usage_plan_model import UsagePlan
from reconciler.resources.apigateway.usage_plan_problems import problems

ARN = f"{ROOT}/usageplans/{{id}}"


class UsagePlanAdapter(Adapter[UsagePlan]):
    """CreateUsagePlan, UpdateUsagePlan, CreateUsagePlanKey."""

    kind = "apigateway.usage_plan"
    cloudformation = CloudFormation(type="AWS::ApiGateway::UsagePlan", called={"UsagePlanName": "name"})
    appearance = Appearance(column=0)
    service = API_GATEWAY
    costs = FREE
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
    updates = UPDATES
    delete = Delete("delete_usage_plan", before=without_stages, calls=("get_usage_plan", UPDATE))
    reads = Reads(
        list="get_usage_plans",
        list_with={"limit": 500},
        get="get_usage_plan",
        alone={"api_keys": FieldRead(read_keys, ("get_usage_plan_keys",))},
        listed=frozenset({"description", "api_stages", "throttle", "quota", "product_code"}),
        page=500,
    )
    tagging = TAGGING
    problems = staticmethod(problems)
    defaults: ClassVar[Mapping[str, Any]] = {"quota": {"offset": 0}}

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        return self.identity.seen(api, scope, row, settings=row, tags=row.get("tags") or {})
