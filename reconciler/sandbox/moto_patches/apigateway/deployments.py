"""Deployments, which hold a copy of the API's parts, and stages, which serve one.

Sources: CreateDeployment, CreateStage, UpdateStage (API Gateway API Reference); "Set up a canary release deployment" (API Gateway
Developer Guide).
"""

import re
from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.moto_patches.apigateway.imports import Imports
from reconciler.sandbox.moto_patches.apigateway.parts import (
    Api,
    Deployment,
    Item,
    Reply,
    bad,
    conflict,
    new_id,
    not_found,
    now,
)
from reconciler.sandbox.moto_patches.apigateway.rest_apis import check_tags, page
from reconciler.sandbox.moto_patches.apigateway.stage_settings import change_stage, check_stage

NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
PUBLISHED = (
    "binaryMediaTypes",
    "minimumCompressionSize",
    "apiKeySource",
    "policy",
    "disableExecuteApiEndpoint",
)
"""The settings of an API that are in force only once they are deployed."""


class Deployments(Imports):
    """The operations on deployments and stages."""

    def deploy(  # noqa: PLR0917  AWS's
        self,
        restApiId: str,
        stageName: str = "",
        stageDescription: str = "",
        description: str | None = None,
        variables: dict[str, str] | None = None,
        canarySettings: Item | None = None,
        **of_stage: Any,
    ) -> Reply:
        """CreateDeployment: copies the parts of the API, and makes or moves a stage if one is named."""
        api = self.api(restApiId)
        check_deployable(api)
        parts = api.parts.copy()
        parts.settings = {name: api.settings[name] for name in PUBLISHED if name in api.settings}
        made = Deployment(new_id(6), description, now(), parts)
        if stageName:
            check_name(stageName)
        api.deployments[made.id] = made
        if stageName and stageName not in api.stages:
            asked = {**of_stage, **({"description": stageDescription} if stageDescription else {})}
            self.make_stage(restApiId, stageName, made.id, variables=variables or {}, **asked)
        elif stageName and canarySettings:
            api.stages[stageName]["canarySettings"] = {**canarySettings, "deploymentId": made.id}
        elif stageName:
            api.stages[stageName].update(deploymentId=made.id, lastUpdatedDate=now())
            api.stages[stageName]["variables"] = {
                **api.stages[stageName].get("variables", {}),
                **(variables or {}),
            }
        return made.shown(summary=True)

    def show_deployment(self, restApiId: str, deploymentId: str, embed: list[str] | None = None) -> Reply:
        """GetDeployment."""
        return self.deployment(restApiId, deploymentId).shown(summary="apisummary" in (embed or ()))

    def show_deployments(self, restApiId: str, position: str | None = None, limit: int = 25) -> Reply:
        """GetDeployments."""
        rows = [{**each.shown()} for each in self.api(restApiId).deployments.values()]
        return page(rows, lambda row: f"{row['createdDate'].timestamp():020.6f}{row['id']}", limit, position)

    def change_deployment(
        self, restApiId: str, deploymentId: str, patchOperations: list[dict[str, str]] | None = None
    ) -> Reply:
        """UpdateDeployment: only the description can be changed."""
        found = self.deployment(restApiId, deploymentId)
        for each in patchOperations or ():
            if (each["op"], each["path"]) != ("replace", "/description"):
                raise bad("Invalid patch path specified. Must be one of: [/description]")
            found.description = each.get("value", "")
        return found.shown()

    def drop_deployment(self, restApiId: str, deploymentId: str) -> Reply:
        """DeleteDeployment: not while a stage serves it."""
        self.deployment(restApiId, deploymentId)
        api = self.api(restApiId)
        for stage in api.stages.values():
            if deploymentId in (
                stage["deploymentId"],
                (stage.get("canarySettings") or {}).get("deploymentId"),
            ):
                raise bad("Active stages pointing to this deployment must be moved or deleted")
        del api.deployments[deploymentId]
        return {}

    def deployment(self, api: str, id_: str) -> Deployment:
        """Return a deployment.

        Raises:
            SandboxError: there is none.
        """
        found = self.api(api).deployments
        if id_ not in found:
            raise not_found("Invalid Deployment identifier specified")
        return found[id_]

    # -- stages ------------------------------------------------------------------------------------------------------------

    def make_stage(self, restApiId: str, stageName: str, deploymentId: str, **asked: Any) -> Reply:
        """CreateStage."""
        api = self.api(restApiId)
        check_name(stageName)
        if stageName in api.stages:
            raise conflict("Stage already exists")
        made = {
            "stageName": stageName,
            "deploymentId": deploymentId,
            "cacheClusterEnabled": False,
            "tracingEnabled": False,
            "methodSettings": {},
            "createdDate": now(),
            "lastUpdatedDate": now(),
            **asked,
        }
        made = change_stage(made, [])
        made["tags"] = dict(asked.get("tags", {}))
        check_tags(made["tags"])
        check_stage(self, api, made)
        api.stages[stageName] = made
        return self.stage_shown(made)

    def show_stage(self, restApiId: str, stageName: str) -> Reply:
        """GetStage."""
        return self.stage_shown(self.api(restApiId).stage(stageName))

    def show_stages(self, restApiId: str, deploymentId: str = "") -> Reply:
        """GetStages: all at once."""
        rows = self.api(restApiId).stages.values()
        return {
            "item": [self.stage_shown(each) for each in rows if deploymentId in ("", each["deploymentId"])]
        }

    def change_stage(
        self, restApiId: str, stageName: str, patchOperations: list[dict[str, str]] | None = None
    ) -> Reply:
        """UpdateStage."""
        api = self.api(restApiId)
        changed = change_stage(api.stage(stageName), patchOperations or [])
        check_stage(self, api, changed)
        api.stages[stageName] = {**changed, "lastUpdatedDate": now()}
        return self.stage_shown(api.stages[stageName])

    def drop_stage(self, restApiId: str, stageName: str) -> Reply:
        """DeleteStage. A usage plan does not keep it."""
        api = self.api(restApiId)
        api.stage(stageName)
        gone = {"apiId": restApiId, "stage": stageName}
        for plan in self.plans.values():
            plan["apiStages"] = [row for row in plan.get("apiStages", []) if not gone.items() <= row.items()]
        del api.stages[stageName]
        return {}

    def flush_cache(self, restApiId: str, stageName: str) -> Reply:
        """FlushStageCache: the sandbox caches nothing."""
        if not self.api(restApiId).stage(stageName)["cacheClusterEnabled"]:
            raise bad("Invalid stage specified: it has no cache cluster")
        return {}

    def flush_authorizers(self, restApiId: str, stageName: str) -> Reply:
        """FlushStageAuthorizersCache: the sandbox caches nothing."""
        self.api(restApiId).stage(stageName)
        return {}

    @staticmethod
    def stage_shown(stage: Mapping[str, Any]) -> Item:
        """A stage as AWS shows it."""
        status = "AVAILABLE" if stage["cacheClusterEnabled"] else "NOT_AVAILABLE"
        shown = {name: value for name, value in stage.items() if value not in (None, "")}
        if not shown.get("variables"):
            shown.pop("variables", None)
        return {**shown, "cacheClusterStatus": status}


def check_deployable(api: Api) -> None:
    """Refuse to deploy an API without methods, or with one that has no integration."""
    methods = [*api.parts.each_method()]
    if not methods:
        raise bad("The REST API doesn't contain any methods")
    if any(not method.get("methodIntegration") for _, _, method in methods):
        raise bad("No integration defined for method")


def check_name(name: str) -> None:
    """Refuse a name of a stage that AWS does not take."""
    if not NAME.fullmatch(name):
        raise bad("Stage name only allows a-zA-Z0-9_")
