"""apigateway.rest_api: a REST API with its parts and its deployments."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    Adapter,
    Api,
    Assigned,
    Attribute,
    Create,
    Delete,
    Reads,
    Request,
    Sighting,
    Wired,
    state_check,
)
from reconciler.forms import Form
from reconciler.model import Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.apigateway import costs, deployments, live_parts, part_comparison, unused
from reconciler.resources.apigateway.api_policy import shown_policy
from reconciler.resources.apigateway.invoke_permissions import without_permissions
from reconciler.resources.apigateway.part_changes import PARTS_OF_API
from reconciler.resources.apigateway.rest_api_changes import SETTINGS
from reconciler.resources.apigateway.rest_api_cloudformation import CLOUDFORMATION
from reconciler.resources.apigateway.rest_api_grants import GRANTED_FOR
from reconciler.resources.apigateway.rest_api_model import DEFAULTS, RestApi
from reconciler.resources.apigateway.rest_api_problems import problems
from reconciler.resources.apigateway.service import API_GATEWAY, LAMBDA, ROOT, TAGGING
from reconciler.resources.apigateway.wanted_parts import FIELDS

ARN = f"{ROOT}/restapis/{{id}}"
CREATED = (
    "description", "version", "binary_media_types", "minimum_compression_size", "api_key_source",
    "endpoint_configuration", "resource_policy", "disable_execute_api_endpoint", "security_policy", "endpoint_access_mode",
)  # fmt: skip
DEPLOYED = (*FIELDS, *deployments.DEPLOYED)
"""The fields that are in force only once they are deployed."""


def _before_delete(api: Api, sighting: Sighting) -> Iterable[Request]:
    return without_permissions(api, sighting, live_parts.read_parts(api, sighting.address)[live_parts.PARTS])


class RestApiAdapter(Adapter[RestApi]):
    """CreateRestApi, UpdateRestApi, PutRestApi, an operation for each part, CreateDeployment."""

    kind = "apigateway.rest_api"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="compute", column=1)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = GRANTED_FOR
    service = API_GATEWAY
    beside = (LAMBDA,)
    model = RestApi
    costs = costs.REST_API
    summary = "a REST API of Amazon API Gateway: its methods, integrations, authorizers and models, and its deployments"
    defaults: ClassVar[Settings] = DEFAULTS
    identity = Assigned(
        name="name",
        address="restApiId",
        id_in="id",
        arns=(ARN, f"{ARN}/*", f"{ROOT}/restapis"),
        shares_names=True,
        forms=(Form(r".{1,1024}", "1 to 1024 characters"),),
    )
    create = Create("create_rest_api", CREATED)
    updates = (*SETTINGS, PARTS_OF_API, deployments.calls(DEPLOYED))
    delete = Delete(
        "delete_rest_api",
        before=_before_delete,
        calls=(*live_parts.READ.operations, "lambda:remove_permission"),
    )
    reads = Reads(
        list="get_rest_apis",
        list_with={"limit": 500},
        get="get_rest_api",
        alone={
            **dict.fromkeys(FIELDS, live_parts.READ),
            **dict.fromkeys(("publish", "kept_deployments"), deployments.READ),
        },
        listed=frozenset(CREATED),
        details=frozenset({*FIELDS, "publish", "kept_deployments"}),
        page=500,
    )
    tagging = TAGGING
    unused = unused.REST_API
    compared = {**part_comparison.COMPARED, **deployments.COMPARED}
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "deployment": deployments.attribute((*DEPLOYED, "publish")),
        "execution_arn": Attribute(
            "the beginning of the ARNs by which its methods are called",
            lambda api, sighting: f"arn:{api.partition}:execute-api:{api.region}:{api.account}:{sighting.id}",
        ),
        "root_resource_id": Attribute("the id of its resource /", "rootResourceId"),
    }
    checks = {"status": state_check("apiStatus", ("AVAILABLE",), "get_rest_api")}
    problems = staticmethod(problems)

    def shown(self, row: Any) -> Wired:
        shown: Wired = row | {"policy": shown_policy(row["policy"])} if row.get("policy") else row
        return shown

    def seen(self, api: Api, scope: Mapping[str, str], row: Any) -> Sighting:
        return self.identity.seen(api, scope, row, settings=self.shown(row), tags=row.get("tags") or {})

    def deletes(self, field: str, written: Settings, reported: Wired) -> str:
        found = part_comparison.deletes(field, written, reported)
        return found or deployments.deletes(field, written, reported)

    def remarks(self, written: Settings, reported: Wired) -> Iterator[str]:
        return deployments.remarks(written, reported)

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        status = self._got(api, sighting.address).get("apiStatus", "AVAILABLE")
        return None if status in ("AVAILABLE", "FAILED") else f"the API is {status}"
