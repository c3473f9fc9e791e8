"""apigateway.stage: a stage of a REST API."""

from collections.abc import Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Attribute,
    Create,
    Delete,
    Named,
    Reads,
    Sighting,
    Wired,
)
from reconciler.forms import Form
from reconciler.model import Settings
from reconciler.resources.apigateway import costs
from reconciler.resources.apigateway.service import API_GATEWAY, ROOT, TAGGING
from reconciler.resources.apigateway.stage_changes import UPDATES, shown_stage
from reconciler.resources.apigateway.stage_model import DEFAULTS, Stage
from reconciler.resources.apigateway.stage_problems import problems

CREATED = (
    "deployment_id", "description", "variables", "tracing_enabled", "cache_cluster_enabled", "cache_cluster_size",
    "documentation_version", "canary_settings",
)  # fmt: skip
LATER = ("client_certificate_id", "access_log_settings", "method_settings")


def _url(api: Api, sighting: Sighting) -> str:
    place = f"{sighting.address['restApiId']}.execute-api.{api.region}"
    domain = "amazonaws.com.cn" if api.partition == "aws-cn" else "amazonaws.com"
    return f"https://{place}.{domain}/{sighting.name}"


class StageAdapter(Adapter[Stage]):
    """CreateStage, UpdateStage. The name may begin with that of the API: `rally:live`."""

    kind = "apigateway.stage"
    cloudformation = CloudFormation(
        type="AWS::ApiGateway::Stage",
        called={
            "AccessLogSetting": "access_log_settings",
            "CanarySetting": "canary_settings",
            "RestApiId": "rest_api",
        },
        needed={"deployment_id": "CloudFormation makes a stage without one only together with a deployment"},
    )
    appearance = Appearance(sort="compute", column=0)
    service = API_GATEWAY
    model = Stage
    relies_on = frozenset({"apigateway.account"})  # for its logs
    costs = costs.STAGE
    parent = "apigateway.rest_api"
    summary = (
        "a stage of a REST API: a deployment under a name in its URL, with logs, throttling and variables"
    )
    defaults: ClassVar[Settings] = DEFAULTS
    identity = Named(
        name="stageName",
        arns=(f"{ROOT}/restapis/*/stages/{{name}}", f"{ROOT}/restapis/*/stages"),
        forms=(Form(r"([^:]+:)?[a-zA-Z0-9_-]{1,128}", "1 to 128 of a-z, A-Z, 0-9, - and _"),),
    )
    create = Create("create_stage", CREATED, needed=frozenset({"deployment_id"}))
    updates = UPDATES
    delete = Delete("delete_stage")
    reads = Reads(list="get_stages", rows_in="item", get="get_stage", listed=frozenset({*CREATED, *LATER}))
    tagging = TAGGING
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "invoke_url": Attribute("the URL at which it is called", _url)
    }
    problems = staticmethod(problems)
    shown = staticmethod(shown_stage)

    def aws_name(self, name: str, settings: Mapping[str, Any]) -> str:
        del settings
        return name.rpartition(":")[2]

    def not_written(self, sighting: Sighting) -> frozenset[str]:
        del sighting
        return frozenset({"deployment_id"})  # another API never gets a deployment of this id

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        name, arn = row["stageName"], self._arn(api, scope, row["stageName"])
        place = {**scope, "stageName": name}
        return Sighting(name, place, arn, settings=shown_stage(row), tags=row.get("tags") or {})

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        name = reply["stageName"]
        del parameters
        return {**scope, "stageName": name}, self._arn(api, scope, name)

    def _arn(self, api: Api, scope: Address, name: str) -> str:
        place = ROOT.format(partition=api.partition, region=api.region)
        return f"{place}/restapis/{scope['restApiId']}/stages/{name}"
